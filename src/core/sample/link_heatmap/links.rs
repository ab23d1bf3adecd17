//! The links that a link heatmap shows, and its legend.

use crate::fabric::{Direction, LinkId, Mesh, Topology};
use crate::scene::{FabricKind, PerPeAlgorithm, WaferFabric, WaferLayout};
use crate::solve::FabricRun;
use crate::units::grouped;

/// The most rows of a link heatmap.
const MAX_ROWS: usize = 256;
/// The most links of a topology that are considered.
const MAX_LINKS: u32 = 1 << 20;

/// The rows of a link heatmap.
pub(crate) struct Rows {
    /// The links of each row, neighbours by id.
    pub links: Vec<Vec<LinkId>>,
    /// The legend.
    pub legend: String,
}

impl Rows {
    /// One row per link, or with many links one row per group of neighbours.
    pub fn new(run: &FabricRun) -> Rows {
        match (&run.scene.kind, &run.fabric.topology) {
            (FabricKind::Wafer(wafer), Topology::Mesh(mesh)) => {
                let (links, legend) = wafer_links(wafer, mesh);
                Rows { links: links.into_iter().map(|link| vec![link]).collect(), legend }
            }
            (_, topology) => {
                // In the order of ids, which is by class.
                let there: Vec<LinkId> = (0..topology.link_count().min(MAX_LINKS))
                    .map(LinkId)
                    .filter(|&link| topology.link(link).is_some())
                    .collect();
                let every = there.len().div_ceil(MAX_ROWS).max(1);
                let legend = match (topology, every) {
                    (Topology::Switch(switch), 1) => {
                        format!("one row per link: {0} ports up, {0} ports down", switch.ranks)
                    }
                    (_, 1) => format!("one row per link: {}, by class", there.len()),
                    _ => format!("{every} of {} links per row, by class", grouped(there.len() as u64)),
                };
                Rows { links: there.chunks(every).map(<[LinkId]>::to_vec).collect(), legend }
            }
        }
    }

    /// Keeps only the first link of each row, if all passages are too many.
    pub fn sampled(self) -> Rows {
        let all: usize = self.links.iter().map(Vec::len).sum();
        let legend = format!("one row per link: {} of {}, by class", self.links.len(), grouped(all as u64));
        Rows { links: self.links.into_iter().map(|row| row.into_iter().take(1).collect()).collect(), legend }
    }
}

fn wafer_links(wafer: &WaferFabric, mesh: &Mesh) -> (Vec<LinkId>, String) {
    let middle_row = mesh.height / 2;
    let mut links = Vec::new();
    match &wafer.layout {
        WaferLayout::Strips { layout, .. } => {
            // Of many strips, as many edges as are readable.
            let edges = layout.strips - 1;
            let shown = edges.min(32);
            let edge = |index: u32| ((index * edges) / shown + 1) * layout.strip_width;
            let columns: Vec<u32> = (0..shown).map(edge).collect();
            links.extend(columns.iter().map(|&x| mesh.link_id(x - 1, middle_row, Direction::East)));
            links.extend(columns.iter().map(|&x| mesh.link_id(x, middle_row, Direction::West)));
            let all = if shown == edges { String::new() } else { format!(" of {edges}") };
            (links, format!("one row per link: {shown}{all} strip edges east, {shown} west, in PE row {middle_row}"))
        }
        WaferLayout::PerPe { algorithm } => {
            let parts = 12;
            // The column in which the sums of the rows continue.
            let (column, name) = match algorithm {
                PerPeAlgorithm::CentreRooted => (mesh.width / 2, "middle"),
                PerPeAlgorithm::Ring => (mesh.width / 2, "middle"),
                PerPeAlgorithm::Xy(_) | PerPeAlgorithm::Snake | PerPeAlgorithm::Multicast => (mesh.width - 1, "last"),
            };
            let at = |part: u32, size: u32| (u64::from(size) * u64::from(part) / u64::from(parts)) as u32;
            for direction in [Direction::East, Direction::West] {
                links.extend((1..parts).map(|part| mesh.link_id(at(part, mesh.width), middle_row, direction)));
            }
            for direction in [Direction::South, Direction::North] {
                links.extend((1..parts).map(|part| mesh.link_id(column, at(part, mesh.height), direction)));
            }
            (links, format!("one row per link: PE row {middle_row} east and west, {name} column south and north"))
        }
    }
}
