//! Failures of the graphics driver: drawing stops and the reason is kept. (Bevy 0.19 would end the program.)
//!
//! Bevy can also replace a lost device, but bevy_egui 0.42 cannot: it goes on with buffers of the old device, and wgpu
//! panics. A message and a still picture are better. The user decides whether to restart.

use bevy::prelude::*;
use bevy::render::error_handler::{ErrorType, RenderError, RenderErrorHandler, RenderErrorPolicy};

/// Why drawing has stopped. The page, the terminal or the log shows it, because no panel can be drawn.
#[derive(Resource, Clone, Debug, Default)]
pub(super) struct GraphicsFailure {
    /// The message; `None` while drawing works.
    pub(super) message: Option<String>,
}

/// Installs the handler.
pub(super) fn plugin(app: &mut App) {
    app.init_resource::<GraphicsFailure>().insert_resource(RenderErrorHandler(handle));
}

/// Runs on the frame of the error, and again on every frame while rendering stays stopped.
fn handle(error: &RenderError, main_world: &mut World, _: &mut World) -> RenderErrorPolicy {
    let mut failure = main_world.get_resource_or_init::<GraphicsFailure>();
    // The first error is the cause, later ones are its consequences.
    if failure.message.is_none() {
        let message = message(error);
        error!("{message}");
        failure.message = Some(message);
    }
    RenderErrorPolicy::StopRendering
}

fn message(error: &RenderError) -> String {
    let summary = match error.ty {
        ErrorType::DeviceLost => "the graphics device was lost; restart the program",
        ErrorType::OutOfMemory => "the graphics memory is full",
        ErrorType::Validation => "the graphics driver rejected a command",
        ErrorType::Internal => "the graphics driver failed",
    };
    // The description is a chain from the general to the specific, and Bevy has logged all of it: show the end.
    match error.description.lines().rfind(|line| !line.trim().is_empty()) {
        Some(detail) => format!("{summary} ({})", detail.trim()),
        None => summary.to_owned(),
    }
}
