//! The help: all keys of the key table, what the pointer does, and the symbols on the stage.

use egui::{Align2, Context, RichText, Ui, vec2};

use crate::session::Intent;
use crate::style::Theme;
use crate::ui::key_table::{KEYS, KeyGroup};
use crate::ui::model::Model;
use crate::ui::presenter_keys::PRESENTING;
use crate::ui::style::{colour, number_font, text_font};
use crate::ui::text::windows as text;
use crate::ui::widgets::{heading_ui, paragraph, room, section, window};

pub(super) fn help_ui(ctx: &Context, model: &Model, intents: &mut Vec<Intent>) {
    let theme = model.theme();
    window("Help", ctx, 520.0).anchor(Align2::CENTER_CENTER, vec2(0.0, 0.0)).show(ctx, |ui| {
        heading_ui(ui, theme, text::HELP, Intent::ToggleHelp, intents);
        let height = room(ctx);
        egui::ScrollArea::vertical().max_height(height).min_scrolled_height(height).show(ui, |ui| {
            if model.session.story.is_some() {
                let group = KeyGroup::Presenting.label();
                section(ui, theme, group);
                grid(ui, theme, group, PRESENTING.iter().map(|line| (line.keys(), line.label())));
            }
            for group in KeyGroup::ALL {
                section(ui, theme, group.label());
                let lines = KEYS.iter().filter(|line| line.group == group && !line.keys().is_empty());
                grid(ui, theme, group.label(), lines.map(|line| (line.keys(), line.label())));
            }
            section(ui, theme, text::POINTER);
            let gestures = text::GESTURES.iter();
            grid(ui, theme, text::POINTER, gestures.map(|one| (one.gesture.to_owned(), one.effect.to_owned())));
            section(ui, theme, text::SYMBOLS);
            paragraph(ui, theme, text::SYMBOLS_EXPLAINED);
        });
    });
}

/// Keys or gestures at the left, what they do at the right.
fn grid(ui: &mut Ui, theme: &Theme, id: &str, lines: impl Iterator<Item = (String, String)>) {
    egui::Grid::new(id).num_columns(2).min_col_width(180.0).spacing(vec2(16.0, 2.0)).show(ui, |ui| {
        for (keys, label) in lines {
            ui.label(RichText::new(keys).font(number_font(Theme::TYPE[1])).color(colour(theme.selection)));
            let label = RichText::new(label).font(text_font(Theme::TYPE[1])).color(colour(theme.text));
            ui.add(egui::Label::new(label).wrap());
            ui.end_row();
        }
    });
}
