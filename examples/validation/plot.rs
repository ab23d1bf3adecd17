//! The plot of the validation as SVG: for every log, its points over the predicted curve of busbw against size.

use std::fmt::Write;

use fabricscope::nccl::fastest;

use super::ComparedLog;

/// The size of one picture.
const CELL: (f64, f64) = (230.0, 150.0);
const COLUMNS: usize = 5;
/// The height of the title.
const HEAD: f64 = 30.0;
/// Sizes on the axis: 1 KiB to 32 GiB, as powers of two.
const SIZES: (u32, u32) = (10, 35);

/// All logs as small pictures: measured points over a predicted line.
pub fn plot(logs: &[&ComparedLog]) -> String {
    let rows = logs.len().div_ceil(COLUMNS);
    let (width, height) = (CELL.0 * COLUMNS as f64, CELL.1 * rows as f64 + HEAD);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" font-family=\"Inter, sans-serif\" font-size=\"9\">\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>\n"
    );
    let _ = writeln!(
        out,
        "<text x=\"30\" y=\"20\" font-size=\"11\" fill=\"#14181f\">busbw in GB/s against message size: points measured, \
         line predicted, with the error from 1 MiB on; names in red: not healthy</text>"
    );
    for (index, log) in logs.iter().enumerate() {
        let origin = ((index % COLUMNS) as f64 * CELL.0, (index / COLUMNS) as f64 * CELL.1 + HEAD);
        picture(&mut out, origin, log);
    }
    out.push_str("</svg>\n");
    out
}

fn picture(out: &mut String, (left, top): (f64, f64), log: &ComparedLog) {
    let ComparedLog { entry, comparison, cluster: inputs } = log;
    let name = &entry.log;
    let ranks = f64::from(inputs.ranks());
    let busbw = |bytes: f64, seconds: f64| bytes / seconds * 2.0 * (ranks - 1.0) / ranks / 1e9;
    let curve: Vec<(f64, f64)> = (SIZES.0 * 4..=SIZES.1 * 4)
        .filter_map(|quarter| {
            let exponent = f64::from(quarter) / 4.0;
            let bytes = exponent.exp2();
            Some((exponent, busbw(bytes, fastest(inputs, bytes as u64)?.time_us * 1e-6)))
        })
        .collect();
    let points: Vec<(f64, f64)> = comparison
        .rows
        .iter()
        .map(|row| ((row.message_bytes as f64).log2(), busbw(row.message_bytes as f64, row.measured_s)))
        .filter(|(exponent, _)| *exponent >= f64::from(SIZES.0))
        .collect();
    let highest = curve.iter().chain(&points).map(|(_, rate)| *rate).fold(1.0, f64::max) * 1.05;
    let (x0, y0, wide, high) = (left + 30.0, top + 122.0, CELL.0 - 42.0, 92.0);
    let x = |exponent: f64| x0 + (exponent - f64::from(SIZES.0)) / f64::from(SIZES.1 - SIZES.0) * wide;
    let y = |rate: f64| y0 - rate / highest * high;
    let ink = if comparison.verdict.healthy { "#14181f" } else { "#b3261e" };
    let error = comparison.error_1mib_up.map_or(String::new(), |error| format!("{:.1} %", 100.0 * error));
    let _ = writeln!(
        out,
        "<text x=\"{x0}\" y=\"{}\" font-weight=\"600\" fill=\"{ink}\">{name}</text>\
         <text x=\"{}\" y=\"{}\" text-anchor=\"end\" fill=\"#5a6675\">{error}</text>",
        top + 18.0,
        x0 + wide,
        top + 28.0
    );
    let _ = writeln!(out, "<path d=\"M{x0} {y0}h{wide}M{x0} {y0}v-{high}\" stroke=\"#c4ccd6\" fill=\"none\"/>");
    for (exponent, word) in [(10, "1 KiB"), (20, "1 MiB"), (30, "1 GiB")] {
        let at = x(f64::from(exponent));
        let _ =
            writeln!(out, "<text x=\"{at}\" y=\"{}\" text-anchor=\"middle\" fill=\"#5a6675\">{word}</text>", y0 + 12.0);
    }
    for rate in [0.0, highest / 1.05] {
        let _ = writeln!(
            out,
            "<text x=\"{}\" y=\"{}\" text-anchor=\"end\" fill=\"#5a6675\">{rate:.0}</text>",
            x0 - 4.0,
            y(rate) + 3.0
        );
    }
    let line: Vec<String> =
        curve.iter().map(|&(exponent, rate)| format!("{:.1},{:.1}", x(exponent), y(rate))).collect();
    let _ = writeln!(
        out,
        "<polyline points=\"{}\" fill=\"none\" stroke=\"#0072b2\" stroke-width=\"1.2\"/>",
        line.join(" ")
    );
    for (exponent, rate) in points {
        let _ = writeln!(out, "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"1.7\" fill=\"#d55e00\"/>", x(exponent), y(rate));
    }
}
