//! The command line as scripts see it: results, errors with line and column, exit status.
#![cfg(feature = "cli")]

mod catalog;
mod compare;
mod explain;
mod run;
mod scenes;
mod support;
mod sweep;
