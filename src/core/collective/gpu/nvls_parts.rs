//! What a switch that adds and multicasts does in one step: all-gather, reduce-scatter, broadcast and reduce.

use super::rooted::{Rooted, phase_name};
use crate::fabric::Switch;
use crate::plan::{AllReduceHalf, Delays, Delivery, MessageSlice, Plan, PlanBuilder, RouteRun};
use crate::units::{Bytes, Femtos};

/// Reduce-scatter or all-gather in the switch. A rank owns one n-th: the switch adds what all ranks send and passes the
/// sum to the owner, or copies what the owner sends to all ranks, the owner included, as NVLS does.
///
/// Takes `launch + S/c + 2 h`.
pub fn nvls_half(switch: &Switch, half: AllReduceHalf, message: Bytes, delays: &Delays) -> Plan {
    let ranks = switch.ranks;
    let mut plan = PlanBuilder::new(delays.launch);
    let phase = plan.phase(match half {
        AllReduceHalf::ReduceScatter => "in-switch reduction",
        AllReduceHalf::AllGather => "multicast",
    });
    let hop_fs = switch.latency.0 as f64;
    let bytes = message.0 as f64 / f64::from(ranks);
    for owner in 0..ranks {
        let flow = half.flow();
        let (runs, delivery, late) = match half {
            AllReduceHalf::ReduceScatter => {
                let fetch = RouteRun::line(switch.up(0), 1, ranks, 0.0, 0.0, flow);
                let sum = RouteRun::single(switch.down(owner), 1.0, hop_fs, flow);
                // The switch adds what all ranks send at once, so it waits for the last rank.
                ([fetch, sum], Delivery::Rank(owner), delays.last_start())
            }
            AllReduceHalf::AllGather => {
                let send = RouteRun::single(switch.up(owner), 1.0, 0.0, flow);
                let multicast = RouteRun::line(switch.down(0), 1, ranks, hop_fs, 0.0, flow);
                ([send, multicast], Delivery::All, delays.start_of(owner))
            }
        };
        let route = plan.route(runs, Femtos(2 * switch.latency.0));
        let transfer = plan.transfer(phase, route, bytes, delivery, &[]);
        plan.carries(transfer, MessageSlice::one(owner, ranks));
        plan.delay_start(transfer, late);
    }
    plan.build()
}

/// Broadcast from rank 0, or reduce into it, in one stream through the switch: `launch + S/c + 2 h`.
pub fn nvls_rooted(switch: &Switch, rooted: Rooted, message: Bytes, delays: &Delays) -> Plan {
    let others = switch.ranks - 1;
    let mut plan = PlanBuilder::new(delays.launch);
    let phase = plan.phase(phase_name(rooted));
    let hop_fs = switch.latency.0 as f64;
    let flow = rooted.flow();
    let (runs, late) = match rooted {
        Rooted::Broadcast => {
            let send = RouteRun::single(switch.up(0), 1.0, 0.0, flow);
            ([send, RouteRun::line(switch.down(1), 1, others, hop_fs, 0.0, flow)], delays.start_of(0))
        }
        Rooted::Reduce => {
            let fetch = RouteRun::line(switch.up(1), 1, others, 0.0, 0.0, flow);
            ([fetch, RouteRun::single(switch.down(0), 1.0, hop_fs, flow)], delays.last_start())
        }
    };
    let route = plan.route(runs, Femtos(2 * switch.latency.0));
    let transfer = plan.transfer(phase, route, message.0 as f64, rooted.delivery(), &[]);
    plan.delay_start(transfer, late);
    plan.build()
}
