//! `export`: the runs of a scene as a file of another tool.

use std::path::{Path, PathBuf};

use super::error::CommandError;
use super::output::{note, print};
use super::scene_input::{load, setting};
use super::waiting::Waiting;
use crate::catalog::Catalog;
use crate::export::{ExportFormat, Exported, FigureTheme, Options, Resolution, Source, export as export_scene};
use crate::scene::{SceneDocument, Setting};
use crate::session::link_to;
use crate::solve::solve;
use crate::style::ThemeKind;
use crate::sweep::{Row, Sweep, SweepAxis};
use crate::units::{Bytes, grouped, one_line};

/// The most threads: a sweep has many small points.
const MAX_THREADS: usize = 8;

/// Arguments of `export`.
#[derive(Debug, clap::Args)]
pub struct ExportArguments {
    /// Scene file, link, or name of a bundled scene
    scene: PathBuf,
    /// Format of the file: links-csv, chrome-trace, nccl-tests, timeline-svg, machine-svg, curve-svg
    #[arg(long = "as", value_name = "FORMAT", value_parser = format_of)]
    format: ExportFormat,
    /// Set a value of the scene by its path: workload.message=64MiB
    #[arg(long = "set", value_name = "PATH=VALUE", value_parser = setting)]
    settings: Vec<Setting>,
    /// Number of one fabric, from 0; all by default
    #[arg(long, value_name = "N")]
    fabric: Option<usize>,
    /// Mean rates of this number of equal spans; by default every change of a rate, if the file can hold them
    #[arg(long, value_name = "N", conflicts_with = "all_changes")]
    bins: Option<u32>,
    /// Every change of a rate, or an error if there are too many
    #[arg(long)]
    all_changes: bool,
    /// Message sizes of nccl-tests and curve-svg: a range including both ends (1KiB..1GiB*2) or a list
    #[arg(long, value_name = "SIZES", default_value = "1KiB..1GiB*2")]
    sizes: String,
    /// Theme of figures: light, dark or bright-room
    #[arg(long, value_name = "THEME", default_value = "light", value_parser = theme)]
    theme: FigureTheme,
    /// Write to this file; to stdout by default
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Print name and size of the file without writing it
    #[arg(long, conflicts_with = "output")]
    dry_run: bool,
}

fn format_of(text: &str) -> Result<ExportFormat, String> {
    ExportFormat::find(text)
        .ok_or_else(|| format!("accepted: {}", ExportFormat::ALL.map(ExportFormat::as_str).join(", ")))
}

fn theme(text: &str) -> Result<FigureTheme, String> {
    let accepted = || format!("accepted: {}", ThemeKind::ALL.map(ThemeKind::id).join(", "));
    ThemeKind::find(text).map(FigureTheme).ok_or_else(accepted)
}

/// The scene at each of the sizes, for the formats that show them.
fn rows(arguments: &ExportArguments, document: &SceneDocument, catalog: &Catalog) -> Result<Vec<Row>, CommandError> {
    // The sizes of a sequence or a training step are its own.
    if !arguments.format.uses_sweep() || document.scene.sequence().is_some() || document.scene.training.is_some() {
        return Ok(Vec::new());
    }
    let axis = SweepAxis::parse(&format!("workload.message={}", arguments.sizes))?;
    let mut sweep = Sweep::new(document, catalog, &[axis])?;
    let waiting = Waiting::new("sweeping");
    let threads = std::thread::available_parallelism().map_or(1, |threads| threads.get());
    sweep.solve(threads.min(MAX_THREADS));
    drop(waiting);
    Ok(sweep.rows().to_vec())
}

/// Exports a scene.
///
/// # Errors
/// A scene that is rejected, options that do not fit it, a file that would be too large or cannot be written.
pub(super) fn export(arguments: &ExportArguments) -> Result<(), CommandError> {
    let catalog = Catalog::bundled()?;
    let document = load(&arguments.scene, &arguments.settings, &catalog)?;
    let waiting = Waiting::new("simulating");
    let runs = solve(&document.scene);
    drop(waiting);
    let link = link_to(&arguments.scene.display().to_string(), &document, &catalog);
    let rows = rows(arguments, &document, &catalog)?;
    let source = Source { scene: &document.scene, runs: &runs, catalog: &catalog, link: &link, rows: &rows };
    let resolution = match (arguments.bins, arguments.all_changes) {
        (Some(bins), _) => Resolution::Bins(bins),
        (None, true) => Resolution::Changes,
        (None, false) => Resolution::Automatic,
    };
    let exported = export_scene(
        &source,
        arguments.format,
        Options { fabric: arguments.fabric, resolution, theme: arguments.theme },
    )?;
    exported.notes.iter().for_each(|remark| note(&format!("note: {remark}")));
    if arguments.dry_run {
        return print(&format!("{}: {}\n", exported.file_name, size(&exported)));
    }
    let file = arguments.output.as_ref().filter(|output| !is_standard_output(output));
    let Some(output) = file else { return print(&exported.text) };
    let name = one_line(&output.display().to_string()).into_owned();
    std::fs::write(output, &exported.text)
        .map_err(|error| CommandError::Value(format!("cannot write {name}: {error}")))?;
    note(&format!("{name} written: {}", size(&exported)));
    Ok(())
}

/// Whether a path is `-`, which means the standard output here as elsewhere.
fn is_standard_output(path: &Path) -> bool {
    path.as_os_str().as_encoded_bytes() == b"-"
}

/// `1,204 rows, 98.2 KiB`.
fn size(exported: &Exported) -> String {
    format!("{} rows, {}", grouped(exported.rows), Bytes(exported.text.len() as u64))
}
