//! Solves a scene for every message size of a range and every algorithm of a list, and prints a CSV file.
//!
//! `cargo run --no-default-features --example sweep_to_csv > sweep.csv`

use std::error::Error;

use fabricscope::catalog::Catalog;
use fabricscope::report::sweep_csv;
use fabricscope::scene::parse_scene;
use fabricscope::sweep::{Sweep, SweepAxis};

/// The paths of `SweepAxis` are those of this file: `fabrics.0.algorithm` is the algorithm of the first fabric.
const SCENE: &str = r#"(
    version: 1,
    title: "A rack of 72 GPUs",
    workload: (message: "1GiB", replicas: 72),
    fabrics: [(name: "Rack", machine: "gb200-nvl72", algorithm: "ring")],
)"#;

fn main() -> Result<(), Box<dyn Error>> {
    let catalog = Catalog::bundled()?;
    let document = parse_scene("rack.ron", SCENE, &catalog)?;
    let overs = [
        SweepAxis::parse("workload.message=64KiB..4GiB*4")?,
        SweepAxis::parse("fabrics.0.algorithm=ring,nvls,double-binary-tree")?,
    ];
    let mut sweep = Sweep::new(&document, &catalog, &overs)?;
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    sweep.solve(threads);
    print!("{}", sweep_csv(&sweep));
    Ok(())
}
