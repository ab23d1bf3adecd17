//! The proof for the PEs of a wafer: at the end every PE holds every contribution exactly once.

use super::fabrics::*;
use super::symbolic::*;
use crate::collective::*;
use crate::fabric::{Direction, Fabric, Topology};
use crate::units::{Bytes, Femtos};

#[test]
fn patterns_over_rectangles_reduce_once() {
    for (width, height) in [(2, 1), (2, 2), (3, 5), (7, 4), (12, 9), (16, 1), (5, 16)] {
        let mesh = mesh(width, height);
        for pattern in PATTERNS {
            let plan = xy_all_reduce(&mesh, pattern, 3.0);
            let name = format!("{pattern:?} on {width} x {height}");
            follow_mesh(&plan, &mesh).assert_reduced(&name, |_, _| true);
        }
    }
}

#[test]
fn strips_reduce_once() {
    for (strips, strip_width, idle, per_round) in
        [(2, 3, 0, 10), (3, 4, 1, 10), (5, 2, 1, 1), (8, 7, 3, 3), (7, 12, 0, 5)]
    {
        let mesh = mesh(strips * strip_width + idle, 2);
        let layout = StripLayout::new(&mesh, strips, per_round).expect("the strips fit");
        for (root, broadcast) in [
            (Root::Middle, Broadcast::Streamed),
            (Root::Middle, Broadcast::StoreAndForward),
            (Root::End, Broadcast::Streamed),
            (Root::End, Broadcast::StoreAndForward),
            (Root::Both, Broadcast::StoreAndForward),
        ] {
            let plan = strips_all_reduce(&mesh, &layout, Bytes(1 << 16), root, broadcast);
            let place = |pe: usize| (pe as u32 % mesh.width, pe as u32 / mesh.width);
            let counterparts = |pe: usize, other: usize| {
                let ((x, y), (other_x, other_y)) = (place(pe), place(other));
                let used = x < strips * strip_width && other_x < strips * strip_width;
                pe == other || used && y == other_y && x % strip_width == other_x % strip_width
            };
            let name = format!("{root:?} {broadcast:?}, {strips} strips of {strip_width}");
            follow_mesh(&plan, &mesh).assert_reduced(&name, counterparts);
        }
    }
}

#[test]
fn auto_gen_trees_reduce_once() {
    for (width, height) in [(2, 2), (3, 2), (5, 7), (8, 8), (13, 6), (17, 1), (1, 17)] {
        let mesh = mesh(width, height);
        // From stars over trees of every depth to chains.
        for wavelets in [0.25, 1.0, 4.0, 16.0, 64.0, 256.0, 4096.0] {
            let plan = xy_all_reduce(&mesh, XyPattern::AutoGen, wavelets);
            let name = format!("auto-gen on {width} x {height}, {wavelets} wavelets");
            follow_mesh(&plan, &mesh).assert_reduced(&name, |_, _| true);
        }
    }
}

#[test]
fn snakes_reduce_once() {
    for (width, height) in [(2, 2), (3, 2), (5, 7), (8, 8), (13, 6), (1, 9), (9, 1), (2, 11)] {
        let mesh = mesh(width, height);
        let name = format!("snake on {width} x {height}");
        follow_mesh(&snake_all_reduce(&mesh, 3.0), &mesh).assert_reduced(&name, |_, _| true);
    }
}

#[test]
fn centre_rooted_plans_reduce_once() {
    for (width, height) in [(2, 2), (3, 2), (2, 3), (5, 7), (8, 8), (13, 6), (4, 17), (19, 2)] {
        let mesh = mesh(width, height);
        for pattern in PATTERNS {
            let plan = centre_rooted_all_reduce(&mesh, pattern, 3.0).expect("at least 2 x 2");
            let name = format!("centre-rooted {pattern:?} on {width} x {height}");
            follow_mesh(&plan, &mesh).assert_reduced(&name, |_, _| true);
        }
    }
    assert_eq!(centre_rooted_all_reduce(&mesh(1, 9), XyPattern::Star, 3.0), None);
    assert_eq!(centre_rooted_all_reduce(&mesh(9, 1), XyPattern::Star, 3.0), None);
}

#[test]
fn wafer_rings_reduce_once() {
    for mapping in [RingMapping::Line, RingMapping::Interleaved] {
        for width in [2, 3, 4, 5, 8, 13, 16] {
            let mesh = mesh(width, 1);
            let plan = row_ring_all_reduce(&mesh, mapping, 24.0).expect("a short row");
            follow_mesh(&plan, &mesh).assert_reduced(&format!("{mapping:?} ring of {width}"), |_, _| true);
        }
        for (width, height) in [(2, 2), (3, 2), (5, 7), (8, 8), (7, 1), (1, 7)] {
            let mesh = mesh(width, height);
            let plan = wafer_ring_all_reduce(&mesh, mapping, 24.0).expect("a small rectangle");
            let name = format!("{mapping:?} rings on {width} x {height}");
            follow_mesh(&plan, &mesh).assert_reduced(&name, |_, _| true);
        }
    }
    let alone = row_ring_all_reduce(&mesh(1, 1), RingMapping::Line, 1.0).expect("no transfer at all");
    assert_eq!(alone.transfer_count(), 0);
    assert!(row_ring_all_reduce(&mesh(2000, 1), RingMapping::Line, 1.0).is_err());
    assert!(wafer_ring_all_reduce(&mesh(755, 1170), RingMapping::Line, 1.0).is_err());
}

#[test]
fn plans_with_late_pes_and_slow_links_reduce_once() {
    for (width, height) in [(5, 4), (8, 6), (3, 9)] {
        let mesh = mesh(width, height);
        let mut fabric = Fabric::from(Topology::Mesh(mesh.clone()));
        fabric.slow([(mesh.link_id(1, 1, Direction::East), 0.5), (mesh.link_id(2, 3, Direction::Ramp), 0.25)]);
        let late = |pe: u32| Femtos(u64::from(pe * 37 % 11) * 5_000_000);
        for pattern in PATTERNS {
            for is_late in [false, true] {
                let plan = xy_all_reduce(&mesh, pattern, 3.0);
                let fitted = fit_to_faults(plan, &mesh, &fabric, is_late, &late).expect("nothing is down");
                let name = format!("{pattern:?} on {width} x {height}, late: {is_late}");
                follow_mesh(&fitted, &mesh).assert_reduced(&name, |_, _| true);
            }
        }
        let fitted = fit_to_faults(snake_all_reduce(&mesh, 3.0), &mesh, &fabric, true, &late).expect("a snake");
        follow_mesh(&fitted, &mesh).assert_reduced("snake", |_, _| true);
    }
}
