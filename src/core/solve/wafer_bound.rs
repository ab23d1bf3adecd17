//! The bound of a single wafer: ramps where every PE is a rank, straight cuts between the columns of strips.

use std::collections::BTreeMap;

use super::demand::Demand;
use crate::collective::{Collective, StripLayout};
use crate::fabric::{Direction, Fabric, Mesh};
use crate::scene::{WaferFabric, WaferLayout};
use crate::units::Bytes;

/// Least seconds for an operation on a wafer, with what is slow or down. The root of a broadcast or a reduce may be any PE
/// or strip: the algorithm chooses it.
pub(crate) fn wafer_s(collective: Collective, wafer: &WaferFabric, fabric: &Fabric, message: Bytes) -> f64 {
    let bytes = message.0 as f64;
    let (bandwidth_s, latency) = match &wafer.layout {
        WaferLayout::PerPe { .. } => per_pe_s(collective, &wafer.mesh, fabric, bytes),
        WaferLayout::Strips { layout, .. } => (
            strips_cut_s(collective, (&wafer.mesh, layout), fabric, bytes),
            strips_latency(collective, &wafer.mesh, layout),
        ),
    };
    bandwidth_s.max(latency / wafer.mesh.clock_hz)
}

/// Seconds for the bytes, and cycles of latency. A PE's port is its ramp; a straight cut is crossed by as many links as
/// the mesh is wide or high.
fn per_pe_s(collective: Collective, mesh: &Mesh, fabric: &Fabric, bytes: f64) -> (f64, f64) {
    let link = mesh.link_capacity().0;
    let (width, height) = (f64::from(mesh.width), f64::from(mesh.height));
    let is_rooted = matches!(collective, Collective::Broadcast | Collective::Reduce);
    // The root may be in the centre.
    let hops = if is_rooted { f64::from(mesh.width / 2 + mesh.height / 2) } else { width + height - 2.0 };
    // At the corner a stream turns in the router, or is passed on by the core.
    let corner = mesh.turn_cycles.min(mesh.processing_cycles());
    let turns = if width > 1.0 && height > 1.0 { corner } else { 0.0 };
    let latency = hops * mesh.hop_cycles + turns + mesh.processing_cycles();
    let least = changed_links(mesh, fabric).filter(|&(_, direction, _)| direction == Direction::Ramp);
    // A slow ramp may be one that a broadcast or a reduce does not use.
    let least = if is_rooted { 1.0 } else { least.map(|(.., share)| share).fold(1.0, f64::min) };
    let ranks = width * height;
    let messages = match collective {
        Collective::AllReduce | Collective::Broadcast | Collective::Reduce | Collective::SendRecv => 1.0,
        Collective::AllGather | Collective::AllToAll => (ranks - 1.0) / ranks,
        // In: its part. Out: the rest, over the two links of a corner, or the one of an end.
        Collective::ReduceScatter => {
            let links = f64::from(u32::from(mesh.width > 1) + u32::from(mesh.height > 1));
            return (((ranks - 1.0) / ranks * bytes / links / link).max(bytes / ranks / (link * least)), latency);
        }
    };
    (messages * bytes / (link * least), latency)
}

/// Cycles of the way between the strips farthest apart: their nearest PEs are all strips in between apart.
fn strips_latency(collective: Collective, mesh: &Mesh, layout: &StripLayout) -> f64 {
    let between = match collective {
        Collective::AllReduce | Collective::AllGather | Collective::ReduceScatter | Collective::AllToAll => {
            layout.strips - 2
        }
        // The root may be in the middle.
        Collective::Broadcast | Collective::Reduce => layout.strips / 2 - 1,
        // The next strip may be the neighbour.
        Collective::SendRecv => 0,
    };
    f64::from(between * layout.strip_width + 1) * mesh.hop_cycles + mesh.processing_cycles()
}

/// The links of a wafer that are not as the others, as (column of the PE, direction, share of capacity left).
fn changed_links<'a>(mesh: &'a Mesh, fabric: &'a Fabric) -> impl Iterator<Item = (u32, Direction, f64)> + 'a {
    let places = fabric.changed().iter().filter_map(|&(link, share)| Some((mesh.place(link)?, share)));
    places.map(|((x, _, direction), share)| (x, direction, share))
}

/// What must pass the straight cuts between columns, over the links that are left of them, each way. A column class
/// passes if it has PEs on both sides of a cut: none at the rim and beyond the last strip, all w of them where a whole
/// strip lies on either side. Each carries its share of the message.
fn strips_cut_s(collective: Collective, (mesh, layout): (&Mesh, &StripLayout), fabric: &Fabric, bytes: f64) -> f64 {
    let (used, width) = (layout.strips * layout.strip_width, layout.strip_width);
    let whole = f64::from(mesh.height);
    // Messages of all classes together across the cut east of column x, eastwards and westwards.
    let pass = |x: u32| {
        let mut sum = Demand { into: 0.0, out_of: 0.0 };
        let (strips, classes) = (x / width, x % width + 1);
        for (classes, west) in [(classes, strips + 1), (width - classes, strips)] {
            if west > 0 && west < layout.strips {
                let one = Demand::new(collective, f64::from(layout.strips), f64::from(west), true);
                sum.into += f64::from(classes) * one.into;
                sum.out_of += f64::from(classes) * one.out_of;
            }
        }
        sum
    };
    let is_rooted = matches!(collective, Collective::Broadcast | Collective::Reduce);
    let pass_s = |x: u32, eastwards: bool, lost: f64| {
        let sum = pass(x);
        // The root may be on either side.
        let classes = if is_rooted {
            sum.into.max(sum.out_of)
        } else if eastwards {
            sum.out_of
        } else {
            sum.into
        };
        let capacity = (whole - lost).max(0.0) * mesh.link_capacity().0;
        if classes > 0.0 { bytes * classes / f64::from(width) / capacity } else { 0.0 }
    };
    let mut lost = BTreeMap::new();
    for (x, direction, share) in changed_links(mesh, fabric).filter(|_| !is_rooted) {
        // The cut is named by the column west of it.
        let cut = match direction {
            Direction::East => Some(x),
            Direction::West => x.checked_sub(1),
            Direction::North | Direction::South | Direction::Ramp => None,
        };
        if let Some(cut) = cut.filter(|cut| cut + 1 < used) {
            *lost.entry((cut, direction == Direction::East)).or_insert(0.0) += 1.0 - share;
        }
    }
    let edges = (1..layout.strips).flat_map(|strip| [true, false].map(|eastwards| (strip * width - 1, eastwards)));
    let cuts = lost.into_iter().map(|((x, eastwards), lost)| pass_s(x, eastwards, lost));
    cuts.chain(edges.map(|(x, eastwards)| pass_s(x, eastwards, 0.0))).fold(0.0, f64::max)
}
