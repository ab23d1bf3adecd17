//! Texts of the timeline.

use crate::sample::LinkHeatmap;
use crate::solve::FabricRun;
use crate::stage::TimelineShows;
use crate::ui::label::Label;
use crate::units::{Femtos, capitalised, grouped};

pub(in crate::ui) const TIMELINE: &str = "Timeline";
pub(in crate::ui) const AXIS_TOOLTIP: &str =
    "Drag to loop a span. Double-click to end the loop and to show the whole run. Use the wheel to zoom.";
pub(in crate::ui) const HIDDEN: &str = "The timeline is shown after your prediction.";
pub(in crate::ui) const TOO_MANY_TRANSFERS: &str = "too many transfers to draw";

/// Under the bar of a fabric whose links are all equal: `all 16 rows equal, 100 % on average`.
pub(in crate::ui) fn uniform(heatmap: &LinkHeatmap) -> String {
    let mean = heatmap.means.iter().sum::<f32>() / heatmap.means.len().max(1) as f32;
    format!("all {} rows equal, {:.0} % on average", grouped(heatmap.rows.len() as u64), 100.0 * mean)
}

/// What the rows of the timeline can be.
pub(in crate::ui) const MODES: [(TimelineShows, Label); 3] = [
    (TimelineShows::Links, Label::new("links", "One row per link; grouped links show their mean")),
    (TimelineShows::BusiestLinks, Label::new("busiest", "One row per link; grouped links show the busiest of them")),
    (TimelineShows::Classes, Label::new("classes", "One area per link class; its height is the mean utilisation")),
];

/// The name of the control that chooses the rows.
pub(in crate::ui) fn mode(name: &str) -> String {
    format!("Timeline: {name}")
}

pub(in crate::ui) fn too_many(transfers: u64) -> String {
    format!("{} transfers: too many to draw", grouped(transfers))
}

/// A share of the run on the normalised clock.
pub(in crate::ui) fn percent(percent: f64) -> String {
    format!("{percent:.0} %")
}

/// The legend of areas by link class, from top to bottom.
pub(in crate::ui) fn classes_legend(names: &[&str]) -> String {
    format!("mean utilisation by link class, top to bottom: {}", names.join(", "))
}

pub(in crate::ui) fn busiest_legend(rows: &str, links: usize, column: Femtos) -> String {
    format!("{rows}, busiest of {links} links per row, {column} per column")
}

pub(in crate::ui) fn mean_legend(rows: &str, links: usize) -> String {
    format!("{rows}, mean of {links} links per row")
}

/// A legend with the letters of the fabrics that it holds for.
pub(in crate::ui) fn legend_of(letters: &[String], legend: &str) -> String {
    format!("{}: {legend}", letters.join(", "))
}

/// The name on the area of a link class.
pub(in crate::ui) fn class(name: &str, links: u64) -> String {
    format!("{name}, {} links", grouped(links))
}

/// Under the pointer, a link class at an instant.
pub(in crate::ui) fn class_at(name: &str, links: u64, share: f32, at: Femtos) -> String {
    format!("{name}: {:.1} % of all {} links at {at}", 100.0 * share, grouped(links))
}

/// Under the pointer, a row of the link heatmap at an instant.
pub(in crate::ui) fn row_at(name: &str, links: usize, mean: f32, busiest: f32, at: Femtos) -> String {
    match links {
        1 => format!("{name}: {:.1} % at {at}", 100.0 * mean),
        _ => format!("{name}: mean {:.1} %, busiest {:.1} % of {links} links at {at}", 100.0 * mean, 100.0 * busiest),
    }
}

/// What a fabric runs, in plain words: `Ring`; of a sequence the number of its operations.
pub(in crate::ui) fn algorithm(run: &FabricRun) -> String {
    match &run.scene.sequence {
        Some(sequence) => format!("{} operations", sequence.operations.len()),
        None => capitalised(run.scene.kind.algorithm().label_for(run.scene.collective)),
    }
}
