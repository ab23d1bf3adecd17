//! Moves the camera to the bottleneck.

use super::intent::Intent;
use crate::sample::{FabricFrame, FabricView};
use crate::solve::FabricRun;
use crate::stage::Selection;

/// The intents that move the camera of a fabric to its current bottleneck and select it; empty if there is none.
pub fn go_to_bottleneck(run: &FabricRun, view: &FabricView, frame: &FabricFrame, fabric: usize) -> Vec<Intent> {
    let found = view.find_bottleneck(run, frame);
    let intents =
        |(item, camera)| vec![Intent::MoveCamera(fabric, camera), Intent::Select(Some(Selection { fabric, item }))];
    found.map(intents).unwrap_or_default()
}
