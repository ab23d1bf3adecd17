//! The panel: workload, then machine, layout and algorithm of each fabric.

use egui::Ui;

use super::machines::machines;
use super::settings::{change, field, push_change};
use super::{chip_controls, fabric_heading, link_controls, wafer_controls};
use crate::explain::glossary::Term;
use crate::scene::{AUTO, ChipFabric, Collective, FabricKind, FabricScene, NCCL_TABLE, OperationFile, choices};
use crate::session::Intent;
use crate::style::Theme;
use crate::ui::label::Label;
use crate::ui::model::Model;
use crate::ui::text::{parameters as text, terms};
use crate::ui::training;
use crate::ui::view_controls::view_controls_ui;
use crate::ui::widgets::{
    MIN_WIDTH_OF_SIDES, SCROLL_BAR, SliderChange, SliderScale, choice, drag_or_set, row, section, slider,
};
use crate::units::{Bytes, capitalised, grouped};

/// Largest message of the slider as a power of two: 16 GiB.
const MAX_EXPONENT: i64 = 34;
/// A slider whose largest value is more times its smallest one is logarithmic.
const MAX_LINEAR_RATIO: i64 = 200;
/// A lower panel scrolls the view controls together with the parameters, points.
const MIN_HEIGHT: f32 = 480.0;

pub(in crate::ui) fn parameters_ui(ui: &mut Ui, model: &Model, intents: &mut Vec<Intent>) {
    let low = ui.available_height() <= MIN_HEIGHT;
    // What the stage shows of a training run follows from the window.
    let on_run = model.session.shows_run();
    if !low && !on_run {
        egui::Panel::bottom("view controls")
            .resizable(false)
            .frame(egui::Frame::new().inner_margin(egui::Margin { right: SCROLL_BAR as i8, ..egui::Margin::ZERO }))
            .show_separator_line(true)
            .show(ui, |ui| view_controls_ui(ui, model, intents));
    }
    egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        // The scroll bar stands beside the controls, not over them.
        ui.set_max_width(ui.available_width() - SCROLL_BAR);
        all_parameters_ui(ui, model, intents);
        if low && !on_run {
            ui.add_space(3.0 * Theme::STEP);
            view_controls_ui(ui, model, intents);
        }
    });
}

/// Whether the parameters can be a window: the side panels do not have the same controls, and no lesson decides what may change.
pub(in crate::ui) fn has_parameters_window(ctx: &egui::Context, model: &Model) -> bool {
    let has_sides = model.session.panels && ctx.content_rect().width() >= MIN_WIDTH_OF_SIDES;
    !has_sides && model.session.lesson.is_none()
}

/// Workload and fabrics, without scroll bar and view controls.
pub(in crate::ui) fn all_parameters_ui(ui: &mut Ui, model: &Model, intents: &mut Vec<Intent>) {
    let theme = model.theme();
    section(ui, theme, text::WORKLOAD);
    workload(ui, model, theme, intents);
    for (index, fabric) in model.session.latest().scene.fabrics.iter().enumerate() {
        ui.add_space(3.0 * Theme::STEP);
        ui.push_id(("fabric", index), |ui| {
            fabric_heading::fabric_heading_ui(ui, model, index, fabric, intents);
            if model.session.latest().scene.training.is_some() {
                training::fabric_sliders_ui(ui, model, index, intents);
            } else {
                fabric_controls(ui, model, index, fabric, intents);
            }
        });
    }
}

fn workload(ui: &mut Ui, model: &Model, theme: &Theme, intents: &mut Vec<Intent>) {
    let scene = &model.session.latest().scene;
    if scene.training.is_some() {
        training::workload_ui(ui, model, intents);
        return;
    }
    // Empty for a single operation.
    let sequence = &model.session.latest().file.workload.sequence;
    // Both are for operations without one of their own.
    let is_taken = |has_own: fn(&OperationFile) -> bool| {
        sequence.is_empty() || sequence.iter().any(|one| one.compute.is_none() && !has_own(one))
    };
    if is_taken(|one| one.collective.is_some()) {
        collective(ui, model, intents);
    }
    if is_taken(|one| one.message.is_some()) {
        message(ui, model, intents);
    }
    replicas(ui, model, theme, intents);
}

fn collective(ui: &mut Ui, model: &Model, intents: &mut Vec<Intent>) {
    let scene = &model.session.latest().scene;
    let collectives: Vec<(&str, String)> = (model.session.latest().collective_choices().into_iter())
        .map(|collective| (collective.as_str(), capitalised(collective.as_str())))
        .collect();
    let label = Label::from_term(terms::of_operation(scene.collective()), text::COLLECTIVE, text::COUNTED);
    if let Some(id) = choice(ui, "operation", label, scene.collective().as_str(), &collectives)
        && let Some(collective) = Collective::ALL.into_iter().find(|collective| collective.as_str() == id)
    {
        intents.push(Intent::Set(model.session.latest().collective_change(collective)));
    }
}

/// The message: a slider over powers of two.
pub(super) fn message(ui: &mut Ui, model: &Model, intents: &mut Vec<Intent>) {
    let (theme, scene) = (model.theme(), &model.session.latest().scene);
    // The slider has powers of two; a message in between stands at the one below it.
    let exponent = i64::from(scene.message.0.max(1).ilog2());
    let shown = scene.message.to_string();
    let label = Label::from_term(Term::MessageSize, text::MESSAGE, "");
    match slider(ui, theme, label, &shown, exponent, (0..=MAX_EXPONENT, SliderScale::Linear)) {
        Some(SliderChange::Step(exponent)) => {
            intents.push(drag_or_set(ui, change("workload.message", Bytes(1 << exponent).to_field())));
        }
        Some(SliderChange::Typed(message)) => intents.push(change("workload.message", message)),
        None => {}
    }
}

/// The replicas, if any fabric depends on them: a slider over the numbers that all fabrics accept.
pub(super) fn replicas(ui: &mut Ui, model: &Model, theme: &Theme, intents: &mut Vec<Intent>) {
    let Some(choices) = model.session.latest().replica_choices() else { return };
    let replicas = model.session.latest().scene.replicas;
    let shown = grouped(replicas.into());
    let ranks = model.session.runs.first().map_or_else(String::new, |run| terms::ranks(run.ranks));
    let label = Label::from_term(Term::Replica, text::REPLICAS, &ranks);
    if choices.least == choices.most {
        row(ui, theme, label, &shown);
        return;
    }
    let step = i64::from(choices.step);
    let steps = i64::from(choices.least) / step..=i64::from(choices.most) / step;
    let scale =
        if steps.end() / steps.start() > MAX_LINEAR_RATIO { SliderScale::Logarithmic } else { SliderScale::Linear };
    match slider(ui, theme, label, &shown, i64::from(replicas) / step, (steps, scale)) {
        Some(SliderChange::Step(moved)) => {
            let wanted = u32::try_from(moved * step).unwrap_or(u32::MAX);
            let change = model.session.latest().replicas_change_near(wanted, model.session.catalog());
            intents.extend(change.map(|settings| drag_or_set(ui, Intent::Set(settings))));
        }
        Some(SliderChange::Typed(typed)) => intents.push(change("workload.replicas", typed.replace(',', ""))),
        None => {}
    }
}

fn fabric_controls(ui: &mut Ui, model: &Model, index: usize, fabric: &FabricScene, intents: &mut Vec<Intent>) {
    let machines: Vec<(&str, String)> =
        machines(model).map(|machine| (machine.id(), machine.name().to_owned())).collect();
    let machine_id = match &fabric.kind {
        FabricKind::Chips(chips) => chips.machine.id(),
        FabricKind::Wafer(wafer) => &wafer.machine.id,
        FabricKind::Wafers(wafers) => &wafers.machine.id,
    };
    if let Some(machine) = choice(ui, &format!("machine of fabric {index}"), text::MACHINE, machine_id, &machines) {
        push_change(model.session.latest().machine_change(index, machine, model.session.catalog()), intents);
    }
    if let FabricKind::Wafer(wafer) = &fabric.kind {
        wafer_controls::layout_ui(ui, model, index, wafer, intents);
    }
    algorithm(ui, model, index, fabric, intents);
    match &fabric.kind {
        FabricKind::Chips(chips) => chip_controls::chip_controls_ui(ui, model, index, chips, intents),
        FabricKind::Wafer(wafer) => wafer_controls::wafer_figures_ui(ui, model, index, wafer, intents),
        FabricKind::Wafers(_) => {}
    }
    link_controls::link_controls_ui(ui, model, index, fabric, intents);
}

pub(super) fn algorithm(ui: &mut Ui, model: &Model, index: usize, fabric: &FabricScene, intents: &mut Vec<Intent>) {
    let auto = match model.session.runs.get(index) {
        Some(run) if run.scene.sequence.is_some() => text::AUTO_FOR_EACH.to_owned(),
        // Which one it finds is known once it was asked.
        Some(run) if fabric.algorithm == AUTO => text::auto(&run.algorithm),
        _ => text::AUTO_FASTEST.to_owned(),
    };
    let mut algorithms = vec![(AUTO, auto)];
    if let FabricKind::Chips(ChipFabric { measured: Some(inputs), .. }) = &fabric.kind {
        let found = inputs.table_pick(model.session.latest().scene.message.0);
        algorithms.push((NCCL_TABLE, text::nccl_cost_model(found.as_ref())));
    }
    algorithms.extend(choices(fabric).into_iter().map(|(id, label)| (id, capitalised(label))));
    let id = format!("algorithm of fabric {index}");
    let run = model.session.runs.get(index);
    let with_figures = run.map_or_else(String::new, terms::algorithm);
    let label = match run.and_then(|run| terms::of_algorithm(run.scene.kind.algorithm())) {
        Some(term) => Label::from_term(term, text::ALGORITHM.name, &with_figures),
        None => text::ALGORITHM,
    };
    if let Some(algorithm) = choice(ui, &id, label, &fabric.algorithm, &algorithms) {
        intents.push(change(field(index, "algorithm"), algorithm));
    }
}
