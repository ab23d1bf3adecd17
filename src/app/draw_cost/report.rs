//! The cost of drawing as numbers, and the bars that they must meet.

use serde::Serialize;

/// Most main-thread time of our systems and extraction while the clock plays, milliseconds.
#[cfg(not(target_arch = "wasm32"))]
pub(in crate::app) const MAX_PLAYING_MS: f64 = 4.0;
/// The same while the clock stands and the pointer moves.
#[cfg(not(target_arch = "wasm32"))]
pub(in crate::app) const MAX_POINTING_MS: f64 = 2.0;
/// The same of the longest frame while a slider is dragged.
#[cfg(not(target_arch = "wasm32"))]
pub(in crate::app) const MAX_DRAG_MS: f64 = 16.0;
/// Most megabytes that are sent to the graphics per frame.
#[cfg(not(target_arch = "wasm32"))]
pub(in crate::app) const MAX_UPLOAD_MB: f64 = 0.5;

/// The cost of drawing, as medians over the last frames.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DrawReport {
    /// Number of measured frames.
    pub frames: usize,
    /// Our systems on the main thread, panels included, milliseconds.
    pub systems_ms: f64,
    /// Extraction into the renderer, milliseconds.
    pub extraction_ms: f64,
    /// Systems and extraction, milliseconds.
    pub total_ms: f64,
    /// The longest frame, systems and extraction, milliseconds.
    pub longest_ms: f64,
    /// The time by its parts.
    pub parts: Parts,
    /// The parts of the longest frame.
    pub longest: Parts,
    /// Draw calls of stage and panels.
    pub draw_calls: usize,
    /// Bytes sent to the graphics per frame.
    pub upload_bytes: usize,
    /// Packets on the stage in the last frame.
    pub packets: usize,
}

/// The parts of a frame in the main world, milliseconds. The last two are not ours.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Parts {
    /// Keys, files, intents and the clock.
    pub intents_ms: f64,
    /// The start of jobs, and what they have solved.
    pub solving_ms: f64,
    /// Layouts and samples.
    pub views_ms: f64,
    /// Entities, the picture, and the instant in words.
    pub entities_ms: f64,
    /// Effects.
    pub effects_ms: f64,
    /// The description of the panels.
    pub panels_ms: f64,
    /// The upload of the stage.
    pub upload_ms: f64,
    /// egui's own work: input before the panels, shapes as triangles after them.
    pub egui_ms: f64,
    /// Everything else that Bevy does.
    pub bevy_ms: f64,
}

/// A measured figure and its limit.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Bar {
    /// The measured quantity, with its unit.
    pub name: String,
    /// The figure.
    pub value: f64,
    /// The most that it may be.
    pub limit: f64,
    /// Whether it is within the limit.
    pub met: bool,
}

impl Bar {
    /// A figure with its limit.
    pub fn new(name: &str, value: f64, limit: f64) -> Bar {
        Bar { name: name.to_owned(), value, limit, met: value <= limit }
    }
}

pub(super) fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}
