//! What stands at a point of the stage, and the camera that shows it large.

use glam::{Vec2, vec2};

use super::camera::StageCamera;
use super::fabric_layout::{ChipPlace, FabricLayout, LinkPlace};
use super::layout::Spot;
use super::selection::Item;
use super::wafer_detail::{MIN_PITCH, PeParts};
use crate::fabric::{Direction, LinkId, Mesh, Topology};

/// How near the pointer must be to a link, points.
const NEAR: f32 = 6.0;
/// Width of a PE from which single PEs can be picked, points.
const PE_PITCH: f32 = 3.0;

impl FabricLayout {
    /// What stands at a point of the stage.
    pub fn pick(&self, at: Vec2, topology: &Topology) -> Option<Item> {
        if !self.clip().contains(at) {
            return None;
        }
        if let (Some(wafer), Topology::Mesh(mesh)) = (&self.wafer, topology) {
            let pitch = wafer.pitch();
            if !wafer.region.contains(at) {
                return None;
            }
            if pitch.min_element() < PE_PITCH {
                return self.chip_at(at).map(|chip| Item::Chip(chip.kind, chip.index));
            }
            let place = (at - wafer.region.min) / pitch;
            let pe = [(place.x as u32).min(mesh.width - 1), (place.y as u32).min(mesh.height - 1)];
            let on_link =
                (pitch.min_element() >= MIN_PITCH).then(|| router_link(topology, mesh, place, pitch)).flatten();
            return Some(on_link.map_or(Item::Pe(pe), Item::Link));
        }
        match self.chip_at(at) {
            Some(chip) => Some(Item::Chip(chip.kind, chip.index)),
            None => self.link_at(at).map(Item::of_place),
        }
    }

    fn chip_at(&self, at: Vec2) -> Option<&ChipPlace> {
        self.chips.iter().rev().find(|chip| chip.rect.contains(at))
    }

    /// The link with the nearest lane, if one is near.
    fn link_at(&self, at: Vec2) -> Option<&LinkPlace> {
        let distance =
            |link: &LinkPlace| link.lanes.iter().map(|lane| off_line(at, *lane)).fold(f32::INFINITY, f32::min);
        let near = self.links.iter().map(|link| (distance(link), link)).filter(|(distance, _)| *distance < NEAR);
        near.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, link)| link)
    }

    /// The look that shows an item large in the middle; `None` for what is not on the stage.
    pub fn camera_for(&self, item: Item, topology: &Topology) -> Option<StageCamera> {
        let whole = |point: Vec2| self.camera.place(point, self.picture);
        if let (Some(wafer), Topology::Mesh(mesh)) = (&self.wafer, topology) {
            let pe = match item {
                Item::Pe(pe) => vec2(pe[0] as f32 + 0.5, pe[1] as f32 + 0.5),
                Item::Link(link) => {
                    let (x, y, direction) = mesh.place(link)?;
                    vec2(x as f32 + 0.5, y as f32 + 0.5) + step(direction) / 2.0
                }
                Item::Chip(kind, index) => {
                    let chip = self.chips.iter().find(|chip| chip.kind == kind && chip.index == index)?;
                    return Some(StageCamera::at(whole(chip.rect.center()), 0.25));
                }
                Item::Links(_) => return None,
            };
            let point = wafer.region.min + pe * wafer.pitch();
            // Six PEs side by side.
            let span = 6.0 * wafer.pitch().x / self.picture.size().x / self.camera.scale;
            return Some(StageCamera::at(whole(point), span));
        }
        let spot = match item {
            Item::Chip(kind, index) => Spot::Chip(kind, index),
            Item::Link(link) => Spot::Link(link),
            Item::Links(links) => Spot::Link(LinkId(links.ids(1).next()?)),
            Item::Pe(_) => return None,
        };
        if let Some(rect) = self.spot(topology, spot) {
            // Half of the picture, whichever way.
            let size = self.picture.size();
            let share = (rect.size() / size).max_element() * 2.0;
            let center = (rect.center() - self.picture.min) / size.max(Vec2::ONE);
            return Some(StageCamera::at(center, share));
        }
        let center = match item {
            Item::Chip(kind, index) => {
                self.chips.iter().find(|chip| chip.kind == kind && chip.index == index)?.rect.center()
            }
            Item::Link(link) => {
                let lanes = &self.link_or_bundle(link)?.lanes;
                let lane = lanes.get(lanes.len() / 2)?;
                (lane[0] + lane[1]) / 2.0
            }
            Item::Links(_) | Item::Pe(_) => return None,
        };
        Some(StageCamera::at(whole(center), 0.35))
    }
}

/// The way of a direction over the stage, in PEs.
pub fn step(direction: Direction) -> Vec2 {
    match direction {
        Direction::East => Vec2::X,
        Direction::West => Vec2::NEG_X,
        Direction::North => Vec2::NEG_Y,
        Direction::South => Vec2::Y,
        Direction::Ramp => vec2(0.33, 0.33),
    }
}

/// The link between two routers, or the ramp, at a place in PEs.
fn router_link(topology: &Topology, mesh: &Mesh, place: Vec2, pitch: Vec2) -> Option<LinkId> {
    let (x, y) = ((place.x as u32).min(mesh.width - 1), (place.y as u32).min(mesh.height - 1));
    let parts = PeParts::new(pitch);
    let at = place * pitch;
    let mut best: Option<(f32, LinkId)> = None;
    // Links of this router, and those of its neighbours that lead here.
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
            let distance = off_line(at, parts.way(direction).map(|end| center + end));
            if distance < parts.half_width(direction).max(3.0) && best.is_none_or(|(nearest, _)| distance < nearest) {
                best = Some((distance, link));
            }
        }
    }
    best.map(|(_, link)| link)
}

/// Distance of a point from a piece of a line.
fn off_line(at: Vec2, [from, to]: [Vec2; 2]) -> f32 {
    let way = to - from;
    let share = (at - from).dot(way) / way.length_squared().max(1e-9);
    at.distance(from + way * share.clamp(0.0, 1.0))
}
