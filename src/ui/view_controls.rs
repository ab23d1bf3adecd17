//! Below the parameters: what the stage shows.

use egui::{Ui, vec2};

use super::model::Model;
use super::text::view as text;
use super::widgets::{OptionStyle, Tip, choice, named_choice, option_button, section};
use crate::fabric::{Direction, Topology};
use crate::session::Intent;
use crate::solve::FabricRun;
use crate::style::{Palette, Theme};
use crate::ui::label::Label;

/// The links whose utilisation can be shown on a wafer, by id.
const HEATS: [(&str, Option<Direction>); 5] = [
    ("busiest", None),
    ("east", Some(Direction::East)),
    ("west", Some(Direction::West)),
    ("north", Some(Direction::North)),
    ("south", Some(Direction::South)),
];

pub(super) fn view_controls_ui(ui: &mut Ui, model: &Model, intents: &mut Vec<Intent>) {
    let theme = model.theme();
    let stage = &model.session.view;
    section(ui, theme, text::VIEW);
    let (map, matrix) = (text::map_tooltip(), text::matrix_tooltip());
    let pictures = [Label::new(text::MAP, &map), Label::new(text::MATRIX, &matrix)];
    if let Some(matrix) = either(ui, theme, stage.matrix, pictures) {
        intents.push(Intent::ShowMatrix(matrix));
    }
    let (now, since_start) = (text::now_tooltip(), text::since_start_tooltip());
    let times = [Label::new(text::NOW, &now), Label::new(text::SINCE_START, &since_start)];
    if let Some(accumulated) = either(ui, theme, stage.accumulated, times) {
        intents.push(Intent::Accumulate(accumulated));
    }
    let is_wafer = |run: &FabricRun| matches!(run.fabric.topology, Topology::Mesh(_));
    if model.session.runs.iter().any(is_wafer) {
        heat(ui, stage.heat_of, intents);
    }
    palette(ui, model.session.palette, intents);
}

fn heat(ui: &mut Ui, shown: Option<Direction>, intents: &mut Vec<Intent>) {
    let choices = HEATS.map(|(id, direction)| (id, text::heat(direction)));
    let current = HEATS.iter().find(|(_, direction)| *direction == shown).map_or("busiest", |(id, _)| id);
    if let Some(chosen) = choice(ui, "heat of", text::HEAT, current, &choices) {
        let direction = HEATS.iter().find(|(id, _)| *id == chosen).and_then(|(_, direction)| *direction);
        intents.push(Intent::SetHeatDirection(direction));
    }
}

fn palette(ui: &mut Ui, shown: Palette, intents: &mut Vec<Intent>) {
    let choices = Palette::ALL.map(|palette| (palette.name(), text::palette(palette)));
    if let Some(chosen) = choice(ui, "colours", text::PALETTE, shown.name(), &choices) {
        intents.extend(Palette::ALL.into_iter().find(|palette| palette.name() == chosen).map(Intent::SetPalette));
    }
}

/// Two buttons, one of which is on: the first for `false`, the second for `true`. Returns the other value when it is
/// clicked.
fn either(ui: &mut Ui, theme: &Theme, current: bool, labels: [Label; 2]) -> Option<bool> {
    let mut chosen = None;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        let size = vec2((ui.available_width() - 4.0) / 2.0, 26.0);
        let style = OptionStyle { text_size: Theme::TYPE[1], size: Some(size) };
        for (value, label) in [false, true].into_iter().zip(labels) {
            let button = option_button(ui, theme, label.name, value == current, style);
            named_choice(&button, egui::WidgetType::RadioButton, label.name, value == current);
            if button.tip(label.tooltip).clicked() && value != current {
                chosen = Some(value);
            }
        }
    });
    chosen
}
