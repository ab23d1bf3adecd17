//! The rows of the timeline: name, phases, and the links of each fabric.

use egui::text::{LayoutJob, TextFormat};
use egui::{Align2, Painter, Rect, Stroke, Ui, pos2, vec2};

use super::axis::{Axis, NAMES};
use super::{class_utilisation, critical_path, operations};
use crate::explain::CostKind;
use crate::fabric::{Direction, LinkId};
use crate::sample::{FabricView, LinkHeatmap};
use crate::solve::FabricRun;
use crate::stage::TimelineShows;
use crate::style::{Rgba8, Theme};
use crate::ui::model::Model;
use crate::ui::style::{colour, heading_font, text_font};
use crate::ui::text::{common, timeline as text};
use crate::units::Femtos;

/// Height of a line of the names, points.
const LINE: f32 = 18.0;

/// Paints name and contents of a fabric's row.
pub(super) fn paint_row(ui: &Ui, model: &Model, index: usize, run: &FabricRun, axis: &Axis) {
    let theme = model.theme();
    let row = axis.row(index);
    names(ui.painter(), theme, index, run, row);
    let painter = ui.painter().with_clip_rect(row.expand2(vec2(0.0, 4.0)));
    let Some(result) = run.result() else {
        let at = pos2(row.left() + 8.0, row.center().y);
        let font = text_font(Theme::TYPE[1]);
        painter.text(at, Align2::LEFT_CENTER, common::CANNOT_RUN, font, colour(theme.binding));
        return;
    };
    let x_of = |at: Femtos| axis.x_local(at, result.time);
    previous_run(&painter, model, index, row, axis);
    let view = model.views.get(index);
    let explained = view.and_then(|view| view.explanation.as_ref()).filter(|_| model.session.view.path);
    if let Some(explained) = explained {
        critical_path::paint_band(ui.painter(), theme, explained, row, x_of);
    }
    if let Some(view) = view.filter(|_| model.session.view.timeline == TimelineShows::Classes) {
        class_utilisation::paint_classes(&painter, theme, &view.class_utilisation, result.time, row, x_of);
        if let Some(selected) = &view.selected {
            class_utilisation::paint_selected(&painter, theme, &view.class_utilisation, row, &selected.classes);
        }
        return;
    }
    let heatmap = view.and_then(|view| view.link_heatmap.as_ref());
    if let Some(heatmap) = heatmap {
        phases(&painter, theme, run, heatmap, row.top(), x_of);
    }
    let (start, end) = (x_of(Femtos(0)), x_of(result.time));
    let uniform = model.heatmaps.is_uniform(index);
    let body = axis.heatmap(index, uniform);
    let body = body.with_min_x(start).with_max_x(end.max(start + 2.0));
    let lanes = view.map_or(&[][..], |view| view.operations.as_slice());
    operations::paint_lanes(&painter, theme, lanes, body, x_of);
    let body = operations::below_lanes(body, lanes.len());
    if model.heatmaps.paint(&painter, index, theme, body) {
        if let Some(heatmap) = heatmap.filter(|_| uniform && body.bottom() + 18.0 <= row.bottom()) {
            let at = pos2(body.left().max(row.left()), body.bottom() + 10.0);
            let label = text::uniform(heatmap);
            painter.text(at, Align2::LEFT_CENTER, label, text_font(Theme::TYPE[0]), colour(theme.soft));
        }
        selected_rows(&painter, theme, run, view, body);
        if let Some((explained, heatmap)) = explained.zip(heatmap) {
            critical_path::paint_line(&painter, theme, run, explained, heatmap, body, x_of);
        }
    } else if !model.views.is_empty() {
        painter.rect_filled(body, 3.0, colour(theme.raised));
        let at = pos2(row.left() + 8.0, body.center().y);
        let reason = text::too_many(run.plan.logical_transfers());
        painter.text(at, Align2::LEFT_CENTER, reason, text_font(Theme::TYPE[0]), colour(theme.soft));
    }
}

/// Name and algorithm at the left, in as many lines as the row has room for.
fn names(painter: &Painter, theme: &Theme, index: usize, run: &FabricRun, row: Rect) {
    let lines = ((row.height() / LINE) as usize).clamp(1, 3);
    let mut job = LayoutJob::default();
    let format = |font, ink| TextFormat::simple(font, colour(ink));
    let name = common::fabric(index, &run.scene.name);
    job.append(&name, 0.0, format(heading_font(Theme::TYPE[1]), theme.text));
    if lines > 1 {
        let algorithm = format!("\n{}", text::algorithm(run));
        job.append(&algorithm, 0.0, format(text_font(Theme::TYPE[0]), theme.soft));
    }
    job.wrap.max_width = NAMES - 16.0;
    job.wrap.max_rows = lines;
    let galley = painter.layout_job(job);
    let at = pos2(row.left() - NAMES, row.center().y - galley.size().y / 2.0);
    painter.galley(at, galley, colour(theme.text));
}

/// Below the row, the duration of the run before the last change.
fn previous_run(painter: &Painter, model: &Model, index: usize, row: Rect, axis: &Axis) {
    let Some(result) = model.session.undo.before(index).and_then(FabricRun::result) else { return };
    let theme = model.theme();
    let end = axis.x_local(result.time, result.time);
    let bar = Rect::from_min_max(pos2(axis.x(Femtos(0)), row.bottom() + 1.0), pos2(end, row.bottom() + 3.5));
    painter.rect_filled(bar, 1.0, colour(theme.muted));
    painter.vline(end, row.bottom() - 3.0..=row.bottom() + 4.0, Stroke::new(1.5, colour(theme.soft)));
}

/// Frames around the rows of the selection: of a link, of the links of a chip or a PE, or of a line of several. On a wafer,
/// a row also represents the parallel links beside it.
fn selected_rows(painter: &Painter, theme: &Theme, run: &FabricRun, view: Option<&FabricView>, body: Rect) {
    let Some(view) = view else { return };
    let (Some(selected), Some(heatmap)) = (&view.selected, &view.link_heatmap) else { return };
    let represents = |shown: LinkId, link: LinkId| match run.fabric.topology.mesh() {
        Some(mesh) => match (mesh.place(shown), mesh.place(link)) {
            (Some((x, y, of)), Some((link_x, link_y, direction))) if of == direction => match of {
                Direction::East | Direction::West => x == link_x,
                Direction::North | Direction::South => y == link_y,
                Direction::Ramp => x == link_x && y == link_y,
            },
            _ => false,
        },
        None => shown == link,
    };
    let is_selected = |row: usize| {
        let mut shown = heatmap.rows[row].links.iter();
        shown.any(|&shown| selected.links.iter().any(|&link| represents(shown, link)))
    };
    let rows: Vec<usize> = (0..heatmap.rows.len()).filter(|&row| is_selected(row)).collect();
    let height = body.height() / heatmap.rows.len().max(1) as f32;
    let ring = Stroke::new(1.5, colour(theme.selection));
    // Neighbours share a frame.
    for rows in rows.chunk_by(|row, next| row + 1 == *next) {
        let (Some(first), Some(last)) = (rows.first(), rows.last()) else { continue };
        let top = body.top() + height * *first as f32;
        let bottom = (body.top() + height * (*last + 1) as f32).max(top + 2.0);
        let frame = Rect::from_min_max(pos2(body.left(), top), pos2(body.right(), bottom));
        painter.rect_stroke(frame.expand2(vec2(1.0, 1.0)), 1.0, ring, egui::StrokeKind::Outside);
    }
}

/// Bands above the heatmap: launch of the software, filling of the pipeline, reduce and broadcast.
fn phases(
    painter: &Painter,
    theme: &Theme,
    run: &FabricRun,
    heatmap: &LinkHeatmap,
    top: f32,
    x_of: impl Fn(Femtos) -> f32,
) {
    let band = |from: Femtos, until: Femtos, lane: f32, ink: Rgba8| {
        let top = top + 4.0 * lane;
        let bar = Rect::from_min_max(pos2(x_of(from), top), pos2(x_of(until).max(x_of(from) + 1.0), top + 3.0));
        painter.rect_filled(bar, 1.0, colour(ink));
    };
    let launched = run.plan.launch();
    if launched > Femtos(0) {
        band(Femtos(0), launched, 0.0, theme.muted);
    }
    if run.plan.fill() > Femtos(0) {
        band(launched, launched + run.plan.fill(), 0.0, theme.part(CostKind::Processing));
    }
    for (lane, (span, ink)) in heatmap.phases.iter().zip([theme.sum, theme.copy]).enumerate() {
        if let Some((from, until)) = span {
            band(*from, *until, lane as f32, ink);
        }
    }
}
