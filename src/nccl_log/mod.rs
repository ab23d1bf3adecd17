//! Logs of `nccl-tests`: message sizes and measured times, from its text or its JSON (`-J`).
//!
//! | file | contents |
//! |---|---|
//! | `log` | a log as it was read |
//! | `read` | checks size and encoding, and chooses between text and JSON |
//! | `text`, `json` | the two formats |
//! | `table`, `row`, `line` | tables, their rows, and lines of words |
//! | `facts`, `ranks` | ranks, devices and versions beside the rows |

mod error;
mod facts;
#[cfg(test)]
mod fuzz_tests;
mod json;
mod line;
mod log;
#[cfg(test)]
mod log_tests;
mod ranks;
mod read;
mod row;
mod table;
mod text;

pub use error::LogError;
pub use log::{LogNote, LogRow, MAX_LOG_BYTES, MAX_LOG_ROWS, NcclLog, RanksFrom};
#[cfg(not(target_arch = "wasm32"))]
pub use read::load_log;
pub use read::{decode_log, read_log};
