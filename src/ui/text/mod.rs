//! All texts of the panels: labels, tooltips, headings and sentences. One file per panel, so that they can be read at
//! once and translated later. Terms and patterns are those of `docs/style.md`.
//!
//! Texts of results (explanations, notes, verdicts, errors) come from the core; names of keys from the key table.

pub(super) mod claim;
pub(super) mod common;
pub(super) mod editor;
pub(super) mod exports;
pub(super) mod first_start;
pub(super) mod hero;
pub(super) mod inspector;
pub(super) mod labels;
pub(super) mod lesson;
pub(super) mod log;
pub(super) mod matrix;
pub(super) mod palette;
pub(super) mod panels;
pub(super) mod parameters;
pub(super) mod results;
pub(super) mod run;
pub(super) mod speaker;
pub(super) mod stage;
pub(super) mod stage_mode;
pub(super) mod story;
pub(super) mod summary;
pub(super) mod sweep;
pub(super) mod terms;
pub(super) mod timeline;
pub(super) mod top_bar;
pub(super) mod training;
pub(super) mod view;
pub(super) mod why;
pub(super) mod windows;
