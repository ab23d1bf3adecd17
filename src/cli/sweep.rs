//! `sweep`.

use std::path::PathBuf;

use super::{CommandError, load, print, print_json, setting};
use crate::catalog::Catalog;
use crate::formats::{SweepReport, sweep_csv, sweep_table};
use crate::scene::Setting;
use crate::sweep::{Over, Sweep, SweepError};

/// Most threads: points of a sweep are many and small.
const MAX_THREADS: usize = 8;

/// What `sweep` takes.
#[derive(Debug, clap::Args)]
pub struct SweepArguments {
    /// A scene file.
    scene: PathBuf,
    /// A path of the scene and its values: a list (8,16,32) or a range with both ends (8B..16GiB*2, 1..64+1). Several
    /// paths: every value of each with every value of the others.
    #[arg(long = "over", value_name = "PATH=VALUES", value_parser = over, required = true)]
    overs: Vec<Over>,
    /// Change a value of the scene first, by its path: fabrics.0.algorithm=ring
    #[arg(long = "set", value_name = "PATH=VALUE", value_parser = setting)]
    settings: Vec<Setting>,
    /// CSV instead of a table.
    #[arg(long, conflicts_with = "json")]
    csv: bool,
    /// JSON instead of a table.
    #[arg(long)]
    json: bool,
}

fn over(text: &str) -> Result<Over, SweepError> {
    Over::parse(text)
}

/// Solves a scene for every value of a list or a range.
///
/// # Errors
/// A scene, a path or a value at fault; nothing is solved then.
pub(super) fn sweep(arguments: &SweepArguments) -> Result<(), CommandError> {
    let catalog = Catalog::bundled()?;
    let document = load(&arguments.scene, &arguments.settings, &catalog)?;
    let mut sweep = Sweep::new(&document, &catalog, &arguments.overs)?;
    let threads = std::thread::available_parallelism().map_or(1, |threads| threads.get());
    sweep.solve(threads.min(MAX_THREADS));
    if arguments.json {
        print_json(&SweepReport::of(&document.scene, &sweep))
    } else if arguments.csv {
        print(&sweep_csv(&sweep))
    } else {
        print(&sweep_table(&document.scene, &sweep))
    }
}
