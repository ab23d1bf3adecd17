//! The fast path of rings gives the result of the event loop to the last bit.

use super::fabrics::{figures, grid, star};
use crate::collective::*;
use crate::fabric::{Cluster, Fabric, LinkId, Topology};
use crate::simulate::ring_fast_path::{RingLinks, StartsForm, play_in_form, separate_paths};
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
        let paths = separate_paths(fabric, rings, &links, &budget).expect("links that are up").expect("separate paths");
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
                for blocking_sends in [false, true] {
                    let start = (0..ranks).map(|rank| Femtos(u64::from(rank * rank % 11) * late_fs)).collect();
                    let step = Femtos(17_000_000);
                    let delays = Delays { step, start, slow: vec![(1, 0.25)], blocking_sends, ..Delays::default() };
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
