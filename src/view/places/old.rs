//! Where the chips and links of clusters, meshes, tori, graphs and wafer clusters stand on the stage.

use glam::{Vec2, vec2};

use super::layout::{ChipKind, ChipPlace, FabricLayout, LinkPlace, Rect};
use crate::fabric::{Cluster, Direction, Graph, Grid, LinkId, WaferCluster};

/// Most chips that are drawn one by one.
const MAX_CHIPS: u32 = 1_024;
/// Least width of a GPU that is drawn, points.
const LEAST_GPU: f32 = 7.0;
/// Height of a caption, points.
const CAPTION: f32 = 18.0;

impl FabricLayout {
    /// Nodes side by side: GPUs over their NVSwitches, above them the leaf switches of the rails, above all the spine.
    pub(super) fn place_cluster(&mut self, cluster: &Cluster) {
        let places = cluster.gpus_per_node;
        let whole = self.picture;
        let size = whole.size();
        // As many nodes as have room, of the first unit, so that all of them share the leaves that are drawn.
        let room = (size.x / (places as f32 * (LEAST_GPU + 2.0) + 10.0)).max(1.0) as u32;
        let nodes = cluster.nodes.min(room).min(cluster.nodes_per_leaf);
        let rails = places.min((size.x / (LEAST_GPU + 2.0)) as u32);
        let pitch = size.x / nodes as f32;
        let gap = (pitch * 0.08).clamp(4.0, 24.0);
        let gpu = vec2(((pitch - gap) / places as f32 - 3.0).clamp(3.0, 56.0), (size.y * 0.09).clamp(12.0, 44.0));
        let node_width = places as f32 * (gpu.x + 3.0) - 3.0;
        let bottom = whole.max.y - CAPTION;
        let switch_y = bottom - gpu.y * 0.4;
        let gpu_y = bottom - (size.y * 0.3).clamp(56.0, 200.0);
        let spine = cluster.units() > 1;
        let leaf_size = vec2((size.x / rails as f32 - 6.0).clamp(3.0, 72.0), (size.y * 0.07).clamp(12.0, 32.0));
        let leaf_y = whole.min.y + CAPTION + leaf_size.y / 2.0 + if spine { size.y * 0.16 } else { 0.0 };
        let node_x = |node: u32| whole.min.x + (node as f32 + 0.5) * pitch;
        let gpu_center = |gpu_number: u32| {
            let (node, place) = (gpu_number / places, gpu_number % places);
            vec2(node_x(node) - node_width / 2.0 + place as f32 * (gpu.x + 3.0) + gpu.x / 2.0, gpu_y)
        };
        let leaf_center = |rail: u32| vec2(whole.min.x + (rail as f32 + 0.5) * size.x / rails as f32, leaf_y);
        let gpus = nodes * places;
        for number in 0..gpus {
            let rect = Rect::centered(gpu_center(number), gpu);
            self.chips.push(ChipPlace { kind: ChipKind::Gpu, index: number, rect, node: Some(number) });
        }
        let bar = vec2(node_width, gpu.y * 0.8);
        for node in 0..nodes {
            let rect = Rect::centered(vec2(node_x(node), switch_y), bar);
            let id = Some(cluster.gpus() + node);
            self.chips.push(ChipPlace { kind: ChipKind::Switch, index: node, rect, node: id });
        }
        let first_leaf = cluster.gpus() + cluster.nodes + cluster.gpus();
        for rail in 0..rails {
            let rect = Rect::centered(leaf_center(rail), leaf_size);
            self.chips.push(ChipPlace { kind: ChipKind::Leaf, index: rail, rect, node: Some(first_leaf + rail) });
        }
        let width = if gpu.x < 12.0 { 0.8 } else { 1.6 };
        for number in 0..gpus {
            let center = gpu_center(number);
            let aside = vec2((gpu.x * 0.18).max(1.0), 0.0);
            let (low, high) = (vec2(center.x, gpu_y + gpu.y / 2.0), vec2(center.x, switch_y - bar.y / 2.0));
            self.line(cluster.nvlink_up(number), low - aside, high - aside, width);
            self.line(cluster.nvlink_down(number), high + aside, low + aside, width);
            let rail = number % places;
            if rail < rails {
                let top = vec2(center.x, gpu_y - gpu.y / 2.0);
                // Cables of one leaf end side by side along its lower edge.
                let share = (number / places) as f32 + 0.5;
                let spread = leaf_size.x * (share / nodes as f32 - 0.5) * 0.8;
                let under = leaf_center(rail) + vec2(spread, leaf_size.y / 2.0);
                let aside = aside.min(Vec2::splat(1.6)) * vec2(1.0, 0.0);
                self.line(cluster.nic_out(number), top - aside, under - aside, width);
                self.line(cluster.nic_in(number), under + aside, top + aside, width);
            }
        }
        if spine {
            let center = vec2(whole.center().x, whole.min.y + CAPTION + leaf_size.y / 2.0);
            let rect = Rect::centered(center, vec2(size.x * 0.5, leaf_size.y));
            let id = Some(cluster.gpus() + cluster.nodes + cluster.gpus() + cluster.leaves());
            self.chips.push(ChipPlace { kind: ChipKind::Spine, index: 0, rect, node: id });
            for rail in 0..rails {
                let from = leaf_center(rail) - vec2(0.0, leaf_size.y / 2.0);
                let to = vec2(center.x + (from.x - center.x) * 0.48, center.y + leaf_size.y / 2.0);
                let aside = vec2(1.6, 0.0);
                self.line(cluster.leaf_up(rail), from - aside, to - aside, width);
                self.line(cluster.leaf_down(rail), to + aside, from + aside, width);
            }
        }
        let shown = match nodes == cluster.nodes {
            true => format!("{nodes} nodes of {places} GPUs"),
            false => format!("{nodes} of {} nodes of {places} GPUs", crate::scene::grouped(cluster.nodes.into())),
        };
        self.captions.push((vec2(whole.min.x, bottom + CAPTION / 2.0 + 2.0), shown));
        let rails_shown = if rails == places { format!("{rails} rails") } else { format!("{rails} of {places} rails") };
        let words = if spine {
            format!("{rails_shown}: leaves of 1 of {} units, under a spine", cluster.units())
        } else {
            format!("{rails_shown}, a leaf switch each")
        };
        self.captions.push((vec2(whole.min.x, whole.min.y + CAPTION / 2.0 - 4.0), words));
    }

    fn line(&mut self, link: LinkId, from: Vec2, to: Vec2, width: f32) {
        self.links.push(LinkPlace { link, lanes: vec![[from, to]], width });
    }

    /// A link between two chips, a little to its right, from edge to edge.
    fn between(&mut self, link: LinkId, from: Rect, to: Rect, width: f32) {
        let (a, b) = (from.center(), to.center());
        let aside = (b - a).normalize_or_zero().perp() * (width + 1.2);
        let line = [from.leave(a + aside, b + aside), to.leave(b + aside, a + aside)];
        self.line(link, line[0], line[1], width);
    }

    /// Chips in rows and columns; of a large mesh its corner.
    pub(super) fn place_grid(&mut self, grid: &Grid) {
        let side = (MAX_CHIPS as f32).sqrt() as u32;
        let (width, height) = (grid.width.min(side), grid.height.min(side));
        let cut = (width, height) != (grid.width, grid.height);
        let whole = self.picture;
        let room = whole.inset(0.0, 0.0, 0.0, if cut { CAPTION } else { 0.0 });
        // Ends of a torus stick out by half a pitch.
        let margin = if grid.wraps { 1.0 } else { 0.0 };
        let (columns, rows) = (width as f32 + margin, height as f32 + margin);
        let pitch = (room.size() / vec2(columns, rows)).min_element().min(120.0);
        let origin = room.center() - vec2(width as f32, height as f32) * pitch / 2.0;
        let chip = (pitch * 0.52).max(2.0);
        let rect =
            |x: u32, y: u32| Rect::centered(origin + (vec2(x as f32, y as f32) + 0.5) * pitch, Vec2::splat(chip));
        for y in 0..height {
            for x in 0..width {
                let index = y * grid.width + x;
                self.chips.push(ChipPlace { kind: ChipKind::Chip, index, rect: rect(x, y), node: Some(index) });
            }
        }
        let lane = (pitch * 0.06).clamp(0.6, 3.0);
        for y in 0..height {
            for x in 0..width {
                for (direction, step) in [
                    (Direction::East, vec2(1.0, 0.0)),
                    (Direction::West, vec2(-1.0, 0.0)),
                    (Direction::North, vec2(0.0, -1.0)),
                    (Direction::South, vec2(0.0, 1.0)),
                ] {
                    let link = grid.link_id(x, y, direction);
                    if grid.ends(link).is_none() {
                        continue;
                    }
                    let from = rect(x, y);
                    let next = Rect::centered(from.center() + step * pitch, from.size());
                    let inside = {
                        let at = (next.center() - origin) / pitch;
                        at.x > 0.0 && at.y > 0.0 && at.x < width as f32 && at.y < height as f32
                    };
                    if inside {
                        self.between(link, from, next, lane);
                    } else {
                        // Round the end of a torus, or on to what is not drawn.
                        let stub = Rect::centered(from.center() + step * pitch * 0.72, vec2(1.0, 1.0));
                        self.between(link, from, stub, lane);
                    }
                }
            }
        }
        if cut {
            let words = format!("{width} x {height} of {} x {} chips", grid.width, grid.height);
            self.captions.push((vec2(whole.min.x, whole.max.y - CAPTION / 2.0), words));
        }
    }

    /// Chips on an ellipse, in the order of their numbers.
    pub(super) fn place_graph(&mut self, graph: &Graph) {
        let count = graph.nodes().min(MAX_CHIPS);
        let size = self.picture.size();
        let round = std::f32::consts::PI * (size.x + size.y) / 2.0;
        let chip = vec2((round / count as f32 * 0.5).clamp(4.0, 84.0), (round / count as f32 * 0.4).clamp(4.0, 48.0));
        let radius = ((size - chip) / 2.0).min(vec2(360.0, 300.0)).max(Vec2::ZERO);
        for index in 0..count {
            let angle = f64::from(index) / f64::from(count) * std::f64::consts::TAU;
            let direction = vec2(angle.sin() as f32, -angle.cos() as f32);
            let rect = Rect::centered(self.picture.center() + direction * radius, chip);
            self.chips.push(ChipPlace { kind: ChipKind::Chip, index, rect, node: Some(index) });
        }
        let width = if count > 32 { 0.8 } else { 2.0 };
        for (id, link) in graph.links().iter().enumerate() {
            let ends = (self.chips.get(link.from.0 as usize), self.chips.get(link.to.0 as usize));
            if let (Some(from), Some(to)) = ends {
                let (from, to) = (from.rect, to.rect);
                self.between(LinkId(id as u32), from, to, width);
            }
        }
    }

    /// Wafers in a row under their tree, the root above.
    pub(super) fn place_wafers(&mut self, tree: &WaferCluster) {
        let whole = self.picture;
        let size = whole.size();
        let room = (size.x / 20.0).max(2.0) as u32;
        let levels = tree.levels();
        let shown = tree.wafers.min(room);
        let pitch = size.x / shown as f32;
        let wafer = Vec2::splat((pitch - 8.0).clamp(8.0, (size.y * 0.2).clamp(24.0, 96.0)));
        let base_y = whole.max.y - CAPTION - wafer.y / 2.0;
        let top_y = whole.min.y + 24.0;
        let step_y = (base_y - top_y) / (levels.len() as f32 - 1.0).max(1.0);
        let mut below: Vec<Rect> = Vec::new();
        let mut first_node = 0;
        for (level, &width) in levels.iter().enumerate() {
            let drawn = if level == 0 { shown } else { (below.len() as u32).div_ceil(tree.fan_out.max(2)) };
            let mut here = Vec::with_capacity(drawn as usize);
            for index in 0..drawn {
                let (kind, rect) = if level == 0 {
                    let x = whole.min.x + (index as f32 + 0.5) * pitch;
                    (ChipKind::Wafer, Rect::centered(vec2(x, base_y), wafer))
                } else {
                    let first = (index * tree.fan_out.max(2)) as usize;
                    let children = &below[first..(first + tree.fan_out.max(2) as usize).min(below.len())];
                    let x = children.iter().map(|rect| rect.center().x).sum::<f32>() / children.len().max(1) as f32;
                    let size = vec2((pitch * 0.8).clamp(16.0, 110.0), 36.0_f32.min(step_y * 0.4));
                    (ChipKind::TreeNode, Rect::centered(vec2(x, base_y - level as f32 * step_y), size))
                };
                here.push(rect);
                let index = if kind == ChipKind::Wafer { index } else { level as u32 - 1 };
                let node = first_node + here.len() as u32 - 1;
                self.chips.push(ChipPlace { kind, index, rect, node: Some(node) });
            }
            for (number, &child) in below.iter().enumerate() {
                let parent = here[number / tree.fan_out.max(2) as usize];
                let (up, down) = (tree.up(level as u32 - 1).0, tree.down(level as u32 - 1).0);
                let number = number as u32;
                self.between(LinkId(up.0 + number), child, parent, 3.0);
                self.between(LinkId(down.0 + number), parent, child, 3.0);
            }
            first_node += width;
            below = here;
        }
        let words = match shown == tree.wafers {
            true => format!("{shown} wafers, a replica each"),
            false => format!("{shown} of {} wafers, a replica each", crate::scene::grouped(tree.wafers.into())),
        };
        self.captions.push((vec2(whole.min.x, whole.max.y - CAPTION / 2.0 + 4.0), words));
        let nodes = format!("SwarmX 1:{}, adds up and copies down", tree.fan_out.max(2));
        self.captions.push((vec2(whole.min.x, whole.min.y + 8.0), nodes));
    }
}
