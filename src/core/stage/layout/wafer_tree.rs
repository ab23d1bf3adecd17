//! Wafers below their SwarmX tree: wafers at the bottom, the root at the top. All wafers below a node of the tree are one
//! box while single ones are too small.

use glam::{Vec2, vec2};

use super::builder::CAPTION;
use super::target::CameraTarget;
use crate::fabric::WaferCluster;
use crate::stage::cell_grid::CellGrid;
use crate::stage::chip_kind::ChipKind;
use crate::stage::fabric_layout::FabricLayout;
use crate::stage::geometry::Rect;
use crate::units::grouped;

/// Smallest distance between wafers, or between boxes of several wafers, points.
const MIN_PITCH: f32 = 13.0;
/// Width of a line of the tree, points.
const WIDTH: f32 = 3.0;
/// From this number of levels on, lower levels are less high. Otherwise they would be far apart when zoomed in.
const MANY_LEVELS: u32 = 4;

/// Positions of wafers and tree nodes, in points of the whole picture.
#[derive(Clone, Debug)]
pub(crate) struct TreePlan {
    levels: Vec<u32>,
    fan_out: u32,
    left: f32,
    /// Distance from wafer to wafer.
    pitch: f32,
    /// The y position of each level's centre, the wafers first.
    y: Vec<f32>,
    /// Height of each level's area.
    heights: Vec<f32>,
}

impl TreePlan {
    pub(crate) fn new(tree: &WaferCluster, picture: Rect) -> TreePlan {
        let room = picture.inset(0.0, CAPTION, 0.0, CAPTION);
        let (levels, fan_out) = (tree.levels(), tree.fan_out.max(2));
        let size = room.size();
        let less: f32 = if levels.len() as u32 > MANY_LEVELS { 0.5 } else { 1.0 };
        let shares: Vec<f32> = (0..levels.len()).map(|level| less.powi((levels.len() - 1 - level) as i32)).collect();
        let all: f32 = shares.iter().sum();
        let heights: Vec<f32> = shares.iter().map(|share| size.y * share / all).collect();
        let mut bottom = room.max.y;
        let y = heights.iter().map(|height| {
            bottom -= height;
            bottom + height / 2.0
        });
        let y = y.collect();
        TreePlan { fan_out, left: room.min.x, pitch: size.x / levels[0].max(1) as f32, y, heights, levels }
    }

    /// Wafers below a node: the first and their number.
    fn wafers_below(&self, level: usize, number: u32) -> (u32, u32) {
        let each = u64::from(self.fan_out).pow(level as u32);
        let all = u64::from(self.levels[0]);
        let first = (u64::from(number) * each).min(all);
        (first as u32, each.min(all - first) as u32)
    }

    /// The area on a level for everything below a node.
    fn rect(&self, level: usize, number: u32) -> Rect {
        let (first, count) = self.wafers_below(level, number);
        let x = self.left + (first as f32 + count as f32 / 2.0) * self.pitch;
        Rect::centered(vec2(x, self.y[level]), vec2(count as f32 * self.pitch, self.heights[level]))
    }

    pub(crate) fn target_rect(&self, tree: &WaferCluster, target: CameraTarget) -> Option<Rect> {
        let (level, number) = match target {
            CameraTarget::Link(link) => {
                let (_, level, number) = tree.place(link)?;
                (level as usize, number)
            }
            CameraTarget::Chip(ChipKind::Wafer, index) => (0, index),
            CameraTarget::Chip(ChipKind::Wafers(level), index) => (level.into(), index),
            CameraTarget::Chip(ChipKind::TreeNode, node) => tree_place(&self.levels, node)?,
            CameraTarget::Chip(..) => return None,
        };
        let exists = self.levels.get(level).is_some_and(|&count| number < count);
        exists.then(|| {
            let rect = self.rect(level, number);
            Rect::centered(rect.center(), vec2(rect.size().x * 4.0, self.heights[level]))
        })
    }
}

/// Level and number in it of a node of the tree. Nodes are numbered level by level, the wafers first.
pub(crate) fn tree_place(levels: &[u32], node: u32) -> Option<(usize, u32)> {
    let mut number = node;
    for (level, &count) in levels.iter().enumerate() {
        if number < count {
            return Some((level, number));
        }
        number -= count;
    }
    None
}

impl FabricLayout {
    pub(crate) fn place_wafers(&mut self, tree: &WaferCluster) {
        let plan = TreePlan::new(tree, self.picture);
        let scale = self.camera.scale;
        // The lowest level whose nodes are large enough.
        let mut lowest = 0;
        while lowest + 1 < plan.levels.len()
            && plan.pitch * scale * (plan.fan_out as f32).powi(lowest as i32) < MIN_PITCH
        {
            lowest += 1;
        }
        let mut below: Vec<(u32, Rect)> = Vec::new();
        let first_node: Vec<u32> = plan
            .levels
            .iter()
            .scan(0, |first, &count| {
                *first += count;
                Some(*first - count)
            })
            .collect();
        for (level, &first_node) in first_node.iter().enumerate().skip(lowest) {
            let mut here = Vec::new();
            let range = self.visible_numbers(&plan, level);
            for number in range {
                let seen = self.on_screen(plan.rect(level, number));
                let node = first_node + number;
                let (first, count) = plan.wafers_below(level, number);
                let wafers = CellGrid::row(first, count, 1);
                let rect = if level == lowest {
                    let side = (seen.size().x - 8.0).min(seen.size().x * 0.8).min(seen.size().y * 0.6);
                    let rect = Rect::centered(seen.center(), Vec2::splat(side.clamp(4.0, 560.0)));
                    match level {
                        0 => self.add_chip(ChipKind::Wafer, number, rect, Some(node), wafers),
                        _ => self.add_chip(ChipKind::Wafers(level as u8), number, rect, None, wafers),
                    }
                    rect
                } else {
                    let size = vec2((seen.size().x * 0.8).clamp(8.0, 110.0), (seen.size().y * 0.4).clamp(5.0, 36.0));
                    let rect = Rect::centered(seen.center(), size);
                    self.add_chip(ChipKind::TreeNode, node, rect, Some(node), CellGrid::NONE);
                    rect
                };
                here.push((number, rect));
            }
            let parent = |number: u32| {
                let (first, _) = *here.first()?;
                here.get((number / plan.fan_out).checked_sub(first)? as usize)
            };
            for &(number, child) in &below {
                let Some(&(_, parent)) = parent(number) else { continue };
                let (up, down) = (tree.up(level as u32 - 1).0, tree.down(level as u32 - 1).0);
                let width = (child.size().x * 0.06).clamp(1.0, WIDTH);
                self.add_between(CellGrid::one(up.0 + number), child, parent, width);
                self.add_between(CellGrid::one(down.0 + number), parent, child, width);
            }
            below = here;
        }
        if self.camera.is_whole() {
            let mut text = format!("{} wafers, a replica each", grouped(tree.wafers.into()));
            if lowest > 0 {
                text += &format!(" · each box: up to {} wafers", grouped(plan.wafers_below(lowest, 0).1.into()));
            }
            let (left, bottom) = (self.picture.min.x, self.picture.max.y);
            self.captions.push((vec2(left, bottom - 6.0), text));
            let nodes = format!("SwarmX 1:{}: adds up, copies down", plan.fan_out);
            self.captions.push((vec2(left, self.picture.min.y + 6.0), nodes));
        }
    }

    /// The visible numbers of a level, with a margin on both sides.
    fn visible_numbers(&self, plan: &TreePlan, level: usize) -> std::ops::Range<u32> {
        let pitch = plan.pitch * (plan.fan_out as f32).powi(level as i32);
        let at = |x: f32| (self.to_whole_picture(vec2(x, 0.0)).x - plan.left) / pitch;
        // The parent of a visible node can be outside.
        let margin = plan.fan_out as f32;
        let low = (at(self.picture.min.x) - margin).floor().max(0.0) as u32;
        let high = (at(self.picture.max.x) + margin).ceil().max(0.0) as u32;
        let all = plan.levels[level];
        low.min(all)..high.min(all)
    }
}
