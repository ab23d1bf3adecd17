//! Fabricscope: watch one gradient all-reduce on an NVLink cluster and on a wafer-scale mesh, on one clock.
//!
//! The modules are layers; each may use only those above it in this list (`tests/layers.rs` holds the rule):
//!
//! | module | what it does |
//! |---|---|
//! | [`units`] | bytes, femtoseconds, bytes per second: parsing and printing |
//! | [`fabric`] | chips and directed links with capacity and latency |
//! | [`catalog`] | machines as data: every figure with unit, source and grade |
//! | [`collective`] | all-reduce algorithms as plans of transfers over routes |
//! | [`simulate`] | plays a plan on a fabric: fair shares, heads and tails, integer time |
//! | [`trace`] | what happened, askable at any instant |
//! | [`explain`] | which link binds, and how far a run is from its bounds |
//! | [`scene`] | scene files: schema, faults with their place, solving |
//! | [`formats`] | results as JSON and tables |
//! | [`view`] | what to draw, as plain structs |
//! | [`ui`] | egui panels over a model (feature `ui`) |
//! | [`cli`] | the command line (feature `cli`) |
//! | [`app`] | Bevy plugins: stage, playback, pictures (feature `app`) |

pub mod units;

pub mod fabric;

pub mod catalog;

pub mod collective;

pub mod simulate;

pub mod trace;

pub mod explain;

pub mod scene;

pub mod formats;

pub mod view;

#[cfg(feature = "ui")]
pub mod ui;

#[cfg(all(feature = "cli", not(target_arch = "wasm32")))]
pub mod cli;

#[cfg(feature = "app")]
pub mod app;
