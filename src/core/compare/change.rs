//! A single change of a cluster that may explain a slow log.
//!
//! A log shows rates and times, not causes, so that some degradations look the same: NICs share a message evenly, so one NIC of
//! eight at half its rate slows all rings down as if only four were in use.

use serde::Serialize;

use super::change_text::reading;
use super::changed_input::{Changed, ChangedInput, Choice};
use super::next_step::next_step;
use crate::nccl::MeasuredInputs;

/// A change that explains a log.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Change {
    /// The input.
    pub parameter: ChangedInput,
    /// Its healthy value, in the unit of the input.
    pub healthy: f64,
    /// The value that explains the log.
    pub explains: f64,
    /// The algorithm or protocol, if the change is a choice of NCCL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub choice: Option<Choice>,
    /// The error that remains with it, as a fraction.
    pub error: f64,
    /// Its usual meaning: a clause after "as if".
    pub reading: String,
    /// A test that confirms it, or tells it from others.
    pub next_step: String,
}

impl Change {
    pub(super) fn new(healthy: &MeasuredInputs, lanes: f64, changed: Changed, error: f64) -> Change {
        let Changed { parameter, healthy: before, explains, choice } = changed;
        let (reading, next_step) = (reading(healthy, lanes, &changed), next_step(healthy, &changed));
        Change { parameter, healthy: before, explains, choice, error, reading, next_step }
    }
}
