//! The cluster that a log is compared with: machine, nodes and network, and a section with the rest.

use egui::{CollapsingHeader, RichText, Ui};

use crate::catalog::{Catalog, NvlinkMachine};
use crate::compare::{ClusterFlags, open_operations};
use crate::nccl::{MeasuredInputs, NcclAlgorithm, Protocol};
use crate::session::{Intent, LogFigure, OpenLog, splits, usual_network};
use crate::style::Theme;
use crate::ui::label::Label;
use crate::ui::model::Model;
use crate::ui::style::{colour, text_font};
use crate::ui::text::log as text;
use crate::ui::widgets::{SliderChange, SliderScale, choice, slider};
use crate::units::significant;

/// Nodes to choose from if the log does not say how many ranks it has.
const NODES: [u32; 9] = [1, 2, 4, 8, 16, 32, 64, 128, 256];
/// Line rates of NICs, Gb/s.
const NIC_GBIT: [&str; 5] = ["25", "100", "200", "400", "800"];
/// Most channels.
const MAX_CHANNELS: i64 = 64;

pub(super) fn cluster_ui(ui: &mut Ui, model: &Model, log: &OpenLog, intents: &mut Vec<Intent>) {
    let theme = model.theme();
    let mut flags = log.flags.clone();
    let catalog = model.session.catalog();
    let machines: Vec<(&str, String)> =
        catalog.measured_machines().map(|machine| (machine.id.as_str(), machine.name.clone())).collect();
    // Nobody has chosen an assumed machine yet: a choice of the same one confirms it.
    let assumed = log.guess.as_ref().filter(|guess| guess.basis.assumes_machine());
    let current = assumed.map_or_else(|| log.flags.machine.clone(), |guess| text::assumed(&guess.machine));
    let chosen = choice(ui, "machine of the log", text::MACHINE, &current, &machines);
    if let Some(id) = chosen {
        flags = other_machine(log, id, catalog);
    }
    let mut confirms = chosen.is_some();
    ui.columns(2, |columns| {
        let machine = machine_of(catalog, &log.flags.machine);
        let ranks = log.run().and_then(|run| run.ranks);
        let nodes = log.flags.nodes.unwrap_or(1);
        let gpus = log.flags.gpus_per_node.or(machine.map(|machine| machine.gpus.count())).unwrap_or(8);
        let gpus_of = |nodes: u32| ranks.map_or(gpus, |ranks| ranks / nodes.max(1));
        let known = ranks.zip(machine).map(|(ranks, machine)| splits(ranks, machine));
        let all: Vec<(String, String)> = known
            .unwrap_or_else(|| NODES.to_vec())
            .into_iter()
            .map(|nodes| (nodes.to_string(), text::nodes(nodes, gpus_of(nodes))))
            .collect();
        let all: Vec<(&str, String)> = all.iter().map(|(id, label)| (id.as_str(), label.clone())).collect();
        let current = nodes.to_string();
        if let Some(nodes) = choice(&mut columns[0], "nodes of the log", text::NODES, &current, &all) {
            let nodes: u32 = nodes.parse().unwrap_or(1);
            flags.nodes = Some(nodes);
            flags.gpus_per_node = Some(gpus_of(nodes));
            flags.nics = None;
            flags.network = flags.network.take().or_else(|| Some(usual_network(&flags.machine).to_owned()));
        }
        if nodes > 1 {
            let networks: Vec<(&str, String)> = catalog
                .networks()
                .filter(|network| !network.nccl.is_empty())
                .map(|network| (network.id.as_str(), network.name.clone()))
                .collect();
            let assumed = assumed_network(log, catalog).map(text::assumed);
            let current = assumed.as_deref().or(log.flags.network.as_deref()).unwrap_or("");
            if let Some(network) = choice(&mut columns[1], "network of the log", text::NETWORK, current, &networks) {
                confirms = true;
                (flags.network, flags.nics, flags.nic_gbit_s) = (Some(network.to_owned()), None, None);
            }
        }
    });
    if let Some(run) = log.run().filter(|run| run.operation.is_open()) {
        let ids = open_operations(run.operation).map(|id| (id, id.to_owned()));
        let current = log.flags.collective.as_deref().unwrap_or("");
        if let Some(id) = choice(ui, "operation of the log", text::OPERATION, current, &ids) {
            flags.collective = Some(id.to_owned());
        }
    }
    let more = RichText::new(text::MORE).font(text_font(Theme::TYPE[1])).color(colour(theme.soft));
    CollapsingHeader::new(more).id_salt("more of the cluster").show(ui, |ui| {
        if let Ok(held) = &log.comparison {
            rates(ui, theme, &held.cluster, &mut flags, intents);
        }
        if let Some(refused) = &log.refused {
            let refused = RichText::new(refused.to_string()).font(text_font(Theme::TYPE[1]));
            ui.add(egui::Label::new(refused.color(colour(theme.binding))).wrap());
        }
        lists(ui, &mut flags);
    });
    if flags != log.flags || confirms {
        intents.push(Intent::CompareLog(flags));
    }
}

/// The name of the network that is assumed, since no log names the one between its nodes.
pub(super) fn assumed_network<'a>(log: &OpenLog, catalog: &'a Catalog) -> Option<&'a str> {
    let id = log.guess.as_ref()?.network.as_deref()?;
    catalog.networks().find(|network| network.id == id).map(|network| network.name.as_str())
}

fn machine_of<'a>(catalog: &'a Catalog, id: &str) -> Option<&'a NvlinkMachine> {
    catalog.measured_machines().find(|machine| machine.id == id)
}

/// The flags with another machine. The number of nodes stays if the ranks still fit on them.
fn other_machine(log: &OpenLog, id: &str, catalog: &Catalog) -> ClusterFlags {
    let mut flags = ClusterFlags { machine: id.to_owned(), nics: None, ..log.flags.clone() };
    let (Some(machine), Some(ranks)) = (machine_of(catalog, id), log.run().and_then(|run| run.ranks)) else {
        return flags;
    };
    let possible = splits(ranks, machine);
    let nodes = flags.nodes.filter(|nodes| possible.contains(nodes) && !machine.is_rack());
    if let Some(nodes) = nodes.or(possible.first().copied()) {
        (flags.nodes, flags.gpus_per_node) = (Some(nodes), Some(ranks / nodes));
        if nodes > 1 && flags.network.is_none() {
            flags.network = Some(usual_network(id).to_owned());
        }
    }
    flags
}

/// NICs, channels, and host time per call.
fn rates(ui: &mut Ui, theme: &Theme, cluster: &MeasuredInputs, flags: &mut ClusterFlags, intents: &mut Vec<Intent>) {
    let mut figure = |ui: &mut Ui, label: Label, shown: &str, (now, max): (i64, i64), figure: LogFigure| {
        let least = i64::from(figure != LogFigure::HostTime);
        match slider(ui, theme, label, shown, now, (least..=max, SliderScale::Linear)) {
            Some(SliderChange::Typed(typed)) => intents.push(Intent::TypeLogFigure { figure, typed }),
            Some(SliderChange::Step(step)) => return Some(step),
            None => {}
        }
        None
    };
    ui.columns(2, |columns| {
        if cluster.nodes > 1 {
            let nics = cluster.nics.ceil() as i64;
            let max = nics.max(i64::from(cluster.gpus_per_node)).max(8);
            let shown = significant(cluster.nics);
            let moved = figure(&mut columns[0], text::NICS, &shown, (nics, max), LogFigure::Nics);
            flags.nics = moved.map(|nics| nics as f64).or(flags.nics);
            let speeds: Vec<(&str, String)> = NIC_GBIT.iter().map(|speed| (*speed, text::nic_rate(speed))).collect();
            let current = format!("{:.0}", cluster.nic_gbit_s);
            if let Some(speed) = choice(&mut columns[0], "line rate of a NIC", text::NIC_RATE, &current, &speeds) {
                flags.nic_gbit_s = speed.parse().ok();
            }
        }
        let mut count = |label: Label, now: u32, which: LogFigure| {
            let moved = figure(&mut columns[1], label, &now.to_string(), (i64::from(now), MAX_CHANNELS), which);
            moved.and_then(|count| u32::try_from(count).ok())
        };
        flags.channels = count(text::CHANNELS, cluster.channels, LogFigure::Channels).or(flags.channels);
        if cluster.nvls {
            let moved = count(text::NVLS_CHANNELS, cluster.nvls_channels, LogFigure::NvlsChannels);
            flags.nvls_channels = moved.or(flags.nvls_channels);
        }
        let host_us = (cluster.host_s * 1e6).round() as i64;
        let range = (host_us, i64::from(LogFigure::MAX_HOST_US));
        let moved = figure(&mut columns[0], text::HOST, &text::host(host_us), range, LogFigure::HostTime);
        flags.host_s = moved.map(|us| us as f64 * 1e-6).or(flags.host_s);
    });
}

/// Algorithms and protocols that NCCL may use. An empty list means all of them; the last one stays checked.
fn lists(ui: &mut Ui, flags: &mut ClusterFlags) {
    let mut row = |list: &mut Vec<String>, all: &[&str]| {
        ui.horizontal_wrapped(|ui| {
            for name in all {
                let mut on = list.is_empty() || list.iter().any(|chosen| chosen == name);
                if !ui.checkbox(&mut on, *name).changed() {
                    continue;
                }
                let was_on = |other: &&&str| list.is_empty() || list.iter().any(|chosen| chosen == **other);
                let chosen: Vec<String> = all
                    .iter()
                    .filter(|other| if *other == name { on } else { was_on(other) })
                    .map(|other| (*other).to_owned())
                    .collect();
                if !chosen.is_empty() {
                    *list = if chosen.len() == all.len() { Vec::new() } else { chosen };
                }
            }
        });
    };
    row(&mut flags.algorithms, &NcclAlgorithm::ALL.map(NcclAlgorithm::name));
    row(&mut flags.protocols, &Protocol::ALL.map(Protocol::name));
}
