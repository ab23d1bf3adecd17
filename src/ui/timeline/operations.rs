//! The operations of a sequence: one bar each, in lanes over the row of their fabric.

use egui::{Painter, Rect, pos2};

use crate::collective::OperationWork;
use crate::sample::OperationLane;
use crate::style::Theme;
use crate::ui::style::{colour, text_font};
use crate::ui::widgets::elided;
use crate::units::Femtos;

/// Least height of a bar with a name, points.
const NAMED: f32 = 11.0;
/// Least width of a bar with a name, points.
const WIDE: f32 = 28.0;
/// Greatest height of a lane, points.
const LANE: f32 = 14.0;

/// Height that the lanes take of a body, points.
fn height(lanes: usize, body: Rect) -> f32 {
    (lanes as f32 * LANE).min(0.5 * body.height())
}

/// What the lanes leave of a body.
pub(super) fn below_lanes(body: Rect, lanes: usize) -> Rect {
    body.with_min_y(body.top() + height(lanes, body))
}

/// Paints the lanes below the top of a body.
pub(super) fn paint_lanes(
    painter: &Painter,
    theme: &Theme,
    lanes: &[OperationLane],
    body: Rect,
    x_of: impl Fn(Femtos) -> f32,
) {
    let lane_height = height(lanes.len(), body) / lanes.len().max(1) as f32;
    for (number, lane) in lanes.iter().enumerate() {
        let top = body.top() + lane_height * number as f32;
        for operation in lane {
            let (left, right) = (x_of(operation.start), x_of(operation.end));
            if right < body.left() || left > body.right() {
                continue;
            }
            let bottom = top + (lane_height - 1.0).max(1.0);
            let bar = Rect::from_min_max(pos2(left, top), pos2(right.max(left + 1.0), bottom));
            let ink = match operation.work {
                OperationWork::Collective { .. } => theme.fill,
                OperationWork::Compute(_) => theme.chosen,
            };
            painter.rect_filled(bar, 2.0, colour(ink));
            if bar.height() >= NAMED && bar.width() >= WIDE {
                let at = pos2(bar.left().max(body.left()) + 4.0, bar.center().y);
                let font = text_font(Theme::TYPE[0]);
                elided(painter, at, operation.name.clone(), font, colour(theme.text), bar.width() - 8.0);
            }
        }
    }
}
