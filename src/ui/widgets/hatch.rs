//! Parts of the time: a colour and a hatching of its own for each cause, so that causes do not differ by colour alone.

use egui::{Painter, Pos2, Rect, Stroke, pos2};

use crate::explain::CostKind;
use crate::style::Theme;
use crate::ui::style::colour;

/// Distance of the lines of a hatching, points.
const PITCH: f32 = 4.0;
/// Width of its lines, points.
const LINE: f32 = 1.2;

/// Fills a rectangle with the colour and the hatching of a cause.
pub(in crate::ui) fn hatched(painter: &Painter, theme: &Theme, rect: Rect, kind: CostKind) {
    painter.rect_filled(rect, 0.0, colour(theme.part(kind)));
    let painter = painter.with_clip_rect(rect.intersect(painter.clip_rect()));
    let stroke = Stroke::new(LINE, colour(theme.panel));
    for line in lines(rect, kind) {
        painter.line_segment(line, stroke);
    }
}

/// The lines of a hatching: none for serialization, which is most of the time of most runs.
fn lines(rect: Rect, kind: CostKind) -> Vec<[Pos2; 2]> {
    let places =
        |from: f32, to: f32| (0..((to - from) / PITCH).ceil().max(0.0) as usize).map(move |n| from + PITCH * n as f32);
    let (left, right, top, bottom) = (rect.left(), rect.right(), rect.top(), rect.bottom());
    let high = rect.height();
    let rising = || places(left - high, right).map(|x| [pos2(x, bottom), pos2(x + high, top)]);
    let falling = || places(left - high, right).map(|x| [pos2(x, top), pos2(x + high, bottom)]);
    match kind {
        CostKind::Serialization => Vec::new(),
        CostKind::Latency => rising().collect(),
        CostKind::Contention => rising().chain(falling()).collect(),
        CostKind::Processing => places(left + PITCH / 2.0, right).map(|x| [pos2(x, top), pos2(x, bottom)]).collect(),
        CostKind::Launch => places(top + PITCH / 2.0, bottom).map(|y| [pos2(left, y), pos2(right, y)]).collect(),
    }
}

#[cfg(test)]
mod tests {
    use egui::vec2;

    use super::*;

    #[test]
    fn every_cause_has_a_hatching_of_its_own_inside_its_part() {
        let rect = Rect::from_min_size(pos2(10.0, 20.0), vec2(40.0, 8.0));
        let kinds =
            [CostKind::Serialization, CostKind::Latency, CostKind::Contention, CostKind::Processing, CostKind::Launch];
        let all = kinds.map(|kind| lines(rect, kind));
        for (index, hatching) in all.iter().enumerate() {
            assert!(all[..index].iter().all(|other| other != hatching), "{:?}", kinds[index]);
            assert!(hatching.iter().flatten().all(|end| rect.y_range().contains(end.y)), "{:?}", kinds[index]);
        }
        let empty = Rect::from_min_size(rect.min, vec2(0.0, 8.0));
        assert!(lines(empty, CostKind::Processing).is_empty());
    }
}
