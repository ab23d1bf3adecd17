//! Passages: which streams cross which links, and how long before they arrive at their sinks.

use crate::collective::Transfer;
use crate::fabric::LinkId;
use crate::solve::FabricRun;
use crate::units::Femtos;

/// The most passages of streams over links that are listed. With more, one link stands for its neighbours.
pub(crate) const MAX_PASSAGES: u64 = 1 << 20;

/// A stream on a link.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Passage {
    pub link: LinkId,
    pub transfer: u32,
    /// Time from leaving the link to arriving at the farthest sink.
    pub behind: Femtos,
    /// Share of the stream's bytes that crosses the link.
    pub weight: f64,
}

/// The transfers of the collective, without other traffic.
fn transfers(run: &FabricRun) -> impl Iterator<Item = (u32, Transfer)> + '_ {
    run.plan.transfers().filter(|(_, transfer)| !transfer.background)
}

/// The number of passages.
pub(crate) fn passage_count(run: &FabricRun) -> u64 {
    let mut sizes = vec![None; run.plan.route_count() as usize];
    transfers(run).fold(0_u64, |sum, (_, transfer)| {
        let size = sizes[transfer.route.0 as usize]
            .get_or_insert_with(|| run.plan.route(&transfer).runs.iter().map(|part| part.len()).sum::<u64>());
        sum.saturating_add(size.saturating_mul(u64::from(transfer.cohort.copies)))
    })
}

/// Every passage, by link.
pub(crate) fn passages(run: &FabricRun) -> Vec<Passage> {
    let mut found = Vec::new();
    for (id, transfer) in transfers(run) {
        let route = run.plan.route(&transfer);
        for part in &route.runs {
            for row in 0..part.rows {
                for index in 0..part.count {
                    let first = part.link(row, index);
                    let hop = run.fabric.link(first).map_or(Femtos(0), |spec| spec.latency);
                    let behind = route.latency.since(part.offset(row, index) + hop);
                    for copy in 0..transfer.cohort.copies {
                        let link = first.offset(transfer.cohort.shift(copy));
                        found.push(Passage { link, transfer: id, behind, weight: part.weight });
                    }
                }
            }
        }
    }
    found.sort_by_key(|passage| passage.link);
    found
}

/// The passages over some links, by link.
pub(crate) fn passages_over(run: &FabricRun, links: &[LinkId]) -> Vec<Passage> {
    // The positions of the links on each route: routes are few, transfers can be many.
    let mut on_route: Vec<Option<Vec<Passage>>> = vec![None; run.plan.route_count() as usize];
    let mut found = Vec::new();
    for (id, transfer) in transfers(run) {
        let here = || {
            let route = run.plan.route(&transfer);
            let mut here = Vec::new();
            for &link in links {
                let hop = run.fabric.link(link).map_or(Femtos(0), |spec| spec.latency);
                for part in &route.runs {
                    if let Some((row, index)) = transfer.find(part, link) {
                        let behind = route.latency.since(part.offset(row, index) + hop);
                        here.push(Passage { link, transfer: id, behind, weight: part.weight });
                    }
                }
            }
            here
        };
        let here = on_route[transfer.route.0 as usize].get_or_insert_with(here);
        found.extend(here.iter().map(|passage| Passage { transfer: id, ..*passage }));
    }
    found.sort_by_key(|passage| passage.link);
    found
}
