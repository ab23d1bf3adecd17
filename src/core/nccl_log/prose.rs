//! Results in words: cells and lines such as `all_reduce_perf, 16 ranks, 1 GiB | 216.5 GB/s busbw`.

use super::facts::program;
use super::record::{Key, Record};

/// The most lines that are searched.
const MAX_LINES: usize = 10_000;

/// The records of a text: one per line that gives one size and one busbw in GB/s, or per payload whose busbw follows.
pub(super) fn records(text: &str, ranks_in: impl Fn(&str) -> Option<u32>) -> Vec<Record> {
    let mut records = Vec::new();
    let mut payload: Option<Record> = None;
    for (index, line) in text.lines().take(MAX_LINES).enumerate() {
        if let Some(found) = record(index + 1, line, ranks_in(line)) {
            records.push(found);
        } else if let Some(size) = words_around(line, " payload").0 {
            let mut record = Record { line: index + 1, ranks: ranks_in(line), ..Record::default() };
            record.set(Key::Size, "size", size);
            payload = Some(record).filter(|record| record.message_bytes > 0);
        } else if let Some(rate) = words_around(line, "busbw:").1
            && let Some(mut record) = payload.take()
        {
            record.set(Key::BusBw, "busbw (GB/s)", rate);
            records.push(record);
        }
    }
    records
}

/// The words before and after a mark: the size in `with a 4.0GB payload (5 trials, 16 ranks)`, the rate in `busbw: 331.1 GBps`.
fn words_around<'a>(line: &'a str, mark: &str) -> (Option<&'a str>, Option<&'a str>) {
    let Some((before, after)) = line.split_once(mark) else { return (None, None) };
    (before.split_whitespace().next_back(), after.split_whitespace().next())
}

fn record(number: usize, line: &str, ranks: Option<u32>) -> Option<Record> {
    let lower = line.to_lowercase();
    if !(lower.contains("busbw") || lower.contains("bus bandwidth")) {
        return None;
    }
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '/' | '_');
    let words: Vec<&str> = line.split(|c: char| !is_part(c)).filter(|word| !word.is_empty()).collect();
    let mut record = Record { line: number, ranks, ..Record::default() };
    record.operation = words.iter().find_map(|word| program(word));
    let (mut sizes, mut rates, mut named) = (0, 0, false);
    for (at, pair) in words.windows(2).enumerate() {
        let [value, unit] = pair else { continue };
        if !value.starts_with(|c: char| c.is_ascii_digit()) {
            continue;
        }
        if unit.eq_ignore_ascii_case("GB/s") {
            // Of several rates, the one that is called busbw.
            let is_named = words.get(at + 2).is_some_and(|next| next.to_lowercase().starts_with("bus"));
            if is_named || !named {
                record.set(Key::BusBw, "busbw", value);
            }
            (rates, named) = if is_named { (1, true) } else { (rates + usize::from(!named), named) };
        } else if ["KiB", "MiB", "GiB", "KB", "MB", "GB"].iter().any(|known| unit.eq_ignore_ascii_case(known)) {
            record.set(Key::Size, "size", &format!("{value}{unit}"));
            sizes += 1;
        }
    }
    (sizes == 1 && rates == 1 && record.message_bytes > 0).then_some(record)
}
