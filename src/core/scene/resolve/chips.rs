//! The meaning of fabrics of GPUs in one or many nodes, and of wafers under a tree.

use super::checker::{CAPACITIES, Checker};
use crate::catalog::{Network, NvlinkMachine, WaferClusterMachine};
use crate::collective::{ChipAlgorithm, Delays, FirstPartner};
use crate::fabric::{Cluster, LinkFigures, Switch, Topology, WaferCluster};
use crate::scene::schema::FabricFile;
use crate::scene::{ChipFabric, ChipMachine, MAX_RANKS, TimingChoice, WafersFabric};
use crate::units::{BytesPerSec, Femtos, grouped, plain, quoted};

/// The most that a spine may be oversubscribed.
const MAX_OVERSUBSCRIPTION: f64 = 1000.0;

impl Checker<'_> {
    /// GPUs in one NVLink domain, or in several over a network.
    pub(crate) fn nvlink(
        &mut self,
        index: usize,
        file: &FabricFile,
        machine: &NvlinkMachine,
        replicas: u32,
    ) -> Option<ChipFabric> {
        let at = |field: &str| format!("fabrics.{index}.{field}");
        self.no_wafer(index, file, &machine.name);
        let nodes = self.nodes(index, file, machine, replicas);
        let network = self.network(index, file);
        let common = ["link_capacity", "link_latency", "launch", "step_delay", "first_partner", "blocking_sends"];
        let known = if TimingChoice::find(&file.timing) == Some(TimingChoice::Measured) {
            &["host", "channels", "nvls_channels", "nics"][..]
        } else if file.network.is_some() {
            &[&common[..], &["nic_capacity", "nic_latency", "oversubscription"]].concat()
        } else {
            &common[..]
        };
        self.only(index, &file.params, &machine.name, known);
        let mut nvlink = LinkFigures {
            capacity: self.rate(&at("params.link_capacity"), &file.params.link_capacity, machine.port_gb_s.value)?,
            latency: self.time(&at("params.link_latency"), &file.params.link_latency, machine.link_latency_ns.value)?,
        };
        let (nodes, network) = (nodes?, network?);
        let measured = self.measured(index, file, machine, (nodes, replicas / nodes), network.as_ref())?;
        // One node uses no NICs: the measured timing plays it as the switch that it is.
        let between = network.as_ref().filter(|_| nodes > 1 || measured.is_none());
        let topology = match between {
            None => Topology::Switch(Switch {
                hub: machine.interconnect,
                ranks: replicas,
                capacity: nvlink.capacity,
                latency: nvlink.latency,
            }),
            Some(network) => {
                let gpus = f64::from(replicas / nodes);
                let of_node = measured
                    .as_ref()
                    .map_or_else(|| network.nics_of_node(machine, replicas / nodes), |measured| measured.nics);
                // What a GPU has of the NICs of its node.
                let mut nic_gb_s = network.nic_gb_s.value * of_node / gpus;
                if let Some(measured) = &measured {
                    // Links carry at least what the model says: one constant is above the line rate (see the notes).
                    nic_gb_s = nic_gb_s.max(measured.nics_gb_s() / gpus);
                    nvlink.capacity.0 = nvlink.capacity.0.max(measured.ring_gb_s() * 1e9);
                }
                let nic = LinkFigures {
                    capacity: self.rate(&at("params.nic_capacity"), &file.params.nic_capacity, nic_gb_s)?,
                    latency: self.time(
                        &at("params.nic_latency"),
                        &file.params.nic_latency,
                        network.nic_latency_ns.value,
                    )?,
                };
                let host = LinkFigures {
                    capacity: BytesPerSec(machine.host_gb_s.value * 1e9 * machine.nics_per_gpu.value.max(1.0)),
                    latency: Femtos::from_secs(machine.host_latency_ns.value * 1e-9),
                };
                let nodes_per_leaf = network.nodes_per_leaf.count().max(1);
                Topology::Cluster(Cluster {
                    hub: machine.interconnect,
                    nodes,
                    gpus_per_node: replicas / nodes,
                    nvlink,
                    host,
                    nic,
                    nodes_per_leaf,
                })
            }
        };
        Some(ChipFabric {
            machine: ChipMachine::Nvlink(machine.clone()),
            network,
            topology,
            algorithm: ChipAlgorithm::Ring,
            first_partner: self.first_partner(index, file)?,
            measured: measured.map(Box::new),
        })
    }

    /// How many times less the leaves send to the spine than their NICs could.
    pub(super) fn oversubscription(&mut self, index: usize, file: &FabricFile) -> f64 {
        let given = file.params.oversubscription.unwrap_or(1.0);
        if (1.0..=MAX_OVERSUBSCRIPTION).contains(&given) {
            return given;
        }
        let (path, accepted) = (format!("fabrics.{index}.params.oversubscription"), plain(MAX_OVERSUBSCRIPTION));
        self.wrong(path, format!("oversubscription is {}", plain(given)), format!("accepted: 1 to {accepted}"));
        1.0
    }

    /// The number of nodes, if the replicas spread evenly over them and fit.
    fn nodes(&mut self, index: usize, file: &FabricFile, machine: &NvlinkMachine, replicas: u32) -> Option<u32> {
        let at = |field: &str| format!("fabrics.{index}.{field}");
        let gpus = machine.gpus.count();
        let Some(nodes) = u32::try_from(file.nodes).ok().filter(|nodes| (1..=MAX_RANKS).contains(nodes)) else {
            self.wrong(at("nodes"), format!("{} nodes", grouped(file.nodes)), format!("accepted: 1 to {MAX_RANKS}"));
            return None;
        };
        // A number that is out of any range is reported once.
        if replicas > MAX_RANKS {
            return None;
        }
        if u64::from(replicas) > u64::from(gpus) * u64::from(nodes) {
            let all = u64::from(gpus) * u64::from(nodes);
            let holders = match nodes {
                1 => format!("{} has", machine.name),
                _ => format!("{} nodes of {} have", grouped(nodes.into()), machine.name),
            };
            let problem = format!("{} replicas, but {holders} {} GPUs", grouped(replicas.into()), grouped(all));
            self.wrong_replicas("workload.replicas", problem, format!("accepted: 2 to {all}"));
            return None;
        }
        if nodes > replicas {
            let problem = format!("{nodes} nodes, but only {replicas} replicas");
            self.wrong_replicas(at("nodes"), problem, format!("accepted: 1 to {replicas}"));
            return None;
        }
        if !replicas.is_multiple_of(nodes) {
            let problem = format!("{replicas} replicas do not spread evenly over {nodes} nodes");
            self.wrong_replicas("workload.replicas", problem, format!("accepted: a multiple of {nodes}"));
            return None;
        }
        if nodes > 1 && file.network.is_none() {
            let names: Vec<&str> = self.catalog.networks().map(|network| network.id.as_str()).collect();
            let problem = format!("{nodes} nodes need a network between them");
            self.wrong(at("network"), problem, format!("accepted: {}", names.join(", ")));
            return None;
        }
        Some(nodes)
    }

    /// The network between nodes; `Some(None)` if there is none.
    fn network(&mut self, index: usize, file: &FabricFile) -> Option<Option<Network>> {
        let Some(id) = &file.network else { return Some(None) };
        let networks: Vec<(&str, &Network)> =
            self.catalog.networks().map(|network| (network.id.as_str(), network)).collect();
        let found = self.choice(&format!("fabrics.{index}.network"), "network", id, &networks)?;
        Some(Some(found.clone()))
    }

    pub(super) fn first_partner(&mut self, index: usize, file: &FabricFile) -> Option<FirstPartner> {
        let words = [("far", FirstPartner::Far), ("near", FirstPartner::Near)];
        let word = file.params.first_partner.as_deref().unwrap_or("far");
        self.choice(&format!("fabrics.{index}.params.first_partner"), "first partner", word, &words)
    }

    /// Software times, as they stand in `params`.
    pub(crate) fn delays(&mut self, index: usize, file: &FabricFile) -> Option<Delays> {
        let at = |field: &str| format!("fabrics.{index}.params.{field}");
        let launch = self.time(&at("launch"), &file.params.launch, 0.0);
        let step = self.time(&at("step_delay"), &file.params.step_delay, 0.0);
        let blocking_sends = file.params.blocking_sends.unwrap_or(false);
        Some(Delays { launch: launch?, step: step?, blocking_sends, ..Delays::default() })
    }

    /// Refuses what only a wafer or a graph has.
    pub(super) fn no_wafer(&mut self, index: usize, file: &FabricFile, name: &str) {
        let fields =
            [("layout", file.layout.is_some()), ("region", file.region.is_some()), ("graph", file.graph.is_some())];
        for (field, _) in fields.into_iter().filter(|(_, given)| *given) {
            let path = format!("fabrics.{index}.{field}");
            self.wrong(path, format!("{name} has no {field}"), "leave it out");
        }
    }

    /// Refuses what only nodes have.
    pub(super) fn no_nodes(&mut self, index: usize, file: &FabricFile, name: &str) {
        let fields = [("nodes", file.nodes != 1), ("network", file.network.is_some())];
        for (field, _) in fields.into_iter().filter(|(_, given)| *given) {
            let path = format!("fabrics.{index}.{field}");
            self.wrong(path, format!("{name} has no {field}"), "leave it out");
        }
    }

    /// Wafers under a tree: one replica each.
    pub(crate) fn wafers(
        &mut self,
        index: usize,
        file: &FabricFile,
        machine: &WaferClusterMachine,
        replicas: u32,
    ) -> Option<WafersFabric> {
        let at = |field: &str| format!("fabrics.{index}.{field}");
        self.no_wafer(index, file, &machine.name);
        self.no_nodes(index, file, &machine.name);
        self.only(index, &file.params, &machine.name, &["link_capacity", "link_latency", "launch"]);
        let most = machine.wafers.count();
        if replicas > most && replicas <= MAX_RANKS {
            let problem = format!("{replicas} replicas, but a {} has {most} wafers", machine.name);
            self.wrong_replicas("workload.replicas", problem, format!("accepted: 2 to {most}"));
        }
        let links = LinkFigures {
            capacity: self.rate(&at("params.link_capacity"), &file.params.link_capacity, machine.link_gb_s.value)?,
            latency: self.time(&at("params.link_latency"), &file.params.link_latency, machine.hop_latency_ns.value)?,
        };
        let fan_out = machine.fan_out.count().max(2);
        let tree = WaferCluster { wafers: replicas.min(most).max(2), fan_out, links };
        Some(WafersFabric { machine: machine.clone(), tree })
    }

    /// A rate of the scene, or the catalog's, GB/s.
    pub(super) fn rate(&mut self, path: &str, given: &Option<String>, default_gb_s: f64) -> Option<BytesPerSec> {
        let Some(text) = given else { return Some(BytesPerSec(default_gb_s * 1e9)) };
        let rate = self.unit(path, BytesPerSec::parse(text))?;
        if !CAPACITIES.contains(&rate.0) {
            self.wrong(path, format!("`{}` is out of range", quoted(text)), "accepted: 1 KB/s to 1000 TB/s");
            return None;
        }
        Some(rate)
    }
}
