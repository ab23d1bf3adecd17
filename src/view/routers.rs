//! Single PEs of a wafer, where they are large enough to be told apart: the router, its four links, and the ramp.

use glam::{Vec2, vec2};

use super::layout::FabricLayout;
use super::loads::Loads;
use crate::fabric::{Direction, LinkId, Mesh};

/// Width of a PE on the stage from which it is drawn, points.
pub(super) const LEAST_PITCH: f32 = 44.0;
/// Most PEs that are drawn one by one.
const MOST: usize = 400;

/// One PE on the stage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RouterMark {
    /// Its column and row in the used region.
    pub pe: [u32; 2],
    /// Where its router stands.
    pub center: Vec2,
    /// Width and height of a PE.
    pub pitch: Vec2,
    /// Share of capacity in use of the links that leave it: east, west, north, south, and of its ramp. `None` where the
    /// region ends.
    pub links: [Option<f32>; 5],
}

/// The PEs that are seen; none while they are too small.
pub(super) fn routers(layout: &FabricLayout, mesh: &Mesh, loads: &Loads, marks: &mut Vec<RouterMark>) {
    marks.clear();
    let Some(wafer) = &layout.wafer else { return };
    let pitch = wafer.rect.size() / vec2(wafer.size[0] as f32, wafer.size[1] as f32);
    if pitch.min_element() < LEAST_PITCH {
        return;
    }
    let seen = layout.picture.meet(&wafer.region);
    let first = ((seen.min - wafer.region.min) / pitch).floor().max(Vec2::ZERO);
    let last = ((seen.max - wafer.region.min) / pitch).ceil();
    let capacity = mesh.link_capacity().0;
    let used = |link: LinkId| loads.of(link).utilisation(capacity) as f32;
    for y in first.y as u32..(last.y as u32).min(mesh.height) {
        for x in first.x as u32..(last.x as u32).min(mesh.width) {
            if marks.len() >= MOST {
                return;
            }
            let links = Direction::ALL.map(|direction| {
                let there = match direction {
                    Direction::East => x + 1 < mesh.width,
                    Direction::West => x > 0,
                    Direction::North => y > 0,
                    Direction::South => y + 1 < mesh.height,
                    Direction::Ramp => true,
                };
                there.then(|| used(mesh.link_id(x, y, direction)))
            });
            let center = wafer.region.min + (vec2(x as f32, y as f32) + 0.5) * pitch;
            marks.push(RouterMark { pe: [x, y], center, pitch, links });
        }
    }
}
