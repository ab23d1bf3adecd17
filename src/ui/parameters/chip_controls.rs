//! Timing, network and nodes of an NVLink machine.

use egui::Ui;

use super::settings::{change, field, push_change};
use crate::explain::glossary::Term;
use crate::fabric::Topology;
use crate::scene::{ChipFabric, ChipMachine, Diagnostics, TimingChoice};
use crate::session::Intent;
use crate::ui::label::Label;
use crate::ui::model::Model;
use crate::ui::text::parameters as text;
use crate::ui::widgets::{SliderChange, SliderScale, choice, drag_or_set, slider};
use crate::units::grouped;

/// The id of the choice of no network.
const NO_NETWORK: &str = "none";

pub(super) fn chip_controls_ui(
    ui: &mut Ui,
    model: &Model,
    index: usize,
    fabric: &ChipFabric,
    intents: &mut Vec<Intent>,
) {
    let ChipMachine::Nvlink(machine) = &fabric.machine else { return };
    network(ui, model, index, fabric, intents);
    nodes(ui, model, index, fabric, intents);
    if !machine.nccl.is_empty() {
        timing(ui, model, index, fabric, intents);
    }
}

pub(super) fn timing(ui: &mut Ui, model: &Model, index: usize, fabric: &ChipFabric, intents: &mut Vec<Intent>) {
    let current = if fabric.measured.is_some() { TimingChoice::Measured } else { TimingChoice::Ideal };
    let timings = [
        (TimingChoice::Ideal.as_str(), text::IDEAL_TIMING.to_owned()),
        (TimingChoice::Measured.as_str(), text::MEASURED_TIMING.to_owned()),
    ];
    let term = if fabric.measured.is_some() { Term::MeasuredTiming } else { Term::IdealTiming };
    let label = Label::from_term(term, text::TIMING, "");
    let chosen = choice(ui, &format!("timing of fabric {index}"), label, current.as_str(), &timings);
    if let Some(timing) = chosen.and_then(TimingChoice::find) {
        push_change(model.session.latest().timing_change(index, timing, model.session.catalog()), intents);
    }
}

fn network(ui: &mut Ui, model: &Model, index: usize, fabric: &ChipFabric, intents: &mut Vec<Intent>) {
    let mut networks = vec![(NO_NETWORK, text::ONE_NODE.to_owned())];
    networks.extend(model.session.catalog().networks().map(|network| (network.id.as_str(), network.name.clone())));
    let current = fabric.network.as_ref().map_or(NO_NETWORK, |network| network.id.as_str());
    if let Some(network) = choice(ui, &format!("network of fabric {index}"), text::NETWORK, current, &networks) {
        let network = (network != NO_NETWORK).then_some(network);
        push_change(model.session.latest().network_change(index, network, model.session.catalog()), intents);
    }
}

pub(super) fn nodes(ui: &mut Ui, model: &Model, index: usize, fabric: &ChipFabric, intents: &mut Vec<Intent>) {
    let document = model.session.latest();
    let of_cluster = if let Topology::Cluster(cluster) = &fabric.topology { Some(cluster.nodes) } else { None };
    // One node beside a network may become several again.
    let Some(nodes) = of_cluster.or(fabric.network.is_some().then_some(1)) else { return };
    let shown = grouped(nodes.into());
    let nodes = i64::from(nodes);
    let range = 1..=i64::from(document.most_nodes(index)).max(nodes);
    match slider(ui, model.theme(), text::NODES, &shown, nodes, (range, SliderScale::Logarithmic)) {
        Some(SliderChange::Step(nodes)) => {
            let wanted = u32::try_from(nodes).unwrap_or(u32::MAX);
            let change = document.nodes_change_near(index, wanted, model.session.catalog());
            intents.extend(change.map(|settings| drag_or_set(ui, Intent::Set(settings))));
        }
        Some(SliderChange::Typed(typed)) => {
            let typed = typed.replace(',', "");
            let nodes = typed.parse().ok().filter(|nodes: &u64| *nodes > 0);
            let few = nodes.and_then(|nodes| u32::try_from(nodes).ok());
            let settings = few.map(|nodes| document.nodes_change(index, nodes));
            let is_accepted = settings.as_ref().is_some_and(|set| document.with(set, model.session.catalog()).is_ok());
            let most = document.most_nodes(index);
            intents.push(match (nodes, settings) {
                (Some(nodes), _) if !is_accepted && nodes > most.into() => {
                    let (problem, hint) = (text::too_many_nodes(&typed), text::accepted_nodes(most));
                    Intent::ShowDiagnostics(Diagnostics::whole(&field(index, "nodes"), problem, Some(&hint)))
                }
                (_, Some(settings)) => Intent::Set(settings),
                // The scene says what is not a number of nodes.
                (_, None) => change(field(index, "nodes"), typed),
            });
        }
        None => {}
    }
}
