//! Entities that follow the sample of the frame.

use bevy::prelude::*;

use super::components::{Chip, Fill, Link, Packet, Utilisation};
use crate::app::state::Views;

/// Spawns chips and links again when the layout changes, and copies the sample of the frame into the components.
pub(super) fn sync_entities(
    views: Res<Views>,
    mut spawned_for: Local<u64>,
    mut commands: Commands,
    mut chips: Query<(Entity, &Chip, &mut Fill)>,
    mut links: Query<(Entity, &Link, &mut Utilisation)>,
    mut packets: Query<&mut Packet>,
) {
    if *spawned_for != views.layouts {
        *spawned_for = views.layouts;
        chips.iter().for_each(|(entity, ..)| commands.entity(entity).despawn());
        links.iter().for_each(|(entity, ..)| commands.entity(entity).despawn());
        for (fabric, (view, frame)) in views.views.iter().zip(&views.frames).enumerate() {
            for (index, _) in view.layout.links.iter().enumerate() {
                let utilisation = Utilisation(frame.utilisations.get(index).copied().unwrap_or(0.0));
                commands.spawn((Link { fabric, index }, utilisation));
            }
            for (index, chip) in view.layout.chips.iter().enumerate() {
                let fill = Fill(frame.fills.get(index).copied().unwrap_or(0.0));
                commands.spawn((Chip { fabric, index, kind: chip.kind }, fill));
            }
        }
    } else {
        for (_, chip, mut fill) in &mut chips {
            let frame = views.frames.get(chip.fabric);
            fill.0 = frame.and_then(|frame| frame.fills.get(chip.index)).copied().unwrap_or(0.0);
        }
        for (_, link, mut utilisation) in &mut links {
            let frame = views.frames.get(link.fabric);
            utilisation.0 = frame.and_then(|frame| frame.utilisations.get(link.index)).copied().unwrap_or(0.0);
        }
    }
    let mut samples = views.frames.iter().enumerate().flat_map(|(fabric, frame)| {
        frame.packets.iter().map(move |sample| Packet { fabric, flow: sample.flow, position: sample.at, visible: true })
    });
    for mut packet in &mut packets {
        match samples.next() {
            Some(sample) => *packet = sample,
            None if packet.visible => packet.visible = false,
            None => {}
        }
    }
    commands.spawn_batch(samples.collect::<Vec<_>>());
}
