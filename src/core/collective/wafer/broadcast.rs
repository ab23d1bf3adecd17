//! The broadcast over a rectangle: one stream from a PE to all others, along the root's column and from there along all
//! rows.
//!
//! A router copies what passes to several outputs, so the stream crosses every link that it needs once (HPDC 2024:
//! `B + M + N - 2 + p` from a corner; from the centre the path is half as long).

use crate::fabric::{Direction, Mesh};
use crate::plan::{Delivery, Dep, Flow, Plan, PlanBuilder, RouteRun, TransferId};
use crate::units::Femtos;

/// Broadcast of `wavelets` from the bottom right corner to all PEs:
/// `B + (M + N - 2) h + p - 1` cycles, and one turn in a rectangle of several rows and columns.
pub fn grid_broadcast(mesh: &Mesh, wavelets: f64) -> Plan {
    let mut plan = PlanBuilder::new(Femtos(0));
    broadcast(&mut plan, mesh, (mesh.width - 1, mesh.height - 1), wavelets * mesh.bytes_per_cycle, &[]);
    plan.build()
}

/// Adds a broadcast of `bytes` from the PE at (x, y) that starts after `deps`.
pub fn broadcast(plan: &mut PlanBuilder, mesh: &Mesh, (x, y): (u32, u32), bytes: f64, deps: &[Dep]) -> TransferId {
    let phase = plan.phase("broadcast");
    let hop_fs = mesh.hop_cycles * mesh.cycle_fs();
    let turn_fs = mesh.turn_cycles * mesh.cycle_fs();
    let down = mesh.width as i32;
    // Each side: number of links, direction, step from PE to PE.
    let columns = [(y, Direction::North, -down), (mesh.height - 1 - y, Direction::South, down)];
    let rows = [(x, Direction::West, -1), (mesh.width - 1 - x, Direction::East, 1)];
    let mut runs = Vec::with_capacity(16);
    for (count, direction, step) in columns {
        runs.push(RouteRun::line(mesh.link_id(x, y, direction), step, count, 0.0, hop_fs, Flow::Broadcast));
        let ramp = mesh.link_id(x, y, Direction::Ramp).offset(step);
        runs.push(RouteRun::line(ramp, step, count, hop_fs, hop_fs, Flow::Broadcast));
    }
    for (count, direction, step) in rows {
        let links = RouteRun::line(mesh.link_id(x, y, direction), step, count, 0.0, hop_fs, Flow::Broadcast);
        let ramp = mesh.link_id(x, y, Direction::Ramp).offset(step);
        let ramps = RouteRun::line(ramp, step, count, hop_fs, hop_fs, Flow::Broadcast);
        // The root's row needs no turn; every other row turns off the column.
        for (others, _, to_row) in columns {
            for run in [&links, &ramps] {
                let first = run.first.offset(to_row);
                let offset_fs = run.offset_fs + hop_fs + turn_fs;
                runs.push(RouteRun { first, offset_fs, ..run.clone() }.repeated(others, to_row, hop_fs));
            }
        }
        runs.extend([links, ramps]);
    }
    let turn_cycles = if mesh.width > 1 && mesh.height > 1 { mesh.turn_cycles } else { 0.0 };
    let hops = f64::from(x.max(mesh.width - 1 - x)) + f64::from(y.max(mesh.height - 1 - y));
    let latency = mesh.cycles(hops * mesh.hop_cycles + turn_cycles + mesh.processing_cycles());
    let route = plan.route(runs, latency);
    plan.transfer(phase, route, bytes, Delivery::All, deps)
}
