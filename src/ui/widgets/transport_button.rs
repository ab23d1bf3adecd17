//! Buttons of the transport, with a drawn sign instead of text.

use egui::{Response, Sense, Ui, Vec2, vec2};

use super::controls::named;
use super::tip::Tip;
use crate::style::{Rgba8, Theme};
use crate::ui::style::colour;

/// The size of a button with a sign, points; play and pause are wider.
pub(in crate::ui) const SIGN_BUTTON: Vec2 = vec2(36.0, 32.0);
/// Width of play and pause, points.
const WIDE: f32 = 44.0;

/// A button with a drawn sign, of at least this size; `name` is its name and its tooltip, `lit` marks the main button.
pub(in crate::ui) fn sign_button(
    ui: &mut Ui,
    theme: &Theme,
    sign: Sign,
    size: Vec2,
    lit: bool,
    name: &str,
) -> Response {
    let size = if sign == Sign::Play || sign == Sign::Pause { vec2(size.x.max(WIDE), size.y) } else { size };
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    named(&response, egui::WidgetType::Button, name, "");
    let (fill, ink) = match (lit, response.hovered()) {
        (true, _) => (theme.selection, theme.ground),
        (false, true) => (theme.line, theme.text),
        (false, false) => (theme.raised, theme.text),
    };
    let painter = ui.painter();
    painter.rect_filled(rect, Theme::CORNER, colour(fill));
    if response.has_focus() {
        let ring = egui::Stroke::new(2.0, colour(theme.selection));
        painter.rect_stroke(rect.expand(2.0), Theme::CORNER, ring, egui::StrokeKind::Outside);
    }
    sign.paint(painter, rect.center(), ink);
    response.tip(name)
}

/// Signs of the transport.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ui) enum Sign {
    /// A triangle.
    Play,
    /// Two bars.
    Pause,
    /// Go to the start.
    First,
    /// Go to the previous event.
    Back,
    /// Go to the next event.
    Forward,
    /// Go to the end.
    Last,
}

impl Sign {
    fn paint(self, painter: &egui::Painter, center: egui::Pos2, ink: Rgba8) {
        let ink = colour(ink);
        let bar = |x: f32, width: f32| {
            let rect = egui::Rect::from_center_size(center + vec2(x, 0.0), vec2(width, 12.0));
            painter.rect_filled(rect, 1.0, ink);
        };
        let arrow = |x: f32, half: f32, right: bool| {
            let tip = if right { half } else { -half };
            let points = vec![
                center + vec2(x - tip, -half * 1.2),
                center + vec2(x + tip, 0.0),
                center + vec2(x - tip, half * 1.2),
            ];
            painter.add(egui::Shape::convex_polygon(points, ink, egui::Stroke::NONE));
        };
        match self {
            Sign::Play => arrow(1.0, 6.0, true),
            Sign::Pause => {
                bar(-4.0, 3.5);
                bar(4.0, 3.5);
            }
            Sign::First => {
                bar(-5.0, 2.0);
                arrow(2.0, 4.5, false);
            }
            Sign::Back => arrow(-1.0, 4.5, false),
            Sign::Forward => arrow(1.0, 4.5, true),
            Sign::Last => {
                arrow(-2.0, 4.5, true);
                bar(5.0, 2.0);
            }
        }
    }
}
