//! `render --measure`, a tool for developers: the cost of drawing a scene while it plays.

use std::time::Duration;

use bevy::prelude::*;
use bevy::time::TimeUpdateStrategy;

use super::arguments::RenderArguments;
use super::error::RenderError;
use super::offscreen::{Headless, HeadlessError};
use crate::app::draw_cost::{DrawCost, DrawReport, packets};
use crate::app::program;
use crate::app::state::{MinPackets, Views};
use crate::session::Session;
use crate::units::Femtos;

/// Most frames of a measurement.
const MAX_FRAMES: u32 = 10_000;
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
    session.clock.play();
    session.clock.set_loop(Some((Femtos(0), session.clock.duration)));
    let headless = Headless::new(size, arguments.scale, program::plugin(session))?;
    let report = measure(headless, arguments.measure.unwrap_or_default(), arguments.packets)?;
    let text = serde_json::to_string(&report).map_err(|error| RenderError::Value(error.to_string()))?;
    println!("{text}");
    Ok(())
}

/// Plays frames at 60 per second of screen time.
fn measure(mut headless: Headless, frames: u32, min_packets: Option<usize>) -> Result<DrawReport, HeadlessError> {
    let world = headless.app().world_mut();
    world.insert_resource(TimeUpdateStrategy::ManualDuration(Duration::from_secs_f64(1.0 / 60.0)));
    if let Some(packets) = min_packets {
        world.insert_resource(MinPackets(packets.min(MAX_PACKETS)));
    }
    for _ in 0..frames.clamp(1, MAX_FRAMES) {
        headless.update()?;
    }
    let world = headless.app().world();
    Ok(world.resource::<DrawCost>().report(packets(world.resource::<Views>())))
}
