//! Chooses the fastest exact simulation of a plan.

use super::by_events;
use super::cost::{Budget, Cost};
use super::error::SimulateError;
use super::played::Played;
use super::{ring_fast_path, symmetric_fast_path};
use crate::fabric::Fabric;
use crate::plan::{Plan, PlanBody};

/// Whether `plan` can be simulated on `fabric` within a budget, as far as its size and its routes show, and the least that
/// it then costs. What takes too long, or too many changes of rates, is found only by [`play`].
///
/// # Errors
/// As [`play`].
pub fn check(fabric: &Fabric, plan: &Plan, budget: &Budget) -> Result<Cost, SimulateError> {
    let fast = match plan.body() {
        PlanBody::Listed(_) => None,
        PlanBody::Rings(rings) => ring_fast_path::check(fabric, rings, budget)?,
        PlanBody::Symmetric(symmetric) => symmetric_fast_path::check(fabric, symmetric, budget)?,
    };
    fast.map_or_else(|| by_events::check(fabric, plan, budget), Ok)
}

/// Simulates `plan` on `fabric` within the budget of a scene.
///
/// # Errors
/// [`SimulateError`] if the plan does not fit the fabric, is too large or takes too long.
pub fn play(fabric: &Fabric, plan: &Plan) -> Result<Played, SimulateError> {
    let mut budget = Budget::SCENE;
    play_within(fabric, plan, &mut budget)
}

/// Simulates `plan` on `fabric`. The work is taken off the budget, even if the run is stopped; the memory is not, because
/// it is free again when the result is dropped.
///
/// # Errors
/// As [`play`]; [`SimulateError::TooLarge`] if the budget does not suffice.
pub fn play_within(fabric: &Fabric, plan: &Plan, budget: &mut Budget) -> Result<Played, SimulateError> {
    let fast = match plan.body() {
        PlanBody::Listed(_) => None,
        PlanBody::Rings(rings) => ring_fast_path::play(fabric, plan, rings, budget)?,
        PlanBody::Symmetric(symmetric) => symmetric_fast_path::play(fabric, symmetric, budget)?,
    };
    fast.map_or_else(|| by_events::play(fabric, plan, budget), Ok)
}
