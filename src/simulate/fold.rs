//! Plans whose ranks are alike: one lane of each kind is played by the event loop, and stands for all.

use super::resources::Resources;
use super::{MAX_TRACE_BYTES, Played, SimulateError, play_by_events, too_large_trace};
use crate::plan::{SymmetricRule, representative};
use crate::fabric::{Fabric, LinkId};
use crate::simulate::bounds;
use crate::trace::{FoldedTrace, Trace};

/// Plays what stands for all. `None` where the fabric is not as even as the plan.
///
/// # Errors
/// As [`super::play`].
pub(super) fn play(fabric: &Fabric, alike: &SymmetricRule) -> Result<Option<Played>, SimulateError> {
    let Some(fold) = representative(alike, fabric) else { return Ok(None) };
    // The link that binds is kept for every lane, for each of the few classes that may.
    let bytes = Trace::estimated_bytes(u64::from(fold.plan.transfer_count())) + 8 * u64::from(alike.slots());
    if bytes > MAX_TRACE_BYTES {
        return Err(too_large_trace(bytes));
    }
    let mut played = play_by_events(fabric, &fold.plan)?;
    if let Some(alone) = &fold.alone {
        played.bounds.path = bounds::of(alone, &Resources::new(fabric, alone)?).path;
    }
    let stored = played.trace;
    let mut links: Vec<u32> = stored.all_segments().iter().map(|segment| segment.binding).collect();
    links.sort_unstable();
    links.dedup();
    let twins = |link: u32| (0..alike.slots()).map(|lane| alike.link_of_slot(LinkId(link), lane).0).collect();
    let bindings = links.into_iter().map(|link| (link, twins(link))).collect();
    let trace = Trace::of_fold(FoldedTrace { stored, lanes: alike.slots(), kept: fold.slots, bindings });
    Ok(Some(Played { trace, ..played }))
}
