//! The runs of a log as curves.

use crate::nccl_log::{LogRun, NcclLog};

/// busbw in GB/s over the binary logarithm of the message size.
pub type Curve = Vec<(f64, f64)>;

/// The most runs that a plot shows: as many as there are colours of curves.
const MAX_RUNS: usize = 8;

/// The measured points of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct RunCurve {
    /// The heading of the run in the log, or its number.
    pub name: String,
    /// busbw by size, of the fastest row of each size.
    pub points: Curve,
}

/// The first runs of a log as curves; none if it has only one. `ranks` is for runs that do not show theirs.
pub(super) fn run_curves(log: &NcclLog, ranks: u32) -> Vec<RunCurve> {
    if log.runs.len() < 2 {
        return Vec::new();
    }
    let curve = |(at, run): (usize, &LogRun)| RunCurve { name: run_name(run, at), points: points(run, ranks) };
    log.runs.iter().enumerate().take(MAX_RUNS).map(curve).collect()
}

/// The heading of a run, or its number.
pub fn run_name(run: &LogRun, at: usize) -> String {
    run.name.clone().unwrap_or_else(|| format!("run {}", at + 1))
}

fn points(run: &LogRun, ranks: u32) -> Curve {
    let ranks = run.ranks.unwrap_or(ranks);
    let busbw = |bytes: f64, seconds: f64| run.operation.busbw(bytes / seconds / 1e9, f64::from(ranks));
    let mut points: Curve = Vec::new();
    for row in &run.rows {
        let Some(seconds) = row.time_s(run.operation, ranks) else { continue };
        let bytes = row.message_bytes as f64;
        points.push((libm::log2(bytes), busbw(bytes, seconds)));
    }
    points.sort_by(|a, b| a.0.total_cmp(&b.0).then(b.1.total_cmp(&a.1)));
    points.dedup_by(|later, first| later.0 == first.0);
    points
}
