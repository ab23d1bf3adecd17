//! The panels by label and role, as a screen reader meets them: no window, no renderer.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod compact;
mod controls;
mod editing;
mod editor;
mod first_start;
mod glossary;
mod keys;
mod lesson;
mod log;
mod palette;
mod results;
mod screen;
mod speaker;
mod stage;
mod story;
mod sweep;
mod training;
mod typography;
mod windows;
