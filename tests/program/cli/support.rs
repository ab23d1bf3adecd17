//! Runs the program and reads its output.

use std::process::Output;

use serde_json::Value;

pub use crate::program::{program, root};

/// Runs a command.
pub fn fabricscope(arguments: &[&str]) -> Output {
    program().args(arguments).output().expect("the program runs")
}

/// The results of a command.
pub fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

/// The errors and notes of a command.
pub fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}

/// The JSON output of a command that must succeed.
#[track_caller]
pub fn json(arguments: &[&str]) -> Value {
    let output = fabricscope(arguments);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    serde_json::from_str(&stdout(&output)).expect("JSON")
}

/// The errors of a command that must fail with this status, without a panic.
#[track_caller]
pub fn fails(arguments: &[&str], status: i32) -> String {
    let output = fabricscope(arguments);
    let errors = stderr(&output);
    assert_eq!(output.status.code(), Some(status), "{arguments:?}: {errors}");
    assert!(!errors.contains("panicked"), "{errors}");
    assert!(!errors.trim().is_empty());
    errors
}
