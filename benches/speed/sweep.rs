//! A sweep of 300 runs: two algorithms, 5 numbers of ranks from 8 to 72, 30 sizes. The bar: about a second on two cores.

use divan::Bencher;
use fabricscope::scene::BUNDLED;
use fabricscope::sweep::{Sweep, SweepAxis};

use crate::cases::catalog;
use crate::ratios::timed;

const OVERS: [&str; 2] = ["workload.replicas=8..72+16", "workload.message=8B..4GiB*2"];
const RUNS: usize = 300;

#[divan::bench(sample_count = 5)]
fn one_thread(bencher: Bencher) {
    swept(bencher, "sweep::one_thread", 1);
}

#[divan::bench(sample_count = 5)]
fn two_threads(bencher: Bencher) {
    swept(bencher, "sweep::two_threads", 2);
}

/// Checks of the points included.
fn swept(bencher: Bencher, benchmark: &'static str, threads: usize) {
    let catalog = catalog();
    let scene = BUNDLED.iter().find(|scene| scene.file == "rack.ron").expect("the rack");
    let document = scene.load(&catalog).unwrap_or_else(|faults| panic!("{faults}"));
    let overs = OVERS.map(|over| SweepAxis::parse(over).expect("a range"));
    timed(bencher, benchmark, format!("{RUNS} runs"), || {
        let mut sweep = Sweep::new(&document, &catalog, &overs).unwrap_or_else(|_| panic!("the sweep is refused"));
        sweep.solve(threads);
        assert_eq!(sweep.rows().len(), RUNS);
    });
}
