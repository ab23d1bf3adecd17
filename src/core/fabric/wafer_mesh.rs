//! A mesh of PEs on a wafer: links between neighbouring routers, and a ramp from each router into its core.

use super::direction::Direction;
use super::link::{LinkId, LinkMode, LinkSpec};
use super::link_class::LinkClass;
use super::link_run::Path;
use super::names::{LinkName, RankNames, RankNoun, RankNumbers};
use super::topology::{Node, TopologyKind};
use crate::units::{BytesPerSec, Femtos};

/// `width` x `height` PEs; x grows to the east, y to the south.
///
/// Link ids go direction by direction: `direction * width * height + y * width + x`, named by the PE that the link
/// leaves (the ramp: by its own PE). So the links of one row and direction are neighbours, and a route along a row is
/// one run of ids.
#[derive(Clone, Debug, PartialEq)]
pub struct Mesh {
    /// PEs in a row.
    pub width: u32,
    /// PEs in a column.
    pub height: u32,
    /// Clock, hertz.
    pub clock_hz: f64,
    /// Bytes that a link or a ramp moves in one cycle (a wavelet: 4 bytes).
    pub bytes_per_cycle: f64,
    /// Cycles from router to router.
    pub hop_cycles: f64,
    /// Cycles that a corner adds.
    pub turn_cycles: f64,
    /// Cycles of the ramp, `T_R` (HPDC 2024: 2 on WSE-2).
    pub ramp_cycles: f64,
}

impl Mesh {
    /// Number of PEs.
    pub fn pe_count(&self) -> u32 {
        self.width * self.height
    }

    /// The link that leaves PE (x, y) in a direction.
    pub fn link_id(&self, x: u32, y: u32, direction: Direction) -> LinkId {
        LinkId(direction as u32 * self.pe_count() + y * self.width + x)
    }

    /// The PE and the direction of a link: the inverse of [`Mesh::link_id`]. `None` beyond the last id.
    pub fn place(&self, id: LinkId) -> Option<(u32, u32, Direction)> {
        let direction = *Direction::ALL.get((id.0 / self.pe_count()) as usize)?;
        let pe = id.0 % self.pe_count();
        Some((pe % self.width, pe / self.width, direction))
    }

    /// A number of cycles as time, rounded once (a cycle of 0.875 GHz is not a whole number of femtoseconds).
    pub fn cycles(&self, cycles: f64) -> Femtos {
        Femtos((cycles * self.cycle_fs()).round_ties_even() as u64)
    }

    /// One cycle in femtoseconds, exact.
    pub fn cycle_fs(&self) -> f64 {
        1e15 / self.clock_hz
    }

    /// One cycle, as it is subtracted from the reported time of a collective: the hop latency already contains the first
    /// wavelet's own cycle (engine-model 1.7).
    pub fn cycle(&self) -> Femtos {
        self.cycles(1.0)
    }

    /// Cycles of a reduction or a delivery in a core: down the ramp, one operation, up again (2 T_R + 1).
    pub fn processing_cycles(&self) -> f64 {
        2.0 * self.ramp_cycles + 1.0
    }

    /// Bytes per second of a link, and of a ramp.
    pub fn link_capacity(&self) -> BytesPerSec {
        BytesPerSec(self.bytes_per_cycle * self.clock_hz)
    }

    /// Multiplies the time of an addition or a delivery in a core, ramps included. The cycles of a ramp may become
    /// negative: only the sum matters.
    pub fn scale_processing(&mut self, factor: f64) {
        self.ramp_cycles = (self.processing_cycles() * factor - 1.0) / 2.0;
    }
}

impl TopologyKind for Mesh {
    fn link_count(&self) -> u32 {
        5 * self.pe_count()
    }

    fn link(&self, id: LinkId) -> Option<LinkSpec> {
        let (_, _, direction) = self.place(id)?;
        let ramp = direction == Direction::Ramp;
        Some(LinkSpec {
            capacity: self.link_capacity(),
            latency: if ramp { Femtos(0) } else { self.cycles(self.hop_cycles) },
            class: match direction {
                Direction::East | Direction::West => 0,
                Direction::North | Direction::South => 1,
                Direction::Ramp => 2,
            },
            mode: LinkMode::Shared,
        })
    }

    /// The routers; a ramp leads to no other router.
    fn node_count(&self) -> u32 {
        self.pe_count()
    }

    fn ends(&self, id: LinkId) -> Option<(Node, Node)> {
        let (x, y, direction) = self.place(id)?;
        let (to_x, to_y) = match direction {
            Direction::East => (x + 1, y),
            Direction::West => (x.checked_sub(1)?, y),
            Direction::North => (x, y.checked_sub(1)?),
            Direction::South => (x, y + 1),
            Direction::Ramp => return None,
        };
        let inside = to_x < self.width && to_y < self.height;
        inside.then_some((Node(y * self.width + x), Node(to_y * self.width + to_x)))
    }

    fn links_from(&self, node: Node) -> Vec<LinkId> {
        let (x, y) = (node.0 % self.width, node.0 / self.width);
        let links = Direction::ALL.into_iter().map(|direction| self.link_id(x, y, direction));
        links.filter(|&id| self.ends(id).is_some()).collect()
    }

    /// Only the ramp: the links of a router also serve other PEs.
    fn ports(&self, rank: u32) -> Vec<LinkId> {
        vec![self.link_id(rank % self.width, rank / self.width, Direction::Ramp)]
    }

    fn class_names(&self) -> &'static [&'static str] {
        &["row link", "column link", "ramp"]
    }

    fn classes(&self) -> &'static [LinkClass] {
        &[LinkClass::MeshLink, LinkClass::Ramp]
    }

    fn class(&self, id: LinkId) -> LinkClass {
        match self.place(id) {
            Some((_, _, Direction::Ramp)) => LinkClass::Ramp,
            Some(_) | None => LinkClass::MeshLink,
        }
    }

    fn latency(&self, class: LinkClass) -> Femtos {
        if class == LinkClass::MeshLink { self.cycles(self.hop_cycles) } else { Femtos(0) }
    }

    /// The cycles of a hop and of a turn.
    fn scale_latency(&mut self, class: LinkClass, factor: f64) {
        if class == LinkClass::MeshLink {
            self.hop_cycles *= factor;
            self.turn_cycles *= factor;
        }
    }

    /// PEs send along plans of their own, not from any PE to any other.
    fn path(&self, _: u32, _: u32) -> Option<Path> {
        None
    }

    fn ranks(&self) -> u32 {
        self.pe_count()
    }

    fn farthest_latency_s(&self, _: &dyn Fn(LinkId) -> bool) -> f64 {
        0.0
    }

    fn wavelet_cycle(&self) -> Femtos {
        self.cycle()
    }

    fn link_patterns(&self) -> &'static [&'static str] {
        &[
            "PE ({}, {}) → east",
            "PE ({}, {}) → west",
            "PE ({}, {}) → north",
            "PE ({}, {}) → south",
            "ramp of PE ({}, {})",
            "PE ({}, {}) → ramp",
        ]
    }

    fn name_of(&self, id: LinkId) -> Option<LinkName> {
        let (x, y, direction) = self.place(id)?;
        Some(LinkName::new(direction as usize, &[x, y]))
    }

    /// A ramp has a second spelling. Links that lead off the edge are not found.
    fn link_of(&self, name: &LinkName) -> Option<LinkId> {
        let &[x, y] = name.numbers() else { return None };
        let direction = Direction::ALL.get(name.pattern).copied().unwrap_or(Direction::Ramp);
        if x >= self.width || y >= self.height {
            return None;
        }
        let link = self.link_id(x, y, direction);
        (direction == Direction::Ramp || self.ends(link).is_some()).then_some(link)
    }

    fn rank_names(&self) -> RankNames {
        RankNames { noun: RankNoun::Pe, numbers: RankNumbers::At { width: self.width }, count: self.pe_count() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_id_and_its_place_are_inverses() {
        let mesh = Mesh {
            width: 7,
            height: 5,
            clock_hz: 1e9,
            bytes_per_cycle: 4.0,
            hop_cycles: 1.0,
            turn_cycles: 0.0,
            ramp_cycles: 2.0,
        };
        for id in 0..mesh.link_count() {
            let (x, y, direction) = mesh.place(LinkId(id)).expect("an id below the count");
            assert_eq!(mesh.link_id(x, y, direction), LinkId(id));
        }
        assert_eq!(mesh.place(LinkId(mesh.link_count())), None);
    }
}
