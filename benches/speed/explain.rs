//! Explaining: the critical path of the largest traces, and all of it, elasticities included.

use divan::Bencher;
use fabricscope::explain::{critical_path, explain};
use fabricscope::solve::solve;

use crate::cases::{bench_scene, first_result};
use crate::ratios::timed;

const SCENES: [&str; 6] =
    ["ring-1024", "torus-64x64", "mesh-16x16-snake", "mesh-64x64-far", "wafer-full", "cluster-100k"];

#[divan::bench(args = SCENES, sample_count = 5)]
fn run(bencher: Bencher, name: &str) {
    let document = bench_scene(name);
    timed(bencher, "explain::run", name, || drop(solve(&document.scene)));
}

#[divan::bench(args = SCENES, sample_count = 5)]
fn path(bencher: Bencher, name: &str) {
    let run = first_result(&bench_scene(name));
    timed(bencher, "explain::path", name, || drop(critical_path(&run)));
}

#[divan::bench(args = SCENES, sample_count = 3)]
fn all(bencher: Bencher, name: &str) {
    let run = first_result(&bench_scene(name));
    timed(bencher, "explain::all", name, || drop(explain(&run)));
}
