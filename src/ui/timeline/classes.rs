//! The timeline by class of links: the stages of the plan as bands, below them an area of utilisation per class.

use egui::epaint::{Mesh, Vertex, WHITE_UV};
use egui::{Align2, Painter, Rect, pos2, vec2};

use crate::sample::ClassUtilisation;
use crate::style::Theme;
use crate::ui::style::{colour, words};
use crate::ui::widgets::elided;
use crate::units::Femtos;

/// Height of the bands of stages, points.
const STAGES: f32 = 14.0;
/// Width of a step of an area, points.
const STEP: f32 = 2.0;

/// Paints the stages and areas of a fabric in `row`; `x_of` tells where an instant of its own time stands.
pub(super) fn show(
    painter: &Painter,
    theme: &Theme,
    areas: &ClassUtilisation,
    duration: Femtos,
    row: Rect,
    x_of: impl Fn(Femtos) -> f32,
) {
    stages(painter, theme, areas, row, &x_of);
    let lanes = Rect::from_min_max(row.min + vec2(0.0, STAGES + 2.0), row.max);
    for (index, class) in areas.classes.iter().enumerate() {
        let lane = lane(lanes, index, areas.classes.len());
        painter.hline(lane.x_range(), lane.bottom(), egui::Stroke::new(1.0, colour(theme.line)));
        painter.add(area(theme, &class.cells, duration, lane, &x_of));
        if lane.height() >= 11.0 {
            let text = format!("{}, {} links", class.name, crate::units::grouped(class.links));
            let galley = painter.layout_no_wrap(text, words(Theme::TYPE[0]), colour(theme.text));
            // At the right, where a fabric that is done early has nothing.
            let at = pos2(lane.right() - galley.size().x - 6.0, lane.center().y - galley.size().y / 2.0);
            let ground = Rect::from_min_size(at, galley.size()).expand2(vec2(4.0, 0.0));
            painter.rect_filled(ground, 3.0, colour(theme.ground));
            painter.galley(at, galley, colour(theme.text));
        }
    }
}

/// Frames round the classes of what is selected.
pub(super) fn selected(painter: &Painter, theme: &Theme, areas: &ClassUtilisation, row: Rect, classes: &[u8]) {
    let lanes = Rect::from_min_max(row.min + vec2(0.0, STAGES + 2.0), row.max);
    for (index, class) in areas.classes.iter().enumerate() {
        if classes.contains(&class.class) {
            let ring = egui::Stroke::new(1.5, colour(theme.selection));
            painter.rect_stroke(lane(lanes, index, areas.classes.len()), 1.0, ring, egui::StrokeKind::Outside);
        }
    }
}

/// The class whose lane is at a height, and its share of use at a column.
pub(super) fn under(areas: &ClassUtilisation, row: Rect, y: f32, share: f64) -> Option<(&'static str, u64, f32)> {
    let lanes = Rect::from_min_max(row.min + vec2(0.0, STAGES + 2.0), row.max);
    let count = areas.classes.len();
    let class = areas.classes.iter().enumerate().find(|(index, _)| lane(lanes, *index, count).y_range().contains(y))?.1;
    let column = (share * ClassUtilisation::COLUMNS as f64) as usize;
    Some((class.name, class.links, class.cells.get(column.min(ClassUtilisation::COLUMNS - 1)).copied()?))
}

fn lane(lanes: Rect, index: usize, count: usize) -> Rect {
    let height = lanes.height() / count.max(1) as f32;
    let top = lanes.top() + height * index as f32;
    Rect::from_min_max(pos2(lanes.left(), top + 1.0), pos2(lanes.right(), top + height - 1.0))
}

fn stages(painter: &Painter, theme: &Theme, areas: &ClassUtilisation, row: Rect, x_of: &impl Fn(Femtos) -> f32) {
    // Stages that overlap are drawn over each other: the later one begins where it does.
    for (name, from, until) in &areas.stages {
        let (left, right) = (x_of(*from).max(row.left()), x_of(*until).min(row.right()));
        if right <= left {
            continue;
        }
        let band = Rect::from_min_max(pos2(left, row.top()), pos2(right.max(left + 1.0), row.top() + STAGES - 2.0));
        painter.rect(
            band,
            2.0,
            colour(theme.raised),
            egui::Stroke::new(1.0, colour(theme.line)),
            egui::StrokeKind::Inside,
        );
        if band.width() > 30.0 {
            let at = pos2(band.left() + 5.0, band.center().y);
            elided(painter, at, (*name).to_owned(), words(10.0), colour(theme.soft), band.width() - 8.0);
        }
    }
    if areas.stages.is_empty() {
        let at = pos2(row.left() + 4.0, row.top() + STAGES / 2.0);
        painter.text(at, Align2::LEFT_CENTER, "too many transfers to draw", words(10.0), colour(theme.soft));
    }
}

/// An area as high as the use, in the colour of the use: the mean of the columns under each step, never less than they
/// say together.
fn area(theme: &Theme, cells: &[f32], duration: Femtos, lane: Rect, x_of: &impl Fn(Femtos) -> f32) -> Mesh {
    let mut mesh = Mesh::default();
    let (start, end) = (x_of(Femtos(0)), x_of(duration));
    let width = (end - start).max(1.0);
    let (left, right) = (start.max(lane.left()), end.min(lane.right()));
    let mut x = left;
    while x < right {
        let next = (x + STEP).min(right);
        let column = |x: f32| ((x - start) / width * cells.len() as f32).clamp(0.0, cells.len() as f32 - 1.0) as usize;
        let (first, last) = (column(x), column(next).max(column(x)));
        let part = &cells[first..=last];
        let mean = part.iter().sum::<f32>() / part.len() as f32;
        let ink = colour(theme.heat(mean));
        let top = lane.bottom() - lane.height() * mean.clamp(0.0, 1.0);
        let base = mesh.vertices.len() as u32;
        for corner in [pos2(x, top), pos2(next, top), pos2(next, lane.bottom()), pos2(x, lane.bottom())] {
            mesh.vertices.push(Vertex { pos: corner, uv: WHITE_UV, color: ink });
        }
        mesh.indices.extend([base, base + 1, base + 2, base, base + 2, base + 3]);
        x = next;
    }
    mesh
}
