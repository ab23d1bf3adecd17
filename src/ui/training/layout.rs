//! Which row and which instant is where on the axis of a run.

use egui::{Rect, pos2};

use crate::session::Session;
use crate::training::{RunTime, TrainingRun};

/// Width of the names at the left, points.
pub(super) const NAMES: f32 = 132.0;
/// Height of the ruler, points.
pub(super) const RULER: f32 = 22.0;
/// Height of the line of legend and window at the bottom, points.
pub(super) const FOOTER: f32 = 22.0;
/// Space between two fabrics, points.
const GAP: f32 = 10.0;
/// The least height of a stage with its three streams, points.
const MIN_STAGE: f32 = 21.0;
/// The greatest height of a stage, points.
const MAX_STAGE: f32 = 84.0;
/// Height of the bar of days, points.
const RUN_BAR: f32 = 20.0;

/// The height in which so many runs have a bar and one stage each, points.
pub(super) fn least_height(runs: usize) -> f32 {
    RULER + FOOTER + runs as f32 * (RUN_BAR + MIN_STAGE + GAP)
}

/// The rows of one run.
#[derive(Clone, Debug)]
pub(super) struct FabricRows<'a> {
    /// Number of the fabric.
    pub fabric: usize,
    /// The run.
    pub run: &'a TrainingRun,
    /// The bar of days.
    pub bar: Rect,
    /// Shown stages with the area of their streams.
    pub stages: Vec<(u32, Rect)>,
}

/// The axis of the runs of a scene.
#[derive(Clone, Debug)]
pub(super) struct Axis<'a> {
    /// Ruler and rows, without names.
    pub area: Rect,
    /// Start of the window.
    pub start: RunTime,
    /// Its length.
    pub length: RunTime,
    /// The rows by fabric.
    pub fabrics: Vec<FabricRows<'a>>,
}

/// How many rows each run gets of so many: at least one each, and none more than it wants.
fn fair_shares(rows: usize, wanted: &[usize]) -> Vec<usize> {
    let mut shares = vec![1; wanted.len()];
    let mut left = rows.saturating_sub(wanted.len());
    while left > 0 {
        let hungry = (0..wanted.len()).filter(|place| shares[*place] < wanted[*place]);
        let Some(least) = hungry.min_by_key(|place| shares[*place]) else { break };
        shares[least] += 1;
        left -= 1;
    }
    shares
}

/// The stages that are shown if there is room for so many: the ends, those between at equal distances, and the one whose parts
/// the figures are.
fn shown_stages(run: &TrainingRun, room: usize) -> Vec<u32> {
    let all = run.picture.stages();
    let room = u32::try_from(room).unwrap_or(u32::MAX).clamp(1, all.max(1));
    if room >= all {
        return (0..all).collect();
    }
    if room == 1 {
        return vec![run.step.stage];
    }
    let mut found: Vec<u32> = (0..room).map(|place| place * (all - 1) / (room - 1)).collect();
    if !found.contains(&run.step.stage) && room > 2 {
        let nearest = found.iter_mut().skip(1).min_by_key(|stage| stage.abs_diff(run.step.stage));
        if let Some(nearest) = nearest {
            *nearest = run.step.stage;
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

impl<'a> Axis<'a> {
    /// The axis of a session in a rectangle.
    pub fn new(session: &'a Session, rect: Rect) -> Axis<'a> {
        let (start, length) = session.run_window();
        let area =
            Rect::from_min_max(pos2(rect.left() + NAMES, rect.top()), pos2(rect.right(), rect.bottom() - FOOTER));
        let runs: Vec<(usize, &TrainingRun)> = session.training_runs().collect();
        let count = runs.len().max(1) as f32;
        let room = (area.height() - RULER - count * (RUN_BAR + GAP)).max(0.0);
        // Every run has one stage; those with more share the rest.
        let wanted: u32 = runs.iter().map(|(_, run)| run.picture.stages()).sum();
        let each = (room / wanted.max(1) as f32).clamp(MIN_STAGE, MAX_STAGE);
        let shares = fair_shares(
            (room / each).floor() as usize,
            &runs.iter().map(|(_, run)| run.picture.stages() as usize).collect::<Vec<_>>(),
        );
        let mut top = area.top() + RULER;
        let mut fabrics = Vec::new();
        for (place, &(fabric, run)) in runs.iter().enumerate() {
            let stages = shown_stages(run, shares.get(place).copied().unwrap_or(1));
            let bar = Rect::from_min_max(pos2(area.left(), top), pos2(area.right(), top + RUN_BAR - 3.0));
            top += RUN_BAR;
            let stages = stages.into_iter().map(|stage| {
                let row = Rect::from_min_max(pos2(area.left(), top), pos2(area.right(), top + each - 4.0));
                top += each;
                (stage, row)
            });
            let stages = stages.collect();
            fabrics.push(FabricRows { fabric, run, bar, stages });
            top += GAP;
        }
        Axis { area, start, length, fabrics }
    }

    /// The end of the window.
    pub fn end(&self) -> RunTime {
        self.start + self.length
    }

    /// One point in time.
    pub fn pixel(&self) -> RunTime {
        RunTime((self.length.0 / (self.area.width().max(1.0) as u128)).max(1))
    }

    /// Where an instant is; outside of the area for one outside of the window.
    pub fn x(&self, at: RunTime) -> f32 {
        let offset = if at >= self.start { at.since(self.start).0 as f64 } else { -(self.start.since(at).0 as f64) };
        self.area.left() + (offset / self.length.0.max(1) as f64) as f32 * self.area.width()
    }

    /// The instant at a position.
    pub fn at(&self, x: f32) -> RunTime {
        let share = f64::from(((x - self.area.left()) / self.area.width().max(1.0)).clamp(0.0, 1.0));
        self.start + self.length.scaled(share)
    }

    /// The span of positions of a span of time, inside the area.
    pub fn x_range(&self, start: RunTime, end: RunTime) -> (f32, f32) {
        (self.x(start).max(self.area.left()), self.x(end).min(self.area.right()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_shared_fairly_and_every_run_has_one() {
        assert_eq!(fair_shares(12, &[16, 8, 1, 1]), [5, 5, 1, 1]);
        assert_eq!(fair_shares(2, &[16, 8, 1, 1]), [1, 1, 1, 1]);
        assert_eq!(fair_shares(99, &[4, 1]), [4, 1]);
    }
}
