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
/// The figures of a class of links, as the scene writes them.
const CAPACITY: &str = "capacity";
const LATENCY: &str = "latency";

/// How the figures of a class of links are shown and set.
struct LinkControl<'a> {
    capacity: &'a str,
    latency: &'a str,
    /// The parameters in the scene, without `_capacity` and `_latency`.
    param: &'a str,
    /// Bytes per second.
    capacity_step: f64,
    figures: LinkFigures,
}

impl LinkControl<'_> {
    fn path(&self, index: usize, figure: &str) -> String {
        field(index, &format!("params.{}_{figure}", self.param))
    }
}

/// The classes of links of a fabric whose figures can be set.
fn controls(fabric: &FabricScene) -> impl Iterator<Item = LinkControl<'_>> {
    let links = fabric.links().map(|NamedLinks { label: capacity, figures }| LinkControl {
        capacity,
        latency: text::LINK_LATENCY,
        param: "link",
        capacity_step: LINK_STEP,
        figures,
    });
    let nics = fabric.nics().map(|figures| LinkControl {
        capacity: text::NIC_CAPACITY,
        latency: text::NIC_LATENCY,
        param: "nic",
        capacity_step: NIC_STEP,
        figures,
    });
    links.into_iter().chain(nics)
}

pub(super) fn link_controls_ui(
    ui: &mut Ui,
    model: &Model,
    index: usize,
    fabric: &FabricScene,
    intents: &mut Vec<Intent>,
) {
    for control in controls(fabric) {
        capacity(ui, model, index, &control, intents);
        latency(ui, model, index, &control, intents);
    }
}

/// The control of one figure, by its path. Returns whether there is one.
pub(super) fn link_control_ui(
    ui: &mut Ui,
    model: &Model,
    (index, fabric): (usize, &FabricScene),
    path: &str,
    intents: &mut Vec<Intent>,
) -> bool {
    for control in controls(fabric) {
        if control.path(index, CAPACITY) == path {
            capacity(ui, model, index, &control, intents);
            return true;
        }
        if control.path(index, LATENCY) == path {
            latency(ui, model, index, &control, intents);
            return true;
        }
    }
    false
}

fn capacity(ui: &mut Ui, model: &Model, index: usize, control: &LinkControl, intents: &mut Vec<Intent>) {
    let links = control.figures;
    let step = (links.capacity.0 / control.capacity_step).round() as i64;
    let run = model.session.runs.get(index);
    let through = run.map_or_else(String::new, |run| terms::serialization(run, links));
    let label = Label::from_term(Term::Capacity, control.capacity, &through);
    match slider(ui, model.theme(), label, &text::capacity(links), step, (1..=36, SliderScale::Linear)) {
        Some(SliderChange::Step(step)) => {
            let capacity = BytesPerSec(step as f64 * control.capacity_step);
            intents.push(drag_or_set(ui, change(control.path(index, CAPACITY), capacity.to_field())));
        }
        Some(SliderChange::Typed(capacity)) => intents.push(change(control.path(index, CAPACITY), capacity)),
        None => {}
    }
}

fn latency(ui: &mut Ui, model: &Model, index: usize, control: &LinkControl, intents: &mut Vec<Intent>) {
    let links = control.figures;
    let latency_ns = links.latency.0 as f64 / 1e6;
    let step = (latency_ns / LATENCY_STEP_NS as f64).round() as i64;
    let label = Label::from_term(Term::Latency, control.latency, "");
    match slider(ui, model.theme(), label, &text::latency(links), step, (0..=200, SliderScale::Linear)) {
        Some(SliderChange::Step(step)) => {
            let latency = format!("{}ns", step * LATENCY_STEP_NS);
            intents.push(drag_or_set(ui, change(control.path(index, LATENCY), latency)));
        }
        Some(SliderChange::Typed(latency)) => intents.push(change(control.path(index, LATENCY), latency)),
        None => {}
    }
}
