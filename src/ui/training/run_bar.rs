//! A run as a bar of days: the shares of every step, with interruptions and checkpoints.

use egui::{Align2, Painter, Rect, Stroke, pos2};

use super::layout::{Axis, FabricRows};
use super::mix_bar::{Ink, paint_ink};
use crate::style::{Rgba8, Theme};
use crate::training::{RunTime, StretchKind};
use crate::ui::style::{colour, heading_font, number_font, text_font};
use crate::ui::text::{common, run as text};
use crate::ui::widgets::elided;

/// Steps with so many points have their number.
const ROOM_FOR_NUMBER: f32 = 74.0;
/// The least distance of checkpoints, points.
const CHECKPOINTS: u128 = 7;

/// The bar of a fabric, with its name at the left.
pub(super) fn paint_run_bar(painter: &Painter, theme: &Theme, axis: &Axis, rows: &FabricRows, name: &str) {
    let at = pos2(axis.area.left() - super::layout::NAMES, rows.bar.center().y);
    let name = common::fabric(rows.fabric, name);
    elided(painter, at, name, heading_font(Theme::TYPE[1]), colour(theme.text), super::layout::NAMES - 10.0);
    let clipped = painter.with_clip_rect(rows.bar.intersect(painter.clip_rect()));
    let (run, pixel) = (rows.run, axis.pixel());
    let schedule = &run.schedule;
    for stretch in schedule.stretches(axis.start, axis.end(), pixel) {
        let (left, right) = axis.x_range(stretch.start, stretch.end);
        let rect = Rect::from_min_max(pos2(left, rows.bar.top()), pos2(right, rows.bar.bottom()));
        match stretch.kind {
            StretchKind::Queue => paint_queue(&clipped, theme, rect, schedule.queue),
            StretchKind::Lost => paint_lost(&clipped, theme, rect),
            StretchKind::Steps(..) => {
                clipped.rect_filled(rect, 0.0, colour(theme.chosen));
            }
        }
    }
    checkpoints(&clipped, theme, axis, rows);
    let step_points = (schedule.step.0 as f64 / pixel.0 as f64) as f32;
    if step_points >= 5.0 {
        steps(&clipped, theme, axis, rows, step_points);
    } else {
        shares(&clipped, theme, axis, rows);
    }
}

/// The wait for the machine, hatched, with its days if there is room.
fn paint_queue(painter: &Painter, theme: &Theme, rect: Rect, queue: RunTime) {
    paint_ink(painter, theme, rect, Ink::Bubble);
    label(painter, theme, rect, theme.ground, text::queue(queue.days()));
}

fn paint_lost(painter: &Painter, theme: &Theme, rect: Rect) {
    paint_ink(painter, theme, rect, Ink::Lost);
    painter.vline(rect.left(), rect.y_range(), Stroke::new(1.0, colour(theme.muted)));
}

fn checkpoints(painter: &Painter, theme: &Theme, axis: &Axis, rows: &FabricRows) {
    let least = RunTime(axis.pixel().0 * CHECKPOINTS);
    let Some(found) = rows.run.schedule.checkpoints(axis.start, axis.end(), least) else { return };
    for at in found {
        let x = axis.x(at);
        let tick = rows.bar.bottom() - 5.0..=rows.bar.bottom();
        painter.vline(x, tick, Stroke::new(1.5, colour(theme.done)));
    }
}

/// Single steps with their numbers.
fn steps(painter: &Painter, theme: &Theme, axis: &Axis, rows: &FabricRows, step_points: f32) {
    for stretch in rows.run.schedule.stretches(axis.start, axis.end(), RunTime(0)) {
        let Some((first, last)) = stretch.steps() else { continue };
        let step = u128::from(rows.run.schedule.step.0.max(1));
        let from = (axis.start.since(stretch.start).0 / step) as u64;
        let to = (axis.end().since(stretch.start).0 / step) as u64 + 1;
        for number in first + from..last.min(first.saturating_add(to)) {
            let start = rows.run.schedule.start_of(number);
            let (left, right) = axis.x_range(start, start + RunTime::from(rows.run.schedule.step));
            if right <= left {
                continue;
            }
            if axis.x(start) >= axis.area.left() {
                painter.vline(left, rows.bar.y_range(), Stroke::new(1.0, colour(theme.ground)));
            }
            if step_points >= ROOM_FOR_NUMBER && right - left >= ROOM_FOR_NUMBER {
                let at = pos2(left + 6.0, rows.bar.center().y);
                let font = number_font(Theme::TYPE[0]);
                painter.text(at, Align2::LEFT_CENTER, text::step_number(number), font, colour(theme.soft));
            }
        }
    }
}

/// The shares of a step, in words, over the days.
fn shares(painter: &Painter, theme: &Theme, axis: &Axis, rows: &FabricRows) {
    let schedule = &rows.run.schedule;
    let (left, right) = axis.x_range(schedule.queue, schedule.length());
    let bar = Rect::from_min_max(pos2(left, rows.bar.top()), pos2(right, rows.bar.bottom()));
    label(painter, theme, bar, theme.chosen, text::run_shares(rows.run));
}

/// A text on its own ground at the left of a bar, if there is room.
fn label(painter: &Painter, theme: &Theme, bar: Rect, ground: Rgba8, text: String) {
    let galley = painter.layout_no_wrap(text, text_font(Theme::TYPE[0]), colour(theme.text));
    if galley.size().x + 16.0 <= bar.width() {
        let back = Rect::from_min_size(
            pos2(bar.left() + 4.0, bar.center().y - galley.size().y / 2.0),
            galley.size() + egui::vec2(8.0, 0.0),
        );
        painter.rect_filled(back, 3.0, colour(ground));
        painter.galley(back.min + egui::vec2(4.0, 0.0), galley, colour(theme.text));
    }
}
