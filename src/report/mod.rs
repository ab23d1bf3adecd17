//! Reports: results as JSON for scripts, CSV, and tables for people.

mod explanation;
mod run;
mod sweep;
mod table;

pub use explanation::{ElasticityReport, ExplainReport, ExplainedFabric};
pub use run::{FabricReport, Report, SceneReport};
pub use sweep::{RowReport, SweepReport, sweep_csv, sweep_table};
pub use table::{catalog_table, explain_table, machine_table, nccl_table, run_table};
