//! Formats: results as JSON for scripts and as a table for people.

mod report;
mod table;

pub use report::{FabricReport, Report, SceneReport, letter};
pub use table::{catalog_table, machine_table, run_table};
