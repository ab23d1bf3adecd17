//! Where fabrics, chips and links stand on the stage, in points from the top left of the window.

use glam::{Vec2, vec2};

use super::camera::StageCamera;
use super::cell_grid::CellGrid;
use crate::fabric::LinkId;

/// A rectangle, points, y down.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rect {
    /// Top left.
    pub min: Vec2,
    /// Bottom right.
    pub max: Vec2,
}

impl Rect {
    /// From two corners.
    pub fn new(min: Vec2, max: Vec2) -> Rect {
        Rect { min, max }
    }

    /// From the middle and the size.
    pub fn centered(center: Vec2, size: Vec2) -> Rect {
        Rect { min: center - size / 2.0, max: center + size / 2.0 }
    }

    /// Width and height.
    pub fn size(&self) -> Vec2 {
        self.max - self.min
    }

    /// The middle.
    pub fn center(&self) -> Vec2 {
        (self.min + self.max) / 2.0
    }

    /// The same, smaller by these amounts at left, top, right, bottom.
    pub fn inset(&self, left: f32, top: f32, right: f32, bottom: f32) -> Rect {
        let min = self.min + vec2(left, top);
        Rect { min, max: (self.max - vec2(right, bottom)).max(min) }
    }

    /// What it has in common with another one.
    pub fn meet(&self, other: &Rect) -> Rect {
        let min = self.min.max(other.min);
        Rect { min, max: self.max.min(other.max).max(min) }
    }

    /// Whether it has no area.
    pub fn is_empty(&self) -> bool {
        self.size().min_element() <= 0.0
    }

    /// Whether it has a point in common with another one.
    pub fn touches(&self, other: &Rect) -> bool {
        self.min.cmple(other.max).all() && other.min.cmple(self.max).all()
    }

    /// The smallest rectangle round both.
    pub fn join(&self, other: &Rect) -> Rect {
        Rect { min: self.min.min(other.min), max: self.max.max(other.max) }
    }

    /// Whether a point lies within.
    pub fn contains(&self, point: Vec2) -> bool {
        point.cmpge(self.min).all() && point.cmple(self.max).all()
    }

    /// As left, top, right, bottom.
    pub fn to_array(&self) -> [f32; 4] {
        [self.min.x, self.min.y, self.max.x, self.max.y]
    }

    /// Where the way from a point within towards another one leaves the rectangle; the point itself if it never does.
    pub(crate) fn leave(&self, from: Vec2, to: Vec2) -> Vec2 {
        let way = to - from;
        let share = |way: f32, to_min: f32, to_max: f32| match way {
            _ if way > 0.0 => to_max / way,
            _ if way < 0.0 => to_min / way,
            _ => f32::INFINITY,
        };
        let along = share(way.x, self.min.x - from.x, self.max.x - from.x).min(share(
            way.y,
            self.min.y - from.y,
            self.max.y - from.y,
        ));
        if (0.0..1.0).contains(&along) { from + way * along } else { from }
    }

    /// The largest rectangle of this aspect (width over height) in the middle.
    pub(crate) fn fit(&self, aspect: f32) -> Rect {
        let size = self.size();
        let fitted =
            if size.x > size.y * aspect { vec2(size.y * aspect, size.y) } else { vec2(size.x, size.x / aspect) };
        Rect::centered(self.center(), fitted)
    }
}

/// What a chip is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChipKind {
    /// A GPU: a rank.
    Gpu,
    /// A switch chip.
    Switch,
    /// A die of a wafer.
    Die,
    /// A leaf switch of a rail.
    Leaf,
    /// The leaf switches of all rails of a unit, where they are too small to be told apart.
    Leaves,
    /// The spine over the leaves.
    Spine,
    /// A node of a cluster, where its GPUs are too small to be told apart.
    Node,
    /// The square of nodes that share leaves: 2^n units by 2^n units.
    Units(u8),
    /// A chip of a mesh, torus or graph: a rank.
    Chip,
    /// 2^n by 2^n chips of a mesh or torus, where single ones are too small.
    Block(u8),
    /// A whole wafer: a rank.
    Wafer,
    /// All wafers below a tree node of this level, where single ones are too small.
    Wafers(u8),
    /// A node of the tree over wafers.
    TreeNode,
}

impl ChipKind {
    /// Whether it holds a vector of the collective by itself.
    pub fn is_rank(self) -> bool {
        matches!(self, ChipKind::Gpu | ChipKind::Chip | ChipKind::Wafer)
    }

    /// Whether it stands for several ranks.
    pub fn is_group(self) -> bool {
        matches!(self, ChipKind::Node | ChipKind::Units(_) | ChipKind::Block(_) | ChipKind::Wafers(_))
    }

    /// Whether it fills up with the finished sum.
    pub fn holds(self) -> bool {
        self.is_rank() || self.is_group() || self == ChipKind::Die
    }
}

/// A chip on the stage.
#[derive(Clone, Debug, PartialEq)]
pub struct ChipPlace {
    /// What it is.
    pub kind: ChipKind,
    /// Its number among its kind.
    pub index: u32,
    /// Where it stands.
    pub rect: Rect,
    /// Its node in the fabric, if it is one.
    pub node: Option<u32>,
    /// The ranks that it is, or stands for.
    pub ranks: CellGrid,
}

/// A link on the stage, from its source to its sink.
#[derive(Clone, Debug, PartialEq)]
pub struct LinkPlace {
    /// The link, or the first of those that it stands for; on a wafer the middle one of the bundle between two dies.
    pub link: LinkId,
    /// All links that it stands for: what is shown is the mean of their utilisations.
    pub all: CellGrid,
    /// The lanes that it is drawn as.
    pub lanes: Vec<[Vec2; 2]>,
    /// Width of a lane, points.
    pub width: f32,
}

/// Longer side of the small picture of a whole wafer, points.
const LOCATOR: f32 = 64.0;
/// Space that it needs round it, points.
const LOCATOR_ROOM: f32 = 28.0;

/// A wafer's picture.
#[derive(Clone, Debug, PartialEq)]
pub struct WaferPlace {
    /// All PEs that applications can use.
    pub rect: Rect,
    /// Columns and rows of PEs in `rect`.
    pub size: [u32; 2],
    /// Where the used region begins.
    pub origin: [u32; 2],
    /// The used region.
    pub region: Rect,
    /// Lines between dies: columns at which a new die begins, and rows.
    pub die_lines: [Vec<u32>; 2],
}

/// One fabric on the stage.
#[derive(Clone, Debug, PartialEq)]
pub struct FabricLayout {
    /// The fabric's part of the stage.
    pub cell: Rect,
    /// The picture within it.
    pub picture: Rect,
    /// Its chips.
    pub chips: Vec<ChipPlace>,
    /// Its links.
    pub links: Vec<LinkPlace>,
    /// If it is a wafer: the wafer.
    pub wafer: Option<WaferPlace>,
    /// Boxes round what belongs together: trays, nodes, units. Drawn behind everything.
    pub boxes: Vec<Rect>,
    /// Words for groups of chips, from their left middle.
    pub captions: Vec<(Vec2, String)>,
    /// Which part of it is seen.
    pub camera: StageCamera,
}

impl FabricLayout {
    /// Where the whole wafer is drawn small, of which only a part is used: beside that part, or below it; `None` where there
    /// is no room.
    pub fn locator(&self) -> Option<Rect> {
        let wafer = self.wafer.as_ref().filter(|wafer| wafer.region != wafer.rect && self.camera.is_whole())?;
        let size = wafer.rect.size() * (LOCATOR / wafer.rect.size().max_element());
        let room = (wafer.region.min - self.picture.min).min(self.picture.max - wafer.region.max);
        let min = if room.x > size.x + LOCATOR_ROOM {
            vec2(self.picture.min.x, wafer.region.max.y - size.y)
        } else if room.y > size.y + LOCATOR_ROOM {
            vec2(self.picture.min.x, self.picture.max.y - size.y)
        } else {
            return None;
        };
        Some(Rect::new(min, min + size))
    }

    /// The part of the picture that the fabric takes, as shares of it. Of a layout of the whole fabric.
    pub(crate) fn content(&self) -> Rect {
        let chips = self.chips.iter().map(|chip| chip.rect).chain(self.boxes.iter().copied());
        let taken = match &self.wafer {
            Some(wafer) => Some(wafer.region),
            None => chips.reduce(|all, rect| all.join(&rect)),
        };
        let share = |point: Vec2| (point - self.picture.min) / self.picture.size().max(Vec2::ONE);
        let all = Rect::new(Vec2::ZERO, Vec2::ONE);
        taken.map_or(all, |taken| Rect::new(share(taken.min), share(taken.max)).meet(&all))
    }
}

/// Smallest cell in which a fabric can be read, points.
const MIN_CELL: Vec2 = vec2(230.0, 150.0);

/// Splits the stage into equal cells, one per fabric: side by side, in two rows from four fabrics on. Where they would be
/// too small ([`is_crowded`]) the active fabric has the whole stage, and the cells of the others are empty.
pub fn stage_cells(stage: Rect, fabrics: usize, active: usize) -> Vec<Rect> {
    let fabrics = fabrics.max(1);
    if is_crowded(stage, fabrics) {
        let shown = active.min(fabrics - 1);
        let none = Rect::new(stage.min, stage.min);
        return (0..fabrics).map(|index| if index == shown { stage } else { none }).collect();
    }
    let columns = columns(fabrics);
    let size = cell_size(stage, fabrics);
    (0..fabrics)
        .map(|index| {
            let min = stage.min + size * vec2((index % columns) as f32, (index / columns) as f32);
            Rect::new(min, min + size)
        })
        .collect()
}

/// Whether the stage is too small for all fabrics at once. Of a smaller stage it is true, too.
pub fn is_crowded(stage: Rect, fabrics: usize) -> bool {
    fabrics > 1 && cell_size(stage, fabrics).cmplt(MIN_CELL).any()
}

fn columns(fabrics: usize) -> usize {
    fabrics.div_ceil(if fabrics > 3 { 2 } else { 1 })
}

fn cell_size(stage: Rect, fabrics: usize) -> Vec2 {
    let columns = columns(fabrics);
    stage.size() / vec2(columns as f32, fabrics.div_ceil(columns) as f32)
}

impl WaferPlace {
    /// Width and height of a PE, points.
    pub fn pitch(&self) -> Vec2 {
        (self.rect.size() / vec2(self.size[0] as f32, self.size[1] as f32)).max(Vec2::splat(1e-6))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_stage_shows_the_active_fabric_alone() {
        let stage = |width: f32, height: f32| Rect::new(vec2(10.0, 50.0), vec2(10.0 + width, 50.0 + height));
        let wide = stage_cells(stage(900.0, 600.0), 3, 1);
        assert!(wide.iter().all(|cell| cell.size() == vec2(300.0, 600.0)));
        let narrow = stage_cells(stage(640.0, 280.0), 3, 1);
        assert_eq!(narrow.iter().map(Rect::is_empty).collect::<Vec<_>>(), [true, false, true]);
        assert_eq!(narrow[1], stage(640.0, 280.0));
        assert!(!is_crowded(stage(640.0, 280.0), 2) && is_crowded(stage(640.0, 280.0), 4));
        assert!(!is_crowded(stage(100.0, 100.0), 1), "there is nobody to make room for");
    }
}
