//! Logs of `nccl-tests`: message sizes and measured times, out of its text or its JSON (`-J`).

mod error;
mod facts;
mod json;
mod line;
mod ranks;
mod row;
mod table;
mod text;

#[cfg(test)]
mod damage;
#[cfg(test)]
mod tests;

use std::io::Read;
use std::path::Path;

pub use error::LogError;

/// Largest log, in bytes. A run with `NCCL_DEBUG=INFO` on a thousand GPUs stays below it.
pub const MAX_LOG_BYTES: usize = 64 << 20;
/// Most rows of one log.
pub const MAX_LOG_ROWS: usize = 100_000;
/// Most notes that are kept: thousands of damaged lines need no thousand notes.
const MAX_NOTES: usize = 100;

/// What a log says of its all-reduce runs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NcclLog {
    /// Number of ranks (GPUs), if the log tells it one way or another.
    pub ranks: Option<u32>,
    /// How `ranks` is known; nothing if it is not.
    pub ranks_from: Option<RanksFrom>,
    /// Number of hosts, from the lines of the ranks or a line `# nodes: 2`.
    pub nodes: Option<u32>,
    /// Names of the devices, each once, sorted.
    pub devices: Vec<String>,
    /// NCCL's version, such as `2.26.2+cuda12.8`.
    pub nccl_version: Option<String>,
    /// The rows in the order of the log; at least one. A size that was measured several times has several rows: their
    /// spread is a measurement too, and merging would hide it.
    pub rows: Vec<LogRow>,
    /// What was left out or looks odd, by line.
    pub notes: Vec<LogNote>,
}

/// How the number of ranks is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RanksFrom {
    /// Lines such as `#  Rank  3 Group  0 Pid 6902 on host device 3`, or the devices in JSON.
    Devices,
    /// A line `# ranks: 16`, as in saved tables.
    Header,
    /// busbw / algbw, which is 2 (n - 1) / n, with only one n within what the columns' rounding leaves open.
    Bandwidths,
}

/// One row: a message size and the times it took. Whatever the log leaves out is `None`.
#[derive(Clone, Debug, PartialEq)]
pub struct LogRow {
    /// The line it begins on, from 1; in JSON, where lines are not known, the number of the result from 1.
    pub line: usize,
    /// Message size in bytes, at least 1.
    pub message_bytes: u64,
    /// Type of the elements, such as `float`.
    pub element: String,
    /// The reduction, such as `sum`.
    pub reduction: String,
    /// Time out of place, in seconds, above 0.
    pub out_of_place_s: Option<f64>,
    /// Time in place, in seconds, above 0.
    pub in_place_s: Option<f64>,
    /// Bus bandwidth out of place as printed, in GB/s (1e9 bytes per second).
    pub out_of_place_busbw_gb_s: Option<f64>,
    /// Bus bandwidth in place as printed, in GB/s (1e9 bytes per second).
    pub in_place_busbw_gb_s: Option<f64>,
}

impl LogRow {
    /// The smaller of the two times, in seconds: what the machine can do, as far as the row tells.
    pub fn measured_s(&self) -> Option<f64> {
        match (self.out_of_place_s, self.in_place_s) {
            (Some(out), Some(inside)) => Some(out.min(inside)),
            (out, inside) => out.or(inside),
        }
    }
}

/// Something in a log that was passed over or looks odd.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogNote {
    /// The line from 1 (in JSON the number of the result); nothing for the whole log.
    pub line: Option<usize>,
    /// What it is.
    pub text: String,
}

/// Adds a note, unless there are enough of them.
fn note(notes: &mut Vec<LogNote>, line: Option<usize>, text: impl Into<String>) {
    if notes.len() < MAX_NOTES {
        notes.push(LogNote { line, text: text.into() });
    }
}

/// Reads a log file of at most [`MAX_LOG_BYTES`].
///
/// # Errors
/// The file cannot be read, or all that [`decode_log`] and [`read_log`] refuse.
pub fn load_log(path: &Path) -> Result<NcclLog, LogError> {
    let name = path.display().to_string();
    let unreadable = |error: std::io::Error| {
        LogError::whole(&name, format!("cannot be read: {error}"), "accepted: the path of a text file")
    };
    if path.is_dir() {
        return Err(LogError::whole(&name, "is a directory", "name a log in it"));
    }
    let file = std::fs::File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    // One byte more than is allowed tells that the file is too large without reading all of it.
    file.take(MAX_LOG_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    read_log(&name, &decode_log(&name, bytes)?)
}

/// Checks the size and the encoding of what should be a log.
///
/// # Errors
/// Too large, or no UTF-8, with the line.
pub fn decode_log(name: &str, bytes: Vec<u8>) -> Result<String, LogError> {
    if bytes.len() > MAX_LOG_BYTES {
        return Err(LogError::too_large(name));
    }
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let bytes = error.as_bytes();
        if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
            let hint = "save it as UTF-8 (PowerShell's `>` writes UTF-16; `| Out-File -Encoding utf8` does not)";
            return LogError::whole(name, "is UTF-16 text", hint);
        }
        let line = 1 + bytes.iter().take(valid).filter(|&&byte| byte == b'\n').count();
        let hint = "accepted: the text or the JSON that nccl-tests writes; is this a binary file?";
        LogError::at(name, line, None, format!("is not UTF-8 text: byte {valid} is no character"), hint)
    })
}

/// Reads a log of `nccl-tests`, text or JSON. Of several collectives only all-reduce is taken.
///
/// Time and memory grow linearly with the text.
///
/// # Errors
/// The text is too large or empty, holds no table of an all-reduce with a usable row, holds runs of different numbers
/// of ranks, or times and bandwidths that cannot be (negative, zero time, NaN, infinite).
pub fn read_log(name: &str, text: &str) -> Result<NcclLog, LogError> {
    if text.len() > MAX_LOG_BYTES {
        return Err(LogError::too_large(name));
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let start = text.trim_start();
    if start.is_empty() {
        return Err(LogError::whole(name, "is empty", "accepted: the output of all_reduce_perf, or its JSON (-J)"));
    }
    // MPI's `[1,0]<stdout>:` begins with a bracket too; only a brace is the beginning of JSON.
    if start.starts_with('{') { json::read(name, text) } else { text::read(name, text) }
}
