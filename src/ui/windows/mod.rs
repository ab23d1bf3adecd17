//! Windows that stand over everything else for a while: scenes, errors, help, glossary, sources.

mod diagnostics;
mod exports;
mod glossary;
mod help;
mod import;
mod message;
mod palette;
mod parameters;
mod path_field;
mod qr_code;
mod scenes;
mod solving;
mod sources;
mod stack;
mod unfinished_talk;

pub(super) use stack::windows_ui;
