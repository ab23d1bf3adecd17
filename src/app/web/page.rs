//! The program in the browser: the page's commands become intents, and its state is published ([`bridge`]).

use bevy::diagnostic::FrameCount;
use bevy::prelude::*;
use bevy::winit::{EventLoopProxyWrapper, WinitUserEvent};
use bevy_egui::EguiContexts;

use super::bridge::{self, PageCommand};
use crate::app::draw_cost::{DrawCost, packets};
use crate::app::graphics_errors::GraphicsFailure;
use crate::app::schedule::FrameSystems;
use crate::app::state::{Effects, OpenSession, PendingIntents, Views};
use crate::app::{keys, program, window};
use crate::scene::ClockMode;
use crate::session::{Effect, Intent, Session};
use crate::units::Femtos;

/// Takes the page's canvas and runs until the page is closed.
pub fn run() {
    let session = match Session::first_look() {
        Ok(session) => session,
        Err(error) => return bridge::stopped(&error.to_string()),
    };
    let result = window::run_window(|app| {
        bridge::install_panic_hook();
        bridge::set_validator(|name, text| Session::validate(name, text).map_err(|error| error.to_string()));
        if let Some(proxy) = app.world().get_resource::<EventLoopProxyWrapper>() {
            let proxy = (**proxy).clone();
            bridge::set_waker(move || {
                // The loop is gone only when the page is closing.
                let _ = proxy.send_event(WinitUserEvent::WakeUp);
            });
        }
        program::plugin(session)(app);
        app.add_plugins(keys::plugin)
            .add_systems(Update, commands.in_set(FrameSystems::Input))
            .add_systems(Update, (perform, publish).in_set(FrameSystems::Publish))
            .add_systems(Last, (first_frame, failure, ended));
    });
    if let Err(error) = result {
        bridge::stopped(&error.to_string());
    }
}

fn commands(mut pending: ResMut<PendingIntents>) {
    for command in bridge::take_commands() {
        pending.push(match command {
            PageCommand::Load(name, text) => Intent::Load { name, text },
            PageCommand::Play => Intent::Play,
            PageCommand::Pause => Intent::Pause,
            PageCommand::ReduceMotion => Intent::ReduceMotion(true),
            PageCommand::Seek(seconds) => Intent::Seek(Femtos::from_secs(seconds)),
        });
    }
}

fn perform(mut effects: ResMut<Effects>, mut contexts: EguiContexts) -> Result {
    for effect in std::mem::take(&mut effects.0) {
        match effect {
            Effect::Copy(text) => contexts.ctx_mut()?.copy_text(text),
            Effect::OpenFileDialog => bridge::pick_file(),
            Effect::FullScreen => bridge::full_screen(),
            Effect::Save { name, text } => bridge::save_file(&name, &text),
            // The browser leaves full screen by itself; paths are asked for only on the desktop.
            Effect::LeaveFullScreen | Effect::CompletePath { .. } | Effect::OpenFile(_) | Effect::SaveFile { .. } => {}
        }
    }
    Ok(())
}

/// Publishes the JSON of `run --json` with the clock and the cost of drawing.
fn publish(
    open: Res<OpenSession>,
    views: Res<Views>,
    cost: Res<DrawCost>,
    mut report: Local<(u64, serde_json::Value)>,
    mut drawing: Local<(u32, serde_json::Value)>,
) {
    let session = &open.0;
    if report.0 != session.revision {
        *report = (session.revision, serde_json::to_value(session.report()).unwrap_or_default());
    }
    let clock = &session.clock;
    report.1["clock"] = serde_json::json!({
        "time_s": clock.at.secs(),
        "duration_s": clock.duration.secs(),
        "playing": clock.playing,
        "speed": clock.speed(),
        "mode": if clock.mode == ClockMode::Same { "same" } else { "normalised" },
    });
    // Medians change slowly: one frame in 30 is enough.
    if drawing.0 == 0 {
        *drawing = (30, serde_json::to_value(cost.report(packets(&views))).unwrap_or_default());
    }
    drawing.0 -= 1;
    report.1["drawing"] = drawing.1.clone();
    bridge::publish_state(report.1.to_string());
}

/// Reports the third frame, which is the first one with quads, text and heat maps.
fn first_frame(frames: Res<FrameCount>, views: Res<Views>, mut reported: Local<bool>) {
    if !*reported && frames.0 >= 3 && !views.views.is_empty() {
        *reported = true;
        bridge::first_frame();
    }
}

fn failure(failure: Res<GraphicsFailure>, mut reported: Local<bool>) {
    if let (Some(message), false) = (&failure.message, *reported) {
        *reported = true;
        bridge::stopped(message);
    }
}

fn ended(mut exits: MessageReader<AppExit>) {
    if exits.read().last().is_some() {
        bridge::stopped("The program has ended.");
    }
}
