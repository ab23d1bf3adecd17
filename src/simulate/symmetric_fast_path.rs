//! The fast path of symmetric plans: the event loop simulates the representatives, and their trace serves all slots.

use super::by_events;
use super::error::{SimulateError, check_trace_bytes};
use super::played::Played;
use super::resources::Resources;
use crate::fabric::{Fabric, LinkId};
use crate::plan::{SymmetricRule, representative};
use crate::simulate::bounds;
use crate::trace::{EventTrace, LinksBySlot, RepresentativeTrace};

/// Bytes of each slot for its limiting links: of the few link classes that may limit a rate, usually two do.
const BYTES_PER_SLOT: u64 = 8;

/// Checks a symmetric plan before it is simulated. `false` if the fabric or its ranks are not symmetric.
///
/// # Errors
/// As [`by_events::check`] for the representatives.
pub(super) fn check(fabric: &Fabric, rule: &SymmetricRule) -> Result<bool, SimulateError> {
    let Some(representative) = representative(rule, fabric) else { return Ok(false) };
    let transfers = u64::from(representative.plan.transfer_count());
    check_trace_bytes(EventTrace::estimated_bytes(transfers) + BYTES_PER_SLOT * u64::from(rule.slots()))?;
    by_events::check(fabric, &representative.plan)?;
    Ok(true)
}

/// Simulates the representatives. `None` if the fabric or its ranks are not symmetric.
///
/// # Errors
/// As [`super::play`].
pub(super) fn play(fabric: &Fabric, rule: &SymmetricRule) -> Result<Option<Played>, SimulateError> {
    let Some(representative) = representative(rule, fabric) else { return Ok(None) };
    let transfers = u64::from(representative.plan.transfer_count());
    check_trace_bytes(EventTrace::estimated_bytes(transfers) + BYTES_PER_SLOT * u64::from(rule.slots()))?;
    let mut simulated = by_events::simulate(fabric, &representative.plan)?;
    if let Some(alone) = &representative.alone {
        simulated.bounds.path = bounds::bounds(alone, &Resources::new(fabric, alone)?).path;
    }
    let stored = simulated.trace;
    let mut links: Vec<u32> = stored.all_segments().iter().map(|segment| segment.binding).collect();
    links.sort_unstable();
    links.dedup();
    let by_slot = |link: u32| (0..rule.slots()).map(|slot| rule.link_of_slot(LinkId(link), slot).0).collect();
    let bindings = links.into_iter().map(|link| LinksBySlot { link, by_slot: by_slot(link) }).collect();
    let trace = RepresentativeTrace { stored, slots: rule.slots(), stored_slots: representative.slots, bindings };
    Ok(Some(Played { trace: trace.into(), bounds: simulated.bounds, busiest_link: simulated.busiest_link }))
}
