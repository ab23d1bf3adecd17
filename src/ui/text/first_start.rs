//! Texts of the first start.

use crate::fabric::Topology;
use crate::solve::FabricRun;
use crate::units::{BytesPerSec, grouped};

pub(in crate::ui) const GPUS: &str = "Eight GPUs";
pub(in crate::ui) const WAFER: &str = "One wafer";
pub(in crate::ui) const SHOW: &str = "Show me";
pub(in crate::ui) const WHY: &str = "Why?";
pub(in crate::ui) const GPUS_WIN: &str = "Make the GPUs win";
pub(in crate::ui) const CONTINUE: &str = "Continue";
pub(in crate::ui) const PRESENT: &str = "Present";
pub(in crate::ui) const EXPLORE: &str = "Explore";
pub(in crate::ui) const LEARN: &str = "Learn";
pub(in crate::ui) const PRESENT_TOOLTIP: &str = "Full screen without panels, from the start";
pub(in crate::ui) const EXPLORE_TOOLTIP: &str = "All controls, results and the timeline";
pub(in crate::ui) const LEARN_TOOLTIP: &str = "Lessons: predict, play, see why";
pub(in crate::ui) const ANY_KEY: &str = "Any key shows all controls";
pub(in crate::ui) const ANY_TAP: &str = "A tap on the machine shows all controls";
pub(in crate::ui) const MESSAGE_TASK: &str = "Make the GPUs win: change the message size.";
pub(in crate::ui) const TIMING_TASK: &str =
    "This is ideal timing. Measured timing is NCCL as public logs show it: try it.";
pub(in crate::ui) const TIMING_DONE: &str = "This is measured timing: NCCL as public logs show it.";
pub(in crate::ui) const DOORS: &str = "Where to next?";

/// The task when its goal is reached: `With 2 KiB the GPUs win.`
pub(in crate::ui) fn message_done(message: &str) -> String {
    format!("With {message} the GPUs win: few bytes, and few steps to wait for.")
}

/// The question: `Eight copies of a model sum one gradient of 1 GiB. Which machine is done first?`
pub(in crate::ui) fn question(message: &str) -> String {
    format!("Eight copies of a model sum one gradient of {message}. Which machine is done first?")
}

/// The outcome when the first machine is done.
pub(in crate::ui) fn outcome(is_right: Option<bool>, wafer_first: bool, share: f32) -> String {
    let right = if is_right == Some(true) { "Right. " } else { "" };
    let share = format!("{:.0} %", 100.0 * share);
    if wafer_first {
        format!("{right}The wafer is done first. The GPUs hold {share} of the sum.")
    } else {
        format!("{right}The GPUs are done first.")
    }
}

/// Why: the capacity of a port and of an edge between strips. Empty for other fabrics than those of the first look.
pub(in crate::ui) fn reason(gpus: &FabricRun, wafer: &FabricRun) -> String {
    let (Topology::Switch(switch), Some(mesh)) = (&gpus.fabric.topology, wafer.fabric.topology.mesh()) else {
        return String::new();
    };
    let rows = mesh.height;
    let edge = BytesPerSec(f64::from(rows) * 4.0 * mesh.clock_hz);
    format!(
        "Each GPU has one port of {}, and all are full. Strips of the wafer share {} links: {edge}.",
        switch.capacity,
        grouped(rows.into())
    )
}
