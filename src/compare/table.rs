//! A comparison as a table.

use std::fmt::Write;

use super::comparison::Comparison;
use super::diagnosis::Headline;
use crate::units::{Bytes, Femtos, significant};

/// Sizes, times, errors and the chosen algorithms; below them the errors of the log and the diagnosis.
pub fn comparison_table(comparison: &Comparison) -> String {
    let time = |seconds: f64| Femtos::from_secs(seconds).to_string();
    let mut out = format!(
        "{} x {} GPUs of {}{}\n",
        comparison.nodes,
        comparison.gpus_per_node,
        comparison.machine,
        comparison.network.as_ref().map_or(String::new(), |network| format!(" over {network}"))
    );
    if let Some(headline) = &comparison.verdict.headline {
        let Headline { message_bytes, busbw_gb_s, expected_busbw_gb_s } = *headline;
        let _ = writeln!(
            out,
            "busbw: {busbw_gb_s:.0} of {expected_busbw_gb_s:.0} GB/s expected at {}: {:.0} %",
            Bytes(message_bytes),
            100.0 * busbw_gb_s / expected_busbw_gb_s
        );
    }
    let _ = writeln!(out, "{}\n", comparison.verdict.text);
    let _ = writeln!(
        out,
        "{:>12} {:>12} {:>12} {:>9} {:>10} {:>10} {:>12}  algorithm of the model",
        "message", "measured", "predicted", "error", "busbw GB/s", "expected", "NCCL's table"
    );
    for row in &comparison.rows {
        let off = 100.0 * (row.predicted_s / row.measured_s - 1.0);
        let table = row.nccl_table_s.map_or("-".to_owned(), time);
        let _ = writeln!(
            out,
            "{:>12} {:>12} {:>12} {off:>+8.1}% {:>10.1} {:>10.1} {table:>12}  {}",
            Bytes(row.message_bytes).to_string(),
            time(row.measured_s),
            time(row.predicted_s),
            row.busbw_gb_s,
            row.expected_busbw_gb_s,
            row.algorithm
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
