//! Vectors 39 to 42 and 46 to 52: single links, and cuts of many.

use crate::fabric::{Fabric, Graph, LinkFigures, LinkId, LinkMode, Mesh, Topology, WaferCluster};
use crate::simulate::play;
use crate::simulate::tests::wafer_cycle_counts::*;
use crate::units::{BytesPerSec, Femtos};

const FABRICA: &str = "CS-3 measurements, unreviewed";
const DOJO: &str = "Dojo System v25";
const DERIVED: &str = "derived";

/// Links one after the other, as (capacity, latency in s, mode); a byte is a wavelet and a second a cycle.
pub(super) fn links(each: impl IntoIterator<Item = (f64, f64)>) -> (Fabric, Vec<LinkId>) {
    let mut graph = Graph::default();
    let mut add =
        |(capacity, latency_s)| graph.add(BytesPerSec(capacity), Femtos::from_secs(latency_s), LinkMode::Shared);
    let ids = each.into_iter().map(&mut add).collect();
    (Topology::Graph(graph).into(), ids)
}

/// Adds a stream over links with weight 1 and a latency for all of them.
pub(super) fn stream(plan: &mut PlanBuilder, route: &[LinkId], latency_s: f64, bytes: f64, deps: &[Dep]) -> TransferId {
    let phase = plan.phase("stream");
    let runs = route.iter().map(|&link| RouteRun::single(link, 1.0, 0.0, Flow::Broadcast));
    let route = plan.route(runs, Femtos::from_secs(latency_s));
    plan.transfer(phase, route, bytes, Delivery::All, deps)
}

pub(super) fn end_s(fabric: &Fabric, plan: PlanBuilder) -> f64 {
    play(fabric, &plan.build()).expect("a valid plan").trace.end().secs()
}

/// What several links carry together, each as much as it can: the bytes over the time.
pub(super) fn together(count: u32, capacity: f64) -> f64 {
    let (fabric, each) = links((0..count).map(|_| (capacity, 0.0)));
    let mut plan = PlanBuilder::new(Femtos(0));
    for &link in &each {
        stream(&mut plan, &[link], 0.0, capacity, &[]);
    }
    f64::from(count) * capacity / end_s(&fabric, plan)
}

#[test]
fn vectors_39_to_42_messages_on_wse_3() {
    for (hops, expected) in [(1, 42.0), (2, 44.0), (4, 48.0), (8, 56.0), (16, 72.0), (32, 104.0)] {
        let (fabric, path) = links((0..hops).map(|_| (1.0, 2.0)));
        let mut plan = PlanBuilder::new(Femtos::from_secs(40.0));
        stream(&mut plan, &path, 2.0 * f64::from(hops), 1.0, &[]);
        let got = end_s(&fabric, plan) - 1.0;
        case(39, &format!("point to point over {hops} hops"), expected, got, Within::Units(1e-9), FABRICA);
    }
    for (number, stages, wavelets, measured, model) in [(40, 1, 64.0, 97.0, 96.664), (41, 8, 512.0, 4245.0, 4245.396)] {
        let (fabric, path) = links((0..stages).map(|_| (1.0 / 1.001, 16.1)));
        let mut plan = PlanBuilder::new(Femtos::from_secs(16.5));
        let mut before: Option<TransferId> = None;
        for &link in &path {
            let deps: Vec<Dep> = before.map(Dep::tail).into_iter().collect();
            before = Some(stream(&mut plan, &[link], 16.1, wavelets, &deps));
        }
        let got = end_s(&fabric, plan);
        let name = format!("relay of {stages} stages, B={wavelets}");
        case(number, &name, measured, got, Within::Share(0.04), FABRICA);
        case(number, &name, model, got, Within::Units(5e-4), "its formula 1.001 N B + 16.1 N + 16.5");
    }
    let (fabric, path) = links([(1.0 / 1.125, 0.0)]);
    let mut plan = PlanBuilder::new(Femtos(0));
    for _ in 0..2 {
        stream(&mut plan, &path, 0.0, 100.0, &[]);
    }
    case(42, "two senders of 100 into one link", 225.0, end_s(&fabric, plan), Within::Share(0.02), FABRICA);
}

#[test]
fn vectors_46_to_48_between_wafers() {
    let pass = |bytes: f64| {
        let (fabric, path) = links([(150e9, 0.0)]);
        let mut plan = PlanBuilder::new(Femtos(0));
        stream(&mut plan, &path, 0.0, bytes, &[]);
        end_s(&fabric, plan)
    };
    case(46, "one I/O pass of 2.6 GB, ms", 17.3, pass(2.6e9) * 1e3, Within::Units(0.05), DERIVED);
    case(47, "weights of 175 B parameters one way, s", 4.67, pass(175e9 * 4.0), Within::Units(0.005), DERIVED);
    for (systems, expected) in [(16, 2.0), (64, 3.0), (192, 4.0), (2048, 6.0)] {
        let links = LinkFigures { capacity: BytesPerSec(150e9), latency: Femtos(5_000_000_000) };
        let got = f64::from(WaferCluster { wafers: systems, fan_out: 4, links }.depth());
        case(48, &format!("levels of a tree over {systems} systems"), expected, got, Within::Units(0.0), DERIVED);
    }
}

#[test]
fn vectors_50_to_52_bandwidth_from_geometry() {
    for (name, pes, clock_hz, expected) in [("WSE-2", 850_000.0, 1.01e9, 220.0), ("WSE-3", 900_000.0, 0.93e9, 214.0)] {
        // Four neighbours, both directions, each link counted at both ends.
        let link = Mesh { clock_hz, ..mesh(2, 2) }.link_capacity().0 * 8.0;
        let got = pes * 4.0 * 2.0 * link / 1e15;
        case(50, &format!("{name}, fabric as advertised, Pb/s"), expected, got, Within::Share(0.01), DERIVED);
    }
    let wafer = Mesh { clock_hz: 0.85e9, ..mesh(757, 996) };
    let cut = together(wafer.width, wafer.link_capacity().0) / 1e12;
    case(51, "WSE-2, across the narrow middle, one way, TB/s", 2.574, cut, Within::Units(5e-4), DERIVED);
    // A Dojo tile: 5 x 5 dies, 4 TB/s per die edge for both directions together; four sides of 9 TB/s.
    case(52, "Dojo tile, bisection, TB/s", 10.0, together(5, 4.0 / 2.0), Within::Units(1e-9), DOJO);
    case(52, "Dojo tile, off the tile, TB/s", 36.0, together(4, 9.0), Within::Units(1e-9), DOJO);
}
