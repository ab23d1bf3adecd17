//! Text on the stage: names, progress, chips, the bottleneck, the result of what is done, the legend.

mod captions;
mod chips;
mod header;
mod legend;
mod result;
mod stage;

pub(super) use stage::paint_labels;
