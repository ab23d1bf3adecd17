//! Reduction and all-reduce over a rectangle of PEs, each PE a rank: rows first, then the last column, then a flood.
//!
//! The order is that of the vendor's SDK benchmark (csl-examples, benchmark-libs/allreduce): row reduce into the last
//! column, column reduce downwards, broadcast from the bottom right corner. Any pattern may serve for the lines.

use super::plan::{Delivery, Dep, Phase, Plan, PlanBuilder, Run, TransferId};
use super::rows::{Line, RowPattern};
use crate::fabric::{Direction, Mesh};
use crate::units::Femtos;

/// The pattern of rows and of columns.
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
}

impl XyPattern {
    fn on(self, length: u32) -> RowPattern {
        match self {
            XyPattern::Star => RowPattern::Star,
            XyPattern::Chain => RowPattern::Chain,
            XyPattern::Tree => RowPattern::Tree,
            XyPattern::TwoPhase => RowPattern::two_phase(length),
        }
    }
}

/// Reduce into the bottom right corner in two stages. Chains take `2B + (h + p)(M + N - 2) - 1` cycles.
pub fn xy_reduce(mesh: &Mesh, pattern: XyPattern, wavelets: f64) -> Plan {
    let mut plan = PlanBuilder::new(Femtos(0));
    reduce(&mut plan, mesh, pattern, wavelets);
    plan.build()
}

/// All-reduce: [`xy_reduce`], then a flood over the rectangle that starts when the sum is whole.
pub fn xy_all_reduce(mesh: &Mesh, pattern: XyPattern, wavelets: f64) -> Plan {
    let mut plan = PlanBuilder::new(Femtos(0));
    let sums = reduce(&mut plan, mesh, pattern, wavelets);
    let stage = plan.stage("broadcast");
    let (width, height) = (mesh.width, mesh.height);
    let hop_fs = mesh.hop_cycles * mesh.cycle_fs();
    let turn_fs = mesh.turn_cycles * mesh.cycle_fs();
    let last_row = mesh.link_id(width - 1, height - 1, Direction::West);
    let north = mesh.link_id(width - 1, height - 1, Direction::North);
    let up = Run::line(north, -(width as i32), height - 1, 0.0, hop_fs, Phase::Copy);
    // The bottom row needs no turn; every other row leaves the column round a corner.
    let bottom = Run::line(last_row, -1, width - 1, 0.0, hop_fs, Phase::Copy);
    let above = last_row.offset(-(width as i32));
    let others = Run::line(above, -1, width - 1, hop_fs + turn_fs, hop_fs, Phase::Copy).repeated(
        height - 1,
        -(width as i32),
        hop_fs,
    );
    let corner_ramp = mesh.link_id(width - 1, height - 1, Direction::Ramp);
    let bottom_ramps = Run::line(corner_ramp.offset(-1), -1, width - 1, hop_fs, hop_fs, Phase::Copy);
    let column_ramps =
        Run::line(corner_ramp.offset(-(width as i32)), -(width as i32), height - 1, hop_fs, hop_fs, Phase::Copy);
    let other_ramps =
        Run::line(corner_ramp.offset(-(width as i32) - 1), -1, width - 1, 2.0 * hop_fs + turn_fs, hop_fs, Phase::Copy)
            .repeated(height - 1, -(width as i32), hop_fs);
    let corners = if width > 1 && height > 1 { mesh.turn_cycles } else { 0.0 };
    let hops = f64::from(width + height - 2) * mesh.hop_cycles;
    let latency = mesh.cycles(hops + corners + mesh.processing_cycles());
    let runs = if height > 1 {
        vec![up, bottom, others, bottom_ramps, column_ramps, other_ramps]
    } else {
        vec![bottom, bottom_ramps]
    };
    let route = plan.route(runs, latency);
    plan.transfer(stage, route, wavelets * mesh.bytes_per_cycle, Delivery::All, &tails(&sums));
    plan.build()
}

/// Reduce into the bottom right corner with chains as one in-tree: the PEs of the last column receive two branches
/// each (their row and the column), so their ramps carry the stream twice. Same time as the two stages.
pub fn xy_in_tree_reduce(mesh: &Mesh, wavelets: f64) -> Plan {
    let mut plan = PlanBuilder::new(Femtos(0));
    let stage = plan.stage("reduce");
    let (width, height) = (mesh.width, mesh.height);
    let stage_fs = (mesh.hop_cycles + mesh.processing_cycles()) * mesh.cycle_fs();
    let hop_fs = mesh.hop_cycles * mesh.cycle_fs();
    // A row's sum must be in the last column when the column's stream passes there: later rows start later.
    let rows = [
        Run::line(mesh.link_id(0, 0, Direction::East), 1, width - 1, 0.0, stage_fs, Phase::Sum),
        Run::line(mesh.link_id(1, 0, Direction::Ramp), 1, width - 1, hop_fs, stage_fs, Phase::Sum),
    ]
    .map(|run| run.repeated(height, width as i32, stage_fs));
    let row_fs = f64::from(width - 1) * stage_fs;
    let stride = width as i32;
    let south = mesh.link_id(width - 1, 0, Direction::South);
    let ramp = mesh.link_id(width - 1, 0, Direction::Ramp).offset(stride);
    let column = [
        Run::line(south, stride, height - 1, row_fs, stage_fs, Phase::Sum),
        Run::line(ramp, stride, height - 1, row_fs + hop_fs, stage_fs, Phase::Sum),
    ];
    let stages = f64::from(width + height - 2);
    let latency = mesh.cycles(stages * (mesh.hop_cycles + mesh.processing_cycles()));
    let route = plan.route(rows.into_iter().chain(column), latency);
    plan.transfer(stage, route, wavelets * mesh.bytes_per_cycle, Delivery::Partial, &[]);
    plan.build()
}

/// Adds the two reduce stages; answers what the sum in the corner waits for.
fn reduce(plan: &mut PlanBuilder, mesh: &Mesh, pattern: XyPattern, wavelets: f64) -> Vec<TransferId> {
    let bytes = wavelets * mesh.bytes_per_cycle;
    let stage = plan.stage("reduce rows");
    let rows = Line::all_rows(mesh).reduce(plan, stage, pattern.on(mesh.width), bytes, &|_| Vec::new());
    let stage = plan.stage("reduce column");
    // Rows do the same and are done at the same time: each PE of the column waits for the one written out.
    let column = Line::last_column(mesh).reduce(plan, stage, pattern.on(mesh.height), bytes, &|_| tails(&rows));
    if column.is_empty() { rows } else { column }
}

fn tails(transfers: &[TransferId]) -> Vec<Dep> {
    transfers.iter().map(|&on| Dep::tail(on)).collect()
}
