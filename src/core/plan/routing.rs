//! The path from rank to rank over links that are up.

use super::error::PlanError;
use crate::fabric::{Fabric, LinkId, LinkRun, Node, Path, Topology, detour, shortest};

/// Largest fabric, in chips, on which a path is searched as a whole. The search visits every chip for every pair whose
/// usual path is down.
const MAX_SEARCHED: u32 = 65_536;

/// The path from one rank to another over links that are up: the path of the topology; on a mesh or torus also the one
/// that takes the column first; otherwise a shortest path. On large fabrics each link that is down is bypassed on its
/// own, because a whole search would take too long.
///
/// # Errors
/// [`PlanError::NoPath`] if no links join the two ranks, [`PlanError::NoAlternatePath`] if a needed link is down and
/// nothing leads around it.
pub fn path_between(fabric: &Fabric, from: u32, to: u32) -> Result<Path, PlanError> {
    let path = fabric.topology.path(from, to).ok_or(PlanError::NoPath { from, to })?;
    let is_up = |path: &Path| !path.iter().any(|links| down_links(fabric, links).next().is_some());
    if is_up(&path) {
        return Ok(path);
    }
    if let Topology::Grid(grid) = &fabric.topology {
        let other = grid.column_first(from, to);
        if is_up(&other) {
            return Ok(other);
        }
    }
    let down = || path.iter().flat_map(|links| down_links(fabric, links)).next().map(|link| fabric.link_name(link));
    let no_alternate_path = || PlanError::NoAlternatePath(down().unwrap_or_default());
    if fabric.topology.node_count() <= MAX_SEARCHED {
        let links = shortest(fabric, Node(from), Node(to)).ok_or_else(no_alternate_path)?;
        return Ok(links.into_iter().map(LinkRun::one).collect());
    }
    let mut rerouted = Path::new();
    for link in path.iter().flat_map(LinkRun::links) {
        if fabric.is_down(link) {
            let links = detour(fabric, link).ok_or_else(no_alternate_path)?;
            rerouted.extend(links.into_iter().map(LinkRun::one));
        } else {
            rerouted.push(LinkRun::one(link));
        }
    }
    Ok(rerouted)
}

/// The links of a run that are down.
fn down_links<'a>(fabric: &'a Fabric, run: &'a LinkRun) -> impl Iterator<Item = LinkId> + 'a {
    let last = run.first.0.wrapping_add_signed(run.stride.wrapping_mul(run.count as i32 - 1));
    let (low, high) = (LinkId(run.first.0.min(last)), LinkId(run.first.0.max(last)));
    let step = run.stride.unsigned_abs().max(1);
    let changed = fabric.changed_between(low, high).iter();
    changed.filter(move |(link, share)| *share <= 0.0 && (link.0 - low.0).is_multiple_of(step)).map(|&(link, _)| link)
}
