//! A comparison as a table.

use std::fmt::Write;

use super::comparison::Comparison;
use super::input_source::InputFrom;
use super::log_verdict::{Headline, VerdictState};
use crate::units::{Bytes, Femtos, significant};

/// busbw reached and expected, as one line: "231 of 456 GB/s of busbw expected at 8 GiB: 51 %".
pub fn headline(comparison: &Comparison) -> Option<String> {
    let Headline { message_bytes, busbw_gb_s, expected_busbw_gb_s } = comparison.verdict.headline?;
    Some(format!(
        "{busbw_gb_s:.0} of {expected_busbw_gb_s:.0} GB/s of busbw expected at {}: {:.0} %",
        Bytes(message_bytes),
        100.0 * busbw_gb_s / expected_busbw_gb_s
    ))
}

/// busbw reached and expected, the verdict, and the cluster with the sources of its inputs; then sizes, times, errors and
/// the chosen algorithms, and the errors of the log.
pub fn comparison_table(comparison: &Comparison) -> String {
    let time = |seconds: f64| Femtos::from_secs(seconds).to_string();
    let mut out = String::new();
    if comparison.simulated {
        out.push_str("Simulated by fabricscope, not measured: this compares the model with itself.\n");
    }
    // Figures that say nothing about this machine, or about wrong sums, are not the news.
    let first_the_verdict = match comparison.verdict.state {
        VerdictState::OtherMachine | VerdictState::WrongSums => true,
        VerdictState::Healthy
        | VerdictState::Below
        | VerdictState::SlowBelow32Mib
        | VerdictState::Faster
        | VerdictState::Unknown => false,
    };
    let headline = headline(comparison);
    let text = &comparison.verdict.text;
    let lines = match (first_the_verdict, &headline) {
        (true, Some(headline)) => [text.as_str(), headline.as_str()],
        (false, Some(headline)) => [headline.as_str(), text.as_str()],
        (_, None) => [text.as_str(), ""],
    };
    lines.iter().filter(|line| !line.is_empty()).for_each(|line| out.push_str(&format!("{line}\n")));
    comparison.verdict.details.iter().for_each(|detail| out.push_str(&format!("  {detail}\n")));
    let _ = writeln!(
        out,
        "{}{} x {} GPUs of {}{}",
        if comparison.is_all_reduce { String::new() } else { format!("{} on ", comparison.collective) },
        comparison.nodes,
        comparison.gpus_per_node,
        comparison.machine,
        comparison.network.as_ref().map_or(String::new(), |network| format!(" over {network}"))
    );
    for from in [InputFrom::Flag, InputFrom::Log, InputFrom::Default] {
        let inputs = comparison.inputs.iter().filter(|input| input.from == from);
        let inputs: Vec<String> = inputs.map(|input| format!("{} {}", input.input, input.value)).collect();
        if !inputs.is_empty() {
            let _ = writeln!(out, "  by {}: {}", from.label(), inputs.join("; "));
        }
    }
    let _ = writeln!(
        out,
        "\n{:>12} {:>12} {:>12} {:>9} {:>10} {:>10} {:>12}  {:<18} NCCL's table picks",
        "message", "measured", "predicted", "error", "busbw GB/s", "expected", "NCCL's table", "model picks"
    );
    for row in &comparison.rows {
        let off = 100.0 * (row.predicted_s / row.measured_s - 1.0);
        let table = row.nccl_table_s.map_or("-".to_owned(), time);
        let _ = writeln!(
            out,
            "{:>12} {:>12} {:>12} {off:>+8.1}% {:>10.1} {:>10.1} {table:>12}  {:<18} {}",
            Bytes(row.message_bytes).to_string(),
            time(row.measured_s),
            time(row.predicted_s),
            row.busbw_gb_s,
            row.expected_busbw_gb_s,
            row.algorithm,
            row.nccl_table_algorithm.as_deref().unwrap_or("-")
        );
    }
    let percent =
        |share: Option<f64>| share.map_or("-".to_owned(), |share| format!("{} %", significant(100.0 * share)));
    let _ = writeln!(
        out,
        "\nerror from 1 MiB on: {} (NCCL's own table: {}); over all sizes: {}",
        percent(comparison.error_1mib_up),
        percent(comparison.nccl_table_error_1mib_up),
        percent(comparison.error_all)
    );
    out
}
