//! Which algorithm among chips runs which operation on which fabric, and its plan.

use super::algorithm::{ChipAlgorithm, PlanInputs, RankLayout};
use super::{
    AllReduceHalf, Collective, Exchange, Halves, Plan, PlanError, RankOrder, Rooted, chain, channel_rings, direct,
    double_binary_tree, double_binary_tree_all_reduce, halving_doubling, has_multi_rings, multi_rings, nvls_all_reduce,
    nvls_half, nvls_rooted, nvls_tree_all_reduce, pairwise_all_to_all, ring_halves, rooted_rails, shift,
};
use crate::fabric::{Topology, Torus};
use crate::nccl::MeasuredInputs;

/// What an operation is made of, as far as plans are shared between operations.
enum Parts {
    /// Halves of an all-reduce.
    Halves(Halves),
    /// A message from the root or to it.
    Rooted(Rooted),
    AllToAll,
    Shift,
}

impl Parts {
    fn new(collective: Collective) -> Parts {
        match collective {
            Collective::AllReduce => Parts::Halves(Halves::Both),
            Collective::AllGather => Parts::Halves(Halves::ALL_GATHER),
            Collective::ReduceScatter => Parts::Halves(Halves::REDUCE_SCATTER),
            Collective::Broadcast => Parts::Rooted(Rooted::Broadcast),
            Collective::Reduce => Parts::Rooted(Rooted::Reduce),
            Collective::AllToAll => Parts::AllToAll,
            Collective::SendRecv => Parts::Shift,
        }
    }
}

/// Whether an algorithm runs an operation among these chips.
pub(super) fn fits_chips(algorithm: ChipAlgorithm, collective: Collective, layout: &RankLayout) -> bool {
    let RankLayout::Chips { topology, in_switch_reduction, measured } = *layout else { return false };
    match measured {
        Some(inputs) => fits_measured(algorithm, collective, inputs),
        None => runs(algorithm, &Parts::new(collective)) && fits_topology(algorithm, topology, in_switch_reduction),
    }
}

/// What NCCL has: for an all-reduce ring, tree, and NVLS in its form for one node or several; for others one algorithm.
fn fits_measured(algorithm: ChipAlgorithm, collective: Collective, inputs: &MeasuredInputs) -> bool {
    match collective {
        Collective::AllReduce => match algorithm {
            ChipAlgorithm::Ring | ChipAlgorithm::DoubleBinaryTree => true,
            ChipAlgorithm::Nvls => inputs.nvls && inputs.nodes == 1,
            ChipAlgorithm::NvlsTree => inputs.nvls && inputs.nodes > 1,
            ChipAlgorithm::MultiRing
            | ChipAlgorithm::Snake
            | ChipAlgorithm::HalvingDoubling
            | ChipAlgorithm::Direct
            | ChipAlgorithm::Hierarchical
            | ChipAlgorithm::Pairwise
            | ChipAlgorithm::Chain
            | ChipAlgorithm::Shift => false,
        },
        Collective::AllGather | Collective::ReduceScatter => algorithm == ChipAlgorithm::Ring,
        Collective::Broadcast | Collective::Reduce => algorithm == ChipAlgorithm::Chain,
        Collective::AllToAll => algorithm == ChipAlgorithm::Direct,
        Collective::SendRecv => algorithm == ChipAlgorithm::Shift,
    }
}

/// Whether an algorithm has a form for an operation.
fn runs(algorithm: ChipAlgorithm, parts: &Parts) -> bool {
    match algorithm {
        ChipAlgorithm::Ring | ChipAlgorithm::MultiRing | ChipAlgorithm::HalvingDoubling => {
            matches!(parts, Parts::Halves(_))
        }
        ChipAlgorithm::Snake => matches!(parts, Parts::Halves(_) | Parts::Shift),
        ChipAlgorithm::Nvls | ChipAlgorithm::Hierarchical => matches!(parts, Parts::Halves(_) | Parts::Rooted(_)),
        ChipAlgorithm::NvlsTree => matches!(parts, Parts::Halves(Halves::Both)),
        ChipAlgorithm::DoubleBinaryTree => matches!(parts, Parts::Halves(Halves::Both) | Parts::Rooted(_)),
        ChipAlgorithm::Direct => matches!(parts, Parts::Halves(_) | Parts::AllToAll),
        ChipAlgorithm::Pairwise => matches!(parts, Parts::AllToAll),
        ChipAlgorithm::Chain => matches!(parts, Parts::Rooted(_)),
        ChipAlgorithm::Shift => matches!(parts, Parts::Shift),
    }
}

fn fits_topology(algorithm: ChipAlgorithm, topology: &Topology, in_switch_reduction: bool) -> bool {
    match algorithm {
        ChipAlgorithm::Nvls => in_switch_reduction && matches!(topology, Topology::Switch(_)),
        ChipAlgorithm::NvlsTree => in_switch_reduction && matches!(topology, Topology::Cluster(_)),
        ChipAlgorithm::Hierarchical => matches!(topology, Topology::Cluster(_)),
        ChipAlgorithm::Snake => matches!(topology, Topology::Grid(_) | Topology::Torus(_)),
        ChipAlgorithm::MultiRing => has_multi_rings(topology),
        ChipAlgorithm::HalvingDoubling => topology.ranks().is_power_of_two(),
        ChipAlgorithm::Ring
        | ChipAlgorithm::DoubleBinaryTree
        | ChipAlgorithm::Direct
        | ChipAlgorithm::Pairwise
        | ChipAlgorithm::Chain
        | ChipAlgorithm::Shift => true,
    }
}

/// The plan of an operation with an algorithm.
///
/// # Errors
/// [`PlanError::DoesNotFit`] where it does not fit; else as the algorithm's function.
pub(super) fn build_chips(
    algorithm: ChipAlgorithm,
    topology: &Topology,
    inputs: &PlanInputs,
) -> Result<Plan, PlanError> {
    match Parts::new(inputs.collective) {
        Parts::Halves(halves) => build_halves(algorithm, topology, halves, inputs),
        Parts::Rooted(rooted) => build_rooted(algorithm, topology, rooted, inputs),
        Parts::AllToAll if algorithm == ChipAlgorithm::Direct => {
            direct(inputs.fabric, Exchange::AllToAll, inputs.message, inputs.delays)
        }
        Parts::AllToAll if algorithm == ChipAlgorithm::Pairwise => {
            pairwise_all_to_all(inputs.fabric, inputs.message, inputs.delays)
        }
        Parts::AllToAll => Err(PlanError::DoesNotFit(algorithm.id())),
        Parts::Shift => match (algorithm, topology) {
            (ChipAlgorithm::Shift, _) => shift(inputs.fabric, RankOrder::Straight, inputs.message, inputs.delays),
            (ChipAlgorithm::Snake, Topology::Grid(grid)) => {
                shift(inputs.fabric, RankOrder::Snake(grid.width), inputs.message, inputs.delays)
            }
            (ChipAlgorithm::Snake, Topology::Torus(torus)) => {
                shift(inputs.fabric, snake_through(torus), inputs.message, inputs.delays)
            }
            (other, _) => Err(PlanError::DoesNotFit(other.id())),
        },
    }
}

/// The order of a snake through all layers of a torus.
fn snake_through(torus: &Torus) -> RankOrder {
    RankOrder::Layers { width: torus.axes[0].length, height: torus.axes[1].length }
}

/// All-reduce, reduce-scatter and all-gather.
fn build_halves(
    algorithm: ChipAlgorithm,
    topology: &Topology,
    halves: Halves,
    inputs: &PlanInputs,
) -> Result<Plan, PlanError> {
    let PlanInputs { fabric, message, delays, first_partner, .. } = *inputs;
    let rings = |lengths: &[u32], order| ring_halves(fabric, lengths, (order, halves), message, delays);
    match (algorithm, topology, halves) {
        (ChipAlgorithm::Ring, Topology::Cluster(cluster), _) => channel_rings(fabric, cluster, halves, message, delays),
        (ChipAlgorithm::Ring, Topology::Grid(grid), _) => rings(&[grid.width, grid.height], RankOrder::Straight),
        (ChipAlgorithm::Ring, Topology::Torus(torus), _) => {
            rings(&torus.axes.map(|axis| axis.length), RankOrder::Straight)
        }
        (ChipAlgorithm::Ring, _, _) => rings(&[topology.ranks()], RankOrder::Straight),
        (ChipAlgorithm::Snake, Topology::Torus(torus), _) => rings(&[torus.chips()], snake_through(torus)),
        (ChipAlgorithm::MultiRing, _, _) => multi_rings(fabric, halves, message, delays),
        (ChipAlgorithm::Snake, Topology::Grid(grid), _) => rings(&[grid.chips()], RankOrder::Snake(grid.width)),
        (ChipAlgorithm::Nvls, Topology::Switch(switch), Halves::Both) => Ok(nvls_all_reduce(switch, message, delays)),
        (ChipAlgorithm::Nvls, Topology::Switch(switch), Halves::Only(half)) => {
            Ok(nvls_half(switch, half, message, delays))
        }
        (ChipAlgorithm::NvlsTree, Topology::Cluster(cluster), Halves::Both) => {
            nvls_tree_all_reduce(fabric, cluster, message, delays)
        }
        (ChipAlgorithm::Hierarchical, Topology::Cluster(cluster), _) => {
            rings(&[cluster.gpus_per_node, cluster.nodes], RankOrder::Straight)
        }
        (ChipAlgorithm::DoubleBinaryTree, _, Halves::Both) => double_binary_tree_all_reduce(fabric, message, delays),
        (ChipAlgorithm::HalvingDoubling, _, _) => {
            halving_doubling(fabric, halves, (message, delays), first_partner, false)
        }
        (ChipAlgorithm::Direct, _, _) => direct(fabric, Exchange::Halves(halves), message, delays),
        (other, _, Halves::Both | Halves::Only(AllReduceHalf::ReduceScatter | AllReduceHalf::AllGather)) => {
            Err(PlanError::DoesNotFit(other.id()))
        }
    }
}

/// Broadcast and reduce.
fn build_rooted(
    algorithm: ChipAlgorithm,
    topology: &Topology,
    rooted: Rooted,
    inputs: &PlanInputs,
) -> Result<Plan, PlanError> {
    let PlanInputs { fabric, message, delays, .. } = *inputs;
    match (algorithm, topology) {
        (ChipAlgorithm::Chain, _) => chain(fabric, rooted, message, delays, None),
        (ChipAlgorithm::DoubleBinaryTree, _) => double_binary_tree(fabric, rooted, message, delays),
        (ChipAlgorithm::Nvls, Topology::Switch(switch)) => Ok(nvls_rooted(switch, rooted, message, delays)),
        (ChipAlgorithm::Hierarchical, Topology::Cluster(cluster)) => {
            rooted_rails(fabric, cluster, rooted, message, delays)
        }
        (other, _) => Err(PlanError::DoesNotFit(other.id())),
    }
}
