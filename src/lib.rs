//! Fabricscope: watch one gradient all-reduce on an NVLink cluster and on a wafer-scale mesh, on one clock.
//!
//! As a library it simulates all-reduces without a window. A ring over eight GPUs around one switch:
//!
//! ```
//! use fabricscope::collective::{Delays, ring_all_reduce};
//! use fabricscope::fabric::{NodeInterconnect, Fabric, Switch, Topology};
//! use fabricscope::units::{Bytes, BytesPerSec, Femtos};
//!
//! let switch = Switch { hub: NodeInterconnect::NvSwitch, ranks: 8, capacity: BytesPerSec(900e9), latency: Femtos::parse("250ns")? };
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
//! The core is a package of its own, `fabricscope-core` in `src/core`, whose layers stand here under their names. Below them are:
//!
//! | module | contents |
//! |---|---|
//! | [`ui`] | egui panels over a model (feature `ui`) |
//! | [`cli`] | the command line (feature `cli`) |
//! | [`app`] | Bevy plugins: stage, playback, pictures (feature `app`) |

// A new variant of an enum of ours must be considered wherever it is matched. Exceptions are for enums of other crates.
#![cfg_attr(not(test), warn(clippy::wildcard_enum_match_arm))]

#[doc(inline)]
pub use fabricscope_core::{
    catalog, collective, compare, draw, explain, export, fabric, import, lesson, model, nccl, nccl_log, plan, report,
    sample, scene, session, simulate, solve, stage, style, sweep, trace, training, units,
};

#[cfg(feature = "ui")]
pub mod ui;

#[cfg(all(feature = "cli", not(target_arch = "wasm32")))]
pub mod cli;

#[cfg(feature = "app")]
pub mod app;
