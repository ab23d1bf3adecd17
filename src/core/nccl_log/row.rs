//! Rows of a table, found by their size, count and type; their cells are read by the header of the table.

use super::columns::{Field, Layout};
use super::line::{Cell, Word, cell, whole};
use super::log::{LogNote, note};

/// The least number of blanks that an empty first half leaves before the second.
const BLANK_HALF: usize = 20;

/// A cell with its position.
#[derive(Clone, Copy, Debug)]
pub(super) struct Placed {
    pub cell: Cell,
    pub line: usize,
    /// In bytes, from 1.
    pub column: usize,
}

/// A row as found; later lines may add cells.
#[derive(Clone, Debug)]
pub(super) struct RawRow {
    pub line: usize,
    pub table: usize,
    pub size: String,
    pub count: u64,
    pub element: String,
    /// `sum`, `none`; empty in the rows of old programs that do not reduce.
    pub reduction: String,
    pub cells: Vec<Placed>,
    /// The index of the first cell after a wide gap.
    pub gap: Option<usize>,
}

/// The times and bandwidths of one half.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Half {
    /// Seconds.
    pub time_s: Option<f64>,
    /// GB/s.
    pub algbw_gb_s: Option<f64>,
    /// GB/s.
    pub busbw_gb_s: Option<f64>,
    /// Wrong elements.
    pub wrong: Option<u64>,
    /// Whether the time contradicts the algorithm bandwidth, and was left out.
    pub contradicts: bool,
    /// Whether the half breaks off after its time, which may itself be cut.
    pub cut: bool,
    /// Whether its time is implausible.
    pub bad_time: bool,
}

const REDUCTIONS: [&str; 7] = ["sum", "prod", "max", "min", "avg", "mulsum", "none"];

/// Where a row starts in a line: the word of its size, and how many words precede its cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RowStart {
    pub at: usize,
    /// 4, or 3 without a reduction.
    pub labels: usize,
}

/// The starts of the rows of a line, in order; a line has several if line ends were lost.
pub(super) fn starts(words: &[Word<'_>]) -> Vec<RowStart> {
    let start = |at: usize| {
        let text = |offset: usize| words.get(at + offset).map(|word| word.text);
        let (element, next) = (text(2)?, text(3)?);
        if size_text(text(0)?).is_none() || whole(text(1)?).is_none() {
            return None;
        }
        let reduced = REDUCTIONS.contains(&next) && element.starts_with(|c: char| c.is_ascii_alphabetic());
        // Without a reduction, the type has to be a known one, and a time and a bandwidth follow.
        let is_cell = |offset: usize| text(offset).is_some_and(|text| cell(text).is_some());
        let plain = element_bytes(element).is_some() && is_cell(3) && is_cell(4);
        (reduced || plain).then_some(RowStart { at, labels: if reduced { 4 } else { 3 } })
    };
    (0..words.len()).filter_map(start).collect()
}

/// The size in a word that may begin with a tag: `0:1048576`.
pub(super) fn size_text(word: &str) -> Option<&str> {
    let text = word.rsplit([':', ']', '>', '|']).next()?;
    text.starts_with(|c: char| c.is_ascii_digit()).then_some(text)
}

/// The bytes of an element; `None` for an unknown type.
pub(super) fn element_bytes(element: &str) -> Option<u64> {
    Some(match element {
        "int8" | "uint8" | "char" | "f8e4m3" | "f8e5m2" | "fp8_e4m3" | "fp8_e5m2" => 1,
        "half" | "float16" | "fp16" | "bfloat16" | "bf16" => 2,
        "float" | "float32" | "fp32" | "int32" | "uint32" | "int" => 4,
        "double" | "float64" | "fp64" | "int64" | "uint64" => 8,
        _ => return None,
    })
}

/// The bytes of a row: its size, which is the count times the bytes of the type, or a multiple of it where the count is that
/// of a rank's share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RowBytes {
    pub message: u64,
    /// How many counts the size has: 1, or the number of ranks. 1 for an unknown type.
    pub counts: u64,
}

/// The bytes of a row; `None` if its size is not a multiple of its count.
///
/// Sizes of copied tables may have a suffix (`64M`, `1GiB`); then the count gives the bytes.
pub(super) fn row_bytes(row: &RawRow) -> Option<RowBytes> {
    let by_count = element_bytes(&row.element).and_then(|bytes| row.count.checked_mul(bytes));
    if let Some(size) = whole(&row.size) {
        return counts(size, by_count);
    }
    let end = row.size.find(|c: char| !(c.is_ascii_digit() || c == '.'))?;
    let (number, suffix) = row.size.split_at(end);
    let number: f64 = number.parse().ok()?;
    let power = match suffix.chars().next()? {
        'B' => 0,
        'k' | 'K' => 1,
        'M' => 2,
        'G' => 3,
        'T' => 4,
        _ => return None,
    };
    let by_count = by_count?;
    // nccl-tests counts in 1,024s; people who copy tables also in 1,000s. Printed digits round to a hundredth.
    let fits = |unit: f64| (number * unit.powi(power) - by_count as f64).abs() <= 0.01 * by_count as f64;
    (fits(1024.0) || fits(1000.0)).then_some(RowBytes { message: by_count, counts: 1 })
}

/// A size with the bytes of its count.
pub(super) fn counts(size: u64, by_count: Option<u64>) -> Option<RowBytes> {
    match by_count {
        None => Some(RowBytes { message: size, counts: 1 }),
        Some(by_count) if by_count > 0 && size.is_multiple_of(by_count) => {
            Some(RowBytes { message: size, counts: size / by_count })
        }
        Some(_) => None,
    }
}

impl RawRow {
    /// The root, if there is one: -1 for a collective that has none.
    pub(super) fn root(&self, layout: &Layout) -> Option<f64> {
        let first = match self.cells.first()?.cell {
            Cell::Number(number) => number,
            Cell::Missing => -1.0,
        };
        // Without a header, a whole row (or a whole half) with one cell more has a root.
        let named = layout.root.unwrap_or(!self.reduction.is_empty() && matches!(self.cells.len(), 5 | 9));
        (named || first == -1.0).then_some(first)
    }

    /// Both halves, out of place first. An implausible cell is ignored, with a note.
    pub(super) fn halves(&self, layout: &Layout, bytes: u64, notes: &mut Vec<LogNote>) -> [Half; 2] {
        let skip = usize::from(self.root(layout).is_some());
        let cells = self.cells.get(skip..).unwrap_or_default();
        let second = layout.columns.iter().position(|(_, half)| *half == 1);
        let blank = second.filter(|&second| self.gap == Some(skip) && cells.len() <= layout.columns.len() - second);
        let columns = layout.columns.get(blank.unwrap_or(0)..).unwrap_or_default();

        let mut halves = [Half::default(); 2];
        let mut cpu_times = [false; 2];
        for (placed, (field, half)) in cells.iter().zip(columns) {
            let (Some(half_out), Some(cpu_time)) = (halves.get_mut(*half), cpu_times.get_mut(*half)) else { continue };
            let Cell::Number(number) = placed.cell else {
                half_out.cut &= *field != Field::AlgBw;
                continue;
            };
            let mut ignored = |what: &str| {
                let text = format!("column {}: ignored implausible {what} {number}", placed.column);
                note(notes, Some(placed.line), text);
            };
            match field {
                // A half without a time has no information; the bandwidths after it belong to the implausible time.
                Field::Time | Field::CpuTime if !(number.is_finite() && number > 0.0) => {
                    ignored("time");
                    half_out.bad_time = true;
                }
                Field::AlgBw | Field::BusBw if !(number.is_finite() && number >= 0.0) => {
                    ignored("bandwidth");
                    half_out.cut &= *field != Field::AlgBw;
                }
                Field::Time => {
                    half_out.time_s = Some(number * 1e-6);
                    half_out.cut = layout.columns.contains(&(Field::AlgBw, *half));
                }
                Field::CpuTime => *cpu_time = true,
                Field::AlgBw => (half_out.algbw_gb_s, half_out.cut) = (Some(number), false),
                Field::BusBw => half_out.busbw_gb_s = Some(number),
                // Old versions print an error of the sums instead: a share, not a count.
                Field::Wrong if number >= 0.0 && number.fract() == 0.0 => half_out.wrong = Some(number as u64),
                Field::Wrong | Field::Other => {}
            }
        }
        for (half, cpu_time) in halves.iter_mut().zip(cpu_times) {
            half.settle(bytes, cpu_time);
        }
        if layout.in_place_first {
            halves.swap(0, 1);
        }
        halves
    }
}

impl Half {
    /// Compares the time with algbw, which is size / time in every version.
    pub(super) fn settle(&mut self, bytes: u64, cpu_time: bool) {
        let gigabytes = bytes as f64 / 1e9;
        match (self.time_s, self.algbw_gb_s) {
            // The time of the call on the CPU is not used; from 1 GB/s on, the bandwidth has three digits to compute the time.
            (None, Some(algbw)) if cpu_time && algbw >= 1.0 => self.time_s = Some(gigabytes / algbw),
            (Some(time_s), Some(algbw)) => {
                let expected = gigabytes / time_s;
                // Two printed decimals, and a time of at least three digits.
                self.contradicts = (algbw - expected).abs() > 0.0101 + 0.05 * expected;
            }
            _ => {}
        }
        if self.contradicts || self.cut || self.bad_time {
            self.time_s = None;
            self.busbw_gb_s = None;
        }
        if self.bad_time {
            self.algbw_gb_s = None;
        }
    }
}

/// Adds the cells of words, up to the first word that is not a cell; `after` is the end of the word before them.
pub(super) fn add_cells(row: &mut RawRow, words: &[Word<'_>], line: usize, after: Option<usize>, most: usize) {
    let mut end = after;
    for (at, word) in words.iter().enumerate() {
        let Some((cell, cut)) = cell(word.text).filter(|_| row.cells.len() < most) else { return };
        if row.gap.is_none() && end.is_some_and(|end| word.start >= end + BLANK_HALF) {
            row.gap = Some(row.cells.len());
        }
        row.cells.push(Placed { cell, line, column: word.start + 1 });
        end = Some(word.end());
        // A tag may follow every cell (`-1[0]    31356`); after the text of another line no cell follows.
        if cut && words.get(at + 1).is_none_or(|next| super::line::cell(next.text).is_none()) {
            return;
        }
    }
}
