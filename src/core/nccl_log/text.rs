//! The text output of `nccl-tests`, with the lines that MPI, SLURM, NCCL and people add.

use std::collections::BTreeMap;

use super::columns::Layout;
use super::error::{LogError, WANTED};
use super::facts::{Devices, announced_sizes, header_value, heading, is_simulation, nccl_version, program, rank_line};
use super::line::{Word, cell, clean, is_tag, source_tag, split_line, whole};
use super::log::{LogNote, MAX_LOG_ROWS, NcclLog, SimulatedCluster, note};
use super::operation::Operation;
use super::public_text::{element as public_element, run_name};
use super::row::{RawRow, RowStart, add_cells, size_text, starts};
use super::runs::{Found, runs_of};
use super::settings::Settings;
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
    /// Headers since the last row: copies of a program that each believe to be alone print one each.
    headers: usize,
    /// A line that looks like a header, and the columns that it lacks.
    odd_header: Option<(usize, Vec<&'static str>)>,
    heading: Option<String>,
    named: Option<Operation>,
    called: Option<Operation>,
    settings: Settings,
    /// Whether a row followed the last command line.
    ran: bool,
    /// Counts the lines that start something new.
    part: usize,
    /// One list per `Using devices`, and one for the lines before the first.
    devices: Vec<Devices>,
    /// Whether a rank is in one list twice.
    listed_twice: bool,
    header_ranks: Option<u32>,
    header_nodes: Option<u32>,
    /// The sizes that a program says it will measure, and its line.
    announced: Option<(usize, u64)>,
    /// The cluster that a simulated table names.
    simulated: Option<SimulatedCluster>,
    nccl_version: Option<String>,
    rccl: bool,
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
        self.continuation(number, words.get(..first.at).unwrap_or_default());
        let ends = starts.iter().skip(1).map(|start| start.at).chain([words.len()]);
        for (&start, end) in starts.iter().zip(ends) {
            if self.rows.len() >= MAX_LOG_ROWS {
                return Err(LogError::too_many_rows(name, Some(number)));
            }
            if let Some(row) = words.get(start.at..end) {
                self.row(number, source_tag(&words), start, row);
            }
        }
        Ok(())
    }

    /// Starts a row with the words from its size on.
    fn row(&mut self, number: usize, tag: &str, start: RowStart, words: &[Word<'_>]) {
        let Some((labels, cells)) = words.split_at_checked(start.labels) else { return };
        let [size, count, element, rest @ ..] = labels else { return };
        let (Some(size), Some(count)) = (size_text(size.text), whole(count.text)) else { return };
        if self.header.is_some() || self.tables.is_empty() {
            let (line, layout) = self.header.take().unwrap_or_else(|| (number, Layout::default()));
            self.begin_table(line, layout);
        }
        self.ran = true;
        let Some(table) = self.tables.last() else { return };
        let mut row = RawRow {
            line: number,
            table: self.tables.len() - 1,
            size: size.to_owned(),
            count,
            element: public_element(element.text).to_owned(),
            reduction: rest.first().map_or(String::new(), |reduction| reduction.text.to_owned()),
            cells: Vec::new(),
            gap: None,
        };
        let most = table.layout.cells() + MAX_EXTRA_CELLS;
        add_cells(&mut row, cells, number, labels.last().map(Word::end), most);
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
            self.headers += 1;
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
            self.part += 1;
        }
        if let Some(rank) = rank_line(words) {
            // A rank that is listed again belongs to another copy of the program, whose list follows.
            if self.devices.last().is_none_or(|devices| devices.lists(&rank)) {
                self.listed_twice = true;
                self.devices.push(Devices::default());
                self.part += 1;
            }
            if let Some(devices) = self.devices.last_mut() {
                devices.add(rank.group, rank.rank, rank.host, &rank.name);
            }
            return true;
        }
        if line.contains("Out of bounds values") && line.contains("FAILED") {
            note(&mut self.notes, Some(number), "the run's own check of its sums FAILED");
            if let Some(table) = self.tables.last_mut() {
                table.failed_check = true;
            }
        }
        self.simulation(number, words);
        if self.nccl_version.is_none() && (line.contains("CCL version") || line.contains("nccl")) {
            self.nccl_version = nccl_version(words);
        }
        self.rccl |= line.contains("RCCL version");
        let count = |key: &str| header_value(words, key).and_then(whole).and_then(|n| u32::try_from(n).ok());
        self.header_ranks = count("ranks").filter(|ranks| *ranks > 0).or(self.header_ranks);
        self.header_nodes = count("nodes").filter(|nodes| *nodes > 0).or(self.header_nodes);
        if line.contains("_perf") && !line.contains("concluded") {
            let called = words.iter().find_map(|word| program(word.text));
            // A new command: the name of the previous program is void, and so are its settings.
            let starts = line.contains("Collective test starting");
            self.named = called.filter(|_| starts);
            self.called = called;
            self.part += 1;
            if std::mem::take(&mut self.ran) {
                self.settings = Settings::default();
            }
        }
        if line.contains("NCCL_") || line.contains("_perf") || line.contains("nGpus") {
            self.settings.read(words);
        }
        // `# Reducing maxBytes to N due to memory limitation`: fewer sizes than announced.
        if line.contains("Reducing maxBytes") {
            self.announced = None;
        }
        self.announced = announced_sizes(words).map(|sizes| (number, sizes)).or(self.announced);
        if line.contains("NCCL INFO") {
            self.settings.read_info(line);
        }
        if line.contains(": Test NCCL failure") || line.contains(": Test CUDA failure") {
            note(&mut self.notes, Some(number), "the run failed here: longer messages were not measured");
        }
        if let Some(heading) = heading(line) {
            self.heading = run_name(&heading);
            self.part += 1;
        }
        if self.odd_header.is_none() {
            self.odd_header = odd_header(words).map(|lacks| (number, lacks));
        }
        line.contains('#')
    }

    /// Reads the lines by which this program marks its own tables.
    fn simulation(&mut self, number: usize, words: &[Word<'_>]) {
        if is_simulation(words) && self.simulated.is_none() {
            note(&mut self.notes, Some(number), "the table was simulated by fabricscope, not measured");
            self.simulated = Some(SimulatedCluster::default());
        }
        if let Some(cluster) = &mut self.simulated {
            let id = |key: &str| header_value(words, key).map(str::to_owned);
            cluster.machine = id("machine").or(cluster.machine.take());
            cluster.network = id("network").or(cluster.network.take());
        }
    }

    fn begin_table(&mut self, line: usize, layout: Layout) {
        self.tables.push(Table {
            line,
            layout,
            heading: self.heading.take(),
            named: self.named,
            called: self.called,
            devices: self.devices.len().saturating_sub(1),
            header_ranks: self.header_ranks,
            settings: self.settings.clone(),
            simulated: self.simulated.clone(),
            announced: self.announced.take(),
            copies: std::mem::take(&mut self.headers),
            part: self.part,
            ..Table::default()
        });
    }

    fn finish(mut self, name: &str) -> Result<NcclLog, LogError> {
        if self.rows.is_empty() {
            let error = match self.odd_header {
                Some((line, lacks)) => lacking(name, line, &lacks),
                None => no_rows(name, self.last_header_line),
            };
            return Err(LogError { no_rows: true, ..error });
        }
        let first_line = self.rows.first().map_or(1, |row| row.line);
        for row in std::mem::take(&mut self.rows) {
            if let Some(table) = self.tables.get_mut(row.table) {
                table.take(&row);
            }
        }
        let found = Found {
            first_line,
            tables: self.tables,
            devices: self.devices,
            listed_twice: self.listed_twice,
            nodes: self.header_nodes,
            nccl_version: self.nccl_version,
            rccl: self.rccl,
            notes: self.notes,
        };
        runs_of(name, found)
    }
}

/// The columns that a line lacks to be the header of a table, if it names a size and a bandwidth.
fn odd_header(words: &[Word<'_>]) -> Option<Vec<&'static str>> {
    let has = |name: &str| words.iter().any(|word| word.text.trim_start_matches('#').eq_ignore_ascii_case(name));
    let like_header = has("size") && (has("busbw") || has("algbw"));
    like_header.then(|| ["count", "type", "redop", "time"].into_iter().filter(|name| !has(name)).collect())
}

fn no_rows(name: &str, header_line: Option<usize>) -> LogError {
    let hint = "the run may have failed; accepted: a header with at least one row below it";
    match header_line {
        Some(line) => LogError::at(name, line, None, "the table has no rows", hint),
        None => LogError::whole(name, "has no table of nccl-tests", WANTED),
    }
}

fn lacking(name: &str, line: usize, lacks: &[&str]) -> LogError {
    let problem = match lacks {
        [] => "the rows below the header are not those of nccl-tests".to_owned(),
        lacks => format!("the table lacks the columns {}", lacks.join(", ")),
    };
    LogError::at(name, line, None, problem, "accepted: the whole table of nccl-tests, or a table of size and busbw")
}
