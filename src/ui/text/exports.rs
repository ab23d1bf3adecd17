//! Texts of the window of exports.

use crate::export::{ExportError, ExportFormat};
use crate::session::PictureScale;
use crate::ui::label::Label;

pub(in crate::ui) const EXPORT: &str = "Export";
pub(in crate::ui) const ABOUT: &str = "Each file carries a link to the scene, the version and the grades of its figures. It is saved on this computer; nothing is uploaded.";
pub(in crate::ui) const NEEDS_SWEEP: &str = "Open a sweep over the message size first (W).";

/// Name and use of a format.
pub(in crate::ui) fn format(format: ExportFormat) -> Label<'static> {
    match format {
        ExportFormat::LinksCsv => {
            Label::new("Link rates (CSV)", "Rate of every link over time, for spreadsheets and notebooks")
        }
        ExportFormat::ChromeTrace => Label::new(
            "Chrome trace (JSON)",
            "Links and critical path as tracks: drop the file on ui.perfetto.dev to open it in Perfetto",
        ),
        ExportFormat::NcclTests => Label::new(
            "nccl-tests table (text)",
            "Times and bandwidths as nccl-tests prints them, marked as simulated; all sizes of the open sweep",
        ),
        ExportFormat::TimelineSvg => {
            Label::new("Timeline (SVG)", "Utilisation of links over time and the critical path, for papers")
        }
        ExportFormat::MachineSvg => Label::new("Machines (SVG)", "Chips and links of every fabric, for papers"),
        ExportFormat::CurveSvg => {
            Label::new("Bandwidth curve (SVG)", "Bus bandwidth over message size, from the open sweep")
        }
    }
}

/// Whether pictures of the window can be drawn: a page has one canvas only.
pub(in crate::ui) const HAS_PICTURES: bool = cfg!(not(target_arch = "wasm32"));

/// Name and use of a picture of the window.
pub(in crate::ui) fn picture(scale: PictureScale) -> Label<'static> {
    match scale {
        PictureScale::Window => Label::new("Picture (PNG)", "The window as it is, in its own pixels"),
        PictureScale::Double => Label::new("Large picture (PNG)", "The window in twice as many pixels, for print"),
    }
}

/// Why there is no file, and what helps here.
pub(in crate::ui) fn refused(error: &ExportError) -> String {
    match error {
        ExportError::NoSweep => NEEDS_SWEEP.to_owned(),
        ExportError::TrainingRun
        | ExportError::NoFabric { .. }
        | ExportError::NothingRan
        | ExportError::TooManyTransfers { .. }
        | ExportError::TooManyRows { .. }
        | ExportError::NoBandwidth
        | ExportError::Bins { .. } => format!("No file: {error}"),
    }
}
