//! The minimap: the whole of an enlarged fabric in a corner of its picture, with the visible part framed.

use egui::{Mesh, Painter, Rect, Stroke, pos2, vec2};

use crate::fabric::Topology;
use crate::sample::{FabricFrame, FabricView, HeatMap};
use crate::solve::FabricRun;
use crate::stage::{ChipPlace, FabricLayout};
use crate::style::Theme;
use crate::ui::style::{colour, number_font};
use crate::ui::text::labels as text;

/// Largest width and height, points.
const SIZE: egui::Vec2 = vec2(148.0, 108.0);

/// Most columns and rows of a wafer's heat.
const CELLS: [u32; 2] = [48, 36];

/// The position of the minimap, if the fabric is enlarged and its picture is large enough.
pub(super) fn place(layout: &FabricLayout) -> Option<Rect> {
    let picture = layout.picture;
    let size = picture.size();
    if layout.camera.is_whole() || size.x < 300.0 || size.y < 240.0 {
        return None;
    }
    let fitted = (SIZE.x / size.x).min(SIZE.y / size.y);
    let map = vec2(size.x * fitted, size.y * fitted);
    let picture =
        Rect::from_min_max(pos2(picture.min.x, picture.min.y), pos2(picture.max.x, picture.max.y)).shrink(8.0);
    let corners = [
        pos2(picture.right() - map.x, picture.top()),
        pos2(picture.left(), picture.top()),
        pos2(picture.right() - map.x, picture.bottom() - map.y),
        picture.left_bottom() - vec2(0.0, map.y),
    ];
    let places = corners.map(|corner| Rect::from_min_size(corner, map));
    // At the upper right, unless it would cover more chips there than elsewhere. A wafer fills its whole picture.
    let covered = |place: &Rect| -> f32 {
        let over = |chip: &ChipPlace| {
            let chip =
                Rect::from_min_max(pos2(chip.rect.min.x, chip.rect.min.y), pos2(chip.rect.max.x, chip.rect.max.y));
            let common = chip.intersect(place.expand(6.0));
            if common.is_positive() { common.area() } else { 0.0 }
        };
        layout.chips.iter().map(over).sum()
    };
    if layout.wafer.is_some() || covered(&places[0]) < 0.1 * places[0].area() {
        return Some(places[0]);
    }
    let emptiest = places.iter().min_by(|a, b| covered(a).total_cmp(&covered(b))).copied()?;
    Some(if covered(&emptiest) < 0.5 * covered(&places[0]) { emptiest } else { places[0] })
}

/// Paints the minimap.
pub(super) fn paint_minimap(painter: &Painter, theme: &Theme, run: &FabricRun, view: &FabricView, frame: &FabricFrame) {
    let Some(map) = place(&view.layout) else { return };
    let whole = &view.whole;
    let (min, size) = (whole.picture.min, whole.picture.size());
    let scale = map.width() / size.x;
    let at = |point: glam::Vec2| map.min + vec2(point.x - min.x, point.y - min.y) * scale;
    let line = Stroke::new(1.0, colour(theme.line));
    painter.rect(map.expand(6.0), Theme::CORNER, colour(theme.panel), line, egui::StrokeKind::Inside);
    let painter = painter.with_clip_rect(map.expand(5.0));
    match (&whole.wafer, &run.fabric.topology) {
        (Some(wafer), Topology::Mesh(mesh)) => {
            let region = Rect::from_min_max(at(wafer.region.min), at(wafer.region.max));
            heat(&painter, theme, region, [mesh.width, mesh.height], &frame.heat);
        }
        _ => {
            for chip in &whole.chips {
                let rect = Rect::from_min_max(at(chip.rect.min), at(chip.rect.max));
                let ink = if chip.kind.holds() { theme.soft } else { theme.muted };
                painter.rect_filled(rect, 1.0, colour(ink.with_alpha(150)));
            }
        }
    }
    let camera = view.layout.camera;
    let half = size / camera.scale / 2.0;
    let center = min + camera.center * size;
    // Never too small to be found.
    let seen = Rect::from_min_max(at(center - half), at(center + half));
    let seen = Rect::from_center_size(seen.center(), seen.size().max(vec2(8.0, 8.0)));
    painter.rect_stroke(seen.expand(1.0), 1.0, Stroke::new(4.0, colour(Theme::DARK.ground)), egui::StrokeKind::Middle);
    painter.rect_stroke(seen, 1.0, Stroke::new(1.5, colour(Theme::DARK.text)), egui::StrokeKind::Middle);
}

/// Paints the heat coarsely: each cell is the mean of its PEs, as on the map from far away.
fn heat(painter: &Painter, theme: &Theme, region: Rect, pes: [u32; 2], heat: &HeatMap) {
    if heat.size != pes {
        return;
    }
    let [columns, rows] = [0, 1].map(|axis| CELLS[axis].min(pes[axis]).max(1));
    let cell = region.size() / vec2(columns as f32, rows as f32);
    let between =
        |index: u32, cells: u32, all: u32| (index * all / cells) as usize..((index + 1) * all / cells) as usize;
    let mut mesh = Mesh::default();
    for row in 0..rows {
        for column in 0..columns {
            let (xs, ys) = (between(column, columns, pes[0]), between(row, rows, pes[1]));
            let count = (xs.len() * ys.len()).max(1) as f32;
            let of_row = |y: usize| heat.row(y as u32)[xs.clone()].iter().map(|&texel| u32::from(texel)).sum::<u32>();
            let mean = ys.map(of_row).sum::<u32>() as f32 / count / 255.0;
            let ink = if mean > 0.0 { theme.heat(mean) } else { theme.idle };
            let corner = region.min + vec2(column as f32, row as f32) * cell;
            mesh.add_colored_rect(Rect::from_min_size(corner, cell), colour(ink));
        }
    }
    painter.add(mesh);
}

/// Paints below the minimap which PEs are visible.
pub(super) fn paint_caption(painter: &Painter, theme: &Theme, run: &FabricRun, layout: &FabricLayout) {
    let (Some(map), Some(wafer), Topology::Mesh(mesh)) = (place(layout), &layout.wafer, &run.fabric.topology) else {
        return;
    };
    let seen = layout.picture.meet(&wafer.region);
    let pe = |point: glam::Vec2| (point - wafer.region.min) / wafer.pitch();
    let (first, last) = (pe(seen.min), pe(seen.max));
    let span = |from: f32, to: f32, count: u32| {
        let to = ((to - 0.01).max(0.0) as u32).min(count - 1);
        let from = (from.max(0.0) as u32).min(to);
        text::span(from, to)
    };
    let caption = text::visible_pes(&span(first.x, last.x, mesh.width), &span(first.y, last.y, mesh.height));
    let galley = painter.layout_no_wrap(caption, number_font(Theme::TYPE[0]), colour(theme.text));
    let ground = Rect::from_min_size(map.right_bottom() + vec2(-galley.size().x, 12.0), galley.size());
    painter.rect_filled(ground.expand2(vec2(5.0, 2.0)), 4.0, colour(theme.panel));
    painter.galley(ground.min, galley, colour(theme.text));
}
