//! `compare` of a table of measured training steps, recognised by its header.

use std::io::Read;
use std::path::{Path, PathBuf};

use super::error::CommandError;
use super::output::{note, print, print_json};
use super::waiting::Waiting;
use crate::catalog::Catalog;
use crate::nccl_log::decode_log;
use crate::report::{RunsReport, runs_table};
use crate::scene::{TimingChoice, did_you_mean, read_text};
use crate::training::{is_runs_table, read_runs_table};
use crate::units::{one_line, quoted};

/// The most bytes of a packed table that are read.
const MAX_PACKED_BYTES: u64 = 1 << 20;

/// The text of the tables, if the first file is one.
///
/// # Errors
/// Tables and logs together.
pub(super) fn tables(paths: &[PathBuf]) -> Result<Option<Vec<String>>, CommandError> {
    let is_table = |path: &PathBuf| text_of(path).filter(|text| is_runs_table(text));
    let Some(first) = paths.first().and_then(is_table) else { return Ok(None) };
    let mut found = vec![first];
    for path in &paths[1..] {
        let Some(text) = is_table(path) else {
            let name = path.display().to_string();
            let problem = format!("{} is not a table of training steps, but the first file is", quoted(&name));
            return Err(CommandError::Value(format!("{problem}; compare tables and logs separately")));
        };
        found.push(text);
    }
    Ok(Some(found))
}

/// The text of a file that is small enough for a table, also if it is UTF-16 or packed by gzip.
fn text_of(path: &Path) -> Option<String> {
    let packed = || {
        let mut bytes = Vec::new();
        std::fs::File::open(path).ok()?.take(MAX_PACKED_BYTES).read_to_end(&mut bytes).ok()?;
        decode_log("table", bytes).ok()
    };
    read_text(path).ok().or_else(packed)
}

/// `ideal` or `measured`.
pub(super) fn timing(text: &str) -> Result<TimingChoice, String> {
    let found = TimingChoice::find(text);
    let near = did_you_mean(text, TimingChoice::ALL.map(TimingChoice::as_str));
    found.ok_or_else(|| near.map_or("accepted: ideal, measured".to_owned(), |near| format!("did you mean `{near}`?")))
}

/// Plays every row of the tables and prints it beside what was measured.
///
/// # Errors
/// No row has a prediction.
pub(super) fn compare_runs(texts: &[String], timing: TimingChoice, json: bool) -> Result<(), CommandError> {
    let catalog = Catalog::bundled()?;
    let waiting = Waiting::new("playing steps");
    let mut table = crate::training::RunsTable::default();
    for text in texts {
        let mut more = read_runs_table(text, &catalog);
        table.runs.append(&mut more.runs);
        table.problems.append(&mut more.problems);
    }
    let report = RunsReport::new(&table, timing, &catalog);
    drop(waiting);
    if json {
        for problem in &report.problems {
            note(&one_line(&format!("note: line {}: {}", problem.line, problem.text)));
        }
        print_json(&report)?;
    } else {
        print(&runs_table(&report))?;
    }
    if report.rows.is_empty() {
        let first = report.problems.first().map_or(String::new(), |one| format!("; line {}: {}", one.line, one.text));
        return Err(CommandError::Value(format!("no row of the table has a prediction{first}")));
    }
    Ok(())
}
