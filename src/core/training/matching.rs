//! The same days, the same power, the same budget: how many wafers match a cluster of GPUs.

use super::calls::{Calls, KnownCalls};
use super::error::StepError;
use super::sentences::days_in_digits;
use super::solve::{TrainingRun, step_at};
use crate::catalog::{Catalog, RangeEnd};
use crate::model::{TrainingJob, WaferJob};
use crate::scene::{FabricTraining, Scene};
use crate::units::grouped;

/// What two clusters have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Same {
    /// The days of the run.
    Days,
    /// The rated power.
    Power,
    /// The price of the machines.
    Price,
}

/// Wafers beside GPUs.
#[derive(Clone, Debug, PartialEq)]
pub struct Match {
    /// The fabric of GPUs, by its place.
    pub gpus: usize,
    /// The fabric of wafers, by its place.
    pub wafers: usize,
    /// What they have in common.
    pub same: Same,
    /// How many wafers; `None` if no number of them is fast enough.
    pub count: Option<u32>,
    /// The days of the run with as many, or with the fastest number.
    pub days: f64,
    /// In words.
    pub sentence: String,
}

struct Counted<'a> {
    job: &'a WaferJob,
    training: &'a FabricTraining,
    calls: Calls<'a>,
    tokens: f64,
    end: RangeEnd,
}

impl Counted<'_> {
    fn days(&mut self, wafers: u32) -> Result<f64, StepError> {
        let job = WaferJob { wafers, ..self.job.clone() };
        let step = step_at(&TrainingJob::Wafer(Box::new(job)), &mut self.calls, self.end, false)?;
        Ok(self.tokens / step.tokens_per_s() / self.training.goodput.at(self.end.opposite()) / 86_400.0)
    }
}

/// Compares every cluster of wafers of a scene with every cluster of GPUs.
pub fn matches(
    scene: &Scene,
    runs: &[Result<TrainingRun, StepError>],
    catalog: &Catalog,
    known: &mut KnownCalls,
) -> Vec<Match> {
    let Some(training) = &scene.training else { return Vec::new() };
    let mut found = Vec::new();
    for (wafers, other) in training.fabrics.iter().enumerate() {
        let TrainingJob::Wafer(job) = &other.job else { continue };
        // Clusters that differ only in the number of wafers have the same matches.
        let is_same_wafer = |one: &FabricTraining| match &one.job {
            TrainingJob::Wafer(known) => {
                WaferJob { wafers: job.wafers, ..*known.clone() } == **job
                    && one.price == other.price
                    && one.goodput == other.goodput
            }
            TrainingJob::Gpu(_) => false,
        };
        if training.fabrics.iter().take(wafers).any(is_same_wafer) {
            continue;
        }
        let calls = known.take(catalog, &other.fabric);
        let mut counted = Counted { job, training: other, calls, tokens: training.tokens, end: training.end };
        let most = most_wafers(job, catalog);
        for (gpus, (own, run)) in training.fabrics.iter().zip(runs).enumerate() {
            let (TrainingJob::Gpu(_), Ok(run)) = (&own.job, run) else { continue };
            let name = |index: usize| scene.fabrics.get(index).map_or("", |fabric| fabric.name.as_str());
            let names = (name(gpus), name(wafers));
            found.extend(same_days(&mut counted, (gpus, wafers), names, (run, most)).ok());
            for (same, figure) in [
                (Same::Power, own.power_kw.value / other.power_kw.value),
                (Same::Price, own.price.at(training.end) / other.price.at(training.end).max(1e-9)),
            ] {
                let count = (f64::from(own.job.chips()) * figure).floor().clamp(0.0, f64::from(most)) as u32;
                found.extend(same_share(&mut counted, (gpus, wafers), names, (same, count, run)).ok());
            }
        }
        known.keep(counted.calls);
    }
    found
}

fn most_wafers(job: &WaferJob, catalog: &Catalog) -> u32 {
    let machine = match catalog.get(&job.wafer.machine) {
        Some(crate::catalog::Machine::WaferCluster(machine)) => machine.wafers.count(),
        Some(_) | None => job.wafers,
    };
    u32::try_from(job.global_batch).unwrap_or(u32::MAX).min(machine).max(1)
}

/// The least number of wafers that is as fast. More wafers are never slower by much, so the search halves.
fn same_days(
    counted: &mut Counted<'_>,
    (gpus, wafers): (usize, usize),
    (gpu_name, wafer_name): (&str, &str),
    (run, most): (&TrainingRun, u32),
) -> Result<Match, StepError> {
    let wanted = run.figures.days.usual;
    let fastest = counted.days(most)?;
    let same = Same::Days;
    if fastest > wanted {
        let sentence = format!(
            "\"{wafer_name}\" does not match \"{gpu_name}\" ({} days) with any number of wafers: {} wafers take {} days.",
            days_in_digits(wanted),
            grouped(most.into()),
            days_in_digits(fastest)
        );
        return Ok(Match { gpus, wafers, same, count: None, days: fastest, sentence });
    }
    let (mut low, mut high) = (0, most);
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if counted.days(middle).is_ok_and(|days| days <= wanted) { high = middle } else { low = middle }
    }
    let days = counted.days(high)?;
    let power = f64::from(high) * counted.training.power_kw.value / 1000.0;
    let price = f64::from(high) * counted.training.price.at(counted.end) / 1e6;
    let sentence = format!(
        "{} wafers of \"{wafer_name}\" are as fast as \"{gpu_name}\" ({} days): rated {power:.1} MW, about {price:.0} M$.",
        grouped(high.into()),
        days_in_digits(wanted)
    );
    Ok(Match { gpus, wafers, same, count: Some(high), days, sentence })
}

/// As many wafers as the same power or price gives.
fn same_share(
    counted: &mut Counted<'_>,
    (gpus, wafers): (usize, usize),
    (gpu_name, wafer_name): (&str, &str),
    (same, count, run): (Same, u32, &TrainingRun),
) -> Result<Match, StepError> {
    let what = match same {
        Same::Power => "rated power",
        Same::Price | Same::Days => "price",
    };
    if count == 0 {
        let sentence = format!("The {what} of \"{gpu_name}\" is less than that of one wafer of \"{wafer_name}\".");
        return Ok(Match { gpus, wafers, same, count: None, days: f64::INFINITY, sentence });
    }
    let days = counted.days(count)?;
    let sentence = format!(
        "The {what} of \"{gpu_name}\" gives {} wafers of \"{wafer_name}\", which take {} days instead of {}.",
        grouped(count.into()),
        days_in_digits(days),
        days_in_digits(run.figures.days.usual)
    );
    Ok(Match { gpus, wafers, same, count: Some(count), days, sentence })
}
