//! Logs of `nccl-tests` compared with the measured timing: errors per size and per log, and a diagnosis.
//!
//! | file | contents |
//! |---|---|
//! | `cluster` | the inputs of the timing, from flags and the log |
//! | `comparison` | the log row by row beside the predictions |
//! | `log_machine` | the machine whose GPU a log names |
//! | `log_report`, `difference` | several runs, and what tells them apart |
//! | `mean_error` | the error of predictions |
//! | `diagnosis` | whether the cluster is healthy, and the single change that explains a slow one |
//! | `change` | the changes that are tried |
//! | `change_text`, `diagnosis_text` | both as text |
//! | `table` | a comparison as a table |

mod change;
mod change_text;
mod changed_input;
mod cluster;
#[cfg(test)]
mod compare_tests;
mod comparison;
mod diagnosis;
mod diagnosis_text;
mod difference;
mod log_machine;
mod log_report;
mod mean_error;
mod table;

pub use change::Change;
pub use changed_input::ChangedInput;
pub use cluster::{ClusterError, ClusterFlags, LogCluster, inputs};
pub use comparison::{ComparedRow, Comparison, compare};
pub use diagnosis::{Headline, LARGE_BYTES, Verdict, VerdictState};
pub use difference::RunDifference;
pub use log_machine::{DeviceMatch, device_match, machine_of_devices};
pub use log_report::{LogReport, report, report_table};
pub use mean_error::mean_error;
pub use table::comparison_table;
