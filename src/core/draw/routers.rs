//! Visible PEs of a wafer: utilisation of their links and levels of their cores, as texels.

use super::display_list::Pes;
use crate::fabric::{Direction, Mesh};
use crate::sample::FabricFrame;
use crate::stage::{FabricLayout, PeDetail, PeParts};

/// Brightness of links in directions whose heat is hidden.
const ASIDE: f32 = 0.3;

/// The PEs of a wafer now; `None` while they are too small to see.
pub fn pes(
    layout: &FabricLayout,
    mesh: &Mesh,
    frame: &FabricFrame,
    direction: Option<Direction>,
    texels: Vec<u8>,
) -> Option<Pes> {
    let wafer = layout.wafer.as_ref()?;
    let detail = PeDetail::new(wafer.pitch());
    if detail.grid <= 0.0 {
        return None;
    }
    let window = frame.ports.window;
    let mut texels = texels;
    texels.clear();
    texels.reserve(window.len() * Pes::BYTES);
    for (place, pe) in window.pes().enumerate() {
        let [x, y] = pe;
        let there = [x + 1 < mesh.width, x > 0, y > 0, y + 1 < mesh.height];
        let directions = [Direction::East, Direction::West, Direction::North, Direction::South];
        let level = |direction: Direction| level(frame.ports.used(pe, direction).unwrap_or(0.0));
        let count = |direction: Direction| frame.ports.streams(pe, direction) as u8;
        for (direction, there) in directions.into_iter().zip(there) {
            texels.push(if there { level(direction) } else { 0 });
        }
        let held = frame.cores.get(place).copied().filter(|held| *held >= 0.0);
        let core = held.map_or(0, |held| 1 + (held.clamp(0.0, 1.0) * 254.0) as u8);
        texels.extend([level(Direction::Ramp), core, count(Direction::Ramp), 0]);
        texels.extend(directions.map(count));
    }
    let shown = [Direction::East, Direction::West, Direction::North, Direction::South]
        .map(|shown| if direction.is_none_or(|only| only == shown) { 1.0 } else { ASIDE });
    Some(Pes {
        rect: wafer.region.to_array(),
        clip: layout.picture.to_array(),
        size: [mesh.width, mesh.height],
        window,
        texels,
        detail,
        parts: PeParts::new(wafer.pitch()),
        shown,
    })
}

/// 1 is idle; any use is at least 2, so that it differs from idle.
fn level(used: f32) -> u8 {
    if used > 0.0 { (1.0 + used.clamp(0.0, 1.0) * 254.0).round().max(2.0) as u8 } else { 1 }
}
