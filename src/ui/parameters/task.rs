//! The controls of a task: those of the settings that it permits, and no others.

use egui::{RichText, Ui};

use super::settings::change;
use super::{chip_controls, link_controls, panel};
use crate::fabric::Topology;
use crate::scene::{ChipMachine, FabricKind, FabricScene};
use crate::session::Intent;
use crate::style::Theme;
use crate::ui::label::Label;
use crate::ui::model::Model;
use crate::ui::style::{colour, heading_font};
use crate::ui::text::{common, parameters as text};
use crate::ui::widgets::{SCROLL_BAR, section, typed_value};

/// A control for each of these settings.
pub(in crate::ui) fn task_controls_ui<'a>(
    ui: &mut Ui,
    model: &Model,
    may_change: impl Iterator<Item = &'a str>,
    intents: &mut Vec<Intent>,
) {
    egui::ScrollArea::vertical().id_salt("task").auto_shrink(false).show(ui, |ui| {
        ui.set_max_width(ui.available_width() - SCROLL_BAR);
        section(ui, model.theme(), text::MAY_CHANGE);
        let mut headed = None;
        for path in may_change {
            let fabric = fabric_of(model, path);
            if let Some((index, fabric)) = fabric.filter(|(index, _)| headed != Some(*index)) {
                headed = Some(index);
                let name = RichText::new(common::fabric(index, &fabric.name)).font(heading_font(Theme::TYPE[0]));
                ui.add(egui::Label::new(name.color(colour(model.theme().soft))).truncate());
            }
            let is_shown = match fabric {
                Some(fabric) => fabric_control(ui, model, fabric, path, intents),
                None => workload_control(ui, model, path, intents),
            };
            if !is_shown {
                typed(ui, model, path, intents);
            }
        }
    });
}

/// The fabric that a setting belongs to.
fn fabric_of<'a>(model: &Model<'a>, path: &str) -> Option<(usize, &'a FabricScene)> {
    let index = path.strip_prefix("fabrics.")?.split('.').next()?.parse().ok()?;
    Some((index, model.session.latest().scene.fabrics.get(index)?))
}

/// The panel's own control of the workload. Returns whether it has one.
fn workload_control(ui: &mut Ui, model: &Model, path: &str, intents: &mut Vec<Intent>) -> bool {
    match path {
        "workload.message" => panel::message(ui, model, intents),
        "workload.replicas" if model.session.latest().replica_choices().is_some() => {
            panel::replicas(ui, model, model.theme(), intents);
        }
        _ => return false,
    }
    true
}

/// The panel's own control of a fabric. Returns whether it has one.
fn fabric_control(
    ui: &mut Ui,
    model: &Model,
    (index, fabric): (usize, &FabricScene),
    path: &str,
    intents: &mut Vec<Intent>,
) -> bool {
    let chips = match &fabric.kind {
        FabricKind::Chips(chips) => Some(chips),
        FabricKind::Wafer(_) | FabricKind::Wafers(_) => None,
    };
    match (path.splitn(3, '.').nth(2).unwrap_or_default(), chips) {
        ("algorithm", _) => panel::algorithm(ui, model, index, fabric, intents),
        ("timing", Some(chips)) if matches!(&chips.machine, ChipMachine::Nvlink(machine) if !machine.nccl.is_empty()) =>
        {
            chip_controls::timing(ui, model, index, chips, intents);
        }
        ("nodes", Some(chips)) if matches!(&chips.topology, Topology::Cluster(cluster) if cluster.nodes > 1) => {
            chip_controls::nodes(ui, model, index, chips, intents);
        }
        _ => return link_controls::link_control_ui(ui, model, (index, fabric), path, intents),
    }
    true
}

/// Any other setting, to be typed as the scene writes it.
fn typed(ui: &mut Ui, model: &Model, path: &str, intents: &mut Vec<Intent>) {
    let tree = serde_json::to_value(&model.session.latest().file).unwrap_or_default();
    let pointer: String = path.split('.').map(|name| format!("/{name}")).collect();
    let value = match tree.pointer(&pointer) {
        Some(serde_json::Value::String(text)) => text.clone(),
        Some(serde_json::Value::Null) | None => text::AS_OF_MACHINE.to_owned(),
        Some(other) => other.to_string(),
    };
    let name = text::setting_name(path);
    if let Some(typed) = typed_value(ui, model.theme(), Label::new(&name, text::TYPED_TOOLTIP), &value) {
        intents.push(change(path, typed));
    }
}
