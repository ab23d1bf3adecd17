//! Memory and work of a run: counted, bounded, and refused with a typed error.

use crate::collective::*;
use crate::fabric::{Fabric, Grid, LinkFigures, NodeInterconnect, Switch, Topology};
use crate::simulate::{Budget, Budgeted, SimulateError, TooLarge, estimate, play, play_within};
use crate::units::{Bytes, BytesPerSec, Femtos};

fn links() -> LinkFigures {
    LinkFigures { capacity: BytesPerSec(100e9), latency: Femtos(500_000_000) }
}

/// Every chip of a mesh sends to every other one at once.
fn direct(side: u32) -> (Fabric, Plan) {
    let fabric = Fabric::from(Topology::Grid(Grid { width: side, height: side, wraps: false, links: links() }));
    let plan = direct_all_reduce(&fabric, Bytes(1 << 20), &Delays::default()).expect("pairs");
    (fabric, plan)
}

/// A ring around a switch with one slow link, so that every send is stored.
fn slow_link_ring(ranks: u32) -> (Fabric, Plan) {
    let LinkFigures { capacity, latency } = links();
    let switch = Switch { hub: NodeInterconnect::NvSwitch, ranks, capacity, latency };
    let slow = switch.up(0);
    let mut fabric = Fabric::from(Topology::Switch(switch));
    fabric.slow([(slow, 0.5)]);
    let plan = ring_all_reduce(&fabric, Bytes(1 << 20), &Delays::default()).expect("a ring");
    (fabric, plan)
}

fn refusal(error: SimulateError) -> TooLarge {
    match error {
        SimulateError::TooLarge(refusal) => refusal,
        other => panic!("not a matter of size: {other}"),
    }
}

#[test]
fn contended_streams_cost_about_as_much_as_their_rates_change() {
    for side in [4, 6, 8] {
        let (fabric, plan) = direct(side);
        let played = play(&fabric, &plan).expect("a small mesh");
        let changes: u64 = (0..plan.transfer_count()).map(|id| played.trace.segments(id).len() as u64).sum();
        // A change of a rate visits the links of its stream a few times.
        let hops = u64::from(side);
        assert!(played.cost.work < 8 * hops * changes, "{side}: {} for {changes} rates", played.cost.work);
    }
}

#[test]
fn the_estimated_work_of_a_contended_plan_is_near_its_work() {
    for side in [4, 6, 8] {
        let (fabric, plan) = direct(side);
        let estimated = estimate(&fabric, &plan).expect("a small mesh");
        let cost = play(&fabric, &plan).expect("a small mesh").cost;
        let ratio = estimated.work as f64 / cost.work as f64;
        assert!((0.25..4.0).contains(&ratio), "{side}: {estimated:?}, {cost:?}");
    }
}

#[test]
fn a_run_without_work_left_is_stopped_and_spends_what_there_was() {
    let (fabric, plan) = direct(4);
    let work = play(&fabric, &plan).expect("a small mesh").cost.work;
    let mut enough = Budget { work, ..Budget::SCENE };
    assert!(play_within(&fabric, &plan, &mut enough).is_ok());
    assert_eq!(enough.work, 0);
    let mut less = Budget { work: work - 1, ..Budget::SCENE };
    let refusal = refusal(play_within(&fabric, &plan, &mut less).expect_err("too little work"));
    assert_eq!(refusal.budgeted, Budgeted::Work);
    assert_eq!(less.work, 0);
}

#[test]
fn a_run_far_beyond_its_work_is_refused_before_it_is_played() {
    let (fabric, plan) = direct(6);
    let mut little = Budget { work: 1000, ..Budget::SCENE };
    let refusal = refusal(play_within(&fabric, &plan, &mut little).expect_err("too little work"));
    assert_eq!((refusal.budgeted, little.work), (Budgeted::Work, 1000), "{refusal:?}");
    assert!(refusal.needed > 4 * refusal.limit, "{refusal:?}");
}

#[test]
fn memory_is_refused_by_plan_and_by_rates() {
    let (fabric, plan) = direct(4);
    let kept = play(&fabric, &plan).expect("a small mesh").cost.bytes;
    let mut smallest = 0;
    // From less than the plan needs to more than the run needs: refused below some size, and played from there on.
    for bytes in (1..=12).map(|part| part * kept / 4) {
        let mut budget = Budget { bytes, ..Budget::SCENE };
        match play_within(&fabric, &plan, &mut budget) {
            Ok(_) => smallest = if smallest == 0 { bytes } else { smallest },
            Err(error) => {
                assert_eq!(refusal(error).budgeted, Budgeted::Memory);
                assert_eq!(smallest, 0, "{bytes} bytes are too little, {smallest} are enough");
            }
        }
    }
    assert!(smallest > 0, "three times what the run keeps is not enough");
}

#[test]
fn a_ring_whose_starts_do_not_fit_is_refused() {
    let (fabric, plan) = slow_link_ring(64);
    let bytes = play(&fabric, &plan).expect("a small ring").cost.bytes;
    let mut budget = Budget { bytes: bytes - 1, ..Budget::SCENE };
    let refusal = refusal(play_within(&fabric, &plan, &mut budget).expect_err("too little memory"));
    // The links of its paths count, too.
    assert_eq!((refusal.budgeted, refusal.limit), (Budgeted::Memory, bytes - 1));
    assert!((bytes + 1..bytes * 5 / 4).contains(&refusal.needed), "{refusal:?}");
    assert_eq!(estimate(&fabric, &plan).expect("a small ring").bytes, bytes);
}
