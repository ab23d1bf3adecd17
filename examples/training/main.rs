//! Training steps against measured ones.
//!
//! `cargo run --release --no-default-features --example training -- rows RUNS.csv` prints every row;
//! `... -- fit RUNS.csv` fits the constants of the catalog again and prints them; `... -- document RUNS.csv` prints docs/training.md.

mod document;
mod fit;

use std::error::Error;

use fabricscope::catalog::Catalog;
use fabricscope::report::{RunsReport, runs_table};
use fabricscope::scene::TimingChoice;
use fabricscope::training::read_runs_table;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (Some(command), Some(path)) = (arguments.first(), arguments.get(1)) else {
        return Err("usage: training rows|fit|document RUNS.csv [ideal]".into());
    };
    let timing =
        if arguments.get(2).is_some_and(|word| word == "ideal") { TimingChoice::Ideal } else { TimingChoice::Measured };
    let catalog = Catalog::bundled()?;
    let table = read_runs_table(&std::fs::read_to_string(path)?, &catalog);
    match command.as_str() {
        "rows" => print!("{}", runs_table(&RunsReport::new(&table, timing, &catalog))),
        "document" => {
            let report = |timing| RunsReport::new(&table, timing, &catalog);
            print!("{}", document::document(&table, &report(TimingChoice::Measured), &report(TimingChoice::Ideal)));
        }
        "fit" => fit::fit(&table, timing, &catalog)?,
        other => return Err(format!("unknown command `{other}`; accepted: rows, fit, document").into()),
    }
    Ok(())
}
