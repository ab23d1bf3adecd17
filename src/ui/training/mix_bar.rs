//! Spans in the colours of what they consist of: compute and hidden communication quiet, exposed communication loud, the bubble
//! hatched.

use egui::{Painter, Rect, Stroke, pos2};

use crate::style::{Rgba8, Theme};
use crate::training::Mix;
use crate::ui::style::colour;

/// Distance of the lines of a hatching, points.
const PITCH: f32 = 5.0;

/// What a part of a span is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    Forward,
    Backward,
    Optimizer,
    Hidden,
    Exposed,
    Bubble,
    Lost,
}

impl Ink {
    pub(super) fn colour(self, theme: &Theme) -> Rgba8 {
        match self {
            Ink::Forward => theme.ramp[2],
            Ink::Backward => theme.ramp[1],
            Ink::Optimizer => theme.ramp[3],
            Ink::Hidden => theme.fill,
            Ink::Exposed => theme.binding,
            Ink::Bubble => theme.raised,
            Ink::Lost => theme.ground,
        }
    }

    /// The hatching, for inks that must not be told apart by colour alone.
    fn hatching(self, theme: &Theme) -> Option<Rgba8> {
        match self {
            Ink::Bubble => Some(theme.muted),
            Ink::Lost => Some(theme.line),
            Ink::Forward | Ink::Backward | Ink::Optimizer | Ink::Hidden | Ink::Exposed => None,
        }
    }
}

/// The parts of a mix from the bottom to the top, in seconds.
pub(super) fn parts(mix: &Mix) -> [(Ink, f64); 6] {
    [
        (Ink::Forward, mix.forward.secs()),
        (Ink::Backward, mix.backward.secs()),
        (Ink::Optimizer, mix.optimizer.secs()),
        (Ink::Hidden, mix.hidden.secs()),
        (Ink::Bubble, mix.bubble.secs()),
        (Ink::Exposed, mix.exposed.secs()),
    ]
}

/// Fills a rectangle with one ink.
pub(super) fn paint_ink(painter: &Painter, theme: &Theme, rect: Rect, ink: Ink) {
    if rect.width() <= 0.0 || rect.height() <= 0.0 {
        return;
    }
    painter.rect_filled(rect, 0.0, colour(ink.colour(theme)));
    let Some(lines) = ink.hatching(theme) else { return };
    // Cut by hand: every clip rectangle of its own would be a draw call.
    let high = rect.height();
    let mut x = ((rect.left() - high) / PITCH).floor() * PITCH;
    while x < rect.right() {
        let (from, to) = (x.max(rect.left()), (x + high).min(rect.right()));
        if from < to {
            let ends = [from, to].map(|at| pos2(at, rect.bottom() - (at - x)));
            painter.line_segment(ends, Stroke::new(1.0, colour(lines)));
        }
        x += PITCH;
    }
}

/// Fills a rectangle with the parts of a mix, stacked by their shares of `whole`, seconds. Idle time stays empty at the top.
pub(super) fn paint_mix(painter: &Painter, theme: &Theme, rect: Rect, mix: &Mix, whole: f64) {
    let mut bottom = rect.bottom();
    for (ink, seconds) in parts(mix) {
        if seconds <= 0.0 {
            continue;
        }
        let high = (seconds / whole.max(1e-30)).min(1.0) as f32 * rect.height();
        // Whatever is loud stays visible.
        let high = if ink == Ink::Exposed { high.max(1.0) } else { high };
        let top = (bottom - high).max(rect.top());
        paint_ink(painter, theme, Rect::from_min_max(pos2(rect.left(), top), pos2(rect.right(), bottom)), ink);
        bottom = top;
    }
}

/// The same from left to right.
pub(super) fn paint_mix_across(painter: &Painter, theme: &Theme, rect: Rect, mix: &Mix, whole: f64) {
    let mut left = rect.left();
    for (ink, seconds) in parts(mix) {
        let right = (left + (seconds / whole.max(1e-30)).min(1.0) as f32 * rect.width()).min(rect.right());
        paint_ink(painter, theme, Rect::from_min_max(pos2(left, rect.top()), pos2(right, rect.bottom())), ink);
        left = right;
    }
}
