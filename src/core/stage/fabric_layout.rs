//! What a layout holds: where the chips, links and boxes of one fabric are, in points from the window's top left.

use glam::{Vec2, vec2};

use super::camera::StageCamera;
use super::cell_grid::CellGrid;
use super::chip_kind::ChipKind;
use super::geometry::Rect;
use crate::fabric::LinkId;

/// A chip on the stage.
#[derive(Clone, Debug, PartialEq)]
pub struct ChipPlace {
    /// Its kind.
    pub kind: ChipKind,
    /// Its number among chips of its kind.
    pub index: u32,
    /// Where it is drawn.
    pub rect: Rect,
    /// Its node in the fabric; `None` for a box that stands for several.
    pub node: Option<u32>,
    /// The ranks that it stands for.
    pub ranks: CellGrid,
}

/// A link on the stage, drawn from source to sink.
#[derive(Clone, Debug, PartialEq)]
pub struct LinkPlace {
    /// The link, or the first of those that the line stands for. Between two dies: the middle link of the bundle.
    pub link: LinkId,
    /// All links that the line stands for. It shows the mean of their utilisations.
    pub all: CellGrid,
    /// The lanes that it is drawn as.
    pub lanes: Vec<[Vec2; 2]>,
    /// Width of a lane, points.
    pub width: f32,
}

/// Longer side of the locator, the small picture of a whole wafer, points.
const LOCATOR: f32 = 64.0;
/// Free space around the locator, points.
const LOCATOR_MARGIN: f32 = 28.0;

/// A wafer on the stage.
#[derive(Clone, Debug, PartialEq)]
pub struct WaferPlace {
    /// All PEs that applications can use.
    pub rect: Rect,
    /// Columns and rows of PEs in `rect`.
    pub size: [u32; 2],
    /// Column and row at which the used region begins.
    pub origin: [u32; 2],
    /// The used region.
    pub region: Rect,
    /// Columns at which a new die begins, and rows.
    pub die_lines: [Vec<u32>; 2],
}

impl WaferPlace {
    /// Width and height of a PE, points.
    pub fn pitch(&self) -> Vec2 {
        (self.rect.size() / vec2(self.size[0] as f32, self.size[1] as f32)).max(Vec2::splat(1e-6))
    }

    /// The centre of a PE of the used region.
    pub fn pe(&self, [x, y]: [u32; 2]) -> Vec2 {
        self.region.min + (vec2(x as f32, y as f32) + 0.5) * self.pitch()
    }
}

/// One fabric on the stage.
#[derive(Clone, Debug, PartialEq)]
pub struct FabricLayout {
    /// The fabric's cell of the stage.
    pub cell: Rect,
    /// The part of the cell in which the fabric is drawn.
    pub picture: Rect,
    /// Its chips.
    pub chips: Vec<ChipPlace>,
    /// Its links, by id.
    pub links: Vec<LinkPlace>,
    /// The wafer, if the fabric is one.
    pub wafer: Option<WaferPlace>,
    /// Boxes around trays, nodes and units, drawn behind everything.
    pub boxes: Vec<Rect>,
    /// Captions with the left end of each.
    pub captions: Vec<(Vec2, String)>,
    /// The visible part.
    pub camera: StageCamera,
}

impl FabricLayout {
    /// Where the locator is drawn if only a part of the wafer is used: beside that part or below it; `None` if there is
    /// no space.
    pub fn locator(&self) -> Option<Rect> {
        let wafer = self.wafer.as_ref().filter(|wafer| wafer.region != wafer.rect && self.camera.is_whole())?;
        let size = wafer.rect.size() * (LOCATOR / wafer.rect.size().max_element());
        let free = (wafer.region.min - self.picture.min).min(self.picture.max - wafer.region.max);
        let min = if free.x > size.x + LOCATOR_MARGIN {
            vec2(self.picture.min.x, wafer.region.max.y - size.y)
        } else if free.y > size.y + LOCATOR_MARGIN {
            vec2(self.picture.min.x, self.picture.max.y - size.y)
        } else {
            return None;
        };
        Some(Rect::new(min, min + size))
    }

    /// The part of the picture that the fabric covers, as fractions of the picture. Call it on a layout of the whole
    /// fabric.
    pub fn content(&self) -> Rect {
        let chips = self.chips.iter().map(|chip| chip.rect).chain(self.boxes.iter().copied());
        let covered = match &self.wafer {
            Some(wafer) => Some(wafer.region),
            None => chips.reduce(|all, rect| all.join(&rect)),
        };
        let fraction = |point: Vec2| (point - self.picture.min) / self.picture.size().max(Vec2::ONE);
        let all = Rect::new(Vec2::ZERO, Vec2::ONE);
        covered.map_or(all, |rect| Rect::new(fraction(rect.min), fraction(rect.max)).meet(&all))
    }

    /// The area that may be drawn on: the cell, or only the picture if the camera shows a part.
    pub fn clip(&self) -> Rect {
        if self.camera.is_whole() { self.cell } else { self.picture }
    }

    /// The line of a link, if it is drawn on its own.
    pub fn link(&self, id: LinkId) -> Option<&LinkPlace> {
        self.links.get(self.link_index(id)?)
    }

    /// The index of a link in `links`, if it is drawn on its own.
    pub fn link_index(&self, id: LinkId) -> Option<usize> {
        let index = self.links.binary_search_by_key(&id, |place| place.link).ok()?;
        self.links.get(index).is_some_and(|place| place.all.is_one()).then_some(index)
    }

    /// The line of a link, or of the links that it is drawn with.
    pub fn link_or_bundle(&self, id: LinkId) -> Option<&LinkPlace> {
        self.link(id).or_else(|| self.links.iter().find(|place| place.all.contains(id.0)))
    }

    /// Where a rectangle of the whole picture appears on the screen.
    pub(super) fn on_screen(&self, rect: Rect) -> Rect {
        self.camera.rect(rect, self.picture)
    }
}
