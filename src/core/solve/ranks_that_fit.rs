//! How many ranks of a fabric that was refused for its size would fit.

use crate::collective::{ChipAlgorithm, PlanCount, PlanError};
use crate::fabric::Topology;
use crate::scene::{ChipFabric, FabricKind, FabricScene};
use crate::simulate::{Budgeted, SimulateError, TooLarge};

/// An error of a run, with a number of ranks that fits if that is what it is about.
pub(super) fn of_error(scene: &FabricScene, error: SimulateError, ranks: u64) -> SimulateError {
    // The operations of a sequence have algorithms and groups of their own.
    if scene.sequence.is_some() {
        return error;
    }
    match error {
        SimulateError::TooLarge(refusal) => of_run(scene, refusal, ranks).into(),
        SimulateError::Plan(refusal) => of_plan(scene, refusal, ranks).into(),
        other @ (SimulateError::NoSuchLink(_)
        | SimulateError::LinkDown(_)
        | SimulateError::EmptyRoute(_)
        | SimulateError::BadDependency(_)
        | SimulateError::TooLong
        | SimulateError::Stuck(_)
        | SimulateError::MixedCapacityCohort(_)
        | SimulateError::FasterThanBound { .. }) => other,
    }
}

/// The refusal of a run, with a number of ranks that fits: memory and work grow with the transfers at least.
fn of_run(scene: &FabricScene, refusal: TooLarge, ranks: u64) -> TooLarge {
    // A run that was stopped would have needed more by an unknown amount: no number of ranks is known to fit.
    let largest_known = match refusal.budgeted {
        Budgeted::Memory => 0.95,
        Budgeted::Work => 0.5,
    };
    // Some of the memory grows less than the transfers.
    let share = refusal.limit as f64 / refusal.needed as f64 * 0.99;
    let power = match refusal.budgeted {
        Budgeted::Memory => power_of_transfers(scene),
        // How streams meet is not known for fewer ranks.
        Budgeted::Work => 1.0,
    };
    TooLarge { ranks_that_fit: fitting(ranks, share, power).filter(|_| share < largest_known), ..refusal }
}

/// The refusal of a plan, with a number of ranks that fits. Other errors stay as they are.
fn of_plan(scene: &FabricScene, refusal: PlanError, ranks: u64) -> PlanError {
    let PlanError::TooMany { needed, count, limit, .. } = refusal else { return refusal };
    let power = match count {
        PlanCount::Sends | PlanCount::Transfers | PlanCount::RouteRuns => Some(power_of_transfers(scene)),
        PlanCount::Deps => power_of_deps(scene),
        // How rows differ depends on what is slow and where.
        PlanCount::SplitTransfers | PlanCount::SplitLinks => None,
    };
    let ranks_that_fit = power.and_then(|power| fitting(ranks, limit as f64 / needed as f64, power));
    PlanError::TooMany { needed, count, limit, ranks_that_fit }
}

/// The ranks at which a count that grows with their power is `share` of what it is.
fn fitting(ranks: u64, share: f64, power: f64) -> Option<u64> {
    let fits = (ranks as f64 * share.powf(1.0 / power)) as u64;
    (fits >= 2).then_some(fits)
}

/// The power of the number of ranks with which the transfers of a plan grow; rather too low than too high, so that the
/// number of ranks that the text names does fit.
fn power_of_transfers(scene: &FabricScene) -> f64 {
    let FabricKind::Chips(ChipFabric { algorithm, topology, .. }) = &scene.kind else { return 1.0 };
    match algorithm {
        // Every rank sends once per step of its rows, columns and layers.
        ChipAlgorithm::Ring | ChipAlgorithm::MultiRing => match topology {
            Topology::Grid(_) => 1.5,
            Topology::Torus(_) => 4.0 / 3.0,
            Topology::Switch(_)
            | Topology::Cluster(_)
            | Topology::FullMesh(_)
            | Topology::Graph(_)
            | Topology::Mesh(_)
            | Topology::Wafers(_) => 2.0,
        },
        ChipAlgorithm::Snake | ChipAlgorithm::Hierarchical | ChipAlgorithm::Direct | ChipAlgorithm::Pairwise => 2.0,
        ChipAlgorithm::Nvls
        | ChipAlgorithm::DoubleBinaryTree
        | ChipAlgorithm::HalvingDoubling
        | ChipAlgorithm::NvlsTree
        | ChipAlgorithm::Chain
        | ChipAlgorithm::Shift => 1.0,
    }
}

/// The same of dependencies. In a direct exchange each part waits for those of all others.
fn power_of_deps(scene: &FabricScene) -> Option<f64> {
    let FabricKind::Chips(chips) = &scene.kind else { return None };
    Some(if chips.algorithm == ChipAlgorithm::Direct { 3.0 } else { power_of_transfers(scene) })
}
