//! The streams of every stage: compute, and the two that communicate.

use egui::{Align2, Painter, Rect, pos2};

use super::layout::{Axis, FabricRows, NAMES};
use super::mix_bar::{Ink, paint_ink, paint_mix, parts};
use crate::style::Theme;
use crate::training::{Lane, RunSpan};
use crate::ui::style::{colour, text_font};
use crate::ui::text::run as text;

/// Share of a stage's height that its compute stream has.
const COMPUTE: f32 = 0.46;
/// Spans with so many points have a name.
const ROOM_FOR_NAME: f32 = 46.0;
/// Lower rows have no text, points.
const TEXT_HEIGHT: f32 = 11.5;
/// From this height on, points, the lanes of a stage have names.
const MIN_NAMED: f32 = 33.0;

/// The area of a stream within its stage.
pub(super) fn lane_rect(stage: Rect, lanes: &[Lane], lane: Lane) -> Rect {
    let place = lanes.iter().position(|one| *one == lane).unwrap_or(0);
    let compute = (stage.height() * COMPUTE).floor();
    let other = (stage.height() - compute) / 2.0;
    let (top, high) = if place == 0 { (0.0, compute) } else { (compute + other * (place as f32 - 1.0), other) };
    let top = stage.top() + top;
    Rect::from_min_max(pos2(stage.left(), top), pos2(stage.right(), top + high - 1.0))
}

/// All shown streams of a fabric.
pub(super) fn paint_lanes(painter: &Painter, theme: &Theme, axis: &Axis, rows: &FabricRows) {
    let stages: Vec<u32> = rows.stages.iter().map(|(stage, _)| *stage).collect();
    let lanes = rows.run.picture.lanes();
    let visible = rows.run.rows((axis.start, axis.end()), axis.pixel(), &stages);
    for (stage, rect) in &rows.stages {
        names(painter, theme, rows, *stage, *rect, &lanes);
        for lane in &lanes {
            let area = lane_rect(*rect, &lanes, *lane);
            let schedule = &rows.run.schedule;
            let (start, end) = axis.x_range(schedule.queue, schedule.length());
            painter.rect_filled(area.with_min_x(start).with_max_x(end.max(start)), 0.0, colour(theme.panel));
            painter.hline(start..=end.max(start), area.bottom() + 0.5, egui::Stroke::new(1.0, colour(theme.raised)));
        }
    }
    for row in &visible {
        let Some((_, stage)) = rows.stages.iter().find(|(stage, _)| *stage == row.stage) else { continue };
        let area = lane_rect(*stage, &lanes, row.lane);
        let clipped = painter.with_clip_rect(area.intersect(painter.clip_rect()));
        for span in &row.spans {
            paint_span(&clipped, theme, axis, area, span, rows.run.schedule.step.secs());
        }
    }
}

/// Names of a stage and of its streams.
fn names(painter: &Painter, theme: &Theme, rows: &FabricRows, stage: u32, rect: Rect, lanes: &[Lane]) {
    let left = rect.left() - NAMES;
    let font = text_font(Theme::TYPE[0]);
    if rows.run.picture.stages() > 1 {
        let at = pos2(left + 10.0, rect.center().y);
        painter.text(at, Align2::LEFT_CENTER, text::stage(stage), font.clone(), colour(theme.soft));
    }
    if rect.height() < MIN_NAMED {
        return;
    }
    for lane in lanes {
        let at = pos2(rect.left() - 8.0, lane_rect(rect, lanes, *lane).center().y);
        painter.text(at, Align2::RIGHT_CENTER, text::lane(*lane), font.clone(), colour(theme.muted));
    }
}

fn paint_span(painter: &Painter, theme: &Theme, axis: &Axis, area: Rect, span: &RunSpan, step_s: f64) {
    let (left, right) = axis.x_range(span.start, span.end);
    let rect = Rect::from_min_max(pos2(left, area.top()), pos2(right.max(left + 0.75), area.bottom()));
    let own = span.end.since(span.start).secs();
    let inks: Vec<(Ink, f64)> = parts(&span.mix).into_iter().filter(|(_, seconds)| *seconds > 0.0).collect();
    match inks.as_slice() {
        [] => return,
        // One thing fills its span.
        [(ink, _)] if !matches!(span.kind, crate::training::SpanKind::Merged) => paint_ink(painter, theme, rect, *ink),
        _ => {
            // Of many steps, the mix is that of one.
            let total = span.mix.total().secs();
            let whole = if !matches!(span.kind, crate::training::SpanKind::Merged) {
                total
            } else if own > 1.5 * step_s {
                step_s
            } else {
                own.max(total)
            };
            paint_mix(painter, theme, rect, &span.mix, whole);
        }
    }
    if rect.width() < ROOM_FOR_NAME || rect.height() < TEXT_HEIGHT {
        return;
    }
    // A hairline between neighbours.
    painter.vline(rect.right(), rect.y_range(), egui::Stroke::new(1.0, colour(theme.panel)));
    let is_bubble = inks.iter().any(|(ink, _)| *ink == Ink::Bubble);
    let fits = |label: &String| {
        let galley = painter.layout_no_wrap(label.clone(), text_font(10.0), colour(theme.text));
        galley.size().x + 8.0 <= rect.width()
    };
    let Some(label) = text::span_labels(&span.kind).into_iter().find(fits) else { return };
    let galley = painter.layout_no_wrap(label, text_font(10.0), colour(theme.text));
    let at = pos2(rect.left() + 4.0, rect.center().y - galley.size().y / 2.0);
    if is_bubble {
        let back = Rect::from_min_size(at - egui::vec2(2.0, 0.0), galley.size() + egui::vec2(4.0, 0.0));
        painter.rect_filled(back, 2.0, colour(theme.raised));
    }
    let loud = inks.iter().any(|(ink, _)| *ink == Ink::Exposed) && inks.len() == 1;
    let ink = if loud { theme.outline } else { theme.text };
    painter.galley_with_override_text_color(at, galley, colour(ink));
}
