//! The timeline by link class: the phases of the plan as bands, below them one area of utilisation per class.

use egui::epaint::{Mesh, Vertex, WHITE_UV};
use egui::{Align2, Painter, Rect, pos2, vec2};

use crate::sample::ClassUtilisation;
use crate::style::Theme;
use crate::ui::style::{colour, text_font};
use crate::ui::text::timeline as text;
use crate::ui::widgets::elided;
use crate::units::Femtos;

/// Height of the bands of phases, points.
const PHASES: f32 = 14.0;
/// Width of a step of an area, points.
const STEP: f32 = 2.0;

/// Paints the phases and areas of a fabric in `row`; `x_of` is the position of an instant of its own time.
pub(super) fn paint_classes(
    painter: &Painter,
    theme: &Theme,
    areas: &ClassUtilisation,
    duration: Femtos,
    row: Rect,
    x_of: impl Fn(Femtos) -> f32,
) {
    phases(painter, theme, areas, row, &x_of);
    let lanes = Rect::from_min_max(row.min + vec2(0.0, PHASES + 2.0), row.max);
    for (index, class) in areas.classes.iter().enumerate() {
        let lane = lane(lanes, index, areas.classes.len());
        painter.hline(lane.x_range(), lane.bottom(), egui::Stroke::new(1.0, colour(theme.line)));
        painter.add(area(theme, &class.cells, duration, lane, &x_of));
        if lane.height() >= 11.0 {
            let label = text::class(class.name, class.links);
            let galley = painter.layout_no_wrap(label, text_font(Theme::TYPE[0]), colour(theme.text));
            // At the right, where a fabric that is done early has no area.
            let at = pos2(lane.right() - galley.size().x - 6.0, lane.center().y - galley.size().y / 2.0);
            let ground = Rect::from_min_size(at, galley.size()).expand2(vec2(4.0, 0.0));
            painter.rect_filled(ground, 3.0, colour(theme.ground));
            painter.galley(at, galley, colour(theme.text));
        }
    }
}

/// Paints frames around the classes of the selection.
pub(super) fn paint_selected(painter: &Painter, theme: &Theme, areas: &ClassUtilisation, row: Rect, classes: &[u8]) {
    let lanes = Rect::from_min_max(row.min + vec2(0.0, PHASES + 2.0), row.max);
    for (index, class) in areas.classes.iter().enumerate() {
        if classes.contains(&class.class) {
            let ring = egui::Stroke::new(1.5, colour(theme.selection));
            painter.rect_stroke(lane(lanes, index, areas.classes.len()), 1.0, ring, egui::StrokeKind::Outside);
        }
    }
}

/// A link class under the pointer.
#[derive(Clone, Copy, Debug)]
pub(super) struct ClassAt {
    pub(super) name: &'static str,
    pub(super) links: u64,
    /// Mean utilisation.
    pub(super) share: f32,
}

/// The class at a height, with its utilisation at a share of the run.
pub(super) fn class_at(areas: &ClassUtilisation, row: Rect, y: f32, share: f64) -> Option<ClassAt> {
    let lanes = Rect::from_min_max(row.min + vec2(0.0, PHASES + 2.0), row.max);
    let count = areas.classes.len();
    let class = areas.classes.iter().enumerate().find(|(index, _)| lane(lanes, *index, count).y_range().contains(y))?.1;
    let column = (share * ClassUtilisation::COLUMNS as f64) as usize;
    let share = *class.cells.get(column.min(ClassUtilisation::COLUMNS - 1))?;
    Some(ClassAt { name: class.name, links: class.links, share })
}

fn lane(lanes: Rect, index: usize, count: usize) -> Rect {
    let height = lanes.height() / count.max(1) as f32;
    let top = lanes.top() + height * index as f32;
    Rect::from_min_max(pos2(lanes.left(), top + 1.0), pos2(lanes.right(), top + height - 1.0))
}

fn phases(painter: &Painter, theme: &Theme, areas: &ClassUtilisation, row: Rect, x_of: &impl Fn(Femtos) -> f32) {
    // Overlapping phases are painted over each other, so that the start of each is visible.
    for (name, from, until) in &areas.stages {
        let (left, right) = (x_of(*from).max(row.left()), x_of(*until).min(row.right()));
        if right <= left {
            continue;
        }
        let band = Rect::from_min_max(pos2(left, row.top()), pos2(right.max(left + 1.0), row.top() + PHASES - 2.0));
        painter.rect(
            band,
            2.0,
            colour(theme.raised),
            egui::Stroke::new(1.0, colour(theme.line)),
            egui::StrokeKind::Inside,
        );
        if band.width() > 30.0 {
            let at = pos2(band.left() + 5.0, band.center().y);
            elided(painter, at, (*name).to_owned(), text_font(10.0), colour(theme.soft), band.width() - 8.0);
        }
    }
    if areas.stages.is_empty() {
        let at = pos2(row.left() + 4.0, row.top() + PHASES / 2.0);
        painter.text(at, Align2::LEFT_CENTER, text::TOO_MANY_TRANSFERS, text_font(10.0), colour(theme.soft));
    }
}

/// An area whose height and colour are the mean utilisation of the columns under each step.
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
