//! The components of chips, links and packets.

use bevy::prelude::*;

use crate::collective::Flow;
use crate::stage::ChipKind;

/// A GPU, a switch or a die.
#[derive(Component, Clone, Copy, Debug)]
pub struct Chip {
    /// Index of its fabric in the scene.
    pub fabric: usize,
    /// Its index in the fabric's layout.
    pub index: usize,
    /// GPU, switch, die or another kind.
    pub kind: ChipKind,
}

/// Share of the finished sum that a chip holds, 0 to 1.
#[derive(Component, Clone, Copy, Debug, Default)]
pub struct Fill(pub f32);

/// A link, or on a whole wafer the links between two neighbouring dies.
#[derive(Component, Clone, Copy, Debug)]
pub struct Link {
    /// Index of its fabric in the scene.
    pub fabric: usize,
    /// Its index in the fabric's layout.
    pub index: usize,
}

/// Share of a link's capacity in use, 0 to 1.
#[derive(Component, Clone, Copy, Debug, Default)]
pub struct Utilisation(pub f32);

/// A sample of a stream. Packets that the frame does not need stay in the pool and are not visible.
#[derive(Component, Clone, Copy, Debug)]
pub struct Packet {
    /// Index of its fabric in the scene.
    pub fabric: usize,
    /// Partial sums or copies of the finished sum.
    pub flow: Flow,
    /// Position on the stage, in points.
    pub position: Vec2,
    /// Whether it is on the stage.
    pub visible: bool,
}
