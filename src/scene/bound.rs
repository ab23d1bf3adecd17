//! The fabric's bound: what no all-reduce can beat on it, whatever the algorithm (engine-model 1.8, items 3 and 4).
//!
//! Message over the capacity of a rank's port and of every cut, and the way between the two ranks farthest apart.

use super::{FabricKind, SwitchedFabric, WaferFabric, WaferLayout};
use crate::units::Bytes;

/// Least seconds for an all-reduce of `message` bytes per rank.
pub(super) fn fabric_bound_s(kind: &FabricKind, message: Bytes) -> f64 {
    match kind {
        FabricKind::Switched(fabric) => switched_s(fabric, message),
        FabricKind::Wafer(fabric) => wafer_s(fabric, message),
    }
}

/// Where the switch adds and copies a rank sends and receives its message once; else it must send `2(n-1)/n` of it.
fn switched_s(fabric: &SwitchedFabric, message: Bytes) -> f64 {
    let ranks = f64::from(fabric.switch.ranks);
    let adds = fabric.machine.in_switch_reduction.value > 0.0;
    let share = if adds { 1.0 } else { 2.0 * (ranks - 1.0) / ranks };
    let port_s = share * message.0 as f64 / fabric.switch.capacity.0;
    port_s.max(2.0 * fabric.switch.latency.secs())
}

fn wafer_s(fabric: &WaferFabric, message: Bytes) -> f64 {
    let mesh = &fabric.mesh;
    let link = mesh.link_capacity().0;
    let (width, height) = (f64::from(mesh.width), f64::from(mesh.height));
    let bytes = message.0 as f64;
    match &fabric.layout {
        // A PE's port is its ramp; a straight cut is crossed by as many links as the mesh is wide or high.
        WaferLayout::PerPe { .. } => {
            let turns = if width > 1.0 && height > 1.0 { mesh.turn_cycles } else { 0.0 };
            let latency = (width + height - 2.0) * mesh.hop_cycles + turns + mesh.processing_cycles();
            (bytes / link).max(latency / mesh.clock_hz)
        }
        // A strip's edge is crossed by one link per row and direction; the nearest PEs of the outer strips are all
        // strips in between apart.
        WaferLayout::Strips { layout, .. } => {
            let hops = f64::from((layout.strips - 2) * layout.strip_width + 1);
            let latency = hops * mesh.hop_cycles + mesh.processing_cycles();
            (bytes / (height * link)).max(latency / mesh.clock_hz)
        }
    }
}
