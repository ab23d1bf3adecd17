//! The streams that share links now, and their rates.
//!
//! Streams and resources that are connected are one component. After a change only the components that it touches are
//! solved. A large component is kept as a pool with the rounds of its last solve: a change then undoes and repeats only the
//! rounds from the level of the changed streams on. Both give the same rates to the last bit.

use super::max_min::{Crossings, MaxMin, Rounds, Share};
use super::resources::Resources;

/// Components of at most this many streams are solved from the start each time.
const SMALL: usize = 32;
/// No pool.
const NONE: u32 = u32::MAX;

/// A stream that came or went.
#[derive(Clone, Copy)]
struct Change {
    stream: u32,
    came: bool,
}

/// A large component with the rounds of its last solve. Streams that left may have split it: see
/// [`MaxMin::rise`].
#[derive(Default)]
struct Pool {
    rounds: Rounds,
    resources: Vec<u32>,
    /// The streams that came and went since the last solve.
    come: Vec<u32>,
    gone: Vec<u32>,
    /// Number of streams; number of those that have gone since the pool was made.
    streams: usize,
    lost: usize,
    is_split: bool,
}

/// All streams that share links.
pub(super) struct Sharing<'a> {
    crossings: Crossings<'a>,
    max_min: MaxMin,
    /// Resources whose streams have changed, and the changed streams.
    dirty: Vec<u32>,
    changes: Vec<Change>,
    /// By resource: the solve that last visited it.
    visited: Vec<u64>,
    /// By transfer: the solve that last visited it.
    stream_visited: Vec<u64>,
    solves: u64,
    /// Whether weights can be added and taken away again without rounding. Only then are there pools.
    exact: bool,
    pools: Vec<Option<Pool>>,
    pool_of_resource: Vec<u32>,
    pool_of_stream: Vec<u32>,
    shares: Vec<(u32, Share)>,
}

impl<'a> Sharing<'a> {
    /// No stream yet. Holds the route of each transfer.
    pub fn new(resources: &'a Resources, routes: Vec<u32>) -> Sharing<'a> {
        let (count, transfers) = (resources.all.len(), routes.len());
        let crossings = Crossings { resources, routes, active: vec![Vec::new(); count] };
        // Multiples of 2^-20 up to 2^10: sums of eight million of them are exact.
        let is_exact = |weight: f64| weight <= 1024.0 && (weight * 1_048_576.0).fract() == 0.0;
        let exact = resources.all.iter().flat_map(|resource| &resource.users).all(|user| is_exact(user.weight));
        Sharing {
            max_min: MaxMin::new(&crossings),
            crossings,
            dirty: Vec::new(),
            changes: Vec::new(),
            visited: vec![0; count],
            stream_visited: vec![0; transfers],
            solves: 0,
            exact,
            pools: Vec::new(),
            pool_of_resource: vec![NONE; count],
            pool_of_stream: vec![NONE; transfers],
            shares: Vec::new(),
        }
    }

    /// The resources of a stream.
    pub fn of_stream(&self, stream: u32) -> &[super::resources::Use] {
        self.crossings.of_stream(stream)
    }

    /// The work so far: crossings of a stream and a link that were visited.
    pub fn visits(&self) -> u64 {
        self.max_min.visits
    }

    /// Puts a stream on its links.
    pub fn join(&mut self, stream: u32) {
        for used in self.crossings.resources.of_route(self.crossings.routes[stream as usize]) {
            let active = &mut self.crossings.active[used.id as usize];
            if let Err(index) = active.binary_search(&stream) {
                active.insert(index, stream);
            }
            self.dirty.push(used.id);
        }
        self.changes.push(Change { stream, came: true });
    }

    /// Takes a stream off its links.
    pub fn leave(&mut self, stream: u32) {
        for used in self.crossings.resources.of_route(self.crossings.routes[stream as usize]) {
            let active = &mut self.crossings.active[used.id as usize];
            if let Ok(index) = active.binary_search(&stream) {
                active.remove(index);
            }
            self.dirty.push(used.id);
        }
        self.changes.push(Change { stream, came: false });
    }

    /// The shares of the streams whose rate may have changed since the last call. A stream is listed at most once.
    pub fn solve(&mut self) -> &[(u32, Share)] {
        self.shares.clear();
        self.solves += 1;
        self.solve_pools();
        let mut dirty = std::mem::take(&mut self.dirty);
        dirty.sort_unstable();
        dirty.dedup();
        for &resource in &dirty {
            let active = &self.crossings.active[resource as usize];
            let is_pooled = self.pool_of_resource[resource as usize] != NONE;
            if is_pooled || self.visited[resource as usize] == self.solves || active.is_empty() {
                continue;
            }
            if let &[stream] = active.as_slice()
                && self.crossings.is_alone(stream)
            {
                // A broadcast over different rows has one resource per row and more: one visit serves all.
                let uses = self.crossings.of_stream(stream);
                self.max_min.visits += uses.len() as u64;
                uses.iter().for_each(|used| self.visited[used.id as usize] = self.solves);
                let (rate, binding) = self.crossings.resources.alone(self.crossings.routes[stream as usize]);
                self.shares.push((stream, Share { rate, binding }));
                continue;
            }
            self.solve_component(resource);
        }
        dirty.clear();
        self.dirty = dirty;
        &self.shares
    }

    /// Solves the component of a resource from the start, and keeps it as a pool if it is large.
    fn solve_component(&mut self, resource: u32) {
        let mut pool = Pool { resources: vec![resource], ..Pool::default() };
        let mut streams: Vec<u32> = Vec::new();
        self.visited[resource as usize] = self.solves;
        let mut next = 0;
        while let Some(&resource) = pool.resources.get(next) {
            next += 1;
            self.max_min.empty(&self.crossings, resource);
            for &stream in &self.crossings.active[resource as usize] {
                if std::mem::replace(&mut self.stream_visited[stream as usize], self.solves) == self.solves {
                    continue;
                }
                streams.push(stream);
                for used in self.crossings.of_stream(stream) {
                    if std::mem::replace(&mut self.visited[used.id as usize], self.solves) != self.solves {
                        pool.resources.push(used.id);
                    }
                }
            }
        }
        // Weights are summed in this order.
        streams.sort_unstable();
        streams.iter().for_each(|&stream| self.max_min.add(&self.crossings, stream));
        self.max_min.rise(&self.crossings, &mut pool.rounds, false, &mut self.shares);
        if !self.exact || streams.len() <= SMALL {
            return;
        }
        let free = self.pools.iter().position(Option::is_none);
        let number = free.unwrap_or_else(|| {
            self.pools.push(None);
            self.pools.len() - 1
        });
        streams.iter().for_each(|&stream| self.pool_of_stream[stream as usize] = number as u32);
        pool.resources.iter().for_each(|&resource| self.pool_of_resource[resource as usize] = number as u32);
        pool.streams = streams.len();
        self.pools[number] = Some(pool);
    }

    /// Brings the pools that a change touches up to date, or gives them up.
    fn solve_pools(&mut self) {
        let mut changes = std::mem::take(&mut self.changes);
        if self.pools.iter().all(Option::is_none) {
            changes.clear();
        }
        let mut touched: Vec<u32> = Vec::new();
        for &Change { stream, came } in &changes {
            if came {
                touched.extend(self.find_pool(stream));
                continue;
            }
            let number = std::mem::replace(&mut self.pool_of_stream[stream as usize], NONE);
            if let Some(pool) = self.pools.get_mut(number as usize).and_then(Option::as_mut) {
                pool.gone.push(stream);
                touched.push(number);
            }
        }
        changes.clear();
        self.changes = changes;
        touched.sort_unstable();
        touched.dedup();
        for number in touched {
            self.solve_pool(number);
        }
    }

    /// The pool of a stream that has come: that of the resources which it crosses, if it is the only one. Everything that
    /// the stream connects with it joins it too. Two pools that it connects are given up.
    fn find_pool(&mut self, stream: u32) -> Option<u32> {
        let pool_of =
            |own: &Self, resource: u32| Some(own.pool_of_resource[resource as usize]).filter(|&one| one != NONE);
        let number = self.crossings.of_stream(stream).iter().find_map(|used| pool_of(self, used.id))?;
        let mut open = vec![stream];
        while let Some(stream) = open.pop() {
            if self.pool_of_stream[stream as usize] != NONE {
                continue;
            }
            self.pool_of_stream[stream as usize] = number;
            if let Some(pool) = self.pools[number as usize].as_mut() {
                pool.come.push(stream);
            }
            for used in self.crossings.of_stream(stream) {
                match pool_of(self, used.id) {
                    None => {
                        self.pool_of_resource[used.id as usize] = number;
                        self.max_min.empty(&self.crossings, used.id);
                        if let Some(pool) = self.pools[number as usize].as_mut() {
                            pool.resources.push(used.id);
                        }
                        let active = &self.crossings.active[used.id as usize];
                        open.extend(active.iter().filter(|&&one| self.pool_of_stream[one as usize] == NONE));
                    }
                    Some(other) if other != number => {
                        self.give_up(other);
                        self.give_up(number);
                        return None;
                    }
                    Some(_) => {}
                }
            }
        }
        Some(number)
    }

    /// Forgets a pool. Its streams keep their rates until a change touches them.
    fn give_up(&mut self, number: u32) {
        let Some(pool) = self.pools.get_mut(number as usize).and_then(Option::take) else { return };
        let own = |one: &mut u32| {
            if *one == number {
                *one = NONE;
            }
        };
        pool.resources.iter().for_each(|&resource| own(&mut self.pool_of_resource[resource as usize]));
        let streams = pool.rounds.streams().iter().chain(&pool.come);
        streams.for_each(|&stream| own(&mut self.pool_of_stream[stream as usize]));
    }

    fn solve_pool(&mut self, number: u32) {
        let Some(pool) = self.pools.get_mut(number as usize).and_then(Option::as_mut) else { return };
        pool.streams = (pool.streams + pool.come.len()).saturating_sub(pool.gone.len());
        pool.lost += pool.gone.len();
        if pool.is_split || pool.streams <= SMALL || pool.lost > pool.streams {
            self.give_up(number);
            return;
        }
        self.max_min.exchange(&self.crossings, &mut pool.rounds, &pool.gone, &pool.come);
        for &stream in &pool.gone {
            for used in self.crossings.resources.of_route(self.crossings.routes[stream as usize]) {
                if self.crossings.active[used.id as usize].is_empty() {
                    self.pool_of_resource[used.id as usize] = NONE;
                }
            }
        }
        pool.gone.clear();
        pool.come.clear();
        pool.is_split = self.max_min.rise(&self.crossings, &mut pool.rounds, pool.lost > 0, &mut self.shares);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::fabric::{Fabric, Graph, LinkId, LinkMode, Topology};
    use crate::plan::{Delivery, Flow, PlanBuilder, RouteRun};
    use crate::units::{BytesPerSec, Femtos, Fnv64};

    const LINKS: u64 = 40;
    const STREAMS: u32 = 400;

    /// A number below `limit` that depends on `seeds` only.
    fn drawn(seeds: &[u64], limit: u64) -> u64 {
        let mut hash = Fnv64::default();
        seeds.iter().for_each(|&seed| hash.write_u64(seed));
        (hash.finish() >> 20) % limit
    }

    /// Streams over one to four of the links, some of which have equal capacities.
    fn resources(seed: u64) -> Resources {
        let mut graph = Graph::default();
        for link in 0..LINKS {
            let capacity = BytesPerSec(1e9 * (1.0 + drawn(&[seed, link], 4) as f64) / 3.0);
            graph.add(capacity, Femtos(0), LinkMode::Shared);
        }
        let mut plan = PlanBuilder::new(Femtos(0));
        let phase = plan.phase("random");
        for stream in 0..u64::from(STREAMS) {
            let links = 1 + drawn(&[seed, stream, 1], 4);
            // Neighbours, so that the streams form several components at times.
            let first = drawn(&[seed, stream, 2], LINKS - 4);
            let runs = (0..links).map(|link| {
                let weight = 1.0 + drawn(&[seed, stream, link, 3], 2) as f64;
                RouteRun::single(LinkId((first + link) as u32), weight, 0.0, Flow::Reduce)
            });
            let route = plan.route(runs, Femtos(0));
            plan.transfer(phase, route, 1.0, Delivery::Partial, &[]);
        }
        let fabric = Fabric::from(Topology::Graph(graph));
        Resources::new(&fabric, &plan.build(), u64::MAX).expect("links that are up")
    }

    #[test]
    fn pools_give_the_rates_of_a_solve_from_the_start() {
        let (mut pooled_visits, mut visits) = (0, 0);
        for seed in 0..8 {
            let resources = resources(seed);
            let mut pooled = Sharing::new(&resources, (0..STREAMS).collect());
            let mut afresh = Sharing::new(&resources, (0..STREAMS).collect());
            assert!(pooled.exact);
            afresh.exact = false;
            let mut rates: [BTreeMap<u32, (u64, u32)>; 2] = Default::default();
            let mut present = vec![false; STREAMS as usize];
            // Streams come, most of them at first; later more go than come.
            for step in 0..600_u64 {
                let changes = 1 + drawn(&[seed, step, 4], 3);
                for change in 0..changes {
                    let stream = drawn(&[seed, step, change, 5], u64::from(STREAMS)) as u32;
                    let is_present = &mut present[stream as usize];
                    let comes = drawn(&[seed, step, change, 6], 600) > step;
                    if comes == *is_present || pooled.changes.iter().any(|one| one.stream == stream) {
                        continue;
                    }
                    *is_present = comes;
                    for (sharing, rates) in [&mut pooled, &mut afresh].into_iter().zip(&mut rates) {
                        if comes {
                            sharing.join(stream);
                        } else {
                            sharing.leave(stream);
                            rates.remove(&stream);
                        }
                    }
                }
                for (sharing, rates) in [&mut pooled, &mut afresh].into_iter().zip(&mut rates) {
                    for &(stream, share) in sharing.solve() {
                        rates.insert(stream, (share.rate.to_bits(), share.binding));
                    }
                }
                assert_eq!(rates[0], rates[1], "seed {seed}, step {step}");
            }
            pooled_visits += pooled.visits();
            visits += afresh.visits();
        }
        assert!(pooled_visits < visits, "{pooled_visits} visits with pools, {visits} without");
    }
}
