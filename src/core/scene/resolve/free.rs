//! The meaning of fabrics with free figures: switch, mesh, torus, full mesh and graph.

use super::checker::Checker;
use crate::catalog::FreeMachine;
use crate::collective::ChipAlgorithm;
use crate::fabric::{FullMesh, Graph, LinkFigures, LinkMode, LinkSpec, Node, NodeInterconnect, Switch, Topology};
use crate::scene::schema::{FabricFile, GraphFile};
use crate::scene::{ChipFabric, ChipMachine, FreeTopology, MAX_RANKS};
use crate::units::quoted;

/// Most links of a graph.
const MAX_GRAPH_LINKS: usize = 10_000;

impl Checker<'_> {
    /// A switch, a mesh, a torus or a graph.
    pub(super) fn free(
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
                let most = kind.max_chips(machine);
                let lengths = self.box_of_chips(&at("region"), file.region.as_deref(), most)?;
                kind.box_of_chips(machine, lengths, links)
            }
            FreeTopology::Graph => Topology::Graph(self.graph(&at("graph"), file.graph.as_ref(), links)?),
            // A number of replicas that is out of any range has been reported.
            FreeTopology::Switch if replicas > MAX_RANKS => return None,
            FreeTopology::FullMesh if !(2..=MAX_RANKS).contains(&replicas) => return None,
            FreeTopology::Switch | FreeTopology::FullMesh if replicas > kind.max_chips(machine) => {
                let most = kind.max_chips(machine);
                let problem = format!("replicas is {replicas}; a {} has at most {most} chips", machine.name);
                self.wrong_replicas("workload.replicas", problem, format!("accepted: 2 to {most}"));
                return None;
            }
            FreeTopology::Switch => {
                Topology::Switch(Switch { hub: NodeInterconnect::Switch, ranks: replicas, capacity, latency })
            }
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

    /// The lengths of the axes of a mesh or torus; those that are not given are 1.
    fn box_of_chips(&mut self, path: &str, region: Option<&str>, most: u32) -> Option<[u32; 3]> {
        let accepted = format!("accepted: COLUMNSxROWS or XxYxZ, such as 16x16 or 4x4x4, at most {most} chips in all");
        let Some(text) = region else {
            self.wrong(path, "a mesh or torus needs its size", accepted);
            return None;
        };
        let lengths: Option<Vec<u32>> = text.split('x').map(|length| length.parse().ok()).collect();
        let axes = lengths.and_then(|lengths| match lengths[..] {
            [width, height] => Some([width, height, 1]),
            [x, y, z] => Some([x, y, z]),
            _ => None,
        });
        let fits = axes.filter(|axes| {
            let chips = axes.iter().try_fold(1_u64, |chips, &length| chips.checked_mul(length.into()));
            chips.is_some_and(|chips| (2..=u64::from(most)).contains(&chips))
        });
        if fits.is_none() {
            self.wrong(path, format!("`{}` is not a size of a mesh or torus", quoted(text)), accepted);
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
                    self.wrong(at(field), format!("no chip {chip} in this graph"), hint);
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
                if link.bidirectional {
                    graph.join(Node(link.to), Node(link.from), spec);
                }
            }
        }
        Some(graph)
    }
}
