//! The same link in another topology.

use super::kinds::Topology;
use super::link::LinkId;
use super::topology::TopologyKind;

impl Topology {
    /// A link of this topology in another one: by its GPU between one node and several, whatever joins the GPUs, else by its
    /// name. `None` if there is none.
    pub fn link_in(&self, other: &Topology, link: LinkId) -> Option<LinkId> {
        match (self, other) {
            (Topology::Switch(switch), Topology::Cluster(cluster)) => {
                let (up, gpu) = (link.0 < switch.ranks, link.0 % switch.ranks.max(1));
                (gpu < cluster.gpus_per_node)
                    .then(|| if up { cluster.nvlink_up(gpu) } else { cluster.nvlink_down(gpu) })
            }
            (Topology::Cluster(cluster), Topology::Switch(switch)) => match cluster.class_of(link)? {
                (0, gpu) if gpu < switch.ranks => Some(switch.up(gpu)),
                (1, gpu) if gpu < switch.ranks => Some(switch.down(gpu)),
                _ => None,
            },
            (Topology::Switch(here), Topology::Switch(there)) => there.link_of(&here.name_of(link)?),
            (Topology::Cluster(here), Topology::Cluster(there)) => there.link_of(&here.name_of(link)?),
            _ => other.find_link(&self.link_name(link)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fabric::{Cluster, LinkFigures, NodeInterconnect, Switch};
    use crate::units::{BytesPerSec, Femtos};

    #[test]
    fn a_gpus_port_is_found_again_between_hubs_and_from_one_node_to_several() {
        let links = LinkFigures { capacity: BytesPerSec(1e9), latency: Femtos(1) };
        let switch =
            |hub, ranks| Topology::from(Switch { hub, ranks, capacity: links.capacity, latency: links.latency });
        let cluster = |hub, nodes| {
            let (nvlink, host, nic) = (links, links, links);
            Topology::from(Cluster { hub, nodes, gpus_per_node: 4, nvlink, host, nic, nodes_per_leaf: 2 })
        };
        let (box_of_8, pcie) = (switch(NodeInterconnect::NvSwitch, 8), switch(NodeInterconnect::PcieSwitch, 4));
        let nodes = cluster(NodeInterconnect::PcieSwitch, 3);
        let name = |from: &Topology, to: &Topology, name: &str| {
            let link = from.find_link(name).expect("a link");
            from.link_in(to, link).map(|link| to.link_name(link))
        };
        let up = Some("GPU 3 → PCIe switch".to_owned());
        assert_eq!(name(&box_of_8, &pcie, "GPU 3 -> NVSwitch"), up);
        assert_eq!(name(&box_of_8, &pcie, "GPU 5 -> NVSwitch"), None);
        assert_eq!(name(&pcie, &box_of_8, "PCIe switch -> GPU 2"), Some("NVSwitch → GPU 2".to_owned()));
        assert_eq!(name(&box_of_8, &nodes, "GPU 3 -> NVSwitch"), Some("GPU 3 of node 0 → PCIe switch".to_owned()));
        assert_eq!(name(&nodes, &pcie, "GPU 3 of node 0 -> PCIe switch"), up);
        let two = cluster(NodeInterconnect::NvSwitch, 2);
        assert_eq!(name(&nodes, &two, "PCIe switch -> GPU 1 of node 1"), Some("NVSwitch → GPU 1 of node 1".to_owned()));
        assert_eq!(name(&nodes, &two, "GPU 1 of node 2 -> NIC"), None);
        // Scenes may name the links of any hub as those of an NVSwitch.
        assert_eq!(pcie.find_link("GPU 3 -> NVSwitch"), pcie.find_link("GPU 3 -> PCIe switch"));
        assert_eq!(nodes.find_link("NVSwitch -> GPU 3 of node 1"), nodes.find_link("PCIe switch -> GPU 3 of node 1"));
        assert_eq!(pcie.similar_links("GPU 3 to switch"), ["GPU 3 → PCIe switch", "PCIe switch → GPU 3"]);
    }
}
