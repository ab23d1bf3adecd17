//! The parts that every topology is laid out with: chips, lines and captions, added only where they are visible.

use glam::{Vec2, vec2};

use crate::fabric::LinkId;
use crate::stage::cell_grid::CellGrid;
use crate::stage::chip_kind::ChipKind;
use crate::stage::fabric_layout::{ChipPlace, FabricLayout, LinkPlace};
use crate::stage::geometry::Rect;

/// The most chips of a layout.
pub const MAX_CHIPS: usize = 5_000;
/// The most links of a layout.
pub const MAX_LINKS: usize = 20_000;

/// Height of a caption, points.
pub(super) const CAPTION: f32 = 18.0;
/// Chips and links farther than this from the picture are left out, points.
const OUTSIDE: f32 = 24.0;

impl FabricLayout {
    /// Whether a rectangle on the screen is in the picture or near it.
    pub(super) fn is_visible(&self, rect: Rect) -> bool {
        let visible = Rect::new(self.picture.min - OUTSIDE, self.picture.max + OUTSIDE);
        rect.touches(&visible)
    }

    /// Adds a chip at `rect` on the screen, unless it is outside the picture.
    pub(super) fn add_chip(&mut self, kind: ChipKind, index: u32, rect: Rect, node: Option<u32>, ranks: CellGrid) {
        if self.is_visible(rect) && self.chips.len() < MAX_CHIPS {
            self.chips.push(ChipPlace { kind, index, rect, node, ranks });
        }
    }

    /// Adds a line on the screen that stands for links, unless it is outside the picture.
    pub(super) fn add_line(&mut self, all: CellGrid, [from, to]: [Vec2; 2], width: f32) {
        let bounds = Rect::new(from.min(to), from.max(to));
        if !all.is_empty() && self.is_visible(bounds) && self.links.len() < MAX_LINKS {
            self.links.push(LinkPlace { link: LinkId(all.first), all, lanes: vec![[from, to]], width });
        }
    }

    /// Adds a line between two chips, from edge to edge, shifted a little to the right of the straight line so that both
    /// directions are visible.
    pub(super) fn add_between(&mut self, all: CellGrid, from: Rect, to: Rect, width: f32) {
        let (a, b) = (from.center(), to.center());
        let aside = (b - a).normalize_or_zero().perp() * (width + 1.2);
        let line = [from.leave(a + aside, b + aside), to.leave(b + aside, a + aside)];
        self.add_line(all, line, width);
    }

    /// Adds a caption, unless it is outside the picture.
    pub(super) fn add_caption(&mut self, at: Vec2, text: String) {
        if self.is_visible(Rect::new(at, at)) {
            self.captions.push((at, text));
        }
    }

    /// Applies the camera to a layout that was made for the whole picture, for fabrics whose parts are all placed.
    pub(super) fn apply_camera(&mut self) {
        let (camera, picture) = (self.camera, self.picture);
        if camera.is_whole() {
            return;
        }
        for rect in self.chips.iter_mut().map(|chip| &mut chip.rect).chain(&mut self.boxes) {
            *rect = camera.rect(*rect, picture);
        }
        // Lines grow with the square root of the scale: they stay visible, and they stay lines.
        let thicker = camera.scale.sqrt().min(5.0);
        for link in &mut self.links {
            link.width *= thicker;
            for end in link.lanes.iter_mut().flatten() {
                *end = camera.point(*end, picture);
            }
        }
        for (at, _) in &mut self.captions {
            *at = camera.point(*at, picture);
        }
        if let Some(wafer) = &mut self.wafer {
            wafer.rect = camera.rect(wafer.rect, picture);
            wafer.region = camera.rect(wafer.region, picture);
        }
    }

    /// A point of the screen as a point of the whole picture.
    pub(super) fn to_whole_picture(&self, point: Vec2) -> Vec2 {
        self.picture.min + self.camera.place(point, self.picture) * self.picture.size()
    }
}

/// The low and high end of box `index` in a row of `parts` equal boxes that share `length`; each fills `share` of its
/// part.
pub(super) fn part_of(from: f32, length: f32, parts: u32, index: u32, share: f32) -> (f32, f32) {
    let pitch = length / parts.max(1) as f32;
    let low = from + pitch * (index as f32 + (1.0 - share) / 2.0);
    (low, low + pitch * share)
}

/// Two parallel lines instead of one: there and back, each `aside` from the straight line.
pub(super) fn there_and_back(from: Vec2, to: Vec2, aside: f32) -> [[Vec2; 2]; 2] {
    let along = (to - from).normalize_or_zero();
    let aside = vec2(-along.y, along.x) * aside;
    [[from + aside, to + aside], [to - aside, from - aside]]
}
