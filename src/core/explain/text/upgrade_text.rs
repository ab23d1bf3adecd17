//! Improvements of a figure as phrases: a little better, and twice as good.

use super::fabric_noun::{is_fitted, is_wavelet_rate};
use crate::explain::attribution::TimeShare;
use crate::explain::cost::CostSource;
use crate::solve::{Parameter, ParameterKind};

/// Changes of the time below this share are none.
pub(super) const MIN_CHANGE: f64 = 1e-6;

/// How an improvement of a figure is phrased. Both phrases start a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Improvement {
    /// By one percent: `1 % more capacity`.
    pub slight: &'static str,
    /// By a factor of two: `Twice the capacity`.
    pub double: &'static str,
    /// Whether the phrases are plurals.
    pub plural: bool,
}

/// The improvement of the figure behind a share of the time.
pub(super) fn improvement(parameter: Parameter, share: &TimeShare) -> Improvement {
    let singular = |slight, double| Improvement { slight, double, plural: false };
    match (parameter.of, share.source) {
        (ParameterKind::Capacity, _) if is_fitted(parameter) => singular("1 % more of that rate", "Twice that rate"),
        (ParameterKind::Capacity, _) if is_wavelet_rate(parameter) => {
            singular("1 % more capacity of mesh links and ramps together", "Twice the capacity of mesh links and ramps")
        }
        (ParameterKind::Capacity, _) => singular("1 % more capacity", "Twice the capacity"),
        (ParameterKind::Latency, _) => singular("1 % less latency", "Half the latency"),
        (ParameterKind::Processing, CostSource::Cores) => {
            Improvement { slight: "1 % faster cores", double: "Cores twice as fast", plural: true }
        }
        (ParameterKind::Processing, CostSource::Step) => singular("1 % faster software", "Software twice as fast"),
        (ParameterKind::Processing, CostSource::Fill) => singular("1 % less fill time", "Half the fill time"),
        (ParameterKind::Processing, CostSource::Computation) => {
            singular("1 % faster computation", "Computation twice as fast")
        }
        (ParameterKind::Processing, CostSource::Link | CostSource::Launch | CostSource::Late) => {
            singular("1 % less processing", "Half the processing")
        }
        (ParameterKind::Launch, CostSource::Late) => {
            singular("1 % less delay of late ranks", "Half the delay of late ranks")
        }
        (
            ParameterKind::Launch,
            CostSource::Link
            | CostSource::Cores
            | CostSource::Step
            | CostSource::Fill
            | CostSource::Computation
            | CostSource::Launch,
        ) => singular("1 % less start-up", "Half the start-up"),
    }
}
