//! What every kind of topology provides: its links, what they connect, the path between two ranks, and names.

use super::link::{LinkId, LinkSpec};
use super::link_class::LinkClass;
use super::link_run::Path;
use super::names::{LinkName, RankNames};
use crate::units::Femtos;

/// A chip, a switch or a NIC, numbered within one fabric. Ranks come first: rank 3 is node 3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Node(pub u32);

/// One kind of topology. All its links are whole; [`super::Fabric`] adds those that are slow or down.
///
/// Links are computed from their ids, so that a fabric of millions of links takes no memory. A new kind is a type that
/// implements this trait, and one line in `kinds.rs`.
pub trait TopologyKind {
    /// Number of links: valid ids are smaller.
    fn link_count(&self) -> u32;

    /// The figures of a link. `None` for an id that this fabric does not have.
    fn link(&self, id: LinkId) -> Option<LinkSpec>;

    /// The names of the directed link classes, by [`LinkSpec::class`].
    fn class_names(&self) -> &'static [&'static str];

    /// The classes of its links, both directions together.
    fn classes(&self) -> &'static [LinkClass];

    /// The class of a link. By default the first, for topologies of one class.
    fn class(&self, _: LinkId) -> LinkClass {
        self.classes()[0]
    }

    /// The latency of the links of a class, the longest if they differ; zero for classes that it does not have.
    fn latency(&self, class: LinkClass) -> Femtos;

    /// Multiplies the latency of all links of a class.
    fn scale_latency(&mut self, class: LinkClass, factor: f64);

    /// The nodes that a link leads from and to. `None` for an id that this fabric does not have, and for ramps, which
    /// lead from a router into its own core.
    fn ends(&self, id: LinkId) -> Option<(Node, Node)>;

    /// The links that leave a node, ascending.
    fn links_from(&self, node: Node) -> Vec<LinkId>;

    /// The links that enter a node, ascending. By default those of its neighbours, for topologies in which each link has
    /// one back.
    fn links_into(&self, node: Node) -> Vec<LinkId> {
        let target = |link: &LinkId| self.ends(*link).map(|(_, to)| to);
        let mut neighbours: Vec<Node> = self.links_from(node).iter().filter_map(target).collect();
        neighbours.sort_unstable();
        neighbours.dedup();
        let links = neighbours.into_iter().flat_map(|neighbour| self.links_from(neighbour));
        let mut links: Vec<LinkId> = links.filter(|link| target(link) == Some(node)).collect();
        links.sort_unstable();
        links
    }

    /// The ports of a rank: all links that leave or enter it, ascending.
    fn ports(&self, rank: u32) -> Vec<LinkId> {
        let mut links = self.links_from(Node(rank));
        links.extend(self.links_into(Node(rank)));
        links.sort_unstable();
        links.dedup();
        links
    }

    /// Number of nodes.
    fn node_count(&self) -> u32;

    /// The links from one rank to another, in order. `None` if there is no path.
    fn path(&self, from: u32, to: u32) -> Option<Path>;

    /// Number of ranks.
    fn ranks(&self) -> u32;

    /// Seconds of latency between the two ranks that are farthest apart, over links that are up; a lower bound is enough.
    /// Zero if ranks do not send to one another.
    fn farthest_latency_s(&self, is_down: &dyn Fn(LinkId) -> bool) -> f64;

    /// The time that is subtracted from that of a collective before it is reported: one cycle on a wafer, nothing on
    /// fabrics without wavelets.
    fn wavelet_cycle(&self) -> Femtos {
        Femtos(0)
    }

    /// The patterns of the names of its links, with `{}` for each number.
    fn link_patterns(&self) -> &'static [&'static str];

    /// The name of a link. `None` for an id that this fabric does not have.
    fn name_of(&self, id: LinkId) -> Option<LinkName>;

    /// The link of a name: the inverse of [`TopologyKind::name_of`]. `None` if there is no such link.
    fn link_of(&self, name: &LinkName) -> Option<LinkId>;

    /// The names of its ranks.
    fn rank_names(&self) -> RankNames;

    /// The name of a link as text, such as `GPU 3 → NVSwitch`.
    fn link_name(&self, id: LinkId) -> String {
        self.name_of(id).map_or_else(|| format!("link {}", id.0), |name| name.write(self.link_patterns()))
    }

    /// The link of a name, by parsing it. `None` if there is no such link.
    fn find_link(&self, text: &str) -> Option<LinkId> {
        self.link_of(&LinkName::parse(self.link_patterns(), text)?)
    }

    /// Names of existing links with the numbers of a misspelt one, for suggestions.
    fn similar_links(&self, text: &str) -> Vec<String> {
        let patterns = self.link_patterns();
        // Not those that stand for another name.
        let is_name = |name: &LinkName| self.link_of(name).and_then(|link| self.name_of(link)) == Some(*name);
        let names = LinkName::with_numbers_of(patterns, text).filter(is_name);
        names.map(|name| name.write(patterns)).collect()
    }
}
