//! When the head of a stream enters each link of its route: a sum as soon as it is complete, a copy as soon as it is there.

use super::fabrics::*;
use crate::collective::*;
use crate::fabric::{Fabric, LinkId, Mesh, Node, Topology, WaferCluster};
use crate::units::{Bytes, Femtos};

/// A link of a route with the instants at which the head enters and leaves it, femtoseconds.
struct Passage {
    link: LinkId,
    flow: Flow,
    from: Node,
    to: Node,
    enters_fs: u64,
    leaves_fs: u64,
}

fn passages(fabric: &Fabric, route: &Route) -> Vec<Passage> {
    let places = |run: &RouteRun| (0..run.rows).flat_map(|row| (0..run.count).map(move |index| (row, index))).collect();
    let runs = route.runs.iter().map(|run| (run, places(run)));
    let each = runs.flat_map(|(run, places): (_, Vec<(u32, u32)>)| places.into_iter().map(move |place| (run, place)));
    each.map(|(run, (row, index))| {
        let link = run.link(row, index);
        let enters_fs = run.offset(row, index).0;
        let latency = fabric.link(link).expect("a link of the fabric").latency;
        // A ramp leads from a router into its own core, which adds.
        let into_core = |mesh: &Mesh| {
            mesh.place(link).map(|(x, y, _)| (Node(y * mesh.width + x), mesh.cycles(mesh.processing_cycles())))
        };
        let ends = fabric.topology.ends(link).map(|(from, to)| (from, to, latency));
        let at_core = || fabric.topology.mesh().and_then(into_core).map(|(pe, processing)| (pe, pe, processing));
        let (from, to, latency) = ends.or_else(at_core).expect("a link of the fabric");
        let leaves_fs = enters_fs + latency.0;
        Passage { link, flow: run.flow, from, to, enters_fs, leaves_fs }
    })
    .collect()
}

/// Every sum goes on as soon as it is complete, or is delivered at the end of the route; every copy starts with the stream
/// or as soon as what it copies is there. Between, the stream may turn.
#[track_caller]
fn assert_heads_pass_on(name: &str, plan: &Plan, fabric: &Fabric, turn: Femtos) {
    for (id, transfer) in plan.transfers() {
        let route = plan.route(&transfer);
        let passages = passages(fabric, &route);
        let follows = |before: &Passage, after: &Passage| {
            let waits_fs = after.enters_fs.checked_sub(before.leaves_fs);
            let joined = before.to == after.from && before.link != after.link;
            joined && waits_fs.is_some_and(|wait_fs| wait_fs == 0 || wait_fs == turn.0)
        };
        for passage in &passages {
            let (link, enters_fs) = (fabric.link_name(passage.link), passage.enters_fs);
            let passes_on = match passage.flow {
                Flow::Reduce => {
                    passage.leaves_fs == route.latency.0 || passages.iter().any(|after| follows(passage, after))
                }
                Flow::Broadcast => enters_fs == 0 || passages.iter().any(|before| follows(before, passage)),
            };
            assert!(passes_on, "{name}, transfer {id}: the head is alone on {link} at {enters_fs} fs");
        }
        let last_fs = passages.iter().map(|passage| passage.leaves_fs).max();
        assert_eq!(last_fs, Some(route.latency.0), "{name}, transfer {id}: latency of the route");
    }
}

fn turning_mesh(width: u32, height: u32) -> (Mesh, Fabric, Femtos) {
    let mesh = Mesh { turn_cycles: 3.0, ..mesh(width, height) };
    let turn = mesh.cycles(mesh.turn_cycles);
    (mesh.clone(), Fabric::from(Topology::Mesh(mesh)), turn)
}

#[test]
fn heads_pass_on_over_rectangles() {
    for (width, height) in [(2, 1), (1, 3), (2, 2), (3, 5), (7, 4), (12, 9), (16, 1), (5, 16)] {
        let (mesh, fabric, turn) = turning_mesh(width, height);
        let name = |what: &str| format!("{what} on {width} x {height}");
        for pattern in PATTERNS {
            let plan = xy_all_reduce(&mesh, pattern, 24.0);
            assert_heads_pass_on(&name(&format!("{pattern:?}")), &plan, &fabric, turn);
            if let Some(plan) = centre_rooted_all_reduce(&mesh, pattern, 24.0) {
                assert_heads_pass_on(&name(&format!("centre-rooted {pattern:?}")), &plan, &fabric, turn);
            }
        }
        assert_heads_pass_on(&name("snake"), &snake_all_reduce(&mesh, 24.0), &fabric, turn);
        if width > 1 && height > 1 {
            assert_heads_pass_on(&name("one tree"), &xy_in_tree_reduce(&mesh, 24.0), &fabric, turn);
        }
        if width > 1 {
            assert_heads_pass_on(&name("row broadcast"), &row_broadcast(&mesh, 24.0), &fabric, turn);
        }
    }
}

#[test]
fn heads_pass_on_around_rings() {
    for mapping in [RingMapping::Line, RingMapping::Interleaved] {
        for (width, height) in [(2, 2), (3, 2), (5, 7), (8, 8), (7, 1), (1, 7)] {
            let (mesh, fabric, turn) = turning_mesh(width, height);
            let plan = wafer_ring_all_reduce(&mesh, mapping, 24.0).expect("a small rectangle");
            assert_heads_pass_on(&format!("{mapping:?} rings on {width} x {height}"), &plan, &fabric, turn);
        }
    }
}

#[test]
fn heads_pass_on_between_strips() {
    for (strips, strip_width, per_round) in [(2, 3, 10), (3, 4, 10), (5, 2, 1), (8, 7, 3), (7, 12, 5)] {
        let (mesh, fabric, turn) = turning_mesh(strips * strip_width, 2);
        let layout = StripLayout::new(&mesh, strips, per_round).expect("the strips fit");
        for (root, broadcast) in [
            (Root::Middle, Broadcast::Streamed),
            (Root::Middle, Broadcast::StoreAndForward),
            (Root::End, Broadcast::Streamed),
            (Root::End, Broadcast::StoreAndForward),
            (Root::Both, Broadcast::StoreAndForward),
        ] {
            let plan = strips_all_reduce(&mesh, &layout, Bytes(1 << 16), root, broadcast);
            let name = format!("{root:?} {broadcast:?}, {strips} strips of {strip_width}");
            assert_heads_pass_on(&name, &plan, &fabric, turn);
        }
    }
}

#[test]
fn heads_pass_on_in_the_tree_between_wafers() {
    for wafers in [2, 3, 4, 5, 16, 17, 40] {
        let tree = WaferCluster { wafers, fan_out: 4, links: LINKS };
        let plan = wafer_tree_all_reduce(&tree, Bytes(1 << 20), &Delays::default());
        let fabric = Fabric::from(Topology::Wafers(tree));
        assert_heads_pass_on(&format!("{wafers} wafers"), &plan, &fabric, Femtos(0));
    }
}
