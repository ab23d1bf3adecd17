//! Rows, sliders, choices and toggle buttons.

use std::ops::RangeInclusive;

use egui::{Align, Layout, Response, RichText, Sense, Ui, vec2};

use crate::session::Intent;
use crate::style::Theme;
use crate::ui::label::Label;
use crate::ui::style::{colour, number_font, text_font};

/// Width of a scroll bar, points.
pub(in crate::ui) const SCROLL_BAR: f32 = 12.0;

/// A name at the left, a value at the right, both with the tooltip. Returns whether the value was clicked.
pub(in crate::ui) fn row(ui: &mut Ui, theme: &Theme, label: Label, value: &str) -> bool {
    let mut clicked = false;
    ui.horizontal(|ui| {
        let name = ui.label(RichText::new(label.name).font(text_font(Theme::TYPE[1])).color(colour(theme.soft)));
        if !label.tooltip.is_empty() {
            name.on_hover_text(label.tooltip);
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let text = RichText::new(value).font(number_font(Theme::TYPE[1])).color(colour(theme.text));
            if label.tooltip.is_empty() {
                ui.label(text);
                return;
            }
            let value = ui.add(egui::Label::new(text).sense(Sense::click()));
            clicked = value.on_hover_text(label.tooltip).on_hover_cursor(egui::CursorIcon::Help).clicked();
        });
    });
    clicked
}

/// A slider over whole steps, with its name and value above it. Returns the new step when it is moved.
pub(in crate::ui) fn slider(
    ui: &mut Ui,
    theme: &Theme,
    label: Label,
    value: &str,
    step: i64,
    range: RangeInclusive<i64>,
) -> Option<i64> {
    slider_heading(ui, theme, label, value);
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
    // egui paints rail and knob in one colour: another knob is painted over its own.
    let radius = response.rect.height() / 2.5;
    let x = response.rect.left() + radius + share.clamp(0.0, 1.0) * (response.rect.width() - 2.0 * radius);
    let ring = if response.has_focus() || response.hovered() { theme.selection } else { theme.panel };
    let center = egui::pos2(x, response.rect.center().y);
    ui.painter().circle(center, 7.0, colour(theme.text), egui::Stroke::new(2.0, colour(ring)));
    named(&response, egui::WidgetType::Slider, label.name, value);
    (response.changed() && moved != step).then_some(moved)
}

/// Name and value of a slider. Unlike in a row, the value is not a link to sources.
fn slider_heading(ui: &mut Ui, theme: &Theme, label: Label, value: &str) {
    ui.horizontal(|ui| {
        let name = ui.label(RichText::new(label.name).font(text_font(Theme::TYPE[1])).color(colour(theme.soft)));
        if !label.tooltip.is_empty() {
            name.on_hover_text(label.tooltip);
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.label(RichText::new(value).font(number_font(Theme::TYPE[1])).color(colour(theme.text)));
        });
    });
}

/// A change by a slider: part of a drag while the pointer is down; with keys, each step is a change by itself.
pub(in crate::ui) fn drag_or_set(ui: &Ui, change: Intent) -> Intent {
    if ui.input(|input| input.pointer.any_down()) { Intent::Drag(Box::new(change)) } else { change }
}

/// Gives a control its name for screen readers and tests.
pub(in crate::ui) fn named(response: &Response, kind: egui::WidgetType, name: &str, value: &str) {
    let label = if value.is_empty() { name.to_owned() } else { format!("{name}: {value}") };
    response.widget_info(|| egui::WidgetInfo::labeled(kind, true, &label));
}

/// A menu of choices over the whole width, as (id, text). Returns the id of another choice.
pub(in crate::ui) fn choice<'a>(
    ui: &mut Ui,
    id: &str,
    label: Label,
    current: &str,
    choices: &[(&'a str, String)],
) -> Option<&'a str> {
    let mut chosen = None;
    let shown = choices.iter().find(|(id, _)| *id == current).map_or(current, |(_, text)| text);
    let response = egui::ComboBox::from_id_salt(id)
        .width(ui.available_width())
        .selected_text(shown)
        // A long name must not make the panel wider.
        .truncate()
        .show_ui(ui, |ui| {
            for (id, text) in choices {
                if ui.selectable_label(*id == current, text).clicked() && *id != current {
                    chosen = Some(*id);
                }
            }
        })
        .response;
    named(&response, egui::WidgetType::ComboBox, label.name, shown);
    response.on_hover_text(label.tooltip);
    chosen
}

/// Size and shape of a button that stays pressed.
#[derive(Clone, Copy, Debug)]
pub(in crate::ui) struct OptionStyle {
    /// Size of its text, points.
    pub(in crate::ui) text_size: f32,
    /// Radius of its corners, points.
    pub(in crate::ui) corner: f32,
    /// Width and height, if they do not follow from the text, points.
    pub(in crate::ui) size: Option<egui::Vec2>,
}

/// A button that shows whether it is chosen.
pub(in crate::ui) fn option_button(ui: &mut Ui, theme: &Theme, text: &str, on: bool, style: OptionStyle) -> Response {
    let ink = colour(if on { theme.text } else { theme.soft });
    let fill = colour(if on { theme.chosen } else { theme.raised });
    let text = RichText::new(text).font(text_font(style.text_size)).color(ink);
    let button = egui::Button::new(text).fill(fill).corner_radius(style.corner);
    match style.size {
        Some(size) => ui.add_sized(vec2(size.x, size.y), button),
        None => ui.add(button),
    }
}
