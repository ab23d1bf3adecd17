//! The proof with links that are down, PEs that come late, and links that are slow.

use rand::{Rng, RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

use super::fabrics::*;
use super::symbolic::*;
use crate::collective::*;
use crate::fabric::{Direction, Fabric, Grid, LinkFigures, LinkId, Mesh, Topology, WaferCluster};
use crate::units::{Bytes, BytesPerSec, Femtos};

/// A mesh with random links down, some of which may have no alternate path.
fn with_cuts(random: &mut impl Rng, mesh: &Mesh, count: u32) -> Fabric {
    let mut fabric = Fabric::from(Topology::Mesh(mesh.clone()));
    let links: Vec<LinkId> =
        (0..fabric.topology.link_count()).map(LinkId).filter(|&link| fabric.topology.ends(link).is_some()).collect();
    for _ in 0..count {
        fabric.slow([(links[random.random_range(0..links.len())], [0.0, 0.0, 0.5][random.random_range(0..3_usize)])]);
    }
    fabric
}

fn assert_avoids(plan: &Plan, fabric: &Fabric, name: &str) {
    for &(link, _) in fabric.changed().iter().filter(|(_, share)| *share <= 0.0) {
        for (_, transfer) in plan.transfers() {
            let uses = plan.route(&transfer).runs.iter().any(|run| transfer.find(run, link).is_some());
            assert!(!uses, "{name} uses {}", fabric.link_name(link));
        }
    }
}

#[test]
fn plans_around_down_links_reduce_once() {
    let mut random = Pcg64Mcg::seed_from_u64(5);
    let mut adapted = 0;
    for _ in 0..60 {
        let mesh = mesh(random.random_range(2..9), random.random_range(2..7));
        let count = random.random_range(1..4);
        let fabric = with_cuts(&mut random, &mesh, count);
        let late = random.random_range(0..2) == 0;
        let late_by = |pe: u32| Femtos(u64::from(pe * 37 % 11) * 5_000_000);
        let mut plans = vec![
            ("snake".to_owned(), snake_all_reduce(&mesh, 24.0)),
            ("rings".to_owned(), wafer_ring_all_reduce(&mesh, RingMapping::Line, 24.0).expect("a small rectangle")),
        ];
        for pattern in PATTERNS {
            plans.push((format!("{pattern:?}"), xy_all_reduce(&mesh, pattern, 24.0)));
            plans.extend(
                centre_rooted_all_reduce(&mesh, pattern, 24.0).map(|plan| (format!("centre {pattern:?}"), plan)),
            );
        }
        for (name, plan) in plans {
            let name = format!("{name} on {} x {}", mesh.width, mesh.height);
            match fit_to_faults(plan, &mesh, &fabric, late, &late_by) {
                Ok(fitted) => {
                    assert_avoids(&fitted, &fabric, &name);
                    follow_mesh(&fitted, &mesh).assert_reduced(&name, |_, _| true);
                    adapted += 1;
                }
                Err(error) => assert!(matches!(error, PlanError::NoAlternatePath(_)), "{name}: {error}"),
            }
        }
    }
    assert!(adapted > 300, "only {adapted} plans could be fitted");
}

#[test]
fn strips_around_down_links_reduce_once() {
    let mut random = Pcg64Mcg::seed_from_u64(6);
    for _ in 0..40 {
        let (strips, strip_width) = (random.random_range(2..6), random.random_range(1..5));
        let mesh = mesh(strips * strip_width + random.random_range(0..2), random.random_range(2..5));
        let layout = StripLayout::new(&mesh, strips, 3).expect("the strips fit");
        let fabric = with_cuts(&mut random, &mesh, 2);
        for (root, broadcast) in [
            (Root::Middle, Broadcast::Streamed),
            (Root::End, Broadcast::StoreAndForward),
            (Root::Both, Broadcast::StoreAndForward),
        ] {
            let plan = strips_all_reduce(&mesh, &layout, Bytes(1 << 12), root, broadcast);
            let late_by = |pe: u32| Femtos(u64::from(pe % mesh.width / strip_width) * 3_000_000);
            let Ok(fitted) = fit_to_faults(plan, &mesh, &fabric, true, &late_by) else { continue };
            let name = format!("{root:?}, {strips} strips of {strip_width}");
            assert_avoids(&fitted, &fabric, &name);
            let place = |pe: usize| (pe as u32 % mesh.width, pe as u32 / mesh.width);
            let counterparts = |pe: usize, other: usize| {
                let ((x, y), (other_x, other_y)) = (place(pe), place(other));
                let used = x < strips * strip_width && other_x < strips * strip_width;
                pe == other || used && y == other_y && x % strip_width == other_x % strip_width
            };
            follow_mesh(&fitted, &mesh).assert_reduced(&name, counterparts);
        }
    }
}

#[test]
fn paths_around_a_down_link_are_shortest() {
    // 4 x 4 chips, one microsecond per hop, one link down.
    let links = LinkFigures { capacity: BytesPerSec(100e9), latency: Femtos(1_000_000_000) };
    let grid = Grid { width: 4, height: 4, wraps: false, links };
    let cut = grid.link_id(2, 0, Direction::East);
    let mut fabric = Fabric::from(Topology::Grid(grid.clone()));
    fabric.slow([(cut, 0.0)]);
    for from in 0..16 {
        for to in (0..16).filter(|&to| to != from) {
            let hops = |path: Vec<crate::fabric::LinkRun>| path.iter().flat_map(|run| run.links()).count();
            let ((x, y), (to_x, to_y)) = (grid.place(from), grid.place(to));
            // Only paths along row 0 itself become longer.
            let along = y == 0 && to_y == 0 && x <= 2 && to_x == 3;
            let shortest = x.abs_diff(to_x) + y.abs_diff(to_y) + if along { 2 } else { 0 };
            let path = path_between(&fabric, from, to).expect("a path");
            assert!(path.iter().flat_map(|run| run.links()).all(|link| link != cut), "{from} to {to}");
            assert_eq!(hops(path) as u32, shortest, "{from} to {to}");
        }
    }
    for (name, plan) in plans_of(&fabric) {
        assert_reduces(&format!("{name} round a cut"), &plan, &fabric);
    }
}

/// Wafers under a tree with a link that is slow and a wafer that comes late: the same streams, so the same sums.
#[test]
fn a_late_wafer_changes_no_route() {
    let tree = WaferCluster { wafers: 9, fan_out: 4, links: LINKS };
    let late = Delays { start: (0..9).map(|wafer| Femtos(u64::from(wafer == 3))).collect(), ..Delays::default() };
    let (whole, with_late) = (
        wafer_tree_all_reduce(&tree, Bytes(1 << 20), &Delays::default()),
        wafer_tree_all_reduce(&tree, Bytes(1 << 20), &late),
    );
    let routes =
        |plan: &Plan| plan.transfers().map(|(_, transfer)| plan.route(&transfer).into_owned()).collect::<Vec<_>>();
    assert_eq!(routes(&whole), routes(&with_late));
}
