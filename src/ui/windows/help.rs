//! The help: all keys of the key table, what the pointer does, and the symbols on the stage.

use egui::{Align, Align2, Context, Layout, RichText, Ui, vec2};

use crate::session::Intent;
use crate::style::Theme;
use crate::ui::key_table::{KEYS, KeyGroup};
use crate::ui::model::Model;
use crate::ui::presenter_keys::PRESENTING;
use crate::ui::style::{colour, number_font, text_font};
use crate::ui::text::windows as text;
use crate::ui::widgets::{SCROLL_BAR, heading_ui, named, paragraph, room, scroll_area, section, window};

/// Width of the window, points.
const WIDTH: f32 = 560.0;
/// Width of the column of keys, points.
const KEY_COLUMN: f32 = 210.0;
/// Space between the columns, points.
const GAP: f32 = 16.0;

pub(super) fn help_ui(ctx: &Context, model: &Model, intents: &mut Vec<Intent>) {
    let theme = model.theme();
    window("Help", ctx, WIDTH).anchor(Align2::CENTER_CENTER, vec2(0.0, 0.0)).show(ctx, |ui| {
        heading_ui(ui, theme, text::HELP, Intent::ToggleHelp, intents);
        let height = room(ctx);
        scroll_area(height).show(ui, |ui| {
            // The scroll bar stands beside the table, not over it.
            ui.set_max_width(ui.available_width() - SCROLL_BAR);
            if model.session.story.is_some() {
                section(ui, theme, KeyGroup::Presenting.label());
                table(ui, theme, PRESENTING.iter().map(|line| (line.keys(), line.label())));
            }
            for group in KeyGroup::ALL {
                section(ui, theme, group.label());
                let lines = KEYS.iter().filter(|line| line.group == group && !line.keys().is_empty());
                table(ui, theme, lines.map(|line| (line.keys(), line.label())));
            }
            section(ui, theme, text::POINTER);
            let gestures = text::GESTURES.iter();
            table(ui, theme, gestures.map(|one| (one.gesture.to_owned(), one.effect.to_owned())));
            section(ui, theme, text::SYMBOLS);
            paragraph(ui, theme, text::SYMBOLS_EXPLAINED);
        });
    });
}

/// Keys or gestures at the left, what they do at the right. All groups have the same columns; long texts wrap in theirs.
fn table(ui: &mut Ui, theme: &Theme, lines: impl Iterator<Item = (String, String)>) {
    ui.spacing_mut().item_spacing = vec2(GAP, 4.0);
    let effects = ui.available_width() - KEY_COLUMN - GAP;
    let cell = |ui: &mut Ui, width: f32, (text, spoken): (RichText, &str)| {
        ui.allocate_ui_with_layout(vec2(width, 0.0), Layout::top_down(Align::LEFT), |ui| {
            ui.set_width(width);
            let label = ui.add(egui::Label::new(text).wrap());
            named(&label, egui::WidgetType::Label, spoken, "");
        });
    };
    for (keys, effect) in lines {
        ui.horizontal_top(|ui| {
            // A line ends between keys, not within one.
            let unbroken = RichText::new(keys.replace(" + ", "\u{a0}+\u{a0}"));
            let unbroken = unbroken.font(number_font(Theme::TYPE[1])).color(colour(theme.selection));
            cell(ui, KEY_COLUMN, (unbroken, &keys));
            let shown = RichText::new(&effect).font(text_font(Theme::TYPE[1])).color(colour(theme.text));
            cell(ui, effects, (shown, &effect));
        });
    }
}
