//! Text on the stage: names, progress, chips, the bottleneck, the legend.

mod chips;
mod header;
mod legend;
mod stage;

pub(super) use stage::paint_labels;
