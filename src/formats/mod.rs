//! Formats: results as JSON for scripts and as a table for people, logs of real runs.

mod explained;
mod nccl_log;
mod report;
mod swept;
mod table;

pub use explained::{ElasticityReport, ExplainReport, ExplainedFabric};
pub use nccl_log::{
    LogError, LogNote, LogRow, MAX_LOG_BYTES, MAX_LOG_ROWS, NcclLog, RanksFrom, decode_log, load_log, read_log,
};
pub use report::{FabricReport, Report, SceneReport};
pub use swept::{RowReport, SweepReport, sweep_csv, sweep_table};
pub use table::{catalog_table, explain_table, machine_table, nccl_table, run_table};

pub use crate::scene::letter;
