//! Chooses the fastest exact simulation of a plan.

use super::by_events::{self, play_by_events};
use super::error::SimulateError;
use super::played::Played;
use super::{ring_fast_path, symmetric_fast_path};
use crate::fabric::Fabric;
use crate::plan::{Plan, PlanBody};

/// Whether `plan` can be simulated on `fabric`, as far as its size and its routes show. What takes too long is found only
/// by [`play`].
///
/// # Errors
/// As [`play`].
pub fn check(fabric: &Fabric, plan: &Plan) -> Result<(), SimulateError> {
    let fast = match plan.body() {
        PlanBody::Listed(_) => false,
        PlanBody::Rings(rings) => ring_fast_path::check(fabric, rings)?,
        PlanBody::Symmetric(symmetric) => symmetric_fast_path::check(fabric, symmetric)?,
    };
    if fast { Ok(()) } else { by_events::check(fabric, plan) }
}

/// Simulates `plan` on `fabric`.
///
/// # Errors
/// [`SimulateError`] if the plan does not fit the fabric, is too large or takes too long.
pub fn play(fabric: &Fabric, plan: &Plan) -> Result<Played, SimulateError> {
    let fast = match plan.body() {
        PlanBody::Listed(_) => None,
        PlanBody::Rings(rings) => ring_fast_path::play(fabric, plan, rings)?,
        PlanBody::Symmetric(symmetric) => symmetric_fast_path::play(fabric, symmetric)?,
    };
    fast.map_or_else(|| play_by_events(fabric, plan), Ok)
}
