//! Machines without graphics: tests that draw are skipped there, and never silently.

use std::io::Write;
use std::process::Output;

/// With one of these environment variables, missing graphics are a failure. Continuous integration sets the first.
const REQUIRED_BY: [&str; 2] = ["CI", "FABRICSCOPE_REQUIRE_GRAPHICS"];

/// Whether the program found no graphics adapter and the test must be skipped. Says so on standard error.
pub fn is_missing(test: &str, output: &Output) -> bool {
    let errors = String::from_utf8_lossy(&output.stderr);
    if !errors.contains("no graphics adapter") || REQUIRED_BY.iter().any(|name| std::env::var_os(name).is_some()) {
        return false;
    }
    // Not `eprintln!`: the test harness captures it, and shows it only if the test fails.
    writeln!(std::io::stderr(), "SKIPPED {test}: no graphics adapter").expect("standard error is open");
    true
}
