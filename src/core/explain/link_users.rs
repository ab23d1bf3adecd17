//! Which transfers cross a link at an instant: an index over the routes of a plan.
//!
//! The search for contention asks for the users of a port, once for every part of the critical path. Without the index
//! it would look at all routes each time, and a tree has as many ports as ranks.

use crate::collective::{Plan, PlanBody, RouteId, SymmetricRule, TransferId};
use crate::fabric::LinkId;
use crate::trace::Trace;
use crate::units::Femtos;

/// Most links of all routes that are indexed: 256 MB.
const MAX_LINKS: u64 = 16_000_000;
/// Steps of a slot before the last one that has started: their tails may still be underway.
const STEPS_UNDERWAY: u32 = 4;

/// A route that crosses a link.
#[derive(Clone, Copy, Debug)]
struct Crossing {
    link: LinkId,
    route: RouteId,
    /// Copies of the stream that cross it.
    weight: f64,
    /// When the first stream on the route starts; 0 if it is not known.
    start: Femtos,
}

/// Crossings per block of the index by time.
const BLOCK: usize = 32;

/// A transfer that flows over a link.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct LinkUser {
    pub transfer: TransferId,
    /// Copies of the stream that cross the link.
    pub weight: f64,
}

/// The transfers of each route.
#[derive(Debug)]
enum TransfersOfRoute {
    /// By route: the ids from `first[route]` to `first[route + 1]`.
    Listed { first: Vec<u32>, ids: Vec<u32> },
    /// The id of a transfer is `step * slots + slot`, and a route belongs to one slot.
    Slots(u32),
}

/// Why a plan has no index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoIndex {
    /// Streams stand for others, or routes have a form that is searched faster without.
    NotNeeded,
    /// The routes have too many links.
    TooMany { links: u64, limit: u64 },
}

/// The users of every link.
#[derive(Debug)]
pub(super) struct LinkUsers {
    /// By link, then by start, then by route.
    crossings: Vec<Crossing>,
    /// When the last stream on the routes of each block of `crossings` ends.
    block_end: Vec<Femtos>,
    transfers: TransfersOfRoute,
}

impl LinkUsers {
    /// The index of a plan and its trace.
    ///
    /// # Errors
    /// [`NoIndex`].
    pub fn new(plan: &Plan, trace: &Trace) -> Result<LinkUsers, NoIndex> {
        let transfers = match plan.body() {
            PlanBody::Rings(rings) => TransfersOfRoute::Slots(rings.slots()),
            PlanBody::Symmetric(symmetric) => match &**symmetric {
                SymmetricRule::Channels(rings) => TransfersOfRoute::Slots(rings.slots()),
                SymmetricRule::Multi(rings) => TransfersOfRoute::Slots(rings.slots()),
                SymmetricRule::Direct(_) => return Err(NoIndex::NotNeeded),
            },
            PlanBody::Listed(listed) if listed.transfers().iter().any(|transfer| transfer.cohort.copies > 1) => {
                return Err(NoIndex::NotNeeded);
            }
            PlanBody::Listed(listed) => {
                let mut first = vec![0_u32; plan.route_count() as usize + 1];
                listed.transfers().iter().for_each(|transfer| first[transfer.route.0 as usize + 1] += 1);
                for route in 1..first.len() {
                    first[route] += first[route - 1];
                }
                let mut next = first.clone();
                let mut ids = vec![0; listed.transfers().len()];
                for (transfer, id) in listed.transfers().iter().zip(0..) {
                    let free = &mut next[transfer.route.0 as usize];
                    ids[*free as usize] = id;
                    *free += 1;
                }
                TransfersOfRoute::Listed { first, ids }
            }
        };
        let mut crossings = crossings(plan)?;
        let mut block_end = vec![Femtos(u64::MAX); crossings.len().div_ceil(BLOCK)];
        if let TransfersOfRoute::Listed { first, ids } = &transfers {
            let spans: Vec<(Femtos, Femtos)> = (first.windows(2))
                .map(|range| {
                    let times = ids[range[0] as usize..range[1] as usize].iter().filter_map(|&id| trace.times(id));
                    let nothing = (Femtos(u64::MAX), Femtos(0));
                    times.fold(nothing, |(start, end), times| (start.min(times.start), end.max(times.end)))
                })
                .collect();
            let span = |crossing: &Crossing| spans[crossing.route.0 as usize];
            crossings.iter_mut().for_each(|crossing| crossing.start = span(crossing).0);
            crossings.sort_unstable_by_key(|crossing| (crossing.link, crossing.start, crossing.route));
            let ends = crossings.chunks(BLOCK).map(|block| block.iter().map(|one| span(one).1).max());
            block_end = ends.map(Option::unwrap_or_default).collect();
        }
        Ok(LinkUsers { crossings, block_end, transfers })
    }

    /// The transfers that flow over a link at an instant, by ascending id. `near` is one that flows then.
    pub fn of_link(&self, (plan, trace): (&Plan, &Trace), link: LinkId, at: Femtos, near: u32) -> Vec<LinkUser> {
        let mut users = Vec::new();
        for crossing in self.crossings_of(link, at) {
            self.of_crossing((plan, trace), crossing, (at, near), &mut |user| users.push(user));
        }
        users.sort_unstable_by_key(|user| user.transfer);
        users
    }

    /// Whether another transfer than `id`, which flows over it, flows over a link at an instant.
    pub fn has_other(&self, (plan, trace): (&Plan, &Trace), link: LinkId, at: Femtos, id: u32) -> bool {
        self.crossings_of(link, at).any(|crossing| {
            let mut is_other = false;
            let mut add = |user: LinkUser| is_other |= user.transfer.0 != id;
            self.of_crossing((plan, trace), crossing, (at, id), &mut add);
            is_other
        })
    }

    /// The crossings of a link whose streams may flow at an instant: they have started, and not all of a block have ended.
    fn crossings_of(&self, link: LinkId, at: Femtos) -> impl Iterator<Item = &Crossing> {
        let first = self.crossings.partition_point(|crossing| crossing.link < link);
        let end = self.crossings.partition_point(|crossing| (crossing.link, crossing.start) <= (link, at));
        let of_block = move |block: usize| {
            let (from, until) = (first.max(block * BLOCK), end.min((block + 1) * BLOCK));
            &self.crossings[from..until.max(from)]
        };
        let blocks = first / BLOCK..end.div_ceil(BLOCK);
        blocks.filter(move |&block| self.block_end[block] >= at).flat_map(of_block)
    }

    /// Passes on the transfers of one route that flow over a link at an instant.
    fn of_crossing(
        &self,
        (plan, trace): (&Plan, &Trace),
        &Crossing { route, weight, .. }: &Crossing,
        (at, near): (Femtos, u32),
        accept: &mut dyn FnMut(LinkUser),
    ) {
        let mut add = |id: u32| {
            // Most have ended: that is known without the transfer.
            if trace.times(id).is_none_or(|times| times.end < at) {
                return;
            }
            let transfer = plan.transfer(id);
            let bytes = if transfer.background { f64::INFINITY } else { transfer.bytes };
            if transfer.route == route && trace.rate(id, bytes, at).is_some() {
                accept(LinkUser { transfer: TransferId(id), weight });
            }
        };
        match &self.transfers {
            TransfersOfRoute::Listed { first, ids } => {
                let (from, to) = (first[route.0 as usize] as usize, first[route.0 as usize + 1] as usize);
                ids[from..to].iter().copied().for_each(add);
            }
            TransfersOfRoute::Slots(slots) => {
                steps_alive(plan, trace, (*slots, route.0 % slots), (at, near))
                    .for_each(|step| add(step * slots + route.0 % slots));
            }
        }
    }
}

/// The steps of a slot whose sends may be underway at an instant. A slot starts its sends in order, each when the one
/// before has left it. The search begins at the step of `near`, a send of any slot at that time.
fn steps_alive(
    plan: &Plan,
    trace: &Trace,
    (slots, slot): (u32, u32),
    (at, near): (Femtos, u32),
) -> std::ops::Range<u32> {
    let times = |step: u32| trace.times(step * slots + slot);
    let has_started = |step: u32| times(step).is_some_and(|times| times.start <= at);
    let steps = plan.transfer_count() / slots.max(1);
    let guess = (near / slots.max(1)).min(steps.saturating_sub(1));
    let next = first_not(guess, steps, has_started);
    // In a ring without contention no send arrives before the one before it has ended.
    let underway = if trace.is_swept() { 1 } else { STEPS_UNDERWAY };
    let mut first = next.saturating_sub(underway);
    while first > 0 && times(first).is_some_and(|times| times.end > at) {
        first -= 1;
    }
    first..next
}

/// The first number below `count` for which `holds` does not hold; `count` if there is none. `holds` holds up to some number
/// and for none after it. Intervals around the guess are doubled, and then halved.
fn first_not(guess: u32, count: u32, holds: impl Fn(u32) -> bool) -> u32 {
    let (mut low, mut high) = (0, count);
    let mut width = 1_u32;
    let mut probe = guess;
    while probe < count {
        if holds(probe) {
            low = probe + 1;
            if high < count {
                break;
            }
            probe = probe.saturating_add(width);
        } else {
            high = probe;
            if low > 0 || probe == 0 {
                break;
            }
            probe = probe.saturating_sub(width);
        }
        width = width.saturating_mul(2);
    }
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

/// The links of all routes, by link and then by route. A route that crosses a link in several runs adds their weights.
fn crossings(plan: &Plan) -> Result<Vec<Crossing>, NoIndex> {
    let mut all: Vec<Crossing> = Vec::new();
    for route in (0..plan.route_count()).map(RouteId) {
        for run in &plan.route_of(route).runs {
            // Several rows may meet in one link, which a search finds once.
            if run.rows > 1 || run.stride == 0 {
                return Err(NoIndex::NotNeeded);
            }
            let links = all.len() as u64 + run.len();
            if links > MAX_LINKS {
                return Err(NoIndex::TooMany { links, limit: MAX_LINKS });
            }
            all.extend((0..run.count).map(|index| Crossing {
                link: run.link(0, index),
                route,
                weight: run.weight,
                start: Femtos(0),
            }));
        }
    }
    all.sort_by_key(|crossing| (crossing.link, crossing.route));
    all.dedup_by(|later, first| {
        let same = (later.link, later.route) == (first.link, first.route);
        if same {
            first.weight += later.weight;
        }
        same
    });
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::first_not;

    #[test]
    fn any_guess_finds_the_first_number_that_does_not_hold() {
        for count in 0..40_u32 {
            for first in 0..=count {
                for guess in 0..count.max(1) {
                    assert_eq!(
                        first_not(guess, count, |number| number < first),
                        first,
                        "{first} of {count} from {guess}"
                    );
                }
            }
        }
    }
}
