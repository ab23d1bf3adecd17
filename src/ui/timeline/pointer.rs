//! The pointer on the timeline: drag to scrub, drag on the axis to loop, wheel to zoom, click a row to select its link, and a
//! tooltip for what is under it.

use egui::{Pos2, Response, Ui};

use super::axis::{AXIS, Axis};
use super::{class_utilisation, operations};
use crate::sample::LinkLoads;
use crate::scene::ClockMode;
use crate::session::Intent;
use crate::stage::{Item, Selection, TimelineShows};
use crate::ui::model::Model;
use crate::ui::text::timeline as text;
use crate::units::Femtos;

/// Points of scrolling that halve the span.
const SCROLL_PER_HALF: f32 = 160.0;
/// The shortest span, as a share of the run.
const MIN_SPAN: f64 = 1e-4;

pub(super) fn pointer_ui(ui: &Ui, model: &Model, axis: &Axis, response: &Response, intents: &mut Vec<Intent>) {
    let on_axis = |at: Pos2| at.y < axis.area.top() + AXIS - 4.0;
    let pressed = ui.input(|input| input.pointer.press_origin());
    let began_on_axis = pressed.is_some_and(on_axis);
    if response.double_clicked() && response.interact_pointer_pos().is_some_and(on_axis) {
        intents.push(Intent::SetLoop(None));
        intents.push(Intent::SetTimelineSpan(None));
    } else if response.dragged() && began_on_axis {
        if let Some((from, to)) = pressed.zip(response.interact_pointer_pos()) {
            intents.push(Intent::SetLoop(Some((axis.at(from.x), axis.at(to.x)))));
        }
    } else if let Some(pointer) = response.interact_pointer_pos().filter(|_| response.dragged() || response.clicked()) {
        intents.push(Intent::Seek(axis.at(pointer.x)));
        if response.clicked() && !on_axis(pointer) {
            select(model, axis, pointer, intents);
        }
    } else if let Some(pointer) = response.hover_pos().filter(|pointer| pointer.x >= axis.area.left()) {
        zoom(ui, model, axis, pointer, intents);
        if on_axis(pointer) {
            response.clone().on_hover_text_at_pointer(text::AXIS_TOOLTIP);
        } else if let Some(tooltip) = tooltip(model, axis, pointer) {
            response.clone().on_hover_text_at_pointer(tooltip);
        }
    }
}

/// The wheel zooms the visible span around the pointer; sideways, it moves the span.
fn zoom(ui: &Ui, model: &Model, axis: &Axis, pointer: Pos2, intents: &mut Vec<Intent>) {
    let (scroll, pinch) = ui.input(|input| (input.smooth_scroll_delta, input.zoom_delta()));
    let factor = f64::from((-scroll.y / SCROLL_PER_HALF).exp2() / pinch);
    let (from, to) = (axis.span.0.0 as f64, axis.span.1.0 as f64);
    let all = axis.duration.0 as f64;
    if (factor - 1.0).abs() < 1e-4 && scroll.x == 0.0 || all <= 0.0 {
        return;
    }
    // All of a collective is in sight: the way out is the run that it belongs to.
    if factor > 1.0 && to - from >= all && model.session.call_stage().is_some() {
        intents.push(Intent::LeaveCall);
        return;
    }
    let length = ((to - from) * factor).clamp(all * MIN_SPAN, all);
    let share = f64::from((pointer.x - axis.area.left()) / axis.area.width().max(1.0));
    let moved = f64::from(scroll.x / axis.area.width().max(1.0)) * length;
    let start = (from + share * ((to - from) - length) - moved).clamp(0.0, all - length);
    intents.push(Intent::SetTimelineSpan(Some((Femtos(start as u64), Femtos((start + length) as u64)))));
}

/// A fabric and an instant of its own time.
#[derive(Clone, Copy)]
struct FabricInstant {
    fabric: usize,
    at: Femtos,
}

/// The fabric and its own time at a position; `None` after the end of its run.
fn instant_at(model: &Model, axis: &Axis, pointer: Pos2) -> Option<FabricInstant> {
    let fabric = usize::try_from(((pointer.y - axis.area.top() - AXIS) / axis.band).floor() as i64).ok()?;
    let own = model.session.runs.get(fabric)?.result()?.time;
    let at = axis.at(pointer.x);
    let is_over = at > own && axis.mode == ClockMode::Same;
    (!is_over).then(|| FabricInstant { fabric, at: model.session.clock_at(at).local(own) })
}

/// The row of the heatmap at a height.
fn heatmap_row(model: &Model, axis: &Axis, index: usize, y: f32) -> Option<usize> {
    let heatmap = model.views.get(index)?.link_heatmap.as_ref()?;
    let body = axis.heatmap(index, model.heatmaps.is_uniform(index));
    let body = operations::below_lanes(body, model.views.get(index)?.operations.len());
    let share = (y - body.top()) / body.height();
    (0.0..1.0).contains(&share).then_some((share * heatmap.rows.len() as f32) as usize)
}

/// Selects the link of the row that was clicked; of a group, the busiest link at that instant.
fn select(model: &Model, axis: &Axis, pointer: Pos2, intents: &mut Vec<Intent>) {
    let found = || {
        if model.session.view.timeline == TimelineShows::Classes {
            return None;
        }
        let FabricInstant { fabric, at } = instant_at(model, axis, pointer)?;
        let row = heatmap_row(model, axis, fabric, pointer.y)?;
        let run = model.session.runs.get(fabric)?;
        let trace = &run.result()?.played.trace;
        let links = &model.views.get(fabric)?.link_heatmap.as_ref()?.rows.get(row)?.links;
        let loads = LinkLoads::at(&run.fabric, &run.plan, trace, at);
        let rate = |link| {
            let load = loads.load(link);
            load.sum + load.copy
        };
        let link = links.iter().copied().max_by(|a, b| rate(*a).total_cmp(&rate(*b)).then(b.cmp(a)))?;
        Some(Selection { fabric, item: Item::Link(link) })
    };
    intents.extend(found().map(|selection| Intent::Select(Some(selection))));
}

/// The row under the pointer at the instant under the pointer: `GPU 3 → NVSwitch: 99.8 % at 214.0 µs`.
fn tooltip(model: &Model, axis: &Axis, pointer: Pos2) -> Option<String> {
    let FabricInstant { fabric, at } = instant_at(model, axis, pointer)?;
    let view = model.views.get(fabric)?;
    if model.session.view.timeline == TimelineShows::Classes {
        let own = model.session.runs.get(fabric)?.result()?.time;
        let share = at.0 as f64 / own.0.max(1) as f64;
        let class = class_utilisation::class_at(&view.class_utilisation, axis.row(fabric), pointer.y, share)?;
        return Some(text::class_at(class.name, class.links, class.share, at));
    }
    let row = heatmap_row(model, axis, fabric, pointer.y)?;
    let heatmap = view.link_heatmap.as_ref()?;
    let line = heatmap.rows.get(row)?;
    let (mean, busiest) = heatmap.at(row, at);
    Some(text::row_at(&line.name, line.links.len(), mean, busiest, at))
}
