//! Reads a log: checks size and encoding, and chooses between text and JSON.

use std::io::Read;
#[cfg(not(target_arch = "wasm32"))]
use std::path::Path;

use super::error::LogError;
use super::log::{MAX_LOG_BYTES, NcclLog, note};
use super::{json, named_table, record_json, text};
use crate::units::from_utf16;

/// The most lines of text before the JSON.
const MAX_LINES_BEFORE_JSON: usize = 100;
/// The first two bytes of gzip.
const GZIP: [u8; 2] = [0x1f, 0x8b];
/// The most zero bytes of a text.
const MAX_ZERO_BYTES: usize = 2;

/// Reads a log file of at most [`MAX_LOG_BYTES`].
///
/// # Errors
/// The file cannot be read, or an error of [`decode_log`] or [`read_log`].
#[cfg(not(target_arch = "wasm32"))]
pub fn load_log(path: &Path) -> Result<NcclLog, LogError> {
    let name = path.display().to_string();
    let unreadable = |error: std::io::Error| {
        LogError::whole(&name, format!("cannot read the file: {error}"), "accepted: the path of a text file")
    };
    if path.is_dir() {
        return Err(LogError::whole(&name, "is a directory", "give the path of a log in it"));
    }
    let file = std::fs::File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    // One byte more than the limit shows that the file is too large without reading all of it.
    file.take(MAX_LOG_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    read_log(&name, &decode_log(&name, bytes)?)
}

/// Checks the size and the encoding of a log, which may be packed by gzip, and UTF-16 with its byte order mark. A byte that is not UTF-8 (such as a name in Latin-1 in a comment) becomes a
/// replacement character: all that matters in a log is ASCII.
///
/// # Errors
/// The log is too large or binary.
pub fn decode_log(name: &str, bytes: Vec<u8>) -> Result<String, LogError> {
    if bytes.len() > MAX_LOG_BYTES {
        return Err(LogError::too_large(name));
    }
    let bytes = if bytes.starts_with(&GZIP) { inflated(name, &bytes)? } else { bytes };
    if let Some(text) = from_utf16(&bytes) {
        return Ok(text);
    }
    String::from_utf8(bytes).or_else(|error| {
        let valid = error.utf8_error().valid_up_to();
        let bytes = error.as_bytes();
        // Text has no zero bytes, except for one or two of a torn write.
        if bytes.iter().filter(|&&byte| byte == 0).count() <= MAX_ZERO_BYTES {
            return Ok(String::from_utf8_lossy(bytes).into_owned());
        }
        let line = 1 + bytes.iter().take(valid).filter(|&&byte| byte == b'\n').count();
        let hint = "accepted: the text or the JSON that nccl-tests writes; is this a binary file?";
        Err(LogError::at(name, line, None, format!("is not UTF-8 text: byte {valid} is not a character"), hint))
    })
}

/// The content of a gzip file, of at most [`MAX_LOG_BYTES`].
fn inflated(name: &str, bytes: &[u8]) -> Result<Vec<u8>, LogError> {
    let mut plain = Vec::new();
    let mut decoder = flate2::read::MultiGzDecoder::new(bytes).take(MAX_LOG_BYTES as u64 + 1);
    match decoder.read_to_end(&mut plain) {
        Ok(_) if plain.len() > MAX_LOG_BYTES => Err(LogError::too_large(name)),
        Ok(_) => Ok(plain),
        Err(_) => Err(LogError::whole(name, "the gzip data is damaged or cut", "copy the file again")),
    }
}

/// A text without the fence of Markdown around it. Its line stays, so that errors name the lines of the file.
fn without_fence(text: &str) -> &str {
    let Some(rest) = text.trim_start().strip_prefix("```") else { return text };
    let inner = rest.find('\n').and_then(|end| rest.get(end..)).unwrap_or_default();
    inner.trim_end().strip_suffix("```").unwrap_or(inner)
}

/// Whether a text is a scene of this program: its first line that is not a comment opens a bracket, and it has fabrics.
fn is_scene(text: &str) -> bool {
    let first = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with("//"));
    first.is_some_and(|line| line.starts_with('('))
        && ["workload:", "fabrics:"].iter().all(|field| text.contains(field))
        && !text.contains("busbw")
}

/// Reads a log of `nccl-tests`, text or JSON. `name` is its file's, which may settle the operation.
///
/// Time and memory grow linearly with the text.
///
/// # Errors
/// The text is too large or empty, has no table with a usable row, or has runs with different numbers of
/// ranks. Implausible times and bandwidths (negative, zero time, NaN, infinite) are ignored, with a note.
pub fn read_log(name: &str, text: &str) -> Result<NcclLog, LogError> {
    if text.len() > MAX_LOG_BYTES {
        return Err(LogError::too_large(name));
    }
    let text = without_fence(text.strip_prefix('\u{feff}').unwrap_or(text));
    let start = text.trim_start();
    if start.is_empty() {
        return Err(LogError::whole(name, "is empty", "accepted: the output of all_reduce_perf, or its JSON (-J)"));
    }
    if record_json::is_records(text) {
        return record_json::read(name, text);
    }
    if is_scene(text) {
        let hint = "accepted: the output of all_reduce_perf; `fabricscope run` compares the fabrics of a scene";
        return Err(LogError::whole(name, "is a scene, not a log of nccl-tests", hint));
    }
    if let Some(lines) = container_lines(text) {
        return read_text(name, &lines);
    }
    // MPI's `[1,0]<stdout>:` starts with a bracket, too; only a brace starts JSON.
    if start.starts_with('{') {
        return json::read(name, text);
    }
    // A line of mpirun or a prompt may precede the JSON; a line of a table is never an opening brace.
    match json_after_preamble(text) {
        Some(skipped) => {
            let blank: String = text[..skipped].chars().filter(|&c| c == '\n').collect();
            let mut log = json::read(name, &format!("{blank}{}", &text[skipped..]))?;
            note(&mut log.notes, Some(1), "ignored text before the JSON");
            Ok(log)
        }
        None => read_text(name, text),
    }
}

/// Reads the text of nccl-tests, or else a table with named columns.
fn read_text(name: &str, text: &str) -> Result<NcclLog, LogError> {
    text::read(name, text).or_else(|error| match named_table::read(name, text) {
        // A log whose operation or rows are wrong is not a table of another form.
        Some(read) if error.no_rows => read,
        _ => Err(error),
    })
}

/// A line of a container's log.
#[derive(serde::Deserialize)]
struct ContainerLine {
    log: String,
}

/// The text in the JSON lines that Docker keeps, one line each: `{"log":"...\n","stream":"stdout","time":"..."}`.
pub(crate) fn container_lines(text: &str) -> Option<String> {
    let line = |line: &str| serde_json::from_str::<ContainerLine>(line).ok();
    line(text.lines().find(|line| !line.trim().is_empty())?)?;
    // Docker splits long lines: a part without a line break goes on in the next. Other collectors drop all line breaks.
    let has_breaks = text.lines().filter_map(line).any(|ContainerLine { log }| log.ends_with('\n'));
    let mut out = String::with_capacity(text.len());
    for text_line in text.lines() {
        let log = line(text_line).map_or(String::new(), |ContainerLine { log }| log);
        out.push_str(log.trim_end_matches(['\r', '\n']));
        if !has_breaks || log.is_empty() || log.ends_with('\n') {
            out.push('\n');
        }
    }
    Some(out)
}

/// The offset of JSON after a few lines of text, in bytes.
fn json_after_preamble(text: &str) -> Option<usize> {
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
