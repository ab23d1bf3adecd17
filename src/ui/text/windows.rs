//! Texts of the windows over the stage: scenes, errors, help, sources.

use super::common::with_key;
use crate::catalog::Figure;
use crate::session::{Done, OwnKind, SolveProgress};
use crate::ui::key_action::KeyAction;

pub(in crate::ui) const SCENES: &str = "Scenes";
pub(in crate::ui) const CLAIMS: &str = "CLAIMS";
pub(in crate::ui) const OPEN: &str = "Open file…";
pub(in crate::ui) const SAVE: &str = "Save…";
pub(in crate::ui) const EXPORT: &str = "Export…";
pub(in crate::ui) const EXPORT_TOOLTIP: &str = "Save the runs as CSV, Chrome trace, nccl-tests table, SVG or picture";
pub(in crate::ui) const COPY: &str = "Copy as RON";
pub(in crate::ui) const COPY_LINK: &str = "Copy link";
pub(in crate::ui) const COPY_LINK_TOOLTIP: &str = "Copy a link to this scene, its changes, the clock and the view";
pub(in crate::ui) const QR_CODE: &str = "QR code";
pub(in crate::ui) const QR_CODE_TOOLTIP: &str = "Show the same link as a QR code, for a slide or a phone";
pub(in crate::ui) const EMBED_CODE: &str = "Copy embed code";
pub(in crate::ui) const EMBED_CODE_TOOLTIP: &str = "Copy the HTML of a frame that shows this view in another page";
pub(in crate::ui) const QR_TITLE: &str = "Link to this view";
pub(in crate::ui) const COPY_TOOLTIP: &str = "Copy the scene with all changes to the clipboard";
pub(in crate::ui) const RESET: &str = "Reset";

pub(in crate::ui) const PATH: &str = "Path";
pub(in crate::ui) const OPEN_PATH: &str = "Open a scene or a log";
pub(in crate::ui) const SAVE_PATH: &str = "Save";
pub(in crate::ui) const CONFIRM_OPEN: &str = "Open";
pub(in crate::ui) const CONFIRM_SAVE: &str = "Save to this path";
pub(in crate::ui) const CONFIRM_REPLACE: &str = "Replace the file";
pub(in crate::ui) const EXISTS: &str =
    "There is a file of this name. Press Enter again to replace it, or type another name.";
pub(in crate::ui) const PATH_KEYS: &str = "Tab completes, Enter confirms, Esc closes";

pub(in crate::ui) const CANCEL: &str = "Cancel";
pub(in crate::ui) const CANCEL_TOOLTIP: &str = "Keep the scene that is shown";

/// How far a change is: `Solving… 1 of 2 fabrics`.
pub(in crate::ui) fn solving(progress: SolveProgress) -> String {
    let SolveProgress { done, fabrics, .. } = progress;
    if fabrics > 1 { format!("Solving… {done} of {fabrics} fabrics") } else { "Solving…".to_owned() }
}

/// On the desktop a link has no address before its `#`.
const OPENS_LINK: &str =
    if cfg!(target_arch = "wasm32") { "" } else { ". Open it with fabricscope open, or behind the address of a page" };

/// What was done: `Saved /home/a/scene.ron (1.2 kB)`.
pub(in crate::ui) fn done(done: &Done) -> String {
    match done {
        Done::Saved { path, bytes } => format!("Saved {path} ({})", file_size(*bytes)),
        Done::SavedScene { path, text } | Done::SavedOwn { path, text, .. } => {
            format!("Saved {path} ({})", file_size(text.len() as u64))
        }
        Done::KeptChanges { name } => {
            format!("{} returns to {name} with your changes", with_key("Undo", KeyAction::Undo))
        }
        Done::CopiedScene { bytes } => format!("Copied the scene as RON ({})", file_size(*bytes)),
        Done::FoundDraft(OwnKind::Lesson) => {
            "Your lesson from the last time was not saved. It is under Scenes, Course, Edit my lesson.".to_owned()
        }
        Done::FoundDraft(OwnKind::Story) => {
            "Your story from the last time was not saved. It is under Scenes, Course, Edit my story.".to_owned()
        }
        Done::DroppedDegradations { count } => {
            let undo = with_key("Undo", KeyAction::Undo);
            if *count == 1 {
                format!(
                    "The changed fabric does not have the degraded link or chip. The degradation is gone; {undo} brings it back."
                )
            } else {
                format!(
                    "The changed fabric does not have {count} degraded links or chips. Their degradations are gone; {undo} brings \
                     them back."
                )
            }
        }
        Done::CopiedEmbedCode { characters } => {
            format!("Copied the HTML of a frame with this view ({characters} characters)")
        }
        Done::CopiedLink { characters } => {
            format!("Copied a link to this view ({characters} characters){}", OPENS_LINK)
        }
    }
}

/// Below the code: how long the link is.
pub(in crate::ui) fn qr_length(link: &str) -> String {
    format!("{} characters. The code shows this moment; close and open it for another.", link.chars().count())
}

/// In the place of a code that would be too large.
pub(in crate::ui) fn too_long_for_qr(link: &str) -> String {
    let characters = link.chars().count();
    format!(
        "The link has {characters} characters; a QR code holds at most 2953. Copy the link, or save the scene as a file."
    )
}

/// The size of a file: `640 B`, `1.2 kB`, `3.4 MB`.
fn file_size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

pub(in crate::ui) fn save_tooltip() -> String {
    with_key("Save the scene with all changes as RON", KeyAction::SaveScene)
}

pub(in crate::ui) fn open_tooltip() -> String {
    with_key(
        "Open a scene, a log of nccl-tests or an import, or drop the file on the window; texts such as nvidia-smi topo -m can be pasted",
        KeyAction::OpenFile,
    )
}

pub(in crate::ui) fn reset_tooltip() -> String {
    with_key("Restore the scene as it was opened, or saved last", KeyAction::ResetScene)
}

pub(in crate::ui) fn rejected(errors: usize) -> String {
    let noun = if errors == 1 { "error" } else { "errors" };
    format!("Rejected: {errors} {noun}")
}

pub(in crate::ui) fn more_errors(more: usize) -> String {
    let noun = if more == 1 { "error" } else { "errors" };
    format!("and {more} more {noun}")
}

pub(in crate::ui) const UNCHANGED: &str = "The open scene is unchanged.";

pub(in crate::ui) const GLOSSARY: &str = "Glossary";
pub(in crate::ui) const GLOSSARY_SYMBOLS: &str =
    "S message size   n ranks   c capacity   h latency   t time   b bytes of a transfer";
pub(in crate::ui) const SEE: &str = "see";

/// The unit of a term: `in GB/s`.
pub(in crate::ui) fn unit(unit: &str) -> String {
    format!("in {unit}")
}

pub(in crate::ui) const HELP: &str = "Keys";
pub(in crate::ui) const POINTER: &str = "Pointer";
pub(in crate::ui) const SYMBOLS: &str = "Symbols";

/// What the pointer does.
#[derive(Clone, Copy, Debug)]
pub(in crate::ui) struct Gesture {
    pub(in crate::ui) gesture: &'static str,
    pub(in crate::ui) effect: &'static str,
}

pub(in crate::ui) const GESTURES: [Gesture; 10] = [
    Gesture { gesture: "Wheel", effect: "zoom the stage or the timeline" },
    Gesture { gesture: "Drag", effect: "pan the stage, move the playhead" },
    Gesture { gesture: "Click", effect: "select a chip, a link or a PE" },
    Gesture { gesture: "Double-click", effect: "zoom to it" },
    Gesture { gesture: "Shift + click", effect: "in a talk, a circle until the next beat" },
    Gesture { gesture: "Drag on the time axis", effect: "loop a span" },
    Gesture { gesture: "One finger", effect: "select by a tap, move the playhead from side to side" },
    Gesture { gesture: "Two fingers", effect: "pan and zoom the stage" },
    Gesture { gesture: "Drop a file", effect: "open a scene or a log, or import it" },
    Gesture { gesture: "Paste a text", effect: "the same: nvidia-smi topo -m, a log of NCCL, a scene" },
];

pub(in crate::ui) const SYMBOLS_EXPLAINED: &str = "Diamonds are partial sums, squares are copies of the finished sum. The colour of links and wafers is their \
     utilisation. The bottleneck is ringed and named in red. Each result has a tooltip with its definition. \
     `fabricscope catalog` lists sources and grades of the hardware figures.";

/// The heading of a report: `Imported: nvidia-smi topo -m`.
pub(in crate::ui) fn imported(form: &str) -> String {
    format!("Imported: {form}")
}

pub(in crate::ui) const IMPORT_READ: &str = "READ";
pub(in crate::ui) const IMPORT_WARNINGS: &str = "WARNINGS";
pub(in crate::ui) const IMPORT_GUESSED: &str = "GUESSED";
pub(in crate::ui) const IMPORT_LEFT_OUT: &str = "LEFT OUT";
/// The name of a pasted text in errors.
pub(in crate::ui) const PASTED: &str = "pasted text";

pub(in crate::ui) fn sources_of(name: &str) -> String {
    format!("Sources of the figures of {name}")
}

pub(in crate::ui) const GRADES: &str = "Published: stated by a vendor, a paper, released code or a public measurement. Derived: computed from published \
     figures. Fitted: found by fitting a model to measurements. Estimate: no published value.";

/// The units at the end of the names of figures.
const UNIT_SUFFIXES: [&str; 6] = ["_gb_s", "_gb", "_ghz", "_kib", "_kw", "_ns"];

/// The name of a figure as the catalog spells it, for people.
pub(in crate::ui) fn figure_name(field: &str) -> String {
    // The unit stands beside the value.
    let name = UNIT_SUFFIXES.iter().find_map(|unit| field.strip_suffix(unit)).unwrap_or(field);
    name.replace('_', " ")
}

pub(in crate::ui) fn figure_value(figure: &Figure) -> String {
    figure.label()
}
