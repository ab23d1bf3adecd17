//! The fast path of rings gives the result of the event loop to the last bit.

use super::fabrics::{figures, grid, star};
use crate::collective::*;
use crate::fabric::{Cluster, Fabric, LinkId, NodeInterconnect, Topology};
use crate::simulate::ring_fast_path::{StartsForm, paths_of, play_in_form};
use crate::simulate::ring_links::RingLinks;
use crate::simulate::{Budget, Played, play, play_by_events};
use crate::units::{Bytes, Femtos};

fn assert_same(name: &str, fabric: &Fabric, plan: &Plan) {
    let fast = play(fabric, plan).expect("a valid plan");
    let slow = play_by_events(fabric, plan).expect("a valid plan");
    assert_eq!(fast.trace.len(), slow.trace.len(), "{name}");
    for id in 0..plan.transfer_count() {
        assert_eq!(fast.trace.times(id), slow.trace.times(id), "{name}: transfer {id}");
        assert_eq!(*fast.trace.segments(id), *slow.trace.segments(id), "{name}: transfer {id}");
    }
    assert_eq!(fast.trace.end(), slow.trace.end(), "{name}");
    // The bytes on a link are a sum of thousands of terms in one of them and a product in the other.
    let close = |a: f64, b: f64| (a / b - 1.0).abs() < 1e-12;
    assert!(fast.bounds.load.0.abs_diff(slow.bounds.load.0) <= 2, "{name}");
    assert!(close(fast.busiest_link.0, slow.busiest_link.0), "{name}");
}

/// Fabrics of every kind that supports rings, as (name, fabric, lengths, order).
fn ring_cases() -> Vec<(String, Fabric, Vec<u32>, RankOrder)> {
    let mut cases = Vec::new();
    for ranks in [2, 3, 8, 13, 40] {
        cases.push((format!("ring of {ranks}"), star(ranks, 100.0, 250), vec![ranks], RankOrder::Straight));
    }
    for (width, height) in [(2, 2), (4, 3), (5, 5), (8, 2), (1, 6)] {
        for wraps in [false, true] {
            let fabric = grid(width, height, wraps, 100.0, 300);
            let name = format!("{width} x {height}, wraps: {wraps}");
            cases.push((name.clone(), fabric.clone(), vec![width, height], RankOrder::Straight));
            cases.push((format!("snake on {name}"), fabric, vec![width * height], RankOrder::Snake(width)));
        }
    }
    for (nodes, places) in [(2, 3), (5, 4)] {
        let cluster = Cluster {
            hub: NodeInterconnect::NvSwitch,
            nodes,
            gpus_per_node: places,
            nvlink: figures(450.0, 250),
            host: figures(63.0, 100),
            nic: figures(50.0, 1000),
            nodes_per_leaf: 2,
        };
        let fabric = Fabric::from(Topology::Cluster(cluster));
        cases.push((format!("{nodes} x {places}"), fabric, vec![places, nodes], RankOrder::Straight));
    }
    cases
}

#[test]
fn identical_slots_agree_with_the_event_loop() {
    for (name, fabric, lengths, order) in ring_cases() {
        for bytes in [1, 4097, 1 << 24] {
            for step_ns in [0, 700] {
                for blocking_sends in [false, true] {
                    let (launch, step) = (Femtos(3_000_000), Femtos(step_ns * 1_000_000));
                    let delays = Delays { launch, step, blocking_sends, ..Delays::default() };
                    let plan = ring_over(&fabric, &lengths, order, Bytes(bytes), &delays).expect("rings");
                    assert_same(&format!("{name}, {bytes} B, {step_ns} ns, {blocking_sends}"), &fabric, &plan);
                }
            }
        }
    }
}

#[test]
fn different_links_and_ranks_agree_with_the_event_loop() {
    for (number, (name, mut fabric, lengths, order)) in ring_cases().into_iter().enumerate() {
        let ranks: u32 = lengths.iter().product();
        let links = (0..fabric.link_count()).map(LinkId).filter(|&link| fabric.link(link).is_some());
        let share = |link: LinkId| 0.1 + 0.9 * f64::from((link.0 * 7919 + number as u32 * 31) % 97) / 97.0;
        let changed: Vec<(LinkId, f64)> =
            links.filter(|link| link.0 % 3 == 0).map(|link| (link, share(link))).collect();
        fabric.slow(changed);
        let start = (0..ranks).map(|rank| Femtos(u64::from(rank * rank % 11) * 123_456_789)).collect();
        let delays = Delays { step: Femtos(17_000_000), start, slow: vec![(1, 0.25)], ..Delays::default() };
        let plan = ring_over(&fabric, &lengths, order, Bytes(1 << 20), &delays).expect("rings");
        assert_same(&format!("{name}, uneven"), &fabric, &plan);
    }
}

/// A run whose starts are stored one by one, and as progressions.
fn both_forms(fabric: &Fabric, plan: &Plan) -> [Played; 2] {
    let rings = plan.rings().expect("rings");
    [StartsForm::Each, StartsForm::Progressions].map(|form| {
        let mut budget = Budget::SCENE;
        let links = RingLinks::new(rings, budget.bytes).expect("links");
        let paths = paths_of(fabric, rings, &links, &mut budget).expect("links that are up").expect("separate paths");
        play_in_form((plan, rings), (&links, paths), form, &mut budget).expect("a run")
    })
}

#[test]
fn progressions_give_the_start_of_every_send() {
    let mut shorter = 0;
    for (number, (name, whole, lengths, order)) in ring_cases().into_iter().enumerate() {
        let ranks: u32 = lengths.iter().product();
        let links: Vec<LinkId> =
            (0..whole.link_count()).map(LinkId).filter(|&link| whole.link(link).is_some()).collect();
        for slow_links in [0, 1, links.len()] {
            let mut fabric = whole.clone();
            let share = |link: LinkId| (link, 0.1 + 0.9 * f64::from((link.0 * 7919 + number as u32 * 31) % 97) / 97.0);
            fabric.slow(links.iter().take(slow_links).copied().map(share));
            for late_fs in [0, 123_456_789] {
                for (blocking_sends, slow) in [(false, None), (false, Some((1, 0.25))), (true, Some((1, 0.25)))] {
                    let start = (0..ranks).map(|rank| Femtos(u64::from(rank * rank % 11) * late_fs)).collect();
                    let (step, slow) = (Femtos(17_000_000), slow.into_iter().collect());
                    let delays = Delays { step, start, slow, blocking_sends, ..Delays::default() };
                    let plan = ring_over(&fabric, &lengths, order, Bytes(1 << 20), &delays).expect("rings");
                    let [each, few] = both_forms(&fabric, &plan);
                    let case = format!("{name}, {slow_links} slow, {late_fs} fs late, {blocking_sends}");
                    assert_eq!(each.trace.len(), few.trace.len(), "{case}");
                    for id in 0..plan.transfer_count() {
                        assert_eq!(each.trace.times(id), few.trace.times(id), "{case}: transfer {id}");
                    }
                    assert_eq!((each.trace.end(), each.bounds), (few.trace.end(), few.bounds), "{case}");
                    shorter += u32::from(few.cost.work < each.cost.work / 2);
                }
            }
        }
    }
    assert!(shorter > 50, "{shorter}");
}

/// Rings over the channels of clusters, which share NVLink ports, with what is slow and late in them.
fn turned_cases() -> Vec<(String, Fabric, Cluster, Delays)> {
    let mut cases = Vec::new();
    for (nodes, gpus_per_node, nvlink) in [(2, 2, 450.0), (5, 4, 450.0), (6, 4, 90.0), (9, 8, 450.0), (3, 6, 900.0)] {
        let (nvlink, nic, host) = (figures(nvlink, 250), figures(50.0, 1000), figures(63.0, 300));
        let cluster =
            Cluster { hub: NodeInterconnect::NvSwitch, nodes, gpus_per_node, nvlink, host, nic, nodes_per_leaf: 4 };
        let (port, out) = (cluster.nvlink_up(1), cluster.nic_out(gpus_per_node + 1));
        for (what, links) in [
            ("nothing slow", vec![]),
            ("a NIC at half", vec![(out, 0.5)]),
            ("a NIC down", vec![(out, 0.0)]),
            ("a port at half", vec![(port, 0.5)]),
            ("a port at 0.9 and a NIC at 0.2", vec![(port, 0.9), (out, 0.2)]),
        ] {
            for late_fs in [0, 323_456_789] {
                let mut fabric = Fabric::from(Topology::Cluster(cluster.clone()));
                fabric.slow(links.clone());
                let start = (0..cluster.gpus()).map(|rank| Femtos(u64::from(rank * rank % 11) * late_fs)).collect();
                let delays = Delays { step: Femtos(17_000_000), start, ..Delays::default() };
                let name = format!("{nodes} x {gpus_per_node}, {what}, {late_fs} fs late");
                cases.push((name, fabric, cluster.clone(), delays));
            }
        }
    }
    cases
}

fn turned(fabric: &Fabric, cluster: &Cluster, bytes: u64, delays: &Delays) -> Plan {
    let (gpus_per_node, ranks) = (cluster.gpus_per_node, cluster.gpus());
    let order = (RankOrder::Turned { gpus_per_node, ranks }, Halves::Both);
    ring_halves(fabric, &[ranks], order, Bytes(bytes), delays).expect("rings")
}

#[test]
fn progressions_give_the_starts_of_rings_that_turn_through_nodes() {
    let mut shorter = 0;
    for (case, fabric, cluster, delays) in turned_cases() {
        // A detour over ports that are the bottleneck has no fixed rates.
        if case.starts_with("6 x 4, a NIC down") {
            continue;
        }
        for bytes in [1 << 10, 1 << 20, 1 << 26] {
            let plan = turned(&fabric, &cluster, bytes, &delays);
            let [each, few] = both_forms(&fabric, &plan);
            for id in 0..plan.transfer_count() {
                assert_eq!(each.trace.times(id), few.trace.times(id), "{case}, {bytes} B: transfer {id}");
            }
            assert_eq!((each.trace.end(), each.bounds), (few.trace.end(), few.bounds), "{case}");
            assert!(each.bounds.tightest() <= each.trace.end(), "{case}, {bytes} B");
            // A row with a long period counts as eight.
            shorter += u32::from(few.cost.work / 8 < each.cost.work / 2);
        }
    }
    assert!(shorter > 0, "{shorter}");
}

#[test]
fn fixed_rates_on_shared_links_come_close_to_the_event_loop() {
    let mut errors: Vec<(f64, String)> = Vec::new();
    for (case, fabric, cluster, delays) in turned_cases() {
        for bytes in [1 << 10, 1 << 20, 1 << 26] {
            let fixed = play(&fabric, &turned(&fabric, &cluster, bytes, &delays)).expect("a run").trace.end();
            let rings = channel_rings_all_reduce(&fabric, &cluster, Bytes(bytes), &delays).expect("rings");
            let exact = play_by_events(&fabric, &rings).expect("a run").trace.end();
            errors.push((fixed.secs() / exact.secs() - 1.0, format!("{case}, {bytes} B")));
        }
    }
    errors.sort_by(|one, other| one.0.total_cmp(&other.0));
    let mean = errors.iter().map(|(error, _)| error.abs()).sum::<f64>() / errors.len() as f64;
    let worst = errors.first().into_iter().chain(errors.last()).map(|(error, _)| error.abs()).fold(0.0, f64::max);
    assert!(mean < 0.05 && worst < 0.1, "mean {mean}, {:?}, {:?}", errors.first(), errors.last());
}
