//! Wafers joined by a SwarmX tree: each wafer has one link into it, nodes of the tree add what comes up and copy what
//! goes down (Cerebras, SwarmX).

use super::topology::Node;
use super::{LinkFigures, LinkId, LinkSpec};

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
    pub(super) const CLASS_NAMES: [&'static str; 4] =
        ["wafer to SwarmX", "SwarmX up", "SwarmX to wafer", "SwarmX down"];

    /// How many stand on each level: the wafers first, the root last.
    pub fn levels(&self) -> Vec<u32> {
        let mut levels = vec![self.wafers];
        let mut width = self.wafers;
        while width > 1 {
            width = width.div_ceil(self.fan_out.max(2));
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

    pub(super) fn link_count(&self) -> u32 {
        2 * self.per_direction()
    }

    pub(super) fn link(&self, id: LinkId) -> Option<LinkSpec> {
        let (upwards, level, _) = self.place(id)?;
        Some(self.links.spec(u8::from(!upwards) * 2 + u8::from(level > 0)))
    }

    fn name(&self, level: u32, number: u32) -> String {
        if level == 0 { format!("wafer {number}") } else { format!("SwarmX node {level}.{number}") }
    }

    pub(super) fn link_name(&self, id: LinkId) -> String {
        let Some((upwards, level, number)) = self.place(id) else { return format!("link {}", id.0) };
        let (below, above) = (self.name(level, number), self.name(level + 1, number / self.fan_out.max(2)));
        if upwards { format!("{below} → {above}") } else { format!("{above} → {below}") }
    }

    pub(super) fn node_count(&self) -> u32 {
        self.per_direction() + 1
    }

    pub(super) fn ends(&self, id: LinkId) -> Option<(Node, Node)> {
        let (upwards, level, number) = self.place(id)?;
        let below = Node(self.up(level).0.0 + number);
        let first_above: u32 = self.levels()[..=level as usize].iter().sum();
        let above = Node(first_above + number / self.fan_out.max(2));
        Some(if upwards { (below, above) } else { (above, below) })
    }

    pub(super) fn links_from(&self, node: Node) -> Vec<LinkId> {
        let ids = (0..self.link_count()).map(LinkId);
        ids.filter(|&id| self.ends(id).is_some_and(|(source, _)| source == node)).collect()
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
