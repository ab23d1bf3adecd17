//! Logs of `nccl-tests` compared with the measured timing: errors per size and per log, and a diagnosis.
//!
//! | file | contents |
//! |---|---|
//! | `cluster_flags`, `cluster`, `input_source` | the inputs of the timing, from flags and the log |
//! | `comparison` | the log row by row beside the predictions |
//! | `log_machine` | the machine whose GPU a log names |
//! | `log_report`, `difference`, `scaling` | several runs, and what tells them apart |
//! | `mean_error` | the error of predictions |
//! | `settings` | what the log itself sets, and where each input comes from |
//! | `predictor` | predictions for the rows |
//! | `diagnosis`, `log_verdict` | whether the cluster is healthy, and why not |
//! | `candidates`, `root_causes`, `change` | the changes that are tried, and those that explain the rows |
//! | `shape` | where a run is slow, and where it changes |
//! | `faster` | what would be faster than what the run used |
//! | `change_text`, `change_title`, `diagnosis_text`, `next_step` | all of it as text |
//! | `table` | a comparison as a table |

mod candidates;
mod change;
mod change_text;
mod change_title;
mod changed_input;
mod cluster;
mod cluster_flags;
#[cfg(test)]
mod compare_tests;
mod comparison;
mod diagnosis;
mod diagnosis_text;
mod difference;
#[cfg(test)]
mod evidence_tests;
mod faster;
mod input_source;
mod log_machine;
mod log_report;
mod log_verdict;
mod mean_error;
mod next_step;
mod operation;
mod predictor;
mod root_causes;
mod scaling;
mod settings;
mod shape;
mod table;

pub use change::Change;
pub use changed_input::{ChangedInput, Choice};
pub use cluster::{Cluster, cluster};
pub use cluster_flags::{ClusterError, ClusterFlags, LogCluster};
pub use comparison::{ComparedRow, Comparison, compare};
pub use diagnosis::LARGE_BYTES;
pub use difference::RunDifference;
pub use input_source::{InputFrom, InputSource};
pub use log_machine::{DeviceMatch, device_match, machine_of_devices};
pub use log_report::{LogReport, report, report_table, run_differences};
pub use log_verdict::{FasterChoice, Headline, HealthyRange, Verdict, VerdictState};
pub use mean_error::mean_error;
pub use operation::open_operations;
pub use root_causes::RuledOut;
pub use scaling::NodeLoss;
pub use shape::{Break, BreakKind, SlowRange};
pub use table::{comparison_table, headline};
