//! The axis of the timeline: which instant is where.

use egui::{Rect, pos2, vec2};

use crate::scene::ClockMode;
use crate::ui::model::Model;
use crate::ui::widgets::{MIN_WIDTH_OF_SIDES, TOUCH};
use crate::units::Femtos;

/// Width of the names at the left, points.
pub(super) const NAMES: f32 = 164.0;
/// Height of the axis, points.
pub(super) const AXIS: f32 = 26.0;
/// Height of the bands of phases above a heatmap, points.
const PHASES: f32 = 10.0;
/// Height of the bar for links that are all equal, points.
const UNIFORM: f32 = 16.0;
/// Height of the line below the rows, points.
const FOOTER: f32 = 26.0;

/// Height of the line below the rows in a window of this width, points: a finger hits its buttons in a narrow one.
pub(super) fn footer_height(window_width: f32) -> f32 {
    if window_width < MIN_WIDTH_OF_SIDES { TOUCH } else { FOOTER }
}

/// The common axis of all fabrics.
#[derive(Clone, Copy, Debug)]
pub(super) struct Axis {
    /// Axis and rows, without names and footer.
    pub(super) area: Rect,
    /// The visible span, from start to end.
    pub(super) span: (Femtos, Femtos),
    /// Duration of the slowest fabric.
    pub(super) duration: Femtos,
    /// Height of a fabric's row with the space below it, points.
    pub(super) band: f32,
    /// How the times of fabrics relate.
    pub(super) mode: ClockMode,
}

impl Axis {
    /// The axis in the area of the whole panel, above a footer of this height.
    pub(super) fn new(model: &Model, rect: Rect, footer: f32) -> Axis {
        let area = Rect::from_min_max(rect.min + vec2(NAMES, 0.0), rect.max - vec2(8.0, footer));
        let clock = &model.session.clock;
        let span = model.session.view.span.unwrap_or((Femtos(0), clock.duration));
        let band = (area.height() - AXIS) / model.session.runs.len().max(1) as f32;
        Axis { area, span, duration: clock.duration, band, mode: clock.mode }
    }

    /// The position of an instant of the clock.
    pub(super) fn x(&self, at: Femtos) -> f32 {
        let length = self.span.1.since(self.span.0).0.max(1) as f64;
        self.area.left() + self.area.width() * ((at.0 as f64 - self.span.0.0 as f64) / length) as f32
    }

    /// The position of an instant of a fabric's own time; `own` is the duration of its run.
    pub(super) fn x_local(&self, at: Femtos, own: Femtos) -> f32 {
        match self.mode {
            ClockMode::Same => self.x(at),
            // On the normalised clock each fabric takes the whole width.
            ClockMode::Normalised => {
                let share = at.0 as f64 / own.0.max(1) as f64;
                self.x(Femtos((share * self.duration.0 as f64) as u64))
            }
        }
    }

    /// The instant of the clock at a position.
    pub(super) fn at(&self, x: f32) -> Femtos {
        let share = f64::from(((x - self.area.left()) / self.area.width().max(1.0)).clamp(0.0, 1.0));
        let length = self.span.1.since(self.span.0).0 as f64;
        Femtos(self.span.0.0 + (share * length) as u64)
    }

    /// The part of a fabric's row that its heatmap covers: a single bar if all its links are equal.
    pub(super) fn heatmap(&self, index: usize, uniform: bool) -> Rect {
        let row = self.row(index).with_min_y(self.row(index).top() + PHASES);
        if uniform { row.with_max_y(row.bottom().min(row.top() + UNIFORM)) } else { row }
    }

    /// The row of a fabric.
    pub(super) fn row(&self, index: usize) -> Rect {
        let top = self.area.top() + AXIS + self.band * index as f32;
        Rect::from_min_max(pos2(self.area.left(), top), pos2(self.area.right(), top + self.band - 10.0))
    }
}
