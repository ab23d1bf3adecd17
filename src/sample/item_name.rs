//! The names of what can be selected: found by name, and as the faults of a scene know them.

use super::inspector::title as item_title;
use crate::fabric::{LinkId, Topology};
use crate::scene::{FabricKind, FaultPlace, WaferFabric, WaferLayout, find_link};
use crate::solve::FabricRun;
use crate::stage::Item;
use crate::stage::CameraTarget;
use crate::stage::{ChipKind, FabricLayout};

impl Item {
    /// The item of a name: a link as in faults, a PE as "PE (3, 4)", a chip as it is written on the stage.
    pub fn find(run: &FabricRun, layout: &FabricLayout, name: &str) -> Option<Item> {
        if let Some(link) = find_link(&run.fabric.topology, name) {
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
            // A chip that is too small to be drawn by itself now.
            let digits = name.trim().rsplit(|letter: char| !letter.is_ascii_digit()).next()?;
            let index = digits.parse().ok()?;
            let kinds =
                [ChipKind::Gpu, ChipKind::Chip, ChipKind::Node, ChipKind::Switch, ChipKind::Leaf, ChipKind::Wafer];
            let there = |kind: &ChipKind| layout.target_rect(&run.fabric.topology, CameraTarget::Chip(*kind, index)).is_some();
            kinds.into_iter().filter(there).map(|kind| Item::Chip(kind, index)).find(named)
        })
    }
}

impl Item {
    /// The name by which faults know it; `None` for what can be neither slow nor broken by itself. Of links that are drawn
    /// as one line the first is meant.
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
            (Item::Chip(ChipKind::Gpu, index), _) if run.layout_id() == "nvlink" => {
                Some(FaultPlace::Chip(format!("GPU {index}")))
            }
            (Item::Chip(ChipKind::Gpu | ChipKind::Chip, index), Topology::Grid(grid)) => {
                let (x, y) = (index % grid.width, index / grid.width);
                Some(FaultPlace::Chip(format!("chip ({x}, {y})")))
            }
            (Item::Chip(ChipKind::Gpu | ChipKind::Chip, index), _) => Some(FaultPlace::Chip(format!("chip {index}"))),
            (Item::Chip(ChipKind::Wafer, index), _) => Some(FaultPlace::Chip(format!("wafer {index}"))),
            (Item::Pe([x, y]), _) => match &run.scene.kind {
                FabricKind::Wafer(WaferFabric { layout: WaferLayout::Strips { layout, .. }, .. }) => {
                    let strip = x / layout.strip_width;
                    (strip < layout.strips).then(|| FaultPlace::Chip(format!("strip {strip}")))
                }
                _ => Some(FaultPlace::Chip(format!("PE ({x}, {y})"))),
            },
            (Item::Chip(..), _) => None,
        }
    }
}
