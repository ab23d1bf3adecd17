//! The engine against closed forms and other simulators, for chips around switches, on meshes and tori, and in nodes.
//! Every case prints the expected value, the result and the source of the expectation. Numbers of oracles are those of the
//! engine model, section 7.

use super::fabrics::{figures, grid, star};
use crate::collective::*;
use crate::fabric::{Cluster, Fabric, LinkId, Node, NodeInterconnect, Topology};
use crate::simulate::{Played, play};
use crate::units::{Bytes, Femtos};

const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;
const SIMGRID: &str = "SimGrid 3.32, flow model; closed form";

#[track_caller]
fn case(oracle: &str, name: &str, expected_us: f64, got_us: f64, source: &str) {
    println!("{oracle:<5} {name:58} expected {expected_us:>16.6} µs  got {got_us:>16.6} µs  ({source})");
    // SimGrid prints three decimals and truncates messages to whole bytes. Closed forms must agree to the last digit given.
    let allowed = if source == SIMGRID { 6e-4 } else { 1e-9 * expected_us + 5.1e-7 };
    assert!((got_us - expected_us).abs() <= allowed, "{oracle} {name}: expected {expected_us} µs, got {got_us} µs");
}

/// Simulates a plan, compares it with its bounds and returns its time.
fn time_us(fabric: &Fabric, plan: &Plan) -> f64 {
    let played = play(fabric, plan).expect("a valid plan");
    assert!(played.trace.end().0 + 1000 >= played.bounds.tightest().0, "faster than its bound");
    played.trace.end().secs() * 1e6
}

fn ring(fabric: &Fabric, bytes: u64) -> Plan {
    ring_all_reduce(fabric, Bytes(bytes), &Delays::default()).expect("a ring")
}

/// Rings whose ranks wait for each send to arrive before the next one, as in SimGrid's runs.
fn rings(fabric: &Fabric, lengths: &[u32], order: RankOrder, bytes: u64) -> Plan {
    let delays = Delays { blocking_sends: true, ..Delays::default() };
    ring_over(fabric, lengths, order, Bytes(bytes), &delays).expect("rings")
}

fn halving(fabric: &Fabric, first: FirstPartner, bytes: u64, every_rank: bool) -> Plan {
    halving_doubling_all_reduce(fabric, Bytes(bytes), &Delays::default(), first, every_rank).expect("a power of two")
}

#[test]
fn oracles_25_to_27_rings_around_a_switch() {
    for (ranks, gb_s, latency_ns, oracle, expected) in [
        (8, 300.0, 250, "25", [(MIB, 13.116693), (64 * MIB, 398.468), (GIB, 6_270.493973)]),
        (72, 900.0, 500, "26", [(MIB, 144.297805), (64 * MIB, 289.059), (GIB, 2_494.952762)]),
        (1024, 900.0, 500, "27", [(MIB, 2_048.327894), (64 * MIB, 2_194.985174), (GIB, 4_429.762772)]),
    ] {
        let fabric = star(ranks, gb_s, latency_ns);
        for (bytes, expected_us) in expected {
            let got = time_us(&fabric, &ring(&fabric, bytes));
            case(oracle, &format!("ring of {ranks}, {}", Bytes(bytes)), expected_us, got, SIMGRID);
        }
    }
    let mut fabric = star(1024, 900.0, 500);
    fabric.slow([(LinkId(17), 0.5)]);
    let got = time_us(&fabric, &ring(&fabric, MIB));
    case("27", "ring of 1024, 1 MiB, one link at half rate", 2_048.330169, got, "engine model");
}

#[test]
fn a_late_link_costs_each_of_its_sends_once() {
    // 14 sends of the slow link and one latency (engine model, 3.3); without 8.4 µs of launch.
    let mut fabric = star(8, 370.8, 250);
    fabric.slow([(LinkId(3), 0.5)]);
    let got = time_us(&fabric, &ring(&fabric, 64 * MIB));
    case("3.3", "ring of 8, 64 MiB, one uplink at half rate", 633.443970 + 0.5, got, "engine model");
}

#[test]
fn oracles_28_and_29_rings_on_a_mesh() {
    for (latency_ns, row_column, snake) in [
        (0, [(MIB, 20.889600), (64 * MIB, 1_336.934400), (GIB, 21_390.950)], [20.889600, 1_336.934400, 21_390.950]),
        (500, [(MIB, 470.889600), (64 * MIB, 1_786.934), (GIB, 21_840.950)], [3_845.889600, 5_161.934400, 25_215.950]),
    ] {
        let fabric = grid(16, 16, false, 100.0, latency_ns);
        for ((bytes, row_column_us), snake_us) in row_column.into_iter().zip(snake) {
            let name = |what: &str| format!("{what} on 16 x 16, {latency_ns} ns, {}", Bytes(bytes));
            let got = time_us(&fabric, &rings(&fabric, &[16, 16], RankOrder::Straight, bytes));
            case("28", &name("rows, then columns"), row_column_us, got, SIMGRID);
            let got = time_us(&fabric, &rings(&fabric, &[256], RankOrder::Snake(16), bytes));
            case("29", &name("snake"), snake_us, got, SIMGRID);
        }
    }
    // On a torus the snake closes over one wrapped link: 510 steps of one hop.
    let torus = grid(16, 16, true, 100.0, 500);
    for (bytes, expected_us) in [(MIB, 275.890), (64 * MIB, 1_591.934), (GIB, 21_645.950)] {
        let got = time_us(&torus, &rings(&torus, &[256], RankOrder::Snake(16), bytes));
        case("29", &format!("snake on a torus, {}", Bytes(bytes)), expected_us, got, SIMGRID);
    }
}

#[test]
fn oracles_30_and_32_halving_doubling_that_contends() {
    let fabric = grid(16, 16, false, 100.0, 0);
    for (first, expected) in [
        (FirstPartner::Near, [(MIB, 44.564480), (64 * MIB, 2_852.127), (GIB, 45_634.028)]),
        (FirstPartner::Far, [(MIB, 118.374400), (64 * MIB, 7_575.962), (GIB, 121_215.386)]),
    ] {
        for (bytes, expected_us) in expected {
            let got = time_us(&fabric, &halving(&fabric, first, bytes, false));
            case("30", &format!("16 x 16, {first:?}, {}", Bytes(bytes)), expected_us, got, SIMGRID);
        }
    }
    for (side, expected_us) in [(32, 230.461440), (64, 454.272000)] {
        let fabric = grid(side, side, false, 100.0, 0);
        let got = time_us(&fabric, &halving(&fabric, FirstPartner::Far, MIB, false));
        case("32", &format!("{side} x {side}, far, 1 MiB"), expected_us, got, "engine model");
    }
}

#[test]
fn oracle_31_gather_to_a_corner_and_back() {
    let fabric = grid(16, 16, false, 100.0, 0);
    for (bytes, expected_us) in [(MIB, 5_033.164800), (64 * MIB, 322_122.547), (GIB, 5_153_960.755)] {
        let mut plan = PlanBuilder::new(Femtos(0));
        let phase = plan.phase("gather");
        let mut gathered = Vec::new();
        for (from, to, barrier) in (1..256).map(|rank| (rank, 0, false)).chain((1..256).map(|rank| (0, rank, true))) {
            let path = fabric.topology.path(from, to).expect("a path");
            let route = Route::along(&fabric, &path, Flow::Reduce);
            let route = plan.route(route.runs, route.latency);
            let deps: Vec<Dep> = gathered.iter().filter(|_| barrier).map(|&on| Dep::tail(on)).collect();
            let sent = plan.transfer(phase, route, bytes as f64, Delivery::Partial, &deps);
            if !barrier {
                gathered.push(sent);
            }
        }
        let got = time_us(&fabric, &plan.build());
        case("31", &format!("corner and back, {}", Bytes(bytes)), expected_us, got, SIMGRID);
    }
}

#[test]
fn oracle_33_rings_per_dimension_of_a_torus() {
    let fabric = grid(64, 64, true, 107.3741824, 500);
    let got = time_us(&fabric, &rings(&fabric, &[64, 64], RankOrder::Straight, GIB));
    case("33", "64 x 64 torus, 1 GiB", 20_121.117188, got, "engine model; ASTRA-sim has 20,153.3");
}

#[test]
fn oracle_40_hierarchical() {
    let nvlink = figures(450.0, 250);
    let free = figures(1e6, 0);
    let cluster = Cluster {
        hub: NodeInterconnect::NvSwitch,
        nodes: 4,
        gpus_per_node: 8,
        nvlink,
        host: free,
        nic: figures(50.0, 1000),
        nodes_per_leaf: 32,
    };
    let fabric = Fabric::from(Topology::Cluster(cluster));
    let got = time_us(&fabric, &rings(&fabric, &[8, 4], RankOrder::Straight, GIB));
    case("40", "hierarchical 4 x 8, 1 GiB", 8_221.194489, got, "engine model");
}

/// Both simulations of a ring must give the same instants, rates and limiting links.
#[track_caller]
#[test]
fn one_row_and_one_column_represent_every_rank() {
    for (width, height) in [(4, 4), (8, 2), (2, 16), (16, 16)] {
        for wraps in [false, true] {
            for latency_ns in [0, 300] {
                for first in [FirstPartner::Far, FirstPartner::Near] {
                    let fabric = grid(width, height, wraps, 100.0, latency_ns);
                    let cohorts = halving(&fabric, first, MIB, false);
                    let every = halving(&fabric, first, MIB, true);
                    let name = format!("{width} x {height}, {wraps}, {latency_ns} ns, {first:?}");
                    assert_eq!(cohorts.logical_transfers(), every.logical_transfers(), "{name}");
                    let (a, b) =
                        (play(&fabric, &cohorts).expect("a valid plan"), play(&fabric, &every).expect("a valid plan"));
                    assert_eq!(a.trace.end(), b.trace.end(), "{name}");
                    // Every send of every rank has the instants of its representative.
                    let times_of = |played: &Played, plan: &Plan| {
                        let mut times: Vec<(u16, u64, u64)> = plan
                            .transfers()
                            .flat_map(|(id, transfer)| {
                                let times = played.trace.times(id).expect("a transfer of the plan");
                                let copies = transfer.cohort.copies as usize;
                                std::iter::repeat_n((transfer.phase.0, times.start.0, times.end.0), copies)
                            })
                            .collect();
                        times.sort_unstable();
                        times
                    };
                    assert_eq!(times_of(&a, &cohorts), times_of(&b, &every), "{name}");
                }
            }
        }
    }
}

#[test]
fn a_run_is_the_same_on_any_number_of_threads() {
    let fabric = star(40, 100.0, 250);
    let play_once = || play(&fabric, &ring(&fabric, 4097)).expect("a valid plan").trace.hash();
    let alone = play_once();
    for threads in [2, 7] {
        let hashes = std::thread::scope(|scope| {
            let handles: Vec<_> = (0..threads).map(|_| scope.spawn(play_once)).collect();
            handles.into_iter().map(|handle| handle.join().expect("a thread that ends")).collect::<Vec<_>>()
        });
        assert!(hashes.iter().all(|hash| *hash == alone), "{threads} threads");
    }
}

#[test]
fn a_down_link_is_bypassed_or_named() {
    let mut fabric = grid(4, 4, false, 100.0, 500);
    let Topology::Grid(mesh) = fabric.topology.clone() else { panic!("a mesh") };
    let cut = mesh.link_id(1, 1, crate::fabric::Direction::East);
    let whole_us = time_us(&fabric, &ring(&fabric, MIB));
    fabric.slow([(cut, 0.0)]);
    let round_us = time_us(&fabric, &ring(&fabric, MIB));
    assert!(round_us > whole_us, "{round_us} against {whole_us}");

    let mut fabric = star(4, 100.0, 500);
    fabric.slow([(LinkId(2), 0.0)]);
    let error = ring_all_reduce(&fabric, Bytes(MIB), &Delays::default()).expect_err("a link that is needed is down");
    assert_eq!(error, PlanError::NoAlternatePath("GPU 2 → NVSwitch".to_owned()));
}

#[test]
fn other_traffic_flows_until_the_collective_ends() {
    // Half of one port is taken: the ring's sends over it last twice as long.
    let mut fabric = star(4, 100.0, 0);
    let alone_us = time_us(&fabric, &ring(&fabric, 64 * MIB));
    let plan = ring(&fabric, 64 * MIB);
    let source = fabric.add_rate_cap(figures(50.0, 0), crate::fabric::RateCapReason::BackgroundTraffic, 0);
    let path = fabric.topology.path(0, 2).expect("a path");
    let mut route = Route::along(&fabric, &path, Flow::Broadcast);
    route.runs.insert(0, RouteRun::single(source, 1.0, 0.0, Flow::Broadcast));
    let plan = plan.with_traffic(vec![route]);
    let played = play(&fabric, &plan).expect("a valid plan");
    let got_us = played.trace.end().secs() * 1e6;
    assert!((got_us / alone_us - 2.0).abs() < 1e-6, "{got_us} against {alone_us}");
    let traffic = plan.transfer_count() - 1;
    assert_eq!(played.trace.times(traffic).map(|times| times.end), Some(played.trace.end()));
    assert_eq!(plan.logical_transfers(), 24);
}

#[test]
fn the_first_nodes_of_a_fabric_are_its_ranks() {
    for fabric in [star(5, 1.0, 0), grid(3, 2, true, 1.0, 0)] {
        for rank in 0..fabric.topology.ranks() {
            assert!(!fabric.topology.links_from(Node(rank)).is_empty());
        }
    }
}
