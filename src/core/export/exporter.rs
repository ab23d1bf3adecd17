//! A solved scene as a file of one format.

use super::chrome_trace::chrome_trace;
use super::content::Content;
use super::error::ExportError;
use super::format::ExportFormat;
use super::links_csv::links_csv;
use super::nccl_table::nccl_table;
use super::provenance::Provenance;
use super::source::{MAX_BINS, Options, Resolution, Source};
use super::svg;

/// The most characters of the title in the name of a file.
const MAX_STEM: usize = 60;

/// A file.
#[derive(Clone, Debug, PartialEq)]
pub struct Exported {
    /// The proposed name.
    pub file_name: String,
    /// Its media type.
    pub mime: &'static str,
    /// Its content.
    pub text: String,
    /// Its rows, events or marks.
    pub rows: u64,
    /// What was averaged or left out, one sentence each.
    pub notes: Vec<String>,
}

/// Exports a solved scene.
///
/// # Errors
/// The scene has no runs, options do not fit it, or the file would be too large.
pub fn export(source: &Source<'_>, format: ExportFormat, options: Options) -> Result<Exported, ExportError> {
    check(source, options)?;
    let content = match format {
        ExportFormat::LinksCsv => links_csv(*source, options)?,
        ExportFormat::ChromeTrace => chrome_trace(*source, options)?,
        ExportFormat::NcclTests => nccl_table(*source, options)?,
        ExportFormat::TimelineSvg => svg::timeline(*source, options),
        ExportFormat::MachineSvg => svg::machine(*source, options),
        ExportFormat::CurveSvg => svg::curve(*source, options)?,
    };
    let Content { text, rows, notes } = content;
    Ok(Exported { file_name: file_name(&source.scene.title, format.ending()), mime: format.mime(), text, rows, notes })
}

/// Scene, link, version and grades as lines, for the metadata of pictures.
pub fn provenance_lines(source: &Source<'_>, options: Options) -> Vec<String> {
    Provenance::new(*source, options).lines()
}

fn check(source: &Source<'_>, options: Options) -> Result<(), ExportError> {
    // Runs beside a training run are a part of it for the picture.
    if source.scene.training.is_some() {
        return Err(ExportError::TrainingRun);
    }
    let count = source.runs.len();
    if let Some(number) = options.fabric.filter(|number| *number >= count) {
        return Err(ExportError::NoFabric { number, count });
    }
    if source.runs_of(options.fabric).all(|one| one.run.result().is_none()) {
        return Err(ExportError::NothingRan);
    }
    match options.resolution {
        Resolution::Bins(bins) if !(1..=MAX_BINS).contains(&bins) => Err(ExportError::Bins { bins }),
        Resolution::Automatic | Resolution::Changes | Resolution::Bins(_) => Ok(()),
    }
}

/// The name of a file about a scene, in letters and digits that every file system takes.
pub fn file_name(title: &str, ending: &str) -> String {
    format!("{}-{ending}", stem(title))
}

/// The title in letters and digits that every file system takes.
fn stem(title: &str) -> String {
    let mut stem = String::new();
    for character in title.chars().flat_map(char::to_lowercase) {
        if stem.len() >= MAX_STEM {
            break;
        }
        if character.is_ascii_alphanumeric() {
            stem.push(character);
        } else if !stem.is_empty() && !stem.ends_with('-') {
            stem.push('-');
        }
    }
    let stem = stem.trim_end_matches('-');
    if stem.is_empty() { "fabricscope".to_owned() } else { stem.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_has_only_letters_digits_and_hyphens() {
        assert_eq!(stem("What does the wafer's fabric buy?"), "what-does-the-wafer-s-fabric-buy");
        assert_eq!(stem("../../etc/passwd\n"), "etc-passwd");
        assert_eq!(stem("µ"), "fabricscope");
        assert!(stem(&"long ".repeat(100)).len() <= MAX_STEM);
    }
}
