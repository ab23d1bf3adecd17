//! Reports: results as JSON for scripts, as CSV, and as tables for people.

mod explain_report;
mod explanation;
mod operations;
mod run;
mod sweep;
mod table;
mod training;
mod training_rows;
mod training_sweep;
mod training_table;

pub use explain_report::{explained_fabric, instant_report};
pub use explanation::{
    ElasticityReport, ExplainReport, ExplainedFabric, InstantReport, PathReport, RootCauseReport, ShareReport,
    StepReport, StreamReport, UpgradeReport, WaitingReport,
};
pub use operations::OperationReport;
pub use run::{ChoiceReport, FabricReport, Report, SceneReport, TriedReport, UntriedReport};
pub use sweep::{AxisReport, RowReport, SweepReport, SweptScene, ValueReport, sweep_csv, sweep_table};
pub use table::{catalog_table, explain_table, machine_table, nccl_table, run_table};
pub use training::{
    CollectiveReport, MatchReport, PartReport, TrainingFabricReport, TrainingFigures, TrainingReport,
    TrainingSceneReport, UncertainReport,
};
pub use training_rows::{RunsGroup, RunsProblem, RunsReport, RunsRow, runs_table};
pub use training_sweep::{TrainingSweepReport, TrainingSweepRow};
pub use training_table::{training_explain_table, training_table};
