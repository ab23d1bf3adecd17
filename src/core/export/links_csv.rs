//! The rate of every link over time as CSV: comment lines, one line of names, then a row per link and span.

use super::content::Content;
use super::error::ExportError;
use super::link_rates::{FabricRates, LinkRates, fabric_rates};
use super::provenance::Provenance;
use super::source::{Options, Source};
use crate::scene::letter;
use crate::units::{Femtos, one_line};

/// The most rows: a spreadsheet holds 1,048,576.
const MAX_ROWS: u64 = 1_000_000;
/// The columns, with their units.
const COLUMNS: [&str; 7] = ["fabric", "link", "start_us", "end_us", "rate_gb_s", "share_of_capacity", "binding"];

pub(super) fn links_csv(source: Source<'_>, options: Options) -> Result<Content, ExportError> {
    let mut left = MAX_ROWS;
    let mut fabrics: Vec<(usize, FabricRates)> = Vec::new();
    for one in source.runs_of(options.fabric) {
        let rates = fabric_rates(one, options.resolution, left)?;
        left -= rates.count();
        fabrics.push((one.index, rates));
    }
    let notes: Vec<String> = fabrics.iter().flat_map(|(_, rates)| rates.notes.clone()).collect();
    let mut text = String::new();
    for line in Provenance::new(source, options).lines().iter().chain(&notes) {
        text.push_str(&format!("# {line}\n"));
    }
    let mut table = csv::Writer::from_writer(Vec::new());
    // A write to memory does not fail, and all records have as many columns.
    let _ = table.write_record(COLUMNS);
    for (index, rates) in &fabrics {
        let fabric = letter(*index);
        rates.links.iter().for_each(|link| write_link(&mut table, &fabric, link));
    }
    text.push_str(&table.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default());
    Ok(Content { text, rows: MAX_ROWS - left, notes })
}

fn write_link(table: &mut csv::Writer<Vec<u8>>, fabric: &str, link: &LinkRates) {
    let name = cell(&link.name);
    for piece in &link.pieces {
        let share = if link.capacity > 0.0 { piece.rate / link.capacity } else { 0.0 };
        let _ = table.write_record([
            fabric,
            &name,
            &micros(piece.from),
            &micros(piece.until),
            &(piece.rate / 1e9).to_string(),
            &share.to_string(),
            if piece.binding { "1" } else { "0" },
        ]);
    }
}

/// A text that no spreadsheet takes for a formula.
fn cell(text: &str) -> String {
    let text = one_line(text);
    if text.starts_with(['=', '+', '-', '@']) { format!("'{text}") } else { text.into_owned() }
}

/// An instant in µs, exact to the femtosecond.
fn micros(at: Femtos) -> String {
    let (whole, rest) = (at.0 / 1_000_000_000, at.0 % 1_000_000_000);
    let text = format!("{whole}.{rest:09}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_exact_and_short() {
        let texts = [0, 1, 1_000_000_000, 271_100_000_000, u64::MAX].map(|at| micros(Femtos(at)));
        assert_eq!(texts, ["0", "0.000000001", "1", "271.1", "18446744073.709551615"]);
    }

    #[test]
    fn a_name_is_not_a_formula() {
        assert_eq!(cell("=cmd()"), "'=cmd()");
        assert_eq!(cell("GPU 3 -> NVSwitch"), "GPU 3 -> NVSwitch");
    }
}
