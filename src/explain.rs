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

/// The binding link of a run at `at`, in arrival time: of the links that fix the rate of streams just then, the one
/// that fixes most. `None` while no stream flows.
pub fn binding(plan: &Plan, trace: &Trace, at: Femtos) -> Option<Binding> {
    // By link: streams, and copies of their cohort.
    let mut streams_of = std::collections::BTreeMap::<u32, (u32, u32)>::new();
    for id in trace.alive(at) {
        let transfer = &plan.transfers()[id as usize];
        if let Some(segment) = trace.rate(id, transfer.bytes, at) {
            let entry = streams_of.entry(segment.binding).or_default();
            *entry = (entry.0 + 1, entry.1.max(transfer.cohort.copies));
        }
    }
    // Ties go to the lowest link.
    let best = streams_of
        .into_iter()
        .max_by_key(|&(link, (streams, copies))| (u64::from(streams) * u64::from(copies), std::cmp::Reverse(link)));
    best.map(|(link, (streams, copies))| Binding { link: LinkId(link), streams, alike: u64::from(copies) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collective::{SoftwareDelays, nvls_all_reduce};
    use crate::fabric::{Fabric, Switch};
    use crate::units::{Bytes, BytesPerSec};

    #[test]
    fn in_switch_reduction_is_bound_by_an_uplink_while_it_flows() {
        let switch = Switch { ranks: 8, capacity: BytesPerSec(900e9), latency: Femtos(250_000_000) };
        let plan = nvls_all_reduce(&switch, Bytes(1 << 20), SoftwareDelays::default());
        let played = crate::simulate::play(&Fabric::Switch(switch), &plan).expect("a plan that can be played");
        // Heads arrive after 1 µs; nothing is bound before.
        assert_eq!(binding(&plan, &played.trace, Femtos(900_000_000)), None);
        let binding = binding(&plan, &played.trace, Femtos(1_500_000_000)).expect("streams flow");
        assert_eq!(binding.link, LinkId(0));
        assert_eq!(binding.streams, 8);
    }
}
