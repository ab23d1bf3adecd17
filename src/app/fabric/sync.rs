//! Components that follow the sample of the frame.

use bevy::prelude::*;

use super::components::{Chip, HeldShare, Link, Utilisation};
use super::systems::WorldSystems;
use crate::app::state::{Shown, Views};

/// Writes the sample of the frame into the components, as far as it has changed.
pub(super) fn plugin(app: &mut App) {
    app.add_systems(Update, (sync_chips, sync_links).run_if(resource_changed::<Shown>).in_set(WorldSystems::Sync));
}

fn sync_chips(views: Res<Views>, mut chips: Query<(&Chip, &mut HeldShare)>) {
    for (chip, mut held) in &mut chips {
        let frame = views.frames.get(chip.fabric);
        held.set_if_neq(HeldShare(frame.and_then(|frame| frame.fills.get(chip.index)).copied().unwrap_or(0.0)));
    }
}

fn sync_links(views: Res<Views>, mut links: Query<(&Link, &mut Utilisation)>) {
    for (link, mut utilisation) in &mut links {
        let frame = views.frames.get(link.fabric);
        let now = frame.and_then(|frame| frame.utilisations.get(link.index)).copied().unwrap_or(0.0);
        utilisation.set_if_neq(Utilisation(now));
    }
}
