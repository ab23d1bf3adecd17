//! The controls of a task: those of the settings that it permits, and no others.

use egui::{RichText, Ui};

use super::settings::change;
use super::{chip_controls, link_controls, panel};
use crate::fabric::Topology;
use crate::lesson::{SettingKind, SettingPlace};
use crate::scene::{ChipFabric, ChipMachine, FabricKind, FabricScene};
use crate::session::Intent;
use crate::style::Theme;
use crate::ui::label::Label;
use crate::ui::model::Model;
use crate::ui::style::{colour, heading_font};
use crate::ui::text::{common, parameters as text};
use crate::ui::widgets::{SCROLL_BAR, section, typed_field};
use crate::units::plain;

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
        task_settings_ui(ui, model, may_change, intents);
    });
}

/// The same without heading and scroll bar.
pub(in crate::ui) fn task_settings_ui<'a>(
    ui: &mut Ui,
    model: &Model,
    may_change: impl Iterator<Item = &'a str>,
    intents: &mut Vec<Intent>,
) {
    let mut headed = None;
    for path in may_change {
        let place = SettingPlace::parse(path);
        let fabrics = &model.session.latest().scene.fabrics;
        let fabric = place.fabric.and_then(|index| Some((index, fabrics.get(index)?)));
        if let Some((index, fabric)) = fabric.filter(|(index, _)| headed != Some(*index)) {
            headed = Some(index);
            let name = RichText::new(common::fabric(index, &fabric.name)).font(heading_font(Theme::TYPE[0]));
            ui.add(egui::Label::new(name.color(colour(model.theme().soft))).truncate());
        }
        if !control(ui, model, (path, place.kind), fabric, intents) {
            typed(ui, model, path, intents);
        }
    }
}

/// The panel's own control of a setting. Returns whether it has one.
fn control(
    ui: &mut Ui,
    model: &Model,
    (path, kind): (&str, SettingKind),
    fabric: Option<(usize, &FabricScene)>,
    intents: &mut Vec<Intent>,
) -> bool {
    let chips = fabric.and_then(|(index, fabric)| match &fabric.kind {
        FabricKind::Chips(chips) => Some((index, chips)),
        FabricKind::Wafer(_) | FabricKind::Wafers(_) => None,
    });
    match (kind, fabric, chips) {
        (SettingKind::Message, ..) => panel::message(ui, model, intents),
        (SettingKind::Replicas, ..) if model.session.latest().replica_choices().is_some() => {
            panel::replicas(ui, model, model.theme(), intents);
        }
        (SettingKind::Algorithm, Some((index, fabric)), _) => panel::algorithm(ui, model, index, fabric, intents),
        (SettingKind::Timing, _, Some((index, chips))) if has_timing(chips) => {
            chip_controls::timing(ui, model, index, chips, intents);
        }
        (SettingKind::Nodes, _, Some((index, chips))) if has_nodes(chips) => {
            chip_controls::nodes(ui, model, index, chips, intents);
        }
        (_, Some(fabric), _) => return link_controls::link_control_ui(ui, model, fabric, path, intents),
        (_, None, _) => return false,
    }
    true
}

fn has_timing(chips: &ChipFabric) -> bool {
    matches!(&chips.machine, ChipMachine::Nvlink(machine) if !machine.nccl.is_empty())
}

fn has_nodes(chips: &ChipFabric) -> bool {
    matches!(&chips.topology, Topology::Cluster(cluster) if cluster.nodes > 1)
}

/// Any other setting, to be typed as the scene writes it.
fn typed(ui: &mut Ui, model: &Model, path: &str, intents: &mut Vec<Intent>) {
    let tree = serde_json::to_value(&model.session.latest().file).unwrap_or_default();
    let pointer: String = path.split('.').map(|name| format!("/{name}")).collect();
    let value = match tree.pointer(&pointer) {
        Some(serde_json::Value::String(text)) => text.clone(),
        Some(serde_json::Value::Null) | None => text::AS_OF_MACHINE.to_owned(),
        // 8, not 8.0.
        Some(serde_json::Value::Number(number)) => number.as_f64().map_or_else(|| number.to_string(), plain),
        Some(other) => other.to_string(),
    };
    let name = text::setting_name(path);
    if let Some(typed) = typed_field(ui, model.theme(), Label::new(&name, text::TYPED_TOOLTIP), &value) {
        intents.push(change(path, typed));
    }
}
