//! `sweep`: solves a scene for every value of one or more settings.

use std::path::PathBuf;

use super::error::CommandError;
use super::interrupt::stopped_by_interrupt;
use super::output::{note, print, print_json};
use super::progress::Progress;
use super::scene_input::{load, load_for_table, setting};
use super::training::sweep_training;
use crate::catalog::Catalog;
use crate::report::{SweepReport, sweep_csv, sweep_table};
use crate::scene::Setting;
use crate::sweep::{Sweep, SweepAxis, SweepError};

/// The most threads: a sweep has many small points.
const MAX_THREADS: usize = 8;

/// Arguments of `sweep`.
#[derive(Debug, clap::Args)]
pub struct SweepArguments {
    /// Scene file, link, or name of a bundled scene
    scene: PathBuf,
    /// A path of the scene and its values: a list (8,16,32) or a range including both ends (8B..16GiB*2, 1..64+1).
    /// Several --over combine every value of each with every value of the others. Paths that change together are joined
    /// by commas and their values by colons: fabrics.0.nodes,workload.replicas=1:8,2:16,4:32 (or 1..4*2:8..32*2).
    #[arg(long = "over", value_name = "PATH=VALUES", value_parser = axis, required = true)]
    axes: Vec<SweepAxis>,
    /// Set a value of the scene by its path: fabrics.0.algorithm=ring
    #[arg(long = "set", value_name = "PATH=VALUE", value_parser = setting)]
    settings: Vec<Setting>,
    /// Print CSV instead of a table
    #[arg(long, conflicts_with = "json")]
    csv: bool,
    /// Print JSON instead of a table
    #[arg(long)]
    json: bool,
}

fn axis(text: &str) -> Result<SweepAxis, SweepError> {
    SweepAxis::parse(text)
}

/// Solves a scene for every value and prints the rows. If it is interrupted (Ctrl-C), it prints the rows so far.
///
/// # Errors
/// A scene, path or value that is rejected, before any point is solved; or an interrupt, after the rows were printed.
pub(super) fn sweep(arguments: &SweepArguments) -> Result<(), CommandError> {
    let catalog = Catalog::bundled()?;
    let load = if arguments.json || arguments.csv { load } else { load_for_table };
    let document = load(&arguments.scene, &arguments.settings, &catalog)?;
    let form = (arguments.json, arguments.csv);
    if let Some(printed) = sweep_training(&document, &catalog, &arguments.axes, form) {
        return printed;
    }
    let mut checking: Option<Progress> = None;
    let checked = Sweep::with_progress(&document, &catalog, &arguments.axes, &mut |done, points| {
        checking.get_or_insert_with(|| Progress::new(points, " checked")).update(done);
    });
    checking.iter().for_each(Progress::end);
    let mut sweep = checked?;
    let threads = std::thread::available_parallelism().map_or(1, |threads| threads.get());
    let stop = stopped_by_interrupt();
    let points = sweep.points();
    let mut progress = Progress::new(points, "");
    sweep.solve_until(threads.min(MAX_THREADS), &stop, &mut |done| progress.update(done));
    progress.end();
    if sweep.done() < points {
        note(&format!("stopped after {} of {points} points", sweep.done()));
    }
    if arguments.json {
        print_json(&SweepReport::new(&document.scene, &sweep))?;
    } else if arguments.csv {
        print(&sweep_csv(&sweep))?;
    } else {
        print(&sweep_table(&document.scene, &sweep))?;
    }
    if sweep.done() < points { Err(CommandError::Interrupted) } else { Ok(()) }
}
