//! Moving the camera to what matters.

use super::intent::Intent;
use crate::sample::{FabricFrame, FabricView};
use crate::solve::FabricRun;
use crate::stage::Selection;

/// What it takes to go to the link that binds a fabric now, and to select it; nothing where none does.
pub fn to_binding(run: &FabricRun, view: &FabricView, frame: &FabricFrame, fabric: usize) -> Vec<Intent> {
    let found = view.find_binding(run, frame);
    let intents =
        |(item, camera)| vec![Intent::MoveCamera(fabric, camera), Intent::Select(Some(Selection { fabric, item }))];
    found.map(intents).unwrap_or_default()
}
