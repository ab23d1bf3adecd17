//! A mesh of PEs on a wafer: links between neighbouring routers, and a ramp from each router into its core.

use super::topology::Node;
use super::{LinkId, LinkMode, LinkSpec};
use crate::units::{BytesPerSec, Femtos};

/// Where a link leaves a PE.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Towards larger x.
    East,
    /// Towards smaller x.
    West,
    /// Towards smaller y.
    North,
    /// Towards larger y.
    South,
    /// From the router down into the core.
    Ramp,
}

impl Direction {
    /// All five, in the order of link ids.
    pub const ALL: [Direction; 5] =
        [Direction::East, Direction::West, Direction::North, Direction::South, Direction::Ramp];

    /// The direction as it is written in link names.
    pub fn word(self) -> &'static str {
        match self {
            Direction::East => "east",
            Direction::West => "west",
            Direction::North => "north",
            Direction::South => "south",
            Direction::Ramp => "ramp",
        }
    }
}

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
    pub(super) const CLASS_NAMES: [&'static str; 3] = ["row link", "column link", "ramp"];

    /// PEs in all.
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

    /// A number of cycles as time, rounded once (a cycle of 0.875 GHz is no whole number of femtoseconds).
    pub fn cycles(&self, cycles: f64) -> Femtos {
        Femtos((cycles * self.cycle_fs()).round_ties_even() as u64)
    }

    /// One cycle in femtoseconds, exact.
    pub fn cycle_fs(&self) -> f64 {
        1e15 / self.clock_hz
    }

    /// One cycle, as it is taken off the reported time of a collective: the first wavelet's own cycle is in the hop
    /// latency already (engine-model 1.7).
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

    pub(super) fn link_count(&self) -> u32 {
        5 * self.pe_count()
    }

    pub(super) fn link(&self, id: LinkId) -> Option<LinkSpec> {
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

    /// The routers; a ramp leads to no other one.
    pub(super) fn node_count(&self) -> u32 {
        self.pe_count()
    }

    pub(super) fn ends(&self, id: LinkId) -> Option<(Node, Node)> {
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

    pub(super) fn links_from(&self, node: Node) -> Vec<LinkId> {
        let (x, y) = (node.0 % self.width, node.0 / self.width);
        let links = Direction::ALL.into_iter().map(|direction| self.link_id(x, y, direction));
        links.filter(|&id| self.ends(id).is_some()).collect()
    }

    pub(super) fn link_name(&self, id: LinkId) -> String {
        match self.place(id) {
            Some((x, y, Direction::Ramp)) => format!("ramp of PE ({x}, {y})"),
            Some((x, y, direction)) => format!("PE ({x}, {y}) → {}", direction.word()),
            None => format!("link {}", id.0),
        }
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
