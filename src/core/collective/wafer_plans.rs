//! Which algorithm on a wafer, or between wafers, runs which operation, and its plan.

use super::algorithm::{Algorithm, PerPeAlgorithm};
use super::{
    Broadcast, Collective, Delays, Halves, Plan, PlanError, RingMapping, Root, Rooted, StripLayout, XyPattern,
    centre_rooted_all_reduce, centre_rooted_broadcast, centre_rooted_reduce, grid_broadcast, snake_all_reduce,
    snake_reduce, strips_all_reduce, strips_direct, strips_rooted, wafer_ring_least_time, wafer_rings,
    wafer_tree_all_reduce, wafer_tree_rooted, xy_all_reduce, xy_reduce,
};
use crate::fabric::{Mesh, WaferCluster};
use crate::units::{Bytes, Femtos};

/// The halves of an all-reduce that an operation is. `None` for others.
fn halves_of(collective: Collective) -> Option<Halves> {
    match collective {
        Collective::AllReduce => Some(Halves::Both),
        Collective::AllGather => Some(Halves::ALL_GATHER),
        Collective::ReduceScatter => Some(Halves::REDUCE_SCATTER),
        Collective::AllToAll | Collective::Broadcast | Collective::Reduce | Collective::SendRecv => None,
    }
}

/// Whether an algorithm runs an operation among the PEs of a mesh.
pub(super) fn fits_per_pe(algorithm: PerPeAlgorithm, collective: Collective, mesh: &Mesh) -> bool {
    match algorithm {
        PerPeAlgorithm::Xy(_) | PerPeAlgorithm::Snake => {
            matches!(collective, Collective::AllReduce | Collective::Reduce)
        }
        // A line of PEs does not have four PEs in its centre.
        PerPeAlgorithm::CentreRooted => {
            let is_rooted = matches!(collective, Collective::AllReduce | Collective::Reduce | Collective::Broadcast);
            is_rooted && mesh.width > 1 && mesh.height > 1
        }
        PerPeAlgorithm::Ring => halves_of(collective).is_some(),
        PerPeAlgorithm::Multicast => collective == Collective::Broadcast,
    }
}

/// A time that an algorithm cannot beat, known without a plan. Zero where none is known.
pub(super) fn per_pe_least_time(
    algorithm: PerPeAlgorithm,
    collective: Collective,
    mesh: &Mesh,
    message: Bytes,
) -> Femtos {
    match (algorithm, halves_of(collective)) {
        (PerPeAlgorithm::Ring, Some(halves)) => {
            wafer_ring_least_time(mesh, halves, message.0 as f64 / mesh.bytes_per_cycle)
        }
        (
            PerPeAlgorithm::Ring
            | PerPeAlgorithm::Xy(_)
            | PerPeAlgorithm::Snake
            | PerPeAlgorithm::CentreRooted
            | PerPeAlgorithm::Multicast,
            _,
        ) => Femtos(0),
    }
}

/// The plan of an operation among the PEs of a mesh.
///
/// # Errors
/// [`PlanError::DoesNotFit`] where the algorithm does not fit; else as its function.
pub(super) fn build_per_pe(
    algorithm: PerPeAlgorithm,
    collective: Collective,
    mesh: &Mesh,
    message: Bytes,
) -> Result<Plan, PlanError> {
    let wavelets = message.0 as f64 / mesh.bytes_per_cycle;
    let does_not_fit = PlanError::DoesNotFit(Algorithm::PerPe(algorithm).id());
    match (algorithm, collective) {
        (PerPeAlgorithm::Xy(pattern), Collective::AllReduce) => Ok(xy_all_reduce(mesh, pattern, wavelets)),
        (PerPeAlgorithm::Xy(pattern), Collective::Reduce) => Ok(xy_reduce(mesh, pattern, wavelets)),
        (PerPeAlgorithm::Snake, Collective::AllReduce) => Ok(snake_all_reduce(mesh, wavelets)),
        (PerPeAlgorithm::Snake, Collective::Reduce) => Ok(snake_reduce(mesh, wavelets)),
        (PerPeAlgorithm::CentreRooted, Collective::AllReduce) => {
            centre_rooted_all_reduce(mesh, XyPattern::Star, wavelets).ok_or(does_not_fit)
        }
        (PerPeAlgorithm::CentreRooted, Collective::Reduce) => {
            centre_rooted_reduce(mesh, XyPattern::Star, wavelets).ok_or(does_not_fit)
        }
        (PerPeAlgorithm::CentreRooted, Collective::Broadcast) => Ok(centre_rooted_broadcast(mesh, wavelets)),
        (PerPeAlgorithm::Multicast, Collective::Broadcast) => Ok(grid_broadcast(mesh, wavelets)),
        (PerPeAlgorithm::Ring, _) => {
            let halves = halves_of(collective).ok_or(does_not_fit)?;
            wafer_rings(mesh, RingMapping::Line, halves, wavelets)
        }
        (
            PerPeAlgorithm::Xy(_) | PerPeAlgorithm::Snake | PerPeAlgorithm::CentreRooted | PerPeAlgorithm::Multicast,
            _,
        ) => Err(does_not_fit),
    }
}

/// Whether sums meet, and copies begin, in this strip for an operation.
pub(super) fn fits_strips(root: Root, collective: Collective) -> bool {
    match collective {
        Collective::AllReduce => root != Root::Each,
        Collective::Broadcast | Collective::Reduce => matches!(root, Root::Middle | Root::End),
        Collective::AllGather | Collective::ReduceScatter | Collective::AllToAll | Collective::SendRecv => {
            root == Root::Each
        }
    }
}

/// The plan of an operation among strips.
///
/// # Errors
/// [`PlanError::DoesNotFit`] where the root does not fit, [`PlanError::TooMany`] for too many strips.
pub(super) fn build_strips(
    (root, broadcast): (Root, Broadcast),
    collective: Collective,
    (mesh, layout): (&Mesh, &StripLayout),
    message: Bytes,
) -> Result<Plan, PlanError> {
    if !fits_strips(root, collective) {
        return Err(PlanError::DoesNotFit(Algorithm::Strips(root).id()));
    }
    match collective {
        Collective::AllReduce => Ok(strips_all_reduce(mesh, layout, message, root, broadcast)),
        Collective::Broadcast => Ok(strips_rooted(mesh, layout, message, root, Rooted::Broadcast)),
        Collective::Reduce => Ok(strips_rooted(mesh, layout, message, root, Rooted::Reduce)),
        Collective::AllGather | Collective::ReduceScatter | Collective::AllToAll | Collective::SendRecv => {
            strips_direct(mesh, layout, message, collective)
        }
    }
}

/// The plan of an operation among wafers under a tree.
///
/// # Errors
/// [`PlanError::DoesNotFit`] for operations that the tree cannot do.
pub(super) fn build_wafers(
    collective: Collective,
    tree: &WaferCluster,
    message: Bytes,
    delays: &Delays,
) -> Result<Plan, PlanError> {
    match collective {
        Collective::AllReduce => Ok(wafer_tree_all_reduce(tree, message, delays)),
        Collective::Broadcast => Ok(wafer_tree_rooted(tree, Rooted::Broadcast, message, delays)),
        Collective::Reduce => Ok(wafer_tree_rooted(tree, Rooted::Reduce, message, delays)),
        Collective::AllGather | Collective::ReduceScatter | Collective::AllToAll | Collective::SendRecv => {
            Err(PlanError::DoesNotFit(Algorithm::SwarmxTree.id()))
        }
    }
}
