//! Where the chips and links of each kind of fabric stand, as detailed as they are large on the screen.
//!
//! Places are the same at every zoom: looking closer only adds detail. What is too small on the screen is drawn as one
//! box or one line that stands for several; what is not seen is not placed. So a layout never has more than
//! [`MAX_CHIPS`] chips and [`MAX_LINKS`] links, whatever the fabric.
//!
//! | file | what |
//! |---|---|
//! | `switched` | GPUs round the switches of their machine |
//! | `cluster`, `cluster_plan` | nodes, rails, leaf and spine; the plan says where all of them stand |
//! | `chip_grid` | meshes and tori |
//! | `full_mesh` | chips with a direct link between every two |
//! | `graph` | links one by one |
//! | `wafer_tree` | wafers under their tree |
//! | `wafer` | the dies of one wafer |

mod chip_grid;
mod cluster;
mod cluster_plan;
mod full_mesh;
mod graph;
mod switched;
#[cfg(test)]
mod tests;
mod wafer;
mod wafer_tree;

pub(crate) use wafer::die_lines;

use glam::{Vec2, vec2};

use super::camera::StageCamera;
use super::cell_grid::CellGrid;
use super::fabric_layout::{ChipKind, ChipPlace, FabricLayout, LinkPlace, Rect};
use crate::fabric::{LinkId, Topology};
use crate::scene::FabricKind;
use crate::solve::FabricRun;

/// Most chips that a layout places.
pub const MAX_CHIPS: usize = 5_000;
/// Most links that a layout places.
pub const MAX_LINKS: usize = 20_000;

/// Height of a fabric's header, points; in a low cell.
const HEADER: [f32; 2] = [96.0, 48.0];
/// Height of what stands below a picture, points; in a low cell.
const FOOTER: [f32; 2] = [72.0, 46.0];
/// Space at both sides, points; in a narrow cell.
const MARGIN: [f32; 2] = [28.0, 16.0];
/// A lower cell is low, points.
const LOW: f32 = 340.0;
/// A narrower cell is narrow, points.
const NARROW: f32 = 340.0;
/// Height of a caption, points.
const CAPTION: f32 = 18.0;
/// What is farther from the picture than this is not placed, points.
const BEYOND: f32 = 24.0;

impl FabricLayout {
    /// Places a fabric in its cell, the whole of it.
    pub fn new(run: &FabricRun, cell: Rect) -> FabricLayout {
        FabricLayout::with_camera(run, cell, StageCamera::WHOLE)
    }

    /// Places the part of a fabric that is looked at.
    pub fn with_camera(run: &FabricRun, cell: Rect, camera: StageCamera) -> FabricLayout {
        let (low, narrow) = (usize::from(cell.size().y < LOW), usize::from(cell.size().x < NARROW));
        let margin = MARGIN[narrow];
        let mut layout = FabricLayout {
            cell,
            picture: cell.inset(margin, HEADER[low], margin, FOOTER[low]),
            chips: Vec::new(),
            links: Vec::new(),
            wafer: None,
            boxes: Vec::new(),
            captions: Vec::new(),
            camera,
        };
        if cell.is_empty() {
            return layout;
        }
        match (&run.scene.kind, &run.fabric.topology) {
            (FabricKind::Wafer(wafer), Topology::Mesh(mesh)) => layout.place_wafer(wafer, mesh),
            (FabricKind::Chips(chips), Topology::Switch(switch)) => {
                layout.place_switched(chips.machine.nvlink(), switch)
            }
            (_, Topology::Cluster(cluster)) => layout.place_cluster(cluster),
            (_, Topology::Grid(grid)) => layout.place_grid(grid),
            (_, Topology::FullMesh(mesh)) => layout.place_full_mesh(mesh),
            (_, Topology::Graph(graph)) => layout.place_graph(graph),
            (_, Topology::Wafers(tree)) => layout.place_wafers(tree),
            (_, Topology::Mesh(_) | Topology::Switch(_)) => {}
        }
        layout.links.sort_by_key(|place| place.link);
        layout
    }

    /// Whether there is room for one line above and one below the picture only.
    pub fn is_low(&self) -> bool {
        self.cell.size().y < LOW
    }

    /// The place of a link, if it is drawn by itself.
    pub fn link(&self, id: LinkId) -> Option<&LinkPlace> {
        let place = self.links.binary_search_by_key(&id, |place| place.link).ok()?;
        self.links.get(place).filter(|place| place.all.is_one())
    }

    /// The place of a link, or of those that it is drawn with.
    pub fn link_or_bundle(&self, id: LinkId) -> Option<&LinkPlace> {
        self.link(id).or_else(|| self.links.iter().find(|place| place.all.contains(id.0)))
    }

    /// Where a place of the whole picture is seen.
    fn seen(&self, rect: Rect) -> Rect {
        self.camera.rect(rect, self.picture)
    }

    /// Whether a rectangle, as it is seen, lies in the picture or near it.
    fn in_sight(&self, seen: Rect) -> bool {
        let sight = Rect::new(self.picture.min - BEYOND, self.picture.max + BEYOND);
        seen.touches(&sight)
    }

    /// Adds a chip where it is seen; nothing if it is out of sight.
    fn add_chip(&mut self, kind: ChipKind, index: u32, seen: Rect, node: Option<u32>, ranks: CellGrid) {
        if self.in_sight(seen) && self.chips.len() < MAX_CHIPS {
            self.chips.push(ChipPlace { kind, index, rect: seen, node, ranks });
        }
    }

    /// Adds what stands for links as a line from point to point, where it is seen; nothing if it is out of sight.
    fn add_line(&mut self, all: CellGrid, [from, to]: [Vec2; 2], width: f32) {
        let around = Rect::new(from.min(to), from.max(to));
        if !all.is_empty() && self.in_sight(around) && self.links.len() < MAX_LINKS {
            self.links.push(LinkPlace { link: LinkId(all.first), all, lanes: vec![[from, to]], width });
        }
    }

    /// Adds a line between two chips, a little to its right, from edge to edge.
    fn add_between(&mut self, all: CellGrid, from: Rect, to: Rect, width: f32) {
        let (a, b) = (from.center(), to.center());
        let aside = (b - a).normalize_or_zero().perp() * (width + 1.2);
        let line = [from.leave(a + aside, b + aside), to.leave(b + aside, a + aside)];
        self.add_line(all, line, width);
    }

    /// Adds words that are written in sight only.
    fn add_caption(&mut self, at: Vec2, words: String) {
        if self.in_sight(Rect::new(at, at)) {
            self.captions.push((at, words));
        }
    }

    /// Makes what was placed as a whole larger, for fabrics whose parts are all placed.
    fn enlarge(&mut self) {
        let (camera, picture) = (self.camera, self.picture);
        if camera.is_whole() {
            return;
        }
        for rect in self.chips.iter_mut().map(|chip| &mut chip.rect).chain(&mut self.boxes) {
            *rect = camera.rect(*rect, picture);
        }
        // Lines grow with the root of the scale: thick enough to be seen, thin enough to stay lines.
        let thicker = camera.scale.sqrt().min(5.0);
        for link in &mut self.links {
            link.width *= thicker;
            for end in link.lanes.iter_mut().flatten() {
                *end = camera.point(*end, picture);
            }
        }
        for (place, _) in &mut self.captions {
            *place = camera.point(*place, picture);
        }
        if let Some(wafer) = &mut self.wafer {
            wafer.rect = camera.rect(wafer.rect, picture);
            wafer.region = camera.rect(wafer.region, picture);
        }
    }

    /// What may be drawn on: the cell, or of an enlarged fabric only its picture.
    pub fn clip(&self) -> Rect {
        if self.camera.is_whole() { self.cell } else { self.picture }
    }

    /// Where a chip or a link of the fabric stands in the whole picture, drawn or not, and the width that shows it well.
    pub(crate) fn spot(&self, topology: &Topology, spot: Spot) -> Option<Rect> {
        match topology {
            Topology::Cluster(cluster) => cluster_plan::ClusterPlan::new(cluster, self.picture).spot(cluster, spot),
            Topology::Grid(grid) => chip_grid::GridPlan::new(grid, self.picture).spot(grid, spot),
            Topology::Wafers(tree) => wafer_tree::TreePlan::new(tree, self.picture).spot(tree, spot),
            Topology::Switch(_) | Topology::FullMesh(_) | Topology::Graph(_) | Topology::Mesh(_) => None,
        }
    }
}

/// What is looked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Spot {
    /// A chip, by kind and number.
    Chip(ChipKind, u32),
    /// A link.
    Link(LinkId),
}

/// A box in a row of equal ones that share a length, with gaps between them.
fn part_of(from: f32, length: f32, parts: u32, index: u32, share: f32) -> (f32, f32) {
    let pitch = length / parts.max(1) as f32;
    let low = from + pitch * (index as f32 + (1.0 - share) / 2.0);
    (low, low + pitch * share)
}

/// Two lines side by side instead of one from point to point: there, and back.
fn there_and_back(from: Vec2, to: Vec2, aside: f32) -> [[Vec2; 2]; 2] {
    let way = (to - from).normalize_or_zero();
    let aside = vec2(-way.y, way.x) * aside;
    [[from + aside, to + aside], [to - aside, from - aside]]
}
