//! Several rings at once: along all axes of a mesh or torus in both directions, or around several cycles of a full mesh.

use super::axis_shares::{AxisOrder, LoadedAxis, axis_orders};
use super::cycles::disjoint_cycles;
use crate::fabric::{ChipAxes, ChipAxis, Fabric, FullMesh, LinkRun, Path, Topology};
use crate::plan::{Delays, Halves, MultiRings, Plan, PlanError, RingPart, RingSet, SymmetricRule, path_between};
use crate::units::Bytes;

/// Most chips: the paths of all rings are kept, about 100 bytes per chip and direction.
const MAX_CHIPS: u32 = 65_536;

/// Whether the chips of a topology can run several rings at once.
pub fn has_multi_rings(topology: &Topology) -> bool {
    match topology {
        Topology::Grid(_) | Topology::Torus(_) => (2..=MAX_CHIPS).contains(&topology.ranks()),
        Topology::FullMesh(mesh) => mesh.chips > 2,
        Topology::Switch(_) | Topology::Cluster(_) | Topology::Mesh(_) | Topology::Wafers(_) | Topology::Graph(_) => {
            false
        }
    }
}

/// An all-reduce, or one of its halves, over all links at once. While all chips do the same, one of them is simulated.
///
/// A torus with axes of d chips and w bytes/s per link and direction, all alike, takes
/// `2 S (n-1) / (n r) + 2 sum (d-1) (h + step)` with r = 2 w per axis: its bound and the latencies of the rings. So does
/// a full mesh with `n - 1` disjoint cycles, r = (n-1) w. On an open axis the way back from the last chip to the first
/// takes half of its capacity. Axes that differ take up to a quarter longer than their bound.
///
/// # Errors
/// [`PlanError::NoPath`] and [`PlanError::NoAlternatePath`] if no path joins two neighbours of a ring,
/// [`PlanError::TooMany`] if there are too many sends; [`PlanError::DoesNotFit`] for other topologies.
pub fn multi_rings(fabric: &Fabric, halves: Halves, message: Bytes, delays: &Delays) -> Result<Plan, PlanError> {
    let (sets, parts) = match &fabric.topology {
        Topology::Grid(grid) => along_axes(fabric, grid, halves)?,
        Topology::Torus(torus) => along_axes(fabric, torus, halves)?,
        Topology::FullMesh(mesh) => around_cycles(fabric, mesh)?,
        Topology::Switch(_) | Topology::Cluster(_) | Topology::Mesh(_) | Topology::Wafers(_) | Topology::Graph(_) => {
            return Err(PlanError::DoesNotFit("multi-ring"));
        }
    };
    let rings = MultiRings::new(fabric, (sets, parts), halves, message, delays)?;
    let stands_for_all = rings.is_regular() && delays.is_even() && fabric.changed().is_empty();
    let plan = Plan::from_symmetric(SymmetricRule::Multi(rings), delays.launch);
    if !stands_for_all {
        // Nothing stands for all: the event loop needs every send.
        plan.check_written_out()?;
    }
    Ok(plan)
}

/// A part for every order of the axes and both directions.
fn along_axes(
    fabric: &Fabric,
    chips: &dyn ChipAxes,
    halves: Halves,
) -> Result<(Vec<RingSet>, Vec<RingPart>), PlanError> {
    let ranks = fabric.topology.ranks();
    let all = chips.chip_axes();
    let used: Vec<(usize, &ChipAxis)> = all.iter().enumerate().filter(|(_, axis)| axis.length > 1).collect();
    // The way back along an open axis crosses all of its links once more.
    let loaded = |(_, axis): &(usize, &ChipAxis)| {
        let capacity = if axis.wraps { axis.capacity.0 } else { axis.capacity.0 / 2.0 };
        LoadedAxis { length: axis.length, capacity }
    };
    let orders = axis_orders(&used.iter().map(loaded).collect::<Vec<_>>(), halves);
    let mut sets = Vec::new();
    for &(number, axis) in &used {
        for forwards in [true, false] {
            let position = |rank: u32| if forwards { axis.place(rank) } else { axis.length - 1 - axis.place(rank) };
            let sends = (0..ranks).map(|rank| {
                let to = next_along(axis, rank, forwards);
                let link = chips.link_along(rank, number, forwards);
                let is_whole = fabric.topology.ends(link).is_some() && !fabric.is_down(link);
                let path = if is_whole { vec![LinkRun::one(link)] } else { path_between(fabric, rank, to)? };
                Ok((to, path))
            });
            let sends = sends.collect::<Result<Vec<(u32, Path)>, PlanError>>()?;
            sets.push(RingSet::new(axis.length, (0..ranks).map(position).collect(), sends));
        }
    }
    let both_directions = |order: &AxisOrder| {
        [0, 1].map(|backwards| RingPart {
            weight: order.weight,
            sets: order.axes.iter().map(|axis| 2 * axis + backwards).collect(),
        })
    };
    let parts = orders.iter().flat_map(both_directions).collect();
    Ok((sets, parts))
}

/// The next rank of a ring along an axis.
fn next_along(axis: &ChipAxis, rank: u32, forwards: bool) -> u32 {
    let (place, back) = (axis.place(rank), (axis.length - 1) * axis.stride);
    match (forwards, place) {
        (true, place) if place + 1 == axis.length => rank - back,
        (true, _) => rank + axis.stride,
        (false, 0) => rank + back,
        (false, _) => rank - axis.stride,
    }
}

/// A part for every cycle.
fn around_cycles(fabric: &Fabric, mesh: &FullMesh) -> Result<(Vec<RingSet>, Vec<RingPart>), PlanError> {
    let mut sets = Vec::new();
    for cycle in disjoint_cycles(mesh.chips) {
        let (mut position, mut next) = (vec![0; cycle.len()], vec![0; cycle.len()]);
        for (place, &rank) in (0..).zip(&cycle) {
            position[rank as usize] = place;
            next[rank as usize] = cycle[(place as usize + 1) % cycle.len()];
        }
        let sends = (0..).zip(next).map(|(rank, to)| Ok((to, path_between(fabric, rank, to)?)));
        let sends = sends.collect::<Result<Vec<(u32, Path)>, PlanError>>()?;
        sets.push(RingSet::new(mesh.chips, position, sends));
    }
    let parts = (0..sets.len()).map(|set| RingPart { weight: 1, sets: vec![set] }).collect();
    Ok((sets, parts))
}
