//! Texts of the parameters.

use crate::explain::glossary::Term;
use crate::fabric::LinkFigures;
use crate::lesson::{SettingKind, SettingPlace};
use crate::nccl::cost_table::TableEntry;
use crate::ui::label::Label;
use crate::units::{capitalised, grouped};

pub(in crate::ui) const WORKLOAD: &str = "WORKLOAD";
pub(in crate::ui) const MESSAGE: &str = "Message size";
pub(in crate::ui) const REPLICAS: &str = "Replicas";
/// The button of the menu of a fabric.
pub(in crate::ui) const FABRIC_MENU: &str = "…";
pub(in crate::ui) const FABRIC_MENU_TOOLTIP: &str = "Rename, copy, add or remove a fabric";
pub(in crate::ui) const FABRIC_NAME: &str = "Name of the fabric";
pub(in crate::ui) const RENAME: &str = "Rename";
pub(in crate::ui) const COPY_FABRIC: &str = "Copy";
pub(in crate::ui) const ADD_FABRIC: &str = "Add a fabric";
pub(in crate::ui) const REMOVE_FABRIC: &str = "Remove";

/// The heading of the controls of a task.
pub(in crate::ui) const MAY_CHANGE: &str = "YOU MAY CHANGE";
/// The value of a setting that the scene leaves out.
pub(in crate::ui) const AS_OF_MACHINE: &str = "as built";
pub(in crate::ui) const TYPED_TOOLTIP: &str = "Click the value to type another one";

/// The name of a setting without a control of its own: `Start delay (fault 1)`.
pub(in crate::ui) fn setting_name(path: &str) -> String {
    let place = SettingPlace::parse(path);
    let last = path.rsplit('.').next().unwrap_or_default();
    let name = match place.kind {
        SettingKind::Message => MESSAGE.to_owned(),
        SettingKind::Clock => CLOCK.to_owned(),
        SettingKind::Nics => "NICs per node".to_owned(),
        SettingKind::RemainingCapacity => "Remaining capacity".to_owned(),
        SettingKind::DegradedLink => "Link".to_owned(),
        SettingKind::Replicas
        | SettingKind::Algorithm
        | SettingKind::Timing
        | SettingKind::Nodes
        | SettingKind::Other => capitalised(&last.replace('_', " ")),
    };
    match place.fault {
        Some(fault) => format!("{name} (fault {})", fault + 1),
        None => name,
    }
}

/// The name of the menu of a fabric, for screen readers.
pub(in crate::ui) fn fabric_menu(index: usize) -> String {
    format!("Menu of fabric {}", crate::scene::letter(index))
}

pub(in crate::ui) const COLLECTIVE: &str = "Operation";
pub(in crate::ui) const COUNTED: &str = "Message size and busbw are counted as in nccl-tests";
pub(in crate::ui) const MACHINE: Label =
    Label::from_term(Term::Chip, "Machine", "Hardware of this fabric, from the catalog");
pub(in crate::ui) const LAYOUT: &str = "Layout";
pub(in crate::ui) const PER_PE: &str = "Here, each PE is a rank with a vector of its own";
pub(in crate::ui) const ALGORITHM: Label = Label::new("Algorithm", "How the operation is carried out");
pub(in crate::ui) const TIMING: &str = "Timing";
pub(in crate::ui) const NETWORK: Label = Label::from_term(Term::Leaf, "Network", "Network that connects the nodes");
pub(in crate::ui) const NODES: Label = Label::from_term(Term::Node, "Nodes", "");
pub(in crate::ui) const CLOCK: &str = "Clock";
pub(in crate::ui) const HOP: Label = Label::from_term(Term::Router, "Hop", "Hop: cycles from one router to the next");

pub(in crate::ui) const NIC_CAPACITY: &str = "NIC capacity";
pub(in crate::ui) const NIC_LATENCY: &str = "NIC latency";
pub(in crate::ui) const LINK_LATENCY: &str = "Link latency";

pub(in crate::ui) const STRIPS: &str = "Replicas as strips";
pub(in crate::ui) const RANK_PER_PE: &str = "One rank per PE";
pub(in crate::ui) const ONE_NODE: &str = "One node";
pub(in crate::ui) const IDEAL_TIMING: &str = "Ideal timing";
pub(in crate::ui) const MEASURED_TIMING: &str = "Measured timing";

/// The unit of the clock, as typed.
pub(in crate::ui) const CLOCK_UNITS: &[&str] = &["GHz"];
/// The unit of a hop, as typed.
pub(in crate::ui) const HOP_UNITS: &[&str] = &["cycles", "cycle"];

/// The choice of the fastest algorithm, before it was made.
pub(in crate::ui) const AUTO_FASTEST: &str = "auto: the fastest of these";
/// The same in a sequence, whose operations have algorithms of their own.
pub(in crate::ui) const AUTO_FOR_EACH: &str = "auto, for each operation";

/// The choice of the fastest algorithm, with the one that it found.
pub(in crate::ui) fn auto(found: &str) -> String {
    format!("auto: {found}")
}

/// The choice of NCCL's own cost model, with what it found.
pub(in crate::ui) fn nccl_cost_model(found: Option<&TableEntry>) -> String {
    found.map_or_else(
        || "NCCL cost model: no choice".to_owned(),
        |entry| format!("NCCL cost model: {} with {}", entry.algorithm.name(), entry.protocol.name()),
    )
}

/// The layout of a wafer in strips: `8 strips of 94 columns`.
pub(in crate::ui) fn strips(count: u32, columns: u32) -> String {
    let noun = if columns == 1 { "column" } else { "columns" };
    format!("{count} strips of {columns} {noun}")
}

pub(in crate::ui) fn capacity(links: LinkFigures) -> String {
    links.capacity.to_string()
}

pub(in crate::ui) fn latency(links: LinkFigures) -> String {
    links.latency.to_string()
}

pub(in crate::ui) fn clock(ghz: f64) -> String {
    format!("{ghz} GHz")
}

pub(in crate::ui) fn hop(cycles: f64) -> String {
    format!("{cycles} {}", if cycles == 1.0 { "cycle" } else { "cycles" })
}

/// Why a typed number of nodes is refused.
pub(in crate::ui) fn too_many_nodes(typed: &str) -> String {
    format!("{typed} nodes have more GPUs than another fabric of the scene, or the program, can take as replicas")
}

/// The numbers of nodes that are accepted.
pub(in crate::ui) fn accepted_nodes(most: u32) -> String {
    format!("accepted here: 1 to {} nodes", grouped(most.into()))
}
