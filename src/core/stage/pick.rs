//! Picking: the chip, link or PE under a point of the stage.

use glam::{Vec2, vec2};

use super::fabric_layout::{ChipPlace, FabricLayout, LinkPlace};
use super::geometry::distance_to_line;
use super::selection::Item;
use super::wafer_detail::{MIN_PITCH, PeParts};
use crate::fabric::{Direction, LinkId, Mesh, Topology};

/// Largest distance of the pointer from a link that it picks, points.
const MAX_LINK_DISTANCE: f32 = 6.0;
/// Smallest width of a PE that can be picked, points.
const MIN_PE_PITCH: f32 = 3.0;

impl FabricLayout {
    /// The item under a point of the stage.
    pub fn pick(&self, at: Vec2, topology: &Topology) -> Option<Item> {
        if !self.clip().contains(at) {
            return None;
        }
        if let (Some(wafer), Topology::Mesh(mesh)) = (&self.wafer, topology) {
            let pitch = wafer.pitch();
            if !wafer.region.contains(at) {
                return None;
            }
            if pitch.min_element() < MIN_PE_PITCH {
                return self.chip_at(at).map(|chip| Item::Chip(chip.kind, chip.index));
            }
            let in_pes = (at - wafer.region.min) / pitch;
            let pe = [(in_pes.x as u32).min(mesh.width - 1), (in_pes.y as u32).min(mesh.height - 1)];
            let on_link =
                (pitch.min_element() >= MIN_PITCH).then(|| router_link(topology, mesh, in_pes, pitch)).flatten();
            return Some(on_link.map_or(Item::Pe(pe), Item::Link));
        }
        match self.chip_at(at) {
            Some(chip) => Some(Item::Chip(chip.kind, chip.index)),
            None => self.link_at(at).map(Item::from_place),
        }
    }

    fn chip_at(&self, at: Vec2) -> Option<&ChipPlace> {
        self.chips.iter().rev().find(|chip| chip.rect.contains(at))
    }

    /// The link with the nearest lane within reach.
    fn link_at(&self, at: Vec2) -> Option<&LinkPlace> {
        let distance =
            |link: &LinkPlace| link.lanes.iter().map(|lane| distance_to_line(at, *lane)).fold(f32::INFINITY, f32::min);
        let with_distance = self.links.iter().map(|link| (distance(link), link));
        let within_reach = with_distance.filter(|(distance, _)| *distance < MAX_LINK_DISTANCE);
        within_reach.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, link)| link)
    }
}

/// The link between two routers, or the ramp, at a point measured in PEs.
fn router_link(topology: &Topology, mesh: &Mesh, in_pes: Vec2, pitch: Vec2) -> Option<LinkId> {
    let (x, y) = ((in_pes.x as u32).min(mesh.width - 1), (in_pes.y as u32).min(mesh.height - 1));
    let parts = PeParts::new(pitch);
    let at = in_pes * pitch;
    let mut best: Option<(f32, LinkId)> = None;
    // Links of this router, and links of its neighbours that lead here.
    for (dx, dy) in [(0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)] {
        let Some((x, y)) = x.checked_add_signed(dx).zip(y.checked_add_signed(dy)) else { continue };
        if x >= mesh.width || y >= mesh.height {
            continue;
        }
        let center = (vec2(x as f32, y as f32) + 0.5) * pitch;
        for direction in Direction::ALL {
            let link = mesh.link_id(x, y, direction);
            if direction != Direction::Ramp && topology.ends(link).is_none() {
                continue;
            }
            let distance = distance_to_line(at, parts.lane_line(direction).map(|end| center + end));
            if distance < parts.half_width(direction).max(3.0) && best.is_none_or(|(nearest, _)| distance < nearest) {
                best = Some((distance, link));
            }
        }
    }
    best.map(|(_, link)| link)
}
