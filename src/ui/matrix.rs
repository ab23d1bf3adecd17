//! The traffic matrix in place of a fabric's map: sources as rows, destinations as columns.

use egui::epaint::{Mesh, Vertex, WHITE_UV};
use egui::{Align2, Painter, Pos2, Rect, Stroke, pos2, vec2};

use crate::sample::{FabricFrame, FabricView, TrafficMatrix};
use crate::stage::{Item, ViewState};
use crate::style::Theme;
use crate::ui::style::{colour, number_font, text_font};
use crate::ui::text::matrix as text;
use crate::ui::widgets::elided;

/// Room for names at the left and above, points.
const NAMES: f32 = 46.0;

/// The square of the cells.
pub(super) fn square(view: &FabricView) -> Rect {
    let picture = view.layout.picture;
    let room = Rect::from_min_max(pos2(picture.min.x, picture.min.y), pos2(picture.max.x, picture.max.y));
    let room = Rect::from_min_max(room.min + vec2(NAMES, NAMES), room.max - vec2(0.0, 6.0));
    Rect::from_center_size(room.center(), vec2(1.0, 1.0) * room.width().min(room.height()).max(8.0))
}

/// Paints the matrix of a fabric, or a text if it has none.
///
/// `largest` is the largest cell of all fabrics, so that equal colours are equal rates.
pub(super) fn paint_matrix(
    painter: &Painter,
    theme: &Theme,
    stage: &ViewState,
    index: usize,
    (view, frame): (&FabricView, &FabricFrame),
    largest: f32,
) {
    let area = square(view);
    let Some(matrix) = view.matrix.as_ref().filter(|_| !frame.matrix.is_empty()) else {
        let reason = text::TOO_MANY_STREAMS;
        painter.text(area.center(), Align2::CENTER_CENTER, reason, text_font(Theme::TYPE[1]), colour(theme.soft));
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
            true => colour(theme.heat(value / largest.max(f32::MIN_POSITIVE))),
            // The diagonal has no traffic. Idle cells have a colour of their own.
            false if row == column => colour(theme.ground),
            false => colour(theme.idle),
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
    let ring = Stroke::new(1.5, colour(theme.selection));
    let bands = |place: [u32; 2], which: [bool; 2]| {
        let [row, column] = place.map(|place| (place / matrix.group).min(matrix.side - 1) as f32 * pitch);
        let row_band = Rect::from_min_size(area.min + vec2(0.0, row), vec2(area.width(), pitch));
        let column_band = Rect::from_min_size(area.min + vec2(column, 0.0), vec2(pitch, area.height()));
        for band in [row_band, column_band].into_iter().zip(which).filter(|(_, shown)| *shown).map(|(band, _)| band) {
            painter.rect_stroke(band, 1.0, ring, egui::StrokeKind::Outside);
        }
    };
    let selected = view.selected.as_ref().map(|selected| selected.item);
    let pair = stage.pair.filter(|_| stage.active == index);
    match (pair, selected) {
        (Some(pair), _) => bands([pair.from, pair.to], [true, true]),
        (None, Some(Item::Chip(_, chip))) => bands([chip, chip], [true, true]),
        // The source of a link that leaves a rank, the destination of one that leads to it.
        (None, Some(Item::Link(_))) => {
            let [from, to] = view.selected_ranks();
            bands([from.unwrap_or(0), to.unwrap_or(0)], [from.is_some(), to.is_some()]);
        }
        _ => {}
    }
    let heading = text::heading(&matrix.legend, stage, frame.matrix_most);
    // From the left end of the picture, in two lines where one has no room.
    let left = view.layout.picture.min.x.min(area.left());
    let room = view.layout.picture.max.x - left;
    let galley = painter.layout(heading, text_font(Theme::TYPE[0]), colour(theme.soft), room);
    let bottom = area.top() - NAMES + 18.0;
    painter.galley(pos2(left, bottom - galley.size().y), galley, colour(theme.soft));
}

/// Paints the legend of the colours below the matrix.
pub(super) fn paint_legend(
    painter: &Painter,
    theme: &Theme,
    stage: &ViewState,
    view: &FabricView,
    fabrics: usize,
    largest: f32,
) {
    let layout = &view.layout;
    let y = layout.cell.max.y - 18.0;
    let left = layout.picture.min.x;
    let width = if layout.picture.size().x > 440.0 { 120.0 } else { 64.0 };
    let idle = Rect::from_min_max(pos2(left, y - 3.0), pos2(left + 6.0, y + 3.0));
    painter.rect(idle, 0.0, colour(theme.idle), Stroke::new(1.0, colour(theme.line)), egui::StrokeKind::Inside);
    let steps = 32;
    for step in 0..steps {
        let at = |step: usize| left + 8.0 + width * step as f32 / steps as f32;
        let cell = Rect::from_min_max(pos2(at(step), y - 3.0), pos2(at(step + 1) + 0.5, y + 3.0));
        painter.rect_filled(cell, 0.0, colour(theme.heat(step as f32 / (steps - 1) as f32)));
    }
    let legend = text::legend(stage, fabrics, largest);
    let at = pos2(left + width + 16.0, y - 8.0);
    let room = layout.picture.max.x - at.x;
    elided(painter, at + vec2(0.0, 8.0), legend, text_font(Theme::TYPE[0]), colour(theme.soft), room);
}

fn names(painter: &Painter, theme: &Theme, matrix: &TrafficMatrix, area: Rect, pitch: f32) {
    let every = (26.0 / pitch).ceil().max(1.0) as u32;
    let ink = colour(theme.soft);
    for index in (0..matrix.side).step_by(every as usize) {
        let middle = (index as f32 + 0.5) * pitch;
        let number = (index * matrix.group).to_string();
        let left = pos2(area.left() - 8.0, area.top() + middle);
        painter.text(left, Align2::RIGHT_CENTER, &number, number_font(Theme::TYPE[0]), ink);
        let above = pos2(area.left() + middle, area.top() - 10.0);
        painter.text(above, Align2::CENTER_CENTER, &number, number_font(Theme::TYPE[0]), ink);
    }
    let corner = pos2(area.left() - 8.0, area.top() - 10.0);
    painter.text(corner, Align2::RIGHT_CENTER, text::AXES, text_font(10.0), ink);
}

/// A cell under the pointer.
#[derive(Clone, Debug)]
pub(super) struct MatrixCell {
    /// Row and column: source and destination.
    pub(super) cell: [u32; 2],
    /// Source, destination and amount.
    pub(super) tooltip: String,
}

/// The cell at a position, if the matrix covers it.
pub(super) fn cell_at(stage: &ViewState, view: &FabricView, frame: &FabricFrame, at: Pos2) -> Option<MatrixCell> {
    let matrix = view.matrix.as_ref()?;
    let area = square(view);
    if !area.contains(at) {
        return None;
    }
    let place = (at - area.min) / area.width() * matrix.side as f32;
    let (row, column) = ((place.y as u32).min(matrix.side - 1), (place.x as u32).min(matrix.side - 1));
    let value = *frame.matrix.get((row * matrix.side + column) as usize)?;
    let ranks = |index: u32| text::ranks(matrix.noun, index, matrix.group);
    let tooltip = text::cell(&ranks(row), &ranks(column), &text::amount(value, stage));
    Some(MatrixCell { cell: [row, column], tooltip })
}
