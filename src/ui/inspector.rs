//! The inspector: the figures of the selection, the streams that cross it, its utilisation over the run, and controls
//! that slow, cut, delay or repair it.

use egui::epaint::{Mesh, Vertex, WHITE_UV};
use egui::{RichText, Sense, Stroke, Ui, pos2, vec2};

use super::model::Model;
use super::previous_run::previous_run;
use super::style::{colour, heading_font, number_font, text_font};
use super::text::{common, inspector as text, results as results_text};
use super::widgets::{SliderChange, SliderScale, Tip, drag_or_set, named, row, slider};
use crate::explain::glossary::Term;
use crate::scene::{Diagnostics, FabricKind, FaultEdit, FaultPlace, WaferLayout};
use crate::session::{Intent, OpenLesson};
use crate::solve::FabricRun;
use crate::stage::{Item, Selection};
use crate::style::Theme;
use crate::ui::label::Label;
use crate::units::Femtos;

/// One step of the slider of the remaining capacity.
const SHARE_STEP: f64 = 0.05;
/// Delay of a chip by the button.
const LATE: Femtos = Femtos(20_000_000_000);
/// Height of the picture of utilisation over time, points.
const HISTORY: f32 = 36.0;

/// Shows the selection, if there is one.
pub(super) fn inspector_ui(ui: &mut Ui, model: &Model, intents: &mut Vec<Intent>) {
    let theme = model.theme();
    let Some(selection) = model.session.view.selection else { return };
    let (Some(frame), Some(view)) = (model.frames.get(selection.fabric), model.views.get(selection.fabric)) else {
        return;
    };
    let Some(inspector) = &frame.inspector else { return };
    egui::Frame::new()
        .fill(colour(theme.raised))
        .stroke(Stroke::new(1.0, colour(theme.selection)))
        .corner_radius(Theme::CORNER_LARGE)
        .inner_margin(egui::Margin::symmetric(14, 12))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.spacing_mut().item_spacing.y = 4.0;
            title(ui, theme, &inspector.title, intents);
            // Before a prediction, only what a link is, not what crosses it.
            let hidden = model.session.hides_results();
            for line in inspector.rows.iter().filter(|line| !hidden || line.term.is_some_and(is_given)) {
                let label = Label { name: line.name, tooltip: line.explanation, term: line.term };
                if row(ui, theme, label, &line.value) {
                    intents.push(Intent::ShowSources(Some(selection.fabric)));
                }
            }
            if hidden {
                return;
            }
            if model.session.lesson.as_ref().is_none_or(OpenLesson::may_degrade) {
                what_if(ui, model, selection, intents);
            }
            changed_time(ui, model, selection.fabric);
            // Below the buttons: they come and go while the clock runs.
            for stream in &inspector.streams {
                let stream = RichText::new(stream).font(text_font(Theme::TYPE[0])).color(colour(theme.soft));
                ui.add(egui::Label::new(stream).wrap());
            }
            if let Some(selected) = view.selected.as_ref().filter(|selected| !selected.history.is_empty()) {
                history(ui, model, selection.fabric, &selected.history);
            }
        });
    ui.add_space(Theme::STEP);
}

/// Whether a figure belongs to the machine, not to a run.
fn is_given(term: Term) -> bool {
    [Term::Capacity, Term::Latency, Term::Link, Term::Port].contains(&term)
}

fn title(ui: &mut Ui, theme: &Theme, title: &str, intents: &mut Vec<Intent>) {
    ui.horizontal(|ui| {
        let width = ui.available_width() - 34.0;
        ui.scope(|ui| {
            ui.set_max_width(width);
            let title = RichText::new(title).font(heading_font(Theme::TYPE[2])).color(colour(theme.text));
            ui.add(egui::Label::new(title).truncate());
        });
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let close = ui.small_button("x");
            named(&close, egui::WidgetType::Button, text::CLEAR.name, "");
            if close.tip(text::CLEAR.tooltip).clicked() {
                intents.push(Intent::Select(None));
            }
        });
    });
}

/// A typed share: `50 %` or `0.5`.
fn share(typed: &str) -> Option<f64> {
    let share = match typed.strip_suffix('%') {
        Some(percent) => percent.trim().parse::<f64>().ok()? / 100.0,
        None => typed.parse::<f64>().ok()?,
    };
    (0.01..=1.0).contains(&share).then_some(share)
}

/// A degradation that a button makes.
struct Offer {
    name: String,
    tooltip: String,
    edit: FaultEdit,
}

impl Offer {
    fn new(label: Label, edit: FaultEdit) -> Offer {
        Offer { name: label.name.to_owned(), tooltip: label.tooltip.to_owned(), edit }
    }
}

/// The time of the run, and that before the last change. The result itself may be out of sight below the card.
fn changed_time(ui: &mut Ui, model: &Model, fabric: usize) {
    let Some(run) = model.session.runs.get(fabric) else { return };
    let Some(before) = previous_run(model, fabric, run) else { return };
    let theme = model.theme();
    let now = run.result().map_or_else(|| common::CANNOT_RUN.to_owned(), |result| result.time.to_string());
    row(ui, theme, text::TIME, &now);
    row(ui, theme, results_text::PREVIOUS_RUN, &before);
}

/// Slows, cuts, delays and repairs the selection.
fn what_if(ui: &mut Ui, model: &Model, selection: Selection, intents: &mut Vec<Intent>) {
    let theme = model.theme();
    let Some(run) = model.session.runs.get(selection.fabric) else { return };
    let Some(place) = selection.item.fault_place(run) else { return };
    let slows = can_be_slow(run, selection.item);
    let degradations = model.session.latest().faults_of(selection.fabric, &place);
    ui.add_space(2.0);
    let heading = RichText::new(text::what_if(place.name())).font(text_font(Theme::TYPE[0])).color(colour(theme.soft));
    ui.add(egui::Label::new(heading).truncate());
    if slows {
        let is_down = degradations.iter().any(|fault| fault.down == Some(true));
        let remaining = degradations.iter().find_map(|fault| fault.capacity.or(fault.slow));
        let remaining = remaining.unwrap_or(if is_down { 0.0 } else { 1.0 });
        let label = match place {
            FaultPlace::Link(_) => text::REMAINING_CAPACITY,
            FaultPlace::Chip(_) => text::REMAINING_SPEED,
        };
        let step = (remaining / SHARE_STEP).round() as i64;
        let slowed = |edit: FaultEdit| Intent::EditFault(selection.fabric, place.clone(), edit);
        match slider(ui, theme, label, &text::percent(remaining), step, (1..=20, SliderScale::Linear)) {
            Some(SliderChange::Step(20)) => intents.push(drag_or_set(ui, slowed(FaultEdit::Mend))),
            Some(SliderChange::Step(step)) => {
                intents.push(drag_or_set(ui, slowed(FaultEdit::Slow(step as f64 * SHARE_STEP))));
            }
            Some(SliderChange::Typed(typed)) => intents.push(match share(&typed) {
                Some(share) if share < 1.0 => slowed(FaultEdit::Slow(share)),
                Some(_) => slowed(FaultEdit::Mend),
                None => Intent::ShowDiagnostics(Diagnostics::whole(
                    label.name,
                    text::not_a_share(&typed),
                    Some(text::ACCEPTED_SHARES),
                )),
            }),
            None => {}
        }
    }
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        ui.spacing_mut().button_padding = vec2(8.0, 2.0);
        for offer in offers(&place, slows, !degradations.is_empty()) {
            let button = ui.button(RichText::new(&offer.name).font(text_font(Theme::TYPE[0])));
            named(&button, egui::WidgetType::Button, &text::what_if(&offer.name), "");
            if button.tip(offer.tooltip).clicked() {
                intents.push(Intent::EditFault(selection.fabric, place.clone(), offer.edit));
            }
        }
    });
    for fault in degradations {
        let state = match (fault.capacity, fault.slow, &fault.start_delay, fault.down) {
            (Some(share), ..) => text::capacity_remains(share),
            (_, Some(share), ..) => text::speed_remains(share),
            (_, _, Some(delay), _) => text::starts_late(delay),
            (_, _, _, Some(true)) => text::DOWN.to_owned(),
            _ => continue,
        };
        ui.label(RichText::new(state).font(text_font(Theme::TYPE[0])).color(colour(theme.binding)));
    }
}

/// A PE of a wafer in strips stands for its strip, which has no port of its own that could be slow.
fn can_be_slow(run: &FabricRun, item: Item) -> bool {
    let in_strips =
        matches!(&run.scene.kind, FabricKind::Wafer(wafer) if matches!(wafer.layout, WaferLayout::Strips { .. }));
    !(in_strips && matches!(item, Item::Pe(_)))
}

/// The buttons for a link or a chip.
fn offers(place: &FaultPlace, slows: bool, is_degraded: bool) -> Vec<Offer> {
    let mut offers = Vec::new();
    if slows {
        offers.push(Offer::new(text::HALF, FaultEdit::Slow(0.5)));
    }
    offers.push(match place {
        FaultPlace::Link(_) => Offer::new(text::CUT, FaultEdit::Cut),
        FaultPlace::Chip(_) => {
            Offer { name: text::late(LATE), tooltip: text::late_tooltip(LATE), edit: FaultEdit::Late(LATE) }
        }
    });
    if is_degraded {
        offers.push(Offer::new(text::REPAIR, FaultEdit::Mend));
    }
    offers
}

/// Utilisation over the whole run, with the playhead.
fn history(ui: &mut Ui, model: &Model, fabric: usize, cells: &[f32]) {
    let theme = model.theme();
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), HISTORY), Sense::hover());
    named(&response, egui::WidgetType::Image, text::HISTORY.name, "");
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, 3.0, colour(theme.ground));
    painter.add(history_mesh(theme, rect, cells));
    let run = model.session.runs.get(fabric);
    if let Some((run, result)) = run.and_then(|run| Some((run, run.result()?))) {
        let share = model.session.local_time(run).0 as f32 / result.time.0.max(1) as f32;
        let x = rect.left() + rect.width() * share.clamp(0.0, 1.0);
        painter.vline(x, rect.y_range(), Stroke::new(1.5, colour(theme.text)));
    }
    let mean = cells.iter().sum::<f32>() / cells.len().max(1) as f32;
    let galley = painter.layout_no_wrap(text::history(mean), number_font(10.0), colour(theme.text));
    let at = rect.min + vec2(5.0, 3.0);
    let ground = egui::Rect::from_min_size(at, galley.size()).expand2(vec2(3.0, 1.0));
    painter.rect_filled(ground, 3.0, colour(theme.ground.with_alpha(190)));
    painter.galley(at, galley, colour(theme.text));
    response.tip(text::HISTORY.tooltip);
}

/// One bar per point of width, as high as the mean of its cells.
fn history_mesh(theme: &Theme, rect: egui::Rect, cells: &[f32]) -> Mesh {
    let mut mesh = Mesh::default();
    let columns = rect.width().max(1.0) as usize;
    for column in 0..columns {
        let first = cells.len() * column / columns;
        let end = (cells.len() * (column + 1) / columns).max(first + 1);
        let part = cells.get(first..end).unwrap_or_default();
        let mean = part.iter().sum::<f32>() / part.len().max(1) as f32;
        let (left, right) = (rect.left() + column as f32, rect.left() + column as f32 + 1.0);
        let top = rect.bottom() - rect.height() * mean.clamp(0.0, 1.0);
        let base = mesh.vertices.len() as u32;
        for corner in [pos2(left, top), pos2(right, top), pos2(right, rect.bottom()), pos2(left, rect.bottom())] {
            mesh.vertices.push(Vertex { pos: corner, uv: WHITE_UV, color: colour(theme.heat(mean)) });
        }
        mesh.indices.extend([base, base + 1, base + 2, base, base + 2, base + 3]);
    }
    mesh
}
