//! What to do when the graphics driver fails: stop drawing and say why. (Bevy 0.19 would quit the program.)
//!
//! Bevy can also replace a lost device, but bevy_egui 0.42 cannot: it goes on with buffers of the old device, and
//! wgpu panics. Words and a still picture are better than that; starting again is the reader's to decide.

use bevy::prelude::*;
use bevy::render::error_handler::{ErrorType, RenderError, RenderErrorHandler, RenderErrorPolicy};

/// Why nothing is drawn any more. Words for the page, the terminal or the log: no panel can show them.
#[derive(Resource, Clone, Debug, Default)]
pub struct RenderTrouble {
    /// The message; `None` while all is well.
    pub message: Option<String>,
}

/// Installs the handler.
pub(super) fn plugin(app: &mut App) {
    app.init_resource::<RenderTrouble>().insert_resource(RenderErrorHandler(handle));
}

/// Runs on the frame of the error, and then on every frame for as long as rendering stays stopped.
fn handle(error: &RenderError, main_world: &mut World, _: &mut World) -> RenderErrorPolicy {
    let mut trouble = main_world.get_resource_or_init::<RenderTrouble>();
    // The first error is the cause; what follows is its consequence.
    if trouble.message.is_none() {
        let words = words(error);
        error!("{words}");
        trouble.message = Some(words);
    }
    RenderErrorPolicy::StopRendering
}

fn words(error: &RenderError) -> String {
    let what = match error.ty {
        ErrorType::DeviceLost => "the graphics device was lost; start again",
        ErrorType::OutOfMemory => "the graphics memory is full",
        ErrorType::Validation => "the graphics driver refused a command",
        ErrorType::Internal => "the graphics driver failed",
    };
    // A chain from the general to the particular, which Bevy has logged as a whole: its end says what was wrong.
    match error.description.lines().rfind(|line| !line.trim().is_empty()) {
        Some(detail) => format!("{what} ({})", detail.trim()),
        None => what.to_owned(),
    }
}
