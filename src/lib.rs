//! Fabricscope: watch one gradient all-reduce on an NVLink cluster and on a wafer-scale mesh, on one clock.
//!
//! As a library it simulates all-reduces without a window. A ring over eight GPUs around one switch:
//!
//! ```
//! use fabricscope::collective::{Delays, ring_all_reduce};
//! use fabricscope::fabric::{Fabric, Switch, Topology};
//! use fabricscope::units::{Bytes, BytesPerSec, Femtos};
//!
//! let switch = Switch { ranks: 8, capacity: BytesPerSec(900e9), latency: Femtos::parse("250ns")? };
//! let fabric = Fabric::from(Topology::Switch(switch));
//! let plan = ring_all_reduce(&fabric, Bytes::parse("1GiB")?, &Delays::default())?;
//! let played = fabricscope::simulate::play(&fabric, &plan)?;
//! println!("{}", played.trace.end()); // 2.095 ms
//! # assert_eq!(played.trace.end().to_string(), "2.095 ms");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! More is in the folder `examples/`. A dependency on the library says `default-features = false`: then it brings neither engine
//! nor window nor command line, which belong to the program (`src/main.rs`).
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
//! | [`ui`] | egui panels over a model (feature `ui`) |
//! | [`cli`] | the command line (feature `cli`) |
//! | [`app`] | Bevy plugins: stage, playback, pictures (feature `app`) |

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

#[cfg(feature = "ui")]
pub mod ui;

#[cfg(all(feature = "cli", not(target_arch = "wasm32")))]
pub mod cli;

#[cfg(feature = "app")]
pub mod app;
