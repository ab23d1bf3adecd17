//! What can be selected: a chip, a link or a PE of one fabric, the same on the stage, on the timeline and in the matrix.

use super::cell_grid::CellGrid;
use super::fabric_layout::{ChipKind, LinkPlace};
use crate::fabric::LinkId;

/// Something of a fabric.
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

/// Something of one of the fabrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Selection {
    /// Place of the fabric in the scene.
    pub fabric: usize,
    /// What of it.
    pub item: Item,
}

/// Whose traffic is selected in the matrix: ranks, dies or strips, and the link that it is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The first rank of the source's row.
    pub from: u32,
    /// The first rank of the destination's column.
    pub to: u32,
    /// The busiest link on the way; `None` where nothing ever flows.
    pub link: Option<LinkId>,
}

impl Item {
    /// What a line on the stage stands for.
    pub(crate) fn of_place(place: &LinkPlace) -> Item {
        if place.all.is_one() { Item::Link(place.link) } else { Item::Links(place.all) }
    }
}
