//! The fast path of symmetric plans: the event loop simulates the representatives, and their trace serves all slots.

use super::by_events;
use super::cost::{Budget, Cost};
use super::error::SimulateError;
use super::played::Played;
use super::resources::Resources;
use crate::fabric::{Fabric, LinkId};
use crate::plan::{Representative, SymmetricRule, representative};
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
    check_trace(rule, &representative, &Budget::SCENE)?;
    by_events::check(fabric, &representative.plan)?;
    Ok(true)
}

/// Refuses a trace that takes too much memory.
pub(super) fn check_trace(
    rule: &SymmetricRule,
    representative: &Representative,
    budget: &Budget,
) -> Result<(), SimulateError> {
    let transfers = u64::from(representative.plan.transfer_count());
    budget.check_trace(EventTrace::estimated_bytes(transfers) + BYTES_PER_SLOT * u64::from(rule.slots()))
}

/// Simulates the representatives. `None` if the fabric or its ranks are not symmetric.
///
/// # Errors
/// As [`super::play`].
pub(super) fn play(
    fabric: &Fabric,
    rule: &SymmetricRule,
    budget: &mut Budget,
) -> Result<Option<Played>, SimulateError> {
    let Some(representative) = representative(rule, fabric) else { return Ok(None) };
    check_trace(rule, &representative, budget)?;
    let before = budget.work;
    let mut simulated = by_events::simulate(fabric, &representative.plan, budget)?;
    if let Some(alone) = &representative.alone {
        simulated.bounds.path = bounds::bounds(alone, &Resources::new(fabric, alone, budget.bytes)?).path;
    }
    let stored = simulated.trace;
    let mut links: Vec<u32> = stored.all_segments().iter().map(|segment| segment.binding).collect();
    links.sort_unstable();
    links.dedup();
    let by_slot = |link: u32| (0..rule.slots()).map(|slot| rule.link_of_slot(LinkId(link), slot).0).collect();
    let bytes = stored.bytes() + links.len() as u64 * u64::from(rule.slots()) * size_of::<u32>() as u64;
    let cost = Cost { bytes, work: before - budget.work };
    let bindings = links.into_iter().map(|link| LinksBySlot { link, by_slot: by_slot(link) }).collect();
    let trace = RepresentativeTrace { stored, slots: rule.slots(), stored_slots: representative.slots, bindings };
    Ok(Some(Played { trace: trace.into(), bounds: simulated.bounds, busiest_link: simulated.busiest_link, cost }))
}
