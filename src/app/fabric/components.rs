//! The components of fabrics, chips, links and packets: what they are, and markers for their state.

use bevy::prelude::*;

use crate::draw::PacketPlace;
use crate::stage::ChipKind;
use crate::units::{BytesPerSec, Femtos};

/// A fabric of the scene. Its chips and links are its children.
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fabric {
    /// Its index in the scene.
    pub index: usize,
}

/// A GPU, a switch, a die or another chip.
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chip {
    /// Index of its fabric in the scene.
    pub fabric: usize,
    /// Its index in the fabric's layout.
    pub index: usize,
    /// GPU, switch, die or another kind.
    pub kind: ChipKind,
}

/// The rank of a chip that is one.
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rank(pub u32);

/// Share of the finished sum that a chip holds, 0 to 1.
#[derive(Component, Clone, Copy, Debug, Default, PartialEq)]
pub struct HeldShare(pub f32);

/// A link, or on a whole wafer the links between two neighbouring dies.
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// Index of its fabric in the scene.
    pub fabric: usize,
    /// Its index in the fabric's layout.
    pub index: usize,
}

/// The chips that a link connects. `None` for an end that is not a single chip on the stage, such as a switch that is drawn
/// as several.
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkOf {
    /// Its source.
    pub from: Option<Entity>,
    /// Its sink.
    pub to: Option<Entity>,
}

/// Bytes per second that a link can pass.
#[derive(Component, Clone, Copy, Debug, PartialEq)]
pub struct Capacity(pub BytesPerSec);

/// Time of the first byte over a link.
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq)]
pub struct Latency(pub Femtos);

/// The class of a link in the tables of its topology.
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq)]
pub struct Class(pub u8);

/// Share of a link's capacity in use, 0 to 1.
#[derive(Component, Clone, Copy, Debug, Default, PartialEq)]
pub struct Utilisation(pub f32);

/// A link that is slow or down.
#[derive(Component, Clone, Copy, Debug, PartialEq)]
pub struct Degraded {
    /// Share of its capacity that is left.
    pub left: f32,
}

/// A link that is the bottleneck now, or a chip at the end of one.
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq)]
#[component(storage = "SparseSet")]
pub struct Bottleneck;

/// A link that carries bytes now.
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq)]
#[component(storage = "SparseSet")]
pub struct Lit;

/// A chip that does not hold all of the finished sum yet, although another chip of its fabric does. At the end no chip is
/// late, even one that takes no part.
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq)]
#[component(storage = "SparseSet")]
pub struct Late;

/// A link that the critical path uses now.
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq)]
#[component(storage = "SparseSet")]
pub struct OnCriticalPath;

/// The chip or link that the user has selected.
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq)]
pub struct Selected;

/// A sample of a stream. Packets that the frame does not need stay in the pool and are not visible.
#[derive(Component, Clone, Copy, Debug, PartialEq)]
pub struct Packet {
    /// Index of its fabric in the scene.
    pub fabric: u32,
    /// Its lane and the share of its length, or on a wafer its position.
    pub place: PacketPlace,
    /// Partial sums or copies, and its size.
    pub style: crate::draw::PacketStyle,
    /// Whether it is on the stage.
    pub visible: bool,
}
