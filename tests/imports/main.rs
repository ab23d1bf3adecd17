//! Imports: each sample gives the figures of its table, damage ends in a result or a refusal, and nothing personal gets out.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod faults;
mod fuzz_tests;
mod logs;
mod machines;
mod operations;
mod pasted;
mod privacy;
mod support;
