//! Wafers joined by a SwarmX tree: each wafer has one link into it, nodes of the tree add what comes up and copy what
//! goes down (Cerebras, SwarmX).

use super::link::{LinkFigures, LinkId, LinkSpec};
use super::link_class::LinkClass;
use super::link_run::Path;
use super::names::{LinkName, RankNames, RankNoun, RankNumbers};
use super::topology::{Node, TopologyKind};
use crate::units::Femtos;

/// `wafers` wafers under a tree with `fan_out` branches per node.
///
/// Link ids: the upward link of each wafer, then of each tree node but the root, level by level; then the downward
/// links in the same order.
#[derive(Clone, Debug, PartialEq)]
pub struct WaferCluster {
    /// Wafers that take part.
    pub wafers: u32,
    /// Branches of a tree node.
    pub fan_out: u32,
    /// A wafer's link, and every link of the tree.
    pub links: LinkFigures,
}

impl WaferCluster {
    /// Number of nodes on each level: the wafers first, the root last.
    pub fn levels(&self) -> Vec<u32> {
        let mut levels = vec![self.wafers];
        let mut width = self.wafers;
        while width > 1 {
            width = width.div_ceil(self.branches());
            levels.push(width);
        }
        levels
    }

    /// Levels of the tree above the wafers: `ceil(log_f N)`.
    pub fn depth(&self) -> u32 {
        self.levels().len() as u32 - 1
    }

    /// Links in one direction: every member of every level but the root.
    fn per_direction(&self) -> u32 {
        let levels = self.levels();
        levels[..levels.len() - 1].iter().sum()
    }

    /// The links of a level into the level above, as (first id, how many).
    pub fn up(&self, level: u32) -> (LinkId, u32) {
        let levels = self.levels();
        let before: u32 = levels[..level as usize].iter().sum();
        (LinkId(before), levels[level as usize])
    }

    /// The links of a level from the level above, as (first id, how many).
    pub fn down(&self, level: u32) -> (LinkId, u32) {
        let (first, count) = self.up(level);
        (LinkId(first.0 + self.per_direction()), count)
    }

    /// Direction (upwards or not), level and place of a link.
    pub fn place(&self, id: LinkId) -> Option<(bool, u32, u32)> {
        let half = self.per_direction();
        let upwards = id.0 < half;
        let mut number = if upwards { id.0 } else { id.0.checked_sub(half)? };
        for (level, &width) in self.levels().iter().enumerate() {
            if number < width {
                return (level as u32 + 1 < self.levels().len() as u32).then_some((upwards, level as u32, number));
            }
            number -= width;
        }
        None
    }

    /// Branches of a tree node, at least 2.
    fn branches(&self) -> u32 {
        self.fan_out.max(2)
    }

    /// The level and the number of a node. `None` for nodes that it does not have.
    fn level_of(&self, node: Node) -> Option<(u32, u32)> {
        let mut number = node.0;
        for (level, width) in self.levels().into_iter().enumerate() {
            if number < width {
                return Some((level as u32, number));
            }
            number -= width;
        }
        None
    }

    /// The links between a node and the level above (`None` for the root), and those to the level below, in one
    /// direction.
    fn joined(&self, node: Node, upwards: bool) -> (Option<LinkId>, Vec<LinkId>) {
        let Some((level, number)) = self.level_of(node) else { return (None, Vec::new()) };
        let first = |level: u32| if upwards { self.up(level).0.0 } else { self.down(level).0.0 };
        let above = (level < self.depth()).then(|| LinkId(first(level) + number));
        let below = level.checked_sub(1).map(|below| {
            let width = self.levels()[below as usize];
            let members = number * self.branches()..((number + 1) * self.branches()).min(width);
            members.map(|member| LinkId(first(below) + member)).collect()
        });
        (above, below.unwrap_or_default())
    }
}

impl TopologyKind for WaferCluster {
    fn link_count(&self) -> u32 {
        2 * self.per_direction()
    }

    fn link(&self, id: LinkId) -> Option<LinkSpec> {
        let (upwards, level, _) = self.place(id)?;
        Some(self.links.spec(u8::from(!upwards) * 2 + u8::from(level > 0)))
    }

    fn class_names(&self) -> &'static [&'static str] {
        &["wafer to SwarmX", "SwarmX up", "SwarmX to wafer", "SwarmX down"]
    }

    fn classes(&self) -> &'static [LinkClass] {
        &[LinkClass::SwarmX]
    }

    fn latency(&self, class: LinkClass) -> Femtos {
        if class == LinkClass::SwarmX { self.links.latency } else { Femtos(0) }
    }

    fn scale_latency(&mut self, class: LinkClass, factor: f64) {
        if class == LinkClass::SwarmX {
            self.links.latency = self.links.latency.scaled(factor);
        }
    }

    fn ends(&self, id: LinkId) -> Option<(Node, Node)> {
        let (upwards, level, number) = self.place(id)?;
        let below = Node(self.up(level).0.0 + number);
        let first_above: u32 = self.levels()[..=level as usize].iter().sum();
        let above = Node(first_above + number / self.branches());
        Some(if upwards { (below, above) } else { (above, below) })
    }

    fn links_from(&self, node: Node) -> Vec<LinkId> {
        self.joined(node, true).0.into_iter().chain(self.joined(node, false).1).collect()
    }

    fn links_into(&self, node: Node) -> Vec<LinkId> {
        self.joined(node, true).1.into_iter().chain(self.joined(node, false).0).collect()
    }

    fn node_count(&self) -> u32 {
        self.per_direction() + 1
    }

    /// The tree adds and copies on the way: no wafer sends to another one.
    fn path(&self, _: u32, _: u32) -> Option<Path> {
        None
    }

    fn ranks(&self) -> u32 {
        self.wafers
    }

    fn farthest_latency_s(&self, _: &dyn Fn(LinkId) -> bool) -> f64 {
        0.0
    }

    fn link_patterns(&self) -> &'static [&'static str] {
        &["wafer {} → SwarmX node {}.{}", "SwarmX node {}.{} → wafer {}", "SwarmX node {}.{} → SwarmX node {}.{}"]
    }

    fn name_of(&self, id: LinkId) -> Option<LinkName> {
        let (upwards, level, number) = self.place(id)?;
        let parent = number / self.branches();
        Some(match (level, upwards) {
            (0, true) => LinkName::new(0, &[number, 1, parent]),
            (0, false) => LinkName::new(1, &[1, parent, number]),
            (_, true) => LinkName::new(2, &[level, number, level + 1, parent]),
            (_, false) => LinkName::new(2, &[level + 1, parent, level, number]),
        })
    }

    fn link_of(&self, name: &LinkName) -> Option<LinkId> {
        let (upwards, [level, number], [above, parent]) = match (name.pattern, name.numbers()) {
            (0, &[wafer, level, parent]) => (true, [0, wafer], [level, parent]),
            (1, &[level, parent, wafer]) => (false, [0, wafer], [level, parent]),
            (2, &[from, one, to, other]) if from > 0 && from < to => (true, [from, one], [to, other]),
            (2, &[from, one, to, other]) if to > 0 => (false, [to, other], [from, one]),
            _ => return None,
        };
        let fits = level < self.depth() && above == level + 1 && number < *self.levels().get(level as usize)?;
        let first = |level| if upwards { self.up(level).0.0 } else { self.down(level).0.0 };
        (fits && parent == number / self.branches()).then(|| LinkId(first(level) + number))
    }

    fn rank_names(&self) -> RankNames {
        RankNames { noun: RankNoun::Wafer, numbers: RankNumbers::Single, count: self.wafers }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{BytesPerSec, Femtos};

    fn wafers(wafers: u32) -> WaferCluster {
        let links = LinkFigures { capacity: BytesPerSec(150e9), latency: Femtos(5_000_000_000) };
        WaferCluster { wafers, fan_out: 4, links }
    }

    #[test]
    fn the_tree_is_as_deep_as_published() {
        // facts: 16 / 64 / 192 / 2,048 wafers are 2 / 3 / 4 / 6 levels under a fan-out of 4 (vector 48).
        for (count, depth) in [(1, 0), (4, 1), (16, 2), (64, 3), (192, 4), (2048, 6)] {
            assert_eq!(wafers(count).depth(), depth, "{count} wafers");
        }
    }

    #[test]
    fn every_link_climbs_one_level() {
        let tree = wafers(23);
        for id in (0..tree.link_count()).map(LinkId) {
            let (from, to) = tree.ends(id).expect("an id below the count");
            assert_ne!(from, to);
            assert!(tree.links_from(from).contains(&id), "{}", tree.link_name(id));
        }
        assert_eq!(tree.ends(LinkId(tree.link_count())), None);
    }
}
