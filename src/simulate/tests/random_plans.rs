//! Properties of the engine over random plans, each with a seed, so that a failure can be repeated.

use rand::{Rng, RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

use crate::collective::{Delivery, Dep, DepKind, Flow, PlanBuilder, RouteRun, TransferId};
use crate::fabric::{Graph, LinkId, LinkMode, Topology};
use crate::simulate::{Played, play};
use crate::units::{BytesPerSec, Femtos};

const LINKS: usize = 8;
const TRANSFERS: u32 = 25;

/// A random transfer: its links with their weights, latency, bytes and dependencies.
#[derive(Clone)]
struct Drawn {
    links: Vec<(usize, f64)>,
    latency_s: f64,
    bytes: f64,
    deps: Vec<Dep>,
}

impl Drawn {
    fn weight(&self, link: usize) -> f64 {
        self.links.iter().find(|(own, _)| *own == link).map_or(0.0, |(_, weight)| *weight)
    }
}

/// The link that serves one stream at a time, in jobs that have one.
const SERIAL: usize = LINKS - 1;

/// Capacities and transfers of one random job: weights 1, 2 and 3, and in every second job a serial link.
fn draw(random: &mut impl Rng) -> (Vec<f64>, Vec<Drawn>) {
    let capacities = (0..LINKS).map(|_| random.random_range(1.0..10.0)).collect();
    let transfers = (0..TRANSFERS)
        .map(|id| {
            let mut links: Vec<usize> = (0..LINKS).filter(|_| random.random_range(0..4) == 0).collect();
            if links.is_empty() {
                links.push(random.random_range(0..LINKS));
            }
            let links = links.into_iter().map(|link| (link, f64::from(random.random_range(1..4_u32)))).collect();
            let latency_s = f64::from(random.random_range(0..4_u32));
            let deps = (0..random.random_range(0..3_u32).min(id))
                .map(|_| Dep {
                    on: TransferId(random.random_range(0..id)),
                    kind: [DepKind::Head, DepKind::Tail, DepKind::Sent][random.random_range(0..3_usize)],
                    delay: Femtos::from_secs(f64::from(random.random_range(0..3_u32))),
                    hop_offset: Femtos::from_secs(random.random_range(0.0..=1.0) * latency_s),
                })
                .collect();
            Drawn { links, latency_s, bytes: random.random_range(1.0..50.0), deps }
        })
        .collect();
    (capacities, transfers)
}

/// Simulates a job with its links numbered by `number`.
fn play_numbered(capacities: &[f64], transfers: &[Drawn], number: &dyn Fn(usize) -> usize, serial: bool) -> Played {
    let mut by_number = vec![0.0; LINKS];
    capacities.iter().enumerate().for_each(|(link, &capacity)| by_number[number(link)] = capacity);
    let mut graph = Graph::default();
    for (link, capacity) in by_number.into_iter().enumerate() {
        let mode = if serial && link == number(SERIAL) { LinkMode::Serial } else { LinkMode::Shared };
        graph.add(BytesPerSec(capacity), Femtos(0), mode);
    }
    let mut plan = PlanBuilder::new(Femtos(0));
    let phase = plan.phase("random");
    for drawn in transfers {
        let single =
            |&(link, weight): &(usize, f64)| RouteRun::single(LinkId(number(link) as u32), weight, 0.0, Flow::Reduce);
        let runs = drawn.links.iter().map(single);
        let route = plan.route(runs, Femtos::from_secs(drawn.latency_s));
        plan.transfer(phase, route, drawn.bytes, Delivery::Partial, &drawn.deps);
    }
    play(&Topology::Graph(graph).into(), &plan.build()).expect("a valid plan")
}

/// The rate of a transfer just after `at`, zero once its bytes are delivered.
fn rate(played: &Played, transfers: &[Drawn], id: u32, at: Femtos) -> f64 {
    played.trace.rate(id, transfers[id as usize].bytes, at).map_or(0.0, |segment| segment.rate)
}

/// When a transfer has drained according to its segments, femtoseconds.
fn drained_fs(played: &Played, id: u32, bytes: f64) -> u64 {
    let segments = played.trace.segments(id);
    let mut left = bytes;
    for (place, segment) in segments.iter().enumerate() {
        match segments.get(place + 1) {
            Some(next) => left -= segment.rate * next.from.since(segment.from).secs(),
            None => return segment.from.0 + Femtos::from_secs(left.max(0.0) / segment.rate).0,
        }
    }
    0
}

#[test]
fn random_plans_obey_capacity_fairness_bounds_and_conservation() {
    for seed in 0..300 {
        let (capacities, transfers) = draw(&mut Pcg64Mcg::seed_from_u64(seed));
        let serial = seed % 2 == 1;
        let played = play_numbered(&capacities, &transfers, &|link| link, serial);
        // A double cannot hold minutes in femtoseconds exactly: a part in 10^12 is allowed.
        let (end, bound) = (played.trace.end(), played.bounds.tightest());
        let slack = u64::from(TRANSFERS) + bound.0 / 1_000_000_000_000;
        assert!(end.0 + slack >= bound.0, "job {seed} ends at {} fs, bound {} fs", end.0, bound.0);
        for (id, drawn) in transfers.iter().enumerate() {
            let times = played.trace.times(id as u32).expect("a transfer of the plan");
            let fastest = drawn.links.iter().map(|&(link, weight)| capacities[link] / weight);
            let fastest = fastest.fold(f64::INFINITY, f64::min);
            // It ends when its rates have moved its bytes, or when its supply has ended.
            let supply = drawn.deps.iter().filter(|dep| dep.kind == DepKind::Head).map(|dep| {
                let on = played.trace.times(dep.on.0).expect("a transfer of the plan").end;
                (on + dep.delay + Femtos::from_secs(drawn.latency_s)).since(dep.hop_offset)
            });
            let supply = supply.max().unwrap_or_default();
            let drained = drained_fs(&played, id as u32, drawn.bytes);
            let rounding = 4 + drained / 1_000_000_000_000;
            let expected = drained.max(supply.0);
            assert!(times.end.0.abs_diff(expected) <= rounding, "job {seed}, {id}: {} for {expected}", times.end.0);
            let through = played.trace.segments(id as u32);
            let until = |place: usize| through.get(place + 1).map_or(Femtos(drained), |next| next.from);
            let moved: f64 = (through.iter().enumerate())
                .map(|(place, segment)| segment.rate * until(place).since(segment.from).secs())
                .sum();
            assert!((moved - drawn.bytes).abs() <= 1e-9 * drawn.bytes, "job {seed}, {id}: {moved} of {}", drawn.bytes);
            let drained_s = times.end.since(times.grant).secs();
            assert!(drained_s >= drawn.bytes / fastest - 1e-12, "job {seed}: transfer {id} is too fast");
            // Only the queue of the serial link delays a stream that has arrived.
            let queues = serial && drawn.weight(SERIAL) > 0.0;
            assert!(times.grant == times.arrive || queues && times.grant > times.arrive, "job {seed}: transfer {id}");
        }
        if serial {
            one_at_a_time(&format!("job {seed}"), &played, &transfers);
        }
        // Rates change only where a segment begins. A nanosecond later the streams that drain then have drained.
        let just_after = |segment: &crate::trace::Segment| segment.from + Femtos(1_000_000);
        let changes: Vec<Femtos> = (0..TRANSFERS)
            .flat_map(|id| played.trace.segments(id).to_vec())
            .map(|segment| just_after(&segment))
            .collect();
        for &at in &changes {
            let rates: Vec<f64> = (0..TRANSFERS).map(|id| rate(&played, &transfers, id, at)).collect();
            let on = |link: usize| {
                let used = rates.iter().zip(&transfers).map(move |(rate, drawn)| (*rate, drawn.weight(link)));
                used.filter(|(_, weight)| *weight > 0.0)
            };
            let used: Vec<f64> = (0..LINKS).map(|link| on(link).map(|(rate, weight)| rate * weight).sum()).collect();
            for (link, (&used, &capacity)) in used.iter().zip(&capacities).enumerate() {
                assert!(
                    used <= capacity * (1.0 + 1e-9),
                    "job {seed}: link {link} carries {used} of {capacity} at {at}"
                );
            }
            // Max-min: every stream crosses a full link on which no stream has a higher rate.
            for (id, (&own, drawn)) in rates.iter().zip(&transfers).enumerate().filter(|(_, (own, _))| **own > 0.0) {
                let held = drawn.links.iter().any(|&(link, _)| {
                    let most = on(link).map(|(rate, _)| rate).fold(0.0, f64::max);
                    used[link] >= capacities[link] * (1.0 - 1e-9) && own >= most * (1.0 - 1e-9)
                });
                assert!(held, "job {seed}: transfer {id} could have more at {at}");
            }
        }
    }
}

/// Streams hold the serial link one after the other, in the order of their arrival.
fn one_at_a_time(name: &str, played: &Played, transfers: &[Drawn]) {
    let crossing = (0..TRANSFERS).filter(|&id| transfers[id as usize].weight(SERIAL) > 0.0);
    let mut held: Vec<_> = crossing.map(|id| played.trace.times(id).expect("a transfer of the plan")).collect();
    held.sort_by_key(|times| (times.grant, times.end));
    for pair in held.windows(2) {
        assert!(pair[1].grant >= pair[0].end, "{name}: two at once on the serial link: {pair:?}");
        assert!(pair[1].arrive >= pair[0].arrive || pair[0].grant < pair[1].arrive, "{name}: out of turn: {pair:?}");
    }
}

#[test]
fn the_order_of_transfers_changes_no_instant() {
    for seed in 0..100 {
        let mut random = Pcg64Mcg::seed_from_u64(seed);
        let (capacities, transfers) = draw(&mut random);
        let plain = play_numbered(&capacities, &transfers, &|link| link, false);
        // Another order in which every transfer still follows its dependencies.
        let mut order: Vec<usize> = Vec::new();
        while order.len() < transfers.len() {
            let open = |id: &usize| {
                let known = |dep: &Dep| order.contains(&(dep.on.0 as usize));
                !order.contains(id) && transfers[*id].deps.iter().all(known)
            };
            let open: Vec<usize> = (0..transfers.len()).filter(open).collect();
            order.push(open[random.random_range(0..open.len())]);
        }
        let new_id =
            |old: u32| TransferId(order.iter().position(|&id| id == old as usize).expect("all are there") as u32);
        let shuffled: Vec<Drawn> = order
            .iter()
            .map(|&id| {
                let mut drawn = transfers[id].clone();
                drawn.deps.iter_mut().for_each(|dep| dep.on = new_id(dep.on.0));
                drawn
            })
            .collect();
        let other = play_numbered(&capacities, &shuffled, &|link| link, false);
        for id in 0..TRANSFERS {
            let (a, b) = (plain.trace.times(id), other.trace.times(new_id(id).0));
            let (a, b) = (a.expect("a transfer").end, b.expect("a transfer").end);
            // Sums run in the order of the transfers: the last bit of a rate may differ.
            assert!(a.0.abs_diff(b.0) <= 2 + a.0 / 1_000_000_000_000, "job {seed}: transfer {id} ends at {a} or {b}");
        }
    }
}

#[test]
fn renumbering_the_links_changes_no_instant() {
    for seed in 0..100 {
        let mut random = Pcg64Mcg::seed_from_u64(seed);
        let (capacities, transfers) = draw(&mut random);
        let turn = random.random_range(1..LINKS);
        let plain = play_numbered(&capacities, &transfers, &|link| link, true);
        let turned = play_numbered(&capacities, &transfers, &|link| (link * 3 + turn) % LINKS, true);
        for id in 0..TRANSFERS {
            let (a, b) = (plain.trace.times(id), turned.trace.times(id));
            let (a, b) = (a.expect("a transfer").end, b.expect("a transfer").end);
            // Sums run in the order of the links: the last bit of a rate may differ.
            assert!(a.0.abs_diff(b.0) <= 1 + a.0 / 1_000_000_000_000, "job {seed}: transfer {id} ends at {a} or {b}");
        }
    }
}

#[test]
fn twice_all_times_is_twice_the_end() {
    for seed in 0..100 {
        let (capacities, transfers) = draw(&mut Pcg64Mcg::seed_from_u64(seed));
        let halved: Vec<f64> = capacities.iter().map(|capacity| capacity / 2.0).collect();
        let stretched: Vec<Drawn> = transfers
            .iter()
            .map(|drawn| Drawn {
                links: drawn.links.clone(),
                latency_s: 2.0 * drawn.latency_s,
                bytes: drawn.bytes,
                deps: drawn
                    .deps
                    .iter()
                    .map(|dep| Dep { delay: Femtos(2 * dep.delay.0), hop_offset: Femtos(2 * dep.hop_offset.0), ..*dep })
                    .collect(),
            })
            .collect();
        let once = play_numbered(&capacities, &transfers, &|link| link, true).trace.end();
        let twice = play_numbered(&halved, &stretched, &|link| link, true).trace.end();
        assert!(twice.0.abs_diff(2 * once.0) <= 1000, "job {seed}: {once}, {twice}");
    }
}
