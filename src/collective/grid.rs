//! X-Y chain over a rectangle of PEs, each PE a rank: rows first, then the last column, then a flood back.
//!
//! The order is that of the vendor's SDK benchmark (csl-examples, benchmark-libs/allreduce): row reduce into the last
//! column, column reduce downwards, broadcast from the bottom right corner.

use super::plan::{Cohort, Delivery, Dep, Phase, Plan, PlanBuilder, Run, TransferId};
use super::rows::{chain_latency, chain_runs};
use crate::fabric::{Direction, Mesh};
use crate::units::Femtos;

/// Reduce into the bottom right corner in two stages: `2B + (h + p)(M + N - 2) - 1` cycles.
pub fn xy_chain_reduce(mesh: &Mesh, wavelets: f64) -> Plan {
    let mut plan = PlanBuilder::new(Femtos(0));
    reduce(&mut plan, mesh, wavelets);
    plan.build()
}

/// All-reduce: [`xy_chain_reduce`], then a flood over the rectangle that starts when the sum is whole.
pub fn xy_chain_all_reduce(mesh: &Mesh, wavelets: f64) -> Plan {
    let mut plan = PlanBuilder::new(Femtos(0));
    let sum = reduce(&mut plan, mesh, wavelets);
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
    plan.transfer(stage, route, wavelets * mesh.bytes_per_cycle, Delivery::All, &[Dep::tail(sum)]);
    plan.build()
}

/// Reduce into the bottom right corner as one in-tree: the PEs of the last column receive two branches each (their
/// row and the column), so their ramps carry the stream twice. Same time as the two stages.
pub fn xy_in_tree_reduce(mesh: &Mesh, wavelets: f64) -> Plan {
    let mut plan = PlanBuilder::new(Femtos(0));
    let stage = plan.stage("reduce");
    let (width, height) = (mesh.width, mesh.height);
    let stride = width as i32;
    let stage_fs = (mesh.hop_cycles + mesh.processing_cycles()) * mesh.cycle_fs();
    // Row y must have arrived in the last column when the column's stream passes there: later rows start later.
    let rows = chain_runs(mesh, 0).map(|run| run.repeated(height, stride, stage_fs));
    let row_time_fs = f64::from(width - 1) * stage_fs;
    let column = column_runs(mesh).map(|run| Run { offset_fs: run.offset_fs + row_time_fs, ..run });
    let latency = chain_latency(mesh, width + height - 2);
    let route = plan.route(rows.into_iter().chain(column), latency);
    plan.transfer(stage, route, wavelets * mesh.bytes_per_cycle, Delivery::Partial, &[]);
    plan.build()
}

/// Adds the two reduce stages; the second one's transfer holds the sum in the corner.
fn reduce(plan: &mut PlanBuilder, mesh: &Mesh, wavelets: f64) -> TransferId {
    let rows = plan.stage("reduce rows");
    let bytes = wavelets * mesh.bytes_per_cycle;
    // All rows do the same on links of their own: one transfer stands for them. The row that is written out is one
    // whose last ramp the column and the flood pass too, so that loads are seen where they meet.
    let written = 1.min(mesh.height - 1);
    let cohort = Cohort { copies: mesh.height, stride: mesh.width as i32, written };
    let route = plan.route(chain_runs(mesh, written), chain_latency(mesh, mesh.width - 1));
    let row = plan.cohort(rows, route, bytes, Delivery::Partial, &[], cohort);
    let column = plan.stage("reduce column");
    let route = plan.route(column_runs(mesh), chain_latency(mesh, mesh.height - 1));
    plan.transfer(column, route, bytes, Delivery::Partial, &[Dep::tail(row)])
}

/// The links of the chain down the last column.
fn column_runs(mesh: &Mesh) -> [Run; 2] {
    let (width, height) = (mesh.width, mesh.height);
    let hop_fs = mesh.hop_cycles * mesh.cycle_fs();
    let stage_fs = hop_fs + mesh.processing_cycles() * mesh.cycle_fs();
    let stride = width as i32;
    let south = mesh.link_id(width - 1, 0, Direction::South);
    let ramp = mesh.link_id(width - 1, 0, Direction::Ramp);
    [
        Run::line(south, stride, height - 1, 0.0, stage_fs, Phase::Sum),
        Run::line(ramp.offset(stride), stride, height - 1, hop_fs, stage_fs, Phase::Sum),
    ]
}
