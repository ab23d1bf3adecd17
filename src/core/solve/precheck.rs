//! Whether a scene can be solved, without solving it: every fabric is planned, none is simulated.

use super::auto::with_table_pick;
use super::fabric_solver::{plan_run, unplanned};
use super::sequence::with_lightest;
use super::{notes, ranks_that_fit};
use crate::collective::Algorithm;
use crate::scene::{AUTO, FabricScene, NCCL_TABLE, Scene, with_algorithm};
use crate::simulate::{Budget, Budgeted, Cost, SimulateError, check};

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
/// The fabrics share the budget of a scene, as they do when they are solved; each takes the least that it costs. A run that
/// passes may still take longer than simulated time reaches, or change its rates more often than memory allows.
pub fn obstacles(scene: &Scene) -> Vec<Option<Obstacle>> {
    obstacles_within(scene, Budget::SCENE)
}

fn obstacles_within(scene: &Scene, mut budget: Budget) -> Vec<Option<Obstacle>> {
    let mut of_fabric = |spec| match least_cost(scene, spec, &budget) {
        Ok(cost) => {
            budget.bytes = budget.bytes.saturating_sub(cost.bytes);
            budget.work = budget.work.saturating_sub(cost.work);
            None
        }
        Err(obstacle) => Some(obstacle),
    };
    scene.fabrics.iter().map(&mut of_fabric).collect()
}

/// The first other algorithm of the registry that would run a fabric in the place of one that was refused with `error`.
pub fn runnable(scene: &Scene, spec: &FabricScene, error: &SimulateError) -> Option<&'static str> {
    let budget = left_at(error);
    let others = candidates(spec).filter(|id| *id != spec.algorithm);
    others
        .into_iter()
        .find(|id| with_algorithm(spec, id).is_some_and(|own| of_algorithm(scene, &own, id, &budget).is_ok()))
}

/// The budget that a refused run had.
fn left_at(error: &SimulateError) -> Budget {
    match error {
        SimulateError::TooLarge(refusal) if refusal.budgeted == Budgeted::Memory => {
            Budget { bytes: refusal.limit, ..Budget::SCENE }
        }
        SimulateError::TooLarge(refusal) => Budget { work: refusal.limit, ..Budget::SCENE },
        SimulateError::NoSuchLink(_)
        | SimulateError::LinkDown(_)
        | SimulateError::EmptyRoute(_)
        | SimulateError::BadDependency(_)
        | SimulateError::TooLong
        | SimulateError::Stuck(_)
        | SimulateError::MixedCapacityCohort(_)
        | SimulateError::Plan(_)
        | SimulateError::FasterThanBound { .. } => Budget::SCENE,
    }
}

fn candidates(spec: &FabricScene) -> impl Iterator<Item = &'static str> {
    spec.algorithms().into_iter().map(Algorithm::id)
}

/// The least that a fabric costs.
fn least_cost(scene: &Scene, spec: &FabricScene, budget: &Budget) -> Result<Cost, Obstacle> {
    if spec.algorithm == NCCL_TABLE
        && let Some((picked, _)) = with_table_pick(scene, spec)
    {
        return of_algorithm(scene, &picked, picked.kind.algorithm().id(), budget);
    }
    if spec.sequence.is_some() {
        return of_algorithm(scene, &with_lightest(spec), &spec.algorithm, budget);
    }
    if spec.algorithm != AUTO && spec.algorithm != NCCL_TABLE {
        return of_algorithm(scene, spec, &spec.algorithm, budget);
    }
    // Any of the candidates may be the fastest.
    let mut found: Option<Result<Cost, Obstacle>> = None;
    for id in candidates(spec) {
        let Some(own) = with_algorithm(spec, id) else { continue };
        found = Some(match (found, of_algorithm(scene, &own, id, budget)) {
            (Some(Ok(known)), Ok(cost)) => {
                Ok(Cost { bytes: known.bytes.min(cost.bytes), work: known.work.min(cost.work) })
            }
            (Some(Ok(known)), Err(_)) => Ok(known),
            (Some(Err(_)) | None, Ok(cost)) => Ok(cost),
            (Some(Err(first)), Err(_)) => Err(first),
            (None, Err(obstacle)) => Err(obstacle),
        });
    }
    found.unwrap_or(Ok(Cost::default()))
}

fn of_algorithm(scene: &Scene, spec: &FabricScene, algorithm: &str, budget: &Budget) -> Result<Cost, Obstacle> {
    let mut run = unplanned(scene, spec, algorithm);
    if let Some(note) = notes::does_not_fit(&run) {
        return Err(Obstacle::DoesNotFit(note.text));
    }
    let planned = plan_run(&mut run).map_err(SimulateError::from);
    let checked = planned.and_then(|()| check(&run.fabric, &run.plan, budget));
    checked.map_err(|refused| Obstacle::Refused(ranks_that_fit::of_error(spec, refused, run.ranks)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;
    use crate::scene::{BUNDLED, CLAIMS, parse_scene};
    use crate::solve::{Outcome, solve, solve_within};

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
        let obstacle = obstacles(&scene).remove(0);
        let Some(Obstacle::Refused(error)) = obstacle else { panic!("{obstacle:?}") };
        let other = runnable(&scene, &scene.fabrics[0], &error).expect("an algorithm");
        let own = with_algorithm(&scene.fabrics[0], other).expect("it fits");
        assert!(of_algorithm(&scene, &own, other, &Budget::SCENE).is_ok());
    }

    #[test]
    fn fabrics_are_refused_together_as_they_are_when_they_run() {
        let slow = "faults: [(link: \"GPU 0 -> NVSwitch\", capacity: 0.5)]";
        let ring = format!("machine: \"switch\", algorithm: \"ring\", {slow}");
        let rows = "machine: \"mesh\", region: \"8x8\", algorithm: \"direct\"".to_owned();
        let auto = "machine: \"switch\", algorithm: \"auto\"".to_owned();
        for fabric in [ring, rows, auto] {
            let mut scene = scene(64, &fabric);
            let kept = solve(&scene)[0].result().expect("a run").played.cost.bytes;
            scene.fabrics = vec![scene.fabrics[0].clone(); 3];
            for bytes in [kept / 2, kept * 3 / 2, kept * 5 / 2, kept * 40] {
                let budget = Budget { bytes, ..Budget::SCENE };
                let runs = solve_within(&scene, &mut budget.clone());
                let found = obstacles_within(&scene, budget);
                let refused = |error: &SimulateError| matches!(error, SimulateError::TooLarge(_));
                for (obstacle, run) in found.iter().zip(&runs) {
                    // Rates that change are known only when they are recorded: then `check` may accept what is stopped.
                    match (&run.outcome, obstacle) {
                        (Outcome::Ran(_), obstacle) => assert_eq!(*obstacle, None, "{fabric}, {bytes} B"),
                        (Outcome::Failed(error), Some(Obstacle::Refused(own))) => {
                            assert!(refused(error) && refused(own))
                        }
                        (Outcome::Failed(error), None) => {
                            assert!(refused(error) && !fabric.contains("ring"), "{fabric}")
                        }
                        (outcome, obstacle) => panic!("{outcome:?}, {obstacle:?}"),
                    }
                }
            }
        }
    }
}
