//! A run as rows of spans in any window, from months to nanoseconds: the steps of its schedule, each as its picture says.

use super::picture::{Mix, SpanKind};
use super::schedule::{RunTime, Stretch};
use super::solve::TrainingRun;
use super::tasks::Lane;
use crate::units::Femtos;

/// Steps are drawn one by one if each has so many pixels.
const PIXELS_OF_STEP: u128 = 16;

/// A span of a row of a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RunSpan {
    /// When it starts.
    pub start: RunTime,
    /// When it ends.
    pub end: RunTime,
    /// What it is. Many steps are merged.
    pub kind: SpanKind,
    /// What it consists of, uncut; of many steps, of one of them.
    pub mix: Mix,
}

/// A stream of a stage in a window of the run.
#[derive(Clone, Debug, PartialEq)]
pub struct RunRows {
    /// The pipeline stage; 0 on wafers.
    pub stage: u32,
    /// The stream.
    pub lane: Lane,
    /// Spans by start.
    pub spans: Vec<RunSpan>,
}

/// How closely a window shows a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RunLevel {
    /// Many steps.
    Run,
    /// Streams of a step.
    Step,
    /// Kernels and collectives of a layer.
    Layer,
}

impl RunLevel {
    /// Of a window of this length.
    pub fn for_window(run: &TrainingRun, window: RunTime) -> RunLevel {
        let layer = run.picture.layer_time();
        if window > RunTime::from(run.schedule.step).scaled(8.0) {
            RunLevel::Run
        } else if layer > Femtos(0) && window < RunTime::from(layer).scaled(4.0) {
            RunLevel::Layer
        } else {
            RunLevel::Step
        }
    }
}

impl TrainingRun {
    /// The steps of a stretch that are in a window.
    fn steps_in(&self, stretch: &Stretch, from: RunTime, to: RunTime) -> (u64, u64) {
        let (first, last) = stretch.steps().unwrap_or_default();
        let step = u128::from(self.schedule.step.0.max(1));
        let index = |at: RunTime| (at.since(stretch.start).0 / step) as u64;
        (first + index(from), last.min(first + index(to).saturating_add(1)))
    }

    /// The rows of some stages in a window. Spans shorter than a pixel are merged, so that a row has a bounded number of
    /// spans whatever the window.
    pub fn rows(&self, (from, to): (RunTime, RunTime), pixel: RunTime, stages: &[u32]) -> Vec<RunRows> {
        let pixel = RunTime(pixel.0.max(1));
        let step = self.schedule.step;
        let lanes = self.picture.lanes();
        let mut rows: Vec<RunRows> = stages
            .iter()
            .flat_map(|stage| lanes.iter().map(|lane| RunRows { stage: *stage, lane: *lane, spans: Vec::new() }))
            .collect();
        let stretches = self.schedule.stretches(from, to, pixel);
        for stretch in stretches.iter().filter(|stretch| stretch.steps().is_some()) {
            if u128::from(step.0) < pixel.0.saturating_mul(PIXELS_OF_STEP) {
                let (start, end) = (stretch.start.max(from), stretch.end.min(to));
                for row in &mut rows {
                    let mix = self.picture.total(row.stage, row.lane);
                    row.spans.push(RunSpan { start, end, kind: SpanKind::Merged, mix });
                }
                continue;
            }
            let (first, last) = self.steps_in(stretch, from, to);
            for number in first..last {
                let begin = self.schedule.start_of(number);
                let window = (from.since(begin).femtos(), to.since(begin).femtos().min(step));
                for one in self.picture.rows(window, pixel.femtos(), stages) {
                    let Some(row) = rows.iter_mut().find(|row| row.stage == one.stage && row.lane == one.lane) else {
                        continue;
                    };
                    row.spans.extend(one.spans.iter().map(|span| RunSpan {
                        start: begin + span.start.into(),
                        end: begin + span.end.into(),
                        kind: span.kind,
                        mix: span.mix,
                    }));
                }
            }
        }
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;
    use crate::scene::parse_scene;
    use crate::training::solve_training;

    #[test]
    fn every_window_from_months_to_nanoseconds_has_few_spans_inside_it() {
        let catalog = Catalog::bundled().expect("the catalog");
        let document =
            parse_scene("months.ron", include_str!("../../../scenes/months.ron"), &catalog).expect("a scene");
        let results = solve_training(&document.scene, &catalog).expect("training");
        for run in results.runs.iter().flatten() {
            let whole = run.schedule.length();
            let around = RunTime(whole.0 / 3 + 777);
            let mut length = whole;
            let mut levels = Vec::new();
            while length > RunTime(10_000_000) {
                let start = around.since(length.scaled(0.5));
                let window = (start, start + length);
                for row in run.rows(window, RunTime(length.0 / 1_000), &[0]) {
                    assert!(row.spans.len() < 5_000, "{} spans in {} s", row.spans.len(), length.secs());
                    for span in &row.spans {
                        assert!(span.start >= window.0 && span.end <= window.1 && span.start < span.end);
                    }
                    assert!(row.spans.windows(2).all(|pair| pair[0].start <= pair[1].start));
                }
                levels.push(RunLevel::for_window(run, length));
                length = RunTime(length.0 * 2 / 3);
            }
            assert!(levels.is_sorted());
        }
    }
}
