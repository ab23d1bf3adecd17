//! Clusters: nodes, rails, leaf and spine. Zoomed in, single GPUs and cables; zoomed out, boxes that stand for several.

use std::ops::Range;

use glam::{Vec2, vec2};

use super::builder::there_and_back;
use super::cluster_plan::ClusterPlan;
use crate::fabric::Cluster;
use crate::stage::cell_grid::CellGrid;
use crate::stage::chip_kind::ChipKind;
use crate::stage::fabric_layout::FabricLayout;
use crate::stage::geometry::Rect;
use crate::units::grouped;

/// Smallest distance between single GPUs, points.
const MIN_GPU: f32 = 6.0;
/// Smallest distance between single leaf switches, points.
const MIN_LEAF: f32 = 4.0;
/// Smallest distance between single nodes, points.
const MIN_NODE: f32 = 9.0;
/// Smallest height of a single unit, points.
const MIN_UNIT: f32 = 9.0;
/// Smallest width of a node with a caption, points.
const NAMED_NODE: f32 = 64.0;

/// The GPUs of a box, and its leaf switches if the links to the spine are drawn with it.
struct UnitLinks {
    gpus: CellGrid,
    leaves: Option<CellGrid>,
}

/// A node on the screen.
#[derive(Clone, Copy)]
struct NodePlace {
    node: u32,
    rect: Rect,
    /// It is above the rails of its unit.
    above: bool,
}

impl FabricLayout {
    pub(crate) fn place_cluster(&mut self, cluster: &Cluster) {
        let plan = ClusterPlan::new(cluster, self.picture);
        let scale = self.camera.scale;
        let mut level = 0_u8;
        while plan.cell.y * scale * ((1_u32 << level) as f32) < MIN_UNIT && level < 16 {
            level += 1;
        }
        if level > 0 {
            self.place_units(cluster, &plan, level);
        } else {
            self.place_spine(cluster, &plan);
            let (columns, rows) = self.visible_cells(&plan, 1);
            for row in rows {
                for column in columns.clone() {
                    let unit = row * plan.columns + column;
                    if unit < plan.units {
                        self.place_unit(cluster, &plan, unit);
                    }
                }
            }
        }
        self.cluster_captions(cluster, &plan, level);
    }

    /// The visible columns and rows of squares of `side` x `side` units.
    fn visible_cells(&self, plan: &ClusterPlan, side: u32) -> (Range<u32>, Range<u32>) {
        let first = plan.cell_of(0, 0).min;
        let pitch = plan.cell * side as f32;
        let low = ((self.to_whole_picture(self.picture.min) - first) / pitch).floor().max(Vec2::ZERO);
        let high = ((self.to_whole_picture(self.picture.max) - first) / pitch).ceil().max(Vec2::ZERO);
        let clip = |low: f32, high: f32, all: u32| {
            let all = all.div_ceil(side);
            (low as u32).min(all)..(high as u32).min(all)
        };
        (clip(low.x, high.x, plan.columns), clip(low.y, high.y, plan.rows))
    }

    /// Adds squares of units.
    fn place_units(&mut self, cluster: &Cluster, plan: &ClusterPlan, level: u8) {
        let side = 1_u32 << level;
        let across = plan.columns.div_ceil(side);
        let (columns, rows) = self.visible_cells(plan, side);
        for row in rows {
            for column in columns.clone() {
                let (first_column, first_row) = (column * side, row * side);
                let wide = side.min(plan.columns - first_column);
                let high = side.min(plan.rows - first_row);
                let all = |each: u32, end: u32| {
                    let first = (first_row * plan.columns + first_column) * each;
                    CellGrid::row(first, wide * each, 1).rows(high, plan.columns * each).below(end)
                };
                let gpus = all(plan.per_unit * cluster.gpus_per_node, cluster.gpus());
                let leaves = all(cluster.gpus_per_node, cluster.leaves());
                if !gpus.is_empty() {
                    let seen = self.on_screen(plan.units_rect(side, column, row));
                    let rect = Rect::centered(seen.center(), seen.size() * 0.9);
                    self.place_box(
                        cluster,
                        ChipKind::Units(level),
                        row * across + column,
                        rect,
                        UnitLinks { gpus, leaves: Some(leaves) },
                    );
                }
            }
        }
    }

    /// Adds many GPUs as one box. Below it, as far as there is space, lines for their NICs, NVLink ports and links to the
    /// spine.
    fn place_box(
        &mut self,
        cluster: &Cluster,
        kind: ChipKind,
        index: u32,
        seen: Rect,
        UnitLinks { gpus, leaves }: UnitLinks,
    ) {
        let classes = cluster.gpus();
        let of = |class: u32| gpus.shifted(class * classes);
        let mut pairs = vec![[of(4), of(5)], [of(0), of(1)]];
        let first_up = cluster.leaf_up(0).0;
        let up_and_down = |leaves: CellGrid| [leaves.shifted(first_up), leaves.shifted(first_up + cluster.leaves())];
        // No spine is drawn above squares of units: its links become lines below the box.
        if let (ChipKind::Units(1..), Some(leaves)) = (kind, leaves) {
            pairs.insert(0, up_and_down(leaves));
        }
        let high = seen.size().y;
        let (each, width) = if high > 20.0 { (4.0, 2.5) } else { (2.5, 1.6) };
        pairs.truncate(((high * 0.5 / each) as usize).max(1));
        let bottom = seen.max.y - pairs.len() as f32 * each;
        let rect = Rect::new(seen.min, vec2(seen.max.x, bottom));
        self.add_chip(kind, index, rect, None, gpus);
        let (left, right, middle) = (seen.min.x, seen.max.x, seen.center().x);
        for (number, [out, back]) in pairs.into_iter().enumerate() {
            let y = bottom + (number as f32 + 0.65) * each;
            self.add_line(out, [vec2(left, y), vec2(middle - 0.5, y)], width);
            self.add_line(back, [vec2(right, y), vec2(middle + 0.5, y)], width);
        }
    }

    fn place_spine(&mut self, cluster: &Cluster, plan: &ClusterPlan) {
        if plan.units < 2 {
            return;
        }
        let node = Some(2 * cluster.gpus() + cluster.nodes + cluster.leaves());
        let (_, rows) = self.visible_cells(plan, 1);
        for row in rows {
            let seen = self.on_screen(plan.spine_rect(row));
            self.add_chip(ChipKind::Spine, row, seen, node, CellGrid::NONE);
        }
        if let Some(trunk) = plan.trunk_rect() {
            let seen = self.on_screen(trunk);
            self.add_chip(ChipKind::Spine, plan.rows, seen, node, CellGrid::NONE);
        }
    }

    fn place_unit(&mut self, cluster: &Cluster, plan: &ClusterPlan, unit: u32) {
        let places = cluster.gpus_per_node;
        let scale = self.camera.scale;
        let spine = plan.units > 1;
        let spine_bottom = self.on_screen(plan.spine_rect(unit / plan.columns)).max.y;
        let (first, nodes) = plan.nodes_of(unit);
        let up = CellGrid::row(cluster.leaf_up(unit * places).0, places, 1);
        let down = CellGrid::row(cluster.leaf_down(unit * places).0, places, 1);
        if plan.node.x * scale < MIN_NODE {
            let seen = self.on_screen(plan.unit_rect(unit));
            let gpus = CellGrid::row(first * places, nodes * places, 1);
            self.place_box(cluster, ChipKind::Units(0), unit, seen, UnitLinks { gpus, leaves: None });
            if spine {
                let aside = (seen.size().x * 0.06).clamp(1.0, 3.0);
                let (from, to) = (vec2(seen.center().x, seen.min.y), vec2(seen.center().x, spine_bottom));
                let [out, back] = there_and_back(from, to, aside);
                let width = (aside * 1.2).min(2.4);
                self.add_line(up, out, width);
                self.add_line(down, back, width);
            }
            return;
        }
        let rect = self.on_screen(plan.unit_rect(unit));
        if spine && self.is_visible(rect) {
            self.boxes.push(Rect::new(rect.min - 3.0, rect.max + 3.0));
        }
        let singly = plan.leaf_pitch() * scale >= MIN_LEAF;
        let first_leaf = 2 * cluster.gpus() + cluster.nodes;
        if singly {
            for leaf in unit * places..(unit + 1) * places {
                let seen = self.on_screen(plan.leaf_rect(leaf));
                self.add_chip(ChipKind::Leaf, leaf, seen, Some(first_leaf + leaf), CellGrid::NONE);
                if spine {
                    let x = self.on_screen(Rect::centered(vec2(plan.riser(leaf), 0.0), Vec2::ZERO)).min.x;
                    let (aside, width) = thin(seen.size().y * 0.12);
                    let [out, back] = there_and_back(vec2(x, seen.min.y), vec2(x, spine_bottom), aside);
                    self.add_line(CellGrid::one(cluster.leaf_up(leaf).0), out, width);
                    self.add_line(CellGrid::one(cluster.leaf_down(leaf).0), back, width);
                }
            }
        } else {
            let seen = self.on_screen(plan.leaves_rect(unit));
            self.add_chip(ChipKind::Leaves, unit, seen, None, CellGrid::NONE);
            if spine {
                let x = rect.min.x + (seen.min.x - rect.min.x) / 2.0;
                // From the middle of the leaf switches, left of the nodes, up to the spine.
                let (aside, y) = (1.6, seen.min.y + seen.size().y.min(8.0) / 2.0);
                let [out, back] = there_and_back(vec2(x, y), vec2(x, spine_bottom), aside);
                self.add_line(up, out, 2.0);
                self.add_line(down, back, 2.0);
            }
        }
        for node in first..first + nodes {
            let (rect, above) = plan.node_rect(node);
            let rect = self.on_screen(rect);
            // The cables of a node can be visible while the node is not.
            let reach = rect.join(&self.on_screen(plan.leaves_rect(unit)));
            if !self.is_visible(Rect::new(vec2(rect.min.x, reach.min.y), vec2(rect.max.x, reach.max.y))) {
                continue;
            }
            if plan.gpu_pitch() * scale >= MIN_GPU {
                self.place_gpus(cluster, plan, NodePlace { node, rect, above }, singly);
            } else {
                self.place_node(cluster, plan, NodePlace { node, rect, above }, singly);
            }
        }
    }

    /// The edge that faces a node: of a leaf switch, or of the box of all leaf switches of the unit.
    fn leaf_edge(&self, plan: &ClusterPlan, leaf: Option<u32>, unit: u32, above: bool) -> f32 {
        let rect = self.on_screen(leaf.map_or_else(|| plan.leaves_rect(unit), |leaf| plan.leaf_rect(leaf)));
        if above { rect.min.y } else { rect.max.y }
    }

    /// Adds a node as a box: its cables as one line each way, its NVLink ports as a line along the edge that faces away
    /// from the rails.
    fn place_node(&mut self, cluster: &Cluster, plan: &ClusterPlan, place: NodePlace, singly: bool) {
        let NodePlace { node, rect, above } = place;
        let (places, unit) = (cluster.gpus_per_node, node / plan.per_unit);
        let gpus = CellGrid::row(node * places, places, 1);
        let far = (rect.size().y * 0.3).min(5.0);
        let body = if above { rect.inset(0.0, far, 0.0, 0.0) } else { rect.inset(0.0, 0.0, 0.0, far) };
        self.add_chip(ChipKind::Node, node, body, None, gpus);
        let of = |class: u32| gpus.shifted(class * cluster.gpus());
        let y = if above { rect.min.y + far * 0.35 } else { rect.max.y - far * 0.35 };
        let width = (far * 0.6).min(2.5);
        let middle = rect.center().x;
        self.add_line(of(0), [vec2(rect.min.x, y), vec2(middle - 0.5, y)], width);
        self.add_line(of(1), [vec2(rect.max.x, y), vec2(middle + 0.5, y)], width);
        // The line ends at the nearest leaf switch and stands for the cables to all of them.
        let rail = if above { 0 } else { places - 1 };
        let edge = self.leaf_edge(plan, singly.then_some(unit * places + rail), unit, above);
        let from = vec2(middle, if above { body.max.y } else { body.min.y });
        let (aside, width) = thin(rect.size().x * 0.08);
        let [out, back] = there_and_back(from, vec2(middle, edge), aside);
        self.add_line(of(4), out, width);
        self.add_line(of(5), back, width);
    }

    /// Adds a node with each GPU, NVLink port and cable.
    fn place_gpus(&mut self, cluster: &Cluster, plan: &ClusterPlan, place: NodePlace, singly: bool) {
        let NodePlace { node, rect, above } = place;
        let (places, unit) = (cluster.gpus_per_node, node / plan.per_unit);
        self.boxes.push(rect);
        let switch = self.on_screen(plan.switch_rect(node));
        self.add_chip(ChipKind::Switch, node, switch, Some(cluster.gpus() + node), CellGrid::NONE);
        for gpu in node * places..(node + 1) * places {
            let seen = self.on_screen(plan.gpu_rect(gpu));
            self.add_chip(ChipKind::Gpu, gpu, seen, Some(gpu), CellGrid::one(gpu));
            let (aside, width) = thin(seen.size().x * 0.22);
            let x = seen.center().x;
            // The edges that face the rails, and the switches.
            let [near, far] = if above { [seen.max.y, seen.min.y] } else { [seen.min.y, seen.max.y] };
            let port = if above { switch.max.y } else { switch.min.y };
            let [out, back] = there_and_back(vec2(x, far), vec2(x, port), aside);
            self.add_line(CellGrid::one(cluster.nvlink_up(gpu).0), out, width);
            self.add_line(CellGrid::one(cluster.nvlink_down(gpu).0), back, width);
            let edge = self.leaf_edge(plan, singly.then_some(unit * places + gpu % places), unit, above);
            let [out, back] = there_and_back(vec2(x, near), vec2(x, edge), aside);
            self.add_line(CellGrid::one(cluster.nic_out(gpu).0), out, width);
            self.add_line(CellGrid::one(cluster.nic_in(gpu).0), back, width);
        }
        if rect.size().x >= NAMED_NODE {
            let y = if above { rect.min.y - 9.0 } else { rect.max.y + 9.0 };
            self.add_caption(vec2(rect.min.x + 4.0, y), format!("node {node}"));
        }
    }

    fn cluster_captions(&mut self, cluster: &Cluster, plan: &ClusterPlan, level: u8) {
        if !self.camera.is_whole() {
            return;
        }
        let places = cluster.gpus_per_node;
        let count = |count: u32, one: &str, many: &str| match count {
            1 => format!("1 {one}"),
            _ => format!("{} {many}", grouped(count.into())),
        };
        let mut text = format!("{} of {}", count(cluster.nodes, "node", "nodes"), count(places, "GPU", "GPUs"));
        text = format!("{text} · {}, a leaf switch each", count(places, "rail", "rails"));
        if plan.units > 1 {
            text = format!("{text} per unit, {} units", grouped(plan.units.into()));
        }
        let means = match (level, plan.node.x < MIN_NODE, plan.gpu_pitch() < MIN_GPU) {
            (1.., ..) => format!(" · box: units; below: mean of spine, NICs, {}", cluster.hub.class_name()),
            (_, true, _) => format!(" · box: unit; below: mean of NICs, {}", cluster.hub.class_name()),
            (_, _, true) => " · box: node; lines: means".to_owned(),
            _ => String::new(),
        };
        self.captions.push((vec2(self.picture.min.x, self.picture.min.y - 6.0), format!("{text}{means}")));
    }
}

/// Half the distance between two parallel lines, and their width.
fn thin(room: f32) -> (f32, f32) {
    let aside = room.clamp(0.8, 9.0);
    // Lines thinner than a point are drawn fainter, which is meant for lanes that overlap.
    (aside, (aside * 1.3).clamp(1.0, 11.0))
}
