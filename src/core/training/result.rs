//! All results of a scene whose workload is a training run.

use super::calls::KnownCalls;
use super::error::StepError;
use super::matching::{Match, matches};
use super::sentences::training_verdict;
use super::solve::{TrainingRun, training_run};
use crate::catalog::Catalog;
use crate::scene::Scene;

/// Results of a training scene.
#[derive(Clone, Debug, PartialEq)]
pub struct TrainingResults {
    /// By fabric.
    pub runs: Vec<Result<TrainingRun, StepError>>,
    /// Wafers beside GPUs.
    pub matches: Vec<Match>,
    /// The verdict on the scene's claim, sentence by sentence.
    pub verdict: Option<Vec<String>>,
}

/// Plays every fabric of a training scene; `None` if the workload is one operation.
pub fn solve_training(scene: &Scene, catalog: &Catalog) -> Option<TrainingResults> {
    solve_training_with(scene, catalog, &mut KnownCalls::default())
}

/// As [`solve_training`]; collectives that are known are not played again, and those that are played are kept.
pub fn solve_training_with(scene: &Scene, catalog: &Catalog, known: &mut KnownCalls) -> Option<TrainingResults> {
    let training = scene.training.as_ref()?;
    let runs: Vec<Result<TrainingRun, StepError>> =
        training.fabrics.iter().map(|fabric| training_run(training, fabric, catalog, known)).collect();
    let matches = matches(scene, &runs, catalog, known);
    let verdict = training_verdict(scene, &runs);
    Some(TrainingResults { runs, matches, verdict })
}
