//! Merges a plan's links into resources: links that carry the same routes with the same weights become one, and links that
//! can never limit a rate are left out.
//!
//! A whole wafer has millions of links, but the streams of a plan meet in a handful of different combinations. The result
//! is exact. Of links with the same users only the smallest capacity can limit a rate. A link whose users all cross
//! another link of at most its capacity with at least its weight is never full before that one.

use std::collections::HashMap;

use super::error::{Budgeted, SimulateError, check_budget};
use crate::fabric::{Fabric, LinkId, LinkMode};
use crate::plan::{Plan, RouteId, RouteRun};

/// A route's use of a resource.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Use {
    /// A route in [`Resource::users`], a resource in [`Resources::of_route`].
    pub id: u32,
    /// Copies of the stream that cross it.
    pub weight: f64,
    /// The stream holds it alone.
    pub serial: bool,
}

/// One link, or several that always behave identically.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Resource {
    /// The link with the lowest id.
    pub link: LinkId,
    /// Bytes per second.
    pub capacity: f64,
    /// Some streams hold it alone.
    pub serial: bool,
    /// Routes that cross it, by ascending id.
    pub users: Vec<Use>,
}

/// All resources of a plan, by ascending link id.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Resources {
    pub all: Vec<Resource>,
    uses: Vec<Use>,
    first_use: Vec<u32>,
}

/// Memory of a use, bytes: one by resource, one by route.
const USE_BYTES: u64 = 2 * size_of::<Use>() as u64;

/// Memory of a resource, bytes: itself, the allocation of its users, and its place among the signatures while it is made.
const RESOURCE_BYTES: u64 = size_of::<Resource>() as u64 + 96;

/// Refuses more rows of runs than fit, before memory is allocated: a row has two ends.
fn check_spans(rows: u64, limit: u64) -> Result<(), SimulateError> {
    let bytes = (size_of::<Span>() + 2 * size_of::<SpanEnd>()) as u64;
    check_budget(Budgeted::Memory, rows.saturating_mul(bytes), limit)
}

/// One row of a run: `count` links from `low` upwards, `stride` apart.
#[derive(Clone, Copy, Debug)]
struct Span {
    low: u32,
    stride: u32,
    count: u32,
    route: u32,
    weight: f64,
    serial: bool,
}

impl Span {
    fn high(&self) -> u32 {
        self.low + (self.count - 1) * self.stride
    }
}

impl Resources {
    /// The resources of `plan` on `fabric`, in at most `limit` bytes of memory.
    pub fn new(fabric: &Fabric, plan: &Plan, limit: u64) -> Result<Resources, SimulateError> {
        let merger = Merger { fabric, limit, by_class: false, uses: 0, all: Vec::new(), same: HashMap::new() };
        Ok(Resources::of_merged(merger.merged(plan)?, plan.route_count() as usize))
    }

    fn of_merged(merged: Vec<Resource>, routes: usize) -> Resources {
        let mut all = drop_dominated(merged, routes);
        all.sort_by_key(|resource| resource.link);
        Resources::index(all, routes)
    }

    /// Their memory, bytes: every use is stored by resource and by route.
    pub fn bytes(&self) -> u64 {
        self.uses.len() as u64 * USE_BYTES + self.all.len() as u64 * RESOURCE_BYTES
    }

    /// The resources that a route crosses, by ascending id.
    pub fn of_route(&self, route: u32) -> &[Use] {
        let route = route as usize;
        &self.uses[self.first_use[route] as usize..self.first_use[route + 1] as usize]
    }

    /// The rate of a stream that has its route to itself, and the resource that limits it.
    pub fn alone(&self, route: u32) -> (f64, u32) {
        let mut best = (f64::INFINITY, 0);
        for used in self.of_route(route) {
            let rate = self.all[used.id as usize].capacity / used.weight;
            if rate < best.0 {
                best = (rate, used.id);
            }
        }
        best
    }

    fn index(all: Vec<Resource>, routes: usize) -> Resources {
        let mut first_use = vec![0_u32; routes + 1];
        for user in all.iter().flat_map(|resource| &resource.users) {
            first_use[user.id as usize + 1] += 1;
        }
        for route in 0..routes {
            first_use[route + 1] += first_use[route];
        }
        let mut next = first_use.clone();
        let mut uses = vec![Use { id: 0, weight: 0.0, serial: false }; first_use[routes] as usize];
        for (id, resource) in all.iter().enumerate() {
            for user in &resource.users {
                let free = &mut next[user.id as usize];
                uses[*free as usize] = Use { id: id as u32, ..*user };
                *free += 1;
            }
        }
        Resources { all, uses, first_use }
    }
}

/// The links of a plan merged within their classes only. Scaling the capacity of a class keeps the order of the links in it,
/// so the resources of a scaled fabric follow without another visit of the routes.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct MergedLinks {
    all: Vec<Resource>,
    routes: usize,
}

impl MergedLinks {
    /// Merges the links of `plan`, in at most `limit` bytes of memory.
    pub fn new(fabric: &Fabric, plan: &Plan, limit: u64) -> Result<MergedLinks, SimulateError> {
        let merger = Merger { fabric, limit, by_class: true, uses: 0, all: Vec::new(), same: HashMap::new() };
        Ok(MergedLinks { all: merger.merged(plan)?, routes: plan.route_count() as usize })
    }

    /// Memory, bytes.
    pub fn bytes(&self) -> u64 {
        let uses: u64 = self.all.iter().map(|resource| resource.users.len() as u64).sum();
        uses * size_of::<Use>() as u64 + self.all.len() as u64 * RESOURCE_BYTES
    }

    /// Whether all links have on `fabric` the capacities that they had when they were merged.
    pub fn have_capacities_of(&self, fabric: &Fabric) -> bool {
        self.all.iter().all(|known| fabric.link(known.link).is_some_and(|spec| spec.capacity.0 == known.capacity))
    }

    /// The resources on a fabric that differs in the capacities of whole classes, in at most `limit` bytes of memory.
    pub fn resources(&self, fabric: &Fabric, limit: u64) -> Result<Resources, SimulateError> {
        check_budget(Budgeted::Memory, 2 * self.bytes(), limit)?;
        let capacity = |link: LinkId| fabric.link(link).map_or(0.0, |spec| spec.capacity.0);
        let with_capacity = |known: &Resource| Resource { capacity: capacity(known.link), ..known.clone() };
        Ok(Resources::of_merged(self.all.iter().map(with_capacity).collect(), self.routes))
    }
}

/// The rows of all runs, checked against the fabric.
fn spans(fabric: &Fabric, plan: &Plan, limit: u64) -> Result<Vec<Span>, SimulateError> {
    let routes: Vec<_> = (0..plan.route_count()).map(|id| plan.route_of(RouteId(id))).collect();
    let rows: u64 = routes.iter().flat_map(|route| &route.runs).map(|run| u64::from(run.rows)).sum();
    check_spans(rows, limit)?;
    let mut spans = Vec::with_capacity(rows as usize);
    for (route_id, route) in routes.iter().enumerate() {
        if route.runs.is_empty() {
            let mut transfers = plan.transfers();
            let transfer = transfers.find(|(_, transfer)| transfer.route.0 as usize == route_id);
            return Err(SimulateError::EmptyRoute(transfer.map_or(0, |(id, _)| id)));
        }
        for run in &route.runs {
            for row in 0..run.rows {
                spans.push(span(fabric, run, row, route_id as u32)?);
            }
        }
    }
    Ok(spans)
}

fn span(fabric: &Fabric, run: &RouteRun, row: u32, route: u32) -> Result<Span, SimulateError> {
    let (first, last) = (run.link(row, 0), run.link(row, run.count - 1));
    for link in [first, last] {
        let spec = fabric.link(link).ok_or(SimulateError::NoSuchLink(link.0))?;
        if spec.capacity.0 <= 0.0 {
            return Err(SimulateError::LinkDown(fabric.link_name(link)));
        }
    }
    let low = first.0.min(last.0);
    let stride = run.stride.unsigned_abs().max(1);
    let span = Span { low, stride, count: run.count, route, weight: run.weight, serial: run.serial };
    for link in changed(fabric, low, stride, run.count) {
        if fabric.is_down(link) {
            return Err(SimulateError::LinkDown(fabric.link_name(link)));
        }
    }
    Ok(span)
}

/// The links of a series whose capacity differs from that of their class.
fn changed(fabric: &Fabric, low: u32, stride: u32, count: u32) -> impl Iterator<Item = LinkId> + '_ {
    let between = fabric.changed_between(LinkId(low), LinkId(low + (count - 1) * stride));
    between.iter().map(|&(link, _)| link).filter(move |link| (link.0 - low).is_multiple_of(stride))
}

/// Where a span begins or ends on the grid of links.
#[derive(Clone, Copy, Debug)]
struct SpanEnd {
    index: u32,
    opens: bool,
    used: Use,
}

impl SpanEnd {
    /// By index; there what closes before what opens, each by route. One number, since millions are sorted.
    fn order(&self) -> u128 {
        u128::from(self.index) << 64 | u128::from(self.opens) << 32 | u128::from(self.used.id)
    }
}

/// Resources under construction.
struct Merger<'a> {
    fabric: &'a Fabric,
    /// Whether links of different classes stay apart.
    by_class: bool,
    /// Memory that all resources may take, bytes, and the number of uses so far.
    limit: u64,
    uses: u64,
    all: Vec<Resource>,
    /// The resources with a given signature. Looked up, never iterated.
    same: HashMap<u64, Vec<u32>>,
}

impl Merger<'_> {
    /// The links of all routes, merged.
    fn merged(mut self, plan: &Plan) -> Result<Vec<Resource>, SimulateError> {
        let mut spans = spans(self.fabric, plan, self.limit)?;
        // Ties are broken fully, so that the order never depends on the sort.
        spans.sort_unstable_by_key(|span| (span.low, span.route, span.count, span.stride));
        let mut start = 0;
        while start < spans.len() {
            let mut high = spans[start].high();
            let mut end = start + 1;
            while end < spans.len() && spans[end].low <= high {
                high = high.max(spans[end].high());
                end += 1;
            }
            self.merge(&spans[start..end])?;
            start = end;
        }
        Ok(self.all)
    }

    /// Merges spans that overlap as ranges: visits their ends in order and adds each interval with constant users.
    fn merge(&mut self, spans: &[Span]) -> Result<(), SimulateError> {
        if let [span] = spans {
            let users = [Use { id: span.route, weight: span.weight, serial: span.serial }];
            self.series(span.low, span.stride, span.count, &users);
            return self.check_uses();
        }
        let base = spans[0].low;
        // Columns of a mesh alternate as numbers and have no link in common.
        if let Some(stride) = common_stride(spans)
            && !spans.iter().all(|span| (span.low - base).is_multiple_of(stride))
        {
            let mut apart = spans.to_vec();
            apart.sort_by_key(|span| (span.low % stride, span.low));
            let mut columns = apart.chunk_by(|a, b| a.low % stride == b.low % stride);
            return columns.try_for_each(|column| self.merge(column));
        }
        // The common grid of all links here. A span with wider steps is added link by link.
        let mut grid = 0;
        for span in spans {
            grid = gcd(grid, span.low - base);
            if span.count > 1 {
                grid = gcd(grid, span.stride);
            }
        }
        let grid = grid.max(1);
        let wide = |span: &&Span| span.count > 1 && span.stride != grid;
        let singles: u64 = spans.iter().filter(wide).map(|span| u64::from(span.count)).sum();
        check_spans(singles, self.limit)?;
        let mut ends: Vec<SpanEnd> = Vec::with_capacity(2 * (spans.len() + singles as usize));
        let mut interval = |low: u32, links: u32, span: &Span| {
            let index = (low - base) / grid;
            let used = Use { id: span.route, weight: span.weight, serial: span.serial };
            ends.push(SpanEnd { index, opens: true, used });
            ends.push(SpanEnd { index: index + links, opens: false, used });
        };
        for span in spans {
            if wide(&span) {
                (0..span.count).for_each(|index| interval(span.low + index * span.stride, 1, span));
            } else {
                interval(span.low, span.count, span);
            }
        }
        ends.sort_unstable_by_key(SpanEnd::order);
        let mut users: Vec<Crossing> = Vec::new();
        let mut next = 0;
        for here in ends.chunk_by(|one, other| one.index == other.index) {
            change(&mut users, here);
            next += here.len();
            if !users.is_empty() {
                let uses: Vec<Use> = users.iter().map(|crossing| crossing.used).collect();
                let index = here[0].index;
                // An interval with users is never the last: the end of a span follows.
                let until = ends.get(next).map_or(index + 1, |end| end.index);
                self.series(base + index * grid, grid, until - index, &uses);
                self.check_uses()?;
            }
        }
        Ok(())
    }

    /// Adds a series of links with these users. They are identical, so the first represents all except those whose capacity
    /// differs from that of their class.
    fn series(&mut self, low: u32, stride: u32, count: u32, users: &[Use]) {
        self.add(LinkId(low), users);
        for link in changed(self.fabric, low, stride, count).filter(|link| link.0 != low) {
            self.add(link, users);
        }
    }

    /// Adds a link with these users.
    fn add(&mut self, link: LinkId, users: &[Use]) {
        let Some(spec) = self.fabric.link(link) else {
            return;
        };
        let serial = spec.mode == LinkMode::Serial || users.iter().any(|user| user.serial);
        // A serial link is never merged: each has a queue of its own.
        if !serial {
            let candidates = self.same.entry(signature(users)).or_default();
            for &candidate in candidates.iter() {
                let known = &mut self.all[candidate as usize];
                let apart = self.by_class && self.fabric.class(known.link) != self.fabric.class(link);
                if !known.serial && !apart && known.users == users {
                    if spec.capacity.0 < known.capacity {
                        known.capacity = spec.capacity.0;
                        known.link = link;
                    } else if spec.capacity.0 == known.capacity {
                        known.link = known.link.min(link);
                    }
                    return;
                }
            }
            candidates.push(self.all.len() as u32);
        }
        let serial_link = spec.mode == LinkMode::Serial;
        let users = users.iter().map(|user| Use { serial: user.serial || serial_link, ..*user }).collect();
        self.all.push(Resource { link, capacity: spec.capacity.0, serial, users });
        self.uses += self.all.last().map_or(0, |added| added.users.len() as u64);
    }

    /// Refuses more uses than fit: routes that overlap in many places have far more of them than links.
    fn check_uses(&self) -> Result<(), SimulateError> {
        check_budget(Budgeted::Memory, self.uses * USE_BYTES + self.all.len() as u64 * RESOURCE_BYTES, self.limit)
    }
}

/// The step between links, if all spans with several links have the same.
fn common_stride(spans: &[Span]) -> Option<u32> {
    let mut strides = spans.iter().filter(|span| span.count > 1).map(|span| span.stride);
    let first = strides.next()?;
    strides.all(|stride| stride == first).then_some(first)
}

/// A route that crosses the links of an interval, and the number of its crossings.
#[derive(Clone, Copy, Debug)]
struct Crossing {
    used: Use,
    times: u32,
}

/// Takes the routes that end at an index out of the sorted list of users and adds those that begin there, all at once: the
/// list can be long. A route that crosses a link twice counts twice.
fn change(users: &mut Vec<Crossing>, here: &[SpanEnd]) {
    let (closing, opening) = here.split_at(here.partition_point(|end| !end.opens));
    for SpanEnd { used, .. } in closing {
        let Ok(index) = users.binary_search_by_key(&used.id, |crossing| crossing.used.id) else { continue };
        let crossing = &mut users[index];
        crossing.times = crossing.times.saturating_sub(1);
        if crossing.times > 0 {
            crossing.used.weight -= used.weight;
        }
    }
    if !closing.is_empty() {
        users.retain(|crossing| crossing.times > 0);
    }
    let stayed = users.len();
    for SpanEnd { used, .. } in opening {
        let known = users[..stayed].binary_search_by_key(&used.id, |crossing| crossing.used.id).ok();
        // They are sorted, so a route that begins here twice was added last.
        let known = known.or_else(|| users.len().checked_sub(1).filter(|&last| users[last].used.id == used.id));
        match known {
            Some(index) => {
                users[index].used.weight += used.weight;
                users[index].used.serial |= used.serial;
                users[index].times += 1;
            }
            None => users.push(Crossing { used: *used, times: 1 }),
        }
    }
    // Two sorted halves, which the sort merges.
    if users.len() > stayed {
        users.sort_by_key(|crossing| crossing.used.id);
    }
}

/// A hash of routes and weights.
fn signature(users: &[Use]) -> u64 {
    let mut hash = crate::units::Fnv64::default();
    for user in users {
        hash.write(&user.id.to_le_bytes());
        hash.write(&user.weight.to_bits().to_le_bytes());
    }
    hash.finish()
}

/// Drops each resource whose users all cross another one of at most its capacity with at least its weight.
fn drop_dominated(mut all: Vec<Resource>, routes: usize) -> Vec<Resource> {
    // Most users first, so that a resource comes after all that can dominate it.
    all.sort_by(|a, b| {
        let order = b.users.len().cmp(&a.users.len()).then(a.capacity.total_cmp(&b.capacity));
        order.then(a.link.cmp(&b.link))
    });
    let mut remaining: Vec<Resource> = Vec::new();
    // For each route the resources that it crosses. All users of a resource cross the one that dominates it, so it is
    // enough to compare with the resources of one user: that with the fewest.
    let mut remaining_of_route: Vec<Vec<u32>> = vec![Vec::new(); routes];
    for resource in all {
        let fewest =
            resource.users.iter().map(|user| &remaining_of_route[user.id as usize]).min_by_key(|ids| ids.len());
        let dominated = !resource.serial
            && fewest.is_some_and(|candidates| {
                candidates.iter().any(|&candidate| dominates(&remaining[candidate as usize], &resource))
            });
        if dominated {
            continue;
        }
        for user in &resource.users {
            remaining_of_route[user.id as usize].push(remaining.len() as u32);
        }
        remaining.push(resource);
    }
    remaining
}

fn dominates(strong: &Resource, weak: &Resource) -> bool {
    // A serial link limits others only if no stream crosses it beside its holder.
    let mixed = strong.serial && !strong.users.iter().all(|user| user.serial);
    if mixed || strong.capacity > weak.capacity || strong.users.len() < weak.users.len() {
        return false;
    }
    // Both are sorted by route.
    let mut candidates = strong.users.iter();
    weak.users.iter().all(|user| {
        let same = candidates.find(|other| other.id >= user.id);
        same.is_some_and(|other| other.id == user.id && other.weight >= user.weight)
    })
}

fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{RngExt, SeedableRng};

    #[test]
    fn routes_that_change_together_are_those_that_change_one_by_one() {
        let mut generator = rand_pcg::Pcg64Mcg::seed_from_u64(1);
        let mut next = |below: u32| generator.random_range(0..below);
        let (mut users, mut open): (Vec<Crossing>, Vec<Use>) = (Vec::new(), Vec::new());
        for index in 0..300 {
            let mut here = Vec::new();
            for _ in 0..next(6).min(open.len() as u32) {
                here.push(SpanEnd { index, opens: false, used: open.swap_remove(next(open.len() as u32) as usize) });
            }
            for _ in 0..next(6) {
                open.push(Use { id: next(12), weight: f64::from(1 + next(3)), serial: next(4) == 0 });
                here.push(SpanEnd { index, opens: true, used: open[open.len() - 1] });
            }
            here.sort_by_key(SpanEnd::order);
            change(&mut users, &here);
            let found = users.iter().map(|crossing| (crossing.used.id, crossing.times, crossing.used.weight));
            let of = |id: u32| open.iter().filter(move |used| used.id == id).map(|used| used.weight);
            let wanted = (0..12).map(|id| (id, of(id).count() as u32, of(id).sum())).filter(|(_, times, _)| *times > 0);
            assert_eq!(found.collect::<Vec<_>>(), wanted.collect::<Vec<_>>(), "{index}");
        }
    }
}
