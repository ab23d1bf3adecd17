//! Operations other than all-reduce against closed forms: around a switch, on rings, tori and meshes, in nodes, on wafers.

use super::fabrics::{figures, grid, star};
use crate::collective::*;
use crate::fabric::{Cluster, Fabric, Mesh, NodeInterconnect, Topology};
use crate::simulate::play;
use crate::units::Bytes;

const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;

#[track_caller]
fn case(name: &str, expected: f64, got: f64) {
    println!("{name:58} expected {expected:>16.6}  got {got:>16.6}");
    assert!((got - expected).abs() <= 1e-9 * expected + 5.1e-7, "{name}: expected {expected}, got {got}");
}

/// The time of an operation with an algorithm among chips, µs.
#[track_caller]
fn us(fabric: &Fabric, collective: Collective, id: &str, bytes: u64) -> f64 {
    let layout = RankLayout::Chips { topology: &fabric.topology, in_switch_reduction: true, measured: None };
    let (delays, first_partner) = (Delays::default(), FirstPartner::Far);
    let inputs = PlanInputs { collective, layout, fabric, message: Bytes(bytes), delays: &delays, first_partner };
    let algorithm = Algorithm::find(&layout, collective, id).expect("it fits");
    let plan = algorithm.build(&inputs).expect("a plan");
    let played = play(fabric, &plan).expect("a valid plan");
    assert!(played.trace.end().0 + 1000 >= played.bounds.tightest().0, "faster than its bound");
    played.trace.end().secs() * 1e6
}

#[test]
fn around_a_switch() {
    use Collective::*;
    let fabric = star(8, 300.0, 250);
    for half in [AllGather, ReduceScatter] {
        case(&format!("{half:?}, ring, 1 MiB"), 6.558347, us(&fabric, half, "ring", MIB));
        case(&format!("{half:?}, ring, 1 GiB"), 3_135.246987, us(&fabric, half, "ring", GIB));
        case(&format!("{half:?}, direct, 1 GiB"), 3_132.246987, us(&fabric, half, "direct", GIB));
        case(&format!("{half:?}, NVLS with the own copy"), 3_579.639413, us(&fabric, half, "nvls", GIB));
        // log2(8) steps with a half, a quarter and an eighth of the message.
        let halving = us(&fabric, half, "halving-doubling", GIB);
        case(&format!("{half:?}, halving or doubling"), 3_132.246987 + 2.0 * 0.5, halving);
    }
    case("all-to-all, direct", 3_132.246987, us(&fabric, AllToAll, "direct", GIB));
    // Seven rounds, each with its latency.
    case("all-to-all, pairwise", 3_135.246987, us(&fabric, AllToAll, "pairwise", GIB));
    let (whole, hop) = (64.0 * MIB as f64 / 300e9 * 1e6, 0.5);
    for rooted in [Broadcast, Reduce] {
        case(&format!("{rooted:?}, NVLS"), 224.196213, us(&fabric, rooted, "nvls", 64 * MIB));
        case(&format!("{rooted:?}, chain"), whole + 7.0 * hop, us(&fabric, rooted, "chain", 64 * MIB));
        // A hop to the top of each tree, three levels below it.
        case(&format!("{rooted:?}, trees"), whole + 4.0 * hop, us(&fabric, rooted, "double-binary-tree", 64 * MIB));
    }
    case("send-recv", whole + hop, us(&fabric, SendRecv, "shift", 64 * MIB));
}

#[test]
fn a_reduce_scatter_and_an_all_gather_take_as_long_as_an_all_reduce() {
    for fabric in [star(12, 450.0, 300), grid(4, 4, false, 100.0, 500), grid(5, 3, true, 100.0, 500)] {
        for id in ["ring", "direct"] {
            let [whole, scatter, gather] = [Collective::AllReduce, Collective::ReduceScatter, Collective::AllGather]
                .map(|collective| us(&fabric, collective, id, 64 * MIB));
            assert!((whole - scatter - gather).abs() < 1e-6 * whole, "{id}: {whole} and {scatter} + {gather}");
        }
    }
}

#[test]
fn on_rings_tori_and_meshes() {
    use Collective::*;
    let ring = grid(8, 1, true, 100.0, 500);
    for half in [AllGather, ReduceScatter] {
        case(&format!("{half:?} one way around 8 chips"), 9_398.740960, us(&ring, half, "ring", GIB));
    }
    // Opposite partners are split over both directions.
    // The load of every link, and at most the latency of the longest path (the last byte may come over a shorter one).
    let around = us(&ring, AllToAll, "direct", GIB);
    assert!((10_737.418240..10_739.418241).contains(&around), "all-to-all around 8 chips: {around}");
    let torus = grid(4, 4, true, 50.0, 0);
    case("all-to-all on a 4 x 4 torus", 10_737.418240, us(&torus, AllToAll, "direct", GIB));
    // The middle cut: 8 x 8 parts of S/16 over 4 links.
    let mesh = grid(4, 4, false, 50.0, 0);
    case("all-to-all on a 4 x 4 mesh", GIB as f64 / 50e9 * 1e6, us(&mesh, AllToAll, "direct", GIB));
    // Along the snake every rank but the last sends over a link of its own; the way back crosses three of them the other
    // way and none against another stream.
    let snake = us(&grid(4, 4, false, 50.0, 500), SendRecv, "snake", GIB);
    case("send-recv along a snake of 4 x 4", GIB as f64 / 50e9 * 1e6 + 3.0 * 0.5, snake);
}

#[test]
fn between_nodes() {
    use Collective::*;
    let cluster = Cluster {
        hub: NodeInterconnect::NvSwitch,
        nodes: 4,
        gpus_per_node: 8,
        nvlink: figures(450.0, 0),
        host: figures(1000.0, 0),
        nic: figures(50.0, 0),
        nodes_per_leaf: 4,
    };
    let fabric = Fabric::from(Topology::Cluster(cluster));
    for half in [AllGather, ReduceScatter] {
        case(&format!("{half:?}, flat rings over all NICs"), 2_600.468480, us(&fabric, half, "ring", GIB));
        case(&format!("{half:?}, by rails in phases"), 4_101.097244, us(&fabric, half, "hierarchical", GIB));
    }
    case("all-to-all with PXN", 16_106.127360, us(&fabric, AllToAll, "direct", GIB));
    case("send-recv", 21_474.836480, us(&fabric, SendRecv, "shift", GIB));
    for rooted in [Broadcast, Reduce] {
        // Every NIC of a node carries an eighth of the message each way; NVLink carries all of it at 450 GB/s.
        let by_rails = us(&fabric, rooted, "hierarchical", GIB);
        case(&format!("{rooted:?} by rails"), GIB as f64 / 400e9 * 1e6, by_rails);
    }
}

/// A mesh of one cycle per hop and 5 per stop in a core.
fn mesh(width: u32, height: u32) -> Mesh {
    Mesh { width, height, clock_hz: 1e9, bytes_per_cycle: 4.0, hop_cycles: 1.0, turn_cycles: 0.0, ramp_cycles: 2.0 }
}

fn cycles(mesh: &Mesh, plan: &Plan) -> f64 {
    let fabric = Fabric::from(Topology::Mesh(mesh.clone()));
    play(&fabric, plan).expect("a valid plan").trace.end().0 as f64 / mesh.cycle_fs()
}

#[test]
fn on_strips() {
    let (strips, width, wavelets, height) = (8, 16, 200, 3);
    let wafer = mesh(strips * width, height);
    let layout = StripLayout::new(&wafer, strips, width).expect("the strips fit");
    let message = Bytes(u64::from(wavelets * 4 * width * height));
    let direct = |collective| strips_direct(&wafer, &layout, message, collective).expect("an exchange");
    let gather = cycles(&wafer, &direct(Collective::AllGather));
    assert!((2_800.0..=2_917.0).contains(&gather), "all-gather in {gather} cycles");
    let scatter = cycles(&wafer, &direct(Collective::ReduceScatter));
    assert!((2_800.0..=2_947.0).contains(&scatter), "reduce-scatter in {scatter} cycles");
    let exchange = cycles(&wafer, &direct(Collective::AllToAll));
    assert!((6_400.0..=6_517.0).contains(&exchange), "all-to-all in {exchange} cycles");
    case("shift with the way back", 3_317.0, cycles(&wafer, &direct(Collective::SendRecv)));
    let rooted = |root, rooted| cycles(&wafer, &strips_rooted(&wafer, &layout, message, root, rooted));
    case("broadcast from the end strip", 3_317.0, rooted(Root::End, Rooted::Broadcast));
    case("broadcast from strip 4", 3_269.0, rooted(Root::Middle, Rooted::Broadcast));
    case("reduce into strip 4", 3_284.0, rooted(Root::Middle, Rooted::Reduce));
}

#[test]
fn among_pes() {
    let wafer = mesh(512, 512);
    case("broadcast from a corner, 512 x 512, B=256", 1_283.0, cycles(&wafer, &grid_broadcast(&wafer, 256.0)));
    case("broadcast from the centre", 256.0 + 512.0 + 5.0, cycles(&wafer, &centre_rooted_broadcast(&wafer, 256.0)));
    // Rings along rows, then columns: n-1 steps each, as half of an all-reduce.
    let small = mesh(16, 12);
    let halves = [Halves::REDUCE_SCATTER, Halves::ALL_GATHER, Halves::Both];
    let [scatter, gather, whole] = halves.map(|halves| {
        cycles(&small, &wafer_rings(&small, RingMapping::Line, halves, 960.0).expect("a small rectangle"))
    });
    assert!((scatter + gather - whole).abs() < 2.0, "{scatter} + {gather} and {whole}");
}
