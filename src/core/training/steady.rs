//! Long steps: once the pipeline is full, one group of microbatches is like the next. Such a group is played once and counted.

use super::error::StepError;
use super::order::is_ragged;
use super::pipeline::{Pipeline, Played, StageParts};
use super::step::Repeat;
use super::tasks::StepTask;
use super::waits::Wait;
use crate::units::Femtos;

/// Passes that are played one by one.
const MAX_PASSES: u64 = 300_000;
/// Most passes that are played in search of a steady state.
const MAX_SEARCH: u64 = 4_000_000;

/// A pipeline with all its microbatches.
pub(super) struct PlayedAll {
    pub end: Femtos,
    pub parts: Vec<StageParts>,
    pub data_time: Vec<Femtos>,
    /// The stage with the most work; of equal ones the first.
    pub busiest: usize,
    pub tasks: Vec<StepTask>,
    pub waits: Vec<Wait>,
    pub repeat: Option<Repeat>,
}

/// `first` and `count` times what `second` has more.
fn extended(first: Femtos, second: Femtos, count: u64) -> Femtos {
    first + Femtos(second.since(first).0.saturating_mul(count))
}

fn all(played: Played, count: u64, next: Option<&Played>, repeat: Option<Repeat>) -> PlayedAll {
    let Played { end, parts, data_time, tasks, waits } = played;
    let (end, parts) = match next {
        None => (end, parts),
        Some(next) => {
            let parts = parts.iter().zip(&next.parts).map(|(one, two)| StageParts {
                passes: extended(one.passes, two.passes, count),
                bubble: extended(one.bubble, two.bubble, count),
                sends: extended(one.sends, two.sends, count),
                data: extended(one.data, two.data, count),
                optimizer: one.optimizer,
            });
            (extended(end, next.end, count), parts.collect())
        }
    };
    let data_time = match next {
        None => data_time,
        Some(next) => data_time.iter().zip(&next.data_time).map(|(one, two)| extended(*one, *two, count)).collect(),
    };
    let most = parts.iter().map(|parts: &StageParts| parts.passes).max().unwrap_or_default();
    let busiest = parts.iter().position(|parts| parts.passes == most).unwrap_or(0);
    PlayedAll { end, parts, data_time, busiest, tasks, waits, repeat }
}

/// Plays a pipeline with this many microbatches.
///
/// # Errors
/// As [`Pipeline::play`]; [`StepError::TooManyStages`] if even a few groups of microbatches are too many passes.
pub(super) fn play_all(mut pipeline: Pipeline, microbatches: u64, record: bool) -> Result<PlayedAll, StepError> {
    let stages = pipeline.chunks.len() as u64;
    let chunks = pipeline.chunks.first().map_or(1, Vec::len) as u64;
    let passes_of = |microbatches: u64| 2 * stages * chunks * microbatches;
    let mut play = |microbatches: u64, record: bool| {
        pipeline.microbatches = u32::try_from(microbatches).unwrap_or(u32::MAX);
        pipeline.play(record)
    };
    if passes_of(microbatches) <= MAX_PASSES {
        return Ok(all(play(microbatches, record)?, 0, None, None));
    }
    let ragged = is_ragged(stages as u32, chunks as u32, u32::try_from(microbatches).unwrap_or(u32::MAX));
    if ragged && passes_of(microbatches) <= MAX_SEARCH {
        return Ok(all(play(microbatches, record)?, 0, None, None));
    } else if ragged {
        return Err(StepError::TooManyPasses { pipeline: stages as u32 });
    }
    let rest = microbatches % stages;
    let mut groups = 6;
    loop {
        let first = rest + groups * stages;
        if first + 2 * stages >= microbatches && passes_of(microbatches) <= MAX_SEARCH {
            return Ok(all(play(microbatches, record)?, 0, None, None));
        }
        if passes_of(first + 2 * stages) > MAX_SEARCH {
            let most = MAX_SEARCH / (2 * (first + 2 * stages)).max(1);
            return Err(StepError::TooManyStages { stages: stages as u32, chunks: chunks as u32, most });
        }
        let [one, two, three] = [0, 1, 2].map(|more| play(first + more * stages, record && more == 0));
        let (one, two, three) = (one?, two?, three?);
        let period = two.end.since(one.end);
        if three.end.since(two.end) == period {
            let count = (microbatches - first) / stages;
            let start = Femtos(one.end.0 / 2);
            let repeat = Repeat { start, period, count, microbatches: stages };
            return Ok(all(one, count, Some(&two), Some(repeat)));
        }
        groups *= 2;
    }
}
