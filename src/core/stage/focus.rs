//! The camera that shows an item at a readable size.

use glam::{Vec2, vec2};

use super::camera::StageCamera;
use super::fabric_layout::FabricLayout;
use super::geometry::step;
use super::layout::CameraTarget;
use super::selection::Item;
use crate::fabric::{LinkId, Topology};

/// PEs side by side around a PE that is shown.
const PES_ACROSS: f32 = 6.0;
/// Fraction of the picture around a die that is shown.
const DIE_SPAN: f32 = 0.25;
/// Fraction of the picture around a chip or a link of a fabric whose chips are all placed.
const CHIP_SPAN: f32 = 0.35;

impl FabricLayout {
    /// The camera that shows an item in the middle; `None` if the item is not on the stage.
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
                    return Some(StageCamera::at(whole(chip.rect.center()), DIE_SPAN));
                }
                Item::Links(_) => return None,
            };
            let point = wafer.region.min + pe * wafer.pitch();
            let span = PES_ACROSS * wafer.pitch().x / self.picture.size().x / self.camera.scale;
            return Some(StageCamera::at(whole(point), span));
        }
        let target = match item {
            Item::Chip(kind, index) => CameraTarget::Chip(kind, index),
            Item::Link(link) => CameraTarget::Link(link),
            Item::Links(links) => CameraTarget::Link(LinkId(links.ids(1).next()?)),
            Item::Pe(_) => return None,
        };
        if let Some(rect) = self.target_rect(topology, target) {
            // The longer side fills half of the picture.
            let size = self.picture.size();
            let span = (rect.size() / size).max_element() * 2.0;
            let center = (rect.center() - self.picture.min) / size.max(Vec2::ONE);
            return Some(StageCamera::at(center, span));
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
        Some(StageCamera::at(whole(center), CHIP_SPAN))
    }
}
