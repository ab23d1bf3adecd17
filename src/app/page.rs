//! The program in the browser: wiring of the page's commands and of what it is told (`web`).

use bevy::diagnostic::FrameCount;
use bevy::prelude::*;
use bevy::winit::{EventLoopProxyWrapper, WinitUserEvent};
use bevy_egui::EguiContexts;

use super::draw_cost::{DrawCost, packets};
use super::program::{Effects, FrameSystems, OpenSession, PendingIntents, Views};
use super::render_errors::RenderTrouble;
use crate::app::program;
use crate::app::{keys, web};
use crate::scene::ClockMode;
use crate::session::{Effect, Intent, Session};
use crate::units::Femtos;

/// Takes the page's canvas and runs for as long as the page is open.
pub fn run() {
    let session = match Session::first_look() {
        Ok(session) => session,
        Err(error) => return web::stopped(&error.to_string()),
    };
    let result = super::run_window(|app| {
        web::install_panic_hook();
        web::set_validator(|name, text| Session::validate(name, text).map_err(|error| error.to_string()));
        if let Some(proxy) = app.world().get_resource::<EventLoopProxyWrapper>() {
            let proxy = (**proxy).clone();
            web::set_waker(move || {
                // The loop is gone only when the page is closing.
                let _ = proxy.send_event(WinitUserEvent::WakeUp);
            });
        }
        program::plugin(session)(app);
        app.add_plugins(keys::plugin)
            .add_systems(Update, commands.in_set(FrameSystems::Want))
            .add_systems(Update, (perform, publish).in_set(FrameSystems::Tell))
            .add_systems(Last, (first_frame, trouble, ended));
    });
    if let Err(error) = result {
        web::stopped(&error.to_string());
    }
}

fn commands(mut wanted: ResMut<PendingIntents>) {
    for command in web::take_commands() {
        wanted.push(match command {
            web::WebCommand::Load(name, text) => Intent::Load { name, text },
            web::WebCommand::Play => Intent::Play,
            web::WebCommand::Pause => Intent::Pause,
            web::WebCommand::ReduceMotion => Intent::ReduceMotion(true),
            web::WebCommand::Seek(seconds) => Intent::Seek(Femtos::from_secs(seconds)),
        });
    }
}

fn perform(mut effects: ResMut<Effects>, mut contexts: EguiContexts) -> Result {
    for effect in std::mem::take(&mut effects.0) {
        match effect {
            Effect::Copy(text) => contexts.ctx_mut()?.copy_text(text),
            Effect::AskForFile => web::pick_file(),
            Effect::FullScreen => web::full_screen(),
            Effect::Save { name, text } => web::save_file(&name, &text),
        }
    }
    Ok(())
}

/// The same JSON as `run --json`, and the clock.
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
        "speed": clock.speed,
        "mode": if clock.mode == ClockMode::Same { "same" } else { "normalised" },
    });
    // Medians change slowly: once in a while is enough.
    if drawing.0 == 0 {
        *drawing = (30, serde_json::to_value(cost.report(packets(&views))).unwrap_or_default());
    }
    drawing.0 -= 1;
    report.1["drawing"] = drawing.1.clone();
    web::publish_state(report.1.to_string());
}

/// The third frame is the first one with shapes, words and heat.
fn first_frame(frames: Res<FrameCount>, views: Res<Views>, mut told: Local<bool>) {
    if !*told && frames.0 >= 3 && !views.views.is_empty() {
        *told = true;
        web::first_frame();
    }
}

fn trouble(trouble: Res<RenderTrouble>, mut told: Local<bool>) {
    if let (Some(message), false) = (&trouble.message, *told) {
        *told = true;
        web::stopped(message);
    }
}

fn ended(mut exits: MessageReader<AppExit>) {
    if exits.read().last().is_some() {
        web::stopped("The program has ended.");
    }
}
