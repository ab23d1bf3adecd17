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
/// Lines of words that may stand before the JSON.
const MAX_LINES_BEFORE_JSON: usize = 100;
/// Zero bytes that a text may have and still be one.
const MAX_ZERO_BYTES: usize = 2;
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

/// Checks the size and the encoding of what should be a log. A byte that is no UTF-8 (a name in Latin-1 in a comment)
/// becomes a replacement character: nothing that counts in a log is beyond ASCII.
///
/// # Errors
/// Too large, UTF-16, or binary, with the line.
pub fn decode_log(name: &str, bytes: Vec<u8>) -> Result<String, LogError> {
    if bytes.len() > MAX_LOG_BYTES {
        return Err(LogError::too_large(name));
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        let hint = "save it as UTF-8 (PowerShell's `>` writes UTF-16; `| Out-File -Encoding utf8` does not)";
        return Err(LogError::whole(name, "is UTF-16 text", hint));
    }
    String::from_utf8(bytes).or_else(|error| {
        let valid = error.utf8_error().valid_up_to();
        let bytes = error.as_bytes();
        // Text has no zero bytes; one or two of a torn write are forgiven.
        if bytes.iter().filter(|&&byte| byte == 0).count() <= MAX_ZERO_BYTES {
            return Ok(String::from_utf8_lossy(bytes).into_owned());
        }
        let line = 1 + bytes.iter().take(valid).filter(|&&byte| byte == b'\n').count();
        let hint = "accepted: the text or the JSON that nccl-tests writes; is this a binary file?";
        Err(LogError::at(name, line, None, format!("is not UTF-8 text: byte {valid} is no character"), hint))
    })
}

/// Reads a log of `nccl-tests`, text or JSON. Of several collectives only all-reduce is taken.
///
/// Time and memory grow linearly with the text.
///
/// # Errors
/// The text is too large or empty, holds no table of an all-reduce with a usable row, or holds runs of different numbers
/// of ranks. Times and bandwidths that cannot be (negative, zero time, NaN, infinite) are left out, with a note.
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
    if start.starts_with('{') {
        return json::read(name, text);
    }
    // A line of mpirun or a prompt may stand before the JSON; a table never has a line that is an opening brace.
    match json_after_words(text) {
        Some(skipped) => {
            let blank: String = text[..skipped].chars().filter(|&c| c == '\n').collect();
            let mut log = json::read(name, &format!("{blank}{}", &text[skipped..]))?;
            note(&mut log.notes, Some(1), "text before the JSON was passed over");
            Ok(log)
        }
        None => text::read(name, text),
    }
}

/// Where JSON begins behind a few lines of words, in bytes.
fn json_after_words(text: &str) -> Option<usize> {
    let mut at = 0;
    for line in text.split_inclusive('\n').take(MAX_LINES_BEFORE_JSON) {
        let trimmed = line.trim_start();
        if trimmed.starts_with('{') && text.contains("\"results\"") {
            return Some(at + (line.len() - trimmed.len()));
        }
        at += line.len();
    }
    None
}
