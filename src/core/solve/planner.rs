//! The plan of a fabric: by the registry of algorithms, or by the measured timing.

use super::measured;
use super::scaling::Scaling;
use crate::collective::{
    FirstPartner, Flow, Plan, PlanError, PlanInputs, Route, RouteRun, SequenceInputs, sequence_plan,
};
use crate::fabric::{Fabric, LinkFigures, RateCapReason};
use crate::nccl::Candidate;
use crate::scene::{FabricKind, FabricScene};
use crate::units::{Bytes, Femtos};

/// What the operations of a fabric's sequence have in common.
pub(super) fn sequence_inputs(spec: &FabricScene) -> SequenceInputs<'_> {
    SequenceInputs { layout: spec.kind.rank_layout(), delays: &spec.delays, first_partner: first_partner(spec) }
}

/// With whom recursive halving begins.
fn first_partner(spec: &FabricScene) -> FirstPartner {
    match &spec.kind {
        FabricKind::Chips(chips) => chips.first_partner,
        FabricKind::Wafer(_) | FabricKind::Wafers(_) => FirstPartner::Far,
    }
}

/// Plans the collective, and the other traffic beside it. With measured timing the fabric gets rate caps, and the candidate
/// is the one that [`measured::candidate`] found.
///
/// # Errors
/// As the algorithm's function; [`PlanError::NotMeasured`] without a candidate.
pub(crate) fn plan(
    spec: &FabricScene,
    fabric: &mut Fabric,
    message: Bytes,
    (candidate, scaling): (Option<&Candidate>, &Scaling),
) -> Result<Plan, PlanError> {
    let plan = match (&spec.kind, &spec.sequence) {
        (_, Some(sequence)) => sequence_plan(sequence, fabric, &sequence_inputs(spec))?,
        (FabricKind::Chips(chips), None) if chips.measured.is_some() => {
            let (capped, plan) = measured::plan(spec, chips, message, (candidate, scaling))?;
            *fabric = capped;
            plan
        }
        (kind, None) => {
            let inputs = PlanInputs {
                collective: spec.collective,
                layout: kind.rank_layout(),
                fabric,
                message,
                delays: &spec.delays,
                first_partner: first_partner(spec),
            };
            kind.algorithm().build(&inputs)?
        }
    };
    if spec.traffic.is_empty() {
        return Ok(plan);
    }
    let mut routes = Vec::with_capacity(spec.traffic.len());
    for (number, traffic) in spec.traffic.iter().enumerate() {
        let figures = LinkFigures { capacity: traffic.rate, latency: Femtos(0) };
        let path = crate::plan::path_between(fabric, traffic.from, traffic.to)?;
        // A rate cap keeps the stream at its rate.
        let source = fabric.add_rate_cap(figures, RateCapReason::BackgroundTraffic, number as u32);
        let mut route = Route::along(fabric, &path, Flow::Broadcast);
        route.runs.insert(0, RouteRun::single(source, 1.0, 0.0, Flow::Broadcast));
        routes.push(route);
    }
    plan.check_written_out()?;
    Ok(plan.with_traffic(routes))
}
