//! The heading of a fabric: its name, and a menu that renames, copies, adds and removes fabrics.

use egui::containers::menu::SubMenuButton;
use egui::{Align, Layout, RichText, Ui};

use super::machines::machines;
use crate::scene::{FabricEdit, FabricScene};
use crate::session::Intent;
use crate::style::Theme;
use crate::ui::model::Model;
use crate::ui::style::{colour, heading_font};
use crate::ui::text::{common, parameters as text};
use crate::ui::widgets::{EntryStyle, TARGET, TextEntry, Tip, begin_editing, named, text_entry};

/// Width of the menu, points.
const MENU: f32 = 176.0;

pub(super) fn fabric_heading_ui(
    ui: &mut Ui,
    model: &Model,
    index: usize,
    fabric: &FabricScene,
    intents: &mut Vec<Intent>,
) {
    let theme = model.theme();
    ui.add_space(Theme::STEP);
    let edited = ui.make_persistent_id(("name of fabric", index));
    ui.horizontal(|ui| {
        ui.spacing_mut().interact_size = egui::Vec2::splat(TARGET);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.scope(|ui| {
                ui.spacing_mut().button_padding = egui::vec2(7.0, 0.0);
                let menu = ui.menu_button(text::FABRIC_MENU, |ui| {
                    ui.spacing_mut().button_padding = egui::vec2(10.0, 5.0);
                    entries(ui, model, index, intents).then(|| begin_editing(ui.ctx(), edited, &fabric.name));
                });
                let name = text::fabric_menu(index);
                named(&menu.response, egui::WidgetType::Button, &name, "");
                menu.response.tip(text::FABRIC_MENU_TOOLTIP);
            });
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let style =
                    EntryStyle { font: heading_font(Theme::TYPE[0]), width: ui.available_width(), align: Align::LEFT };
                match text_entry(ui, theme, edited, text::FABRIC_NAME, style) {
                    Some(TextEntry::Confirmed(name)) if name.trim() != fabric.name => {
                        intents.push(Intent::EditFabrics(FabricEdit::Rename(index, name)));
                    }
                    Some(TextEntry::Confirmed(_) | TextEntry::Cancelled) => {}
                    None if crate::ui::widgets::is_editing(ui.ctx(), edited) => {}
                    None => {
                        let name =
                            RichText::new(common::fabric(index, &fabric.name)).font(heading_font(Theme::TYPE[0]));
                        ui.add(egui::Label::new(name.color(colour(theme.soft))).truncate());
                    }
                }
            });
        });
    });
}

/// The entries of the menu. Returns whether the name is to be edited.
fn entries(ui: &mut Ui, model: &Model, index: usize, intents: &mut Vec<Intent>) -> bool {
    let document = model.session.latest();
    ui.set_width(MENU);
    ui.spacing_mut().item_spacing.y = 2.0;
    let entry = |ui: &mut Ui, name: &str, enabled: bool| {
        let size = egui::vec2(ui.available_width(), 24.0);
        let response = ui.add_enabled(enabled, egui::Button::new(name).min_size(size));
        named(&response, egui::WidgetType::Button, name, "");
        response.clicked()
    };
    let renames = entry(ui, text::RENAME, true);
    let mut edit = |edit: FabricEdit| intents.push(Intent::EditFabrics(edit));
    if entry(ui, text::COPY_FABRIC, document.can_add_fabric()) {
        edit(FabricEdit::Copy(index));
    }
    ui.add_enabled_ui(document.can_add_fabric(), |ui| {
        let button = egui::Button::new(text::ADD_FABRIC).right_text(common::SUBMENU_ARROW);
        let (response, _) = SubMenuButton::from_button(button).ui(ui, |ui| {
            ui.set_width(MENU + 40.0);
            ui.spacing_mut().item_spacing.y = 2.0;
            let height = ui.ctx().content_rect().height() - 80.0;
            egui::ScrollArea::vertical().max_height(height).min_scrolled_height(height).show(ui, |ui| {
                for machine in machines(model) {
                    if entry(ui, machine.name(), true) {
                        edit(FabricEdit::Add(machine.id().to_owned()));
                    }
                }
            });
        });
        named(&response, egui::WidgetType::Button, text::ADD_FABRIC, "");
    });
    ui.separator();
    if entry(ui, text::REMOVE_FABRIC, document.can_remove_fabric()) {
        edit(FabricEdit::Remove(index));
    }
    renames
}
