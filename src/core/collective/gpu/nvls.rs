//! In-switch reduction (NVLS): the switch adds and multicasts.

use super::rate_cap::cap;
use crate::fabric::{LinkId, Switch};
use crate::plan::{Delays, Delivery, Flow, MessageSlice, Plan, PlanBuilder, RouteRun};
use crate::units::{Bytes, Femtos};

/// All-reduce with addition and multicast in the switch (NVLS). Each rank owns one n-th. The switch fetches it from all
/// ranks, adds, and passes the sum to the owner, which sends it back to be copied to all.
///
/// Each part is one stream. Every uplink carries it once (the owner's twice), every downlink once (the owner's twice), so
/// the whole takes `S (1 + 1/n) / c + 4 h + launch` (engine-model section 2).
pub fn nvls_all_reduce(switch: &Switch, message: Bytes, delays: &Delays) -> Plan {
    nvls_streams(switch, message, delays, None)
}

/// The same with a rate cap per stream, from the private link `capped` on: what chunks and rounds leave of the ports'
/// capacity (`measured` timing).
pub fn nvls_streams(switch: &Switch, message: Bytes, delays: &Delays, capped: Option<LinkId>) -> Plan {
    let ranks = switch.ranks;
    let mut plan = PlanBuilder::new(delays.launch);
    plan.delay_all(delays.fill);
    let phase = plan.phase("in-switch all-reduce");
    let hop_fs = switch.latency.0 as f64;
    let bytes = message.0 as f64 / f64::from(ranks);
    for owner in 0..ranks {
        let fetch = RouteRun::line(switch.up(0), 1, ranks, 0.0, 0.0, Flow::Reduce);
        let sum = RouteRun::single(switch.down(owner), 1.0, hop_fs, Flow::Reduce);
        let send_back = RouteRun::single(switch.up(owner), 1.0, 2.0 * hop_fs, Flow::Broadcast);
        let multicast = RouteRun::line(switch.down(0), 1, ranks, 3.0 * hop_fs, 0.0, Flow::Broadcast);
        let runs = cap(capped, owner).into_iter().chain([fetch, sum, send_back, multicast]);
        let route = plan.route(runs, Femtos(4 * switch.latency.0));
        let transfer = plan.transfer(phase, route, bytes, Delivery::All, &[]);
        plan.carries(transfer, MessageSlice::one(owner, ranks));
        // The switch adds what all ranks send at once, so it waits for the last rank.
        plan.delay_start(transfer, delays.last_start());
    }
    plan.build()
}
