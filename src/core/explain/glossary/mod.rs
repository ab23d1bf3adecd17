//! The glossary: every term that panels and lessons use, with its meaning, formula and unit. The texts are RON
//! (`assets/glossary.ron`); the terms are an enum, so that a panel cannot ask for a term without an entry.

mod entry;
mod term;

pub use entry::{Entry, Group, entry, groups};
pub use term::Term;
