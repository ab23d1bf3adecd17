//! Builds the layout of a fabric, by topology.

use super::target::CameraTarget;
use super::{chip_grid, cluster_plan, wafer_tree};
use crate::fabric::Topology;
use crate::scene::FabricKind;
use crate::solve::FabricRun;
use crate::stage::camera::StageCamera;
use crate::stage::fabric_layout::FabricLayout;
use crate::stage::geometry::Rect;

/// Height of a fabric's header, points; in a low cell.
const HEADER: [f32; 2] = [96.0, 48.0];
/// Height of the footer below a picture, points; in a low cell.
const FOOTER: [f32; 2] = [72.0, 46.0];
/// Margin on both sides, points; in a narrow cell.
const MARGIN: [f32; 2] = [28.0, 16.0];
/// A lower cell is low, points.
const LOW: f32 = 340.0;
/// A narrower cell is narrow, points.
const NARROW: f32 = 340.0;

impl FabricLayout {
    /// The layout of a whole fabric in its cell.
    pub fn new(run: &FabricRun, cell: Rect) -> FabricLayout {
        FabricLayout::with_camera(run, cell, StageCamera::WHOLE)
    }

    /// The layout of the part of a fabric that the camera shows.
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
            (_, Topology::Torus(torus)) => layout.place_torus(torus),
            (_, Topology::FullMesh(mesh)) => layout.place_full_mesh(mesh),
            (_, Topology::Graph(graph)) => layout.place_graph(graph),
            (_, Topology::Wafers(tree)) => layout.place_wafers(tree),
            (_, Topology::Mesh(_) | Topology::Switch(_)) => {}
        }
        layout.links.sort_by_key(|place| place.link);
        layout
    }

    /// Whether there is space for one line of text only above and below the picture.
    pub fn is_low(&self) -> bool {
        self.cell.size().y < LOW
    }

    /// The part of the whole picture that shows a chip or a link well, whether it is drawn now or not; `None` for
    /// topologies whose chips are all placed, and for targets that do not exist.
    pub(crate) fn target_rect(&self, topology: &Topology, target: CameraTarget) -> Option<Rect> {
        match topology {
            Topology::Cluster(cluster) => {
                cluster_plan::ClusterPlan::new(cluster, self.picture).target_rect(cluster, target)
            }
            Topology::Grid(grid) => chip_grid::GridPlan::new(grid, self.picture).target_rect(grid, target),
            Topology::Wafers(tree) => wafer_tree::TreePlan::new(tree, self.picture).target_rect(tree, target),
            Topology::Switch(_)
            | Topology::Torus(_)
            | Topology::FullMesh(_)
            | Topology::Graph(_)
            | Topology::Mesh(_) => None,
        }
    }
}
