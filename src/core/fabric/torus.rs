//! Chips in a torus of up to three axes, each with its own length, capacity and ends: a TPU slice, an UltraServer.

use super::link::{LinkFigures, LinkId, LinkSpec};
use super::link_class::LinkClass;
use super::link_run::{LinkRun, Path};
use super::names::{LinkName, RankNames, RankNoun, RankNumbers};
use super::topology::{Node, TopologyKind};
use crate::units::Femtos;

/// One axis of a torus.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TorusAxis {
    /// Chips along it; at least 1.
    pub length: u32,
    /// Whether its ends are joined. A wrapped axis of two chips has two links each way.
    pub wraps: bool,
    /// Every link along it.
    pub links: LinkFigures,
}

/// Chips at `(x, y, z)`: x grows to the east, y to the south, z upwards. Chip `x + length_x (y + length_y z)` is the rank
/// of that number.
///
/// Link ids are `direction * chips + chip`, with directions in the order of [`TorusDirection::ALL`], and the chip that
/// the link leaves.
#[derive(Clone, Debug, PartialEq)]
pub struct Torus {
    /// The axes x, y and z; an axis that is not used has length 1.
    pub axes: [TorusAxis; 3],
}

/// A direction along an axis of a torus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TorusDirection {
    /// 0, 1 or 2: x, y or z.
    pub axis: usize,
    /// Towards larger coordinates.
    pub forwards: bool,
}

impl TorusDirection {
    /// East, west, south, north, up, down.
    pub const ALL: [TorusDirection; 6] = {
        const fn along(axis: usize, forwards: bool) -> TorusDirection {
            TorusDirection { axis, forwards }
        }
        [along(0, true), along(0, false), along(1, true), along(1, false), along(2, true), along(2, false)]
    };

    fn index(self) -> u32 {
        2 * self.axis as u32 + u32::from(!self.forwards)
    }
}

const PATTERNS: [&str; 6] = [
    "chip ({}, {}, {}) → east",
    "chip ({}, {}, {}) → west",
    "chip ({}, {}, {}) → south",
    "chip ({}, {}, {}) → north",
    "chip ({}, {}, {}) → up",
    "chip ({}, {}, {}) → down",
];

impl Torus {
    /// Number of chips.
    pub fn chips(&self) -> u32 {
        self.axes.iter().map(|axis| axis.length).product()
    }

    /// The lengths of its axes without a third one of one chip.
    pub fn used_lengths(&self) -> Vec<u32> {
        let used = if self.axes[2].length > 1 { 3 } else { 2 };
        self.axes[..used].iter().map(|axis| axis.length).collect()
    }

    /// The coordinates of a chip.
    pub fn place(&self, chip: u32) -> [u32; 3] {
        let [x, y, _] = self.axes;
        [chip % x.length, chip / x.length % y.length, chip / x.length / y.length]
    }

    /// The chip at a place.
    pub fn chip(&self, [x, y, z]: [u32; 3]) -> u32 {
        x + self.axes[0].length * (y + self.axes[1].length * z)
    }

    /// The id of the link that leaves a chip in a direction; at an open end there is no such link.
    pub fn link_id(&self, chip: u32, direction: TorusDirection) -> LinkId {
        LinkId(direction.index() * self.chips() + chip)
    }

    /// The chip and the direction of a link. `None` for ids beyond the last one.
    pub fn link_place(&self, id: LinkId) -> Option<(u32, TorusDirection)> {
        let direction = *TorusDirection::ALL.get((id.0 / self.chips()) as usize)?;
        Some((id.0 % self.chips(), direction))
    }

    /// The chip in a direction. `None` at an open end.
    pub fn neighbour(&self, chip: u32, direction: TorusDirection) -> Option<u32> {
        let axis = self.axes[direction.axis];
        let mut place = self.place(chip);
        let at = &mut place[direction.axis];
        let is_last = if direction.forwards { *at + 1 == axis.length } else { *at == 0 };
        *at = match (is_last, direction.forwards) {
            (false, true) => *at + 1,
            (false, false) => *at - 1,
            (true, _) if !axis.wraps || axis.length < 2 => return None,
            (true, true) => 0,
            (true, false) => axis.length - 1,
        };
        Some(self.chip(place))
    }

    /// Distance between the numbers of chips that are neighbours along an axis.
    pub fn stride(&self, axis: usize) -> u32 {
        self.axes[..axis].iter().map(|axis| axis.length).product()
    }

    /// As [`TopologyKind::path`], but pairs half a torus apart take both directions in turn: of an exchange between all
    /// chips every link of an axis then carries the same.
    pub fn balanced_path(&self, from: u32, to: u32) -> Path {
        let place = self.place(from);
        self.path_by_axes(from, to, [0, 1, 2], &|axis| place[axis].is_multiple_of(2))
    }

    /// A shortest path along the axes in an order; `is_ahead` decides for coordinates half an axis apart.
    pub fn path_by_axes(&self, from: u32, to: u32, order: [usize; 3], is_ahead: &dyn Fn(usize) -> bool) -> Path {
        let (mut at, end) = (self.place(from), self.place(to));
        let mut path = Path::new();
        for axis in order {
            self.line(&mut path, at, (axis, end[axis]), is_ahead(axis));
            at[axis] = end[axis];
        }
        path
    }

    /// Adds the way along one axis: one link run, or two around the joined ends.
    fn line(&self, path: &mut Path, place: [u32; 3], (axis, to): (usize, u32), opposite_is_ahead: bool) {
        let (from, length) = (place[axis], self.axes[axis].length);
        if from == to {
            return;
        }
        let ahead = (to + length - from) % length;
        let is_shorter = 2 * ahead < length || (opposite_is_ahead && 2 * ahead == length);
        let forwards = if self.axes[axis].wraps { is_shorter } else { to > from };
        let (hops, before_end) = if forwards { (ahead, length - from) } else { (length - ahead, from + 1) };
        let stride = if forwards { self.stride(axis) as i32 } else { -(self.stride(axis) as i32) };
        let mut run = |at: u32, count: u32| {
            let mut first = place;
            first[axis] = at;
            if count > 0 {
                let link = self.link_id(self.chip(first), TorusDirection { axis, forwards });
                path.push(LinkRun::line(link, stride, count));
            }
        };
        run(from, hops.min(before_end));
        run(if forwards { 0 } else { length - 1 }, hops.saturating_sub(before_end));
    }
}

impl TopologyKind for Torus {
    fn link_count(&self) -> u32 {
        6 * self.chips()
    }

    fn link(&self, id: LinkId) -> Option<LinkSpec> {
        let (chip, direction) = self.link_place(id)?;
        self.neighbour(chip, direction)?;
        Some(self.axes[direction.axis].links.spec(direction.axis as u8))
    }

    fn class_names(&self) -> &'static [&'static str] {
        &["link along x", "link along y", "link along z"]
    }

    fn classes(&self) -> &'static [LinkClass] {
        &[LinkClass::Link]
    }

    fn latency(&self, class: LinkClass) -> Femtos {
        let used = self.axes.iter().filter(|axis| axis.length > 1 && class == LinkClass::Link);
        used.map(|axis| axis.links.latency).max().unwrap_or_default()
    }

    fn scale_latency(&mut self, class: LinkClass, factor: f64) {
        if class == LinkClass::Link {
            self.axes.iter_mut().for_each(|axis| axis.links.latency = axis.links.latency.scaled(factor));
        }
    }

    fn ends(&self, id: LinkId) -> Option<(Node, Node)> {
        let (chip, direction) = self.link_place(id)?;
        Some((Node(chip), Node(self.neighbour(chip, direction)?)))
    }

    fn links_from(&self, node: Node) -> Vec<LinkId> {
        let there = TorusDirection::ALL.into_iter().filter(|&direction| self.neighbour(node.0, direction).is_some());
        there.map(|direction| self.link_id(node.0, direction)).collect()
    }

    fn node_count(&self) -> u32 {
        self.chips()
    }

    /// Along x first, then y, then z; in the shorter direction, upwards in numbers if both are equal.
    fn path(&self, from: u32, to: u32) -> Option<Path> {
        Some(self.path_by_axes(from, to, [0, 1, 2], &|_| true))
    }

    fn ranks(&self) -> u32 {
        self.chips()
    }

    fn farthest_latency_s(&self, _: &dyn Fn(LinkId) -> bool) -> f64 {
        let hops = |axis: &TorusAxis| if axis.wraps { axis.length / 2 } else { axis.length - 1 };
        self.axes.iter().map(|axis| f64::from(hops(axis)) * axis.links.latency.secs()).sum()
    }

    fn link_patterns(&self) -> &'static [&'static str] {
        &PATTERNS
    }

    fn name_of(&self, id: LinkId) -> Option<LinkName> {
        let (chip, direction) = self.link_place(id)?;
        Some(LinkName::new(direction.index() as usize, &self.place(chip)))
    }

    fn link_of(&self, name: &LinkName) -> Option<LinkId> {
        let &[x, y, z] = name.numbers() else { return None };
        let direction = *TorusDirection::ALL.get(name.pattern)?;
        if [x, y, z].iter().zip(&self.axes).any(|(at, axis)| *at >= axis.length) {
            return None;
        }
        let chip = self.chip([x, y, z]);
        self.neighbour(chip, direction).map(|_| self.link_id(chip, direction))
    }

    fn rank_names(&self) -> RankNames {
        let numbers = RankNumbers::In { width: self.axes[0].length, height: self.axes[1].length };
        RankNames { noun: RankNoun::Chip, numbers, count: self.chips() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::BytesPerSec;

    fn torus(lengths: [u32; 3], wraps: [bool; 3]) -> Torus {
        let links = LinkFigures { capacity: BytesPerSec(1e9), latency: Femtos(1) };
        Torus { axes: [0, 1, 2].map(|axis| TorusAxis { length: lengths[axis], wraps: wraps[axis], links }) }
    }

    #[test]
    fn a_path_leads_from_link_to_link_and_is_a_shortest_one() {
        let open = [false; 3];
        for (lengths, wraps) in
            [([4, 4, 4], [true; 3]), ([3, 2, 5], [true, false, true]), ([2, 3, 4], open), ([5, 1, 2], [true; 3])]
        {
            let torus = torus(lengths, wraps);
            let distance = |from: u32, to: u32| {
                let along = |axis: usize| {
                    let plain = torus.place(from)[axis].abs_diff(torus.place(to)[axis]);
                    if wraps[axis] { plain.min(lengths[axis] - plain) } else { plain }
                };
                along(0) + along(1) + along(2)
            };
            for from in 0..torus.chips() {
                for to in 0..torus.chips() {
                    for path in [torus.path(from, to).expect("a path"), torus.balanced_path(from, to)] {
                        let (mut at, mut hops) = (Node(from), 0);
                        for link in path.iter().flat_map(LinkRun::links) {
                            let (source, sink) = torus.ends(link).expect("a link of the torus");
                            assert_eq!(source, at, "{lengths:?}: {from} to {to}");
                            at = sink;
                            hops += 1;
                        }
                        assert_eq!((at, hops), (Node(to), distance(from, to)), "{lengths:?}: {from} to {to}");
                    }
                }
            }
        }
    }
}
