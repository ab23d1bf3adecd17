//! The cluster that a log is compared with: machine, nodes and network, and a section with the rest.

use egui::{CollapsingHeader, RichText, Ui};

use crate::catalog::{Catalog, NvlinkMachine};
use crate::compare::ClusterFlags;
use crate::nccl::{MeasuredInputs, NcclAlgorithm, Protocol};
use crate::session::{Intent, LogWindow, splits, usual_network};
use crate::style::Theme;
use crate::ui::label::Label;
use crate::ui::model::Model;
use crate::ui::style::{colour, text_font};
use crate::ui::text::log as text;
use crate::ui::widgets::{SliderChange, SliderScale, choice, slider};
use crate::units::{Femtos, significant};

/// Nodes to choose from if the log does not say how many ranks it has.
const NODES: [u32; 9] = [1, 2, 4, 8, 16, 32, 64, 128, 256];
/// Line rates of NICs, Gb/s.
const NIC_GBIT: [&str; 5] = ["25", "100", "200", "400", "800"];
/// Largest host time per call, µs.
const MAX_HOST_US: i64 = 200;

pub(super) fn cluster_ui(ui: &mut Ui, model: &Model, log: &LogWindow, intents: &mut Vec<Intent>) {
    let theme = model.theme();
    let mut flags = log.flags.clone();
    let catalog = model.session.catalog();
    ui.columns(3, |columns| {
        let machines: Vec<(&str, String)> =
            catalog.measured_machines().map(|machine| (machine.id.as_str(), machine.name.clone())).collect();
        if let Some(id) = choice(&mut columns[0], "machine of the log", text::MACHINE, &log.flags.machine, &machines) {
            flags = other_machine(log, id, catalog);
        }
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
        if let Some(nodes) = choice(&mut columns[1], "nodes of the log", text::NODES, &current, &all) {
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
            let current = log.flags.network.as_deref().unwrap_or("");
            if let Some(network) = choice(&mut columns[2], "network of the log", text::NETWORK, current, &networks) {
                (flags.network, flags.nics, flags.nic_gbit_s) = (Some(network.to_owned()), None, None);
            }
        }
    });
    let more = RichText::new(text::MORE).font(text_font(Theme::TYPE[1])).color(colour(theme.soft));
    CollapsingHeader::new(more).id_salt("more of the cluster").show(ui, |ui| {
        if let Ok(held) = &log.comparison {
            rates(ui, theme, &held.cluster, &mut flags);
        }
        lists(ui, &mut flags);
    });
    if flags != log.flags {
        intents.push(Intent::CompareLog(flags));
    }
}

fn machine_of<'a>(catalog: &'a Catalog, id: &str) -> Option<&'a NvlinkMachine> {
    catalog.measured_machines().find(|machine| machine.id == id)
}

/// The flags with another machine. The number of nodes stays if the ranks still fit on them.
fn other_machine(log: &LogWindow, id: &str, catalog: &Catalog) -> ClusterFlags {
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
fn rates(ui: &mut Ui, theme: &Theme, cluster: &MeasuredInputs, flags: &mut ClusterFlags) {
    ui.columns(3, |columns| {
        if cluster.nodes > 1 {
            let nics = cluster.nics.ceil() as i64;
            let shown = significant(cluster.nics);
            let max = nics.max(i64::from(cluster.gpus_per_node)).max(8);
            let changed = slider(&mut columns[0], theme, text::NICS, &shown, nics, (1..=max, SliderScale::Linear));
            if let Some(nics) = changed.and_then(number).filter(|nics| (0.01..=max as f64).contains(nics)) {
                flags.nics = Some(nics);
            }
            let speeds: Vec<(&str, String)> = NIC_GBIT.iter().map(|speed| (*speed, text::nic_rate(speed))).collect();
            let current = format!("{:.0}", cluster.nic_gbit_s);
            if let Some(speed) = choice(&mut columns[0], "line rate of a NIC", text::NIC_RATE, &current, &speeds) {
                flags.nic_gbit_s = speed.parse().ok();
            }
        }
        let mut count = |label: Label, now: u32| {
            let steps = (1..=64, SliderScale::Linear);
            let changed = slider(&mut columns[1], theme, label, &now.to_string(), i64::from(now), steps);
            changed.and_then(number).map(|count| count.round() as u32).filter(|count| (1..=64).contains(count))
        };
        flags.channels = count(text::CHANNELS, cluster.channels).or(flags.channels);
        if cluster.nvls {
            flags.nvls_channels = count(text::NVLS_CHANNELS, cluster.nvls_channels).or(flags.nvls_channels);
        }
        let host_us = (cluster.host_s * 1e6).round() as i64;
        let shown = text::host(host_us);
        let steps = (0..=MAX_HOST_US, SliderScale::Linear);
        let host_s = match slider(&mut columns[2], theme, text::HOST, &shown, host_us, steps) {
            Some(SliderChange::Step(us)) => Some(us as f64 * 1e-6),
            Some(SliderChange::Typed(typed)) => Femtos::parse(&typed).ok().map(Femtos::secs),
            None => None,
        };
        flags.host_s = host_s.filter(|host_s| *host_s <= MAX_HOST_US as f64 * 1e-6).or(flags.host_s);
    });
}

/// The number of a slider. A text that is not one changes nothing.
fn number(change: SliderChange) -> Option<f64> {
    match change {
        SliderChange::Step(step) => Some(step as f64),
        SliderChange::Typed(typed) => typed.parse().ok().filter(|number: &f64| number.is_finite()),
    }
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
