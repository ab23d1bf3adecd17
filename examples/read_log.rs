//! Reads a log of nccl-tests, and compares its times with those of the measured timing.
//!
//! `cargo run --no-default-features --example read_log [LOG [MACHINE]]`

use std::error::Error;
use std::path::PathBuf;

use fabricscope::catalog::Catalog;
use fabricscope::compare::{ClusterFlags, LogCluster, cluster, compare};
use fabricscope::nccl_log::load_log;
use fabricscope::units::{Bytes, Femtos};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let example = || concat!(env!("CARGO_MANIFEST_DIR"), "/tests/logs/h100-1x8.txt").to_owned();
    let path = PathBuf::from(arguments.next().unwrap_or_else(example));
    let machine = arguments.next().unwrap_or_else(|| "dgx-h100".to_owned());

    let log = load_log(&path)?;
    let run = log.runs.first().ok_or("a log without a run")?;
    let ranks = run.ranks.map_or("an unknown number of".to_owned(), |ranks| ranks.to_string());
    println!("{} sizes, {ranks} ranks", run.rows.len());
    for note in &log.notes {
        println!("note: {}", note.text);
    }

    // What the log does not say, such as its network, is set by flags.
    let catalog = Catalog::bundled()?;
    let flags = ClusterFlags { machine, ..ClusterFlags::default() };
    let of_log = cluster(&flags, &LogCluster::from(run), &catalog)?;
    let comparison = compare(run, &of_log, &catalog);
    println!("\n{:>10} {:>12} {:>12} {:>8}", "message", "measured", "predicted", "error");
    for row in &comparison.rows {
        println!(
            "{:>10} {:>12} {:>12} {:>6.1} %",
            Bytes(row.message_bytes).to_string(),
            Femtos::from_secs(row.measured_s).to_string(),
            Femtos::from_secs(row.predicted_s).to_string(),
            100.0 * (row.predicted_s / row.measured_s - 1.0),
        );
    }
    println!("\n{}", comparison.verdict.text);
    Ok(())
}
