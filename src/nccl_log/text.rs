//! The text output of `nccl-tests`, with the lines that MPI, SLURM, NCCL and people add.

use std::collections::BTreeMap;

use super::error::LogError;
use super::facts::{Devices, collective, header_value, nccl_version, rank_line};
use super::line::{Word, cell, clean, is_tag, source_tag, split_line, whole};
use super::log::{LogNote, MAX_LOG_ROWS, NcclLog, note};
use super::row::{Layout, RawRow, add_cells, size_text, starts};
use super::table::Table;

/// The longest line that is read, in bytes: a row has 150.
const MAX_LINE: usize = 1 << 16;
/// Cells beyond the known columns that a row keeps.
const MAX_EXTRA_CELLS: usize = 8;

#[derive(Default)]
struct Reader {
    tables: Vec<Table>,
    rows: Vec<RawRow>,
    /// Incomplete rows, by the tag of their lines; lines of other ranks may be between.
    open: BTreeMap<String, usize>,
    last_open: Option<usize>,
    /// Whether the line above a header lists the in-place half first.
    in_place_first: bool,
    /// The last header and its line, until a row follows.
    header: Option<(usize, Layout)>,
    last_header_line: Option<usize>,
    named: Option<String>,
    called: Option<String>,
    /// One list per `Using devices`, and one for the lines before the first.
    devices: Vec<Devices>,
    header_ranks: Option<u32>,
    header_nodes: Option<u32>,
    nccl_version: Option<String>,
    notes: Vec<LogNote>,
}

/// Reads a log that is text.
pub(super) fn read(name: &str, text: &str) -> Result<NcclLog, LogError> {
    let mut reader = Reader { devices: vec![Devices::default()], ..Reader::default() };
    for (index, line) in text.split('\n').enumerate() {
        // Progress bars and old editors end lines with a carriage return alone.
        for part in line.split('\r') {
            if part.len() > MAX_LINE {
                note(&mut reader.notes, Some(index + 1), "ignored a line of more than 64 KiB");
            } else {
                reader.line(name, index + 1, &clean(part))?;
            }
        }
    }
    reader.finish(name)
}

impl Reader {
    fn line(&mut self, name: &str, number: usize, line: &str) -> Result<(), LogError> {
        let words = split_line(line);
        if words.is_empty() {
            return Ok(());
        }
        let starts = starts(&words);
        let Some(&first) = starts.first() else {
            if !self.facts(number, line, &words) {
                self.continuation(number, &words);
            }
            return Ok(());
        };
        self.continuation(number, words.get(..first).unwrap_or_default());
        let ends = starts.iter().skip(1).copied().chain([words.len()]);
        for (&start, end) in starts.iter().zip(ends) {
            if self.rows.len() >= MAX_LOG_ROWS {
                return Err(LogError::too_many_rows(name, Some(number)));
            }
            if let Some(row) = words.get(start..end) {
                self.row(number, source_tag(&words), row);
            }
        }
        Ok(())
    }

    /// Starts a row with the words from its size on.
    fn row(&mut self, number: usize, tag: &str, words: &[Word<'_>]) {
        let [size, count, element, reduction, ..] = words else { return };
        let (Some(size), Some(count)) = (size_text(size.text), whole(count.text)) else { return };
        if self.header.is_some() || self.tables.is_empty() {
            let (line, layout) = self.header.take().unwrap_or_else(|| (number, Layout::default()));
            self.begin_table(line, layout);
        }
        let Some(table) = self.tables.last() else { return };
        let mut row = RawRow {
            line: number,
            table: self.tables.len() - 1,
            size: size.to_owned(),
            count,
            element: element.text.to_owned(),
            reduction: reduction.text.to_owned(),
            cells: Vec::new(),
            gap: None,
        };
        let most = table.layout.cells() + MAX_EXTRA_CELLS;
        add_cells(&mut row, words.get(4..).unwrap_or_default(), number, Some(reduction.end()), most);
        let at = self.rows.len();
        if row.cells.len() < table.layout.cells() {
            self.open.insert(tag.to_owned(), at);
            self.last_open = Some(at);
        } else {
            self.open.remove(tag);
            self.last_open = None;
        }
        self.rows.push(row);
    }

    /// Adds a line of cells to the row that waits for them.
    fn continuation(&mut self, number: usize, words: &[Word<'_>]) {
        let tags = words.iter().take(6).take_while(|word| is_tag(word.text) && cell(word.text).is_none()).count();
        let tag = source_tag(words.get(..tags).unwrap_or_default());
        let at = if tag.is_empty() { self.last_open } else { self.open.get(tag).copied() };
        let Some(row) = at.and_then(|at| self.rows.get_mut(at)) else { return };
        let Some(table) = self.tables.get(row.table) else { return };
        let values = words.get(tags..).unwrap_or_default();
        let cells = values.iter().take_while(|word| cell(word.text).is_some()).count();
        // Other lines may start with a number or two, too.
        if cells == 0 || (cells < values.len() && cells < 3) {
            return;
        }
        add_cells(row, values, number, None, table.layout.cells() + MAX_EXTRA_CELLS);
        if row.cells.len() >= table.layout.cells() {
            self.open.remove(tag);
            if self.last_open == at {
                self.last_open = None;
            }
        }
    }

    /// Reads a line that is not a row. Returns whether it was a known one.
    fn facts(&mut self, number: usize, line: &str, words: &[Word<'_>]) -> bool {
        if let Some(layout) = Layout::from_header(words, self.in_place_first) {
            self.header = Some((number, layout));
            self.last_header_line = Some(number);
            self.in_place_first = false;
            return true;
        }
        let (inside, outside) = (line.find("in-place"), line.find("out-of-place"));
        if inside.is_some() || outside.is_some() {
            self.in_place_first = inside.is_some_and(|inside| outside.is_none_or(|outside| inside < outside));
            return true;
        }
        if line.contains("Using devices") {
            self.devices.push(Devices::default());
        }
        if line.contains("Rank") && self.devices.last_mut().is_some_and(|devices| rank_line(words, devices)) {
            return true;
        }
        if line.contains("Out of bounds values") && line.contains("FAILED") {
            note(&mut self.notes, Some(number), "the run's own check of its sums FAILED");
        }
        if self.nccl_version.is_none() && (line.contains("NCCL version") || line.contains("nccl")) {
            self.nccl_version = nccl_version(words);
        }
        let count = |key: &str| header_value(words, key).and_then(whole).and_then(|n| u32::try_from(n).ok());
        self.header_ranks = count("ranks").filter(|ranks| *ranks > 0).or(self.header_ranks);
        self.header_nodes = count("nodes").filter(|nodes| *nodes > 0).or(self.header_nodes);
        if line.contains("_perf") && !line.contains("concluded") {
            let name = words.iter().find_map(|word| collective(word.text)).map(str::to_owned);
            if line.contains("Collective test starting") {
                (self.named, self.called) = (name.clone(), name);
            } else {
                // A new command: the name of the previous program is void.
                (self.named, self.called) = (None, name);
            }
        }
        line.contains('#')
    }

    fn begin_table(&mut self, line: usize, layout: Layout) {
        self.tables.push(Table {
            line,
            layout,
            named: self.named.clone(),
            called: self.called.clone(),
            devices: self.devices.len().saturating_sub(1),
            header_ranks: self.header_ranks,
            ..Table::default()
        });
    }

    fn finish(mut self, name: &str) -> Result<NcclLog, LogError> {
        if self.rows.is_empty() {
            return Err(no_rows(name, self.last_header_line));
        }
        let first_line = self.rows.first().map_or(1, |row| row.line);
        for row in std::mem::take(&mut self.rows) {
            if let Some(table) = self.tables.get_mut(row.table) {
                table.take(&row, &mut self.notes);
            }
        }
        let tables = self.tables.into_iter().filter(|table| !table.is_empty());
        let (kept, others): (Vec<Table>, Vec<Table>) = tables.partition(Table::is_all_reduce);
        for table in &others {
            note(&mut self.notes, Some(table.line), format!("ignored the table of {}", table.collective()));
        }
        let mut log = NcclLog { nodes: self.header_nodes, nccl_version: self.nccl_version, ..NcclLog::default() };
        let counts: Vec<_> = self.devices.iter().map(|devices| (devices.ranks(), devices.nodes())).collect();
        let mut merged = None;
        for table in kept {
            let (ranks, nodes) = counts.get(table.devices).copied().unwrap_or_default();
            if merged != Some(table.devices)
                && let Some(devices) = self.devices.get(table.devices)
            {
                log.devices.extend(devices.names.iter().cloned());
                log.nodes = nodes.or(log.nodes);
                merged = Some(table.devices);
            }
            table.merge_into(name, ranks, &mut log, &mut self.notes)?;
        }
        log.devices.sort();
        log.devices.dedup();
        if log.rows.is_empty() {
            return Err(none_usable(name, first_line, &others, &self.notes));
        }
        log.notes = self.notes;
        Ok(log)
    }
}

const WANTED: &str = "accepted: rows such as `1048576 262144 float sum -1 73.1 14.34 25.10 0 72.8 14.40 25.20 0`";

fn no_rows(name: &str, header_line: Option<usize>) -> LogError {
    let hint = "the run may have failed; accepted: a header with at least one row below it";
    match header_line {
        Some(line) => LogError::at(name, line, None, "the table has no rows", hint),
        None => LogError::whole(name, "has no table of nccl-tests", WANTED),
    }
}

fn none_usable(name: &str, line: usize, others: &[Table], notes: &[LogNote]) -> LogError {
    if let Some(other) = others.first() {
        let problem = format!("contains {} and no all-reduce", other.collective());
        return LogError::at(name, other.line, None, problem, "accepted: the output of all_reduce_perf");
    }
    let why = notes.iter().rev().find(|note| note.line.is_some_and(|at| at >= line));
    let why = why.map(|note| format!(": {}", note.text)).unwrap_or_default();
    LogError::at(name, line, None, format!("no row is usable{why}"), WANTED)
}
