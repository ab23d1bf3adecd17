//! Rows, choices and toggle buttons.

use egui::{Align, FontId, Layout, Response, RichText, Sense, Ui, vec2};

use super::tip::{Tip, name_ui};
use crate::session::Intent;
use crate::style::Theme;
use crate::ui::label::Label;
use crate::ui::style::{colour, number_font, text_font};

/// Least distance between the name and the value of a row, points.
const GAP: f32 = 8.0;
/// Width of a scroll bar, points.
pub(in crate::ui) const SCROLL_BAR: f32 = 12.0;

/// A name at the left, a value at the right, both with the tooltip; on two lines if they are too long for one. Returns
/// whether the value was clicked.
pub(in crate::ui) fn row(ui: &mut Ui, theme: &Theme, label: Label, value: &str) -> bool {
    let fonts = (text_font(Theme::TYPE[1]), number_font(Theme::TYPE[1]));
    let width = |text: &str, font: &FontId| {
        ui.painter().layout_no_wrap(text.to_owned(), font.clone(), egui::Color32::PLACEHOLDER).size().x
    };
    let fits = width(label.name, &fonts.0) + GAP + width(value, &fonts.1) <= ui.available_width();
    if !fits {
        name_ui(ui, theme, label);
    }
    ui.horizontal(|ui| {
        if fits {
            name_ui(ui, theme, label);
        }
        let shown = |ui: &mut Ui| {
            let text = RichText::new(value).font(fonts.1.clone()).color(colour(theme.text));
            if label.tooltip.is_empty() && label.term.is_none() {
                ui.add(egui::Label::new(text).truncate());
                return false;
            }
            let value = ui.add(egui::Label::new(text).truncate().sense(Sense::click()));
            value.tip_of(label).on_hover_cursor(egui::CursorIcon::Help).clicked()
        };
        ui.with_layout(Layout::right_to_left(Align::Center), shown).inner
    })
    .inner
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

/// Gives a control that can be chosen its name and its state for screen readers and tests.
pub(in crate::ui) fn named_choice(response: &Response, kind: egui::WidgetType, name: &str, on: bool) {
    response.widget_info(|| egui::WidgetInfo::selected(kind, true, on, name));
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
    // The chosen entry has the keyboard when the list opens: arrows move from there, Enter or Space chooses.
    let open_id = ui.make_persistent_id(id).with("is open");
    let opens = !ui.data(|data| data.get_temp::<bool>(open_id)).unwrap_or(false);
    let combo = egui::ComboBox::from_id_salt(id)
        .width(ui.available_width())
        .selected_text(shown)
        // A long name must not make the panel wider.
        .truncate()
        .show_ui(ui, |ui| {
            let mut entries = Vec::with_capacity(choices.len());
            for (id, text) in choices {
                let entry = ui.selectable_label(*id == current, text);
                if opens && *id == current {
                    entry.request_focus();
                }
                if entry.gained_focus() {
                    entry.scroll_to_me(None);
                }
                if entry.clicked() {
                    ui.close();
                    chosen = Some(*id).filter(|id| *id != current);
                }
                entries.push(entry);
            }
            move_by_arrows(ui, &entries);
        });
    ui.data_mut(|data| data.insert_temp(open_id, combo.inner.is_some()));
    let response = combo.response;
    if chosen.is_some() {
        response.request_focus();
    }
    named(&response, egui::WidgetType::ComboBox, label.name, shown);
    response.tip_of(label);
    chosen
}

/// Moves the keyboard from entry to entry of a list. By themselves, arrows would go to whatever is near, behind the list too.
fn move_by_arrows(ui: &Ui, entries: &[Response]) {
    let Some(place) = entries.iter().position(Response::has_focus) else { return };
    let filter = egui::EventFilter { vertical_arrows: true, ..egui::EventFilter::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(entries[place].id, filter));
    let pressed = |key: egui::Key| ui.input_mut(|input| input.count_and_consume_key(egui::Modifiers::NONE, key));
    let (down, up) = (pressed(egui::Key::ArrowDown), pressed(egui::Key::ArrowUp));
    let next = (place + down).saturating_sub(up).min(entries.len() - 1);
    if next != place {
        entries[next].request_focus();
    }
}

/// Size of a button that stays pressed.
#[derive(Clone, Copy, Debug)]
pub(in crate::ui) struct OptionStyle {
    /// Size of its text, points.
    pub(in crate::ui) text_size: f32,
    /// Width and height, if they do not follow from the text, points.
    pub(in crate::ui) size: Option<egui::Vec2>,
}

/// A button that shows whether it is chosen.
pub(in crate::ui) fn option_button(ui: &mut Ui, theme: &Theme, text: &str, on: bool, style: OptionStyle) -> Response {
    let ink = colour(if on { theme.text } else { theme.soft });
    let fill = colour(if on { theme.chosen } else { theme.raised });
    let text = RichText::new(text).font(text_font(style.text_size)).color(ink);
    let button = egui::Button::new(text).fill(fill).corner_radius(Theme::CORNER);
    match style.size {
        Some(size) => ui.add_sized(vec2(size.x, size.y), button),
        None => ui.add(button),
    }
}
