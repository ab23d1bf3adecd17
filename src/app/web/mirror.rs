//! The controls of the panels for the page, which keeps an element for each: browsers see only the canvas.

use bevy::platform::time::Instant;
use bevy::prelude::*;
use bevy_egui::{EguiContexts, EguiOutput, EguiPostUpdateSet};

use super::host;
use crate::app::camera::MainCamera;
use crate::app::state::Playing;
use crate::ui::{ControlsMirror, controls_mirror};

/// While the clock plays, the page learns of changed values once in this time, seconds.
const INTERVAL_S: f32 = 1.0;

pub(super) fn plugin(app: &mut App) {
    app.add_systems(Startup, enable).add_systems(PostUpdate, tell.after(EguiPostUpdateSet::ProcessOutput));
}

fn enable(mut contexts: EguiContexts) -> Result {
    contexts.ctx_mut()?.enable_accesskit();
    Ok(())
}

/// What the page knows, and when it learned that.
#[derive(Default)]
struct Told {
    mirror: ControlsMirror,
    at: Option<Instant>,
}

fn tell(output: Single<&EguiOutput, With<MainCamera>>, playing: Option<Res<Playing>>, mut told: Local<Told>) {
    let is_early = told.at.is_some_and(|at| at.elapsed().as_secs_f32() < INTERVAL_S);
    if playing.is_some_and(|playing| playing.0) && is_early {
        return;
    }
    let Some(update) = &output.platform_output.accesskit_update else { return };
    let mirror = controls_mirror(update);
    if mirror != told.mirror {
        host::mirror(&mirror);
        *told = Told { mirror, at: Some(Instant::now()) };
    }
}
