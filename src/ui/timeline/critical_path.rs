//! The critical path over the timeline: below each row the causes of the time, over the heatmap the links on the path.

use egui::{Painter, Rect, Stroke, pos2};

use crate::explain::{CostKind, PathSpan};
use crate::sample::{Explanation, LinkHeatmap};
use crate::solve::FabricRun;
use crate::style::Theme;
use crate::ui::style::colour;
use crate::units::Femtos;

/// Top and bottom of the band, points below the row.
const BAND: [f32; 2] = [4.0, 8.0];
/// Longer paths are not drawn as a line from link to link.
const MAX_STEPS: usize = 6_000;
/// All causes, in a fixed order.
const KINDS: [CostKind; 5] =
    [CostKind::Latency, CostKind::Serialization, CostKind::Contention, CostKind::Processing, CostKind::Launch];

/// Paints below a row the main cause of the time at each point of the axis.
pub(super) fn paint_band(
    painter: &Painter,
    theme: &Theme,
    explained: &Explanation,
    row: Rect,
    x_of: impl Fn(Femtos) -> f32,
) {
    let columns = row.width().ceil().max(1.0) as usize;
    // Points of every kind in each column.
    let mut spent = vec![[0.0_f32; KINDS.len()]; columns];
    for step in &explained.path.steps {
        let (from, until) = (x_of(step.from) - row.left(), x_of(step.until) - row.left());
        let (from, until) = (from.max(0.0), until.min(row.width()));
        let kind = KINDS.iter().position(|kind| *kind == step.kind).unwrap_or(0);
        let mut at = from;
        while at < until {
            let column = (at as usize).min(columns - 1);
            let next = (column as f32 + 1.0).min(until);
            if next <= at {
                break;
            }
            spent[column][kind] += next - at;
            at = next;
        }
    }
    let (top, bottom) = (row.bottom() + BAND[0], row.bottom() + BAND[1]);
    let main_cause = |column: &[f32; 5]| {
        let kind = (0..KINDS.len()).max_by(|&a, &b| column[a].total_cmp(&column[b]))?;
        (column[kind] > 0.0).then_some(KINDS[kind])
    };
    let mut first = 0;
    for run in spent.chunk_by(|a, b| main_cause(a) == main_cause(b)) {
        if let Some(kind) = run.first().and_then(main_cause) {
            let left = row.left() + first as f32;
            let piece = Rect::from_min_max(pos2(left, top), pos2(left + run.len() as f32, bottom));
            painter.rect_filled(piece, 0.0, colour(theme.part(kind)));
        }
        first += run.len();
    }
}

/// Paints the path over the heatmap as a line from link to link. Links without a row are left out.
pub(super) fn paint_line(
    painter: &Painter,
    theme: &Theme,
    run: &FabricRun,
    explained: &Explanation,
    heatmap: &LinkHeatmap,
    body: Rect,
    x_of: impl Fn(Femtos) -> f32,
) {
    let steps = &explained.path.steps;
    if steps.len() > MAX_STEPS {
        return;
    }
    let height = body.height() / heatmap.rows.len().max(1) as f32;
    let row_of = |step: &PathSpan| {
        let link = step.link.or_else(|| Some(Explanation::links_of(run, step).first()?.0))?;
        heatmap.row_of(link)
    };
    let mut points = Vec::new();
    for step in steps {
        let Some(row) = row_of(step) else { continue };
        let y = body.top() + height * (row as f32 + 0.5);
        points.extend([pos2(x_of(step.from), y), pos2(x_of(step.until), y)]);
    }
    // A dark line below it keeps it visible on any heat.
    painter.add(egui::Shape::line(points.clone(), Stroke::new(4.0, colour(theme.ground.with_alpha(170)))));
    painter.add(egui::Shape::line(points, Stroke::new(2.0, colour(theme.path))));
}
