//! Direct all-reduce: every rank exchanges with every other rank at once.

use crate::fabric::{Fabric, Topology};
use crate::plan::{
    AllReduceHalf, Delays, Delivery, Dep, MessageSlice, Plan, PlanBuilder, PlanError, SwitchExchange, SymmetricRule,
    TransferId, check_listed, path_between,
};
use crate::units::Bytes;

/// Direct all-reduce: every rank sends every other rank its part at once, then the finished part to all.
///
/// On a switch it takes `launch + 2 (2 h) + 2 (n-1)/n S/c` (engine-model 3.3). Around a switch whose links and ranks are
/// all identical the plan is a rule, and one pair is simulated for all.
///
/// # Errors
/// [`PlanError::NoPath`] or [`PlanError::NoAlternatePath`] if no path joins two ranks, [`PlanError::TooMany`] for too
/// many pairs.
pub fn direct_all_reduce(fabric: &Fabric, message: Bytes, delays: &Delays) -> Result<Plan, PlanError> {
    let ranks = fabric.topology.ranks();
    if let Topology::Switch(switch) = &fabric.topology
        && ranks > 1
        && fabric.changed().is_empty()
        && delays.is_even()
    {
        let exchange = SwitchExchange::new(fabric, switch, message, delays)?;
        return Ok(Plan::from_symmetric(SymmetricRule::Direct(exchange), delays.launch));
    }
    let pairs = u64::from(ranks) * u64::from(ranks - 1);
    check_listed(2 * pairs, pairs * u64::from(ranks - 1))?;
    let mut plan = PlanBuilder::new(delays.launch);
    let scatter = plan.phase("reduce-scatter");
    let gather = plan.phase("all-gather");
    let bytes = message.0 as f64 / f64::from(ranks);
    let mut received: Vec<Vec<TransferId>> = vec![Vec::new(); ranks as usize];
    let others = |rank: u32| (0..ranks).filter(move |&other| other != rank);
    for from in 0..ranks {
        for to in others(from) {
            let path = path_between(fabric, from, to)?;
            let route = plan.route_along(fabric, &path, AllReduceHalf::ReduceScatter.flow());
            let transfer = plan.transfer(scatter, route, bytes, Delivery::Partial, &[]);
            plan.carries(transfer, MessageSlice::one(to, ranks));
            plan.delay_start(transfer, delays.start_of(from));
            received[to as usize].push(transfer);
        }
    }
    for from in 0..ranks {
        let step = delays.step(from);
        let deps: Vec<Dep> = received[from as usize].iter().map(|&on| Dep::tail(on).after(step)).collect();
        for to in others(from) {
            let path = path_between(fabric, from, to)?;
            let route = plan.route_along(fabric, &path, AllReduceHalf::AllGather.flow());
            let transfer = plan.transfer(gather, route, bytes, Delivery::Rank(to), &deps);
            plan.carries(transfer, MessageSlice::one(from, ranks));
            plan.delay_start(transfer, delays.start_of(from));
        }
    }
    Ok(plan.build())
}
