//! `import`: a file of another tool as a scene, with a report.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::error::CommandError;
use super::output::{note, print, print_json};
use crate::catalog::Catalog;
use crate::import::{ImportReport, Imported, import_file};
use crate::scene::SceneFile;
use crate::units::one_line;

/// Arguments of `import`.
#[derive(Debug, clap::Args)]
pub struct ImportArguments {
    /// nvidia-smi topo -m, NCCL topology or graph XML, an NCCL_DEBUG log, NCCL Inspector, a PyTorch profiler trace, a Chakra trace
    /// or an ASTRA-sim network file, as it is or in gzip
    file: PathBuf,
    /// Write the scene to this file
    #[arg(short, long, value_name = "SCENE")]
    output: Option<PathBuf>,
    /// Print the report and the scene as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct JsonReport<'a> {
    form: &'static str,
    #[serde(flatten)]
    report: &'a ImportReport,
    scene: &'a SceneFile,
}

/// Imports a file, prints its report, and writes its scene.
///
/// # Errors
/// The file is not imported, or the scene cannot be written.
pub(super) fn import(arguments: &ImportArguments) -> Result<(), CommandError> {
    let catalog = Catalog::bundled()?;
    let name = arguments.file.display().to_string();
    let imported = import_file(&arguments.file, &catalog)
        .map_err(|error| CommandError::Value(format!("{}: {error}", one_line(&name))))?;
    if let Some(output) = &arguments.output {
        write(output, &imported)?;
    }
    if arguments.json {
        let form = imported.form.as_str();
        print_json(&JsonReport { form, report: &imported.report, scene: &imported.document.file })?;
    } else {
        print(&table(&imported))?;
    }
    match &arguments.output {
        Some(output) => note(&format!("scene written to {}", one_line(&output.display().to_string()))),
        None => note("note: -o SCENE writes the scene; `fabricscope open FILE` shows it"),
    }
    Ok(())
}

fn write(output: &Path, imported: &Imported) -> Result<(), CommandError> {
    std::fs::write(output, imported.scene_text()).map_err(|error| {
        let name = one_line(&output.display().to_string()).into_owned();
        CommandError::Value(format!("cannot write {name}: {error}"))
    })
}

/// The report as lines.
fn table(imported: &Imported) -> String {
    let report = &imported.report;
    let mut text = format!("{}\n", imported.document.file.title);
    let width = report.read.iter().map(|finding| finding.what.chars().count()).max().unwrap_or_default();
    for finding in &report.read {
        text.push_str(&format!("  {:width$}  {}\n", finding.what, one_line(&finding.value)));
    }
    let kinds = [("Warnings", &report.warnings), ("Guessed", &report.guessed), ("Left out", &report.left_out)];
    for (heading, sentences) in kinds.iter().filter(|(_, sentences)| !sentences.is_empty()) {
        text.push_str(&format!("{heading}\n"));
        sentences.iter().for_each(|sentence| text.push_str(&format!("  {}\n", one_line(sentence))));
    }
    text
}
