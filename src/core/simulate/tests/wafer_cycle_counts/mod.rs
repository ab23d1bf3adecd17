//! The engine against all published vectors and formulas of wafers, and against its own earlier results. Every case prints
//! the expected value, the result and the source of the expectation.
//!
//! A case has two expectations: the figure of the source, with a tolerance, and for simulated plans the engine's own
//! figure, which must not change. The numbers are those of a list of vectors. Numbers 36 to 38 and 49 are missing, because
//! they include more than communication.

mod dies;
mod lines;
mod links;
mod rectangles;

use crate::collective::*;
use crate::fabric::{Mesh, Topology};
use crate::simulate::play;

const HPDC: &str = "HPDC 2024, formula";

/// How far from the source a figure may be.
#[derive(Clone, Copy, Debug)]
enum Within {
    /// As written, to half a unit.
    Exactly,
    /// By so many units.
    Units(f64),
    /// By a share.
    Share(f64),
}

/// Prints a case and holds it against its source.
#[track_caller]
fn case(number: u32, name: &str, expected: f64, got: f64, within: Within, source: &str) {
    let (allowed, tolerance) = match within {
        Within::Exactly => (0.5, "exact".to_owned()),
        Within::Units(units) => (units, format!("{units}")),
        Within::Share(share) => (share * expected.abs(), format!("{} %", 100.0 * share)),
    };
    println!("| {number} | {name} | {expected:.3} | {got:.3} | {tolerance} | {source} |");
    let off = (got - expected).abs();
    assert!(off <= allowed * (1.0 + 1e-12), "#{number} {name}: expected {expected} within {allowed}, got {got}");
}

/// Prints and holds a case whose plan the engine plays: `ours` is the figure that it has always given.
#[track_caller]
fn played(number: u32, name: &str, expected: f64, (got, ours): (f64, f64), within: Within, source: &str) {
    case(number, name, expected, got, within, source);
    assert!((got - ours).abs() < 0.5, "#{number} {name}: the engine gave {ours}, now {got}");
}

/// A clock of 1 GHz, so that a cycle is a nanosecond.
fn mesh(width: u32, height: u32) -> Mesh {
    Mesh { width, height, clock_hz: 1e9, bytes_per_cycle: 4.0, hop_cycles: 1.0, turn_cycles: 0.0, ramp_cycles: 2.0 }
}

fn fluid(mesh: &Mesh, plan: &Plan) -> f64 {
    let played = play(&Topology::Mesh(mesh.clone()).into(), plan).expect("a valid plan");
    assert!(played.trace.end() >= played.bounds.tightest(), "faster than its bound");
    played.trace.end().secs() * mesh.clock_hz
}

/// Cycles as they are reported: less the one wavelet.
fn cycles(mesh: &Mesh, plan: &Plan) -> f64 {
    fluid(mesh, plan) - 1.0
}

fn row(length: u32, pattern: RowPattern, wavelets: f64) -> f64 {
    let mesh = mesh(length, 1);
    cycles(&mesh, &row_reduce(&mesh, pattern, wavelets))
}

fn all_reduce((width, height): (u32, u32), pattern: XyPattern, wavelets: f64) -> f64 {
    let mesh = mesh(width, height);
    cycles(&mesh, &xy_all_reduce(&mesh, pattern, wavelets))
}

fn reduce((width, height): (u32, u32), pattern: XyPattern, wavelets: f64) -> f64 {
    let mesh = mesh(width, height);
    cycles(&mesh, &xy_reduce(&mesh, pattern, wavelets))
}
