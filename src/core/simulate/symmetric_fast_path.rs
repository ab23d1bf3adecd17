//! The fast path of symmetric plans: the event loop simulates the representatives, and their trace serves all slots.

use super::by_events;
use super::cost::{Budget, Cost};
use super::error::SimulateError;
use super::played::Played;
use super::resources::Resources;
use crate::fabric::{Fabric, LinkId};
use crate::plan::{Representative, SymmetricRule, representative};
use crate::simulate::bounds;
use crate::trace::{EventTrace, LinksBySlot, RepresentativeTrace, SlotLinks};

/// Bytes of each slot for its limiting links, where they are listed: of the few link classes that may limit a rate, usually
/// two do.
const BYTES_PER_SLOT: u64 = 8;

/// Checks a symmetric plan before it is simulated, and returns the least that it costs. `None` if the fabric or its ranks are
/// not symmetric.
///
/// # Errors
/// As [`by_events::check`] for the representatives.
pub(super) fn check(fabric: &Fabric, rule: &SymmetricRule, budget: &Budget) -> Result<Option<Cost>, SimulateError> {
    let Some(representative) = representative(rule, fabric) else { return Ok(None) };
    check_trace(rule, &representative, budget)?;
    let cost = by_events::check(fabric, &representative.plan, budget)?;
    // Its trace is kept, not its plan.
    let transfers = u64::from(representative.plan.transfer_count());
    Ok(Some(Cost { bytes: EventTrace::estimated_bytes(transfers), ..cost }))
}

/// Refuses a trace that takes too much memory.
pub(super) fn check_trace(
    rule: &SymmetricRule,
    representative: &Representative,
    budget: &Budget,
) -> Result<(), SimulateError> {
    let transfers = u64::from(representative.plan.transfer_count());
    let listed = match rule {
        SymmetricRule::Channels(_) | SymmetricRule::Multi(_) => u64::from(rule.slots()),
        SymmetricRule::Direct(_) => 0,
    };
    budget.check_trace(EventTrace::estimated_bytes(transfers) + BYTES_PER_SLOT * listed)
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
    let bindings: Vec<LinksBySlot> =
        links.into_iter().map(|link| LinksBySlot { link, by_slot: links_of_slots(rule, LinkId(link)) }).collect();
    let bytes = stored.bytes() + bindings.iter().map(|links| links.by_slot.bytes()).sum::<u64>();
    let cost = Cost { bytes, work: before - budget.work };
    let trace = RepresentativeTrace { stored, slots: rule.slots(), stored_slots: representative.slots, bindings };
    Ok(Some(Played { trace: trace.into(), bounds: simulated.bounds, busiest_link: simulated.busiest_link, cost }))
}

/// The links of all slots that correspond to a link of the representatives.
fn links_of_slots(rule: &SymmetricRule, link: LinkId) -> SlotLinks {
    match rule {
        SymmetricRule::Direct(exchange) => {
            let switch = exchange.switch();
            let others = switch.ranks - 1;
            if link == switch.up(0) {
                SlotLinks::Senders { first: switch.up(0).0, others }
            } else {
                SlotLinks::Receivers { first: switch.down(0).0, others }
            }
        }
        SymmetricRule::Channels(_) | SymmetricRule::Multi(_) => {
            SlotLinks::Listed((0..rule.slots()).map(|slot| rule.link_of_slot(link, slot).0).collect())
        }
    }
}
