//! The result of a simulation.

use super::bounds::PlanBounds;
use super::cost::Cost;
use crate::fabric::LinkId;
use crate::trace::Trace;

/// A simulated plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Played {
    /// When everything happened.
    pub trace: Trace,
    /// The times that no run of this plan can beat.
    pub bounds: PlanBounds,
    /// The most bytes that crossed any one link, and that link.
    pub busiest_link: (f64, LinkId),
    /// What the run has cost.
    pub cost: Cost,
}
