//! What a crate that depends on the library gets, what the program is by default, and that tests and program share what they
//! are built of.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::process::Command;

/// The crates that `cargo tree` lists, each as its arguments format it.
fn tree(arguments: &[&str]) -> BTreeSet<String> {
    let mut command = Command::new(env!("CARGO"));
    command.args(["tree", "--offline", "--prefix", "none"]).args(arguments);
    let output = command.output().expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines().map(|line| line.trim_end_matches(" (*)").to_owned()).collect()
}

#[test]
fn a_dependant_of_the_library_gets_neither_engine_nor_panels_nor_command_line() {
    let crates = tree(&["--no-default-features", "--edges", "normal", "--format", "{p}"]);
    let has = |name: &str| crates.iter().any(|line| line.split(' ').next() == Some(name));
    assert!(has("serde"));
    for name in ["bevy", "bevy_ecs", "wgpu", "winit", "egui", "clap"] {
        assert!(!has(name), "the library alone pulls in {name}");
    }
}

#[test]
fn the_program_is_the_app_by_default() {
    let crates = tree(&["--edges", "normal", "--format", "{p}"]);
    assert!(crates.iter().any(|line| line.starts_with("bevy v")));
}

/// A dependency of tests that turns on a feature of a shared crate would have everything above that crate built twice,
/// once for the program and once for the tests: minutes, if Bevy is above it.
#[test]
fn tests_turn_on_no_features_of_crates_that_the_program_has() {
    let format = ["--format", "{p} with features {f}"];
    let program = tree(&[&["--edges", "normal"], &format[..]].concat());
    let tests = tree(&[&["--edges", "normal,dev"], &format[..]].concat());
    let other: Vec<&String> = program.difference(&tests).collect();
    assert!(other.is_empty(), "the tests build these with more features than the program does:\n{other:#?}");
}
