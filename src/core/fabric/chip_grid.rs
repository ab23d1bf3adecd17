//! Chips in a two-dimensional mesh or torus: each is a rank and has links to its neighbours.

use super::direction::Direction;
use super::link::{LinkFigures, LinkId, LinkSpec};
use super::link_class::LinkClass;
use super::link_run::{LinkRun, Path};
use super::names::{LinkName, RankNames, RankNoun, RankNumbers};
use super::topology::{Node, TopologyKind};
use crate::units::Femtos;

/// `width` x `height` chips; x grows to the east, y to the south. Chip `y * width + x` is the rank of that number.
///
/// Link ids are `direction * chips + chip`, with directions in the order east, west, north, south, and the chip that the
/// link leaves.
#[derive(Clone, Debug, PartialEq)]
pub struct Grid {
    /// Chips in a row.
    pub width: u32,
    /// Chips in a column.
    pub height: u32,
    /// A torus: the ends of each row and column are connected.
    pub wraps: bool,
    /// Every link.
    pub links: LinkFigures,
}

const DIRECTIONS: [Direction; 4] = [Direction::East, Direction::West, Direction::North, Direction::South];

impl Grid {
    /// Number of chips.
    pub fn chips(&self) -> u32 {
        self.width * self.height
    }

    /// The position of a chip, as (x, y).
    pub fn place(&self, chip: u32) -> (u32, u32) {
        (chip % self.width, chip / self.width)
    }

    /// The id of the link that leaves chip (x, y) in a direction; at an edge there is no such link.
    pub fn link_id(&self, x: u32, y: u32, direction: Direction) -> LinkId {
        LinkId(direction as u32 * self.chips() + y * self.width + x)
    }

    /// The chip and the direction of a link. `None` for ids beyond the last one.
    pub fn link_place(&self, id: LinkId) -> Option<(u32, u32, Direction)> {
        let direction = *DIRECTIONS.get((id.0 / self.chips()) as usize)?;
        let (x, y) = self.place(id.0 % self.chips());
        Some((x, y, direction))
    }

    /// The chip in a direction. `None` at the edge of a mesh.
    fn neighbour(&self, x: u32, y: u32, direction: Direction) -> Option<u32> {
        let step = |at: u32, size: u32, forwards: bool| {
            let next = if forwards { at + 1 } else { at.wrapping_sub(1) };
            match (next < size, self.wraps && size > 1) {
                (true, _) => Some(next),
                (false, true) => Some(if forwards { 0 } else { size - 1 }),
                (false, false) => None,
            }
        };
        let (x, y) = match direction {
            Direction::East => (step(x, self.width, true)?, y),
            Direction::West => (step(x, self.width, false)?, y),
            Direction::South => (x, step(y, self.height, true)?),
            Direction::North => (x, step(y, self.height, false)?),
            Direction::Ramp => return None,
        };
        Some(y * self.width + x)
    }

    /// As [`TopologyKind::path`], but along the column first.
    pub fn column_first(&self, from: u32, to: u32) -> Path {
        let ((x, y), (to_x, to_y)) = (self.place(from), self.place(to));
        let mut path = Path::new();
        self.line(&mut path, (x, y), (y, to_y), false);
        self.line(&mut path, (x, to_y), (x, to_x), true);
        path
    }

    /// As [`TopologyKind::path`], but pairs half a torus apart take both directions in turn: of an exchange between all
    /// chips every link then carries the same.
    pub fn balanced_path(&self, from: u32, to: u32) -> Path {
        let ((x, y), (to_x, to_y)) = (self.place(from), self.place(to));
        let mut path = Path::new();
        self.line_in_turn(&mut path, (x, y), (x, to_x), true, x % 2 == 0);
        self.line_in_turn(&mut path, (to_x, y), (y, to_y), false, y % 2 == 0);
        path
    }

    /// Adds the path along one dimension, from one coordinate to another: one link run, or two around the end of a torus.
    fn line(&self, path: &mut Path, at: (u32, u32), ends: (u32, u32), along_row: bool) {
        self.line_in_turn(path, at, ends, along_row, true);
    }

    /// The same, with the direction that opposite coordinates of a torus take.
    fn line_in_turn(
        &self,
        path: &mut Path,
        (x, y): (u32, u32),
        (from, to): (u32, u32),
        along_row: bool,
        opposite_is_ahead: bool,
    ) {
        let (size, stride) = if along_row { (self.width, 1) } else { (self.height, self.width as i32) };
        if from == to {
            return;
        }
        let ahead = (to + size - from) % size;
        let is_ahead = 2 * ahead < size || (opposite_is_ahead && 2 * ahead == size);
        let forwards = if self.wraps { is_ahead } else { to > from };
        let direction = match (along_row, forwards) {
            (true, true) => Direction::East,
            (true, false) => Direction::West,
            (false, true) => Direction::South,
            (false, false) => Direction::North,
        };
        let (hops, before_end, stride) =
            if forwards { (ahead, size - from, stride) } else { (size - ahead, from + 1, -stride) };
        let mut run = |at: u32, count: u32| {
            let (x, y) = if along_row { (at, y) } else { (x, at) };
            if count > 0 {
                path.push(LinkRun::line(self.link_id(x, y, direction), stride, count));
            }
        };
        run(from, hops.min(before_end));
        run(if forwards { 0 } else { size - 1 }, hops.saturating_sub(before_end));
    }
}

impl TopologyKind for Grid {
    fn link_count(&self) -> u32 {
        4 * self.chips()
    }

    fn link(&self, id: LinkId) -> Option<LinkSpec> {
        let (x, y, direction) = self.link_place(id)?;
        self.neighbour(x, y, direction)?;
        let column = matches!(direction, Direction::North | Direction::South);
        Some(self.links.spec(u8::from(column)))
    }

    fn class_names(&self) -> &'static [&'static str] {
        &["row link", "column link"]
    }

    fn classes(&self) -> &'static [LinkClass] {
        &[LinkClass::Link]
    }

    fn latency(&self, class: LinkClass) -> Femtos {
        if class == LinkClass::Link { self.links.latency } else { Femtos(0) }
    }

    fn scale_latency(&mut self, class: LinkClass, factor: f64) {
        if class == LinkClass::Link {
            self.links.latency = self.links.latency.scaled(factor);
        }
    }

    fn ends(&self, id: LinkId) -> Option<(Node, Node)> {
        let (x, y, direction) = self.link_place(id)?;
        Some((Node(y * self.width + x), Node(self.neighbour(x, y, direction)?)))
    }

    fn links_from(&self, node: Node) -> Vec<LinkId> {
        let (x, y) = self.place(node.0);
        let there = DIRECTIONS.into_iter().filter(|&direction| self.neighbour(x, y, direction).is_some());
        there.map(|direction| self.link_id(x, y, direction)).collect()
    }

    fn node_count(&self) -> u32 {
        self.chips()
    }

    /// Along the row first, then along the column; on a torus in the shorter direction, east and south if both are equal.
    fn path(&self, from: u32, to: u32) -> Option<Path> {
        let ((x, y), (to_x, to_y)) = (self.place(from), self.place(to));
        let mut path = Path::new();
        self.line(&mut path, (x, y), (x, to_x), true);
        self.line(&mut path, (to_x, y), (y, to_y), false);
        Some(path)
    }

    fn ranks(&self) -> u32 {
        self.chips()
    }

    fn farthest_latency_s(&self, _: &dyn Fn(LinkId) -> bool) -> f64 {
        let hops = |size: u32| if self.wraps { size / 2 } else { size - 1 };
        f64::from(hops(self.width) + hops(self.height)) * self.links.latency.secs()
    }

    fn link_patterns(&self) -> &'static [&'static str] {
        &["chip ({}, {}) → east", "chip ({}, {}) → west", "chip ({}, {}) → north", "chip ({}, {}) → south"]
    }

    fn name_of(&self, id: LinkId) -> Option<LinkName> {
        let (x, y, direction) = self.link_place(id)?;
        Some(LinkName::new(direction as usize, &[x, y]))
    }

    fn link_of(&self, name: &LinkName) -> Option<LinkId> {
        let &[x, y] = name.numbers() else { return None };
        let direction = *DIRECTIONS.get(name.pattern)?;
        if x >= self.width || y >= self.height {
            return None;
        }
        self.neighbour(x, y, direction).map(|_| self.link_id(x, y, direction))
    }

    fn rank_names(&self) -> RankNames {
        RankNames { noun: RankNoun::Chip, numbers: RankNumbers::At { width: self.width }, count: self.chips() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{BytesPerSec, Femtos};

    fn grid(width: u32, height: u32, wraps: bool) -> Grid {
        Grid { width, height, wraps, links: LinkFigures { capacity: BytesPerSec(1e9), latency: Femtos(1) } }
    }

    #[test]
    fn a_path_leads_from_link_to_link_and_is_a_shortest_one() {
        for (width, height, wraps) in [(5, 4, false), (5, 4, true), (2, 2, true), (1, 6, true), (7, 1, false)] {
            let grid = grid(width, height, wraps);
            for from in 0..grid.chips() {
                for to in 0..grid.chips() {
                    let mut at = Node(from);
                    let mut hops = 0;
                    for link in grid.path(from, to).expect("a path").iter().flat_map(LinkRun::links) {
                        let (source, sink) = grid.ends(link).expect("a link of the grid");
                        assert_eq!(source, at, "{width} x {height}: {from} to {to}");
                        at = sink;
                        hops += 1;
                    }
                    assert_eq!(at, Node(to));
                    let ((x, y), (to_x, to_y)) = (grid.place(from), grid.place(to));
                    let distance = |a: u32, b: u32, size: u32| {
                        let plain = a.abs_diff(b);
                        if wraps { plain.min(size - plain) } else { plain }
                    };
                    assert_eq!(hops, distance(x, to_x, width) + distance(y, to_y, height));
                }
            }
        }
    }
}
