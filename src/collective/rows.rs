//! Patterns along one row of PEs: broadcast and chain.

use super::plan::{Delivery, Phase, Plan, PlanBuilder, Run};
use crate::fabric::{Direction, Mesh};
use crate::units::Femtos;

/// Broadcast of `wavelets` from the west end of the first row to all PEs of it: `B + (P-1) h + p - 1` cycles.
pub fn row_broadcast(mesh: &Mesh, wavelets: f64) -> Plan {
    let mut plan = PlanBuilder::new(Femtos(0));
    let stage = plan.stage("broadcast");
    let hop_fs = mesh.hop_cycles * mesh.cycle_fs();
    let hops = mesh.width - 1;
    let links = Run::line(mesh.link_id(0, 0, Direction::East), 1, hops, 0.0, hop_fs, Phase::Copy);
    let ramps = Run::line(mesh.link_id(1, 0, Direction::Ramp), 1, hops, hop_fs, hop_fs, Phase::Copy);
    let latency = mesh.cycles(f64::from(hops) * mesh.hop_cycles + mesh.processing_cycles());
    let route = plan.route([links, ramps], latency);
    plan.transfer(stage, route, wavelets * mesh.bytes_per_cycle, Delivery::All, &[]);
    plan.build()
}

/// The vendor's chain along the first row into its east end: `B + (P-1)(h + p) - 1` cycles.
pub fn row_chain_reduce(mesh: &Mesh, wavelets: f64) -> Plan {
    let mut plan = PlanBuilder::new(Femtos(0));
    let stage = plan.stage("reduce row");
    let hops = mesh.width - 1;
    let route = plan.route(chain_runs(mesh, 0), chain_latency(mesh, hops));
    plan.transfer(stage, route, wavelets * mesh.bytes_per_cycle, Delivery::Partial, &[]);
    plan.build()
}

/// The links of a chain along row `y` into its east end: each PE adds its own vector on the way.
pub(super) fn chain_runs(mesh: &Mesh, y: u32) -> [Run; 2] {
    let hop_fs = mesh.hop_cycles * mesh.cycle_fs();
    let stage_fs = hop_fs + mesh.processing_cycles() * mesh.cycle_fs();
    let hops = mesh.width - 1;
    [
        Run::line(mesh.link_id(0, y, Direction::East), 1, hops, 0.0, stage_fs, Phase::Sum),
        Run::line(mesh.link_id(1, y, Direction::Ramp), 1, hops, hop_fs, stage_fs, Phase::Sum),
    ]
}

/// Time of the head through a chain of `hops` stages.
pub(super) fn chain_latency(mesh: &Mesh, hops: u32) -> Femtos {
    mesh.cycles(f64::from(hops) * (mesh.hop_cycles + mesh.processing_cycles()))
}
