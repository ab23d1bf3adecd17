//! Fabrics on the stage as entities: chips, links and packets, and the picture made from them.

mod components;
mod paint;
mod sync;

pub use components::{Chip, Fill, Link, Packet, Utilisation};

use bevy::prelude::*;

use super::schedule::FrameSystems;
use super::update::UpdateViews;

/// Chips, links and packets follow the sample of the frame, and become the picture of the stage.
///
/// Chips and links live as long as the layout. Packets come from a pool, because their number changes with every frame.
/// Each thing that exists by the thousand becomes one record of one mesh ([`render`](super::render)), so the number of
/// entities does not change the number of draw calls.
pub(super) fn plugin(app: &mut App) {
    app.add_systems(
        Update,
        (sync::sync_entities, paint::paint).chain().after(UpdateViews).in_set(FrameSystems::Update),
    );
}
