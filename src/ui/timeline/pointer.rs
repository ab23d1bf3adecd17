//! The pointer on the timeline: drag to scrub, drag on the axis to loop, wheel to zoom, click on a row to select its
//! link, and what is under it in words.

use egui::{Pos2, Response, Ui};

use super::{AXIS, Axis};
use crate::sample::LinkLoads;
use crate::scene::ClockMode;
use crate::session::Intent;
use crate::stage::{Item, Selection, TimelineShows};
use crate::ui::Model;
use crate::ui::timeline::classes;
use crate::units::Femtos;

/// Points of scrolling that halve the span.
const SCROLL_PER_HALF: f32 = 160.0;
/// The shortest span, as a share of the run.
const MIN_SPAN: f64 = 1e-4;

pub(super) fn act(ui: &Ui, model: &Model, axis: &Axis, response: &Response, intents: &mut Vec<Intent>) {
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
        zoom(ui, axis, pointer, intents);
        if on_axis(pointer) {
            let text = "Drag here to play a span over and over; double-click to end it. Wheel: zoom.";
            response.clone().on_hover_text_at_pointer(text);
        } else if let Some(text) = under(model, axis, pointer) {
            response.clone().on_hover_text_at_pointer(text);
        }
    }
}

/// Wheel: a longer or shorter span round the pointer; sideways: an earlier or later one.
fn zoom(ui: &Ui, axis: &Axis, pointer: Pos2, intents: &mut Vec<Intent>) {
    let (scroll, pinch) = ui.input(|input| (input.smooth_scroll_delta, input.zoom_delta()));
    let factor = f64::from((-scroll.y / SCROLL_PER_HALF).exp2() / pinch);
    let (from, to) = (axis.span.0.0 as f64, axis.span.1.0 as f64);
    let all = axis.duration.0 as f64;
    if (factor - 1.0).abs() < 1e-4 && scroll.x == 0.0 || all <= 0.0 {
        return;
    }
    let length = ((to - from) * factor).clamp(all * MIN_SPAN, all);
    let share = f64::from((pointer.x - axis.area.left()) / axis.area.width().max(1.0));
    let moved = f64::from(scroll.x / axis.area.width().max(1.0)) * length;
    let start = (from + share * ((to - from) - length) - moved).clamp(0.0, all - length);
    intents.push(Intent::SetTimelineSpan(Some((Femtos(start as u64), Femtos((start + length) as u64)))));
}

/// The fabric at a height, and the fabric's own time at a place.
fn place(model: &Model, axis: &Axis, pointer: Pos2) -> Option<(usize, Femtos)> {
    let index = usize::try_from(((pointer.y - axis.area.top() - AXIS) / axis.band).floor() as i64).ok()?;
    let own = model.session.runs.get(index)?.result()?.time;
    let at = axis.at(pointer.x);
    let beyond = at > own && axis.mode == ClockMode::Same;
    (!beyond).then(|| (index, model.session.clock_at(at).local(own)))
}

/// The row of the carpet at a height.
fn carpet_row(model: &Model, axis: &Axis, index: usize, y: f32) -> Option<usize> {
    let carpet = model.views.get(index)?.link_heatmap.as_ref()?;
    let row = axis.row(index);
    let share = (y - row.top() - 10.0) / (row.height() - 10.0);
    (0.0..1.0).contains(&share).then_some((share * carpet.rows.len() as f32) as usize)
}

/// The link of the row that was clicked; of joined ones the busiest there.
fn select(model: &Model, axis: &Axis, pointer: Pos2, intents: &mut Vec<Intent>) {
    let found = || {
        if model.session.view.timeline == TimelineShows::Classes {
            return None;
        }
        let (fabric, at) = place(model, axis, pointer)?;
        let row = carpet_row(model, axis, fabric, pointer.y)?;
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

/// "GPU 3 → NVSwitch: 99.8 % at 214 µs".
fn under(model: &Model, axis: &Axis, pointer: Pos2) -> Option<String> {
    let (index, at) = place(model, axis, pointer)?;
    let view = model.views.get(index)?;
    if model.session.view.timeline == TimelineShows::Classes {
        let own = model.session.runs.get(index)?.result()?.time;
        let share = at.0 as f64 / own.0.max(1) as f64;
        let (name, links, used) = classes::under(&view.class_utilisation, axis.row(index), pointer.y, share)?;
        let links = crate::units::grouped(links);
        return Some(format!("{name}: {:.1} % of all {links} links at {at}", 100.0 * used));
    }
    let row = carpet_row(model, axis, index, pointer.y)?;
    let carpet = view.link_heatmap.as_ref()?;
    let line = carpet.rows.get(row)?;
    let (mean, most) = carpet.at(row, at);
    let value = match line.links.len() {
        1 => format!("{:.1} %", 100.0 * mean),
        count => format!("mean {:.1} %, busiest {:.1} % of {count} links", 100.0 * mean, 100.0 * most),
    };
    Some(format!("{}: {value} at {at}", line.name))
}
