//! Marks on links that are degraded, whether they carry something or not: a cross on one that is cut, a bar across a slow one.

use glam::Vec2;

use super::display_list::{Quad, line};
use crate::fabric::{Direction, Fabric, LinkId, Topology};
use crate::stage::{FabricLayout, step};
use crate::style::{Rgba8, Theme};

/// Most marks of a fabric. Of more, the first ones are marked.
const MAX_MARKED: usize = 64;
/// Half the length of a stroke, points.
const HALF: f32 = 4.5;

/// Marks the degraded links of a fabric.
pub fn marks(layout: &FabricLayout, fabric: &Fabric, theme: &Theme, shapes: &mut Vec<Quad>) {
    let clip = layout.clip().to_array();
    for &(link, left) in fabric.changed().iter().take(MAX_MARKED) {
        let Some((at, along)) = place(layout, fabric, link) else { continue };
        let across = along.perp();
        let is_cut = left <= 0.0;
        let strokes = [along + across, along - across].map(|stroke| stroke.normalize() * HALF);
        let strokes = if is_cut { &strokes[..] } else { &[across * HALF] };
        let mut stroke = |width: f32, ink: Rgba8| {
            shapes.extend(strokes.iter().map(|half| line(at - *half, at + *half, width, ink, clip)));
        };
        // The dark rims first: the strokes of a cross meet.
        stroke(4.5, theme.ground);
        stroke(2.0, theme.selection);
    }
}

/// The link in whose line another one is drawn: that of the NIC for the link from its GPU.
fn drawn_instead(topology: &Topology, link: LinkId) -> Option<LinkId> {
    let Topology::Cluster(cluster) = topology else { return None };
    match cluster.class_of(link)? {
        (2, gpu) => Some(cluster.nic_out(gpu)),
        (3, gpu) => Some(cluster.nic_in(gpu)),
        _ => None,
    }
}

/// The middle of a link, and its direction.
fn place(layout: &FabricLayout, fabric: &Fabric, link: LinkId) -> Option<(Vec2, Vec2)> {
    if let (Some(wafer), Topology::Mesh(mesh)) = (&layout.wafer, &fabric.topology) {
        let (x, y, direction) = mesh.place(link)?;
        let center = wafer.pe([x, y]) + wafer.pitch() / 2.0;
        return Some(match direction {
            // A ramp is inside of its PE.
            Direction::Ramp => (center, Vec2::X),
            Direction::East | Direction::West | Direction::North | Direction::South => {
                (center + step(direction) * wafer.pitch() / 2.0, step(direction))
            }
        });
    }
    let place =
        layout.link_or_bundle(link).or_else(|| layout.link_or_bundle(drawn_instead(&fabric.topology, link)?))?;
    let [from, to] = place.lanes.get(place.lanes.len() / 2)?;
    Some(((*from + *to) / 2.0, (*to - *from).normalize_or(Vec2::X)))
}
