//! The card of what is selected: its figures now, the streams that pass it, and its use over the whole run.

use egui::epaint::{Mesh, Vertex, WHITE_UV};
use egui::{RichText, Sense, Stroke, Ui, pos2, vec2};

use super::Model;
use super::style::{colour, mono, semibold, words};
use super::widgets::{named, row, slid, slider};
use crate::scene::{FaultEdit, FaultPlace};
use crate::session::Intent;
use crate::stage::Selection;
use crate::style::Theme;
use crate::units::Femtos;

/// What one step of the slider of what is left is.
const SHARE_STEP: f64 = 0.05;
/// How late a late chip is.
const LATE: Femtos = Femtos(20_000_000_000);
/// Height of the picture of use over time, points.
const HISTORY: f32 = 36.0;

/// Shows the card of the selection, if there is one. Answers whether it did.
pub(super) fn show(ui: &mut Ui, model: &Model, intents: &mut Vec<Intent>) -> bool {
    let theme = model.theme();
    let Some(selection) = model.session.view.selection else { return false };
    let (Some(frame), Some(view)) = (model.frames.get(selection.fabric), model.views.get(selection.fabric)) else {
        return false;
    };
    let Some(card) = &frame.inspector else { return false };
    egui::Frame::new()
        .fill(colour(theme.raised))
        .stroke(Stroke::new(1.0, colour(theme.selection)))
        .corner_radius(Theme::CORNER_LARGE)
        .inner_margin(egui::Margin::symmetric(14, 12))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.spacing_mut().item_spacing.y = 4.0;
            ui.horizontal(|ui| {
                let width = ui.available_width() - 34.0;
                ui.scope(|ui| {
                    ui.set_max_width(width);
                    let title = RichText::new(&card.title).font(semibold(Theme::TYPE[2])).color(colour(theme.text));
                    ui.add(egui::Label::new(title).truncate());
                });
                ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                    let close = ui.small_button("x");
                    named(&close, egui::WidgetType::Button, "Select nothing", "");
                    if close.on_hover_text("Select nothing (Esc)").clicked() {
                        intents.push(Intent::Select(None));
                    }
                });
            });
            for line in &card.rows {
                if row(ui, theme, line.name, &line.value, line.explanation) {
                    intents.push(Intent::ShowSources(Some(selection.fabric)));
                }
            }
            for stream in &card.streams {
                let text = RichText::new(stream).font(words(Theme::TYPE[0])).color(colour(theme.soft));
                ui.add(egui::Label::new(text).wrap());
            }
            what_if(ui, model, selection, intents);
            if let Some(selected) = view.selected.as_ref().filter(|selected| !selected.history.is_empty()) {
                history(ui, model, selection.fabric, &selected.history);
            }
        });
    ui.add_space(Theme::STEP);
    true
}

/// Slow, cut, delay and mend, by touch.
fn what_if(ui: &mut Ui, model: &Model, selection: Selection, intents: &mut Vec<Intent>) {
    let theme = model.theme();
    let Some(run) = model.session.runs.get(selection.fabric) else { return };
    let Some(place) = selection.item.fault_place(run) else { return };
    let faults = model.session.document.faults_of(selection.fabric, &place);
    let offers = offers(&place, !faults.is_empty());
    ui.add_space(2.0);
    let name =
        RichText::new(format!("What if: {}", place.name())).font(words(Theme::TYPE[0])).color(colour(theme.soft));
    ui.add(egui::Label::new(name).truncate());
    if can_be_slow(&place) {
        let left = faults.iter().find_map(|fault| fault.capacity.or(fault.slow)).unwrap_or(1.0);
        let words_of = if matches!(place, FaultPlace::Link(_)) { "capacity left" } else { "speed left" };
        let shown = format!("{:.0} %", 100.0 * left);
        let step = (left / SHARE_STEP).round() as i64;
        if let Some(step) = slider(ui, theme, words_of, &shown, step, 1..=20) {
            let change = if step == 20 { FaultEdit::Mend } else { FaultEdit::Slow(step as f64 * SHARE_STEP) };
            intents.push(slid(ui, Intent::EditFault(selection.fabric, place.clone(), change)));
        }
    }
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        ui.spacing_mut().button_padding = vec2(8.0, 2.0);
        for (name, explanation, change) in offers {
            let button = ui.button(RichText::new(name).font(words(Theme::TYPE[0])));
            named(&button, egui::WidgetType::Button, &format!("What if: {name}"), "");
            if button.on_hover_text(explanation).clicked() {
                intents.push(Intent::EditFault(selection.fabric, place.clone(), change));
            }
        }
    });
    for fault in faults {
        let text = match (fault.capacity, fault.slow, &fault.start_delay, fault.down) {
            (Some(share), ..) => format!("{:.0} % of its capacity is left", 100.0 * share),
            (_, Some(share), ..) => format!("{:.0} % of its speed is left", 100.0 * share),
            (_, _, Some(delay), _) => format!("starts {delay} late"),
            (_, _, _, Some(true)) => "cut".to_owned(),
            _ => continue,
        };
        ui.label(RichText::new(text).font(words(Theme::TYPE[0])).color(colour(theme.binding)));
    }
}

/// A strip is no chip: it has no port of its own that could be slow.
fn can_be_slow(place: &FaultPlace) -> bool {
    !matches!(place, FaultPlace::Chip(name) if name.starts_with("strip"))
}

/// What can be done to a place at one click: (name, explanation, change).
fn offers(place: &FaultPlace, at_fault: bool) -> Vec<(&'static str, &'static str, FaultEdit)> {
    let mut offers = Vec::new();
    if can_be_slow(place) {
        offers.push(("50 %", "Half of it is left", FaultEdit::Slow(0.5)));
    }
    offers.push(match place {
        FaultPlace::Link(_) => ("cut", "The link is down: a way round it is taken where there is one", FaultEdit::Cut),
        FaultPlace::Chip(_) => ("20 µs late", "It is ready 20 µs later than the others", FaultEdit::Late(LATE)),
    });
    if at_fault {
        offers.push(("mend", "As it was", FaultEdit::Mend));
    }
    offers
}

/// Use over the whole run, with the playhead.
fn history(ui: &mut Ui, model: &Model, fabric: usize, cells: &[f32]) {
    let theme = model.theme();
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), HISTORY), Sense::hover());
    named(&response, egui::WidgetType::Image, "Use over the run", "");
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, 3.0, colour(theme.ground));
    let mut mesh = Mesh::default();
    let columns = rect.width().max(1.0) as usize;
    for column in 0..columns {
        let part = cells.len() * column / columns
            ..(cells.len() * (column + 1) / columns).max(cells.len() * column / columns + 1);
        let part = cells.get(part).unwrap_or_default();
        let mean = part.iter().sum::<f32>() / part.len().max(1) as f32;
        let (left, right) = (rect.left() + column as f32, rect.left() + column as f32 + 1.0);
        let top = rect.bottom() - rect.height() * mean.clamp(0.0, 1.0);
        let base = mesh.vertices.len() as u32;
        for corner in [pos2(left, top), pos2(right, top), pos2(right, rect.bottom()), pos2(left, rect.bottom())] {
            mesh.vertices.push(Vertex { pos: corner, uv: WHITE_UV, color: colour(theme.heat(mean)) });
        }
        mesh.indices.extend([base, base + 1, base + 2, base, base + 2, base + 3]);
    }
    painter.add(mesh);
    let run = model.session.runs.get(fabric);
    if let Some((run, result)) = run.and_then(|run| Some((run, run.result()?))) {
        let share = model.session.local_time(run).0 as f32 / result.time.0.max(1) as f32;
        let x = rect.left() + rect.width() * share.clamp(0.0, 1.0);
        painter.vline(x, rect.y_range(), Stroke::new(1.5, colour(theme.text)));
    }
    let mean = cells.iter().sum::<f32>() / cells.len().max(1) as f32;
    let text = format!("use over the run, mean {:.0} %", 100.0 * mean);
    let galley = painter.layout_no_wrap(text, mono(10.0), colour(theme.text));
    let at = rect.min + vec2(5.0, 3.0);
    let ground = egui::Rect::from_min_size(at, galley.size()).expand2(vec2(3.0, 1.0));
    painter.rect_filled(ground, 3.0, colour(theme.ground.with_alpha(190)));
    painter.galley(at, galley, colour(theme.text));
    response.on_hover_text("Rate over capacity of all its links together, from the start to the end of the run");
}
