//! Changes of a scene that touch several fields: another machine, layout, network or timing of a fabric.
//!
//! Each function returns the settings to apply; they keep what the new choice can take and drop the rest.

use std::fmt::Display;

use super::fabric_change::FabricChange;
use super::{
    AUTO, ChipAlgorithm, FabricKind, FreeTopology, LayoutChoice, NCCL_TABLE, SceneDocument, Setting, TimingChoice,
};
use crate::catalog::{Catalog, Machine};
use crate::collective::Collective;
use crate::fabric::Topology;

/// All departures from the catalog, as fields of `params`.
const PARAMS: [&str; 19] = [
    "link_capacity",
    "link_latency",
    "launch",
    "step_delay",
    "clock_ghz",
    "hop_cycles",
    "turn_cycles",
    "ramp_cycles",
    "classes_per_round",
    "broadcast",
    "nic_capacity",
    "nic_latency",
    "oversubscription",
    "first_partner",
    "blocking_sends",
    "host",
    "channels",
    "nvls_channels",
    "nics",
];

/// Largest message that a layout with a rank per PE starts with: a PE has a few KiB.
const MAX_PER_PE_BYTES: u64 = 4096;

/// Settings of one fabric.
struct Change {
    fabric: usize,
    settings: Vec<Setting>,
}

impl Change {
    fn new(fabric: usize) -> Change {
        Change { fabric, settings: Vec::new() }
    }

    /// Sets a field of the fabric.
    fn set(&mut self, field: &str, value: impl Display) {
        let path = format!("fabrics.{}.{field}", self.fabric);
        self.settings.push(Setting { path, value: value.to_string() });
    }

    /// Sets a field of the workload.
    fn set_workload(&mut self, field: &str, value: impl Display) {
        self.settings.push(Setting { path: format!("workload.{field}"), value: value.to_string() });
    }

    /// Drops the departures from the catalog.
    fn drop_params(&mut self) {
        for param in PARAMS {
            self.set(&format!("params.{param}"), "None");
        }
    }
}

impl SceneDocument {
    /// What must change with the machine of a fabric: the departures from the old figures go, and so does what the new
    /// machine cannot take. A cluster stays one, with as many GPUs over the same network; measured timing and degradations stay
    /// where the new machine has them. Empty if there is no such fabric.
    pub fn machine_change(&self, fabric: usize, machine: &str, catalog: &Catalog) -> FabricChange {
        let Some(file) = self.file.fabrics.get(fabric) else { return FabricChange::default() };
        let timing = TimingChoice::find(&file.timing).unwrap_or(TimingChoice::Ideal);
        let settings = |timing| self.machine_change_with(fabric, (machine, timing), catalog);
        let with = |timing| self.with_fitting_faults(fabric, &settings(timing), catalog);
        // Refused changes say why, with the simplest settings.
        let refused = || FabricChange { settings: settings(TimingChoice::Ideal), dropped_faults: 0 };
        with(timing).or_else(|| with(TimingChoice::Ideal)).unwrap_or_else(refused)
    }

    fn machine_change_with(
        &self,
        fabric: usize,
        (machine, timing): (&str, TimingChoice),
        catalog: &Catalog,
    ) -> Vec<Setting> {
        let (Some(file), Some(scene)) = (self.file.fabrics.get(fabric), self.scene.fabrics.get(fabric)) else {
            return Vec::new();
        };
        let known = catalog.get(machine);
        let mut change = Change::new(fabric);
        change.set("machine", machine);
        change.set("name", known.map_or(machine, Machine::name));
        change.drop_params();
        for field in ["region", "layout", "graph"] {
            change.set(field, "None");
        }
        change.set("timing", timing.as_str());
        let replicas = self.scene.replicas;
        let nodes = match known {
            Some(Machine::Nvlink(machine)) if scene.nodes() > 1 => nodes_for(replicas, machine.gpus.count()),
            Some(_) | None => None,
        };
        let network = file.network.as_deref().filter(|_| nodes.is_some());
        change.set("network", network.unwrap_or("None"));
        change.set("nodes", nodes.unwrap_or(1));
        let mut limit = None;
        match known {
            Some(Machine::Nvlink(machine)) => {
                // The algorithm stays if the new machine has it, too.
                let adds = machine.in_switch_reduction.value > 0.0;
                let stays = file.algorithm != NCCL_TABLE
                    && matches!(&scene.kind, FabricKind::Chips(chips)
                        if (matches!(chips.topology, Topology::Switch(_)) || nodes.is_some())
                            && (adds || !matches!(chips.algorithm, ChipAlgorithm::Nvls | ChipAlgorithm::NvlsTree)));
                if !stays {
                    change.set("algorithm", AUTO);
                }
                limit = nodes.is_none().then(|| machine.gpus.count());
            }
            Some(Machine::Wafer(_)) => match (&scene.kind, &file.layout) {
                (FabricKind::Wafer(_), Some(layout)) => change.set("layout", layout),
                (FabricKind::Wafer(_), None) => {}
                (FabricKind::Chips(_) | FabricKind::Wafers(_), _) => {
                    change.set("layout", LayoutChoice::Strips.as_str());
                    let sums = scene.collective == Collective::AllReduce;
                    change.set("algorithm", if sums { "strips-middle" } else { AUTO });
                }
            },
            Some(Machine::WaferCluster(machine)) => {
                change.set("algorithm", AUTO);
                limit = Some(machine.wafers.count());
            }
            Some(Machine::Free(machine)) => {
                change.set("algorithm", AUTO);
                let topology = FreeTopology::from_machine(machine);
                if topology.is_some_and(FreeTopology::takes_region) {
                    change.set("region", region_for(replicas, &machine.region));
                }
                limit =
                    topology.filter(|topology| !topology.takes_region()).map(|topology| topology.max_chips(machine));
            }
            Some(Machine::Network(_)) | None => {}
        }
        if let Some(most) = limit.filter(|&most| replicas > most) {
            change.set_workload("replicas", most);
        }
        change.settings
    }

    /// What must change with the layout of a wafer.
    pub fn layout_change(&self, fabric: usize, layout: LayoutChoice, catalog: &Catalog) -> FabricChange {
        self.keeping_faults(fabric, self.layout_settings(fabric, layout), catalog)
    }

    /// A change that keeps the degradations that it can; as it is if it is refused even without them.
    fn keeping_faults(&self, fabric: usize, settings: Vec<Setting>, catalog: &Catalog) -> FabricChange {
        let kept = self.with_fitting_faults(fabric, &settings, catalog);
        kept.unwrap_or(FabricChange { settings, dropped_faults: 0 })
    }

    fn layout_settings(&self, fabric: usize, layout: LayoutChoice) -> Vec<Setting> {
        let per_pe = layout == LayoutChoice::PerPe;
        let mut change = Change::new(fabric);
        change.set("layout", layout.as_str());
        change.set("algorithm", if per_pe { "chain-xy" } else { "strips-middle" });
        change.set("params.broadcast", "None");
        // A gradient of a whole replica does not fit into one PE.
        if per_pe && self.scene.message.0 > MAX_PER_PE_BYTES {
            change.set_workload("message", "4KiB");
        }
        change.settings
    }

    /// What must change with the timing of a fabric.
    pub fn timing_change(&self, fabric: usize, timing: TimingChoice, catalog: &Catalog) -> FabricChange {
        let mut change = Change::new(fabric);
        change.set("timing", timing.as_str());
        change.set("algorithm", AUTO);
        change.drop_params();
        self.keeping_faults(fabric, change.settings, catalog)
    }

    /// What must change with the network between the nodes of a fabric; `None` for a single node. Empty if the fabric is
    /// not one of GPUs.
    pub fn network_change(&self, fabric: usize, network: Option<&str>, catalog: &Catalog) -> FabricChange {
        self.keeping_algorithm(fabric, self.network_settings(fabric, network), catalog)
    }

    /// A change that keeps the algorithm if the changed fabric has it; else as its settings say.
    fn keeping_algorithm(&self, fabric: usize, settings: Vec<Setting>, catalog: &Catalog) -> FabricChange {
        let path = format!("fabrics.{fabric}.algorithm");
        let without: Vec<Setting> = settings.iter().filter(|setting| setting.path != path).cloned().collect();
        let kept = self.with_fitting_faults(fabric, &without, catalog);
        kept.unwrap_or_else(|| self.keeping_faults(fabric, settings, catalog))
    }

    fn network_settings(&self, fabric: usize, network: Option<&str>) -> Vec<Setting> {
        let Some(FabricKind::Chips(chips)) = self.scene.fabrics.get(fabric).map(|fabric| &fabric.kind) else {
            return Vec::new();
        };
        let Some(machine) = chips.machine.nvlink() else { return Vec::new() };
        let replicas = self.scene.replicas;
        let mut change = Change::new(fabric);
        match network {
            None => {
                change.set("network", "None");
                change.set("nodes", 1);
                change.set("params.nic_capacity", "None");
                change.set("params.nic_latency", "None");
                change.set("params.oversubscription", "None");
                change.set("algorithm", AUTO);
                change.set_workload("replicas", replicas.min(machine.gpus.count()));
            }
            Some(network) => {
                change.set("network", network);
                let several = matches!(&chips.topology, Topology::Cluster(cluster) if cluster.nodes > 1);
                if !several {
                    change.set("nodes", 2);
                    change.set("algorithm", AUTO);
                    change.set_workload("replicas", 2 * (replicas / 2));
                }
            }
        }
        change.settings
    }
}

/// The fewest nodes for as many GPUs, all with the same number; `None` if they fit into one.
fn nodes_for(gpus: u32, most_per_node: u32) -> Option<u32> {
    let fewest = gpus.div_ceil(most_per_node.max(1));
    (fewest..=gpus).find(|nodes| gpus.is_multiple_of(*nodes)).filter(|nodes| *nodes > 1)
}

/// A box of as many chips as near to a cube as it gets, so that the comparison goes on with the same ranks. `usual` if there
/// is none within its sides.
fn region_for(chips: u32, usual: &str) -> String {
    let Ok(mut most) = usual.split('x').map(str::parse).collect::<Result<Vec<u32>, _>>() else {
        return usual.to_owned();
    };
    most.sort_unstable();
    let mut left = chips;
    let mut sides = Vec::new();
    for after in (0..most.len() as u32).rev() {
        let side = (2..=left)
            .take_while(|side| side.saturating_pow(after + 1) <= left)
            .filter(|side| left.is_multiple_of(*side));
        let Some(side) = side.last() else { return usual.to_owned() };
        sides.push(side);
        left /= side;
    }
    let fits = left == 1 && sides.iter().zip(&most).all(|(side, most)| side <= most);
    if fits { sides.iter().map(u32::to_string).collect::<Vec<_>>().join("x") } else { usual.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::presets::{BUNDLED, first_look};
    use crate::scene::schema::{FaultFile, ParamsFile};
    use crate::scene::value_reader::{ReadError, read};

    #[test]
    fn any_machine_can_follow_any_other_one() {
        let catalog = Catalog::bundled().expect("the catalog");
        for scene in BUNDLED {
            let document = scene.load(&catalog).unwrap_or_else(|found| panic!("{found}"));
            for machine in catalog.machine_ids().filter(|&machine| machine != FreeTopology::Graph.id()) {
                for fabric in 0..document.file.fabrics.len() {
                    let settings = document.machine_change(fabric, machine, &catalog).settings;
                    // Another fabric of the scene may need the replicas that this machine does not have.
                    let changed = document.with(&settings, &catalog);
                    let refused = |found: &crate::scene::Diagnostics| {
                        found.faults.iter().all(|found| !found.path.starts_with(&format!("fabrics.{fabric}.")))
                    };
                    match changed {
                        Ok(changed) => {
                            assert_eq!(changed.file.fabrics[fabric].machine, machine);
                            assert_eq!(changed.file.fabrics[fabric].params, ParamsFile::default());
                        }
                        Err(found) => assert!(refused(&found), "{}: {machine}: {found}", scene.file),
                    }
                }
            }
        }
    }

    #[test]
    fn a_cluster_keeps_its_job_with_another_machine() {
        let catalog = Catalog::bundled().expect("the catalog");
        let scene = BUNDLED.iter().find(|scene| scene.file == "cluster.ron").expect("the scene");
        let document = scene.load(&catalog).unwrap_or_else(|found| panic!("{found}"));
        let changed = |document: &SceneDocument, machine: &str| {
            document
                .with(&document.machine_change(0, machine, &catalog).settings, &catalog)
                .expect("an accepted change")
        };
        let shape = |document: &SceneDocument| {
            let fabric = &document.file.fabrics[0];
            (document.scene.replicas, fabric.nodes, fabric.network.clone(), fabric.algorithm.clone())
        };
        let before = (32, 4, Some("ib-ndr".to_owned()), "hierarchical".to_owned());
        assert_eq!(shape(&document), before);
        assert_eq!(shape(&changed(&document, "dgx-h200")), before);
        assert_eq!(shape(&changed(&changed(&document, "dgx-a100"), "dgx-h100")), before);
        let rack = changed(&document, "gb200-nvl72");
        assert_eq!(shape(&rack), (32, 1, None, AUTO.to_owned()), "32 GPUs fit into one rack");
        assert_eq!((nodes_for(72, 8), nodes_for(31, 8), nodes_for(8, 8)), (Some(9), Some(31), None));
        // Measured timing stays where the machine has it.
        let measured = document
            .with(&document.timing_change(0, TimingChoice::Measured, &catalog).settings, &catalog)
            .expect("a timing");
        let timing = |document: &SceneDocument| TimingChoice::find(&document.file.fabrics[0].timing);
        assert_eq!(timing(&changed(&measured, "hgx-b200")), Some(TimingChoice::Measured));
        assert_eq!(timing(&changed(&measured, "wse-3")), Some(TimingChoice::Ideal));
    }

    #[test]
    fn layout_timing_and_network_change_together_with_what_depends_on_them() {
        let catalog = Catalog::bundled().expect("the catalog");
        let document = first_look().load(&catalog).unwrap_or_else(|found| panic!("{found}"));
        let per_pe = document
            .with(&document.layout_change(1, LayoutChoice::PerPe, &catalog).settings, &catalog)
            .expect("a layout");
        assert_eq!((per_pe.file.fabrics[1].algorithm.as_str(), per_pe.scene.message.0), ("chain-xy", 4096));
        let measured = document
            .with(&document.timing_change(0, TimingChoice::Measured, &catalog).settings, &catalog)
            .expect("a timing");
        assert_eq!(measured.file.fabrics[0].algorithm, AUTO);
        let cluster =
            document.with(&document.network_change(0, Some("ib-ndr"), &catalog).settings, &catalog).expect("a network");
        assert_eq!((cluster.file.fabrics[0].nodes, cluster.file.fabrics[0].algorithm.as_str()), (2, AUTO));
        let single = cluster.with(&cluster.network_change(0, None, &catalog).settings, &catalog).expect("one node");
        assert_eq!((single.file.fabrics[0].nodes, &single.file.fabrics[0].network), (1, &None));
        assert!(document.network_change(1, None, &catalog).settings.is_empty(), "a wafer has no network");
    }

    #[test]
    fn degradations_stay_where_the_new_machine_has_their_links() {
        let catalog = Catalog::bundled().expect("the catalog");
        let document = first_look().load(&catalog).unwrap_or_else(|found| panic!("{found}"));
        let slow = r#"fabrics.0.faults=[(link: "GPU 5 -> NVSwitch", capacity: 0.5), (link: "GPU 1 -> NVSwitch", capacity: 0.25)]"#;
        let document = document.with(&[Setting::parse(slow).expect("a setting")], &catalog).expect("a scene");
        let faults = |machine: &str| {
            let change = document.machine_change(0, machine, &catalog);
            let changed = document.with(&change.settings, &catalog).expect("a machine");
            (changed.file.fabrics[0].faults.clone(), change.dropped_faults)
        };
        let both = document.file.fabrics[0].faults.clone();
        assert_eq!(faults("dgx-h200"), (both.clone(), 0));
        assert_eq!(faults("gb200-nvl72"), (both.clone(), 0));
        assert_eq!(faults("wse-3"), (Vec::new(), 2));
        assert_eq!(faults("tpu-v5p"), (Vec::new(), 2));
        // Two GPUs: a second one, but no sixth.
        let link = Some("GPU 1 -> NVLink bridge".to_owned());
        assert_eq!(faults("h100-nvl-2"), (vec![FaultFile { link, ..both[1].clone() }], 1), "GPU 1 stays");
    }

    #[test]
    fn degradations_move_with_their_gpus_between_one_node_and_several() {
        let catalog = Catalog::bundled().expect("the catalog");
        let document = first_look().load(&catalog).unwrap_or_else(|found| panic!("{found}"));
        let slow = r#"fabrics.0.faults=[(link: "GPU 5 -> NVSwitch", capacity: 0.5), (chip: "GPU 1", slow: 0.25)]"#;
        let document = document.with(&[Setting::parse(slow).expect("a setting")], &catalog).expect("a scene");
        let faults = |document: &SceneDocument, change: &FabricChange| {
            let changed = document.with(&change.settings, &catalog).expect("a scene");
            let faults = changed.file.fabrics[0].faults.clone();
            let names = faults.into_iter().map(|fault| fault.link.or(fault.chip).expect("a name"));
            (names.collect::<Vec<_>>(), change.dropped_faults, changed)
        };
        // Two nodes of four GPUs: the sixth GPU of the box has no place in the first of them.
        let (names, dropped, cluster) = faults(&document, &document.network_change(0, Some("ib-ndr"), &catalog));
        assert_eq!((names, dropped), (vec!["GPU 1 of node 0".to_owned()], 1));
        let (names, dropped, _) = faults(&cluster, &cluster.network_change(0, None, &catalog));
        assert_eq!((names, dropped), (vec!["GPU 1".to_owned()], 0));
    }

    #[test]
    fn a_torus_begins_with_as_many_chips_as_there_were() {
        let regions = [(8, "4x4x4"), (24, "4x4x4"), (64, "4x4x4"), (8, "16x16"), (7, "4x4x4"), (72, "4x4x4"), (3, "")];
        let found: Vec<String> = regions.iter().map(|(chips, usual)| region_for(*chips, usual)).collect();
        assert_eq!(found, ["2x2x2", "2x3x4", "4x4x4", "2x4", "4x4x4", "4x4x4", ""]);
        let catalog = Catalog::bundled().expect("the catalog");
        let document = first_look().load(&catalog).unwrap_or_else(|found| panic!("{found}"));
        let torus =
            document.with(&document.machine_change(0, "tpu-v5p", &catalog).settings, &catalog).expect("a machine");
        let fabric = &torus.file.fabrics[0];
        assert_eq!((fabric.region.as_deref(), fabric.algorithm.as_str()), (Some("2x2x2"), AUTO));
    }

    #[test]
    fn all_departures_are_dropped() {
        let error = read::<ParamsFile>(&serde_json::json!({"?": 1})).expect_err("an unknown field");
        let ReadError::UnknownField { known, .. } = error else { panic!("{error}") };
        let sorted = |names: &[&'static str]| {
            let mut names = names.to_vec();
            names.sort_unstable();
            names
        };
        assert_eq!(sorted(known), sorted(&PARAMS));
    }
}
