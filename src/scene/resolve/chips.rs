//! The meaning of fabrics of chips: GPUs in one or many nodes, and switches, meshes, tori and graphs with free figures.

use super::checker::{CAPACITIES, Checker};
use crate::catalog::{FreeMachine, Network, NvlinkMachine, WaferClusterMachine};
use crate::collective::{ChipAlgorithm, Delays, FirstPartner};
use crate::fabric::{
    Cluster, FullMesh, Graph, Grid, LinkFigures, LinkMode, LinkSpec, Node, Switch, Topology, WaferCluster,
};
use crate::nccl::MeasuredInputs;
use crate::scene::schema::{FabricFile, GraphFile};
use crate::scene::{ChipFabric, ChipMachine, FreeTopology, MAX_RANKS, WafersFabric};
use crate::units::{BytesPerSec, Femtos};

/// Most links of a graph.
const MAX_GRAPH_LINKS: usize = 10_000;

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
        let known = if file.timing == "measured" {
            &["host", "channels", "nvls_channels", "nics"][..]
        } else if file.network.is_some() {
            &[&common[..], &["nic_capacity", "nic_latency"]].concat()
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
            None => Topology::Switch(Switch { ranks: replicas, capacity: nvlink.capacity, latency: nvlink.latency }),
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
                Topology::Cluster(Cluster { nodes, gpus_per_node: replicas / nodes, nvlink, host, nic, nodes_per_leaf })
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

    /// What the measured timing needs to know; `Some(None)` with ideal timing.
    fn measured(
        &mut self,
        index: usize,
        file: &FabricFile,
        machine: &NvlinkMachine,
        (nodes, gpus): (u32, u32),
        network: Option<&Network>,
    ) -> Option<Option<MeasuredInputs>> {
        let at = |field: &str| format!("fabrics.{index}.{field}");
        if !self.choice(&at("timing"), "timing", &file.timing, &[("ideal", false), ("measured", true)])? {
            return Some(None);
        }
        let Some(generation) = self.catalog.nccl().generation(&machine.nccl) else {
            let problem =
                format!("nobody has published measurements of {} that the model was held against", machine.name);
            self.wrong(at("timing"), problem, "accepted: ideal");
            return None;
        };
        let constants = match network {
            None => None,
            Some(network) => {
                let Some(constants) = self.catalog.nccl().network(&network.nccl) else {
                    let problem = format!("the measured timing knows nothing of {}", network.name);
                    self.wrong(at("network"), problem, "accepted: another network, or timing ideal");
                    return None;
                };
                let nics = self.nics(&at("params.nics"), file.params.nics, machine, network, gpus)?;
                Some((constants, nics, network.nic_gb_s.value * 8.0))
            }
        };
        let mut inputs = MeasuredInputs::usual(generation, nodes, gpus, constants);
        inputs.nvls &= machine.in_switch_reduction.value > 0.0;
        inputs.arm_host = machine.is_rack();
        let params = &file.params;
        inputs.host_s = self.time(&at("params.host"), &params.host, 0.0)?.secs();
        for (field, given, value) in [
            ("channels", params.channels, &mut inputs.channels),
            ("nvls_channels", params.nvls_channels, &mut inputs.nvls_channels),
        ] {
            match given {
                Some(count) if (1..=64).contains(&count) => *value = count,
                Some(count) => {
                    self.wrong(at(&format!("params.{field}")), format!("{count} channels"), "accepted: 1 to 64");
                    return None;
                }
                None => {}
            }
        }
        inputs.set_channels = params.channels;
        if network.is_none() && params.nics.is_some() {
            self.wrong(at("params.nics"), "one node uses no NICs", "leave it out, or name a network");
            return None;
        }
        Some(Some(inputs))
    }

    /// NICs of a node in use: those of its GPUs, or as many as the scene says.
    fn nics(
        &mut self,
        path: &str,
        given: Option<f64>,
        machine: &NvlinkMachine,
        network: &Network,
        gpus: u32,
    ) -> Option<f64> {
        let Some(nics) = given else { return Some(network.nics_of_node(machine, gpus)) };
        let most = network.nics_of_node(machine, machine.gpus.count());
        if nics > 0.0 && nics <= most {
            return Some(nics);
        }
        let problem = if nics > most {
            format!("{nics} NICs, but a node of {} over {} has {most}", machine.name, network.name)
        } else {
            format!("{nics} NICs")
        };
        self.wrong(path, problem, format!("accepted: above 0, at most {most}"));
        None
    }

    /// The number of nodes, if the replicas spread evenly over them and fit.
    fn nodes(&mut self, index: usize, file: &FabricFile, machine: &NvlinkMachine, replicas: u32) -> Option<u32> {
        let at = |field: &str| format!("fabrics.{index}.{field}");
        let gpus = machine.gpus.count();
        let Some(nodes) = u32::try_from(file.nodes).ok().filter(|nodes| (1..=MAX_RANKS).contains(nodes)) else {
            self.wrong(at("nodes"), format!("{} nodes", file.nodes), format!("accepted: 1 to {MAX_RANKS}"));
            return None;
        };
        // A number that is out of any range is told once.
        if replicas > MAX_RANKS {
            return None;
        }
        if u64::from(replicas) > u64::from(gpus) * u64::from(nodes) {
            let many = if nodes > 1 { format!("{nodes} nodes of {}", machine.name) } else { machine.name.clone() };
            let all = u64::from(gpus) * u64::from(nodes);
            let problem = format!("{replicas} replicas, but {many} has {all} GPUs");
            self.wrong("workload.replicas", problem, format!("accepted: 2 to {all}"));
            return None;
        }
        if nodes > replicas {
            let problem = format!("{nodes} nodes, but only {replicas} replicas");
            self.wrong(at("nodes"), problem, format!("accepted: 1 to {replicas}"));
            return None;
        }
        if !replicas.is_multiple_of(nodes) {
            let problem = format!("{replicas} replicas do not spread evenly over {nodes} nodes");
            self.wrong("workload.replicas", problem, format!("accepted: a multiple of {nodes}"));
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

    fn first_partner(&mut self, index: usize, file: &FabricFile) -> Option<FirstPartner> {
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

    /// Refuses what only a wafer has.
    fn no_wafer(&mut self, index: usize, file: &FabricFile, name: &str) {
        let fields =
            [("layout", file.layout.is_some()), ("region", file.region.is_some()), ("graph", file.graph.is_some())];
        for (field, _) in fields.into_iter().filter(|(_, given)| *given) {
            let path = format!("fabrics.{index}.{field}");
            self.wrong(path, format!("{name} has no {field}"), "leave it out");
        }
    }

    /// Refuses what only nodes have.
    fn no_nodes(&mut self, index: usize, file: &FabricFile, name: &str) {
        let fields = [("nodes", file.nodes != 1), ("network", file.network.is_some())];
        for (field, _) in fields.into_iter().filter(|(_, given)| *given) {
            let path = format!("fabrics.{index}.{field}");
            self.wrong(path, format!("{name} has no {field}"), "leave it out");
        }
    }

    /// A switch, a mesh, a torus or a graph.
    pub(crate) fn free(
        &mut self,
        index: usize,
        file: &FabricFile,
        machine: &FreeMachine,
        replicas: u32,
    ) -> Option<ChipFabric> {
        let at = |field: &str| format!("fabrics.{index}.{field}");
        self.no_nodes(index, file, &machine.name);
        if file.layout.is_some() {
            self.wrong(at("layout"), format!("a {} has no layout", machine.name), "leave it out");
        }
        let known = ["link_capacity", "link_latency", "launch", "step_delay", "first_partner", "blocking_sends"];
        self.only(index, &file.params, &machine.name, &known);
        let capacity = self.rate(&at("params.link_capacity"), &file.params.link_capacity, machine.link_gb_s.value)?;
        let latency =
            self.time(&at("params.link_latency"), &file.params.link_latency, machine.link_latency_ns.value)?;
        let links = LinkFigures { capacity, latency };
        let kind = FreeTopology::from_machine(machine)?;
        if !kind.takes_region() && file.region.is_some() {
            self.wrong(at("region"), format!("a {} has no region", machine.name), "leave it out");
        }
        if !kind.takes_graph() && file.graph.is_some() {
            self.wrong(at("graph"), format!("a {} has no list of links", machine.name), "leave it out");
        }
        let topology = match kind {
            FreeTopology::Mesh | FreeTopology::Torus => {
                let (width, height) = self.box_of_chips(&at("region"), file.region.as_deref())?;
                Topology::Grid(Grid { width, height, wraps: kind == FreeTopology::Torus, links })
            }
            FreeTopology::Graph => Topology::Graph(self.graph(&at("graph"), file.graph.as_ref(), links)?),
            // A number of replicas that is out of any range has been reported.
            FreeTopology::Switch if replicas > MAX_RANKS => return None,
            FreeTopology::FullMesh if !(2..=MAX_RANKS).contains(&replicas) => return None,
            FreeTopology::FullMesh if replicas > kind.max_ranks() => {
                let most = kind.max_ranks();
                let problem = format!("replicas is {replicas}; a {} has at most {most} chips", machine.name);
                self.wrong("workload.replicas", problem, format!("accepted: 2 to {most}"));
                return None;
            }
            FreeTopology::Switch => Topology::Switch(Switch { ranks: replicas, capacity, latency }),
            FreeTopology::FullMesh => Topology::FullMesh(FullMesh { chips: replicas, links }),
        };
        Some(ChipFabric {
            machine: ChipMachine::Free(machine.clone()),
            network: None,
            topology,
            algorithm: ChipAlgorithm::Ring,
            first_partner: self.first_partner(index, file)?,
            measured: None,
        })
    }

    fn box_of_chips(&mut self, path: &str, region: Option<&str>) -> Option<(u32, u32)> {
        let accepted = format!("accepted: COLUMNSxROWS, such as 16x16, at most {MAX_RANKS} chips in all");
        let Some(text) = region else {
            self.wrong(path, "a mesh or torus needs its size", accepted);
            return None;
        };
        let parts: Option<(u32, u32)> =
            text.split_once('x').and_then(|(width, height)| Some((width.parse().ok()?, height.parse().ok()?)));
        let fits = parts.filter(|&(width, height)| {
            let chips = u64::from(width) * u64::from(height);
            width > 0 && height > 0 && (2..=u64::from(MAX_RANKS)).contains(&chips)
        });
        if fits.is_none() {
            self.wrong(path, format!("`{text}` is no size of a mesh"), accepted);
        }
        fits
    }

    /// Links one by one.
    fn graph(&mut self, path: &str, file: Option<&GraphFile>, default: LinkFigures) -> Option<Graph> {
        let Some(file) = file else {
            self.wrong(path, "a graph needs its links", "accepted: (chips: 4, links: [(from: 0, to: 1), ...])");
            return None;
        };
        if !(2..=1024).contains(&file.chips) {
            self.wrong(format!("{path}.chips"), format!("{} chips", file.chips), "accepted: 2 to 1024");
            return None;
        }
        if file.links.len() > MAX_GRAPH_LINKS {
            let hint = format!("accepted: at most {MAX_GRAPH_LINKS} links");
            self.wrong(format!("{path}.links"), format!("{} links", file.links.len()), hint);
            return None;
        }
        let mut graph = Graph::of_nodes(file.chips);
        for (number, link) in file.links.iter().enumerate() {
            let at = |field: &str| format!("{path}.links.{number}.{field}");
            for (field, chip) in [("from", link.from), ("to", link.to)] {
                if chip >= file.chips {
                    let hint = format!("accepted: 0 to {}", file.chips - 1);
                    self.wrong(at(field), format!("there is no chip {chip}"), hint);
                }
            }
            if link.from == link.to {
                self.wrong(at("to"), format!("chip {} is joined to itself", link.to), "accepted: another chip");
            }
            let capacity = self.rate(&at("capacity"), &link.capacity, default.capacity.0 / 1e9)?;
            let latency = self.time(&at("latency"), &link.latency, default.latency.secs() * 1e9)?;
            let spec = LinkSpec { capacity, latency, class: 0, mode: LinkMode::Shared };
            if link.from < file.chips && link.to < file.chips {
                graph.join(Node(link.from), Node(link.to), spec);
                if link.both_ways {
                    graph.join(Node(link.to), Node(link.from), spec);
                }
            }
        }
        Some(graph)
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
            self.wrong("workload.replicas", problem, format!("accepted: 2 to {most}"));
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
    fn rate(&mut self, path: &str, given: &Option<String>, default_gb_s: f64) -> Option<BytesPerSec> {
        let Some(text) = given else { return Some(BytesPerSec(default_gb_s * 1e9)) };
        let rate = self.unit(path, BytesPerSec::parse(text))?;
        if !CAPACITIES.contains(&rate.0) {
            self.wrong(path, format!("`{text}` is out of range"), "accepted: 1 KB/s to 1000 TB/s");
            return None;
        }
        Some(rate)
    }
}
