//! Direct exchange: every rank sends every other rank a part at once. Two such steps are an all-reduce.

use super::exchange::exchange_path;
use crate::fabric::{Fabric, Topology};
use crate::plan::{
    AllReduceHalf, Delays, Delivery, Dep, Exchange, Halves, MessageSlice, Plan, PlanBuilder, PlanError, SwitchExchange,
    SymmetricRule, TransferId, check_listed, path_between,
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
    direct(fabric, Exchange::Halves(Halves::Both), message, delays)
}

/// One direct exchange, or the two of an all-reduce. In a reduce-scatter every rank receives its part from all others, in
/// an all-gather it sends its part to all, in an all-to-all it sends every rank another part.
///
/// On a switch one step takes `launch + 2 h + (n-1)/n S/c`.
///
/// # Errors
/// As [`direct_all_reduce`].
pub fn direct(fabric: &Fabric, exchange: Exchange, message: Bytes, delays: &Delays) -> Result<Plan, PlanError> {
    let ranks = fabric.topology.ranks();
    if let Topology::Switch(switch) = &fabric.topology
        && ranks > 1
        && fabric.changed().is_empty()
        && delays.is_even()
    {
        let exchange = SwitchExchange::new(fabric, switch, exchange, message, delays)?;
        return Ok(Plan::from_symmetric(SymmetricRule::Direct(exchange), delays.launch));
    }
    let pairs = u64::from(ranks) * u64::from(ranks - 1);
    let steps = u64::from(exchange.steps());
    check_listed(steps * pairs, (steps - 1) * pairs * u64::from(ranks - 1))?;
    let mut plan = PlanBuilder::new(delays.launch);
    let bytes = message.0 as f64 / f64::from(ranks);
    let mut received: Vec<Vec<TransferId>> = vec![Vec::new(); ranks as usize];
    for step in 0..exchange.steps() {
        let phase = plan.phase(exchange.phase_name(step));
        let is_last = step + 1 == exchange.steps();
        let before = std::mem::replace(&mut received, vec![Vec::new(); ranks as usize]);
        for from in 0..ranks {
            let software = delays.step(from);
            let deps: Vec<Dep> = before[from as usize].iter().map(|&on| Dep::tail(on).after(software)).collect();
            for to in (0..ranks).filter(|&to| to != from) {
                let path = match exchange {
                    Exchange::AllToAll => exchange_path(fabric, from, to)?,
                    Exchange::Halves(_) => path_between(fabric, from, to)?,
                };
                let route = plan.route_along(fabric, &path, exchange.flow(step));
                let delivery = if is_last { Delivery::Rank(to) } else { Delivery::Partial };
                let transfer = plan.transfer(phase, route, bytes, delivery, &deps);
                let owner = if exchange.half(step) == Some(AllReduceHalf::AllGather) { from } else { to };
                plan.carries(transfer, MessageSlice::one(owner, ranks));
                plan.delay_start(transfer, delays.start_of(from));
                received[to as usize].push(transfer);
            }
        }
    }
    Ok(plan.build())
}
