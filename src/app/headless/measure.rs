//! `render --measure`, a tool for developers: the cost of drawing a scene while it plays.

use std::time::Duration;

use bevy::prelude::*;
use bevy::time::TimeUpdateStrategy;
use bevy_egui::{EguiInput, egui};

use super::arguments::{Activity, RenderArguments};
use super::error::RenderError;
use super::offscreen::{Headless, HeadlessError};
use crate::app::camera::MainCamera;
use crate::app::draw_cost::{DrawCost, DrawReport, packets};
use crate::app::program;
use crate::app::state::{MinPackets, PendingIntents, Views};
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

/// Measures with the flags of the command line, and prints the result as JSON.
pub(super) fn print_cost(
    mut session: Session,
    at: Femtos,
    size: UVec2,
    arguments: &RenderArguments,
) -> Result<(), RenderError> {
    session.clock.seek(at);
    if arguments.during == Activity::Play {
        session.clock.play();
        session.clock.set_loop(Some((Femtos(0), session.clock.duration)));
    }
    session.solve_in_background();
    let headless = Headless::new(size, arguments.scale, program::plugin(session))?;
    let report = measure(headless, size, arguments)?;
    let text = serde_json::to_string(&report).map_err(|error| RenderError::Value(error.to_string()))?;
    println!("{text}");
    Ok(())
}

/// Runs frames at 60 per second of screen time.
fn measure(mut headless: Headless, size: UVec2, arguments: &RenderArguments) -> Result<DrawReport, HeadlessError> {
    let world = headless.app().world_mut();
    world.insert_resource(TimeUpdateStrategy::ManualDuration(Duration::from_secs_f64(1.0 / 60.0)));
    if let Some(packets) = arguments.packets {
        world.insert_resource(MinPackets(packets.min(MAX_PACKETS)));
    }
    for _ in 0..SETTLING_FRAMES {
        headless.update()?;
    }
    headless.app().world_mut().resource_mut::<DrawCost>().clear();
    for frame in 0..arguments.measure.unwrap_or_default().clamp(1, MAX_FRAMES) {
        act(headless.app().world_mut(), arguments.during, frame, size);
        headless.update()?;
    }
    let world = headless.app().world();
    Ok(world.resource::<DrawCost>().report(packets(world.resource::<Views>())))
}

/// What happens before a frame.
fn act(world: &mut World, activity: Activity, frame: u32, size: UVec2) {
    match activity {
        Activity::Play => {}
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
            let step = (frame / FRAMES_PER_STEP % 16).abs_diff(8);
            let value = format!("workload.message={}", 1_u64 << (16 + step));
            if let Ok(setting) = Setting::parse(&value) {
                let change = Intent::Drag(Box::new(Intent::Set(vec![setting])));
                world.resource_mut::<PendingIntents>().push(change);
            }
        }
    }
}
