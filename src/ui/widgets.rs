//! Small things that all panels share.

use egui::{Align, Layout, Response, RichText, Sense, Ui, vec2};

use super::style::{colour, mono, semibold, words};
use crate::session::Intent;
use crate::style::{Rgba8, Theme};

/// Room for a scroll bar, points.
pub(super) const SCROLL_BAR: f32 = 12.0;

/// A small heading of a section.
pub(super) fn section(ui: &mut Ui, theme: &Theme, text: &str) {
    ui.add_space(Theme::STEP);
    ui.label(RichText::new(text).font(semibold(Theme::TYPE[0])).color(colour(theme.soft)));
}

/// The same words, in which no line ends between a number and its unit.
pub(super) fn unbroken(text: &str) -> String {
    ["%", "s", "ms", "µs", "ns", "GB/s", "TB/s", "MB/s"].iter().fold(text.to_owned(), |text, unit| {
        [" ", ",", ".", ";", ":", ")"]
            .iter()
            .fold(text, |text, end| text.replace(&format!(" {unit}{end}"), &format!("\u{a0}{unit}{end}")))
    })
}

/// Words at the left, a number at the right. The words tell more under the pointer. Answers whether the number was
/// clicked.
pub(super) fn row(ui: &mut Ui, theme: &Theme, name: &str, value: &str, explanation: &str) -> bool {
    let mut clicked = false;
    ui.horizontal(|ui| {
        let label = ui.label(RichText::new(name).font(words(Theme::TYPE[1])).color(colour(theme.soft)));
        if !explanation.is_empty() {
            label.on_hover_text(explanation);
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let text = RichText::new(value).font(mono(Theme::TYPE[1])).color(colour(theme.text));
            if explanation.is_empty() {
                ui.label(text);
                return;
            }
            let value = ui.add(egui::Label::new(text).sense(Sense::click()));
            clicked = value.on_hover_text(explanation).on_hover_cursor(egui::CursorIcon::Help).clicked();
        });
    });
    clicked
}

/// A slider over whole steps, with its name and value above it. Answers the new step when it is moved.
pub(super) fn slider(
    ui: &mut Ui,
    theme: &Theme,
    name: &str,
    value: &str,
    step: i64,
    range: std::ops::RangeInclusive<i64>,
) -> Option<i64> {
    row(ui, theme, name, value, "");
    let mut moved = step;
    ui.spacing_mut().slider_width = ui.available_width();
    let share = (step - range.start()) as f32 / (range.end() - range.start()).max(1) as f32;
    let slider = egui::Slider::new(&mut moved, range).show_value(false).handle_shape(egui::style::HandleShape::Circle);
    let response = ui
        .scope(|ui| {
            // The rail is a line, the handle a light knob, the part in use in the colour of selection.
            let visuals = ui.visuals_mut();
            visuals.selection.bg_fill = colour(theme.selection);
            visuals.widgets.inactive.bg_fill = colour(theme.line);
            for state in [&mut visuals.widgets.inactive, &mut visuals.widgets.hovered, &mut visuals.widgets.active] {
                state.fg_stroke = egui::Stroke::NONE;
            }
            ui.spacing_mut().interact_size.y = 18.0;
            ui.add(slider)
        })
        .inner;
    // egui paints rail and knob in one colour: a knob of our own over its.
    let radius = response.rect.height() / 2.5;
    let parameter = response.rect.left() + radius + share.clamp(0.0, 1.0) * (response.rect.width() - 2.0 * radius);
    let ring = if response.has_focus() || response.hovered() { theme.selection } else { theme.panel };
    let place = egui::pos2(parameter, response.rect.center().y);
    ui.painter().circle(place, 7.0, colour(theme.text), egui::Stroke::new(2.0, colour(ring)));
    named(&response, egui::WidgetType::Slider, name, value);
    (response.changed() && moved != step).then_some(moved)
}

/// A change by a slider: while the pointer is down it goes on, by keys each step is a change of its own.
pub(super) fn slid(ui: &Ui, change: Intent) -> Intent {
    if ui.input(|input| input.pointer.any_down()) { Intent::Drag(Box::new(change)) } else { change }
}

/// Gives a control its name for screen readers and tests.
pub(super) fn named(response: &Response, kind: egui::WidgetType, name: &str, value: &str) {
    let label = if value.is_empty() { name.to_owned() } else { format!("{name}: {value}") };
    response.widget_info(|| egui::WidgetInfo::labeled(kind, true, &label));
}

/// A menu of choices over the whole width. Answers the chosen one when it is another.
pub(super) fn choice<'a>(
    ui: &mut Ui,
    id: &str,
    name: &str,
    current: &str,
    choices: &[(&'a str, String)],
) -> Option<&'a str> {
    let mut chosen = None;
    let shown = choices.iter().find(|(id, _)| *id == current).map_or(current, |(_, words)| words);
    let response = egui::ComboBox::from_id_salt(id)
        .width(ui.available_width())
        .selected_text(shown)
        // A long name must not make the panel wider.
        .truncate()
        .show_ui(ui, |ui| {
            for (id, words) in choices {
                if ui.selectable_label(*id == current, words).clicked() && *id != current {
                    chosen = Some(*id);
                }
            }
        })
        .response;
    named(&response, egui::WidgetType::ComboBox, name, shown);
    response.on_hover_text(name);
    chosen
}

/// Paints a line of words from its left middle, shortened with "…" to a width. Answers what it covers.
pub(super) fn elided(
    painter: &egui::Painter,
    at: egui::Pos2,
    text: String,
    font: egui::FontId,
    ink: egui::Color32,
    width: f32,
) -> egui::Rect {
    let mut job = egui::text::LayoutJob::simple_singleline(text, font, ink);
    job.wrap = egui::text::TextWrapping::truncate_at_width(width.max(0.0));
    let galley = painter.layout_job(job);
    let rect = egui::Rect::from_min_size(at - vec2(0.0, galley.size().y / 2.0), galley.size());
    painter.galley(rect.min, galley, ink);
    rect
}

/// A button with a drawn sign instead of words.
pub(super) fn sign_button(ui: &mut Ui, theme: &Theme, sign: Sign, lit: bool, name: &str) -> Response {
    let size = vec2(if sign == Sign::Play || sign == Sign::Pause { 44.0 } else { 36.0 }, 32.0);
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
    response.on_hover_text(name)
}

/// Signs of the transport.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    /// A triangle.
    Play,
    /// Two bars.
    Pause,
    /// To the start.
    First,
    /// One event back.
    Back,
    /// One event on.
    Forward,
    /// To the end.
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
