//! The order of the steps from a sampled frame to the picture.

use bevy::prelude::*;

/// The steps from a sampled frame to the picture, in order.
#[derive(SystemSet, Clone, Copy, Debug, Hash, PartialEq, Eq)]
pub(in crate::app) enum WorldSystems {
    /// Entities follow the layout.
    Spawn,
    /// Components follow the sample.
    Sync,
    /// The picture follows the components.
    Draw,
}
