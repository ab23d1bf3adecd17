//! Positions on a route: the links that a stream passes at an instant, and the port at which it queues.

use crate::collective::{Route, RouteRun};
use crate::fabric::{Fabric, LinkId, LinkMode};
use crate::trace::Times;
use crate::units::Femtos;

/// The link of a route that takes one stream at a time.
pub(super) fn serial_port(fabric: &Fabric, route: &Route) -> Option<LinkId> {
    let serial = |link: LinkId| fabric.link(link).is_some_and(|spec| spec.mode == LinkMode::Serial);
    let found = route.runs.iter().find(|run| run.serial || serial(run.first));
    found.map(|run| run.first)
}

/// The first and the last index of the links in a row of a run that bytes of the stream leave at `at`. `hop` is the latency
/// of each link.
pub(crate) fn links_passed(
    route: &Route,
    run: &RouteRun,
    row: u32,
    times: &Times,
    at: Femtos,
    hop: Femtos,
) -> Option<(u32, u32)> {
    let offset = |index: f64| run.offset_fs + f64::from(row) * run.row_step_fs + index * run.step_fs;
    // Leaving link i now, bytes arrive at `at + latency - offset(i) - hop`.
    let arrives = |index: f64| at.0 as f64 + route.latency.0 as f64 - offset(index) - hop.0 as f64;
    let (grant, end) = (times.grant.0 as f64, times.end.0 as f64);
    let last = f64::from(run.count - 1);
    if run.step_fs <= 0.0 {
        let now = (grant..end).contains(&arrives(0.0));
        return now.then_some((0, run.count - 1));
    }
    // `arrives` decreases with the index: it is below `end` from one index on, and at least `grant` up to another.
    let low = (((arrives(0.0) - end) / run.step_fs).floor() + 1.0).max(0.0);
    let high = ((arrives(0.0) - grant) / run.step_fs).floor().min(last);
    (low <= high).then_some((low as u32, high as u32))
}
