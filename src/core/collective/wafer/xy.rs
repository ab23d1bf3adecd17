//! Reduction and all-reduce over a rectangle of PEs, each PE a rank: rows first, then the last column, then a broadcast.
//!
//! The order is that of the vendor's SDK benchmark (csl-examples, benchmark-libs/allreduce): row reduce into the last
//! column, column reduce downwards, broadcast from the bottom right corner. The lines may use any pattern.

use super::broadcast::broadcast;
use super::line_patterns::{Line, RowPattern};
use crate::fabric::{Direction, Mesh};
use crate::plan::{Delivery, Dep, Flow, Plan, PlanBuilder, RouteRun, TransferId};
use crate::units::Femtos;

/// The pattern of all rows and columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum XyPattern {
    /// Stars.
    Star,
    /// Chains: the vendor's.
    Chain,
    /// Binary trees.
    Tree,
    /// Groups of about the square root of the line's length.
    TwoPhase,
    /// The tree that the planner chooses for the length of the vector.
    AutoGen,
}

impl XyPattern {
    /// The pattern of one line of a mesh.
    pub fn on(self, mesh: &Mesh, length: u32, wavelets: f64) -> RowPattern {
        match self {
            XyPattern::Star => RowPattern::Star,
            XyPattern::Chain => RowPattern::Chain,
            XyPattern::Tree => RowPattern::Tree,
            XyPattern::TwoPhase => RowPattern::two_phase(length),
            XyPattern::AutoGen => RowPattern::auto_gen(mesh, length, wavelets),
        }
    }
}

/// Reduce into the bottom right corner in two phases. Chains take `2B + (h + p)(M + N - 2) - 1` cycles.
pub fn xy_reduce(mesh: &Mesh, pattern: XyPattern, wavelets: f64) -> Plan {
    let mut plan = PlanBuilder::new(Femtos(0));
    reduce(&mut plan, mesh, pattern, wavelets);
    plan.build()
}

/// All-reduce: [`xy_reduce`], then a broadcast over the rectangle that starts when the sum is complete.
pub fn xy_all_reduce(mesh: &Mesh, pattern: XyPattern, wavelets: f64) -> Plan {
    let mut plan = PlanBuilder::new(Femtos(0));
    let sums = reduce(&mut plan, mesh, pattern, wavelets);
    let corner = (mesh.width - 1, mesh.height - 1);
    broadcast(&mut plan, mesh, corner, wavelets * mesh.bytes_per_cycle, &Dep::tails(&sums));
    plan.build()
}

/// Reduce into the bottom right corner with chains as one reduce tree. The PEs of the last column receive two branches
/// each (their row and the column), so their ramps carry the stream twice. It takes as long as the two phases.
pub fn xy_in_tree_reduce(mesh: &Mesh, wavelets: f64) -> Plan {
    let mut plan = PlanBuilder::new(Femtos(0));
    let phase = plan.phase("reduce");
    let (width, height) = (mesh.width, mesh.height);
    let hop_and_add_fs = (mesh.hop_cycles + mesh.processing_cycles()) * mesh.cycle_fs();
    let hop_fs = mesh.hop_cycles * mesh.cycle_fs();
    // A row's sum must be in the last column when the column's stream passes it: later rows start later.
    let rows = [
        RouteRun::line(mesh.link_id(0, 0, Direction::East), 1, width - 1, 0.0, hop_and_add_fs, Flow::Reduce),
        RouteRun::line(mesh.link_id(1, 0, Direction::Ramp), 1, width - 1, hop_fs, hop_and_add_fs, Flow::Reduce),
    ]
    .map(|run| run.repeated(height, width as i32, hop_and_add_fs));
    let row_fs = f64::from(width - 1) * hop_and_add_fs;
    let stride = width as i32;
    let south = mesh.link_id(width - 1, 0, Direction::South);
    let ramp = mesh.link_id(width - 1, 0, Direction::Ramp).offset(stride);
    let column = [
        RouteRun::line(south, stride, height - 1, row_fs, hop_and_add_fs, Flow::Reduce),
        RouteRun::line(ramp, stride, height - 1, row_fs + hop_fs, hop_and_add_fs, Flow::Reduce),
    ];
    let additions = f64::from(width + height - 2);
    let latency = mesh.cycles(additions * (mesh.hop_cycles + mesh.processing_cycles()));
    let route = plan.route(rows.into_iter().chain(column), latency);
    plan.transfer(phase, route, wavelets * mesh.bytes_per_cycle, Delivery::Partial, &[]);
    plan.build()
}

/// Adds the two reduce phases. Returns the transfers that complete the sum in the corner.
fn reduce(plan: &mut PlanBuilder, mesh: &Mesh, pattern: XyPattern, wavelets: f64) -> Vec<TransferId> {
    let bytes = wavelets * mesh.bytes_per_cycle;
    let phase = plan.phase("reduce rows");
    let rows = Line::all_rows(mesh).reduce(plan, phase, pattern.on(mesh, mesh.width, wavelets), bytes, &|_| Vec::new());
    let phase = plan.phase("reduce column");
    // Rows are identical and end at the same time: each PE of the column waits for the row that is written out.
    let column = Line::last_column(mesh)
        .reduce(plan, phase, pattern.on(mesh, mesh.height, wavelets), bytes, &|_| Dep::tails(&rows));
    if column.is_empty() { rows } else { column }
}
