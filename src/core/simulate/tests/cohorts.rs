//! Cohorts: one stream gives all its copies the instants that they have when each is written out, to the last bit, for
//! every algorithm of a wafer.

use crate::collective::*;
use crate::fabric::{Fabric, Mesh, Topology};
use crate::simulate::play_by_events;
use crate::trace::Trace;
use crate::units::{Bytes, Femtos};

/// A cycle is not a whole number of femtoseconds, so that rounding errors show.
fn mesh(width: u32, height: u32) -> Mesh {
    Mesh { width, height, clock_hz: 0.875e9, bytes_per_cycle: 4.0, hop_cycles: 1.0, turn_cycles: 0.0, ramp_cycles: 2.0 }
}

/// The plan with every copy of every cohort written out, and the first copy of each of the old transfers.
fn expanded(plan: &Plan) -> (Plan, Vec<u32>) {
    let mut all = PlanBuilder::new(plan.launch());
    plan.phases().iter().for_each(|name| _ = all.phase(name));
    let mut first = Vec::new();
    for (id, transfer) in plan.transfers() {
        let route = plan.route(&transfer);
        let cohort = transfer.cohort;
        for copy in 0..cohort.copies {
            let shift = |run: &RouteRun| RouteRun { first: run.first.offset(cohort.shift(copy)), ..run.clone() };
            let route = all.route(route.runs.iter().map(shift), route.latency);
            let mut deps = Vec::new();
            for dep in plan.deps(id) {
                // A copy waits for its own row; a single transfer waits for all rows.
                let on = plan.transfer(dep.on.0).cohort;
                let copies = if on.copies == cohort.copies { copy..copy + 1 } else { 0..on.copies };
                deps.extend(copies.map(|copy| Dep { on: TransferId(first[dep.on.0 as usize] + copy), ..dep }));
            }
            let added = all.transfer(transfer.phase, route, transfer.bytes, transfer.delivery, &deps);
            if copy == 0 {
                first.push(added.0);
            }
        }
    }
    (all.build(), first)
}

fn assert_same(name: &str, mesh: &Mesh, plan: &Plan) {
    let fabric = Fabric::from(Topology::Mesh(mesh.clone()));
    let (all, first) = expanded(plan);
    assert_eq!(plan.logical_transfers(), all.logical_transfers(), "{name}");
    let one = play_by_events(&fabric, plan).expect("valid cohorts");
    let other = play_by_events(&fabric, &all).expect("a valid plan");
    assert_eq!(one.trace.end(), other.trace.end(), "{name}");
    for (id, transfer) in plan.transfers() {
        for copy in 0..transfer.cohort.copies {
            let written = first[id as usize] + copy;
            assert_eq!(one.trace.times(id), other.trace.times(written), "{name}, transfer {id}, copy {copy}");
            let rates = |trace: &Trace, id: u32| -> Vec<(Femtos, u64)> {
                trace.segments(id).iter().map(|segment| (segment.from, segment.rate.to_bits())).collect()
            };
            assert_eq!(rates(&one.trace, id), rates(&other.trace, written), "{name}, transfer {id}, copy {copy}");
        }
    }
}

const PATTERNS: [XyPattern; 5] =
    [XyPattern::Star, XyPattern::Chain, XyPattern::Tree, XyPattern::TwoPhase, XyPattern::AutoGen];

#[test]
fn patterns_over_rectangles() {
    for (width, height) in [(2, 2), (5, 4), (8, 8), (13, 6), (6, 1), (1, 7), (21, 5)] {
        let mesh = mesh(width, height);
        for wavelets in [0.5, 1.0, 17.0, 256.0, 4096.0] {
            for pattern in PATTERNS {
                let name = format!("{pattern:?}, {width} x {height}, {wavelets} wavelets");
                assert_same(&name, &mesh, &xy_all_reduce(&mesh, pattern, wavelets));
                if let Some(plan) = centre_rooted_all_reduce(&mesh, pattern, wavelets) {
                    assert_same(&format!("centre-rooted {name}"), &mesh, &plan);
                }
            }
            assert_same("snake", &mesh, &snake_all_reduce(&mesh, wavelets));
            for mapping in [RingMapping::Line, RingMapping::Interleaved] {
                let plan = wafer_ring_all_reduce(&mesh, mapping, wavelets).expect("a small rectangle");
                assert_same(&format!("{mapping:?} rings, {width} x {height}, {wavelets}"), &mesh, &plan);
            }
        }
    }
}

#[test]
fn strips_of_all_kinds() {
    for (strips, strip_width, idle, height, per_round) in
        [(2, 3, 0, 2, 10), (3, 8, 1, 3, 5), (5, 2, 1, 4, 1), (8, 7, 3, 2, 3), (6, 1, 0, 3, 10)]
    {
        let mesh = mesh(strips * strip_width + idle, height);
        let layout = StripLayout::new(&mesh, strips, per_round).expect("the strips fit");
        for (root, broadcast) in [
            (Root::Middle, Broadcast::Streamed),
            (Root::Middle, Broadcast::StoreAndForward),
            (Root::End, Broadcast::Streamed),
            (Root::End, Broadcast::StoreAndForward),
            (Root::Both, Broadcast::StoreAndForward),
        ] {
            for message in [1, 1000, 1 << 16] {
                let plan = strips_all_reduce(&mesh, &layout, Bytes(message), root, broadcast);
                let name = format!("{root:?}, {broadcast:?}, {strips} strips of {strip_width}, {message} B");
                assert_same(&name, &mesh, &plan);
            }
        }
    }
}
