//! The numbers of replicas and of nodes that all fabrics of a scene accept, so that no slider offers another one.

use super::document::SceneDocument;
use super::edit::Setting;
use super::fabric_kind::{ChipFabric, ChipMachine, FabricKind, WaferLayout};
use super::fabric_scene::FabricScene;
use super::free_topology::FreeTopology;
use super::limits::MAX_RANKS;
use crate::catalog::Catalog;
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
    pub(crate) fn nodes(&self) -> u32 {
        match &self.kind {
            FabricKind::Chips(chips) => match &chips.topology {
                Topology::Cluster(cluster) => cluster.nodes,
                Topology::Switch(_)
                | Topology::Grid(_)
                | Topology::Torus(_)
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

    /// The most nodes that a fabric of GPUs can have beside the other fabrics, with as many GPUs each as now.
    pub fn most_nodes(&self, fabric: usize) -> u32 {
        let now = self.scene.fabrics.get(fabric).map_or(1, FabricScene::nodes);
        (self.most_ranks_beside(fabric) / self.gpus_per_node(fabric)).max(now)
    }

    /// What changes with the number of nodes of a fabric: as many GPUs of each node as now take part, and clusters
    /// of the same size follow. The scene may refuse it.
    pub fn nodes_change(&self, fabric: usize, nodes: u32) -> Vec<Setting> {
        let set = |path: String, value: u32| Setting { path, value: value.to_string() };
        let replicas = nodes.saturating_mul(self.gpus_per_node(fabric));
        let of_fabrics =
            (0..self.scene.fabrics.len()).filter(|other| *other == fabric || self.have_same_size(fabric, *other));
        let mut changes: Vec<Setting> =
            of_fabrics.map(|fabric| set(format!("fabrics.{fabric}.nodes"), nodes)).collect();
        changes.push(set("workload.replicas".to_owned(), replicas));
        changes
    }

    /// Whether two fabrics are clusters of as many nodes with as many GPUs: what the scene compares is something else, so one
    /// never grows without the other.
    fn have_same_size(&self, a: usize, b: usize) -> bool {
        let of = |fabric: usize| self.scene.fabrics.get(fabric).map(|scene| (scene.nodes(), scene.most_replicas()));
        a != b && of(a) == of(b) && of(a).is_some_and(|(nodes, _)| nodes > 1)
    }

    /// The most ranks that the fabrics have whose nodes stay.
    fn most_ranks_beside(&self, fabric: usize) -> u32 {
        self.staying(fabric).map(FabricScene::most_replicas).min().unwrap_or(MAX_RANKS).min(MAX_RANKS)
    }

    /// The GPUs of each node that take part.
    fn gpus_per_node(&self, fabric: usize) -> u32 {
        let nodes = self.scene.fabrics.get(fabric).map_or(1, FabricScene::nodes);
        (self.scene.replicas / nodes.max(1)).max(1)
    }

    /// The change to a number of nodes that the scene accepts: the wanted one, else the next one in the direction of the
    /// change, else the one before it.
    pub fn nodes_change_near(&self, fabric: usize, wanted: u32, catalog: &Catalog) -> Option<Vec<Setting>> {
        let now = self.scene.fabrics.get(fabric)?.nodes();
        let step = self.staying(fabric).fold(1, |step, other| common_multiple(step, other.nodes()));
        let divides = |nodes: &u32| nodes.saturating_mul(self.gpus_per_node(fabric)).is_multiple_of(step);
        let near = nearby(wanted, now, (1, self.most_nodes(fabric)), 1).filter(divides).take(MAX_TRIES);
        let found = near.chain(back_towards(wanted, now).filter(divides));
        let mut changes = found.map(|nodes| self.nodes_change(fabric, nodes));
        changes.find(|settings| self.with(settings, catalog).is_ok())
    }

    /// The change to a number of replicas that the scene accepts, found in the same way.
    pub fn replicas_change_near(&self, wanted: u32, catalog: &Catalog) -> Option<Vec<Setting>> {
        let choices = self.replica_choices()?;
        let settings =
            |replicas: u32| vec![Setting { path: "workload.replicas".to_owned(), value: replicas.to_string() }];
        let range = (choices.least, choices.most);
        let near = nearby(wanted, self.scene.replicas, range, choices.step).take(MAX_TRIES);
        let found = near.chain(back_towards(wanted, self.scene.replicas));
        let mut found = found.map(settings);
        found.find(|settings| self.with(settings, catalog).is_ok())
    }

    /// The other fabrics that depend on the number of replicas, and do not follow the nodes of this one.
    fn staying(&self, fabric: usize) -> impl Iterator<Item = &FabricScene> {
        let all = self.scene.fabrics.iter().enumerate();
        let stays = move |index: usize| index != fabric && !self.have_same_size(fabric, index);
        all.filter(move |(index, other)| stays(*index) && other.takes_replicas()).map(|(_, other)| other)
    }
}

/// Most numbers on each side of the wanted one.
const MAX_NEAR: u32 = 512;
/// Most of them with which a scene is checked: of a large one each costs milliseconds.
const MAX_TRIES: usize = 16;

/// The numbers near a wanted one in steps: in the direction of the change from `now` on, then back.
fn nearby(wanted: u32, now: u32, (least, most): (u32, u32), step: u32) -> impl Iterator<Item = u32> {
    let up = move |count: u32| wanted.checked_add(count.saturating_mul(step));
    let down = move |count: u32| wanted.checked_sub(count.saturating_mul(step));
    let upwards = wanted >= now;
    let ahead = (0..=MAX_NEAR).filter_map(move |count| if upwards { up(count) } else { down(count) });
    let back = (1..=MAX_NEAR).filter_map(move |count| if upwards { down(count) } else { up(count) });
    ahead.chain(back).filter(move |number| (least..=most).contains(number))
}

/// The numbers between a wanted one and the one from now, nearer to it by half each time: where a scene is too large, its
/// neighbours are, too.
fn back_towards(wanted: u32, now: u32) -> impl Iterator<Item = u32> {
    let distance = i64::from(wanted) - i64::from(now);
    (1..u32::BITS).filter_map(move |halvings| u32::try_from(i64::from(now) + (distance >> halvings)).ok())
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
    fn every_place_of_the_slider_of_replicas_leads_to_an_accepted_number() {
        let (catalog, documents) = documents();
        for (name, document) in documents {
            let Some(choices) = document.replica_choices() else { continue };
            assert!((choices.least..=choices.most).contains(&document.scene.replicas), "{name}: {choices:?}");
            let count = (choices.most - choices.least) / choices.step;
            for place in [0, 1, count / 3, count / 2, count].map(|place| place.min(count)) {
                let replicas = choices.least + place * choices.step;
                let change = document.replicas_change_near(replicas, &catalog);
                assert!(change.is_some(), "{name}: {replicas} of {choices:?}");
            }
        }
    }

    #[test]
    fn every_place_of_the_slider_of_nodes_leads_to_an_accepted_number() {
        let (catalog, documents) = documents();
        let mut clusters = 0;
        for (name, document) in documents {
            for (fabric, scene) in document.scene.fabrics.iter().enumerate().filter(|(_, scene)| scene.nodes() > 1) {
                clusters += 1;
                let most = document.most_nodes(fabric);
                assert!(most >= scene.nodes(), "{name}: at most {most}");
                let per_node = document.gpus_per_node(fabric);
                for nodes in [2, 3, 7, scene.nodes() + 1, most / 2, most].map(|nodes| nodes.clamp(2, most)) {
                    let change = document.nodes_change_near(fabric, nodes, &catalog);
                    let change = change.unwrap_or_else(|| panic!("{name}: {nodes} of {most} nodes"));
                    let changed = document.with(&change, &catalog).expect("an accepted change");
                    assert_eq!(changed.gpus_per_node(fabric), per_node, "{name}: {nodes} nodes have other GPUs");
                }
            }
        }
        assert!(clusters > 2, "{clusters} clusters");
    }

    #[test]
    fn clusters_of_one_size_grow_together_and_others_stay() {
        let catalog = Catalog::bundled().expect("the catalog");
        let cluster = |nodes: u32, algorithm: &str| {
            format!(
                "(name: \"{nodes} nodes, {algorithm}\", machine: \"dgx-h100\", network: Some(\"ib-ndr\"), nodes: {nodes}, algorithm: \"{algorithm}\")"
            )
        };
        let scene = |fabrics: [String; 2]| {
            let text = format!(
                "(version: 1, title: \"Two\", workload: (message: \"1 GiB\", replicas: 16), fabrics: [{}])",
                fabrics.join(", ")
            );
            crate::scene::parse_scene("two.ron", &text, &catalog).unwrap_or_else(|found| panic!("{found}"))
        };
        let document = scene([cluster(2, "ring"), cluster(2, "hierarchical")]);
        let grown = document.with(&document.nodes_change(0, 4), &catalog).expect("an accepted change");
        let nodes =
            |document: &SceneDocument| document.scene.fabrics.iter().map(FabricScene::nodes).collect::<Vec<_>>();
        assert_eq!((nodes(&grown), grown.scene.replicas), (vec![4, 4], 32));
        // Four half nodes are what this scene is about: they stay.
        let document = scene([cluster(2, "ring"), cluster(4, "ring")]);
        assert_eq!(document.most_nodes(0), 4);
        let grown = document.with(&document.nodes_change(0, 4), &catalog).expect("an accepted change");
        assert_eq!((nodes(&grown), grown.scene.replicas), (vec![4, 4], 32));
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
    fn a_slider_moves_on_to_the_next_accepted_number() {
        let numbers: Vec<u32> = nearby(65, 64, (2, 68), 1).take(6).collect();
        assert_eq!(numbers, [65, 66, 67, 68, 64, 63]);
        let numbers: Vec<u32> = nearby(12, 16, (4, 24), 4).take(4).collect();
        assert_eq!(numbers, [12, 8, 4, 16]);
    }

    #[test]
    fn the_least_common_multiple_of_node_counts_divides_evenly() {
        assert_eq!(common_multiple(4, 6), 12);
        assert_eq!(common_multiple(1, 132), 132);
        assert_eq!(common_multiple(u32::MAX, u32::MAX - 1), u32::MAX, "it does not overflow");
    }
}
