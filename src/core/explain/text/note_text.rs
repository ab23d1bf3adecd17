//! Notes beside an explanation.

/// The search for the critical path has failed.
pub(in crate::explain) const PATH_INCOMPLETE: &str =
    "internal error: the trace does not explain the start of a transfer on the critical path";

/// The run is too large for re-runs.
pub(in crate::explain) const NOT_REPLAYED: &str = "no elasticities: the run is too large for repeated re-runs";

/// The run has fixed rates on shared links.
pub(in crate::explain) const FIXED_RATES: &str =
    "no elasticities: the fixed rates inside a node are too coarse for changes of one percent";

/// Another path takes over within the step of an elasticity; `sum` is the sum of all elasticities if it is not 1.
pub(in crate::explain) fn path_changes(sum: Option<f64>) -> String {
    let cause = "within one percent another path takes over, or two link classes limit the run equally";
    match sum {
        Some(sum) => format!("{cause}: the elasticities add up to {sum:.3} instead of 1"),
        None => format!("{cause}: the elasticity of a figure differs from its share of the time"),
    }
}
