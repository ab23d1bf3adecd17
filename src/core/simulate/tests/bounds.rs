//! The bounds of a plan: reached by runs without rivals and without idle links, and sums over the links otherwise.

use proptest::prelude::*;

use super::random_plans::{Drawn, Job, LINKS, config, job, play_plain, rounding_fs};
use crate::fabric::{Graph, LinkId, LinkMode, Topology};
use crate::plan::{Delivery, Dep, DepKind, Flow, PlanBuilder, RouteRun};
use crate::simulate::{Played, play};
use crate::units::{BytesPerSec, Femtos};

/// Plays a job in which each transfer has a link of its own.
fn play_without_rivals(job: &Job, launch: Femtos) -> Played {
    let mut graph = Graph::default();
    let mut plan = PlanBuilder::new(launch);
    let phase = plan.phase("alone");
    for (id, drawn) in job.transfers.iter().enumerate() {
        graph.add(BytesPerSec(job.capacities[id % LINKS]), Femtos(0), LinkMode::Shared);
        let weight = drawn.links.values().copied().fold(1.0, f64::max);
        let run = RouteRun::single(LinkId(id as u32), weight, 0.0, Flow::Reduce);
        let route = plan.route([run], Femtos::from_secs(drawn.latency_s));
        let deps: Vec<Dep> = drawn.deps.iter().map(|dep| after_now(job, dep)).collect();
        plan.transfer(phase, route, drawn.bytes, Delivery::Partial, &deps);
    }
    play(&Topology::Graph(graph).into(), &plan.build()).expect("a plan that can be played")
}

/// What waits for a port to be free would start in the past without a delay; the engine starts nothing in the past, and
/// the bound does not know that.
fn after_now(job: &Job, dep: &Dep) -> Dep {
    let latency = Femtos::from_secs(job.transfers[dep.on.0 as usize].latency_s);
    let extra = if dep.kind == DepKind::Sent { latency } else { Femtos(0) };
    Dep { delay: dep.delay + extra, ..*dep }
}

/// The bytes over each link.
fn loads(job: &Job) -> Vec<f64> {
    let over = |link: usize| {
        let bytes = |drawn: &Drawn| drawn.links.get(&link).map_or(0.0, |weight| weight * drawn.bytes);
        job.transfers.iter().map(bytes).sum()
    };
    (0..LINKS).map(over).collect()
}

proptest! {
    #![proptest_config(config(200))]

    #[test]
    fn transfers_without_rivals_end_with_the_longest_path(job in job(), launch_s in 0..3_u32) {
        let launch = Femtos::from_secs(f64::from(launch_s));
        let played = play_without_rivals(&job, launch);
        let (end, path) = (played.trace.end(), played.bounds.path);
        // Each transfer rounds its time.
        let slack = rounding_fs(2 * job.transfers.len() as u64, end);
        prop_assert!(end.0.abs_diff(path.0) <= slack, "ends at {end}, longest path {path}");
        prop_assert_eq!(played.bounds.tightest(), path, "no link has to carry more than one transfer");
    }

    #[test]
    fn a_link_that_is_never_idle_ends_with_its_load(mut job in job()) {
        for drawn in &mut job.transfers {
            let weight = drawn.links.values().copied().fold(1.0, f64::max);
            *drawn = Drawn { links: [(0, weight)].into(), latency_s: 0.0, deps: Vec::new(), ..drawn.clone() };
        }
        let played = play_plain(&job, false);
        let (end, load) = (played.trace.end(), played.bounds.load);
        let slack = rounding_fs(2 * job.transfers.len() as u64, end);
        prop_assert!(end.0.abs_diff(load.0) <= slack, "ends at {end}, load {load}");
        prop_assert!(played.bounds.tightest().0 + slack >= end.0);
    }

    #[test]
    fn the_load_is_that_of_the_slowest_link_and_the_busiest_has_the_most_bytes(job in job()) {
        let played = play_plain(&job, false);
        let loads = loads(&job);
        let slowest_s = loads.iter().zip(&job.capacities).map(|(bytes, capacity)| bytes / capacity).fold(0.0, f64::max);
        let load = played.bounds.load;
        prop_assert!(load.0.abs_diff(Femtos::from_secs(slowest_s).0) <= rounding_fs(1, load), "{load}, not {slowest_s} s");
        let (bytes, link) = played.busiest_link;
        let most = loads.iter().copied().fold(0.0, f64::max);
        prop_assert!((bytes - most).abs() <= 1e-9 * most, "{bytes} B, not {most}");
        prop_assert!((loads[link.0 as usize] - most).abs() <= 1e-9 * most, "link {} has {}", link.0, loads[link.0 as usize]);
    }
}
