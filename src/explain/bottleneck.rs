//! The bottleneck: the link that limits progress at an instant or over a span of time.

use crate::collective::Plan;
use crate::fabric::LinkId;
use crate::trace::Trace;
use crate::units::Femtos;

/// The link that sets the rate of the most streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bottleneck {
    /// The link; the lowest id among equals.
    pub link: LinkId,
    /// The streams whose rate it sets, with one stream per cohort.
    pub streams: u32,
    /// The number of links that do the same in the copies of the cohort, this one included.
    pub identical_links: u64,
}

/// What a link limits over a span of time.
#[derive(Clone, Copy, Default)]
struct Limited {
    /// Femtoseconds times streams, copies of cohorts included.
    stream_time: u128,
    streams: u32,
    copies: u32,
}

/// The bottleneck of a run from one instant to another, or at one instant if both are equal: among the links that set
/// the rate of streams, the one that does so for the most streams and the longest, anywhere on their routes. `None` while
/// no stream flows: then the time is spent on latency or software.
pub fn bottleneck(plan: &Plan, trace: &Trace, from: Femtos, to: Femtos) -> Option<Bottleneck> {
    let mut limited = std::collections::BTreeMap::<u32, Limited>::new();
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
            // The stream flows somewhere on its route from its entry into the first link until its arrival.
            let begins = segment.from.since(route.latency);
            let ends = segment.from + lasts;
            let shared = ends.min(to).since(begins.max(from));
            let instant = from == to && begins <= from && from < ends;
            if shared.0 > 0 || instant {
                let entry = limited.entry(segment.binding).or_default();
                let copies = transfer.cohort.copies;
                entry.stream_time += u128::from(shared.0.max(1)) * u128::from(copies);
                entry.streams += 1;
                entry.copies = entry.copies.max(copies);
            }
        }
    }
    // Ties go to the lowest link.
    let best = limited.into_iter().max_by_key(|&(link, limited)| (limited.stream_time, std::cmp::Reverse(link)));
    best.map(|(link, limited)| Bottleneck {
        link: LinkId(link),
        streams: limited.streams,
        identical_links: u64::from(limited.copies),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collective::{Delays, nvls_all_reduce};
    use crate::fabric::{Fabric, Switch, Topology};
    use crate::units::{Bytes, BytesPerSec};

    #[test]
    fn an_uplink_is_the_bottleneck_of_in_switch_reduction() {
        let switch = Switch { ranks: 8, capacity: BytesPerSec(900e9), latency: Femtos(250_000_000) };
        let plan = nvls_all_reduce(&switch, Bytes(1 << 20), &Delays::default());
        let fabric = Fabric::from(Topology::Switch(switch));
        let played = crate::simulate::play(&fabric, &plan).expect("a plan that can be played");
        let at = |ns: u64| bottleneck(&plan, &played.trace, Femtos(ns * 1_000_000), Femtos(ns * 1_000_000));
        let found = at(1_500).expect("streams flow");
        assert_eq!((found.link, found.streams), (LinkId(0), 8));
        assert_eq!(at(1_000_000), None, "no bottleneck after the end");
    }
}
