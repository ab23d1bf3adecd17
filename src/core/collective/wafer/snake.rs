//! The snake: one chain through all PEs of a rectangle, row after row, into the bottom right corner.
//!
//! It adds at every PE and turns at both ends of each row, so it is slow for short vectors. Every link and every ramp
//! carries the vector once, so no reduction is faster for long ones (HPDC 2024).

use super::broadcast::broadcast;
use crate::fabric::{Direction, Mesh};
use crate::plan::{Delivery, Dep, Flow, Plan, PlanBuilder, RouteRun, TransferId};
use crate::units::Femtos;

/// Reduce into the bottom right corner: `B + (h + p)(M N - 1) - 1` cycles, and `2 (M - 1)` turns if rows have more
/// than one PE.
///
/// Every change of direction counts as a turn, although the core of a PE lies between: the stricter reading, since no
/// public measurement separates the two.
pub fn snake_reduce(mesh: &Mesh, wavelets: f64) -> Plan {
    let mut plan = PlanBuilder::new(Femtos(0));
    reduce(&mut plan, mesh, wavelets * mesh.bytes_per_cycle);
    plan.build()
}

/// All-reduce: [`snake_reduce`], then a broadcast from the corner.
pub fn snake_all_reduce(mesh: &Mesh, wavelets: f64) -> Plan {
    let mut plan = PlanBuilder::new(Femtos(0));
    let bytes = wavelets * mesh.bytes_per_cycle;
    let sum: Vec<Dep> = reduce(&mut plan, mesh, bytes).map(Dep::tail).into_iter().collect();
    broadcast(&mut plan, mesh, (mesh.width - 1, mesh.height - 1), bytes, &sum);
    plan.build()
}

/// Adds the chain as one transfer, with runs row by row. Returns `None` for a single PE.
fn reduce(plan: &mut PlanBuilder, mesh: &Mesh, bytes: f64) -> Option<TransferId> {
    if mesh.pe_count() < 2 {
        return None;
    }
    let phase = plan.phase("reduce along the snake");
    let (width, height) = (mesh.width, mesh.height);
    let hop_fs = mesh.hop_cycles * mesh.cycle_fs();
    let hop_and_add_fs = (mesh.hop_cycles + mesh.processing_cycles()) * mesh.cycle_fs();
    let turn_fs = if width > 1 { mesh.turn_cycles * mesh.cycle_fs() } else { 0.0 };
    let mut runs = Vec::with_capacity(4 * height as usize);
    for y in 0..height {
        // The last row flows east, into the corner; the snake turns at the end of each row.
        let east = (height - 1 - y).is_multiple_of(2);
        let (from, direction, step) = if east { (0, Direction::East, 1) } else { (width - 1, Direction::West, -1) };
        let row_fs = f64::from(y) * (f64::from(width) * hop_and_add_fs + 2.0 * turn_fs);
        let first_ramp = mesh.link_id(from, y, Direction::Ramp).offset(step);
        runs.push(RouteRun::line(
            mesh.link_id(from, y, direction),
            step,
            width - 1,
            row_fs,
            hop_and_add_fs,
            Flow::Reduce,
        ));
        runs.push(RouteRun::line(first_ramp, step, width - 1, row_fs + hop_fs, hop_and_add_fs, Flow::Reduce));
        if y + 1 < height {
            let end = width - 1 - from;
            let down_fs = row_fs + f64::from(width - 1) * hop_and_add_fs + turn_fs;
            runs.push(RouteRun::single(mesh.link_id(end, y, Direction::South), 1.0, down_fs, Flow::Reduce));
            runs.push(RouteRun::single(mesh.link_id(end, y + 1, Direction::Ramp), 1.0, down_fs + hop_fs, Flow::Reduce));
        }
    }
    let chain_fs = f64::from(mesh.pe_count() - 1) * hop_and_add_fs;
    let latency_fs = chain_fs + 2.0 * f64::from(height - 1) * turn_fs;
    let route = plan.route(runs, Femtos::from_f64(latency_fs));
    Some(plan.transfer(phase, route, bytes, Delivery::Partial, &[]))
}
