//! `render --measure`, a tool for developers: the cost of drawing a scene while something happens, and its limits.

use std::time::Duration;

use bevy::prelude::*;
use bevy::time::TimeUpdateStrategy;
use bevy::window::RequestRedraw;
use bevy_egui::{EguiInput, egui};

use super::arguments::{Activity, RenderArguments};
use super::error::RenderError;
use super::offscreen::{Headless, HeadlessError};
use crate::app::camera::MainCamera;
use crate::app::draw_cost::{
    Bar, DrawCost, DrawReport, MAX_DRAG_MS, MAX_PLAYING_MS, MAX_POINTING_MS, MAX_UPLOAD_MB, packets,
};
use crate::app::program;
use crate::app::state::{MinPackets, OpenSession, PendingIntents, Views};
use crate::scene::Setting;
use crate::session::{Intent, Session};
use crate::units::Femtos;

/// Most frames of a measurement.
const MAX_FRAMES: u32 = 10_000;
/// Frames before the measurement: panels and textures find their sizes.
const SETTLING_FRAMES: u32 = 30;
/// Frames between two steps of a dragged slider.
const FRAMES_PER_STEP: u32 = 6;
/// Most packets of a fabric during a measurement.
const MAX_PACKETS: usize = 200_000;

/// Frames in a row without a request for another one, after which an app is at rest.
const FRAMES_AT_REST: u32 = 60;
/// Most frames until an app that stands is at rest.
const MAX_FRAMES_UNTIL_REST: u32 = 600;

/// The cost of one activity and its bars.
#[derive(serde::Serialize)]
struct Measured {
    #[serde(flatten)]
    cost: DrawReport,
    bars: Vec<Bar>,
}

/// The costs of all activities and all bars.
#[derive(serde::Serialize)]
struct MeasuredAll {
    play: DrawReport,
    point: DrawReport,
    drag: DrawReport,
    /// Frames that an app at rest has requested.
    rest_frames: u32,
    bars: Vec<Bar>,
}

/// Measures with the flags of the command line, and prints the result as JSON.
pub(super) fn print_cost(
    mut session: Session,
    at: Femtos,
    size: UVec2,
    arguments: &RenderArguments,
) -> Result<(), RenderError> {
    session.clock.seek(at);
    session.clock.set_loop(Some((Femtos(0), session.clock.duration)));
    session.solve_in_background();
    let mut headless = Headless::new(size, arguments.scale, program::plugin(session))?;
    let world = headless.app().world_mut();
    world.insert_resource(TimeUpdateStrategy::ManualDuration(Duration::from_secs_f64(1.0 / 60.0)));
    if let Some(packets) = arguments.packets {
        world.insert_resource(MinPackets(packets.min(MAX_PACKETS)));
    }
    let frames = arguments.measure.unwrap_or_default().clamp(1, MAX_FRAMES);
    let mut cost = |activity| measure(&mut headless, activity, at, size, frames);
    let text = match arguments.during {
        Activity::All => {
            let [play, point, drag] = [cost(Activity::Play)?, cost(Activity::Point)?, cost(Activity::Drag)?];
            let rest_frames = frames_at_rest(&mut headless)?;
            let mut bars: Vec<Bar> = Vec::new();
            for (activity, cost) in [(Activity::Play, &play), (Activity::Point, &point), (Activity::Drag, &drag)] {
                bars.extend(bars_of(activity, cost));
            }
            bars.push(Bar::new("frames at rest", f64::from(rest_frames), 0.0));
            serde_json::to_string(&MeasuredAll { play, point, drag, rest_frames, bars })
        }
        activity @ (Activity::Play | Activity::Point | Activity::Drag) => {
            let cost = cost(activity)?;
            serde_json::to_string(&Measured { bars: bars_of(activity, &cost), cost })
        }
    };
    println!("{}", text.map_err(|error| RenderError::Value(error.to_string()))?);
    Ok(())
}

/// The bars of an activity.
fn bars_of(activity: Activity, cost: &DrawReport) -> Vec<Bar> {
    let (doing, time) = match activity {
        Activity::Play | Activity::All => ("playing", Bar::new("playing, median ms", cost.total_ms, MAX_PLAYING_MS)),
        Activity::Point => ("pointing", Bar::new("pointing, median ms", cost.total_ms, MAX_POINTING_MS)),
        Activity::Drag => ("dragging", Bar::new("dragging, longest ms", cost.longest_ms, MAX_DRAG_MS)),
    };
    vec![time, Bar::new(&format!("{doing}, MB sent per frame"), cost.upload_bytes as f64 * 1e-6, MAX_UPLOAD_MB)]
}

/// Runs frames at 60 per second of screen time.
///
/// Each waits until the one before is drawn: a software renderer would otherwise take the processors from the main thread,
/// whose time is measured.
fn measure(
    headless: &mut Headless,
    activity: Activity,
    at: Femtos,
    size: UVec2,
    frames: u32,
) -> Result<DrawReport, HeadlessError> {
    let session = &mut headless.app().world_mut().resource_mut::<OpenSession>().0;
    session.clock.seek(at);
    match activity {
        Activity::Play | Activity::All => session.clock.play(),
        Activity::Point | Activity::Drag => session.clock.playing = false,
    }
    for _ in 0..SETTLING_FRAMES {
        headless.update()?;
        headless.wait_for_graphics()?;
    }
    headless.app().world_mut().resource_mut::<DrawCost>().clear();
    for frame in 0..frames {
        act(headless.app().world_mut(), activity, frame, size);
        headless.update()?;
        headless.wait_for_graphics()?;
    }
    let world = headless.app().world();
    Ok(world.resource::<DrawCost>().report(packets(world.resource::<Views>())))
}

/// Frames that the app still requests after it has come to rest; all of them if it never does.
fn frames_at_rest(headless: &mut Headless) -> Result<u32, HeadlessError> {
    headless.app().world_mut().resource_mut::<PendingIntents>().push(Intent::EndDrag);
    headless.app().world_mut().resource_mut::<PendingIntents>().push(Intent::Pause);
    for _ in 0..MAX_FRAMES_UNTIL_REST {
        if !requests_a_frame(headless)? {
            break;
        }
    }
    let mut requested = 0;
    for _ in 0..FRAMES_AT_REST {
        requested += u32::from(requests_a_frame(headless)?);
    }
    Ok(requested)
}

/// Whether an update requests another frame.
pub(super) fn requests_a_frame(headless: &mut Headless) -> Result<bool, HeadlessError> {
    headless.app().world_mut().resource_mut::<Messages<RequestRedraw>>().clear();
    headless.update()?;
    Ok(!headless.app().world().resource::<Messages<RequestRedraw>>().is_empty())
}

/// What happens before a frame.
fn act(world: &mut World, activity: Activity, frame: u32, size: UVec2) {
    match activity {
        Activity::Play | Activity::All => {}
        Activity::Point => {
            let share = (frame % 100) as f32 / 100.0;
            let at = egui::pos2(size.x as f32 * (0.2 + 0.5 * share), size.y as f32 * 0.4);
            let mut inputs = world.query_filtered::<&mut EguiInput, With<MainCamera>>();
            for mut input in inputs.iter_mut(world) {
                input.events.push(egui::Event::PointerMoved(at));
            }
        }
        Activity::Drag => {
            // One step of the slider every few frames, up and down again.
            if !frame.is_multiple_of(FRAMES_PER_STEP) {
                return;
            }
            let step = (frame / FRAMES_PER_STEP % 16).abs_diff(8);
            let training = world.resource::<OpenSession>().0.scene().training.is_some();
            let value = match training {
                true => format!("workload.training.global_batch={}", 1024 + 128 * step),
                false => format!("workload.message={}", 1_u64 << (16 + step)),
            };
            if let Ok(setting) = Setting::parse(&value) {
                let change = Intent::Drag(Box::new(Intent::Set(vec![setting])));
                world.resource_mut::<PendingIntents>().push(change);
            }
        }
    }
}
