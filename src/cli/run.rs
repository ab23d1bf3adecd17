//! `run`: simulates every fabric of a scene.

use std::path::PathBuf;

use super::error::CommandError;
use super::output::{print, print_json};
use super::scene_input::{check_failures, load, load_for_table, setting};
use super::training::{Shown, run_training};
use super::waiting::Waiting;
use crate::catalog::Catalog;
use crate::report::{Report, run_table};
use crate::scene::Setting;
use crate::solve::solve;

/// Arguments of `run`.
#[derive(Debug, clap::Args)]
pub struct RunArguments {
    /// Scene file, link, or name of a bundled scene
    scene: PathBuf,
    /// Set a value of the scene by its path: workload.message=64MiB
    #[arg(long = "set", value_name = "PATH=VALUE", value_parser = setting)]
    settings: Vec<Setting>,
    /// Print JSON instead of a table
    #[arg(long)]
    json: bool,
}

/// Simulates every fabric of a scene and prints the results.
///
/// # Errors
/// A scene that is rejected, or a fabric that the engine refuses. A fabric whose message does not fit is a result.
pub(super) fn run(arguments: &RunArguments) -> Result<(), CommandError> {
    let catalog = Catalog::bundled()?;
    let load = if arguments.json { load } else { load_for_table };
    let document = load(&arguments.scene, &arguments.settings, &catalog)?;
    let shown = if arguments.json { Shown::Json } else { Shown::Table };
    if let Some(printed) = run_training(&document, &catalog, shown) {
        return printed;
    }
    let waiting = Waiting::new("simulating");
    let runs = solve(&document.scene);
    let report = Report::new(&document.scene, &runs);
    drop(waiting);
    if arguments.json {
        print_json(&report)?
    } else {
        print(&run_table(&report))?
    }
    check_failures(&document.scene, &runs)
}
