//! Capacity and latency of the links and NICs of a fabric.

use egui::Ui;

use super::settings::{change, field};
use crate::explain::glossary::Term;
use crate::fabric::LinkFigures;
use crate::scene::FabricScene;
use crate::session::Intent;
use crate::sweep::NamedLinks;
use crate::ui::label::Label;
use crate::ui::model::Model;
use crate::ui::text::{parameters as text, terms};
use crate::ui::widgets::{SliderChange, SliderScale, drag_or_set, slider};
use crate::units::BytesPerSec;

/// Step of a link's capacity, bytes per second.
const LINK_STEP: f64 = 50e9;
/// Step of a NIC's capacity, bytes per second: 50 Gb/s.
const NIC_STEP: f64 = 6.25e9;
/// Step of a latency, nanoseconds.
const LATENCY_STEP_NS: i64 = 50;

/// How the figures of a class of links are shown and set.
struct LinkControl<'a> {
    capacity: &'a str,
    latency: &'a str,
    /// The parameters in the scene, without `_capacity` and `_latency`.
    param: &'a str,
    /// Bytes per second.
    capacity_step: f64,
}

pub(super) fn link_controls_ui(
    ui: &mut Ui,
    model: &Model,
    index: usize,
    fabric: &FabricScene,
    intents: &mut Vec<Intent>,
) {
    if let Some(NamedLinks { label: capacity, figures: links }) = fabric.links() {
        let control = LinkControl { capacity, latency: text::LINK_LATENCY, param: "link", capacity_step: LINK_STEP };
        link_figures(ui, model, index, &control, links, intents);
    }
    if let Some(nics) = fabric.nics() {
        let control = LinkControl {
            capacity: text::NIC_CAPACITY,
            latency: text::NIC_LATENCY,
            param: "nic",
            capacity_step: NIC_STEP,
        };
        link_figures(ui, model, index, &control, nics, intents);
    }
}

fn link_figures(
    ui: &mut Ui,
    model: &Model,
    index: usize,
    control: &LinkControl,
    links: LinkFigures,
    intents: &mut Vec<Intent>,
) {
    let path = |figure: &str| field(index, &format!("params.{}_{figure}", control.param));
    let step = (links.capacity.0 / control.capacity_step).round() as i64;
    let theme = model.theme();
    let run = model.session.runs.get(index);
    let through = run.map_or_else(String::new, |run| terms::serialization(run, links));
    let label = Label::from_term(Term::Capacity, control.capacity, &through);
    match slider(ui, theme, label, &text::capacity(links), step, (1..=36, SliderScale::Linear)) {
        Some(SliderChange::Step(step)) => {
            let capacity = BytesPerSec(step as f64 * control.capacity_step);
            intents.push(drag_or_set(ui, change(path("capacity"), capacity.to_field())));
        }
        Some(SliderChange::Typed(capacity)) => intents.push(change(path("capacity"), capacity)),
        None => {}
    }
    let latency_ns = links.latency.0 as f64 / 1e6;
    let step = (latency_ns / LATENCY_STEP_NS as f64).round() as i64;
    let label = Label::from_term(Term::Latency, control.latency, "");
    match slider(ui, theme, label, &text::latency(links), step, (0..=200, SliderScale::Linear)) {
        Some(SliderChange::Step(step)) => {
            intents.push(drag_or_set(ui, change(path("latency"), format!("{}ns", step * LATENCY_STEP_NS))));
        }
        Some(SliderChange::Typed(latency)) => intents.push(change(path("latency"), latency)),
        None => {}
    }
}
