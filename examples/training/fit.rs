//! Fits the constants of the training model again: coordinate descent on squared log errors, every group of machine, stack,
//! precision and model with the same weight.

use std::collections::BTreeMap;
use std::error::Error;

use fabricscope::catalog::Catalog;
use fabricscope::model::TrainingJob;
use fabricscope::scene::TimingChoice;
use fabricscope::training::{MeasuredRun, Predictor, RunsTable};

/// Constants by name, with the factor that each has on its catalog value.
type Factors = BTreeMap<String, f64>;

/// The names of the constants that a run depends on.
fn constants(run: &MeasuredRun) -> Vec<String> {
    let parts: Vec<&str> = run.group.split('/').collect();
    match &run.job {
        TrainingJob::Gpu(job) => {
            let machine = job.gpu.id.as_str();
            let precision = if machine == "a100" { "fp16" } else { job.rate.precision.as_str() };
            let mut names = vec![format!("gemm_share {machine} {precision}"), "attention_share".to_owned()];
            let stack = parts.get(1).copied().unwrap_or_default();
            if !["nemo", "meg21"].contains(&stack) {
                names.push(format!("stack {stack}"));
            }
            if machine != "a100" {
                names.push(format!("head gemm_share {machine} bf16"));
            }
            names
        }
        TrainingJob::Wafer(job) => vec![format!("efficiency {}", job.wafer.id), "wafer_half_width".to_owned()],
    }
}

/// The run with its constants multiplied.
fn with(run: &MeasuredRun, factors: &Factors) -> TrainingJob {
    let factor = |name: &str| factors.get(name).copied().unwrap_or(1.0);
    let stack = run.group.split('/').nth(1).unwrap_or_default();
    match &run.job {
        TrainingJob::Gpu(job) => {
            let mut job = job.clone();
            let machine = job.gpu.id.clone();
            let precision = if machine == "a100" { "fp16".to_owned() } else { job.rate.precision.clone() };
            job.rate.gemm_share.value *= factor(&format!("gemm_share {machine} {precision}"));
            let head = if machine == "a100" { "fp16" } else { "bf16" };
            job.rate16.gemm_share.value *= factor(&format!("gemm_share {machine} {head}"));
            job.constants.attention_share.value *= factor("attention_share");
            job.stack_speed *= factor(&format!("stack {stack}"));
            TrainingJob::Gpu(job)
        }
        TrainingJob::Wafer(job) => {
            let mut job = job.clone();
            job.efficiency *= factor(&format!("efficiency {}", job.wafer.id));
            job.constants.wafer_half_width.value *= factor("wafer_half_width");
            TrainingJob::Wafer(job)
        }
    }
}

fn loss(
    runs: &[&MeasuredRun],
    factors: &Factors,
    predictor: &mut Predictor<'_>,
    known: &mut [Option<f64>],
    changed: Option<&str>,
) -> f64 {
    let mut groups: BTreeMap<String, (f64, f64)> = BTreeMap::new();
    for (run, known) in runs.iter().zip(known) {
        let depends = changed.is_none_or(|name| constants(run).iter().any(|one| one.ends_with(name)));
        if depends || known.is_none() {
            *known = predictor.step_of(&with(run, factors)).ok().map(|step| (step.time.secs() / run.measured_s).ln());
        }
        let error = known.unwrap_or(0.0);
        let name = match &run.job {
            TrainingJob::Gpu(job) => format!("{} {:?}", run.group, job.shape),
            TrainingJob::Wafer(job) => format!("{} {:?}", run.group, job.shape),
        };
        let group = groups.entry(name).or_default();
        *group = (group.0 + error * error, group.1 + 1.0);
    }
    groups.values().map(|(sum, count)| sum / count).sum::<f64>() / groups.len() as f64
}

/// Fits and prints the constants.
pub fn fit(table: &RunsTable, timing: TimingChoice, catalog: &Catalog) -> Result<(), Box<dyn Error>> {
    let runs: Vec<&MeasuredRun> = table.runs.iter().filter(|run| run.fit).collect();
    let mut names: Vec<String> =
        runs.iter().flat_map(|run| constants(run)).filter(|name| !name.starts_with("head")).collect();
    names.sort();
    names.dedup();
    let mut predictor = Predictor::new(catalog, timing);
    let mut factors: Factors = names.iter().map(|name| (name.clone(), 1.0)).collect();
    let mut step: Factors = names.iter().map(|name| (name.clone(), 0.10)).collect();
    let mut errors = vec![None; runs.len()];
    let mut best = loss(&runs, &factors, &mut predictor, &mut errors, None);
    for round in 0..16 {
        for name in &names {
            let (before, size) = (factors[name], step[name]);
            let mut moved = false;
            for factor in [1.0 + size, 1.0 / (1.0 + size)] {
                factors.insert(name.clone(), before * factor);
                let mut own = errors.clone();
                let found = loss(&runs, &factors, &mut predictor, &mut own, Some(name));
                if found < best - 1e-12 {
                    (best, errors, moved) = (found, own, true);
                    break;
                }
                factors.insert(name.clone(), before);
            }
            step.insert(name.clone(), size * if moved { 1.3 } else { 0.6 });
        }
        eprintln!("round {round}: rms {:.4}", best.sqrt());
    }
    for (name, factor) in &factors {
        println!("{name}: x {factor:.4}");
    }
    Ok(())
}
