//! All text of the stage, fabric by fabric.

use egui::{Align2, Painter, Rect, Stroke, pos2, vec2};

use super::captions::Captions;
use super::{chips, header, legend, result};
use crate::fabric::Topology;
use crate::sample::{FabricFrame, FabricView};
use crate::scene::{FabricKind, WaferLayout};
use crate::solve::FabricRun;
use crate::stage::FabricLayout;
use crate::style::Theme;
use crate::ui::frozen::{Follows, PanelPiece, frozen};
use crate::ui::model::Model;
use crate::ui::style::{colour, heading_font, text_font, to_pos};
use crate::ui::text::labels as text;
use crate::ui::widgets::unbroken;
use crate::ui::{matrix, minimap, results, routers};

/// Height of the lowest picture that has labels, points.
const MIN_PICTURE: f32 = 48.0;

pub(in crate::ui) fn paint_labels(painter: &Painter, model: &Model) {
    let prepared = model.session.runs.iter().zip(model.views).zip(model.frames).enumerate();
    for (index, ((run, view), frame)) in prepared.filter(|(_, ((_, view), _))| !view.layout.cell.is_empty()) {
        header::paint_header(painter, model, index, run, &view.layout);
        if run.result().is_none() {
            machine_labels(painter, model, index, (run, view, frame));
            if !model.session.hides_results() {
                cannot_run(painter, model, run, &view.layout);
            }
        } else if model.session.view.matrix {
            traffic_matrix(painter, model, index, view, frame);
        } else {
            map_labels(painter, model, index, (run, view, frame));
        }
    }
}

fn traffic_matrix(painter: &Painter, model: &Model, index: usize, view: &FabricView, frame: &FabricFrame) {
    let largest = model.frames.iter().map(|frame| frame.matrix_most).fold(0.0, f32::max);
    let (theme, stage) = (model.theme(), &model.session.view);
    matrix::paint_matrix(painter, theme, stage, index, (view, frame), largest);
    if view.matrix.is_some() {
        matrix::paint_legend(painter, theme, stage, view, model.session.runs.len(), largest);
    }
}

/// The names of chips and of their groups, whether the fabric can run or not.
fn machine_labels(
    painter: &Painter,
    model: &Model,
    index: usize,
    (run, view, frame): (&FabricRun, &FabricView, &FabricFrame),
) {
    let (theme, layout) = (model.theme(), &view.layout);
    // Labels of an enlarged fabric stay inside its picture.
    let clip = layout.clip();
    let clip = Rect::from_min_max(to_pos(clip.min), to_pos(clip.max)).intersect(painter.clip_rect());
    let on_stage = painter.with_clip_rect(clip);
    // In a lower picture the rows of chips lie over each other, and so would all labels.
    if layout.picture.size().y < MIN_PICTURE {
        return;
    }
    // Shares that change more often cannot be read.
    let piece = PanelPiece { name: "chips", index, follows: Follows::Beat, rect: clip, is_touched: false };
    frozen(painter.ctx(), painter.layer_id(), &piece, || {
        chips::paint_chips(&on_stage, theme, run, view, frame);
        clip
    });
    routers::paint_routers(&on_stage, theme, layout, frame);
    let captions = Captions { painter: &on_stage, theme, layout, top: layout.cell.min.y + header::bottom(layout) };
    captions.paint();
}

fn map_labels(
    painter: &Painter,
    model: &Model,
    index: usize,
    (run, view, frame): (&FabricRun, &FabricView, &FabricFrame),
) {
    let (theme, layout) = (model.theme(), &view.layout);
    machine_labels(painter, model, index, (run, view, frame));
    if let FabricKind::Wafer(wafer) = &run.scene.kind
        && let WaferLayout::Strips { layout: strips, .. } = &wafer.layout
        && layout.camera.is_whole()
        && !result::is_shown(model, run)
    {
        replicas(painter, theme, layout, strips.strips, strips.strip_width);
    }
    bottleneck(painter, model, run, view, frame);
    if layout.picture.size().y >= MIN_PICTURE {
        result::paint_result(painter, model, run, layout);
    }
    if let Some(locator) = layout.locator() {
        let place = to_pos(locator.min) - vec2(0.0, 4.0);
        let font = text_font(Theme::TYPE[0]);
        painter.text(place, Align2::LEFT_BOTTOM, text::USED_REGION, font, colour(theme.soft));
    }
    minimap::paint_minimap(painter, theme, run, view, frame);
    minimap::paint_caption(painter, theme, run, layout);
    // For an audience, the picture speaks for itself.
    if model.session.panels && !result::is_shown(model, run) {
        legend::paint_legend(painter, model, (run, layout, frame));
    }
}

/// The name of a group of chips. It has a background, because lanes may pass behind it, and ends with the cell.
fn cannot_run(painter: &Painter, model: &Model, run: &FabricRun, layout: &FabricLayout) {
    let theme = model.theme();
    let reason = results::reason(run);
    let painter = painter.with_clip_rect(Rect::from_min_max(to_pos(layout.cell.min), to_pos(layout.cell.max)));
    let width = (layout.picture.size().x - 64.0).clamp(120.0, 420.0);
    let size = Theme::TYPE[if layout.is_low() { 0 } else { 2 }];
    let galley = painter.layout(reason, text_font(size), colour(theme.text), width);
    let size = galley.size() + vec2(40.0, 32.0);
    // Below the chips, so that the link that is down can be selected and repaired.
    let centre = pos2(layout.picture.center().x, (layout.picture.max.y - size.y / 2.0).max(layout.picture.center().y));
    let frame = Rect::from_center_size(centre, size);
    painter.rect(
        frame,
        Theme::CORNER_LARGE,
        colour(theme.panel),
        Stroke::new(1.0, colour(theme.binding)),
        egui::StrokeKind::Inside,
    );
    painter.galley(frame.min + vec2(20.0, 16.0), galley, colour(theme.text));
}

/// The replicas under their strips.
fn replicas(painter: &Painter, theme: &Theme, layout: &FabricLayout, strips: u32, strip_width: u32) {
    let Some(wafer) = layout.wafer.as_ref().filter(|_| !layout.is_low()) else { return };
    let pitch = wafer.rect.size().x / wafer.size[0] as f32;
    let width = pitch * strip_width as f32;
    let every = (26.0 / width).ceil().max(1.0) as u32;
    let long = width > 68.0;
    for strip in (0..strips).step_by(every as usize) {
        let x = wafer.region.min.x + width * (strip as f32 + 0.5);
        let place = pos2(x, wafer.region.max.y + 25.0);
        painter.text(
            place,
            Align2::CENTER_CENTER,
            text::replica(strip, long),
            text_font(Theme::TYPE[0]),
            colour(theme.soft),
        );
    }
}

/// The bottleneck by name, over a wafer or under the picture.
fn bottleneck(painter: &Painter, model: &Model, run: &FabricRun, view: &FabricView, frame: &FabricFrame) {
    let (theme, panels, is_low) = (model.theme(), model.session.panels, view.layout.is_low());
    let Some(bottleneck) = &frame.bottleneck else { return };
    // Before a prediction, nothing says what comes.
    if model.session.hides_results() {
        return;
    }
    let layout = &view.layout;
    // A picture without room for labels has none under its heading either.
    if layout.picture.size().y < MIN_PICTURE {
        return;
    }
    let ink = colour(if bottleneck.links.is_empty() { theme.soft } else { theme.binding });
    let place = match (&run.fabric.topology, &layout.wafer) {
        _ if layout.is_low() => pos2(layout.picture.center().x, layout.cell.max.y - 34.0),
        (Topology::Mesh(_), Some(wafer)) if layout.camera.is_whole() => {
            pos2(wafer.region.center().x, wafer.region.min.y - header::OVER_WAFER)
        }
        _ => pos2(layout.picture.center().x, layout.picture.max.y + 14.0),
    };
    let room = layout.cell.size().x - 24.0;
    let in_lines = |text: String, size: f32, rows: usize| {
        let mut job = egui::text::LayoutJob::simple(unbroken(&text), heading_font(size), ink, room);
        (job.wrap.max_rows, job.halign) = (rows, egui::Align::Center);
        painter.layout_job(job)
    };
    let (whole, short) = (bottleneck.label(), bottleneck.short_label());
    // With panels, the legend stands right below: there, fewer words come before a second line.
    let narrow = [(&whole, 12.0), (&whole, Theme::TYPE[0]), (&short, Theme::TYPE[0])];
    let tried = if panels { &narrow[..] } else { &narrow[..2] };
    let mut lines = tried.iter().map(|(text, size)| in_lines((*text).clone(), *size, 1));
    let one_line = lines.find(|galley| !galley.elided);
    let galley = one_line.unwrap_or_else(|| {
        let rows = if is_low && panels { 1 } else { 2 };
        in_lines(if panels { short.clone() } else { whole.clone() }, Theme::TYPE[0], rows)
    });
    // For an audience nothing stands below, and a second line moves away from the chips.
    let lower = if !panels && !is_low && galley.rows.len() > 1 { galley.size().y / 4.0 } else { 0.0 };
    let place = place + vec2(0.0, lower);
    // Centred on the picture, as far as the cell allows.
    let half = galley.size().x / 2.0;
    let x = place.x.min(layout.cell.max.x - 12.0 - half).max(layout.cell.min.x + 12.0 + half);
    // A second line goes below the first: above it stands the caption of the machine.
    let first_line = galley.rows.first().map_or(galley.size().y, |row| row.size.y);
    painter.galley(pos2(x, place.y - first_line / 2.0), galley, ink);
}
