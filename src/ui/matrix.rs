//! Who sends to whom, in place of a fabric's map: sources from top to bottom, destinations from left to right.

use egui::epaint::{Mesh, Vertex, WHITE_UV};
use egui::{Align2, Painter, Pos2, Rect, Stroke, pos2, vec2};

use super::style::{colour, mono, words};
use crate::units::{Bytes, BytesPerSec};
use crate::view::{FabricFrame, FabricView, Item, Matrix, Stage, Theme};

/// Room for names at the left and above, points.
const NAMES: f32 = 46.0;

/// The square of the cells.
pub(super) fn square(view: &FabricView) -> Rect {
    let picture = view.layout.picture;
    let room = Rect::from_min_max(pos2(picture.min.x, picture.min.y), pos2(picture.max.x, picture.max.y));
    let room = Rect::from_min_max(room.min + vec2(NAMES, NAMES), room.max - vec2(0.0, 6.0));
    Rect::from_center_size(room.center(), vec2(1.0, 1.0) * room.width().min(room.height()).max(8.0))
}

/// Paints the matrix of a fabric; words where there is none.
pub(super) fn show(painter: &Painter, theme: &Theme, stage: &Stage, view: &FabricView, frame: &FabricFrame) {
    let area = square(view);
    let Some(matrix) = view.matrix.as_ref().filter(|_| !frame.matrix.is_empty()) else {
        let text = "too many streams for a matrix";
        painter.text(area.center(), Align2::CENTER_CENTER, text, words(Theme::TYPE[1]), colour(theme.soft));
        return;
    };
    let side = matrix.side as usize;
    let pitch = area.width() / side as f32;
    let gap = if pitch > 8.0 { 1.0 } else { 0.0 };
    let mut mesh = Mesh::default();
    for (place, &value) in frame.matrix.iter().enumerate() {
        let (row, column) = (place / side, place % side);
        let min = area.min + vec2(column as f32, row as f32) * pitch;
        let ink = match value > 0.0 {
            true => colour(theme.heat(value / frame.matrix_most.max(f32::MIN_POSITIVE))),
            // The diagonal is nobody's traffic; what is idle is darker than any heat.
            false if row == column => colour(theme.ground),
            false => colour(theme.raised),
        };
        let base = mesh.vertices.len() as u32;
        let max = min + vec2(1.0, 1.0) * (pitch - gap);
        for corner in [min, pos2(max.x, min.y), max, pos2(min.x, max.y)] {
            mesh.vertices.push(Vertex { pos: corner, uv: WHITE_UV, color: ink });
        }
        mesh.indices.extend([base, base + 1, base + 2, base, base + 2, base + 3]);
    }
    painter.rect_stroke(area.expand(1.0), 2.0, Stroke::new(1.0, colour(theme.line)), egui::StrokeKind::Outside);
    painter.add(mesh);
    names(painter, theme, matrix, area, pitch);
    if let Some(Item::Chip(_, index)) = view.selected.as_ref().map(|selected| selected.item) {
        let group = (index / matrix.group).min(matrix.side - 1) as f32;
        let ring = Stroke::new(1.5, colour(theme.selection));
        let row = Rect::from_min_size(area.min + vec2(0.0, group * pitch), vec2(area.width(), pitch));
        let column = Rect::from_min_size(area.min + vec2(group * pitch, 0.0), vec2(pitch, area.height()));
        for band in [row, column] {
            painter.rect_stroke(band, 1.0, ring, egui::StrokeKind::Outside);
        }
    }
    let since = if stage.accumulated { "since the start" } else { "now" };
    let most = amount(frame.matrix_most, stage);
    let text = format!("{}, {since} · brightest {most}", matrix.legend);
    let at = pos2(area.left(), area.top() - NAMES + 10.0);
    painter.text(at, Align2::LEFT_CENTER, text, words(Theme::TYPE[0]), colour(theme.soft));
}

fn amount(value: f32, stage: &Stage) -> String {
    match stage.accumulated {
        true => Bytes(value as u64).to_string(),
        false => BytesPerSec(f64::from(value)).to_string(),
    }
}

fn names(painter: &Painter, theme: &Theme, matrix: &Matrix, area: Rect, pitch: f32) {
    let every = (26.0 / pitch).ceil().max(1.0) as u32;
    let ink = colour(theme.soft);
    for index in (0..matrix.side).step_by(every as usize) {
        let middle = (index as f32 + 0.5) * pitch;
        let text = (index * matrix.group).to_string();
        let left = pos2(area.left() - 8.0, area.top() + middle);
        painter.text(left, Align2::RIGHT_CENTER, &text, mono(Theme::TYPE[0]), ink);
        let above = pos2(area.left() + middle, area.top() - 10.0);
        painter.text(above, Align2::CENTER_CENTER, &text, mono(Theme::TYPE[0]), ink);
    }
    let corner = pos2(area.left() - 8.0, area.top() - 10.0);
    painter.text(corner, Align2::RIGHT_CENTER, "from / to", words(10.0), ink);
}

/// What is under the pointer, in words, and the number of the source.
pub(super) fn under(stage: &Stage, view: &FabricView, frame: &FabricFrame, pointer: Pos2) -> Option<(u32, String)> {
    let matrix = view.matrix.as_ref()?;
    let area = square(view);
    if !area.contains(pointer) {
        return None;
    }
    let place = (pointer - area.min) / area.width() * matrix.side as f32;
    let (row, column) = ((place.y as u32).min(matrix.side - 1), (place.x as u32).min(matrix.side - 1));
    let value = *frame.matrix.get((row * matrix.side + column) as usize)?;
    let name = |index: u32| match matrix.group {
        1 => format!("{} {index}", matrix.noun),
        group => format!("{}s {} to {}", matrix.noun, index * group, (index + 1) * group - 1),
    };
    Some((row * matrix.group, format!("{} to {}: {}", name(row), name(column), amount(value, stage))))
}
