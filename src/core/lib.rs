//! The core of Fabricscope: fabrics, plans and their simulation, scenes and their explanation, lessons, and the session that a
//! window or a command line drives. It knows neither engine nor window.
//!
//! The modules are layers; each may use only those above it in this list (`tests/layers.rs` holds the rule):
//!
//! | module | contents |
//! |---|---|
//! | [`units`] | bytes, femtoseconds, bytes per second: parsing and printing |
//! | [`fabric`] | chips and directed links with capacity and latency |
//! | [`catalog`] | machines as data: every figure with unit, source and grade |
//! | [`model`] | shapes of models, training jobs, and the compute terms of a training step |
//! | [`nccl`] | NCCL's timing model and cost table |
//! | [`plan`] | transfers over routes, and what they wait for |
//! | [`collective`] | all-reduce algorithms, each of which builds a plan |
//! | [`trace`] | what happened, at any instant |
//! | [`simulate`] | plays a plan on a fabric: fair shares, heads and tails, integer time |
//! | [`scene`] | scene files: schema, diagnostics with their place, resolution |
//! | [`solve`] | plans and plays every fabric of a scene, with bounds and notes |
//! | [`explain`] | the bottleneck, where the time of a run goes, and what would change it |
//! | [`sweep`] | a scene solved for every value of a list or a range |
//! | [`training`] | training steps and runs on both kinds of machine |
//! | [`nccl_log`] | logs of `nccl-tests` |
//! | [`compare`] | logs of real clusters against the measured timing, with a verdict |
//! | [`import`] | files of other tools as scenes |
//! | [`report`] | results as JSON, CSV and tables |
//! | [`lesson`] | lessons and stories, whose numbers are expressions over the figures of runs |
//! | [`style`] | colours and themes |
//! | [`stage`] | where chips and links stand on the screen |
//! | [`sample`] | what links, chips and packets carry at an instant |
//! | [`export`] | the runs of a scene as files of other tools |
//! | [`session`] | the open scene, the clock, and the intents |
//! | [`draw`] | the display list: quads for any renderer |

// A new variant of an enum of ours must be considered wherever it is matched. Exceptions are for enums of other crates.
#![cfg_attr(not(test), warn(clippy::wildcard_enum_match_arm))]

pub mod units;

pub mod fabric;

pub mod catalog;

pub mod model;

pub mod nccl;

pub mod plan;

pub mod collective;

pub mod trace;

pub mod simulate;

pub mod scene;

pub mod solve;

pub mod explain;

pub mod sweep;

pub mod training;

pub mod nccl_log;

pub mod compare;

pub mod import;

pub mod report;

pub mod lesson;

pub mod style;

pub mod stage;

pub mod sample;

pub mod export;

pub mod session;

pub mod draw;

/// A file or folder of the repository, for tests, which Cargo runs in the folder of the package.
#[cfg(test)]
pub(crate) fn in_repository(path: &str) -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}
