//! Tests of the engine: closed forms, other simulators, and properties of random plans.

mod bounds;
mod budget;
mod cohorts;
mod fabrics;
mod gpu_closed_forms;
mod monotonicity;
mod operation_closed_forms;
mod random_plans;
mod representatives;
mod ring_fast_path;
mod streams;
mod wafer_closed_forms;
mod wafer_cycle_counts;
mod wafer_faults;
