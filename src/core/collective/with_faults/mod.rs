//! Adapts the plans of a wafer to links that are slow or down and to PEs that are late.
//!
//! Cohorts of rows are split where rows differ, streams are rerouted around links that are down, and no stream adds a
//! vector that is not ready yet. Rows that are still identical stay together: a slow link of a whole wafer splits off one
//! row of 1,170.

mod adapter;
mod ramp_queues;
mod reroute;
mod vectors;

pub use adapter::fit_to_faults;
