//! The pointer on the axis of a run: wheel to zoom, sideways to pan, drag to scrub, double-click to open a collective.

use egui::{Pos2, Response, Ui};

use super::lanes::lane_rect;
use super::layout::Axis;
use crate::session::{Intent, RunRow};
use crate::training::{Moment, RunSpan, RunTime, SpanKind};
use crate::ui::text::run as text;

/// Points of scrolling that double the scale.
const SCROLL_PER_DOUBLE: f32 = 120.0;

/// The row and span under the pointer.
struct Found {
    row: RunRow,
    span: Option<RunSpan>,
}

pub(super) fn pointer_ui(ui: &Ui, axis: &Axis, response: &Response, intents: &mut Vec<Intent>) {
    // Names and legend beside the axis are not instants. A drag may leave it.
    let seeks = |at: &Pos2| response.dragged() || response.clicked() && axis.area.contains(*at);
    if let Some(pointer) = response.interact_pointer_pos().filter(seeks) {
        intents.push(Intent::SeekRun(axis.at(pointer.x)));
    }
    let Some(pointer) = response.hover_pos().filter(|pointer| pointer.x >= axis.area.left()) else { return };
    let found = under(axis, pointer);
    let call = found.as_ref().and_then(|found| Some((found.row.fabric, found.span.as_ref()?.kind.call()?)));
    if let Some((fabric, call)) = call.filter(|_| response.double_clicked()) {
        intents.push(Intent::OpenCall { fabric, call });
        return;
    }
    zoom(ui, axis, pointer, found.as_ref().map(|found| found.row), intents);
    let tooltip = match found {
        Some(Found { row, span: Some(span) }) => {
            let step = axis.fabrics.iter().find(|rows| rows.fabric == row.fabric).map(|rows| rows.run.schedule.step);
            Some(text::span_tooltip(&row, &span, step.unwrap_or_default()))
        }
        Some(Found { span: None, .. }) | None => bar_tooltip(axis, pointer),
    };
    if let Some(tooltip) = tooltip.filter(|_| !response.dragged()) {
        response.clone().on_hover_text_at_pointer(tooltip);
    }
}

/// The wheel zooms the window around the pointer; sideways, it moves the window.
fn zoom(ui: &Ui, axis: &Axis, pointer: Pos2, row: Option<RunRow>, intents: &mut Vec<Intent>) {
    let (scroll, pinch) = ui.input(|input| (input.smooth_scroll_delta, input.zoom_delta()));
    let factor = f64::from((scroll.y / SCROLL_PER_DOUBLE).exp2() * pinch);
    if (factor - 1.0).abs() > 1e-4 {
        intents.push(Intent::ZoomRun { factor, around: axis.at(pointer.x), row });
    }
    if scroll.x != 0.0 {
        intents.push(Intent::PanRun(f64::from(-scroll.x / axis.area.width().max(1.0))));
    }
}

/// The row and the span at a position.
fn under(axis: &Axis, pointer: Pos2) -> Option<Found> {
    axis.fabrics.iter().find_map(|rows| {
        let lanes = rows.run.picture.lanes();
        rows.stages.iter().find_map(|(stage, rect)| {
            let lane = *lanes.iter().find(|lane| lane_rect(*rect, &lanes, **lane).contains(pointer))?;
            let row = RunRow { fabric: rows.fabric, stage: *stage, lane };
            let (at, pixel) = (axis.at(pointer.x), axis.pixel());
            let near = (at.since(pixel), at + pixel);
            let found = rows.run.rows(near, pixel, &[*stage]);
            let spans = found.into_iter().find(|one| one.lane == lane).map(|one| one.spans).unwrap_or_default();
            let holds = |span: &&RunSpan| span.start <= at && at < span.end;
            let cut = spans.iter().find(holds).or(spans.first()).copied();
            // The whole span, not the part beside the pointer.
            let whole = cut.map(|cut| whole_span(rows.run, row, at, cut));
            Some(Found { row, span: whole })
        })
    })
}

/// A span with its own start and end.
fn whole_span(run: &crate::training::TrainingRun, row: RunRow, at: RunTime, cut: RunSpan) -> RunSpan {
    if matches!(cut.kind, SpanKind::Merged) {
        return cut;
    }
    let Moment::Step { step, offset } = run.schedule.at(at) else { return cut };
    let Some(doing) = run.picture.doing(row.stage, row.lane, offset) else { return cut };
    let begin = run.schedule.start_of(step);
    let is_same = doing.kind == cut.kind;
    let (kind, mix) = if is_same { (doing.kind, doing.mix) } else { (doing.pass.unwrap_or(cut.kind), cut.mix) };
    if is_same {
        RunSpan { start: begin + doing.start.into(), end: begin + doing.end.into(), kind, mix }
    } else {
        RunSpan { kind, mix, ..cut }
    }
}

/// The bar of days under the pointer.
fn bar_tooltip(axis: &Axis, pointer: Pos2) -> Option<String> {
    let rows = axis.fabrics.iter().find(|rows| rows.bar.contains(pointer))?;
    Some(text::bar_tooltip(rows.run, rows.run.schedule.at(axis.at(pointer.x))))
}
