//! What meshes and tori have in common: chips along axes, with links to the neighbours along each.

use super::chip_grid::Grid;
use super::direction::Direction;
use super::link::LinkId;
use super::torus::{Torus, TorusDirection};
use crate::units::BytesPerSec;

/// An axis of a mesh or torus.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChipAxis {
    /// Chips along it.
    pub length: u32,
    /// Whether its ends are joined.
    pub wraps: bool,
    /// Capacity of a link along it.
    pub capacity: BytesPerSec,
    /// Distance between the numbers of neighbours along it.
    pub stride: u32,
}

impl ChipAxis {
    /// The coordinate of a chip.
    pub fn place(&self, chip: u32) -> u32 {
        chip / self.stride % self.length
    }
}

/// Chips along axes.
pub trait ChipAxes {
    /// The axes, x first.
    fn chip_axes(&self) -> Vec<ChipAxis>;

    /// The id of the link that leaves a chip along an axis; at an open end there is no such link.
    fn link_along(&self, chip: u32, axis: usize, forwards: bool) -> LinkId;
}

impl ChipAxes for Grid {
    fn chip_axes(&self) -> Vec<ChipAxis> {
        let Grid { width, height, wraps, links } = *self;
        let axis = |length: u32, stride: u32| ChipAxis { length, wraps, capacity: links.capacity, stride };
        vec![axis(width, 1), axis(height, width)]
    }

    fn link_along(&self, chip: u32, axis: usize, forwards: bool) -> LinkId {
        let direction = match (axis, forwards) {
            (0, true) => Direction::East,
            (0, false) => Direction::West,
            (_, true) => Direction::South,
            (_, false) => Direction::North,
        };
        let (x, y) = self.place(chip);
        self.link_id(x, y, direction)
    }
}

impl ChipAxes for Torus {
    fn chip_axes(&self) -> Vec<ChipAxis> {
        let axis = |number: usize| {
            let axis = &self.axes[number];
            ChipAxis {
                length: axis.length,
                wraps: axis.wraps,
                capacity: axis.links.capacity,
                stride: self.stride(number),
            }
        };
        (0..self.axes.len()).map(axis).collect()
    }

    fn link_along(&self, chip: u32, axis: usize, forwards: bool) -> LinkId {
        self.link_id(chip, TorusDirection { axis, forwards })
    }
}
