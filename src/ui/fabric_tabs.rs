//! One button per fabric, shown if the stage has room for one fabric only.

use super::model::Model;
use super::style::{colour, text_font};
use super::text;
use super::widgets::{TOUCH, Tip, named_choice};
use crate::session::Intent;
use crate::style::Theme;

/// Height of the row of buttons, points.
pub(super) const HEIGHT: f32 = TOUCH + 4.0;

/// Narrower buttons have their names cut, points.
const ROOM_FOR_WORDS: f32 = 88.0;

pub(super) fn fabric_tabs_ui(ui: &mut egui::Ui, model: &Model, intents: &mut Vec<Intent>) {
    let theme = model.theme();
    ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        ui.spacing_mut().button_padding = egui::vec2(10.0, 2.0);
        let width = (ui.available_width() / model.session.runs.len().max(1) as f32 - 4.0).max(24.0);
        for (index, run) in model.session.runs.iter().enumerate() {
            let on = index == model.session.view.active;
            let name = text::common::fabric(index, &run.scene.name);
            let ink = colour(if on { theme.text } else { theme.soft });
            let label = egui::RichText::new(&name).font(text_font(Theme::TYPE[1])).color(ink);
            let fill = colour(if on { theme.chosen } else { theme.raised });
            let button = egui::Button::new(label).fill(fill).corner_radius(Theme::CORNER);
            // A button that a finger hits has room for two lines.
            let button = if width >= ROOM_FOR_WORDS { button.wrap() } else { button.truncate() };
            let button = ui.add_sized([width.min(200.0), TOUCH], button);
            named_choice(&button, egui::WidgetType::RadioButton, &name, on);
            if button.tip(text::common::FABRIC_TAB_TOOLTIP).clicked() && !on {
                intents.push(Intent::Activate(index));
            }
        }
    });
}
