//! `explain`: where the time of every fabric goes.

use std::path::PathBuf;

use super::error::CommandError;
use super::output::{print, print_json};
use super::scene_input::{check_failures, load, load_for_table, setting};
use super::training::{Shown, run_training};
use super::waiting::Waiting;
use crate::catalog::Catalog;
use crate::report::{ExplainReport, explain_table};
use crate::scene::Setting;
use crate::solve::{FabricRun, solve};
use crate::units::{Femtos, quoted};

/// Arguments of `explain`.
#[derive(Debug, clap::Args)]
pub struct ExplainArguments {
    /// Scene file, link, or name of a bundled scene
    scene: PathBuf,
    /// Set a value of the scene by its path: workload.message=64MiB
    #[arg(long = "set", value_name = "PATH=VALUE", value_parser = setting)]
    settings: Vec<Setting>,
    /// Also explain one instant: 120us, or 50% of the slowest fabric
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    at: Option<String>,
    /// Print JSON instead of a table
    #[arg(long)]
    json: bool,
}

/// Simulates every fabric of a scene and prints where its time goes.
///
/// # Errors
/// A scene that is rejected, a time that cannot be read, or a fabric that the engine refuses.
pub(super) fn explain(arguments: &ExplainArguments) -> Result<(), CommandError> {
    let catalog = Catalog::bundled()?;
    let load = if arguments.json { load } else { load_for_table };
    let document = load(&arguments.scene, &arguments.settings, &catalog)?;
    let shown = if arguments.json { Shown::Json } else { Shown::Explanation };
    if let Some(printed) = run_training(&document, &catalog, shown) {
        return printed;
    }
    let waiting = Waiting::new("simulating and explaining");
    let runs = solve(&document.scene);
    let at = arguments.at.as_deref().map(|at| instant(at, &runs)).transpose()?;
    let report = ExplainReport::at(&document.scene, &runs, at);
    drop(waiting);
    if arguments.json {
        print_json(&report)?
    } else {
        print(&explain_table(&report))?
    }
    check_failures(&document.scene, &runs)
}

/// `120us`, or `50%` of the slowest fabric.
fn instant(text: &str, runs: &[FabricRun]) -> Result<Femtos, CommandError> {
    let rejected = || {
        let accepted = "accepted: a time, at least 0, such as 120us, or 0% to 100% of the slowest fabric";
        CommandError::Value(format!("--at: `{}` is not a time; {accepted}", quoted(text)))
    };
    let Some(percent) = text.strip_suffix('%') else { return Femtos::parse(text).map_err(|_| rejected()) };
    let percent = percent.trim().parse::<f64>().ok().filter(|percent| (0.0..=100.0).contains(percent));
    let slowest = runs.iter().filter_map(FabricRun::result).map(|result| result.time).max().unwrap_or_default();
    percent.map(|percent| slowest.scaled(percent / 100.0)).ok_or_else(rejected)
}
