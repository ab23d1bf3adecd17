//! Meshes and tori: chips in rows and columns, or squares of chips while single ones are too small.

use glam::{Vec2, vec2};

use super::builder::{CAPTION, MAX_CHIPS};
use super::target::CameraTarget;
use crate::fabric::{Direction, Grid};
use crate::stage::cell_grid::CellGrid;
use crate::stage::chip_kind::ChipKind;
use crate::stage::fabric_layout::FabricLayout;
use crate::stage::geometry::Rect;
use crate::units::grouped;

/// Smallest distance between boxes, points. A chip fills half of it.
const MIN_PITCH: f32 = 7.5;
/// Largest distance between chips, points.
const MAX_PITCH: f32 = 120.0;
/// Chips are at most this many times as far apart in one direction as in the other, to use the room.
const MAX_STRETCH: f32 = 1.8;

/// Positions of the chips of a mesh, in points of the whole picture.
#[derive(Clone, Copy, Debug)]
pub(crate) struct GridPlan {
    size: [u32; 2],
    origin: Vec2,
    /// Distance from chip to chip, in a row and in a column.
    pub pitch: Vec2,
}

impl GridPlan {
    pub(crate) fn new(grid: &Grid, picture: Rect) -> GridPlan {
        let room = picture.inset(0.0, 0.0, 0.0, CAPTION);
        let size = vec2(grid.width as f32, grid.height as f32);
        // The wrap-around links of a torus stick out by up to half a pitch.
        let ends = if grid.wraps { (size * 0.06).min(Vec2::ONE) } else { Vec2::ZERO };
        let free = (room.size() / (size + ends)).min(Vec2::splat(MAX_PITCH));
        let pitch = free.min(Vec2::splat(free.min_element() * MAX_STRETCH));
        GridPlan { size: [grid.width, grid.height], origin: room.center() - size * pitch / 2.0, pitch }
    }

    /// The area of a square of chips.
    fn cell(&self, side: u32, column: u32, row: u32) -> Rect {
        let low = [column * side, row * side];
        let high = [(low[0] + side).min(self.size[0]), (low[1] + side).min(self.size[1])];
        let at = |[x, y]: [u32; 2]| self.origin + vec2(x as f32, y as f32) * self.pitch;
        Rect::new(at(low), at(high))
    }

    pub(crate) fn target_rect(&self, grid: &Grid, target: CameraTarget) -> Option<Rect> {
        let around = |x: u32, y: u32| {
            let rect = self.cell(1, x, y);
            Rect::centered(rect.center(), rect.size() * 4.0)
        };
        match target {
            CameraTarget::Link(link) => {
                let (x, y, _) = grid.link_place(link)?;
                Some(around(x, y))
            }
            CameraTarget::Chip(ChipKind::Chip, index) => {
                let (x, y) = grid.place(index);
                (index < grid.chips()).then(|| around(x, y))
            }
            CameraTarget::Chip(ChipKind::Block(level), index) => {
                let side = 1_u32.checked_shl(level.into())?;
                let across = grid.width.div_ceil(side);
                let (column, row) = (index % across, index / across);
                (row < grid.height.div_ceil(side)).then(|| self.cell(side, column, row))
            }
            CameraTarget::Chip(..) => None,
        }
    }
}

impl FabricLayout {
    pub(crate) fn place_grid(&mut self, grid: &Grid) {
        let plan = GridPlan::new(grid, self.picture);
        let (low, high) = (self.to_whole_picture(self.picture.min), self.to_whole_picture(self.picture.max));
        // Squares grow until they are large enough and few enough.
        let mut level = 0_u8;
        let visible_cells = |level: u8| {
            let pitch = plan.pitch * (1_u32 << level) as f32;
            let all = vec2(grid.width.div_ceil(1 << level) as f32, grid.height.div_ceil(1 << level) as f32);
            let first = ((low - plan.origin) / pitch).floor().max(Vec2::ZERO).min(all);
            let last = ((high - plan.origin) / pitch).ceil().max(Vec2::ZERO).min(all);
            (first, last)
        };
        let fits = |level: u8| {
            let (first, last) = visible_cells(level);
            let count = (last - first).max(Vec2::ZERO);
            plan.pitch.min_element() * (1_u32 << level) as f32 * self.camera.scale >= MIN_PITCH
                && count.x * count.y <= MAX_CHIPS as f32
        };
        while !fits(level) && level < 24 {
            level += 1;
        }
        let (first, last) = visible_cells(level);
        for row in first.y as u32..last.y as u32 {
            for column in first.x as u32..last.x as u32 {
                self.place_square(grid, &plan, level, [column, row]);
            }
        }
        if self.camera.is_whole() {
            let side = 1_u32 << level;
            let kind = if grid.wraps { "torus" } else { "mesh" };
            let mut text = format!("{kind} of {} x {} chips", grouped(grid.width.into()), grouped(grid.height.into()));
            if level > 0 {
                text += &format!(" · each box: up to {side} x {side} chips; lines: mean of the links between boxes");
            }
            self.captions.push((vec2(self.picture.min.x, self.picture.max.y - 6.0), text));
        }
    }

    /// Adds a chip or a square of chips, and the links that leave it.
    fn place_square(&mut self, grid: &Grid, plan: &GridPlan, level: u8, [column, row]: [u32; 2]) {
        let side = 1_u32 << level;
        let (x, y) = (column * side, row * side);
        let (wide, high) = (side.min(grid.width - x), side.min(grid.height - y));
        let cell = self.on_screen(plan.cell(side, column, row));
        let pitch = plan.pitch.min_element() * side as f32 * self.camera.scale;
        let share = if level == 0 { 0.52 } else { 0.62 };
        let rect = |cell: Rect| Rect::centered(cell.center(), (cell.size() * share).max(Vec2::splat(2.0)));
        let here = rect(cell);
        let first = y * grid.width + x;
        let chips = CellGrid::row(first, wide, 1).rows(high, grid.width);
        if level == 0 {
            self.add_chip(ChipKind::Chip, first, here, Some(first), chips);
        } else {
            let index = row * grid.width.div_ceil(side) + column;
            self.add_chip(ChipKind::Block(level), index, here, None, chips);
        }
        let lane = (pitch * 0.06).clamp(1.0, 4.0);
        let [columns, rows] = [grid.width.div_ceil(side), grid.height.div_ceil(side)];
        for (direction, step, size) in [
            (Direction::East, [1_i64, 0], columns),
            (Direction::West, [-1, 0], columns),
            (Direction::North, [0, -1], rows),
            (Direction::South, [0, 1], rows),
        ] {
            let along_row = step[1] == 0;
            let (at, by) = if along_row { (column, step[0]) } else { (row, step[1]) };
            let next = u32::try_from(i64::from(at) + by).ok().filter(|&next| next < size);
            if next.is_none() && !(grid.wraps && if along_row { grid.width > 1 } else { grid.height > 1 }) {
                continue;
            }
            // All links that leave the square on this side.
            let links = match direction {
                Direction::East => CellGrid::row(grid.link_id(x + wide - 1, y, direction).0, high, grid.width),
                Direction::South => CellGrid::row(grid.link_id(x, y + high - 1, direction).0, wide, 1),
                Direction::West => CellGrid::row(grid.link_id(x, y, direction).0, high, grid.width),
                Direction::North | Direction::Ramp => CellGrid::row(grid.link_id(x, y, direction).0, wide, 1),
            };
            match next {
                Some(next) => {
                    let [column, row] = if along_row { [next, row] } else { [column, next] };
                    let there = rect(self.on_screen(plan.cell(side, column, row)));
                    self.add_between(links, here, there, lane);
                }
                None => {
                    // A wrap-around link of a torus: a stub.
                    let outwards = vec2(step[0] as f32, step[1] as f32);
                    let reach = (here.size() / 2.0 + pitch.min(60.0) * 0.3) * outwards;
                    let stub = Rect::centered(here.center() + reach, Vec2::splat(1.0));
                    self.add_between(links, here, stub, lane);
                }
            }
        }
    }
}
