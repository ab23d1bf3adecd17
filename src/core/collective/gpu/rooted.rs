//! Broadcast and reduce, on any fabric whose ranks are joined: a chain, and two trees. The root is rank 0.

use super::binary_tree::{BinaryTree, TreeDirection, TreePaths, later};
use super::exchange::measured_path;
use super::rate_cap::cap;
use crate::fabric::{Fabric, LinkId};
use crate::plan::{
    Delays, Delivery, Flow, MessageSlice, Plan, PlanBuilder, PlanError, Route, check_listed, path_between,
};
use crate::units::{Bytes, Femtos};

/// Whether the message leaves the root or ends in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rooted {
    /// Every rank receives the message of the root.
    Broadcast,
    /// The root receives the sum of all messages.
    Reduce,
}

impl Rooted {
    /// What its transfers carry.
    pub fn flow(self) -> Flow {
        match self {
            Rooted::Broadcast => Flow::Broadcast,
            Rooted::Reduce => Flow::Reduce,
        }
    }

    /// Who has the result when a stream arrives.
    pub(super) fn delivery(self) -> Delivery {
        match self {
            Rooted::Broadcast => Delivery::All,
            Rooted::Reduce => Delivery::Rank(0),
        }
    }

    /// The sender and the receiver of a hop between a rank and one that is farther from the root.
    pub(super) fn ends(self, near: u32, far: u32) -> (u32, u32) {
        match self {
            Rooted::Broadcast => (near, far),
            Rooted::Reduce => (far, near),
        }
    }
}

/// A chain through all ranks in order, in one stream: from the root to the last rank, or from the last rank to the root.
///
/// On a switch it takes `launch + S/c + (n-1) 2 h`. With a rate cap, the private link `capped` (`measured` timing), the
/// hops between nodes are spread over all NICs, as many channels do it.
///
/// # Errors
/// [`PlanError::NoPath`] or [`PlanError::NoAlternatePath`] if no path joins two neighbours, [`PlanError::TooMany`] for too
/// many ranks.
pub fn chain(
    fabric: &Fabric,
    rooted: Rooted,
    message: Bytes,
    delays: &Delays,
    capped: Option<LinkId>,
) -> Result<Plan, PlanError> {
    let ranks = fabric.topology.ranks();
    check_listed(4 * u64::from(ranks), 0)?;
    let mut plan = PlanBuilder::new(delays.launch);
    let phase = plan.phase(phase_name(rooted));
    let mut hops: Vec<Route> = Vec::with_capacity(ranks as usize);
    let mut latency = Femtos(0);
    let mut late = delays.start_of(0);
    for step in 1..ranks {
        let near = match rooted {
            Rooted::Broadcast => step - 1,
            Rooted::Reduce => ranks - 1 - step,
        };
        let (from, to) = rooted.ends(near, near + 1);
        let hop = Route::along(fabric, &measured_path(fabric, from, to, capped.is_some())?, rooted.flow());
        if rooted == Rooted::Reduce {
            late = late.max(delays.start_of(from).since(latency));
        }
        let runs = hop.runs.into_iter().map(|run| later(run, latency)).collect();
        latency = latency + hop.latency;
        hops.push(Route { runs, latency });
    }
    if rooted == Rooted::Reduce {
        late = late.max(delays.start_of(0).since(latency));
    }
    // The last hop stands first: a reader of the route takes links that lead on from the run before as one path.
    let runs = hops.into_iter().rev().flat_map(|hop| hop.runs);
    let route = plan.route(cap(capped, 0).into_iter().chain(runs), latency);
    let transfer = plan.transfer(phase, route, message.0 as f64, rooted.delivery(), &[]);
    plan.delay_start(transfer, late);
    Ok(plan.build())
}

/// Two binary trees over all ranks but the root, each with half of the message. Every rank is an inner node of one tree
/// at most, so no port carries more than the message (for an odd number of ranks).
///
/// On a switch it takes `launch + S/c + (1 + depth) 2 h`.
///
/// # Errors
/// As [`chain`].
pub fn double_binary_tree(fabric: &Fabric, rooted: Rooted, message: Bytes, delays: &Delays) -> Result<Plan, PlanError> {
    let ranks = fabric.topology.ranks();
    check_listed(8 * u64::from(ranks), 0)?;
    let mut plan = PlanBuilder::new(delays.launch);
    let phase = plan.phase(phase_name(rooted));
    let rank_of = |member: u32| member + 1;
    let paths = TreePaths { fabric, rank_of: &rank_of, spread: false };
    for (number, is_second) in [(0, false), (1, true)] {
        let tree = BinaryTree { members: ranks - 1, is_second };
        let top = rank_of(tree.member(0));
        let (from, to) = rooted.ends(0, top);
        let hop = Route::along(fabric, &path_between(fabric, from, to)?, rooted.flow());
        // When each label's vector is needed, and that of the root.
        let (runs, latency, needed, root_needed) = match rooted {
            Rooted::Broadcast => {
                let below = tree.in_direction(&paths, TreeDirection::Down, hop.latency)?;
                let runs: Vec<_> = below.runs.into_iter().chain(hop.runs).collect();
                (runs, below.latency, Vec::new(), Femtos(0))
            }
            Rooted::Reduce => {
                let below = tree.in_direction(&paths, TreeDirection::Up, Femtos(0))?;
                let last = hop.runs.into_iter().map(|run| later(run, below.latency));
                let runs: Vec<_> = last.chain(below.runs).collect();
                let latency = below.latency + hop.latency;
                (runs, latency, below.needed, latency)
            }
        };
        let route = plan.route(runs, latency);
        let transfer = plan.transfer(phase, route, message.0 as f64 / 2.0, rooted.delivery(), &[]);
        plan.carries(transfer, MessageSlice::one(number, 2));
        let late = needed.iter().zip(0..).map(|(&at, label)| delays.start_of(rank_of(tree.member(label))).since(at));
        plan.delay_start(transfer, late.max().unwrap_or_default().max(delays.start_of(0).since(root_needed)));
    }
    Ok(plan.build())
}

pub(super) fn phase_name(rooted: Rooted) -> &'static str {
    match rooted {
        Rooted::Broadcast => "broadcast",
        Rooted::Reduce => "reduce",
    }
}
