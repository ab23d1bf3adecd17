//! The axis of a run with all its rows: the bar of days and the streams of every stage, in one window.

use egui::{Align2, Rect, Sense, Stroke, Ui, Vec2, pos2, vec2};

use super::layout::{Axis, FOOTER, NAMES, RULER, least_height};
use super::mix_bar::{Ink, paint_ink};
use super::{lanes, pointer, ruler, run_bar};
use crate::session::{Intent, Session};
use crate::style::Theme;
use crate::training::RunLevel;
use crate::ui::model::Model;
use crate::ui::style::{colour, heading_font, number_font, text_font};
use crate::ui::text::{run as text, timeline};
use crate::ui::widgets::named;

/// Space above and below the axis in its panel, points.
const MARGIN: f32 = 12.0;
/// Points between two marks of the ruler.
const PER_MARK: f32 = 96.0;

/// Height of the panel in a window of this height, points: the rows of all runs fit, as long as the stage keeps a third.
pub(in crate::ui) fn height(session: &Session, available: f32) -> f32 {
    let needed = least_height(session.training_runs().count()) + 2.0 * MARGIN;
    (available * 0.44).clamp(180.0, 460.0).max(needed.min(available * 0.66))
}

/// The axis in the whole room of `ui`.
pub(in crate::ui) fn axis_ui(ui: &mut Ui, model: &Model, intents: &mut Vec<Intent>) {
    let theme = model.theme();
    // Not reachable by Tab: the transport and the keys do what a key could do here.
    let (rect, response) = ui.allocate_exact_size(ui.available_size(), Sense::CLICK | Sense::DRAG);
    let session = model.session;
    if session.hides_results() {
        let font = text_font(Theme::TYPE[1]);
        ui.painter().text(rect.center(), Align2::CENTER_CENTER, timeline::HIDDEN, font, colour(theme.soft));
        return;
    }
    let axis = Axis::new(session, rect);
    let now = ruler::instant(session.run_clock.at, axis.length);
    named(&response, egui::WidgetType::Other, text::AXIS, &now);
    paint_ruler(ui, theme, &axis);
    let clipped = ui.painter().with_clip_rect(rect);
    for rows in &axis.fabrics {
        let name = session.scene().fabrics.get(rows.fabric).map_or("", |fabric| fabric.name.as_str());
        run_bar::paint_run_bar(&clipped, theme, &axis, rows, name);
        lanes::paint_lanes(&clipped, theme, &axis, rows);
    }
    paint_playhead(ui, theme, &axis, session.run_clock.at);
    footer(ui, model, &axis, rect);
    pointer::pointer_ui(ui, &axis, &response, intents);
}

fn paint_ruler(ui: &Ui, theme: &Theme, axis: &Axis) {
    let painter = ui.painter();
    let most = (axis.area.width() / PER_MARK) as usize;
    let ruler = ruler::ruler(axis.start, axis.length, most);
    for (at, label) in ruler.marks {
        let x = axis.x(at);
        painter.vline(x, axis.area.top() + 16.0..=axis.area.bottom(), Stroke::new(1.0, colour(theme.line)));
        let anchor = if x < axis.area.left() + 20.0 { Align2::LEFT_TOP } else { Align2::CENTER_TOP };
        if x < axis.area.right() - 24.0 {
            painter.text(pos2(x, axis.area.top()), anchor, label, number_font(Theme::TYPE[0]), colour(theme.soft));
        }
    }
    let at = pos2(axis.area.left() - NAMES, axis.area.top());
    // Where labels count from. The day of a narrow window stands in the top bar.
    let narrowed = axis.length.scaled(600.0);
    let base = if axis.length.secs() < 1.0 {
        ruler::clock(ruler.base, narrowed)
    } else {
        ruler::instant(ruler.base, narrowed)
    };
    if ruler.base.0 > 0 {
        painter.text(at, Align2::LEFT_TOP, base, number_font(Theme::TYPE[0]), colour(theme.muted));
    }
}

fn paint_playhead(ui: &Ui, theme: &Theme, axis: &Axis, at: crate::training::RunTime) {
    let x = axis.x(at);
    if !axis.area.x_range().contains(x) {
        return;
    }
    let painter = ui.painter();
    painter.vline(x, axis.area.top() + 14.0..=axis.area.bottom(), Stroke::new(2.0, colour(theme.text)));
    let tip = pos2(x, axis.area.top() + RULER);
    let head = vec![tip, tip + vec2(-6.0, -9.0), tip + vec2(6.0, -9.0)];
    painter.add(egui::Shape::convex_polygon(head, colour(theme.text), Stroke::NONE));
}

/// At the bottom: what the colours are, and how much the window shows.
fn footer(ui: &Ui, model: &Model, axis: &Axis, rect: Rect) {
    let theme = model.theme();
    let painter = ui.painter();
    let middle = rect.bottom() - FOOTER / 2.0 + 3.0;
    let mut x = axis.area.left();
    let exposed = if axis.area.width() > 700.0 { text::EXPOSED } else { text::EXPOSED_SHORT };
    let hidden = if axis.area.width() > 700.0 { text::HIDDEN } else { text::HIDDEN_SHORT };
    for (ink, name) in [
        (Ink::Forward, text::FORWARD),
        (Ink::Backward, text::BACKWARD),
        (Ink::Hidden, hidden),
        (Ink::Exposed, exposed),
        (Ink::Bubble, text::BUBBLE),
        (Ink::Lost, text::LOST),
    ] {
        let mark = Rect::from_center_size(pos2(x + 7.0, middle), Vec2::new(14.0, 9.0));
        paint_ink(painter, theme, mark, ink);
        painter.rect_stroke(mark, 0.0, Stroke::new(1.0, colour(theme.line)), egui::StrokeKind::Outside);
        let font = text_font(Theme::TYPE[0]);
        let area = painter.text(pos2(x + 19.0, middle), Align2::LEFT_CENTER, name, font, colour(theme.soft));
        x = area.right() + 14.0;
    }
    let level =
        axis.fabrics.iter().map(|rows| RunLevel::for_window(rows.run, axis.length)).max().unwrap_or(RunLevel::Run);
    let label = text::window(level, axis.length);
    let galley = painter.layout_no_wrap(label, heading_font(Theme::TYPE[0]), colour(theme.text));
    if x + galley.size().x < rect.right() {
        let at = pos2(rect.right() - galley.size().x, middle - galley.size().y / 2.0);
        painter.galley(at, galley, colour(theme.text));
    }
}
