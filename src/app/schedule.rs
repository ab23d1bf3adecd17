//! The order of a frame.

use bevy::prelude::*;

/// The steps of a frame in `Update`, in order. Drawing follows in `PostUpdate`
/// ([`DrawSystems`](super::render::DrawSystems)).
#[derive(SystemSet, Clone, Copy, Debug, Hash, PartialEq, Eq)]
pub(super) enum FrameSystems {
    /// Keys, files and the page add intents.
    Input,
    /// The session applies them, and its clock advances.
    Apply,
    /// Layouts, samples, entities and the picture are updated.
    Update,
    /// Effects are performed, and the page's state is published.
    Publish,
}

/// Puts the steps in order.
pub(super) fn plugin(app: &mut App) {
    let steps = (FrameSystems::Input, FrameSystems::Apply, FrameSystems::Update, FrameSystems::Publish);
    app.configure_sets(Update, steps.chain());
}
