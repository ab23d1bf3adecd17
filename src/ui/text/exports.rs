//! Texts of the window of exports.

use crate::export::ExportFormat;
use crate::session::{FilmProgress, PictureKind, PictureScale};
use crate::ui::label::Label;

pub(in crate::ui) const EXPORT: &str = "Export";
pub(in crate::ui) const ABOUT: &str = "Each file carries a link to the scene, the version and the grades of its figures. It is saved on this computer; nothing is uploaded.";

/// Name and use of a format.
pub(in crate::ui) fn format(format: ExportFormat) -> Label<'static> {
    match format {
        ExportFormat::LinksCsv => {
            Label::new("Link rates (CSV)", "Rate of every link over time, for spreadsheets and notebooks")
        }
        ExportFormat::ChromeTrace => {
            Label::new("Chrome trace (JSON)", "Links and critical path as tracks, for Perfetto and chrome://tracing")
        }
        ExportFormat::NcclTests => Label::new(
            "nccl-tests table (text)",
            "Times and bandwidths as nccl-tests prints them, marked as simulated: 1 KiB to 1 GiB, or the open sweep",
        ),
        ExportFormat::TimelineSvg => {
            Label::new("Timeline (SVG)", "Utilisation of links over time and the critical path, for papers")
        }
        ExportFormat::MachineSvg => Label::new("Machines (SVG)", "Chips and links of every fabric, for papers"),
        ExportFormat::CurveSvg => {
            Label::new("Bandwidth curve (SVG)", "Bus bandwidth over message size: 1 KiB to 1 GiB, or the open sweep")
        }
    }
}

pub(in crate::ui) const PERFETTO: Label<'_> = Label::new(
    "Open in Perfetto",
    if cfg!(target_arch = "wasm32") {
        "The trace in a new tab of ui.perfetto.dev; this is the only entry that uses the network, and the trace stays in the browser"
    } else {
        "Saves the trace in your downloads and opens ui.perfetto.dev, to drop it there; the only entry that uses the network"
    },
);

pub(in crate::ui) const TRANSPARENT: &str = "Transparent background";
pub(in crate::ui) const TRANSPARENT_TOOLTIP: &str = "Pictures and animated PNG without the ground behind the stage";
pub(in crate::ui) const STOP_FILM: &str = "Stop the film";

/// Name of a picture of the window.
pub(in crate::ui) fn picture_name(scale: PictureScale) -> &'static str {
    match scale {
        PictureScale::Window => "Picture (PNG)",
        PictureScale::Double => "Large picture (PNG)",
    }
}

/// Use of a picture of the window, and how long its file is likely to be.
pub(in crate::ui) fn picture_use(scale: PictureScale, bytes: f64) -> String {
    let content = match scale {
        PictureScale::Window => "The window as it is, in its own pixels",
        PictureScale::Double => "The window at twice its width and height in pixels, for print",
    };
    format!("{content}; about {}", about(bytes))
}

/// Name of a film.
pub(in crate::ui) fn film_name(kind: PictureKind) -> &'static str {
    match kind {
        PictureKind::Png => "Picture (PNG)",
        PictureKind::Apng => "Film (animated PNG)",
        PictureKind::WebM => "Film (WebM)",
    }
}

/// Use of a film, and how long its file is likely to be.
pub(in crate::ui) fn film_use(kind: PictureKind, bytes: f64) -> String {
    let content = match kind {
        PictureKind::Png => "The window as it is",
        PictureKind::Apng => "The whole run in 12 s, exact to the picture; browsers play it",
        PictureKind::WebM => "The whole run in 12 s, exact to the picture, for slides and players",
    };
    format!("{content}; about {}", about(bytes))
}

/// How far the film is.
pub(in crate::ui) fn film_progress(film: FilmProgress) -> String {
    let FilmProgress { done, pictures, bytes } = film;
    // The first picture is stored whole, and says little of the rest.
    if done < 5 {
        return format!("Picture {done} of {pictures} of the film");
    }
    let whole = bytes as f64 * f64::from(pictures) / f64::from(done);
    format!("Picture {done} of {pictures} of the film; about {}", about(whole))
}

/// A number of bytes with one or two digits.
fn about(bytes: f64) -> String {
    if bytes < 1e6 {
        return format!("{:.0} kB", (bytes / 1e4).ceil() * 10.0);
    }
    let megabytes = bytes / 1e6;
    if megabytes < 10.0 { format!("{megabytes:.1} MB") } else { format!("{megabytes:.0} MB") }
}

/// Why there is no file.
pub(in crate::ui) fn refused(error: &str) -> String {
    format!("No file: {error}")
}

/// How many sizes of a table or curve are solved.
pub(in crate::ui) fn solving(done: usize, points: usize) -> String {
    format!("Message sizes solved: {done} of {points}")
}
