//! Explanation: which link binds at an instant, and what share of a run its bounds are.

use crate::collective::Plan;
use crate::fabric::LinkId;
use crate::trace::Trace;
use crate::units::Femtos;

/// The link that holds up the most streams at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Binding {
    /// The link with the lowest id among those alike.
    pub link: LinkId,
    /// Streams whose rate it fixes; of a cohort one.
    pub streams: u32,
    /// Links that do the same in the copies of the cohort, this one included.
    pub alike: u64,
}

/// The binding link of a run over a span of time (or at an instant, if both ends are the same): of the links that fix
/// the rate of streams, the one that fixes most of them for the longest, anywhere on their routes. `None` while no
/// stream flows: then latency or software is what the time is spent on.
pub fn binding(plan: &Plan, trace: &Trace, (from, to): (Femtos, Femtos)) -> Option<Binding> {
    // By link: stream-time in femtoseconds, streams, and copies of their cohort.
    let mut held = std::collections::BTreeMap::<u32, (u128, u32, u32)>::new();
    for id in trace.alive_between(from, to) {
        let transfer = plan.transfer(id);
        let route = plan.route(&transfer);
        let segments = trace.segments(id);
        let mut left = transfer.bytes;
        for (index, segment) in segments.iter().enumerate() {
            let lasts = match segments.get(index + 1) {
                Some(next) => next.from.since(segment.from),
                None => Femtos::from_secs(left / segment.rate),
            };
            left -= segment.rate * lasts.secs();
            // The stream flows somewhere on its route from when it enters the first link until it has arrived.
            let begins = segment.from.since(route.latency);
            let ends = segment.from + lasts;
            let shared = ends.min(to).since(begins.max(from));
            let instant = from == to && begins <= from && from < ends;
            if shared.0 > 0 || instant {
                let entry = held.entry(segment.binding).or_default();
                let copies = transfer.cohort.copies;
                entry.0 += u128::from(shared.0.max(1)) * u128::from(copies);
                *entry = (entry.0, entry.1 + 1, entry.2.max(copies));
            }
        }
    }
    // Ties go to the lowest link.
    let best = held.into_iter().max_by_key(|&(link, (time, ..))| (time, std::cmp::Reverse(link)));
    best.map(|(link, (_, streams, copies))| Binding { link: LinkId(link), streams, alike: u64::from(copies) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collective::{Delays, nvls_all_reduce};
    use crate::fabric::{Fabric, Switch, Topology};
    use crate::units::{Bytes, BytesPerSec};

    #[test]
    fn in_switch_reduction_is_bound_by_an_uplink_while_it_flows() {
        let switch = Switch { ranks: 8, capacity: BytesPerSec(900e9), latency: Femtos(250_000_000) };
        let plan = nvls_all_reduce(&switch, Bytes(1 << 20), &Delays::default());
        let fabric = Fabric::from(Topology::Switch(switch));
        let played = crate::simulate::play(&fabric, &plan).expect("a plan that can be played");
        let at = |ns: u64| binding(&plan, &played.trace, (Femtos(ns * 1_000_000), Femtos(ns * 1_000_000)));
        let bound = at(1_500).expect("streams flow");
        assert_eq!((bound.link, bound.streams), (LinkId(0), 8));
        assert_eq!(at(1_000_000), None, "nothing binds after the end");
    }
}
