//! The command line as scripts see it: results, errors with line and column, exit status.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../support.rs"]
mod program;

mod catalog;
mod compare;
mod diagnosis;
mod explain;
mod lessons;
mod manual;
mod messages;
mod run;
mod scenes;
mod support;
mod sweep;
