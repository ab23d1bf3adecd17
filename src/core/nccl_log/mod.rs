//! Logs of `nccl-tests`: message sizes and measured times, from its text or its JSON (`-J`).
//!
//! | file | contents |
//! |---|---|
//! | `log` | a log as it was read |
//! | `read` | checks size and encoding, and chooses between text and JSON |
//! | `text`, `json` | the two formats |
//! | `runs`, `table`, `columns`, `row`, `line` | runs, their tables, columns and rows, and lines of words |
//! | `record`, `record_json`, `named_table`, `prose` | measurements by named values: RCCL's JSON, CSV, Markdown, words |
//! | `operation`, `ranks` | the operation and its ranks by the bandwidths |
//! | `public_text` | the words of a log that may be shown: names of runs, devices, types |
//! | `element` | the types of elements, and which of them switches add |
//! | `facts`, `settings` | devices, versions, headings and settings beside the rows |

mod columns;
mod element;
mod error;
mod facts;
#[cfg(test)]
mod form_tests;
#[cfg(test)]
mod fuzz_tests;
#[cfg(test)]
mod glued_tests;
mod json;
mod line;
mod log;
#[cfg(test)]
mod log_tests;
mod named_table;
mod operation;
mod prose;
mod public_text;
mod ranks;
mod read;
mod record;
mod record_json;
mod row;
mod runs;
mod settings;
mod table;
mod text;

pub use error::LogError;
pub use log::{LogNote, LogRow, LogRun, MAX_LOG_BYTES, MAX_LOG_ROWS, NcclLog, RanksFrom, SimulatedCluster};
pub use operation::Operation;
pub(crate) use read::container_lines;
#[cfg(not(target_arch = "wasm32"))]
pub use read::load_log;
pub use read::{decode_log, read_log};
pub use settings::Settings;
