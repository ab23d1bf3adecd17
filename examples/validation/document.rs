//! The document of the validation: every log with its command, its errors, and NCCL's own cost model beside it.

use std::fmt::Write;

use fabricscope::compare::VerdictState;

use super::between_nodes::{changed_error, is_between_nodes};
use super::{ComparedLog, UnmodelledLog};

const HEAD: &str = include_str!("text/head.md");
const READING: &str = include_str!("text/reading.md");
const OPERATIONS: &str = include_str!("text/operations.md");
const BETWEEN_NODES: &str = include_str!("text/between_nodes.md");
const DEGRADED: &str = include_str!("text/degraded.md");
const WITHOUT_MODEL: &str = include_str!("text/without_model.md");
const TAIL: &str = include_str!("text/tail.md");

/// The logs of the document.
pub struct Logs {
    /// Logs of healthy clusters.
    pub healthy: Vec<ComparedLog>,
    /// Tables of operations other than all-reduce.
    pub operations: Vec<ComparedLog>,
    /// Logs of degraded clusters.
    pub degraded: Vec<ComparedLog>,
    /// Logs without a prediction.
    pub without_model: Vec<UnmodelledLog>,
}

/// The errors of several logs, as fractions.
struct Summary {
    median: f64,
    /// The geometric mean of 1 + error, minus 1.
    mean: f64,
}

fn summary(errors: impl Iterator<Item = f64>) -> Summary {
    let mut errors: Vec<f64> = errors.collect();
    errors.sort_by(f64::total_cmp);
    let median = match errors.len() {
        0 => 0.0,
        count if count % 2 == 1 => errors[count / 2],
        count => (errors[count / 2 - 1] + errors[count / 2]) / 2.0,
    };
    let logs: f64 = errors.iter().map(|error| error.ln_1p()).sum();
    Summary { median, mean: (logs / errors.len().max(1) as f64).exp_m1() }
}

fn percent(share: Option<f64>) -> String {
    share.map_or("-".to_owned(), |share| format!("{:.1}", 100.0 * share))
}

/// Writes the document.
pub fn document(logs: &Logs) -> String {
    let of = |error: fn(&ComparedLog) -> Option<f64>| summary(logs.healthy.iter().filter_map(error));
    let mut out = String::from(HEAD);
    let _ = writeln!(out, "| error, % | median of logs | geometric mean | target |\n|---|---|---|---|");
    for (name, summary, target) in [
        ("this model, 1 MiB and up", of(|log| log.comparison.error_1mib_up), "7 / 10"),
        ("this model, all sizes", of(|log| log.comparison.error_all), "-"),
        ("NCCL's own cost model, 1 MiB and up", of(|log| log.comparison.nccl_table_error_1mib_up), "-"),
    ] {
        let (median, mean) = (100.0 * summary.median, 100.0 * summary.mean);
        let _ = writeln!(out, "| {name} | {median:.1} | {mean:.1} | {target} |");
    }
    out.push_str(READING);
    let _ = writeln!(
        out,
        "| log | rows | 1 MiB and up | specification | all sizes | NCCL's table, 1 MiB and up | command |"
    );
    let _ = writeln!(out, "|---|---|---|---|---|---|---|");
    for ComparedLog { entry, comparison, .. } in &logs.healthy {
        let specified = entry.specified_percent.map_or("-".to_owned(), |percent| format!("{percent:.1}"));
        let _ = writeln!(
            out,
            "| {} | {} | {} | {specified} | {} | {} | `{}` |",
            entry.log,
            comparison.rows.len(),
            percent(comparison.error_1mib_up),
            percent(comparison.error_all),
            percent(comparison.nccl_table_error_1mib_up),
            entry.command()
        );
    }
    out.push_str(DEGRADED);
    for ComparedLog { entry, comparison, .. } in &logs.degraded {
        let explained = comparison.verdict.change.as_ref().map(|change| change.error);
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} | `{}` |",
            entry.log,
            comparison.rows.len(),
            percent(comparison.error_1mib_up),
            percent(explained),
            percent(comparison.nccl_table_error_1mib_up),
            comparison.verdict.text,
            entry.command()
        );
    }
    out.push_str(OPERATIONS);
    operation_tables(&mut out, &logs.operations);
    out.push_str(BETWEEN_NODES);
    between_nodes_table(&mut out, &logs.operations);
    out.push_str(WITHOUT_MODEL);
    for UnmodelledLog { entry, rows } in &logs.without_model {
        let _ = writeln!(out, "| {} | {rows} | {} |", entry.log, entry.why);
    }
    out.push_str(TAIL);
    out
}

/// The geometric mean of errors, none of which counts as less than one percent, in percent.
fn floored_mean(errors: &[f64]) -> f64 {
    let logs: f64 = errors.iter().map(|error| (100.0 * error).max(1.0).ln()).sum();
    (logs / errors.len().max(1) as f64).exp()
}

/// All-gathers and reduce-scatters over several nodes, with the errors of the model and of the change that is not adopted.
fn between_nodes_table(out: &mut String, logs: &[ComparedLog]) {
    let _ = writeln!(out, "| log | this model | with the change |\n|---|---|---|");
    let of: Vec<&ComparedLog> = logs.iter().filter(|log| is_between_nodes(log)).collect();
    for log in &of {
        let (model, changed) = (percent(log.comparison.error_1mib_up), percent(Some(changed_error(log))));
        let _ = writeln!(out, "| {} | {model} | {changed} |", log.entry.log);
    }
    let healthy = || of.iter().filter(|log| log.comparison.verdict.state != VerdictState::Below);
    let model: Vec<f64> = healthy().filter_map(|log| log.comparison.error_1mib_up).collect();
    let changed: Vec<f64> = healthy().map(|log| changed_error(log)).collect();
    let (model, changed) = (floored_mean(&model), floored_mean(&changed));
    let _ = writeln!(out, "| healthy ones, geometric mean | {model:.1} | {changed:.1} |");
}

/// A summary by operation, then a table for each.
fn operation_tables(out: &mut String, logs: &[ComparedLog]) {
    let mut ids: Vec<&str> = Vec::new();
    for log in logs {
        if !ids.contains(&log.comparison.collective) {
            ids.push(log.comparison.collective);
        }
    }
    let of = |id: &str| logs.iter().filter(|log| log.comparison.collective == id).collect::<Vec<_>>();
    let all: Vec<&ComparedLog> = logs.iter().collect();
    let _ = writeln!(out, "| operation | tables | median, 1 MiB and up | geometric mean | geometric mean, all sizes |");
    let _ = writeln!(out, "|---|---|---|---|---|");
    for (id, of_id) in ids.iter().map(|id| (*id, of(id))).chain([("all of them", all)]) {
        let large: Vec<f64> = of_id.iter().filter_map(|log| log.comparison.error_1mib_up).collect();
        let any: Vec<f64> = of_id.iter().filter_map(|log| log.comparison.error_all).collect();
        let median = 100.0 * summary(large.iter().copied()).median;
        let (large, any) = (floored_mean(&large), floored_mean(&any));
        let _ = writeln!(out, "| {id} | {} | {median:.1} | {large:.1} | {any:.1} |", of_id.len());
    }
    for id in ids {
        let _ =
            writeln!(out, "\n### {id}, errors in %\n\n| log | rows | 1 MiB and up | all sizes | verdict | command |");
        let _ = writeln!(out, "|---|---|---|---|---|---|");
        for ComparedLog { entry, comparison, .. } in of(id) {
            let verdict = comparison.verdict.text.split([':', ',']).next().unwrap_or_default();
            let _ = writeln!(
                out,
                "| {} | {} | {} | {} | {} | `{}` |",
                entry.log,
                comparison.rows.len(),
                percent(comparison.error_1mib_up),
                percent(comparison.error_all),
                verdict,
                entry.command()
            );
        }
    }
}
