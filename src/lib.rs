//! Fabricscope: watch one gradient all-reduce on an NVLink cluster and on a wafer-scale mesh, on one clock.
//!
//! As a library it simulates all-reduces without a window. A ring over eight GPUs around one switch:
//!
//! ```
//! use fabricscope::collective::{Delays, ring_all_reduce};
//! use fabricscope::fabric::{Fabric, Shape, Switch};
//! use fabricscope::units::{Bytes, BytesPerSec, Femtos};
//!
//! let switch = Switch { ranks: 8, capacity: BytesPerSec(900e9), latency: Femtos::parse("250ns")? };
//! let fabric = Fabric::from(Shape::Switch(switch));
//! let plan = ring_all_reduce(&fabric, Bytes::parse("1GiB")?, &Delays::default())?;
//! let played = fabricscope::simulate::play(&fabric, &plan)?;
//! println!("{}", played.trace.end()); // 2.095 ms
//! # assert_eq!(played.trace.end().to_string(), "2.095 ms");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! More is in the folder `examples/`. The default features have neither engine nor window; the program is the package in
//! `src/launcher/`.
//!
//! The modules are layers; each may use only those above it in this list (`tests/layers.rs` holds the rule):
//!
//! | module | what it does |
//! |---|---|
//! | [`units`] | bytes, femtoseconds, bytes per second: parsing and printing |
//! | [`fabric`] | chips and directed links with capacity and latency |
//! | [`catalog`] | machines as data: every figure with unit, source and grade |
//! | [`timing`] | how long NCCL's all-reduce takes on real clusters |
//! | [`collective`] | all-reduce algorithms as plans of transfers over routes |
//! | [`simulate`] | plays a plan on a fabric: fair shares, heads and tails, integer time |
//! | [`trace`] | what happened, askable at any instant |
//! | [`scene`] | scene files: schema, faults with their place, solving |
//! | [`explain`] | which link binds, where the time of a run goes, and what would change it |
//! | [`sweep`] | a scene solved for every value of a list or a range |
//! | [`formats`] | results as JSON and tables |
//! | [`compare`] | logs of real clusters against the measured timing, with a verdict |
//! | [`view`] | what to draw, as plain structs |
//! | [`ui`] | egui panels over a model (feature `ui`) |
//! | [`cli`] | the command line (feature `cli`) |
//! | [`app`] | Bevy plugins: stage, playback, pictures (feature `app`) |

pub mod units;

pub mod fabric;

pub mod catalog;

pub mod timing;

pub mod collective;

pub mod simulate;

pub mod trace;

pub mod scene;

pub mod explain;

pub mod sweep;

pub mod formats;

pub mod compare;

pub mod view;

#[cfg(feature = "ui")]
pub mod ui;

#[cfg(all(feature = "cli", not(target_arch = "wasm32")))]
pub mod cli;

#[cfg(feature = "app")]
pub mod app;
