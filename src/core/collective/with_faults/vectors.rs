//! Where a stream adds the vectors of PEs.

use crate::fabric::{Direction, LinkId, Mesh};
use crate::plan::{Flow, Route};
use crate::units::Femtos;

/// A PE whose vector a stream adds.
pub struct AddedPe {
    /// The PE.
    pub pe: u32,
    /// Time from the stream's start until its head is there.
    pub at: Femtos,
}

/// A row in which a stream adds vectors.
pub struct AddedRow {
    /// The row.
    pub row: u32,
    /// Time from the stream's start until its head is at the first of them.
    pub at: Femtos,
}

/// The vectors that a stream adds: that of its source at once, and that of each PE whose ramp it passes as a sum.
pub struct AddedVectors {
    /// The PEs.
    pub pes: Vec<AddedPe>,
    /// The rows of these PEs, ascending.
    pub rows: Vec<AddedRow>,
}

impl AddedVectors {
    /// The vectors that a route adds.
    pub fn new(mesh: &Mesh, route: &Route) -> AddedVectors {
        let mut pes = Vec::new();
        let place = |link: LinkId| mesh.place(link).map(|(x, y, direction)| (y * mesh.width + x, direction));
        for run in route.runs.iter().filter(|run| run.flow == Flow::Reduce) {
            match place(run.first) {
                Some((_, Direction::Ramp)) => {
                    for (row, index) in (0..run.rows).flat_map(|row| (0..run.count).map(move |index| (row, index))) {
                        let pe = place(run.link(row, index));
                        pes.extend(pe.map(|(pe, _)| AddedPe { pe, at: run.offset(row, index) }));
                    }
                }
                Some((pe, _)) => pes.push(AddedPe { pe, at: run.offset(0, 0) }),
                None => {}
            }
        }
        let mut rows: Vec<AddedRow> =
            pes.iter().map(|added| AddedRow { row: added.pe / mesh.width, at: added.at }).collect();
        rows.sort_unstable_by_key(|added| (added.row, added.at));
        rows.dedup_by_key(|added| added.row);
        AddedVectors { pes, rows }
    }
}
