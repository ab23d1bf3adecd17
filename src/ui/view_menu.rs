//! The View menu: everything that the keys do, for a pointer, with the key beside each entry.

use egui::containers::menu::SubMenuButton;
use egui::{RichText, Ui};

use super::key_table::{KEYS, KeyGroup, Shortcut};
use super::model::Model;
use super::style::{colour, number_font};
use super::text::common::SUBMENU_ARROW;
use super::text::top_bar as text;
use super::widgets::{Tip, named};
use crate::session::Intent;
use crate::style::Theme;

/// Width of an entry with its key, points.
const WIDTH: f32 = 280.0;

/// Of the height of the window, what the menu leaves free, points.
const BELOW_MENU: f32 = 72.0;

/// Groups whose entries stand in the menu itself. The others have menus of their own, so that all fit on the screen.
const DIRECT: [KeyGroup; 2] = [KeyGroup::Camera, KeyGroup::Window];

pub(super) fn view_menu_ui(ui: &mut Ui, model: &Model, intents: &mut Vec<Intent>) {
    let response = ui
        .menu_button(text::VIEW.name, |ui| {
            // A low window scrolls the menu.
            let height = ui.ctx().content_rect().height() - BELOW_MENU;
            let area = egui::ScrollArea::vertical().max_height(height).min_scrolled_height(height);
            area.show(ui, |ui| entries(ui, model, intents));
        })
        .response;
    named(&response, egui::WidgetType::Button, text::VIEW.name, "");
    response.tip(text::VIEW.tooltip);
}

fn entries(ui: &mut Ui, model: &Model, intents: &mut Vec<Intent>) {
    ui.set_width(WIDTH);
    ui.spacing_mut().item_spacing.y = 2.0;
    for group in KeyGroup::ALL.into_iter().filter(|group| !DIRECT.contains(group)) {
        let button = egui::Button::new(group.label()).right_text(SUBMENU_ARROW);
        let (response, _) = SubMenuButton::from_button(button).ui(ui, |ui| {
            ui.set_width(WIDTH);
            ui.spacing_mut().item_spacing.y = 2.0;
            group_entries(ui, model, group, intents);
        });
        named(&response, egui::WidgetType::Button, group.label(), "");
    }
    for group in DIRECT {
        ui.separator();
        group_entries(ui, model, group, intents);
    }
}

fn group_entries(ui: &mut Ui, model: &Model, group: KeyGroup, intents: &mut Vec<Intent>) {
    for shortcut in KEYS.iter().filter(|line| line.group == group).flat_map(|line| line.shortcuts) {
        if entry(ui, model, shortcut) {
            intents.extend(shortcut.action.intents(&model.key_context()));
        }
    }
}

/// One entry with its first key. Returns whether it was clicked.
fn entry(ui: &mut Ui, model: &Model, shortcut: &Shortcut) -> bool {
    let name = text::menu_entry(shortcut, model.session);
    let key = shortcut.keys.first().map_or(String::new(), ToString::to_string);
    let key = RichText::new(key).font(number_font(Theme::TYPE[0])).color(colour(model.theme().muted));
    let size = egui::vec2(ui.available_width(), 24.0);
    let response = ui.add(egui::Button::new(&name).right_text(key).frame(false).min_size(size));
    named(&response, egui::WidgetType::Button, &name, "");
    response.clicked()
}
