//! Positions of everything in a cluster, the same at every zoom.
//!
//! The leaf switch of a rail is a bar across its unit, so that the cable of each NIC is a straight line. Nodes are below the
//! bars, in larger units also above them. Units are in rows; the spine runs above each row.

use glam::{Vec2, vec2};

use super::builder::{CAPTION, part_of};
use super::target::CameraTarget;
use crate::fabric::Cluster;
use crate::stage::chip_kind::ChipKind;
use crate::stage::geometry::Rect;

/// The most nodes of a unit in one row; more are split into a row below and a row above the rails.
const ONE_ROW: u32 = 2;
/// Largest height of a node over its width.
const NODE_ASPECT: f32 = 2.2;
/// Largest height of a leaf switch, points of the whole picture.
const MAX_LEAF: f32 = 26.0;
/// Fraction of its area that a node fills.
const NODE_SHARE: f32 = 0.9;

/// The positions in a cluster, in points of the whole picture.
#[derive(Clone, Debug)]
pub(crate) struct ClusterPlan {
    nodes: u32,
    places: u32,
    /// Nodes that share leaves.
    pub per_unit: u32,
    /// Number of units.
    pub units: u32,
    /// Units in a row.
    pub columns: u32,
    /// Rows of units.
    pub rows: u32,
    origin: Vec2,
    /// Size of a unit's area, with its part of the spine.
    pub cell: Vec2,
    /// Height of the spine's area above a row.
    strip: f32,
    /// Width of the trunk.
    trunk: f32,
    /// Width of the area left of a unit's nodes, for the links to the spine.
    gutter: f32,
    node_columns: u32,
    node_rows: u32,
    /// Size of a node's area.
    pub node: Vec2,
    rails: f32,
}

impl ClusterPlan {
    pub(crate) fn new(cluster: &Cluster, picture: Rect) -> ClusterPlan {
        let room = picture.inset(0.0, CAPTION, 0.0, CAPTION);
        let units = cluster.units().max(1);
        let per_unit = cluster.nodes_per_leaf.min(cluster.nodes).max(1);
        let node_rows = if per_unit > ONE_ROW { 2 } else { 1 };
        let node_columns = per_unit.div_ceil(node_rows);
        let wide = node_columns as f32;
        let aspect = wide / (2.0 * NODE_ASPECT + 0.3 * wide);
        let size = room.size().max(Vec2::ONE);
        let columns = ((units as f32 * size.x / size.y / aspect).sqrt().round() as u32).clamp(1, units);
        let rows = units.div_ceil(columns);
        let trunk = if rows > 1 { (size.x * 0.012).min(8.0) } else { 0.0 };
        let cell = vec2((size.x - trunk) / columns as f32, size.y / rows as f32);
        let (strip, gutter) = if units > 1 { ((cell.y * 0.17).min(cell.x * 0.1), cell.x * 0.08) } else { (0.0, 0.0) };
        let inside = vec2(cell.x * 0.97 - gutter, (cell.y - strip) * 0.94);
        let pitch = inside.x / wide;
        let node_share = if node_rows == 1 { 0.56 } else { 0.31 };
        let node = vec2(pitch, (pitch * NODE_ASPECT).min(inside.y * node_share));
        let rails = (inside.y - node.y * node_rows as f32).min(inside.x * 0.6);
        let origin = vec2(room.min.x + trunk, room.min.y);
        ClusterPlan {
            nodes: cluster.nodes,
            places: cluster.gpus_per_node.max(1),
            per_unit,
            units,
            columns,
            rows,
            origin,
            cell,
            strip,
            trunk,
            gutter,
            node_columns,
            node_rows,
            node,
            rails,
        }
    }

    /// The nodes of a unit: the first and their number.
    pub(crate) fn nodes_of(&self, unit: u32) -> (u32, u32) {
        let first = unit * self.per_unit;
        (first, self.per_unit.min(self.nodes.saturating_sub(first)))
    }

    /// The area of a unit.
    pub(crate) fn cell_of(&self, column: u32, row: u32) -> Rect {
        let min = self.origin + self.cell * vec2(column as f32, row as f32);
        Rect::new(min, min + self.cell)
    }

    /// A unit with its links to the spine, without the spine.
    pub(crate) fn unit_rect(&self, unit: u32) -> Rect {
        let cell = self.cell_of(unit % self.columns, unit / self.columns);
        let rect = cell.inset(self.cell.x * 0.015, self.strip, self.cell.x * 0.015, 0.0);
        let height = self.rails + self.node.y * self.node_rows as f32;
        let spare = (rect.size().y - height).max(0.0);
        // Centred in its area; the links to the spine may be long.
        rect.inset(0.0, spare / 2.0, 0.0, spare / 2.0)
    }

    /// The area of a unit's leaf switches, without the links to the spine.
    pub(crate) fn leaves_rect(&self, unit: u32) -> Rect {
        let rect = self.unit_rect(unit);
        let above = if self.node_rows == 2 { self.node.y } else { 0.0 };
        let min = rect.min + vec2(self.gutter, above);
        let room = self.rails * 0.08;
        Rect::new(min, vec2(rect.max.x, min.y + self.rails)).inset(0.0, room, 0.0, room)
    }

    /// Distance from one leaf switch of a unit to the next.
    pub(crate) fn leaf_pitch(&self) -> f32 {
        self.rails * 0.84 / self.places as f32
    }

    /// The x position of the vertical links from a leaf switch to the spine.
    pub(crate) fn riser(&self, leaf: u32) -> f32 {
        let (unit, rail) = (leaf / self.places, leaf % self.places);
        // Lower bars begin farther left, so that no link crosses another bar.
        let share = (self.places - rail) as f32 - 0.5;
        self.leaves_rect(unit).min.x - self.gutter * 0.9 * share / self.places as f32
    }

    /// The bar of a leaf switch.
    pub(crate) fn leaf_rect(&self, leaf: u32) -> Rect {
        let (unit, rail) = (leaf / self.places, leaf % self.places);
        let band = self.leaves_rect(unit);
        let (top, bottom) = part_of(band.min.y, band.size().y, self.places, rail, 0.64);
        // Few rails are bars, too, not blocks.
        let spare = ((bottom - top - MAX_LEAF) / 2.0).max(0.0);
        let (top, bottom) = (top + spare, bottom - spare);
        let half = self.gutter * 0.4 / self.places as f32;
        let left = if self.gutter > 0.0 { self.riser(leaf) - half } else { band.min.x };
        Rect::new(vec2(left, top), vec2(band.max.x, bottom))
    }

    /// A node with its NVSwitches, and whether it is above the rails.
    pub(crate) fn node_rect(&self, node: u32) -> (Rect, bool) {
        let (unit, number) = (node / self.per_unit, node % self.per_unit);
        let above = self.node_rows == 2 && number < self.node_columns;
        let rect = self.unit_rect(unit);
        let x = rect.min.x + self.gutter + (number % self.node_columns) as f32 * self.node.x;
        let y = if above { rect.min.y } else { rect.max.y - self.node.y };
        let room = Rect::new(vec2(x, y), vec2(x, y) + self.node);
        (Rect::centered(room.center(), room.size() * vec2(NODE_SHARE, 0.96)), above)
    }

    /// Distance from one GPU of a node to the next.
    pub(crate) fn gpu_pitch(&self) -> f32 {
        self.node.x * NODE_SHARE * 0.94 / self.places as f32
    }

    /// A GPU, on the side of its node that faces the rails.
    pub(crate) fn gpu_rect(&self, gpu: u32) -> Rect {
        let (node, above) = self.node_rect(gpu / self.places);
        let size = node.size();
        let side = size.x * 0.03;
        let (left, right) = part_of(node.min.x + side, size.x - 2.0 * side, self.places, gpu % self.places, 0.76);
        let height = ((right - left) * 4.0).min(size.y * 0.44);
        let room = size.y * 0.05;
        let top = if above { node.max.y - room - height } else { node.min.y + room };
        Rect::new(vec2(left, top), vec2(right, top + height))
    }

    /// The NVSwitches of a node, one bar on the side that faces away from the rails.
    pub(crate) fn switch_rect(&self, node: u32) -> Rect {
        let (rect, above) = self.node_rect(node);
        let size = rect.size();
        let (side, height) = (size.x * 0.05, (size.y * 0.17).min(size.x * 0.3));
        let room = size.y * 0.05;
        let top = if above { rect.min.y + room } else { rect.max.y - room - height };
        Rect::new(vec2(rect.min.x + side, top), vec2(rect.max.x - side, top + height))
    }

    /// The spine above a row of units.
    pub(crate) fn spine_rect(&self, row: u32) -> Rect {
        let (first, last) = (self.cell_of(0, row), self.cell_of(self.columns - 1, row));
        let top = first.min.y + self.strip * 0.15;
        Rect::new(vec2(first.min.x, top), vec2(last.max.x - self.cell.x * 0.015, top + self.strip * 0.45))
    }

    /// The trunk that connects the spine of all rows, if there are several.
    pub(crate) fn trunk_rect(&self) -> Option<Rect> {
        let (top, bottom) = (self.spine_rect(0), self.spine_rect(self.rows - 1));
        let left = top.min.x - self.trunk;
        (self.rows > 1).then(|| Rect::new(vec2(left, top.min.y), vec2(left + self.trunk, bottom.max.y)))
    }

    /// A square of units.
    pub(crate) fn units_rect(&self, side: u32, column: u32, row: u32) -> Rect {
        let last = ((column + 1) * side - 1, (row + 1) * side - 1);
        let last = (last.0.min(self.columns - 1), last.1.min(self.rows - 1));
        self.cell_of(column * side, row * side).join(&self.cell_of(last.0, last.1))
    }

    /// An area that shows a chip or a link well; `None` if it does not exist.
    pub(crate) fn target_rect(&self, cluster: &Cluster, target: CameraTarget) -> Option<Rect> {
        let around = |gpu: u32| {
            let rect = self.gpu_rect(gpu);
            Rect::centered(rect.center(), Vec2::splat(self.gpu_pitch() * 6.0))
        };
        let leaf = |leaf: u32| {
            let rect = self.leaf_rect(leaf);
            let left = vec2(rect.min.x, rect.center().y);
            Rect::centered(left, Vec2::splat(self.leaf_pitch() * 5.0))
        };
        match target {
            CameraTarget::Link(link) => match cluster.class_of(link)? {
                (class, gpu) if class < 6 => Some(around(gpu)),
                (_, number) => Some(leaf(number)),
            },
            CameraTarget::Chip(kind, index) => match kind {
                ChipKind::Gpu => (index < cluster.gpus()).then(|| around(index)),
                ChipKind::Leaf => (index < cluster.leaves()).then(|| leaf(index)),
                ChipKind::Node => (index < self.nodes).then(|| self.node_rect(index).0),
                ChipKind::Switch => (index < self.nodes).then(|| self.switch_rect(index)),
                ChipKind::Leaves => (index < self.units).then(|| self.leaves_rect(index)),
                ChipKind::Units(level) => {
                    let side = 1_u32 << level;
                    let across = self.columns.div_ceil(side);
                    (index / across < self.rows.div_ceil(side))
                        .then(|| self.units_rect(side, index % across, index / across))
                }
                ChipKind::Die
                | ChipKind::Spine
                | ChipKind::Chip
                | ChipKind::Block(_)
                | ChipKind::Wafer
                | ChipKind::Wafers(_)
                | ChipKind::TreeNode => None,
            },
        }
    }
}
