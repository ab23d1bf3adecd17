//! Training runs as tables for people.

use std::fmt::Write;

use super::table::columns;
use super::training::{TrainingFabricReport, TrainingReport};
use crate::units::{Bytes, Femtos, counted, grouped, significant};

fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}

fn money(dollars: f64) -> String {
    if dollars >= 1e6 { format!("{:.1} M$", dollars / 1e6) } else { format!("{:.0} k$", dollars / 1e3) }
}

fn digits(value: f64) -> String {
    if value >= 1000.0 {
        grouped(value.round() as u64)
    } else if value >= 100.0 {
        format!("{value:.0}")
    } else {
        format!("{value:.1}")
    }
}

/// A result with its range.
fn ranged(fabric: &TrainingFabricReport, name: &str, usual: f64, label: &dyn Fn(f64) -> String) -> String {
    let range = fabric.figures.as_ref().and_then(|figures| figures.ranges.get(name));
    range.map_or_else(|| label(usual), |[low, high]| format!("{} ({} to {})", label(usual), label(*low), label(*high)))
}

fn head(report: &TrainingReport) -> String {
    let scene = &report.scene;
    let mut out = format!("{}\ntraining of {}, {} tokens\n", scene.title, scene.model, tokens(scene.tokens));
    if let (Some(claim), Some(verdict)) = (&scene.claim, &scene.verdict) {
        let _ = write!(out, "\nclaim: {claim}\nverdict: {verdict}\n");
    }
    out
}

fn tokens(count: f64) -> String {
    if count >= 1e12 { format!("{} T", significant(count / 1e12)) } else { format!("{} B", significant(count / 1e9)) }
}

/// Steps and runs of all fabrics, then what should be known.
pub fn training_table(report: &TrainingReport) -> String {
    let mut out = head(report);
    let mut steps = Vec::new();
    let mut runs = Vec::new();
    for fabric in &report.fabrics {
        let name = format!("{} {}", fabric.id, fabric.name);
        let Some(figures) = &fabric.figures else {
            steps.push(vec![name, grouped(fabric.chips.into()), "no step".to_owned()]);
            continue;
        };
        let share = |seconds: f64| percent(seconds / figures.step_s);
        steps.push(vec![
            name.clone(),
            grouped(fabric.chips.into()),
            format!("{} s", significant(figures.step_s)),
            format!("{} s", significant(figures.floor_s)),
            percent(figures.mfu),
            share(figures.exposed_s),
            share(figures.hidden_s),
            share(figures.bubble_s),
            format!("{} s", significant(figures.perfect_step_s)),
        ]);
        let rented = figures.cost_rented.map_or("-".to_owned(), |cost| ranged(fabric, "cost_rented", cost, &money));
        runs.push(vec![
            name,
            ranged(fabric, "days", figures.days, &digits),
            ranged(fabric, "saved_days", figures.saved_days, &digits),
            ranged(fabric, "exposed_share", figures.exposed_share, &percent),
            ranged(fabric, "mwh", figures.mwh, &digits),
            ranged(fabric, "cost_owned", figures.cost_owned, &money),
            rented,
        ]);
    }
    let header = ["fabric", "chips", "step", "floor", "MFU", "exposed", "hidden", "bubble", "perfect network"];
    let _ = write!(out, "\n{}", columns(&header, &steps));
    let header = ["fabric", "days", "a perfect network saves", "of the step", "MWh", "owned", "rented"];
    let _ = write!(out, "\n{}", columns(&header, &runs));
    for fabric in &report.fabrics {
        let _ = writeln!(out, "\n{} {}", fabric.id, fabric.name);
        if let Some(error) = &fabric.error {
            let _ = writeln!(out, "  {error}");
        }
        if let Some(figures) = &fabric.figures {
            let _ = writeln!(out, "  {}", figures.sentence);
            figures.warnings.iter().for_each(|warning| out.push_str(&format!("  {warning}\n")));
        }
    }
    if !report.matches.is_empty() {
        out.push('\n');
        report.matches.iter().for_each(|one| out.push_str(&format!("{}\n", one.text)));
    }
    out
}

/// Where the time of every step goes.
pub fn training_explain_table(report: &TrainingReport) -> String {
    let mut out = head(report);
    for fabric in &report.fabrics {
        let _ = writeln!(out, "\n{} {}", fabric.id, fabric.name);
        let Some(figures) = &fabric.figures else {
            let _ = writeln!(out, "  {}", fabric.error.as_deref().unwrap_or("no step"));
            continue;
        };
        let rows: Vec<Vec<String>> = figures
            .parts
            .iter()
            .filter(|part| part.seconds > 0.0)
            .map(|part| {
                let time = Femtos::from_secs(part.seconds).to_string();
                vec![format!("  {}", part.part.replace('_', " ")), time, percent(part.seconds / figures.step_s)]
            })
            .chain([vec!["  step".to_owned(), Femtos::from_secs(figures.step_s).to_string(), percent(1.0)]])
            .collect();
        out.push_str(&columns(&["  part of the step", "time", "share"], &rows));
        let calls: Vec<Vec<String>> = figures
            .collectives
            .iter()
            .map(|call| {
                vec![
                    format!("  {}", call.operation),
                    Bytes(call.message_bytes).to_string(),
                    format!("{} in {}", call.ranks, counted(call.nodes as usize, "node")),
                    percent(call.nic_share),
                    call.algorithm.clone(),
                    Femtos::from_secs(call.time_s).to_string(),
                    Femtos::from_secs(call.bound_s).to_string(),
                ]
            })
            .collect();
        if !calls.is_empty() {
            let header = ["  collective", "message", "ranks", "NICs", "algorithm", "time", "bound"];
            let _ = write!(out, "\n{}", columns(&header, &calls));
        }
        let _ = writeln!(out, "\n  {}", figures.sentence);
        figures.warnings.iter().for_each(|warning| out.push_str(&format!("  {warning}\n")));
    }
    out
}
