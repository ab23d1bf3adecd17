//! Streams that share links, queue, or follow one another. Numbers of oracles are those of the engine model, section 7.

use crate::collective::*;
use crate::fabric::{Fabric, Graph, LinkId, LinkMode, Mesh, NodeInterconnect, Switch, Topology};
use crate::simulate::{Played, SimulateError, play, play_by_events};
use crate::units::{Bytes, BytesPerSec, Femtos};

const SECOND: u64 = 1_000_000_000_000_000;

/// A clock of 1 GHz, so that a cycle is a nanosecond and cycles can be compared as integers.
fn mesh(width: u32, height: u32) -> Mesh {
    Mesh { width, height, clock_hz: 1e9, bytes_per_cycle: 4.0, hop_cycles: 1.0, turn_cycles: 0.0, ramp_cycles: 2.0 }
}

fn fluid_cycles(mesh: &Mesh, plan: &Plan) -> u64 {
    let played = play(&Topology::Mesh(mesh.clone()).into(), plan).expect("a valid plan");
    assert!(played.trace.end() >= played.bounds.tightest(), "faster than its bound");
    (played.trace.end().0 as f64 / 1e6).round() as u64
}

fn reported_cycles(mesh: &Mesh, plan: &Plan) -> u64 {
    fluid_cycles(mesh, plan) - 1
}

fn star(ranks: u32, capacity_gb_s: f64, latency_ns: u64) -> Switch {
    Switch {
        hub: NodeInterconnect::NvSwitch,
        ranks,
        capacity: BytesPerSec(capacity_gb_s * 1e9),
        latency: Femtos(latency_ns * 1_000_000),
    }
}

fn switch(ranks: u32, capacity_gb_s: f64, latency_ns: u64) -> Fabric {
    Topology::Switch(star(ranks, capacity_gb_s, latency_ns)).into()
}

fn ring(fabric: &Fabric, bytes: u64) -> Plan {
    ring_all_reduce(fabric, Bytes(bytes), &Delays::default()).expect("a ring")
}

fn time_us(fabric: &Fabric, plan: &Plan) -> f64 {
    let played = play(fabric, plan).expect("a valid plan");
    assert!(played.trace.end() >= played.bounds.tightest(), "faster than its bound");
    played.trace.end().secs() * 1e6
}

#[track_caller]
fn assert_us(got: f64, expected: f64) {
    assert!((got - expected).abs() <= 1e-9 * expected + 5.1e-7, "expected {expected} µs, got {got} µs");
}

/// Links in seconds and bytes per second: capacity, latency, mode.
fn graph(links: &[(f64, f64, LinkMode)]) -> (Fabric, Vec<LinkId>) {
    let mut graph = Graph::default();
    let ids = links
        .iter()
        .map(|&(capacity, latency_s, mode)| graph.add(BytesPerSec(capacity), Femtos::from_secs(latency_s), mode))
        .collect();
    (Topology::Graph(graph).into(), ids)
}

/// Adds a transfer over `links`, all entered at once, with a latency in seconds.
fn stream(plan: &mut PlanBuilder, links: &[LinkId], latency_s: f64, bytes: f64, deps: &[Dep]) -> TransferId {
    let phase = plan.phase("test");
    let runs = links.iter().map(|&link| RouteRun::single(link, 1.0, 0.0, Flow::Reduce));
    let route = plan.route(runs, Femtos::from_secs(latency_s));
    plan.transfer(phase, route, bytes, Delivery::Partial, deps)
}

fn ends_s(fabric: &Fabric, plan: PlanBuilder) -> Vec<f64> {
    let played = play(fabric, &plan.build()).expect("a valid plan");
    (0..played.trace.len()).filter_map(|id| played.trace.times(id as u32)).map(|times| times.end.secs()).collect()
}

#[test]
fn strips_follow_their_formula_in_rounds() {
    // w b + rounds (D (2 w + p) + p), for odd counts, odd widths and rounds that do not divide.
    for (strips, strip_width, per_round) in [(2, 16, 10), (3, 25, 10), (5, 31, 10), (8, 94, 10), (7, 12, 5)] {
        let mesh = mesh(strips * strip_width + 1, 3);
        let layout = StripLayout::new(&mesh, strips, per_round).expect("the strips fit");
        assert_eq!(layout.idle_columns, 1);
        let wavelets = 50;
        let message = Bytes(u64::from(wavelets * 4 * strip_width * 3));
        let distance = (strips / 2).max(strips - 1 - strips / 2);
        let rounds = strip_width.div_ceil(per_round);
        let formula = strip_width * wavelets + rounds * (distance * (2 * strip_width + 5) + 5);
        let plan = strips_all_reduce(&mesh, &layout, message, Root::Middle, Broadcast::Streamed);
        assert_eq!(fluid_cycles(&mesh, &plan), u64::from(formula), "{strips} strips of {strip_width}");
    }
}

#[test]
fn oracle_34_ring_and_nvls_with_software_delays() {
    let box_ = switch(8, 370.8, 250);
    let delays = Delays { launch: Femtos(8_400_000_000), step: Femtos(2_400_000_000), ..Delays::default() };
    let plan = ring_all_reduce(&box_, Bytes(64 << 20), &delays).expect("a ring");
    assert_us(time_us(&box_, &plan), 363.321985);
    let delays = Delays { launch: Femtos(13_000_000_000), ..Delays::default() };
    let plan = nvls_all_reduce(&star(8, 309.0, 250), Bytes(64 << 20), &delays);
    assert_us(time_us(&switch(8, 309.0, 250), &plan), 258.328388);
}

#[test]
fn oracle_35_nvls_of_72() {
    let plan = nvls_all_reduce(&star(72, 431.0, 250), Bytes(4 << 30), &Delays::default());
    assert_us(time_us(&switch(72, 431.0, 250), &plan), 10104.525800);
}

/// 64 MiB, 450 GB/s, 250 ns per link.
fn on_a_switch_of(ranks: u32) -> (Fabric, Bytes, Delays) {
    (switch(ranks, 450.0, 250), Bytes(64 << 20), Delays::default())
}

#[test]
fn oracle_35_double_binary_tree() {
    for (ranks, expected) in [(8, 301.261618), (16, 302.261618), (72, 305.261618), (256, 306.261618)] {
        let (switch, message, delays) = on_a_switch_of(ranks);
        let plan = double_binary_tree_all_reduce(&switch, message, &delays).expect("two trees");
        assert_us(time_us(&switch, &plan), expected);
    }
}

#[test]
fn oracle_40_halving_doubling_and_direct() {
    for (ranks, expected) in [(8, 263.978916), (64, 299.601280)] {
        let (switch, message, delays) = on_a_switch_of(ranks);
        let plan = halving_doubling_all_reduce(&switch, message, &delays, FirstPartner::Far, false);
        let plan = plan.expect("a power of two");
        assert_us(time_us(&switch, &plan), expected);
    }
    for (ranks, expected) in [(8, 261.978916), (72, 295.119095)] {
        let (switch, message, delays) = on_a_switch_of(ranks);
        let plan = direct_all_reduce(&switch, message, &delays).expect("pairs");
        assert_us(time_us(&switch, &plan), expected);
    }
    let (switch, message, delays) = on_a_switch_of(6);
    let refused = halving_doubling_all_reduce(&switch, message, &delays, FirstPartner::Far, false);
    assert_eq!(refused, Err(PlanError::NotAPowerOfTwo(6)));
}

#[test]
fn oracles_36_and_37_a_streaming_successor_waits_for_its_supply() {
    for (first_rate, second_rate) in [(0.5, 1.0), (1.0, 0.5)] {
        let (fabric, links) = graph(&[(first_rate, 10.0, LinkMode::Shared), (second_rate, 7.0, LinkMode::Shared)]);
        let mut plan = PlanBuilder::new(Femtos(0));
        let first = stream(&mut plan, &links[..1], 10.0, 100.0, &[]);
        stream(&mut plan, &links[1..], 7.0, 100.0, &[Dep::head(first).after(Femtos::from_secs(3.0))]);
        assert_eq!(ends_s(&fabric, plan)[1], 220.0);
    }
}

#[test]
fn a_streaming_successor_shares_from_its_arrival_on() {
    // The supply arrives at a tenth of the rate. The successor streams behind its head and still shares its link equally
    // with a third stream; only its end waits (engine-model 8).
    let (fabric, links) = graph(&[(0.1, 1.0, LinkMode::Shared), (1.0, 2.0, LinkMode::Shared)]);
    let mut plan = PlanBuilder::new(Femtos(0));
    let supply = stream(&mut plan, &links[..1], 1.0, 10.0, &[]);
    let successor = stream(&mut plan, &links[1..], 2.0, 10.0, &[Dep::head(supply)]);
    let other = stream(&mut plan, &links[1..], 2.0, 10.0, &[Dep::head(supply)]);
    let played = play(&fabric, &plan.build()).expect("a valid plan");
    for id in [successor, other] {
        let segments = played.trace.segments(id.0);
        assert_eq!(segments.iter().map(|segment| segment.rate).collect::<Vec<_>>(), [0.5]);
        assert_eq!(segments[0].from.secs(), 3.0);
        // 10 bytes at 0.5 have drained at 23; the supply ends at 101, and its last byte takes 2 more.
        assert_eq!(played.trace.times(id.0).map(|times| times.end.secs()), Some(103.0));
    }
}

#[test]
fn oracle_38_max_min_shares() {
    let (fabric, links) = graph(&[(1.0, 0.0, LinkMode::Shared), (3.0, 0.0, LinkMode::Shared)]);
    let mut plan = PlanBuilder::new(Femtos(0));
    stream(&mut plan, &links[..1], 0.0, 10.0, &[]);
    stream(&mut plan, &links, 0.0, 10.0, &[]);
    stream(&mut plan, &links[1..], 0.0, 50.0, &[]);
    let played = play(&fabric, &plan.build()).expect("a valid plan");
    let rates: Vec<f64> = (0..3).map(|id| played.trace.segments(id)[0].rate).collect();
    assert_eq!(rates, [0.5, 0.5, 2.5]);
    assert_eq!((0..3).filter_map(|id| played.trace.times(id)).map(|t| t.end.secs()).collect::<Vec<_>>(), [20.0; 3]);

    // One link, joined late: 100 units at 0 and 50 at 30.
    let (fabric, links) = graph(&[(1.0, 0.0, LinkMode::Shared), (1.0, 0.0, LinkMode::Shared)]);
    let mut plan = PlanBuilder::new(Femtos(0));
    stream(&mut plan, &links[..1], 0.0, 100.0, &[]);
    let wait = stream(&mut plan, &links[1..], 0.0, 30.0, &[]);
    stream(&mut plan, &links[..1], 0.0, 50.0, &[Dep::tail(wait)]);
    assert_eq!(ends_s(&fabric, plan), [150.0, 30.0, 130.0]);
}

#[test]
fn oracle_39_incast_into_a_shared_and_a_serial_port() {
    for (mode, expected) in [(LinkMode::Shared, [2.5, 4.5]), (LinkMode::Serial, [1.5, 4.5])] {
        let (fabric, links) = graph(&[(100.0, 0.5, mode)]);
        let mut plan = PlanBuilder::new(Femtos(0));
        stream(&mut plan, &links, 0.5, 100.0, &[]);
        stream(&mut plan, &links, 0.5, 300.0, &[]);
        assert_eq!(ends_s(&fabric, plan), expected);
    }
}

#[test]
fn a_late_rank_never_speeds_a_ring() {
    let fast = switch(6, 100.0, 250);
    let slow = switch(6, 50.0, 250);
    for bytes in [6, 4096, 1 << 24] {
        let time = |switch: &Fabric| time_us(switch, &ring(switch, bytes));
        assert!(time(&slow) > time(&fast));
    }
}

#[test]
fn invalid_plans_are_refused_with_the_reason() {
    let (fabric, links) = graph(&[(1.0, 1.0, LinkMode::Shared), (0.0, 1.0, LinkMode::Shared)]);
    let mut plan = PlanBuilder::new(Femtos(0));
    stream(&mut plan, &[LinkId(7)], 0.0, 1.0, &[]);
    assert_eq!(play(&fabric, &plan.build()), Err(SimulateError::NoSuchLink(7)));

    let mut plan = PlanBuilder::new(Femtos(0));
    stream(&mut plan, &links[1..], 0.0, 1.0, &[]);
    assert_eq!(play(&fabric, &plan.build()), Err(SimulateError::LinkDown("link 1".to_owned())));

    let mut plan = PlanBuilder::new(Femtos(0));
    stream(&mut plan, &[], 0.0, 1.0, &[]);
    assert_eq!(play(&fabric, &plan.build()), Err(SimulateError::EmptyRoute(0)));

    let mut plan = PlanBuilder::new(Femtos(0));
    let first = stream(&mut plan, &links[..1], 1.0, 1.0, &[]);
    stream(&mut plan, &links[..1], 1.0, 1.0, &[Dep { hop_offset: Femtos(2 * SECOND), ..Dep::tail(first) }]);
    assert_eq!(play(&fabric, &plan.build()), Err(SimulateError::BadDependency(1)));

    let mut plan = PlanBuilder::new(Femtos(0));
    stream(&mut plan, &links[..1], 1.0, 1.0, &[Dep::tail(TransferId(0))]);
    assert_eq!(play(&fabric, &plan.build()), Err(SimulateError::BadDependency(0)));

    let mut plan = PlanBuilder::new(Femtos(0));
    stream(&mut plan, &links[..1], 1.0, 1e9, &[]);
    assert_eq!(play(&fabric, &plan.build()), Err(SimulateError::TooLong));

    let mut plan = PlanBuilder::new(Femtos(0));
    let first = stream(&mut plan, &links[..1], 1.0, 1.0, &[]);
    stream(&mut plan, &links[..1], 1.0, 1.0, &[Dep { delay: Femtos(u64::MAX), ..Dep::tail(first) }]);
    assert_eq!(play(&fabric, &plan.build()), Err(SimulateError::TooLong));
}

#[test]
fn a_cohort_over_a_slow_link_is_refused() {
    let (mut fabric, links) = graph(&[(1.0, 1.0, LinkMode::Shared); 3]);
    fabric.slow([(links[2], 0.5)]);
    let played = |copies: u32| {
        let mut plan = PlanBuilder::new(Femtos(0));
        let phase = plan.phase("test");
        let route = plan.route([RouteRun::single(links[0], 1.0, 0.0, Flow::Reduce)], Femtos(0));
        plan.cohort(phase, route, 1.0, Delivery::Partial, &[], Cohort { copies, stride: 1, written: 0 });
        play(&fabric, &plan.build())
    };
    assert!(played(2).is_ok(), "both copies have whole links");
    assert_eq!(played(3), Err(SimulateError::MixedCapacityCohort(0)));
}

#[test]
fn runs_that_need_too_much_memory_are_refused_before_they_take_it() {
    let (fabric, links) = graph(&[(1.0, 1.0, LinkMode::Shared)]);
    let mut plan = PlanBuilder::new(Femtos(0));
    let phase = plan.phase("test");
    let rows = RouteRun::single(links[0], 1.0, 0.0, Flow::Reduce).repeated(u32::MAX, 0, 0.0);
    let route = plan.route([rows], Femtos(0));
    plan.transfer(phase, route, 1.0, Delivery::Partial, &[]);
    let refused = |played: Result<Played, SimulateError>| matches!(played, Err(SimulateError::TooLarge(_)));
    assert!(refused(play(&fabric, &plan.build())), "links");

    let fabric = switch(10_000, 100.0, 1);
    let listed = play_by_events(&fabric, &ring(&fabric, 1 << 30));
    assert!(matches!(listed, Err(SimulateError::Plan(PlanError::TooMany { .. }))), "transfers");
}

#[test]
fn loads_add_up_where_rows_column_and_broadcast_meet() {
    // The ramps of the last column carry a row's sum, the column's sum and the broadcast: three vectors.
    let mesh = mesh(16, 12);
    let played = play(&Topology::Mesh(mesh.clone()).into(), &xy_all_reduce(&mesh, XyPattern::Chain, 64.0))
        .expect("a valid plan");
    assert_eq!(played.busiest_link.0, 3.0 * 64.0 * 4.0);
}

#[test]
fn more_trees_of_the_discrete_recursion() {
    // Engine-model 3.1; the others are oracles 7 to 9.
    for (length, wavelets, expected) in [(512, 1.0, 556), (512, 16.0, 590), (750, 1.0, 784), (1170, 1.0, 1198)] {
        let mesh = mesh(length, 1);
        assert_eq!(reported_cycles(&mesh, &row_reduce(&mesh, RowPattern::Tree, wavelets)), expected);
    }
}

#[test]
fn patterns_over_lengths_of_a_row() {
    // B = 256, engine-model 3.1: length, chain, tree, two phases with groups of the rounded square root.
    for (length, chain, tree, two_phase) in [
        (4, 273, 517, 517),
        (8, 297, 773, 531),
        (16, 345, 1029, 547),
        (32, 441, 1285, 585),
        (64, 633, 1541, 631),
        (128, 1017, 1797, 731),
        (256, 1785, 2053, 895),
        (512, 3321, 2314, 1231),
    ] {
        let mesh = mesh(length, 1);
        let cycles = |pattern| reported_cycles(&mesh, &row_reduce(&mesh, pattern, 256.0));
        let got = [RowPattern::Chain, RowPattern::Tree, RowPattern::two_phase(length)].map(cycles);
        assert_eq!(got, [chain, tree, two_phase], "{length} PEs");
    }
}

/// A long chain of streams that have all drained and wait for the end of the first: the event loop must not recurse along
/// it, because a thread has a stack of a few megabytes.
#[test]
fn a_long_chain_of_streaming_successors_ends_at_once() {
    let (fabric, ids) = graph(&[(1.0, 0.0, LinkMode::Shared), (1e9, 0.0, LinkMode::Shared)]);
    let mut plan = PlanBuilder::new(Femtos(0));
    let mut last = stream(&mut plan, &ids[..1], 0.0, 10.0, &[]);
    for _ in 0..20_000 {
        last = stream(&mut plan, &ids[1..], 0.0, 1.0, &[Dep::head(last)]);
    }
    let played = play(&fabric, &plan.build()).expect("a valid plan");
    assert_eq!(played.trace.times(last.0).expect("the last transfer").end, Femtos(10 * SECOND));
}

/// Other traffic has no end of its own, and its place in the plan must not matter to the bounds.
#[test]
fn bounds_ignore_other_traffic_anywhere_in_the_plan() {
    let (fabric, ids) = graph(&[(1.0, 0.0, LinkMode::Shared), (1.0, 0.0, LinkMode::Shared)]);
    let mut plan = PlanBuilder::new(Femtos(0));
    let phase = plan.phase("test");
    let mut route = |link| plan.route([RouteRun::single(link, 1.0, 0.0, Flow::Reduce)], Femtos(0));
    let (busy, own) = (route(ids[0]), route(ids[1]));
    plan.add(Transfer { route: busy, phase, background: true, ..Transfer::default() }, &[]);
    let first = plan.transfer(phase, own, 2.0, Delivery::Partial, &[]);
    plan.transfer(phase, own, 3.0, Delivery::Partial, &[Dep::tail(first)]);
    let played = play(&fabric, &plan.build()).expect("a valid plan");
    assert_eq!(played.bounds.path, Femtos(5 * SECOND));
    assert_eq!(played.trace.end(), Femtos(5 * SECOND));
}
