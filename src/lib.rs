//! Fabricscope: watch one gradient all-reduce on an NVLink cluster and on a wafer-scale mesh, on one clock.
//!
//! The modules are layers; each may use only those above it in this list (`tests/layers.rs` holds the rule):
//!
//! | module | contents |
//! |---|---|
//! | [`units`] | bytes, femtoseconds, bytes per second: parsing and printing |
//! | [`fabric`] | chips and directed links with capacity and latency |
//! | [`catalog`] | machines as data: every figure with unit, source and grade |
//! | [`nccl`] | NCCL's timing model and cost table |
//! | [`plan`] | transfers over routes, and what they wait for |
//! | [`collective`] | all-reduce algorithms, each of which builds a plan |
//! | [`trace`] | what happened, at any instant |
//! | [`simulate`] | plays a plan on a fabric: fair shares, heads and tails, integer time |
//! | [`scene`] | scene files: schema, diagnostics with their place, resolution |
//! | [`solve`] | plans and plays every fabric of a scene, with bounds and notes |
//! | [`explain`] | the bottleneck, where the time of a run goes, and what would change it |
//! | [`sweep`] | a scene solved for every value of a list or a range |
//! | [`nccl_log`] | logs of `nccl-tests` |
//! | [`compare`] | logs of real clusters against the measured timing, with a verdict |
//! | [`report`] | results as JSON, CSV and tables |
//! | [`style`] | colours and themes |
//! | [`stage`] | where chips and links stand on the screen |
//! | [`sample`] | what links, chips and packets carry at an instant |
//! | [`session`] | the open scene, the clock, and the intents |
//! | [`draw`] | the display list: quads for any renderer |
//! | [`ui`] | egui panels over a model (feature `ui`) |
//! | [`cli`] | the command line (feature `cli`) |
//! | [`app`] | Bevy plugins: stage, playback, pictures (feature `app`) |

pub mod catalog;
pub mod collective;
pub mod compare;
pub mod draw;
pub mod explain;
pub mod fabric;
pub mod nccl;
pub mod nccl_log;
pub mod plan;
pub mod report;
pub mod sample;
pub mod scene;
pub mod session;
pub mod simulate;
pub mod solve;
pub mod stage;
pub mod style;
pub mod sweep;
pub mod trace;
pub mod units;

#[cfg(feature = "ui")]
pub mod ui;

#[cfg(all(feature = "cli", not(target_arch = "wasm32")))]
pub mod cli;

#[cfg(feature = "app")]
pub mod app;
