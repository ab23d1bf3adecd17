//! Tests of the budget of a scene: what does not fit is refused, by type, and says what would fit.

use super::*;
use crate::catalog::Catalog;
use crate::scene::{SceneDocument, parse_scene};
use crate::simulate::{Budget, Budgeted, ReplayCache, SimulateError, TooLarge};

fn scene(fabrics: &[&str], replicas: u32) -> SceneDocument {
    let workload = format!("(message: \"1MiB\", replicas: {replicas})");
    let text = format!("(version: 1, title: \"t\", workload: {workload}, fabrics: [{}])", fabrics.join(", "));
    let catalog = Catalog::bundled().expect("the bundled catalog");
    parse_scene("t", &text, &catalog).unwrap_or_else(|faults| panic!("{faults}"))
}

fn refusal(run: &FabricRun) -> TooLarge {
    match &run.outcome {
        Outcome::Failed(SimulateError::TooLarge(refusal)) => *refusal,
        other => panic!("not refused for its size: {other:?}"),
    }
}

const SLOW_LINK_RING: &str = "(name: \"f\", machine: \"switch\", algorithm: \"ring\",
    faults: [(link: \"GPU 0 -> NVSwitch\", capacity: 0.5)])";

#[test]
fn the_fabrics_of_a_scene_share_its_memory() {
    let document = scene(&[SLOW_LINK_RING, SLOW_LINK_RING], 256);
    let whole = solve(&document.scene);
    let kept = whole[0].kept_bytes();
    assert!(kept > 0 && kept == whole[1].kept_bytes());
    let mut budget = Budget { bytes: kept * 3 / 2, ..Budget::SCENE };
    let runs = solve_within(&document.scene, &mut budget);
    assert!(runs[0].result().is_some());
    let refused = refusal(&runs[1]);
    assert_eq!((refused.budgeted, refused.limit), (Budgeted::Memory, kept - kept / 2));
    assert!(budget.lacked_memory && runs[1].plan.transfer_count() == 0);
    // Half of the memory: the sends of a ring grow with the square of its ranks.
    let fits = refused.ranks_that_fit.expect("a number of ranks");
    assert!((170..=181).contains(&fits), "{fits}");
    let smaller = scene(&[SLOW_LINK_RING], fits as u32);
    assert!(solve_within(&smaller.scene, &mut Budget { bytes: refused.limit, ..Budget::SCENE })[0].result().is_some());
}

#[test]
fn auto_gives_up_a_candidate_without_work_and_keeps_the_others() {
    let document = scene(&["(name: \"f\", machine: \"mesh\", region: \"6x6\", algorithm: \"auto\")"], 2);
    let whole = &solve(&document.scene)[0];
    let best = whole.result().expect("a run");
    assert_eq!(whole.algorithm, "multi-ring");
    let runs = solve_within(&document.scene, &mut Budget { work: best.played.cost.work, ..Budget::SCENE });
    assert_ne!(runs[0].algorithm, "multi-ring");
    assert!(runs[0].result().is_some_and(|result| result.time > best.time), "{:?}", runs[0].outcome);
}

#[test]
fn the_cost_of_a_candidate_is_known_before_it_is_played() {
    let fabric =
        |algorithm: &str| format!("(name: \"f\", machine: \"mesh\", region: \"8x8\", algorithm: \"{algorithm}\")");
    let document = scene(&[&fabric("ring"), &fabric("direct")], 2);
    let costs = document.scene.fabrics.iter().map(|fabric| estimated_cost(&document.scene, fabric).expect("a plan"));
    let [ring, direct] = costs.collect::<Vec<_>>()[..] else { panic!("two fabrics") };
    assert!(direct.work > 100 * ring.work && direct.bytes > ring.bytes, "{ring:?}, {direct:?}");
}

#[test]
fn a_replay_has_to_fit_beside_the_runs_of_its_scene() {
    let document = scene(&[SLOW_LINK_RING], 64);
    let kept = solve(&document.scene)[0].kept_bytes();
    for (bytes, fits) in [(3 * kept, true), (2 * kept - 1, false)] {
        let run = &solve_within(&document.scene, &mut Budget { bytes, ..Budget::SCENE })[0];
        assert_eq!(run.can_replay(), fits);
        let mut cache = ReplayCache::default();
        let is_replayed = |parameter| run.replayed(parameter, 1.01, &mut cache).is_some();
        assert_eq!(run.parameters().into_iter().any(is_replayed), fits);
    }
}
