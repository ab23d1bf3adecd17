//! Layout, clock and hop of a wafer.

use egui::Ui;

use super::settings::{change, field, push_change, without_unit};
use crate::explain::glossary::Term;
use crate::scene::{LayoutChoice, WaferFabric, WaferLayout};
use crate::session::Intent;
use crate::ui::label::Label;
use crate::ui::model::Model;
use crate::ui::text::{parameters as text, terms};
use crate::ui::widgets::{SliderChange, SliderScale, choice, drag_or_set, slider};

/// Step of the clock, GHz.
const CLOCK_STEP_GHZ: f64 = 0.025;

pub(super) fn layout_ui(ui: &mut Ui, model: &Model, index: usize, wafer: &WaferFabric, intents: &mut Vec<Intent>) {
    let (current, strips) = match &wafer.layout {
        WaferLayout::PerPe { .. } => (LayoutChoice::PerPe.as_str(), text::STRIPS.to_owned()),
        WaferLayout::Strips { layout, .. } => {
            (LayoutChoice::Strips.as_str(), text::strips(layout.strips, layout.strip_width))
        }
    };
    let layouts =
        [(LayoutChoice::Strips.as_str(), strips), (LayoutChoice::PerPe.as_str(), text::RANK_PER_PE.to_owned())];
    let shares = match &wafer.layout {
        WaferLayout::PerPe { .. } => text::PER_PE.to_owned(),
        WaferLayout::Strips { layout, .. } => terms::strips(wafer.mesh.width, layout.strips, layout.strip_width),
    };
    let label = Label::from_term(Term::Strip, text::LAYOUT, &shares);
    let chosen = choice(ui, &format!("layout of fabric {index}"), label, current, &layouts);
    if let Some(layout) = chosen.and_then(LayoutChoice::find) {
        push_change(model.session.latest().layout_change(index, layout, model.session.catalog()), intents);
    }
}

pub(super) fn wafer_figures_ui(
    ui: &mut Ui,
    model: &Model,
    index: usize,
    fabric: &WaferFabric,
    intents: &mut Vec<Intent>,
) {
    let theme = model.theme();
    let clock_ghz = fabric.mesh.clock_hz / 1e9;
    let step = (clock_ghz / CLOCK_STEP_GHZ).round() as i64;
    let path = || field(index, "params.clock_ghz");
    let wavelets = terms::wavelets(fabric.mesh.clock_hz);
    let label = Label::from_term(Term::Wavelet, text::CLOCK, &wavelets);
    match slider(ui, theme, label, &text::clock(clock_ghz), step, (20..=60, SliderScale::Linear)) {
        Some(SliderChange::Step(step)) => {
            let clock_ghz = format!("{:.3}", step as f64 * CLOCK_STEP_GHZ);
            intents.push(drag_or_set(ui, change(path(), clock_ghz)));
        }
        Some(SliderChange::Typed(clock)) => intents.push(change(path(), without_unit(&clock, text::CLOCK_UNITS))),
        None => {}
    }
    let hop = fabric.mesh.hop_cycles;
    let path = || field(index, "params.hop_cycles");
    let step = hop.round() as i64;
    match slider(ui, theme, text::HOP, &text::hop(hop), step, (1..=8, SliderScale::Linear)) {
        Some(SliderChange::Step(hop)) => intents.push(drag_or_set(ui, change(path(), hop))),
        Some(SliderChange::Typed(hop)) => intents.push(change(path(), without_unit(&hop, text::HOP_UNITS))),
        None => {}
    }
}
