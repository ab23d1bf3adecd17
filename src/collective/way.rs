//! The way from rank to rank over links that are up, and why a collective cannot be planned.

use crate::fabric::{Fabric, LinkId, LinkRun, Node, Path, Topology, detour, shortest};

/// Why a collective cannot be planned on a fabric.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// A link is down and nothing leads round it.
    #[error(
        "the plan needs {0}, which is down, and no way leads round it: repair it, or choose an algorithm or ranks that do not need it"
    )]
    NoWayRound(String),
    /// Two ranks are not joined.
    #[error("no way leads from chip {from} to chip {to}: join them by links")]
    NoWay {
        /// The sender.
        from: u32,
        /// The receiver.
        to: u32,
    },
    /// More transfers than can be numbered, or written out.
    #[error("the plan has {needed} {what} (limit {limit}): fewer ranks, or an algorithm of fewer steps would fit")]
    TooMany {
        /// How many it has.
        needed: u64,
        /// Of what.
        what: &'static str,
        /// How many are allowed.
        limit: u64,
    },
    /// The measured timing knows nothing of this.
    #[error("there is no measured timing of this algorithm here: choose another one, or timing ideal")]
    NotMeasured,
    /// Halving needs a power of two.
    #[error("halving-doubling needs a power of two of ranks, and there are {0}: another number of ranks, or a ring")]
    NotAPowerOfTwo(u32),
    /// The algorithm needs another kind of ranks or topology.
    #[error("algorithm `{0}` does not fit this fabric: choose another one")]
    DoesNotFit(&'static str),
}

/// Most transfers (or links of routes) that a plan writes out one by one: a ring of 1,024 ranks fits.
const MAX_LISTED: u64 = 2_200_000;
/// Most dependencies that it writes out.
const MAX_LISTED_DEPS: u64 = 8_000_000;

/// Refuses a plan that would be too long, before memory is taken.
pub(super) fn check_listed(transfers: u64, deps: u64) -> Result<(), PlanError> {
    if transfers > MAX_LISTED {
        return Err(PlanError::TooMany { needed: transfers, what: "transfers to write out", limit: MAX_LISTED });
    }
    if deps > MAX_LISTED_DEPS {
        return Err(PlanError::TooMany { needed: deps, what: "dependencies to write out", limit: MAX_LISTED_DEPS });
    }
    Ok(())
}

/// Most chips of a fabric on which a way round a cut is looked for as a whole, for every pair that needs one.
const MAX_SEARCHED: u32 = 65_536;

/// The way from one rank to another over links that are up: that of the shape; on a mesh or torus that which takes the
/// column first; else a shortest one. On large fabrics only the cut links are gone round.
pub(crate) fn way(fabric: &Fabric, from: u32, to: u32) -> Result<Path, PlanError> {
    let path = fabric.topology.path(from, to).ok_or(PlanError::NoWay { from, to })?;
    let up = |path: &Path| !path.iter().any(|leg| cuts(fabric, leg).next().is_some());
    if up(&path) {
        return Ok(path);
    }
    if let Topology::Grid(grid) = &fabric.topology {
        let other = grid.column_first(from, to);
        if up(&other) {
            return Ok(other);
        }
    }
    let cut = || path.iter().flat_map(|leg| cuts(fabric, leg)).next().map(|link| fabric.link_name(link));
    let no_way_round = || PlanError::NoWayRound(cut().unwrap_or_default());
    if fabric.topology.node_count() <= MAX_SEARCHED {
        let way = shortest(fabric, Node(from), Node(to)).ok_or_else(no_way_round)?;
        return Ok(way.into_iter().map(LinkRun::one).collect());
    }
    let mut round = Path::new();
    for link in path.iter().flat_map(LinkRun::links) {
        if fabric.is_down(link) {
            let way = detour(fabric, link).ok_or_else(no_way_round)?;
            round.extend(way.into_iter().map(LinkRun::one));
        } else {
            round.push(LinkRun::one(link));
        }
    }
    Ok(round)
}

/// The links of a leg that are down.
fn cuts<'a>(fabric: &'a Fabric, leg: &'a LinkRun) -> impl Iterator<Item = LinkId> + 'a {
    let last = leg.first.0.wrapping_add_signed(leg.stride.wrapping_mul(leg.count as i32 - 1));
    let (low, high) = (LinkId(leg.first.0.min(last)), LinkId(leg.first.0.max(last)));
    let step = leg.stride.unsigned_abs().max(1);
    let changed = fabric.changed_between(low, high).iter();
    changed.filter(move |(link, share)| *share <= 0.0 && (link.0 - low.0).is_multiple_of(step)).map(|&(link, _)| link)
}
