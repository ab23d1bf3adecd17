//! Selections: a chip, a link or a PE of one fabric. The stage, the timeline and the matrix share them.

use super::cell_grid::CellGrid;
use super::chip_kind::ChipKind;
use super::fabric_layout::LinkPlace;
use crate::fabric::LinkId;

/// A selectable part of a fabric.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item {
    /// A chip, by kind and number.
    Chip(ChipKind, u32),
    /// A link.
    Link(LinkId),
    /// Several links that are drawn as one line.
    Links(CellGrid),
    /// A PE of a wafer, by column and row of the used region.
    Pe([u32; 2]),
}

/// An item of one of the fabrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Selection {
    /// Number of the fabric in the scene.
    pub fabric: usize,
    /// The selected item.
    pub item: Item,
}

/// A selected cell of the traffic matrix: source and destination (ranks, dies or strips) and a link between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The first rank of the source's row.
    pub from: u32,
    /// The first rank of the destination's column.
    pub to: u32,
    /// The busiest link on the path; `None` if no traffic ever flows.
    pub link: Option<LinkId>,
}

impl Item {
    /// The item that a line on the stage stands for.
    pub(crate) fn from_place(place: &LinkPlace) -> Item {
        if place.all.is_one() { Item::Link(place.link) } else { Item::Links(place.all) }
    }
}
