//! The notes beside a result, by what they are about.

mod chips;
mod comparison;
mod degradations;
mod grades;
mod measured;
mod memory;
mod run_notes;
#[cfg(test)]
mod tests;
mod wafer;

pub(super) use comparison::{auto, compare, ideal_ratio, table_pick};
pub(super) use memory::does_not_fit;
pub(super) use run_notes::of_run;
