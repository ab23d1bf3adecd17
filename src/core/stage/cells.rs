//! The split of the stage into cells, one for each fabric.

use glam::{Vec2, vec2};

use super::geometry::Rect;

/// The smallest readable cell, points.
const MIN_CELL: Vec2 = vec2(230.0, 150.0);

/// Splits the stage into equal cells, one per fabric: side by side, or in two rows from four fabrics on. If the cells
/// would be too small ([`is_crowded`]), the active fabric gets the whole stage and the other cells are empty.
pub fn stage_cells(stage: Rect, fabrics: usize, active: usize) -> Vec<Rect> {
    let fabrics = fabrics.max(1);
    (0..fabrics).map(|index| stage_cell(stage, fabrics, active, index)).collect()
}

/// The cell of one fabric.
pub fn stage_cell(stage: Rect, fabrics: usize, active: usize, index: usize) -> Rect {
    let fabrics = fabrics.max(1);
    if is_crowded(stage, fabrics) {
        let shown = active.min(fabrics - 1);
        return if index == shown { stage } else { Rect::new(stage.min, stage.min) };
    }
    let (columns, size) = (columns(fabrics), cell_size(stage, fabrics));
    let min = stage.min + size * vec2((index % columns) as f32, (index / columns) as f32);
    Rect::new(min, min + size)
}

/// Whether the stage is too small to show all fabrics at once. If so, it is for every smaller stage.
pub fn is_crowded(stage: Rect, fabrics: usize) -> bool {
    fabrics > 1 && cell_size(stage, fabrics).cmplt(MIN_CELL).any()
}

fn columns(fabrics: usize) -> usize {
    fabrics.div_ceil(if fabrics > 3 { 2 } else { 1 })
}

fn cell_size(stage: Rect, fabrics: usize) -> Vec2 {
    let columns = columns(fabrics);
    stage.size() / vec2(columns as f32, fabrics.div_ceil(columns) as f32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_stage_shows_the_active_fabric_alone() {
        let stage = |width: f32, height: f32| Rect::new(vec2(10.0, 50.0), vec2(10.0 + width, 50.0 + height));
        let wide = stage_cells(stage(900.0, 600.0), 3, 1);
        assert!(wide.iter().all(|cell| cell.size() == vec2(300.0, 600.0)));
        let narrow = stage_cells(stage(640.0, 280.0), 3, 1);
        assert_eq!(narrow.iter().map(Rect::is_empty).collect::<Vec<_>>(), [true, false, true]);
        assert_eq!(narrow[1], stage(640.0, 280.0));
        assert!(!is_crowded(stage(640.0, 280.0), 2) && is_crowded(stage(640.0, 280.0), 4));
        assert!(!is_crowded(stage(100.0, 100.0), 1), "a single fabric always has the whole stage");
    }
}
