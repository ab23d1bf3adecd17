//! A collective to look at: the longest of the streams around an instant of a step.

use super::calls::Call;
use super::picture::Span;
use super::schedule::{Moment, RunTime};
use super::solve::TrainingRun;
use super::tasks::Lane;
use crate::collective::Collective;
use crate::units::Femtos;

/// Pixels of the window that is searched.
const PIXELS: u64 = 4_000;

/// A collective of a run, with the time that it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FoundCall {
    /// The collective.
    pub call: Call,
    /// When it starts.
    pub start: RunTime,
    /// When it ends.
    pub end: RunTime,
}

impl TrainingRun {
    /// The longest collective that begins within two layers after an instant, on the stage whose parts the figures are; within
    /// a hundredth of a step if its layers are not known.
    pub fn call_near(&self, at: RunTime) -> Option<FoundCall> {
        let Moment::Step { step, offset } = self.schedule.at(at) else { return None };
        let layers = Femtos(self.picture.layer_time().0.saturating_mul(2));
        let length = if layers > Femtos(0) { layers } else { Femtos(self.schedule.step.0 / 100) };
        let pixel = Femtos(length.0 / PIXELS);
        let rows = self.picture.rows((offset, offset + length), pixel, &[self.step.stage]);
        let spans = rows.iter().filter(|row| row.lane != Lane::Compute).flat_map(|row| &row.spans);
        let time = |span: &Span| span.end.since(span.start);
        let found = spans.filter_map(|span| Some((span.kind.call()?, span)));
        let (call, span) =
            found.filter(|(call, _)| call.operation != Collective::SendRecv).max_by_key(|(_, span)| time(span))?;
        let begin = self.schedule.start_of(step);
        Some(FoundCall { call, start: begin + span.start.into(), end: begin + span.end.into() })
    }
}
