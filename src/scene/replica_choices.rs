//! The numbers of replicas and of nodes that all fabrics of a scene accept, so that no slider offers another one.

use super::document::SceneDocument;
use super::edit::Setting;
use super::fabric_kind::{ChipFabric, ChipMachine, FabricKind, WaferLayout};
use super::fabric_scene::FabricScene;
use super::free_topology::FreeTopology;
use super::limits::MAX_RANKS;
use crate::fabric::Topology;

/// Numbers of replicas: multiples of a step, from `least` to `most`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReplicaChoices {
    /// All nodes have the same number of ranks, so the replicas are a multiple of this.
    pub step: u32,
    /// The fewest.
    pub least: u32,
    /// The most.
    pub most: u32,
}

impl FabricScene {
    /// Whether its ranks follow from the replicas of the scene.
    pub fn takes_replicas(&self) -> bool {
        match &self.kind {
            FabricKind::Chips(ChipFabric { machine: ChipMachine::Free(machine), .. }) => {
                FreeTopology::from_machine(machine).is_some_and(|free| !free.takes_region() && !free.takes_graph())
            }
            FabricKind::Chips(_) | FabricKind::Wafers(_) => true,
            FabricKind::Wafer(wafer) => match wafer.layout {
                WaferLayout::PerPe { .. } => false,
                WaferLayout::Strips { .. } => true,
            },
        }
    }

    /// Its nodes, as the scene gives them.
    fn nodes(&self) -> u32 {
        match &self.kind {
            FabricKind::Chips(chips) => match &chips.topology {
                Topology::Cluster(cluster) => cluster.nodes,
                Topology::Switch(_)
                | Topology::Grid(_)
                | Topology::FullMesh(_)
                | Topology::Mesh(_)
                | Topology::Wafers(_)
                | Topology::Graph(_) => 1,
            },
            FabricKind::Wafer(_) | FabricKind::Wafers(_) => 1,
        }
    }
}

impl SceneDocument {
    /// The numbers of replicas that all fabrics accept; `None` if no fabric depends on them.
    pub fn replica_choices(&self) -> Option<ReplicaChoices> {
        let fabrics: Vec<&FabricScene> = self.scene.fabrics.iter().filter(|fabric| fabric.takes_replicas()).collect();
        let most = fabrics.iter().map(|fabric| fabric.most_replicas()).min()?;
        let step = fabrics.iter().fold(1, |step, fabric| common_multiple(step, fabric.nodes()));
        let least = if step < 2 { 2 } else { step };
        // The present number is always among them: the file may have more than is worth trying.
        let most = (most / step * step).max(self.scene.replicas);
        Some(ReplicaChoices { step, least: least.min(most), most })
    }

    /// The most nodes that a fabric of GPUs can have beside the other fabrics.
    pub fn most_nodes(&self, fabric: usize) -> u32 {
        let of_others = self.others(fabric).map(FabricScene::most_replicas).min().unwrap_or(MAX_RANKS);
        let gpus = self.gpus_of_node(fabric).max(1);
        // With all of their GPUs if possible, else with at least one GPU each.
        (MAX_RANKS / gpus).min(of_others)
    }

    /// What must change with the number of nodes of a fabric: all GPUs of the nodes take part, as far as the other fabrics
    /// have as many ranks. Without a number of replicas that all fabrics accept, fewer nodes are taken.
    pub fn nodes_change(&self, fabric: usize, nodes: u32) -> Vec<Setting> {
        let of_others = self.others(fabric).map(FabricScene::most_replicas).min().unwrap_or(MAX_RANKS);
        let step_of_others = self.others(fabric).fold(1, |step, other| common_multiple(step, other.nodes()));
        let gpus = self.gpus_of_node(fabric);
        let replicas_of = |nodes: u32| {
            let most = nodes.saturating_mul(gpus).min(of_others).min(MAX_RANKS);
            let step = common_multiple(nodes, step_of_others);
            let replicas = most / step * step;
            (replicas >= 2).then_some((nodes, replicas))
        };
        let found = (2..=nodes.max(2)).rev().find_map(replicas_of);
        let (nodes, replicas) = found.unwrap_or((nodes, nodes.saturating_mul(gpus)));
        let set = |path: String, value: u32| Setting { path, value: value.to_string() };
        vec![set(format!("fabrics.{fabric}.nodes"), nodes), set("workload.replicas".to_owned(), replicas)]
    }

    /// The other fabrics that depend on the number of replicas.
    fn others(&self, fabric: usize) -> impl Iterator<Item = &FabricScene> {
        let all = self.scene.fabrics.iter().enumerate();
        all.filter(move |(index, other)| *index != fabric && other.takes_replicas()).map(|(_, other)| other)
    }

    /// The GPUs of a node of the machine of a fabric; 0 if it has none.
    fn gpus_of_node(&self, fabric: usize) -> u32 {
        match self.scene.fabrics.get(fabric).map(|fabric| &fabric.kind) {
            Some(FabricKind::Chips(chips)) => chips.machine.nvlink().map_or(0, |machine| machine.gpus.count()),
            Some(FabricKind::Wafer(_) | FabricKind::Wafers(_)) | None => 0,
        }
    }
}

/// The least common multiple, at most the largest number.
fn common_multiple(a: u32, b: u32) -> u32 {
    let (mut x, mut y) = (a.max(1), b.max(1));
    while y != 0 {
        (x, y) = (y, x % y);
    }
    (a.max(1) / x).saturating_mul(b.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;
    use crate::scene::{BUNDLED, CLAIMS};

    fn documents() -> (Catalog, Vec<(&'static str, SceneDocument)>) {
        let catalog = Catalog::bundled().expect("the catalog");
        let load = |scene: &crate::scene::BundledScene| {
            (scene.file, scene.load(&catalog).unwrap_or_else(|found| panic!("{found}")))
        };
        let documents = BUNDLED.iter().chain(&CLAIMS).map(load).collect();
        (catalog, documents)
    }

    #[test]
    fn every_offered_number_of_replicas_is_accepted() {
        let (catalog, documents) = documents();
        for (name, document) in documents {
            let Some(choices) = document.replica_choices() else { continue };
            assert!((choices.least..=choices.most).contains(&document.scene.replicas), "{name}: {choices:?}");
            let count = (choices.most - choices.least) / choices.step;
            for place in [0, 1, count / 3, count / 2, count].map(|place| place.min(count)) {
                let replicas = choices.least + place * choices.step;
                let setting = Setting { path: "workload.replicas".to_owned(), value: replicas.to_string() };
                let changed = document.with(&[setting], &catalog);
                assert!(changed.is_ok(), "{name}: {replicas} of {choices:?}: {:?}", changed.err());
            }
        }
    }

    #[test]
    fn every_number_of_nodes_up_to_the_most_is_accepted() {
        let (catalog, documents) = documents();
        let mut clusters = 0;
        for (name, document) in documents {
            for (fabric, scene) in document.scene.fabrics.iter().enumerate().filter(|(_, scene)| scene.nodes() > 1) {
                clusters += 1;
                let most = document.most_nodes(fabric);
                assert!(most >= scene.nodes(), "{name}: at most {most}");
                for nodes in [2, 3, 7, scene.nodes() + 1, most / 2, most].map(|nodes| nodes.clamp(2, most)) {
                    let changed = document.with(&document.nodes_change(fabric, nodes), &catalog);
                    assert!(changed.is_ok(), "{name}: {nodes} of {most} nodes: {:?}", changed.err());
                }
            }
        }
        assert!(clusters > 2, "{clusters} clusters");
    }

    #[test]
    fn a_graph_and_a_rank_per_pe_take_no_replicas() {
        let (_, documents) = documents();
        for (name, document) in documents {
            let per_pe = |fabric: &FabricScene| matches!(&fabric.kind, FabricKind::Wafer(wafer) if matches!(wafer.layout, WaferLayout::PerPe { .. }));
            if document.scene.fabrics.iter().all(per_pe) {
                assert_eq!(document.replica_choices(), None, "{name}");
            }
        }
    }

    #[test]
    fn the_least_common_multiple_of_node_counts_divides_evenly() {
        assert_eq!(common_multiple(4, 6), 12);
        assert_eq!(common_multiple(1, 132), 132);
        assert_eq!(common_multiple(u32::MAX, u32::MAX - 1), u32::MAX, "it does not overflow");
    }
}
