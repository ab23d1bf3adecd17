//! The figures of a run that every report and every row of a sweep repeat.

use serde::Serialize;

use super::run::FabricRun;

/// Size, time, rates and bounds of a run. `None` where the fabric did not run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct RunFigures {
    /// Bytes per rank.
    pub message_bytes: u64,
    /// Time of the collective, seconds.
    pub time_s: Option<f64>,
    /// Message size over time, GB/s.
    pub algbw_gb_s: Option<f64>,
    /// algbw x the factor of the operation, such as 2(n-1)/n for an all-reduce, GB/s.
    pub busbw_gb_s: Option<f64>,
    /// Bytes on the busiest link over time, GB/s.
    pub wire_gb_s: Option<f64>,
    /// The fabric bound, seconds. Infinite, in JSON `null`, if a port or a cut has no link left.
    pub bound_s: f64,
    /// The plan bound, seconds.
    pub plan_bound_s: Option<f64>,
}

impl RunFigures {
    /// The figures of a run.
    pub fn new(run: &FabricRun) -> RunFigures {
        let result = run.result();
        let gb_s = |rate: f64| rate / 1e9;
        // Operations of several sizes have no common bandwidth.
        let of_one = result.filter(|_| run.scene.sequence.is_none());
        RunFigures {
            message_bytes: run.message.0,
            time_s: result.map(|result| result.time.secs()),
            algbw_gb_s: of_one.map(|result| gb_s(result.algbw(run.message))),
            busbw_gb_s: of_one.map(|result| gb_s(result.busbw(run.scene.collective, run.message, run.ranks))),
            wire_gb_s: result.map(|result| gb_s(result.wire())),
            bound_s: run.bound_s,
            plan_bound_s: result.map(|result| result.plan_bound_s),
        }
    }

    /// The fabric bound over the time, at most 1.
    pub fn bound_share(&self) -> Option<f64> {
        self.time_s.map(|time_s| self.bound_s / time_s)
    }
}
