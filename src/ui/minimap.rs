//! Of an enlarged fabric the whole, small, in the corner of its picture, with the part that is seen.

use egui::{Painter, Rect, Stroke, pos2, vec2};

use super::style::{colour, mono};
use crate::fabric::Shape;
use crate::scene::FabricRun;
use crate::view::{FabricFrame, FabricLayout, FabricView, Theme};

/// Its greatest width and height, points.
const SIZE: egui::Vec2 = vec2(148.0, 108.0);

/// Where it stands.
pub(super) fn place(layout: &FabricLayout) -> Option<Rect> {
    let picture = layout.picture;
    let size = picture.size();
    if layout.look.is_whole() || size.x < 300.0 || size.y < 240.0 {
        return None;
    }
    let fitted = (SIZE.x / size.x).min(SIZE.y / size.y);
    let corner = pos2(picture.max.x - 8.0, picture.min.y + 8.0);
    Some(Rect::from_min_max(corner - vec2(size.x * fitted, 0.0), corner + vec2(0.0, size.y * fitted)))
}

/// Paints it.
pub(super) fn show(painter: &Painter, theme: &Theme, run: &FabricRun, view: &FabricView, frame: &FabricFrame) {
    let Some(card) = place(&view.layout) else { return };
    let whole = &view.whole;
    let (min, size) = (whole.picture.min, whole.picture.size());
    let scale = card.width() / size.x;
    let at = |point: glam::Vec2| card.min + vec2(point.x - min.x, point.y - min.y) * scale;
    let line = Stroke::new(1.0, colour(theme.line));
    painter.rect(card.expand(6.0), Theme::CORNER, colour(theme.panel.with_alpha(235)), line, egui::StrokeKind::Inside);
    let painter = painter.with_clip_rect(card.expand(5.0));
    match (&whole.wafer, &run.fabric.shape) {
        (Some(wafer), Shape::Mesh(mesh)) => {
            let region = Rect::from_min_max(at(wafer.region.min), at(wafer.region.max));
            // A coarse picture of the heat: one PE stands for its neighbours.
            let [columns, rows] = [24.0_f32, 18.0];
            let cell = region.size() / vec2(columns, rows);
            for row in 0..rows as u32 {
                for column in 0..columns as u32 {
                    let x = ((column as f32 + 0.5) / columns * mesh.width as f32) as usize;
                    let y = ((row as f32 + 0.5) / rows * mesh.height as f32) as usize;
                    let heat = frame.heat.texels.get(y * mesh.width as usize + x).copied().unwrap_or(0);
                    let corner = region.min + vec2(column as f32, row as f32) * cell;
                    let rect = Rect::from_min_size(corner, cell + vec2(0.5, 0.5));
                    painter.rect_filled(rect, 0.0, colour(theme.heat(f32::from(heat) / 255.0)));
                }
            }
        }
        _ => {
            for chip in &whole.chips {
                let rect = Rect::from_min_max(at(chip.rect.min), at(chip.rect.max));
                let ink = if chip.kind.holds() { theme.soft } else { theme.muted };
                painter.rect_filled(rect, 1.0, colour(ink.with_alpha(150)));
            }
        }
    }
    let look = view.layout.look;
    let half = size / look.scale / 2.0;
    let center = min + look.center * size;
    // Never so small that it is lost.
    let seen = Rect::from_min_max(at(center - half), at(center + half));
    let seen = Rect::from_center_size(seen.center(), seen.size().max(vec2(8.0, 8.0)));
    painter.rect_stroke(seen.expand(1.0), 1.0, Stroke::new(4.0, colour(Theme::DARK.ground)), egui::StrokeKind::Middle);
    painter.rect_stroke(seen, 1.0, Stroke::new(1.5, colour(Theme::DARK.text)), egui::StrokeKind::Middle);
}

/// Below it, which PEs are seen.
pub(super) fn caption(painter: &Painter, theme: &Theme, run: &FabricRun, layout: &FabricLayout) {
    let (Some(card), Some(wafer), Shape::Mesh(mesh)) = (place(layout), &layout.wafer, &run.fabric.shape) else {
        return;
    };
    let seen = layout.picture.meet(&wafer.region);
    let pe = |point: glam::Vec2| (point - wafer.region.min) / wafer.pitch();
    let (first, last) = (pe(seen.min), pe(seen.max));
    let span = |from: f32, to: f32, most: u32| {
        let (from, to) = (from.max(0.0) as u32, ((to - 0.01).max(0.0) as u32).min(most - 1));
        format!("{from}…{to}")
    };
    let text = format!("PEs ({}, {})", span(first.x, last.x, mesh.width), span(first.y, last.y, mesh.height));
    let galley = painter.layout_no_wrap(text, mono(Theme::TYPE[0]), colour(theme.text));
    let ground = Rect::from_min_size(card.right_bottom() + vec2(-galley.size().x, 12.0), galley.size());
    painter.rect_filled(ground.expand2(vec2(5.0, 2.0)), 4.0, colour(theme.panel.with_alpha(235)));
    painter.galley(ground.min, galley, colour(theme.text));
}
