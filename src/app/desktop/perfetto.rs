//! Opens the site of Perfetto beside a trace that was saved: a program cannot hand it one, as a page can.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use super::save::save;
use crate::scene::Diagnostics;
use crate::session::{Done, Intent};

const SITE: &str = "https://ui.perfetto.dev";

/// Saves the trace in the folder of downloads and opens the site in the browser. Returns the intent that says where the file is.
pub(super) fn open_in_perfetto(name: &str, trace: &str) -> Intent {
    let path = folder().join(name);
    let refused = |problem: String, hint: &str| {
        Intent::ShowDiagnostics(Diagnostics::whole(&path.display().to_string(), problem, Some(hint)))
    };
    let saved = match save(&path, trace.as_bytes()) {
        Ok(saved) => saved,
        Err(error) => return refused(format!("cannot write the file: {error}"), "save the Chrome trace instead"),
    };
    match opener().arg(SITE).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn() {
        Ok(_) => Intent::ReportDone(Done::Saved { path: saved.display().to_string(), bytes: trace.len() as u64 }),
        Err(error) => refused(
            format!("the trace is saved, but no browser opens: {error}"),
            "open https://ui.perfetto.dev yourself and drop the file on it",
        ),
    }
}

/// Downloads if there is such a folder, else the folder for temporary files.
fn folder() -> PathBuf {
    let home = std::env::var_os(if cfg!(windows) { "USERPROFILE" } else { "HOME" }).map(PathBuf::from);
    let downloads = home.map(|home| home.join("Downloads"));
    downloads.filter(|downloads| downloads.is_dir()).unwrap_or_else(std::env::temp_dir)
}

/// The command that opens an address in the user's browser.
fn opener() -> Command {
    if cfg!(target_os = "macos") {
        return Command::new("open");
    }
    if cfg!(windows) {
        let mut start = Command::new("cmd");
        start.args(["/C", "start", ""]);
        return start;
    }
    Command::new("xdg-open")
}
