//! Properties of the engine over random plans (seeded, so that a failure can be repeated by its number).

use rand::{Rng, RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

use super::*;
use crate::collective::{Delivery, Dep, DepKind, Phase, PlanBuilder, Run, TransferId};
use crate::fabric::{Graph, LinkMode, Shape};
use crate::units::{BytesPerSec, Femtos};

const LINKS: usize = 8;
const TRANSFERS: u32 = 25;

/// A transfer as it was drawn: its links, latency, bytes, and what it waits for.
struct Drawn {
    links: Vec<usize>,
    latency_s: f64,
    bytes: f64,
    deps: Vec<Dep>,
}

/// Capacities and transfers of one random job.
fn draw(random: &mut impl Rng) -> (Vec<f64>, Vec<Drawn>) {
    let capacities = (0..LINKS).map(|_| random.random_range(1.0..10.0)).collect();
    let transfers = (0..TRANSFERS)
        .map(|id| {
            let mut links: Vec<usize> = (0..LINKS).filter(|_| random.random_range(0..4) == 0).collect();
            if links.is_empty() {
                links.push(random.random_range(0..LINKS));
            }
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

/// Plays a job with its links numbered by `number`.
fn play_numbered(capacities: &[f64], transfers: &[Drawn], number: &dyn Fn(usize) -> usize) -> Played {
    let mut by_number = vec![0.0; LINKS];
    capacities.iter().enumerate().for_each(|(link, &capacity)| by_number[number(link)] = capacity);
    let mut graph = Graph::default();
    for capacity in by_number {
        graph.add(BytesPerSec(capacity), Femtos(0), LinkMode::Shared);
    }
    let mut plan = PlanBuilder::new(Femtos(0));
    let stage = plan.stage("random");
    for drawn in transfers {
        let runs = drawn.links.iter().map(|&link| Run::single(LinkId(number(link) as u32), 1.0, 0.0, Phase::Sum));
        let route = plan.route(runs, Femtos::from_secs(drawn.latency_s));
        plan.transfer(stage, route, drawn.bytes, Delivery::Partial, &drawn.deps);
    }
    play(&Shape::Graph(graph).into(), &plan.build()).expect("a plan that can be played")
}

/// The rate of a transfer just after `at`, zero once its bytes are delivered.
fn rate(played: &Played, transfers: &[Drawn], id: u32, at: Femtos) -> f64 {
    played.trace.rate(id, transfers[id as usize].bytes, at).map_or(0.0, |segment| segment.rate)
}

#[test]
fn random_plans_obey_capacity_fairness_bounds_and_conservation() {
    for seed in 0..300 {
        let (capacities, transfers) = draw(&mut Pcg64Mcg::seed_from_u64(seed));
        let played = play_numbered(&capacities, &transfers, &|link| link);
        // Minutes in femtoseconds are more than a double holds exactly: a part in 10^12 is allowed.
        let (end, bound) = (played.trace.end(), played.bounds.tightest());
        let slack = u64::from(TRANSFERS) + bound.0 / 1_000_000_000_000;
        assert!(end.0 + slack >= bound.0, "job {seed} ends at {} fs, bound {} fs", end.0, bound.0);
        for (id, drawn) in transfers.iter().enumerate() {
            let times = played.trace.times(id as u32).expect("a played transfer");
            // All bytes have arrived at the end, and not before the fastest possible drain.
            let before = Femtos(times.end.0.saturating_sub(1));
            assert!(played.trace.delivered(id as u32, drawn.bytes, before) <= drawn.bytes, "job {seed}");
            let fastest = drawn.links.iter().map(|&link| capacities[link]).fold(f64::INFINITY, f64::min);
            let drained_s = times.end.since(times.grant).secs();
            assert!(drained_s >= drawn.bytes / fastest - 1e-12, "job {seed}: transfer {id} is too fast");
        }
        // Rates change only where a segment begins; a nanosecond later the last bytes of others are surely through.
        let just_after = |segment: &crate::trace::Segment| segment.from + Femtos(1_000_000);
        let changes: Vec<Femtos> = (0..TRANSFERS)
            .flat_map(|id| played.trace.segments(id).to_vec())
            .map(|segment| just_after(&segment))
            .collect();
        for &at in &changes {
            let rates: Vec<f64> = (0..TRANSFERS).map(|id| rate(&played, &transfers, id, at)).collect();
            let on = |link: usize| rates.iter().zip(&transfers).filter(move |(_, drawn)| drawn.links.contains(&link));
            let used: Vec<f64> = (0..LINKS).map(|link| on(link).map(|(rate, _)| rate).sum()).collect();
            for (link, (&used, &capacity)) in used.iter().zip(&capacities).enumerate() {
                assert!(
                    used <= capacity * (1.0 + 1e-9),
                    "job {seed}: link {link} carries {used} of {capacity} at {at}"
                );
            }
            // Max-min: everybody is held by a full link on which nobody has more.
            for (id, (&own, drawn)) in rates.iter().zip(&transfers).enumerate().filter(|(_, (own, _))| **own > 0.0) {
                let held = drawn.links.iter().any(|&link| {
                    let most = on(link).map(|(rate, _)| *rate).fold(0.0, f64::max);
                    used[link] >= capacities[link] * (1.0 - 1e-9) && own >= most * (1.0 - 1e-9)
                });
                assert!(held, "job {seed}: transfer {id} could have more at {at}");
            }
        }
    }
}

#[test]
fn renumbering_the_links_changes_no_instant() {
    for seed in 0..100 {
        let mut random = Pcg64Mcg::seed_from_u64(seed);
        let (capacities, transfers) = draw(&mut random);
        let turn = random.random_range(1..LINKS);
        let plain = play_numbered(&capacities, &transfers, &|link| link);
        let turned = play_numbered(&capacities, &transfers, &|link| (link * 3 + turn) % LINKS);
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
        let once = play_numbered(&capacities, &transfers, &|link| link).trace.end();
        let twice = play_numbered(&halved, &stretched, &|link| link).trace.end();
        assert!(twice.0.abs_diff(2 * once.0) <= 1000, "job {seed}: {once}, {twice}");
    }
}
