//! A run as a schedule: the wait for the machine, then steps, interruptions and checkpoints from the first day to the last. One axis in femtoseconds reaches
//! from months to nanoseconds, which takes more than 64 bits.

use std::ops::{Add, Sub};

use crate::catalog::RangedFigure;
use crate::units::Femtos;

/// Femtoseconds of a second.
pub const FEMTOS_PER_S: f64 = 1e15;
/// Most interruptions that are drawn one by one.
const MAX_INTERRUPTIONS: f64 = 1e6;

/// An instant of a run, or a span of it, in femtoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RunTime(pub u128);

impl RunTime {
    /// From seconds; negative values are 0.
    pub fn from_secs(seconds: f64) -> RunTime {
        RunTime((seconds.max(0.0) * FEMTOS_PER_S) as u128)
    }

    /// In seconds.
    pub fn secs(self) -> f64 {
        self.0 as f64 / FEMTOS_PER_S
    }

    /// In days.
    pub fn days(self) -> f64 {
        self.secs() / 86_400.0
    }

    /// Since an earlier instant; 0 if it is later.
    pub fn since(self, earlier: RunTime) -> RunTime {
        RunTime(self.0.saturating_sub(earlier.0))
    }

    /// As the time of a step; the longest one if it is longer.
    pub fn femtos(self) -> Femtos {
        Femtos(u64::try_from(self.0).unwrap_or(u64::MAX))
    }

    /// A share of a span.
    pub fn scaled(self, share: f64) -> RunTime {
        RunTime((self.0 as f64 * share.max(0.0)) as u128)
    }
}

impl Add for RunTime {
    type Output = RunTime;

    fn add(self, other: RunTime) -> RunTime {
        RunTime(self.0.saturating_add(other.0))
    }
}

impl Sub for RunTime {
    type Output = RunTime;

    fn sub(self, other: RunTime) -> RunTime {
        self.since(other)
    }
}

impl From<Femtos> for RunTime {
    fn from(time: Femtos) -> RunTime {
        RunTime(time.0.into())
    }
}

/// What a run does at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// Before the run: the machine is not free yet.
    Queued,
    /// A step runs.
    Step {
        /// Its number, from 0.
        step: u64,
        /// Since its start.
        offset: Femtos,
    },
    /// After an interruption: a restart, and steps since the last checkpoint that are computed again.
    Lost {
        /// The number of the interruption, from 0.
        interruption: u64,
    },
    /// All steps are done.
    Over,
}

/// A stretch of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// When it starts.
    pub start: RunTime,
    /// When it ends.
    pub end: RunTime,
    /// What it consists of.
    pub kind: StretchKind,
}

/// What a stretch of a run consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StretchKind {
    /// The wait for the machine.
    Queue,
    /// Steps, from and to.
    Steps(u64, u64),
    /// Lost time after an interruption.
    Lost,
}

impl Stretch {
    /// The steps that it consists of, from and to; `None` for time without steps.
    pub fn steps(&self) -> Option<(u64, u64)> {
        match self.kind {
            StretchKind::Steps(from, to) => Some((from, to)),
            StretchKind::Queue | StretchKind::Lost => None,
        }
    }
}

/// When the steps of a run are, and when it is interrupted. Interruptions have equal distances: the model knows only how many
/// there are and how much time is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunSchedule {
    /// The wait for the machine, before the first step.
    pub queue: RunTime,
    /// Steps.
    pub steps: u64,
    /// The time of a step.
    pub step: Femtos,
    /// Interruptions.
    pub interruptions: u64,
    /// The time that each of them costs.
    pub lost: RunTime,
    /// The time between two checkpoints.
    pub checkpoint: RunTime,
}

impl RunSchedule {
    /// The schedule of so many steps, which count for a share of the time.
    pub fn new(
        steps: f64,
        step: Femtos,
        goodput: f64,
        chips: u32,
        (chip_days, checkpoint_s): (&RangedFigure, &RangedFigure),
    ) -> RunSchedule {
        let steps = steps.ceil().max(1.0) as u64;
        let useful_s = steps as f64 * step.secs();
        let lost_s = useful_s * (1.0 / goodput.clamp(1e-6, 1.0) - 1.0);
        let days = (useful_s + lost_s) / 86_400.0;
        let expected = (f64::from(chips) * days / chip_days.value.max(1e-9)).min(MAX_INTERRUPTIONS);
        let interruptions =
            if lost_s <= 0.0 { 0 } else { (expected.round() as u64).clamp(1, (steps.saturating_sub(1)).max(1)) };
        let lost = if interruptions == 0 { RunTime(0) } else { RunTime::from_secs(lost_s / interruptions as f64) };
        let checkpoint = RunTime::from_secs(checkpoint_s.value);
        RunSchedule { queue: RunTime(0), steps, step, interruptions, lost, checkpoint }
    }

    /// The same run after so many days of waiting for the machine.
    #[must_use]
    pub fn after_queue(self, days: f64) -> RunSchedule {
        RunSchedule { queue: RunTime::from_secs(days * 86_400.0), ..self }
    }

    /// The wait and the whole run.
    pub fn length(&self) -> RunTime {
        self.queue + self.useful(self.steps) + RunTime(self.lost.0.saturating_mul(self.interruptions.into()))
    }

    fn useful(&self, steps: u64) -> RunTime {
        RunTime(u128::from(steps) * u128::from(self.step.0))
    }

    /// The first step after so many interruptions. The last stretch ends with the run, not with an interruption.
    fn first_step(&self, interruptions: u64) -> u64 {
        let stretches = u128::from(self.interruptions) + 1;
        (u128::from(self.steps) * u128::from(interruptions) / stretches) as u64
    }

    /// The stretch of steps with a number, and the lost time behind it.
    fn stretch(&self, number: u64) -> (Stretch, Option<Stretch>) {
        let (from, to) = (self.first_step(number), self.first_step(number + 1));
        let start = self.queue + self.useful(from) + RunTime(self.lost.0.saturating_mul(number.into()));
        let end = start + self.useful(to - from);
        let lost = Stretch { start: end, end: end + self.lost, kind: StretchKind::Lost };
        (Stretch { start, end, kind: StretchKind::Steps(from, to) }, (number < self.interruptions).then_some(lost))
    }

    /// The stretch of steps in or before which an instant is.
    fn number_at(&self, at: RunTime) -> u64 {
        let (mut low, mut high) = (0, self.interruptions);
        while low < high {
            let middle = low + (high - low).div_ceil(2);
            if self.stretch(middle).0.start <= at { low = middle } else { high = middle - 1 }
        }
        low
    }

    /// When a step starts.
    pub fn start_of(&self, step: u64) -> RunTime {
        let step = step.min(self.steps);
        let stretches = u128::from(self.interruptions) + 1;
        let mut number = (u128::from(step) * stretches / u128::from(self.steps.max(1))) as u64;
        number = number.min(self.interruptions);
        while number > 0 && self.first_step(number) > step {
            number -= 1;
        }
        while number < self.interruptions && self.first_step(number + 1) <= step {
            number += 1;
        }
        self.queue + self.useful(step) + RunTime(self.lost.0.saturating_mul(number.into()))
    }

    /// What the run does at an instant.
    pub fn at(&self, at: RunTime) -> Moment {
        if at < self.queue {
            return Moment::Queued;
        }
        let number = self.number_at(at);
        let (stretch, lost) = self.stretch(number);
        if at < stretch.end {
            let into = at.since(stretch.start);
            let step = u128::from(self.step.0.max(1));
            let first = stretch.steps().map_or(0, |(from, _)| from);
            return Moment::Step { step: first + (into.0 / step) as u64, offset: Femtos((into.0 % step) as u64) };
        }
        if lost.is_some_and(|lost| at < lost.end) { Moment::Lost { interruption: number } } else { Moment::Over }
    }

    /// The stretches that overlap a window, by start. Interruptions that are shorter than `least` are left out, and the
    /// stretches beside them are joined, so that there are few of them whatever the window.
    pub fn stretches(&self, from: RunTime, to: RunTime, least: RunTime) -> Vec<Stretch> {
        let (first, last) = (self.number_at(from), self.number_at(to));
        let mut found = vec![Stretch { start: RunTime(0), end: self.queue, kind: StretchKind::Queue }];
        if self.lost < least {
            let (whole, end) = (self.stretch(first).0, self.stretch(last).0);
            let steps = |stretch: &Stretch| stretch.steps().unwrap_or_default();
            let kind = StretchKind::Steps(steps(&whole).0, steps(&end).1);
            found.push(Stretch { start: whole.start, end: end.end, kind });
        } else {
            for number in first..=last {
                let (stretch, lost) = self.stretch(number);
                found.push(stretch);
                found.extend(lost);
            }
        }
        found.retain(|stretch| stretch.end > from && stretch.start < to && stretch.end > stretch.start);
        found
    }

    /// The checkpoints in a window; `None` if they are nearer to each other than `least`.
    pub fn checkpoints(&self, from: RunTime, to: RunTime, least: RunTime) -> Option<Vec<RunTime>> {
        if self.checkpoint < least.max(RunTime(1)) {
            return None;
        }
        let mut found = Vec::new();
        for stretch in self.stretches(from, to, RunTime(0)).into_iter().filter(|stretch| stretch.steps().is_some()) {
            let into = from.since(stretch.start).0 / self.checkpoint.0;
            let mut at = stretch.start + RunTime(self.checkpoint.0 * into.max(1));
            while at < stretch.end && at <= to {
                if at >= from {
                    found.push(at);
                }
                at = at + self.checkpoint;
            }
        }
        Some(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schedule(steps: u64, interruptions: u64, lost_s: f64) -> RunSchedule {
        let (step, lost) = (Femtos::from_secs(14.0), RunTime::from_secs(lost_s));
        RunSchedule { queue: RunTime(0), steps, step, interruptions, lost, checkpoint: RunTime::from_secs(3600.0) }
    }

    #[test]
    fn a_run_begins_after_its_queue_and_ends_as_much_later() {
        let at_once = schedule(5, 2, 20.0);
        let late = at_once.after_queue(3.0);
        let queue = RunTime::from_secs(3.0 * 86_400.0);
        assert_eq!((late.queue, late.length()), (queue, queue + at_once.length()));
        assert_eq!((late.at(RunTime(0)), late.at(queue - RunTime(1))), (Moment::Queued, Moment::Queued));
        for step in 0..5 {
            assert_eq!(late.start_of(step), queue + at_once.start_of(step));
            assert_eq!(late.at(late.start_of(step)), Moment::Step { step, offset: Femtos(0) });
        }
        assert_eq!(
            (late.at(late.length() - RunTime(1)), late.at(late.length())),
            (Moment::Step { step: 4, offset: Femtos(late.step.0 - 1) }, Moment::Over,)
        );
        let all = late.stretches(RunTime(0), late.length(), RunTime(0));
        assert_eq!(all[0], Stretch { start: RunTime(0), end: queue, kind: StretchKind::Queue });
        assert!(all.windows(2).all(|pair| pair[0].end == pair[1].start));
        assert_eq!(late.stretches(queue, late.length(), RunTime(0)), all[1..]);
    }

    #[test]
    fn stretches_follow_each_other_from_the_first_step_to_the_last() {
        for (steps, interruptions) in [(894_070, 87), (7, 3), (5, 0), (3, 2)] {
            let run = schedule(steps, interruptions, 16_000.0);
            let all = run.stretches(RunTime(0), run.length(), RunTime(0));
            assert_eq!(all.first().map(|one| one.start), Some(RunTime(0)));
            assert_eq!(all.last().map(|one| one.end), Some(run.length()));
            assert!(all.windows(2).all(|pair| pair[0].end == pair[1].start));
            let counted: u64 = all.iter().filter_map(Stretch::steps).map(|(from, to)| to - from).sum();
            assert_eq!(counted, steps);
            assert_eq!(all.iter().filter(|one| one.steps().is_none()).count() as u64, interruptions);
        }
    }

    #[test]
    fn an_instant_finds_the_step_that_starts_there() {
        let run = schedule(894_070, 87, 16_000.0);
        for step in [0, 1, 10_159, 10_160, 10_161, 500_000, 894_069] {
            let start = run.start_of(step);
            assert_eq!(run.at(start), Moment::Step { step, offset: Femtos(0) });
            let last = start + RunTime::from(run.step) - RunTime(1);
            assert_eq!(run.at(last), Moment::Step { step, offset: Femtos(run.step.0 - 1) });
        }
        assert_eq!(run.at(run.length()), Moment::Over);
        let lost = run.stretches(RunTime(0), run.length(), RunTime(0)).into_iter().find(|one| one.steps().is_none());
        assert_eq!(lost.map(|one| run.at(one.start)), Some(Moment::Lost { interruption: 0 }));
    }

    #[test]
    fn a_wide_window_has_few_stretches_and_no_single_checkpoints() {
        let run = schedule(894_070, 100_000, 10.0);
        let pixel = run.length().scaled(1e-3);
        assert_eq!(run.stretches(RunTime(0), run.length(), pixel).len(), 1);
        assert_eq!(run.checkpoints(RunTime(0), run.length(), pixel), None);
        let hours = run.checkpoints(RunTime(0), RunTime::from_secs(100.0), RunTime(1));
        assert!(hours.is_some_and(|found| found.len() <= 1));
    }
}
