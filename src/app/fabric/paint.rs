//! Quads and wafers of the stage, from the components of chips.

use bevy::prelude::*;

use super::components::{Bottleneck, Chip, HeldShare};
use super::mark::scenes;
use super::systems::WorldSystems;
use crate::app::render::StagePicture;
use crate::app::state::{OpenSession, Shown, Views};
use crate::draw::{ChipState, FabricScene, StageScene, draw_stage};
use crate::sample::emptied;

/// Draws everything but links and packets, when the sample or a chip has changed.
pub(super) fn plugin(app: &mut App) {
    app.init_resource::<StagePicture>()
        .add_systems(Update, paint.run_if(resource_changed::<Shown>.or_else(chip_removed)).in_set(WorldSystems::Draw));
}

fn chip_removed(mut removed: RemovedComponents<Chip>) -> bool {
    removed.read().count() > 0
}

fn paint(
    open: Res<OpenSession>,
    views: Res<Views>,
    chips: Query<(&Chip, &HeldShare, Has<Bottleneck>)>,
    mut states: Local<Vec<ChipState>>,
    mut kept: Local<Vec<FabricScene<'static>>>,
    mut picture: ResMut<StagePicture>,
) {
    picture.theme = open.0.theme();
    states.clear();
    states.extend(chips.iter().map(|(chip, held, is_ringed)| ChipState {
        fabric: chip.fabric,
        index: chip.index,
        fill: held.0,
        is_ringed,
    }));
    let mut fabrics: Vec<FabricScene> = emptied(core::mem::take(&mut *kept));
    fabrics.extend(scenes(&open.0, &views));
    let scene = StageScene { theme: picture.theme, view: &open.0.view, fabrics: &fabrics, chips: &states };
    draw_stage(&scene, &mut picture.list);
    *kept = emptied(fabrics);
}
