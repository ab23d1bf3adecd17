//! Moves the camera to the bottleneck.

use super::intent::Intent;
use crate::sample::{FabricFrame, FabricView, Playback};
use crate::solve::FabricRun;
use crate::stage::{Selection, ViewState};
use crate::units::Femtos;

/// Instants at which the bottleneck of a run is looked for if there is none now and no degraded link explains its time, in quarters of
/// its time: before the start and after the end nothing limits it.
const QUARTERS: [u64; 3] = [2, 1, 3];

/// The intents that move the camera of a fabric to its bottleneck and select it: to that of the instant, else to one of the run.
/// Empty if no link limits it.
pub fn go_to_bottleneck(
    run: &FabricRun,
    (view, stage): (&FabricView, &ViewState),
    frame: &FabricFrame,
    fabric: usize,
) -> Vec<Intent> {
    let of_run = || {
        let time = run.result()?.time;
        let mut frame = FabricFrame::default();
        QUARTERS.iter().find_map(|quarters| {
            let playback = Playback { speed: 0.0, playing: false };
            view.frame(run, Femtos(time.0 / 4 * quarters), playback, stage, &mut frame);
            view.find_bottleneck(run, &frame)
        })
    };
    let now = view.find_bottleneck(run, frame);
    let found = now.or_else(|| view.find_root_cause(run)).or_else(of_run);
    let intents =
        |(item, camera)| vec![Intent::MoveCamera(fabric, camera), Intent::Select(Some(Selection { fabric, item }))];
    found.map(intents).unwrap_or_default()
}
