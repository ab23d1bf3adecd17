//! At the foot of the left panel: which picture the stage shows.

use egui::{RichText, Ui};

use super::Model;
use super::style::{colour, words};
use super::widgets::{choice, named, section};
use crate::fabric::{Direction, Topology};
use crate::session::Intent;
use crate::style::{Palette, Theme};

/// Which links a wafer's heat is of, as (id, words).
const HEATS: [(&str, Option<Direction>, &str); 5] = [
    ("busiest", None, "Heat: busiest of four links"),
    ("east", Some(Direction::East), "Heat: links going east"),
    ("west", Some(Direction::West), "Heat: links going west"),
    ("north", Some(Direction::North), "Heat: links going north"),
    ("south", Some(Direction::South), "Heat: links going south"),
];

pub(super) fn show(ui: &mut Ui, model: &Model, intents: &mut Vec<Intent>) {
    let theme = model.theme();
    let stage = &model.session.view;
    section(ui, theme, "VIEW");
    let pictures = [
        (false, "Map", "Chips and links where they stand (M)"),
        (true, "Matrix", "Who sends to whom: sources from top to bottom, destinations from left to right (M)"),
    ];
    if let Some(matrix) = either(ui, theme, stage.matrix, pictures) {
        intents.push(Intent::ShowMatrix(matrix));
    }
    let times = [
        (false, "Now", "Utilisation at this instant (A)"),
        (true, "Since start", "Mean utilisation from the start to this instant (A)"),
    ];
    if let Some(accumulated) = either(ui, theme, stage.accumulated, times) {
        intents.push(Intent::Accumulate(accumulated));
    }
    let wafer = |run: &crate::solve::FabricRun| matches!(run.fabric.topology, Topology::Mesh(_));
    if model.session.runs.iter().any(wafer) {
        let choices = HEATS.map(|(id, _, words)| (id, words.to_owned()));
        let current = HEATS.iter().find(|heat| heat.1 == stage.heat_of).map_or("busiest", |heat| heat.0);
        if let Some(chosen) = choice(ui, "heat of", "Heat of the wafer", current, &choices) {
            let direction = HEATS.iter().find(|heat| heat.0 == chosen).and_then(|heat| heat.1);
            intents.push(Intent::SetHeatDirection(direction));
        }
    }
    colours(ui, model, intents);
}

/// The colours of heat.
fn colours(ui: &mut Ui, model: &Model, intents: &mut Vec<Intent>) {
    let choices = Palette::ALL.map(|palette| (palette.name(), format!("Colours: {}", palette.name())));
    let current = model.session.palette.name();
    if let Some(chosen) = choice(ui, "colours", "Colours of heat", current, &choices) {
        intents.extend(Palette::ALL.into_iter().find(|palette| palette.name() == chosen).map(Intent::SetPalette));
    }
}

/// Two buttons of which one is chosen. Answers the other one when it is clicked.
fn either(ui: &mut Ui, theme: &Theme, current: bool, choices: [(bool, &str, &str); 2]) -> Option<bool> {
    let mut chosen = None;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        let width = (ui.available_width() - 4.0) / 2.0;
        for (value, name, explanation) in choices {
            let on = value == current;
            let ink = colour(if on { theme.text } else { theme.soft });
            let fill = colour(if on { theme.chosen } else { theme.raised });
            let text = RichText::new(name).font(words(Theme::TYPE[1])).color(ink);
            let button = ui.add_sized([width, 26.0], egui::Button::new(text).fill(fill).corner_radius(6.0));
            named(&button, egui::WidgetType::RadioButton, name, "");
            if button.on_hover_text(explanation).clicked() && !on {
                chosen = Some(value);
            }
        }
    });
    chosen
}
