//! Whether a scene can be solved, without solving it: every fabric is planned, none is simulated.

use super::auto::with_table_pick;
use super::fabric_solver::{plan_run, unplanned};
use super::{notes, ranks_that_fit};
use crate::collective::Algorithm;
use crate::scene::{AUTO, FabricScene, NCCL_TABLE, Scene, with_algorithm};
use crate::simulate::{SimulateError, check};

/// Why a fabric of a scene has no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// The message exceeds the memory. A result, not an error. Holds the note.
    DoesNotFit(String),
    /// The planner or the engine refuses it.
    Refused(SimulateError),
}

/// What keeps each fabric of a scene from running. With `auto`, the obstacle of the first algorithm if all have one.
///
/// A run that passes may still take longer than simulated time reaches.
pub fn obstacles(scene: &Scene) -> Vec<Option<Obstacle>> {
    scene.fabrics.iter().map(|fabric| obstacle(scene, fabric)).collect()
}

/// The first other algorithm of the registry that would run a fabric.
pub fn runnable(scene: &Scene, spec: &FabricScene) -> Option<&'static str> {
    let others = candidates(spec).filter(|id| *id != spec.algorithm);
    others.into_iter().find(|id| with_algorithm(spec, id).is_some_and(|own| of_algorithm(scene, &own, id).is_none()))
}

fn candidates(spec: &FabricScene) -> impl Iterator<Item = &'static str> {
    spec.algorithms().into_iter().map(Algorithm::id)
}

fn obstacle(scene: &Scene, spec: &FabricScene) -> Option<Obstacle> {
    if spec.algorithm == NCCL_TABLE
        && let Some((picked, _)) = with_table_pick(scene, spec)
    {
        return of_algorithm(scene, &picked, picked.kind.algorithm().id());
    }
    if spec.algorithm != AUTO && spec.algorithm != NCCL_TABLE {
        return of_algorithm(scene, spec, &spec.algorithm);
    }
    let mut first = None;
    for id in candidates(spec) {
        let own = with_algorithm(spec, id)?;
        first = first.or(Some(of_algorithm(scene, &own, id)?));
    }
    first
}

fn of_algorithm(scene: &Scene, spec: &FabricScene, algorithm: &str) -> Option<Obstacle> {
    let mut run = unplanned(scene, spec, algorithm);
    if let Some(note) = notes::does_not_fit(&run) {
        return Some(Obstacle::DoesNotFit(note.text));
    }
    let planned = plan_run(&mut run).map_err(SimulateError::from);
    let refused = planned.and_then(|()| check(&run.fabric, &run.plan)).err()?;
    Some(Obstacle::Refused(ranks_that_fit::of_error(spec, refused, run.ranks)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;
    use crate::scene::{BUNDLED, CLAIMS, parse_scene};
    use crate::solve::{Outcome, solve};

    /// A scene of one fabric.
    fn scene(replicas: u32, fabric: &str) -> Scene {
        let catalog = Catalog::bundled().expect("the catalog");
        let text = format!(
            "(version: 1, title: \"t\", workload: (message: \"16KiB\", replicas: {replicas}), \
             fabrics: [(name: \"A\", {fabric})])"
        );
        parse_scene("t", &text, &catalog).unwrap_or_else(|found| panic!("{found}")).scene
    }

    #[test]
    fn an_obstacle_is_that_of_the_run() {
        let down = "faults: [(link: \"GPU 3 -> NVSwitch\", down: true)]";
        let nic = "nodes: 4, network: \"ib-ndr\", faults: [(link: \"NIC 3 of node 1 -> leaf\", down: true)]";
        let apart = "graph: (chips: 3, links: [(from: 0, to: 1)])";
        for (replicas, fabric) in [
            (8, format!("machine: \"dgx-h100\", algorithm: \"ring\", {down}")),
            (8, format!("machine: \"dgx-h100\", algorithm: \"nvls\", {down}")),
            (8, format!("machine: \"dgx-h100\", algorithm: \"auto\", {down}")),
            (8, "machine: \"dgx-h100\", algorithm: \"auto\"".to_owned()),
            (32, format!("machine: \"dgx-h100\", algorithm: \"ring\", timing: \"measured\", {nic}")),
            (32, format!("machine: \"dgx-h100\", algorithm: \"nvls-tree\", timing: \"measured\", {nic}")),
            (32, format!("machine: \"dgx-h100\", algorithm: \"nccl-table\", timing: \"measured\", {nic}")),
            (32, format!("machine: \"dgx-h100\", algorithm: \"hierarchical\", {nic}")),
            (3, format!("machine: \"graph\", algorithm: \"ring\", {apart}")),
            (3, format!("machine: \"graph\", algorithm: \"auto\", {apart}")),
            (100_000, "machine: \"switch\", algorithm: \"ring\"".to_owned()),
            (
                16,
                "machine: \"cs-3-cluster\", algorithm: \"swarmx-tree\", \
                 faults: [(link: \"wafer 1 -> SwarmX node 1.0\", down: true)]"
                    .to_owned(),
            ),
            (
                2,
                "machine: \"wse-3\", layout: \"per-pe\", region: \"8x8\", algorithm: \"chain-xy\", \
                 faults: [(link: \"ramp of PE (3, 3)\", down: true)]"
                    .to_owned(),
            ),
        ] {
            let scene = scene(replicas, &fabric);
            let error = match &solve(&scene)[0].outcome {
                Outcome::Failed(error) => Some(Obstacle::Refused(error.clone())),
                Outcome::Ran(_) | Outcome::CannotRun => None,
            };
            assert_eq!(obstacles(&scene), [error], "{fabric}");
        }
    }

    #[test]
    fn bundled_scenes_have_no_obstacle_but_memory() {
        let catalog = Catalog::bundled().expect("the catalog");
        for bundled in BUNDLED.iter().chain(&CLAIMS) {
            let scene = bundled.load(&catalog).unwrap_or_else(|found| panic!("{found}")).scene;
            for (obstacle, run) in obstacles(&scene).into_iter().zip(solve(&scene)) {
                let fits = run.outcome != Outcome::CannotRun;
                let is_memory = matches!(obstacle, Some(Obstacle::DoesNotFit(_)));
                assert_eq!((is_memory, obstacle.is_none()), (!fits, fits), "{}", bundled.file);
            }
        }
    }

    #[test]
    fn another_algorithm_is_named_if_one_runs() {
        let scene = scene(131_072, "machine: \"dgx-h100\", nodes: 16384, network: \"ib-ndr\", algorithm: \"ring\"");
        assert!(matches!(obstacles(&scene)[..], [Some(Obstacle::Refused(_))]));
        let other = runnable(&scene, &scene.fabrics[0]).expect("an algorithm");
        let own = with_algorithm(&scene.fabrics[0], other).expect("it fits");
        assert_eq!(of_algorithm(&scene, &own, other), None);
    }
}
