//! An instant of a step: what every stream does then. What repeats is kept once, so an instant is first mapped to the kept part.

use super::step::StepTimeline;
use super::tasks::{Lane, StepTask};
use crate::units::Femtos;

/// A task at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunningTask {
    /// The task, as kept.
    pub task: StepTask,
    /// How long it has run.
    pub offset: Femtos,
    /// The microbatch that it works on; that of the task, or a later one in a repeated part.
    pub microbatch: u64,
}

impl StepTimeline {
    /// The instant in the kept part that an instant of the step looks like, and by how many microbatches the step is further.
    pub fn kept(&self, at: Femtos) -> (Femtos, u64) {
        let Some(repeat) = self.repeat.filter(|repeat| repeat.period > Femtos(0) && at >= repeat.start) else {
            return (at, 0);
        };
        let past = at.since(repeat.start);
        let rounds = (past.0 / repeat.period.0).min(repeat.count);
        (Femtos(at.0 - rounds * repeat.period.0), rounds.saturating_mul(repeat.microbatches))
    }

    /// What a stream of a pipeline stage does at an instant; `None` while it is idle.
    pub fn running(&self, stage: u32, lane: Lane, at: Femtos) -> Option<RunningTask> {
        let (kept, microbatches) = self.kept(at);
        let begun = self.tasks.partition_point(|task| task.start <= kept);
        let own = |task: &&StepTask| task.stage == stage && task.lane == lane && task.end > kept;
        let task = *self.tasks[..begun].iter().rev().find(own)?;
        Some(RunningTask { task, offset: kept.since(task.start), microbatch: task.microbatch + microbatches })
    }
}
