//! Names of selectable items: on the stage, in the faults of a scene, and found by name.

use super::run_kind::has_gpus;
use crate::fabric::{LinkId, Topology, TopologyKind};
use crate::scene::{FabricKind, FaultPlace, WaferFabric, WaferLayout};
use crate::solve::FabricRun;
use crate::stage::CameraTarget;
use crate::stage::Item;
use crate::stage::Rect;
use crate::stage::{ChipKind, FabricLayout};
use crate::units::grouped;
use glam::Vec2;

/// Size of the picture on which chips are looked up, points: all single chips of a node have room.
const LAYOUT_SIZE: f32 = 1000.0;

impl Item {
    /// Finds an item by name: a link as in faults, a PE such as `PE (3, 4)`, a chip as shown on the stage.
    pub fn find(run: &FabricRun, layout: &FabricLayout, name: &str) -> Option<Item> {
        if let Some(link) = run.fabric.topology.find_link(name) {
            return Some(Item::Link(link));
        }
        if let Topology::Mesh(mesh) = &run.fabric.topology {
            let numbers: Vec<u32> =
                name.split(|letter: char| !letter.is_ascii_digit()).filter_map(|digits| digits.parse().ok()).collect();
            if let (&[x, y], true) = (numbers.as_slice(), name.trim_start().starts_with("PE")) {
                return (x < mesh.width && y < mesh.height).then_some(Item::Pe([x, y]));
            }
        }
        let named = |item: &Item| item_title(run, *item).eq_ignore_ascii_case(name.trim());
        let items = layout.chips.iter().map(|chip| Item::Chip(chip.kind, chip.index));
        items.into_iter().find(named).or_else(|| {
            // A chip that is drawn as part of a box now.
            let digits = name.trim().rsplit(|letter: char| !letter.is_ascii_digit()).next()?;
            let index = digits.parse().ok()?;
            let kinds =
                [ChipKind::Gpu, ChipKind::Chip, ChipKind::Node, ChipKind::Switch, ChipKind::Leaf, ChipKind::Wafer];
            let there =
                |kind: &ChipKind| layout.target_rect(&run.fabric.topology, CameraTarget::Chip(*kind, index)).is_some();
            kinds.into_iter().filter(there).map(|kind| Item::Chip(kind, index)).find(named)
        })
    }
}

impl Item {
    /// The same item in a changed fabric, such as one with more nodes; `None` if it does not exist there.
    pub fn in_run(self, old: &FabricRun, new: &FabricRun) -> Option<Item> {
        let (before, now) = (&old.fabric.topology, &new.fabric.topology);
        if before == now {
            return Some(self);
        }
        match self {
            Item::Link(link) => before.link_in(now, link).map(Item::Link),
            Item::Pe([x, y]) => now.mesh().filter(|mesh| x < mesh.width && y < mesh.height).map(|_| self),
            Item::Chip(kind, index) => {
                let layout = FabricLayout::new(new, Rect::new(Vec2::ZERO, Vec2::splat(LAYOUT_SIZE)));
                let placed = layout.chips.iter().any(|chip| (chip.kind, chip.index) == (kind, index));
                let is_there = placed || layout.target_rect(now, CameraTarget::Chip(kind, index)).is_some();
                is_there.then_some(self)
            }
            Item::Links(_) => None,
        }
    }
}

impl Item {
    /// The name that faults use; `None` for items that are neither slow nor broken on their own. For links that are drawn as
    /// one line, the first.
    pub fn fault_place(self, run: &FabricRun) -> Option<FaultPlace> {
        let topology = &run.fabric.topology;
        match (self, topology) {
            (Item::Links(links), _) => Item::Link(LinkId(links.ids(1).next()?)).fault_place(run),
            (Item::Link(link), _) => {
                topology.ends(link).map(|_| FaultPlace::Link(run.fabric.link_name(link).replace('→', "->")))
            }
            (Item::Chip(ChipKind::Gpu, index), Topology::Cluster(cluster)) => {
                let (place, node) = (index % cluster.gpus_per_node, index / cluster.gpus_per_node);
                Some(FaultPlace::Chip(format!("GPU {place} of node {node}")))
            }
            (Item::Chip(ChipKind::Gpu, index), _) if has_gpus(run) => Some(FaultPlace::Chip(format!("GPU {index}"))),
            (Item::Chip(ChipKind::Gpu | ChipKind::Chip, index), Topology::Grid(grid)) => {
                let (x, y) = (index % grid.width, index / grid.width);
                Some(FaultPlace::Chip(format!("chip ({x}, {y})")))
            }
            (Item::Chip(ChipKind::Chip, index), Topology::Torus(torus)) => {
                Some(FaultPlace::Chip(torus.rank_names().name(index)))
            }
            (Item::Chip(ChipKind::Gpu | ChipKind::Chip, index), _) => Some(FaultPlace::Chip(format!("chip {index}"))),
            (Item::Chip(ChipKind::Wafer, index), _) => Some(FaultPlace::Chip(format!("wafer {index}"))),
            (Item::Pe([x, y]), _) => match &run.scene.kind {
                FabricKind::Wafer(WaferFabric { layout: WaferLayout::Strips { layout, .. }, .. }) => {
                    let strip = x / layout.strip_width;
                    (strip < layout.strips).then(|| FaultPlace::Chip(format!("strip {strip}")))
                }
                FabricKind::Wafer(_) | FabricKind::Chips(_) | FabricKind::Wafers(_) => {
                    Some(FaultPlace::Chip(format!("PE ({x}, {y})")))
                }
            },
            (Item::Chip(..), _) => None,
        }
    }
}

/// The name of an item, as shown on the stage.
pub fn item_title(run: &FabricRun, item: Item) -> String {
    let topology = &run.fabric.topology;
    match item {
        Item::Link(link) => run.fabric.link_name(link),
        Item::Links(links) => {
            let class =
                |id| topology.link(LinkId(id)).and_then(|spec| topology.class_names().get(usize::from(spec.class)));
            let class = links.ids(1).next().and_then(class).copied().unwrap_or("links");
            format!("{} links, {class}", grouped(links.len()))
        }
        Item::Pe([x, y]) => format!("PE ({x}, {y})"),
        Item::Chip(kind, index) => match (kind, topology) {
            (ChipKind::Gpu, _) => format!("GPU {index}"),
            (ChipKind::Switch, Topology::Cluster(cluster)) => format!("{} of node {index}", cluster.hub.hubs()),
            (ChipKind::Switch, _) => format!("{} {index}", topology.hub().unwrap_or_default().hub()),
            (ChipKind::Die, _) => format!("die {index}"),
            (ChipKind::Leaf, Topology::Cluster(cluster)) if cluster.units() > 1 => {
                let (unit, rail) = (index / cluster.gpus_per_node, index % cluster.gpus_per_node);
                format!("leaf switch {rail} of unit {unit}")
            }
            (ChipKind::Leaf, _) => format!("leaf switch {index}"),
            (ChipKind::Leaves, _) => format!("leaf switches of unit {index}"),
            (ChipKind::Spine, _) => "spine".to_owned(),
            (ChipKind::Node, _) => format!("node {index}"),
            (ChipKind::Units(0), _) => format!("unit {index}"),
            (ChipKind::Units(level), _) => format!("square {index} of {0} x {0} units", 1_u32 << level),
            (ChipKind::Chip, Topology::Torus(torus)) => torus.rank_names().name(index),
            (ChipKind::Chip, _) => format!("chip {index}"),
            (ChipKind::Block(_), Topology::Torus(torus)) => {
                let [x, y, _] = torus.place(index);
                format!("chips ({x}, {y}, 0) to ({x}, {y}, {})", torus.axes[2].length - 1)
            }
            (ChipKind::Block(level), Topology::Grid(grid)) => {
                let side = 1_u32 << level;
                let across = grid.width.div_ceil(side).max(1);
                let (x, y) = (index % across * side, index / across * side);
                let last = ((x + side).min(grid.width) - 1, (y + side).min(grid.height) - 1);
                format!("chips ({x}, {y}) to ({}, {})", last.0, last.1)
            }
            (ChipKind::Block(_), _) => format!("chips {index}"),
            (ChipKind::Wafer, _) => format!("wafer {index}"),
            (ChipKind::Wafers(level), Topology::Wafers(tree)) => {
                let each = tree.fan_out.max(2).saturating_pow(level.into());
                let first = index.saturating_mul(each);
                format!("wafers {first} to {}", first.saturating_add(each).min(tree.wafers).saturating_sub(1))
            }
            (ChipKind::Wafers(_), _) => format!("wafers {index}"),
            (ChipKind::TreeNode, _) => "SwarmX node".to_owned(),
        },
    }
}
