//! Writes docs/training.md: the model, every measured row beside its prediction, and the errors.

use std::fmt::Write;

use fabricscope::report::RunsReport;
use fabricscope::training::RunsTable;
use fabricscope::units::significant;

/// The document.
pub fn document(table: &RunsTable, measured: &RunsReport, ideal: &RunsReport) -> String {
    let mut out = include_str!("text/head.md").to_owned();
    let percent = |share: f64| format!("{:.1}", 100.0 * share);
    let all = |report: &RunsReport| report.error.map_or("-".to_owned(), percent);
    out.push_str(
        "## Errors\n\nGeometric mean of the errors of step times, %, of the rows that took part in the fit.\n\n",
    );
    out.push_str("| machine/stack/precision | rows | measured timing | ideal timing |\n|---|---|---|---|\n");
    for (group, other) in measured.groups.iter().zip(&ideal.groups) {
        let _ =
            writeln!(out, "| {} | {} | {} | {} |", group.group, group.rows, percent(group.error), percent(other.error));
    }
    let rows: usize = measured.groups.iter().map(|group| group.rows).sum();
    let _ = writeln!(out, "| all | {rows} | {} | {} |", all(measured), all(ideal));
    out.push_str("\n## Rows\n\nSeconds per step, collectives with measured timing. *n*: did not take part in the fit. *Exposed*: what the network costs the step, %.\n\n");
    out.push_str("| run | measured | predicted | error, % | exposed | source |\n|---|---|---|---|---|---|\n");
    for (row, run) in measured.rows.iter().zip(&table.runs) {
        let fit = if row.fit { "" } else { " n" };
        let error = 100.0 * (row.predicted_step_s / row.measured_step_s - 1.0);
        let exposed = percent(row.exposed_s / row.predicted_step_s);
        let (measured, predicted) = (significant(row.measured_step_s), significant(row.predicted_step_s));
        let _ =
            writeln!(out, "| {} | {measured} | {predicted} | {error:+.1}{fit} | {exposed} | {} |", row.id, run.source);
    }
    out.push_str(include_str!("text/tail.md"));
    out
}
