//! Chips in a two-dimensional mesh or torus, each a rank, with links to its neighbours and no switch.

use super::topology::Node;
use super::wafer_mesh::Direction;
use super::{LinkFigures, LinkId, LinkRun, LinkSpec, Path};

/// `width` x `height` chips; x grows to the east, y to the south. Chip `y * width + x` is the rank of that number.
///
/// Link ids go direction by direction (east, west, north, south), as those of a wafer's mesh do: `direction * chips +
/// chip`, named by the chip that the link leaves.
#[derive(Clone, Debug, PartialEq)]
pub struct Grid {
    /// Chips in a row.
    pub width: u32,
    /// Chips in a column.
    pub height: u32,
    /// A torus: the ends of each row and column are joined too.
    pub wraps: bool,
    /// Every link.
    pub links: LinkFigures,
}

const DIRECTIONS: [Direction; 4] = [Direction::East, Direction::West, Direction::North, Direction::South];

impl Grid {
    pub(super) const CLASS_NAMES: [&'static str; 2] = ["row link", "column link"];

    /// Chips in all.
    pub fn chips(&self) -> u32 {
        self.width * self.height
    }

    /// Where a chip stands, as (x, y).
    pub fn place(&self, chip: u32) -> (u32, u32) {
        (chip % self.width, chip / self.width)
    }

    /// The link that leaves chip (x, y) in a direction, whether or not there is one (at an edge there is none).
    pub fn link_id(&self, x: u32, y: u32, direction: Direction) -> LinkId {
        LinkId(direction as u32 * self.chips() + y * self.width + x)
    }

    /// The chip and the direction of a link. `None` for ids beyond the last one.
    pub fn link_place(&self, id: LinkId) -> Option<(u32, u32, Direction)> {
        let direction = *DIRECTIONS.get((id.0 / self.chips()) as usize)?;
        let (x, y) = self.place(id.0 % self.chips());
        Some((x, y, direction))
    }

    /// The chip that a link leads to. `None` where the mesh ends.
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

    pub(super) fn link_count(&self) -> u32 {
        4 * self.chips()
    }

    pub(super) fn link(&self, id: LinkId) -> Option<LinkSpec> {
        let (x, y, direction) = self.link_place(id)?;
        self.neighbour(x, y, direction)?;
        let column = matches!(direction, Direction::North | Direction::South);
        Some(self.links.spec(u8::from(column)))
    }

    pub(super) fn link_name(&self, id: LinkId) -> String {
        match self.link_place(id) {
            Some((x, y, direction)) => format!("chip ({x}, {y}) → {}", direction.word()),
            None => format!("link {}", id.0),
        }
    }

    pub(super) fn node_count(&self) -> u32 {
        self.chips()
    }

    /// The chips that a link leads from and to. `None` where the mesh ends.
    pub fn ends(&self, id: LinkId) -> Option<(Node, Node)> {
        let (x, y, direction) = self.link_place(id)?;
        Some((Node(y * self.width + x), Node(self.neighbour(x, y, direction)?)))
    }

    pub(super) fn links_from(&self, node: Node) -> Vec<LinkId> {
        let (x, y) = self.place(node.0);
        let there = DIRECTIONS.into_iter().filter(|&direction| self.neighbour(x, y, direction).is_some());
        there.map(|direction| self.link_id(x, y, direction)).collect()
    }

    /// Along the row first, then along the column; on a torus the shorter way round, east and south of two equals.
    pub(super) fn path(&self, from: u32, to: u32) -> Path {
        let ((x, y), (to_x, to_y)) = (self.place(from), self.place(to));
        let mut path = Path::new();
        self.line(&mut path, (x, y), (x, to_x), true);
        self.line(&mut path, (to_x, y), (y, to_y), false);
        path
    }

    /// As the path of the shape, but along the column first.
    pub fn column_first(&self, from: u32, to: u32) -> Path {
        let ((x, y), (to_x, to_y)) = (self.place(from), self.place(to));
        let mut path = Path::new();
        self.line(&mut path, (x, y), (y, to_y), false);
        self.line(&mut path, (x, to_y), (x, to_x), true);
        path
    }

    /// Adds the way along one dimension, from one coordinate to another, in one leg or, round the end of a torus, two.
    fn line(&self, path: &mut Path, (x, y): (u32, u32), (from, to): (u32, u32), along_row: bool) {
        let (size, stride) = if along_row { (self.width, 1) } else { (self.height, self.width as i32) };
        if from == to {
            return;
        }
        let ahead = (to + size - from) % size;
        let forwards = if self.wraps { 2 * ahead <= size } else { to > from };
        let direction = match (along_row, forwards) {
            (true, true) => Direction::East,
            (true, false) => Direction::West,
            (false, true) => Direction::South,
            (false, false) => Direction::North,
        };
        let (hops, before_end, stride) =
            if forwards { (ahead, size - from, stride) } else { (size - ahead, from + 1, -stride) };
        let mut leg = |at: u32, count: u32| {
            let (x, y) = if along_row { (at, y) } else { (x, at) };
            if count > 0 {
                path.push(LinkRun::line(self.link_id(x, y, direction), stride, count));
            }
        };
        leg(from, hops.min(before_end));
        leg(if forwards { 0 } else { size - 1 }, hops.saturating_sub(before_end));
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
                    for link in grid.path(from, to).iter().flat_map(LinkRun::links) {
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
