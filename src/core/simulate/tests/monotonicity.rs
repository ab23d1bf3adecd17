//! More bytes, longer latencies and slower links never make a plan faster. Max-min sharing allows exceptions where streams
//! contend; none of these plans has one.

use crate::collective::*;
use crate::fabric::{Fabric, Grid, LinkFigures, LinkId, Mesh, NodeInterconnect, Switch, Topology};
use crate::simulate::play;
use crate::units::{Bytes, BytesPerSec, Femtos};

/// A fabric and a plan on it by capacity (GB/s), latency (ns) and bytes.
type Job = (&'static str, fn(f64, f64, u64) -> (Fabric, Plan));

fn figures(gb_s: f64, latency_ns: f64) -> LinkFigures {
    LinkFigures { capacity: BytesPerSec(gb_s * 1e9), latency: Femtos((latency_ns * 1e6) as u64) }
}

fn star(gb_s: f64, latency_ns: f64) -> (Switch, Fabric) {
    let links = figures(gb_s, latency_ns);
    let switch = Switch { hub: NodeInterconnect::NvSwitch, ranks: 8, capacity: links.capacity, latency: links.latency };
    (switch.clone(), Topology::Switch(switch).into())
}

fn grid(gb_s: f64, latency_ns: f64) -> Fabric {
    Topology::Grid(Grid { width: 4, height: 4, wraps: true, links: figures(gb_s, latency_ns) }).into()
}

/// A wafer whose clock follows from the capacity, and whose hops take the latency in cycles.
fn wafer(gb_s: f64, latency_ns: f64) -> (Mesh, Fabric) {
    let clock_hz = gb_s * 1e9 / 4.0;
    let hop_cycles = latency_ns * 1e-9 * clock_hz;
    let mesh =
        Mesh { width: 12, height: 5, clock_hz, bytes_per_cycle: 4.0, hop_cycles, turn_cycles: 0.0, ramp_cycles: 2.0 };
    (mesh.clone(), Topology::Mesh(mesh).into())
}

const JOBS: [Job; 9] = [
    ("ring", |gb_s, ns, bytes| {
        let (_, fabric) = star(gb_s, ns);
        let plan = ring_all_reduce(&fabric, Bytes(bytes), &Delays::default()).expect("a ring");
        (fabric, plan)
    }),
    ("nvls", |gb_s, ns, bytes| {
        let (switch, fabric) = star(gb_s, ns);
        (fabric, nvls_all_reduce(&switch, Bytes(bytes), &Delays::default()))
    }),
    ("double-binary-tree", |gb_s, ns, bytes| {
        let (_, fabric) = star(gb_s, ns);
        let plan = double_binary_tree_all_reduce(&fabric, Bytes(bytes), &Delays::default()).expect("trees");
        (fabric, plan)
    }),
    ("halving-doubling", |gb_s, ns, bytes| {
        let fabric = grid(gb_s, ns);
        let delays = Delays::default();
        let plan = halving_doubling_all_reduce(&fabric, Bytes(bytes), &delays, FirstPartner::Far, false);
        (fabric, plan.expect("a power of two"))
    }),
    ("direct", |gb_s, ns, bytes| {
        let fabric = grid(gb_s, ns);
        let plan = direct_all_reduce(&fabric, Bytes(bytes), &Delays::default()).expect("pairs");
        (fabric, plan)
    }),
    ("rings of a torus", |gb_s, ns, bytes| {
        let fabric = grid(gb_s, ns);
        let plan = ring_over(&fabric, &[4, 4], RankOrder::Straight, Bytes(bytes), &Delays::default()).expect("rings");
        (fabric, plan)
    }),
    ("chain-xy", |gb_s, ns, bytes| {
        let (mesh, fabric) = wafer(gb_s, ns);
        (fabric, xy_all_reduce(&mesh, XyPattern::Chain, bytes as f64 / 4.0))
    }),
    ("two-phase-xy", |gb_s, ns, bytes| {
        let (mesh, fabric) = wafer(gb_s, ns);
        (fabric, xy_all_reduce(&mesh, XyPattern::TwoPhase, bytes as f64 / 4.0))
    }),
    ("strips-middle", |gb_s, ns, bytes| {
        let (mesh, fabric) = wafer(gb_s, ns);
        let layout = StripLayout::new(&mesh, 4, 10).expect("4 strips fit");
        (fabric, strips_all_reduce(&mesh, &layout, Bytes(bytes), Root::Middle, Broadcast::Streamed))
    }),
];

fn end((fabric, plan): (Fabric, Plan)) -> Femtos {
    play(&fabric, &plan).expect("a valid plan").trace.end()
}

#[test]
fn more_bytes_longer_latencies_and_slower_links_never_save_time() {
    for (name, job) in JOBS {
        for bytes in [64, 5_000, 1 << 16, 1 << 22] {
            for latency_ns in [0.0, 3.0, 400.0] {
                let base = end(job(100.0, latency_ns, bytes));
                for factor in [1.01, 1.3, 2.0, 7.0] {
                    // Instants are rounded once per step.
                    let not_faster = |what: &str, other: Femtos| {
                        let slack = 1_000;
                        assert!(
                            other.0 + slack >= base.0,
                            "{name}, {bytes} B, {latency_ns} ns, {what} x {factor}: {base}, {other}"
                        );
                    };
                    not_faster("bytes", end(job(100.0, latency_ns, (bytes as f64 * factor) as u64)));
                    not_faster("latency", end(job(100.0, latency_ns * factor, bytes)));
                    not_faster("time per byte", end(job(100.0 / factor, latency_ns, bytes)));
                }
            }
        }
    }
}

#[test]
fn one_link_at_half_rate_never_speeds_a_ring() {
    for (width, height, wraps) in [(5, 1, true), (4, 3, false), (4, 4, true)] {
        let links = figures(100.0, 300.0);
        let whole = Fabric::from(Topology::Grid(Grid { width, height, wraps, links }));
        let rings = [vec![width * height], vec![width, height]];
        for (lengths, order) in rings.into_iter().zip([RankOrder::Snake(width), RankOrder::Straight]) {
            for bytes in [100, 1 << 20] {
                let time = |fabric: &Fabric| {
                    let plan = ring_over(fabric, &lengths, order, Bytes(bytes), &Delays::default()).expect("rings");
                    play(fabric, &plan).expect("a valid plan").trace.end()
                };
                let base = time(&whole);
                for link in (0..whole.link_count()).map(LinkId).filter(|&link| whole.link(link).is_some()) {
                    let mut fabric = whole.clone();
                    fabric.slow([(link, 0.5)]);
                    let slow = time(&fabric);
                    assert!(slow >= base, "{width} x {height}, {}: {slow}, {base}", whole.link_name(link));
                }
            }
        }
    }
}
