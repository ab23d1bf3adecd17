//! The order of a frame.

use bevy::ecs::schedule::SingleThreadedExecutor;
use bevy::prelude::*;

/// The steps of a frame in `Update`, in order. Drawing follows in `PostUpdate`
/// ([`DrawSystems`](super::render::DrawSystems)).
#[derive(SystemSet, Clone, Copy, Debug, Hash, PartialEq, Eq)]
pub(super) enum FrameSystems {
    /// Keys, files and the page add intents.
    Input,
    /// The session applies them, and its clock advances.
    Apply,
    /// Changes of the scene and points of a sweep are solved, or their results taken.
    Solve,
    /// Layouts, samples, entities and the picture are updated.
    Update,
    /// Effects are performed, and the page's state is published.
    Publish,
}

/// Puts the steps in order, and runs the systems of a frame one after another on the main thread.
///
/// There are some hundred of them and each takes microseconds: handing them to threads costs more than they do. The
/// renderer's own schedule keeps its threads.
pub(super) fn plugin(app: &mut App) {
    let steps =
        (FrameSystems::Input, FrameSystems::Apply, FrameSystems::Solve, FrameSystems::Update, FrameSystems::Publish);
    app.configure_sets(Update, steps.chain())
        .edit_schedule(First, one_by_one)
        .edit_schedule(PreUpdate, one_by_one)
        .edit_schedule(RunFixedMainLoop, one_by_one)
        .edit_schedule(FixedFirst, one_by_one)
        .edit_schedule(FixedPreUpdate, one_by_one)
        .edit_schedule(FixedUpdate, one_by_one)
        .edit_schedule(FixedPostUpdate, one_by_one)
        .edit_schedule(FixedLast, one_by_one)
        .edit_schedule(Update, one_by_one)
        .edit_schedule(PostUpdate, one_by_one)
        .edit_schedule(Last, one_by_one);
}

/// Runs the systems of a schedule one after another.
pub(super) fn one_by_one(schedule: &mut Schedule) {
    schedule.set_executor(SingleThreadedExecutor::new());
}
