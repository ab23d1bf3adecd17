//! The bound of a single wafer: ramps where every PE is a rank, straight cuts between the columns of strips.

use std::collections::BTreeMap;

use crate::collective::StripLayout;
use crate::fabric::{Direction, Fabric, Mesh};
use crate::scene::{WaferFabric, WaferLayout};
use crate::units::Bytes;

/// Least seconds for an all-reduce on a wafer, with what is slow or down.
pub(crate) fn wafer_s(wafer: &WaferFabric, fabric: &Fabric, message: Bytes) -> f64 {
    let mesh = &wafer.mesh;
    let link = mesh.link_capacity().0;
    let (width, height) = (f64::from(mesh.width), f64::from(mesh.height));
    let bytes = message.0 as f64;
    match &wafer.layout {
        // A PE's port is its ramp; a straight cut is crossed by as many links as the mesh is wide or high.
        WaferLayout::PerPe { .. } => {
            // At the corner a stream turns in the router, or is passed on by the core.
            let corner = mesh.turn_cycles.min(mesh.processing_cycles());
            let turns = if width > 1.0 && height > 1.0 { corner } else { 0.0 };
            let latency = (width + height - 2.0) * mesh.hop_cycles + turns + mesh.processing_cycles();
            let least = changed_links(mesh, fabric).filter(|&(_, direction, _)| direction == Direction::Ramp);
            let least = least.map(|(.., share)| share).fold(1.0, f64::min);
            (bytes / (link * least)).max(latency / mesh.clock_hz)
        }
        // The nearest PEs of the outer strips are all strips in between apart.
        WaferLayout::Strips { layout, .. } => {
            let hops = f64::from((layout.strips - 2) * layout.strip_width + 1);
            let latency = hops * mesh.hop_cycles + mesh.processing_cycles();
            let cut = strips_cut_s(mesh, layout, fabric, bytes);
            cut.max(latency / mesh.clock_hz)
        }
    }
}

/// The links of a wafer that are not as the others, as (column of the PE, direction, share of capacity left).
fn changed_links<'a>(mesh: &'a Mesh, fabric: &'a Fabric) -> impl Iterator<Item = (u32, Direction, f64)> + 'a {
    let places = fabric.changed().iter().filter_map(|&(link, share)| Some((mesh.place(link)?, share)));
    places.map(|((x, _, direction), share)| (x, direction, share))
}

/// What must pass the straight cut east of column x, over the links that are left of it, each way. A column class
/// passes if it has PEs on both sides: none at the rim and beyond the last strip, all w of them where a whole strip lies
/// on either side. Each carries its share of the message.
fn strips_cut_s(mesh: &Mesh, layout: &StripLayout, fabric: &Fabric, bytes: f64) -> f64 {
    let (used, width) = (layout.strips * layout.strip_width, layout.strip_width);
    let whole = f64::from(mesh.height);
    let pass_s = |x: u32, lost: f64| {
        let classes = f64::from((x + 1).min(used - 1 - x).min(width));
        let capacity = (whole - lost).max(0.0) * mesh.link_capacity().0;
        if classes > 0.0 { bytes * classes / f64::from(width) / capacity } else { 0.0 }
    };
    let mut lost = BTreeMap::new();
    for (x, direction, share) in changed_links(mesh, fabric) {
        // The cut is named by the column west of it.
        let cut = match direction {
            Direction::East => Some(x),
            Direction::West => x.checked_sub(1),
            Direction::North | Direction::South | Direction::Ramp => None,
        };
        if let Some(cut) = cut.filter(|cut| cut + 1 < used) {
            *lost.entry((cut, direction as u32)).or_insert(0.0) += 1.0 - share;
        }
    }
    let cuts = lost.into_iter().map(|((x, _), lost)| pass_s(x, lost));
    cuts.fold(pass_s(width - 1, 0.0), f64::max)
}
