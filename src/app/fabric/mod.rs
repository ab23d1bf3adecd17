//! Fabrics on the stage as entities: chips, links and packets, and the picture made from them.
//!
//! | file | contents |
//! |---|---|
//! | `systems` | the order of the steps |
//! | `components` | what entities are, and markers for their state |
//! | `spawn` | entities as long as the layout |
//! | `sync` | components that follow the sample of the frame |
//! | `mark` | markers: bottleneck and selection |
//! | `mark_progress` | markers that follow the clock: lit, late, on the critical path |
//! | `packets` | the pool of packets |
//! | `lanes` | lanes and levels of links, from their components |
//! | `paint` | quads and wafers, from the components of chips |

mod components;
mod lanes;
mod mark;
mod mark_progress;
mod packets;
mod paint;
mod spawn;
mod sync;
mod systems;

pub use components::{
    Bottleneck, Capacity, Chip, Class, Degraded, Fabric, HeldShare, Late, Latency, Link, LinkOf, Lit, OnCriticalPath,
    Packet, Rank, Selected, Utilisation,
};

use bevy::prelude::*;

use super::schedule::FrameSystems;
use super::update::UpdateViews;
pub(super) use systems::WorldSystems;

/// Fabrics, chips, links and packets as entities, and the picture made from them.
///
/// A fabric is an entity, its chips and links are its children. They live as long as their run and the list of what is
/// drawn of it; a camera that moves changes no entity. Each frame writes only the components that have changed, and the
/// picture follows them: a chip or link that is despawned is no longer drawn. Each thing that exists by the thousand becomes
/// one record of one mesh ([`render`](super::render)), so the number of entities does not change the number of draw calls.
pub(super) fn plugin(app: &mut App) {
    let steps = (WorldSystems::Spawn, WorldSystems::Sync, WorldSystems::Draw);
    app.configure_sets(Update, steps.chain().after(UpdateViews).in_set(FrameSystems::Update)).add_plugins((
        spawn::plugin,
        sync::plugin,
        mark::plugin,
        mark_progress::plugin,
        packets::plugin,
        lanes::plugin,
        paint::plugin,
    ));
}
