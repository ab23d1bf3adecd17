//! Which links a carpet shows, and what they are in words.

use crate::fabric::{Direction, LinkId, Mesh, Topology};
use crate::scene::{FabricKind, PerPeAlgorithm, WaferFabric, WaferLayout};
use crate::solve::FabricRun;
use crate::units::grouped;

/// Most rows of a carpet.
const MAX_ROWS: usize = 256;
/// Most links of a shape that are looked through.
const MAX_LINKS: u32 = 1 << 20;

/// The rows of a carpet.
pub(crate) struct Rows {
    /// The links of each row, neighbours by id.
    pub links: Vec<Vec<LinkId>>,
    /// What the rows are, for the legend.
    pub legend: String,
}

impl Rows {
    /// A row per link where there are few; else a row per group of neighbours.
    pub fn new(run: &FabricRun) -> Rows {
        match (&run.scene.kind, &run.fabric.topology) {
            (FabricKind::Wafer(wafer), Topology::Mesh(mesh)) => {
                let (links, legend) = wafer_links(wafer, mesh);
                Rows { links: links.into_iter().map(|link| vec![link]).collect(), legend }
            }
            (_, topology) => {
                // By class, as the ids are.
                let there: Vec<LinkId> = (0..topology.link_count().min(MAX_LINKS))
                    .map(LinkId)
                    .filter(|&link| topology.link(link).is_some())
                    .collect();
                let every = there.len().div_ceil(MAX_ROWS).max(1);
                let legend = match (topology, every) {
                    (Topology::Switch(switch), 1) => {
                        format!("each row a link: {0} ports up, {0} ports down", switch.ranks)
                    }
                    (_, 1) => format!("each row a link: {}, by class", there.len()),
                    _ => format!("each row {every} of {} links, by class", grouped(there.len() as u64)),
                };
                Rows { links: there.chunks(every).map(<[LinkId]>::to_vec).collect(), legend }
            }
        }
    }

    /// Of each row only the first link: where there are too many passages to count them all.
    pub fn sampled(self) -> Rows {
        let all: usize = self.links.iter().map(Vec::len).sum();
        let legend = format!("each row a link: {} of {}, by class", self.links.len(), grouped(all as u64));
        Rows { links: self.links.into_iter().map(|row| row.into_iter().take(1).collect()).collect(), legend }
    }
}

fn wafer_links(wafer: &WaferFabric, mesh: &Mesh) -> (Vec<LinkId>, String) {
    let middle_row = mesh.height / 2;
    let mut links = Vec::new();
    match &wafer.layout {
        WaferLayout::Strips { layout, .. } => {
            // Many strips: as many edges as can be told apart.
            let edges = layout.strips - 1;
            let shown = edges.min(32);
            let edge = |index: u32| ((index * edges) / shown + 1) * layout.strip_width;
            let columns: Vec<u32> = (0..shown).map(edge).collect();
            links.extend(columns.iter().map(|&x| mesh.link_id(x - 1, middle_row, Direction::East)));
            links.extend(columns.iter().map(|&x| mesh.link_id(x, middle_row, Direction::West)));
            let all = if shown == edges { String::new() } else { format!(" of {edges}") };
            (links, format!("each row a link: {shown}{all} strip edges east, {shown} west, in PE row {middle_row}"))
        }
        WaferLayout::PerPe { algorithm } => {
            let parts = 12;
            // The column where the rows' sums go on.
            let (column, name) = match algorithm {
                PerPeAlgorithm::CentreRooted => (mesh.width / 2, "middle"),
                PerPeAlgorithm::Ring => (mesh.width / 2, "middle"),
                PerPeAlgorithm::Xy(_) | PerPeAlgorithm::Snake => (mesh.width - 1, "last"),
            };
            let at = |part: u32, size: u32| (u64::from(size) * u64::from(part) / u64::from(parts)) as u32;
            for direction in [Direction::East, Direction::West] {
                links.extend((1..parts).map(|part| mesh.link_id(at(part, mesh.width), middle_row, direction)));
            }
            for direction in [Direction::South, Direction::North] {
                links.extend((1..parts).map(|part| mesh.link_id(column, at(part, mesh.height), direction)));
            }
            (links, format!("each row a link: PE row {middle_row} east and west, {name} column south and north"))
        }
    }
}
