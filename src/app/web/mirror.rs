//! The controls of the panels for the page, which keeps an element for each: browsers see only the canvas.

use bevy::a11y::AccessibilityRequested;
use bevy::platform::time::Instant;
use bevy::prelude::*;
use bevy_egui::{EguiInput, EguiOutput, EguiPostUpdateSet, EguiPreUpdateSet, egui};

use super::host;
use crate::app::camera::{MainCamera, ReadersSystems};
use crate::app::state::OpenSession;
use crate::ui::{ControlsMirror, controls_mirror};

/// The controls are read at least this often while frames are drawn, seconds.
const INTERVAL_S: f32 = 1.0;

/// Reads the controls and tells the page what has changed.
///
/// A page cannot know whether a screen reader listens, and a tree of all controls in every pass would cost every frame. So
/// egui makes one only after the session has changed, for input other than movements of the pointer, and once per second.
pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Reading>()
        .add_systems(PreUpdate, request_tree.after(EguiPreUpdateSet::ProcessInput).before(ReadersSystems))
        .add_systems(PostUpdate, tell.after(EguiPostUpdateSet::ProcessOutput));
}

/// What the page knows, and when it was read last.
#[derive(Resource, Default)]
struct Reading {
    mirror: ControlsMirror,
    read_at: Option<Instant>,
}

fn request_tree(
    input: Single<&EguiInput, With<MainCamera>>,
    open: Res<OpenSession>,
    requested: Res<AccessibilityRequested>,
    mut reading: ResMut<Reading>,
) {
    let has_input = input.events.iter().any(|event| !matches!(event, egui::Event::PointerMoved(_)));
    let is_late = reading.read_at.is_none_or(|at| at.elapsed().as_secs_f32() >= INTERVAL_S);
    let reads = has_input || open.is_changed() || is_late;
    requested.set(reads);
    if reads {
        reading.read_at = Some(Instant::now());
    }
}

fn tell(output: Single<&EguiOutput, With<MainCamera>>, mut reading: ResMut<Reading>) {
    let Some(update) = &output.platform_output.accesskit_update else { return };
    let mirror = controls_mirror(update);
    if mirror != reading.mirror {
        host::mirror(&mirror);
        reading.mirror = mirror;
    }
}
