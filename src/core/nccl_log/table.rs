//! Tables of a log: their operation, their number of ranks, and their rows with times.

use super::columns::Layout;
use super::line::whole;
use super::log::{LogNote, LogRow, LogRun, RanksFrom, SimulatedCluster, note};
use super::operation::{Columns, Operation, Ratio};
use super::ranks::RatioRanks;
use super::row::{Half, RawRow, row_bytes};
use super::settings::Settings;
use crate::nccl::Collective;

/// A table: the rows below a header.
#[derive(Clone, Default)]
pub(super) struct Table {
    /// The line of its header, or of its first row.
    pub line: usize,
    pub layout: Layout,
    /// The heading above it.
    pub heading: Option<String>,
    /// The operation that the program itself names.
    pub named: Option<Operation>,
    /// The operation of the last command line before, which may be another program's.
    pub called: Option<Operation>,
    /// The index of the list of devices above it.
    pub devices: usize,
    /// From `# ranks: 16`.
    pub header_ranks: Option<u32>,
    /// The sizes that the program says it will measure, and its line.
    pub announced: Option<(usize, u64)>,
    /// The rows that were found, with those that are ignored.
    pub found: u64,
    pub settings: Settings,
    /// The cluster of a simulated table.
    pub simulated: Option<SimulatedCluster>,
    /// How many copies of the program print their rows in turn, because each believes to be alone.
    pub copies: usize,
    /// Counts the lines that start something new; a table with the same count as the one above continues it.
    pub part: usize,
    pub ratio: RatioRanks,
    pub rows: Vec<TableRow>,
    /// Notes on its rows, which do not matter if it is another operation's.
    pub notes: Vec<LogNote>,
    /// Whether the check at the end of the run failed.
    pub failed_check: bool,
    /// A row whose busbw is below its algbw.
    pub below: Option<Below>,
    /// Whether a row has a root.
    pub rooted: bool,
}

/// A row with what tells its operation.
#[derive(Clone)]
pub(super) struct TableRow {
    pub row: LogRow,
    /// How many counts the size has.
    pub counts: u64,
}

/// A row whose busbw is below its algbw, both in GB/s.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Below {
    pub line: usize,
    pub algbw_gb_s: f64,
    pub busbw_gb_s: f64,
}

impl Table {
    /// Adds a raw row with its times, or a note why not.
    pub(super) fn take(&mut self, row: &RawRow) {
        let line = Some(row.line);
        self.found += 1;
        if whole(&row.size) == Some(0) {
            return note(&mut self.notes, line, "ignored a message of 0 bytes");
        }
        let Some(bytes) = row_bytes(row) else {
            let size = whole(&row.size).map_or("a size".to_owned(), |size| format!("size {size}"));
            let text = format!("ignored {size}, which is not {} of {}", row.count, row.element);
            return note(&mut self.notes, line, text);
        };
        let halves = row.halves(&self.layout, bytes.message, &mut self.notes);
        let [out, inside] = &halves;
        let found = LogRow {
            line: row.line,
            message_bytes: bytes.message,
            element: row.element.clone(),
            reduction: row.reduction.clone(),
            out_of_place_s: out.time_s,
            in_place_s: inside.time_s,
            out_of_place_busbw_gb_s: out.busbw_gb_s,
            in_place_busbw_gb_s: inside.busbw_gb_s,
            wrong: out.wrong.into_iter().chain(inside.wrong).reduce(u64::saturating_add),
        };
        self.add(found, bytes.counts, row.root(&self.layout), &halves);
    }

    /// Adds a row with its two halves, unless it has no time.
    pub(super) fn add(&mut self, row: LogRow, counts: u64, root: Option<f64>, halves: &[Half; 2]) {
        let line = Some(row.line);
        self.rooted |= root.is_some_and(|root| root >= 0.0);
        for half in halves {
            if half.contradicts {
                note(&mut self.notes, line, "ignored a time that is not size / algbw");
            }
            if half.cut {
                note(&mut self.notes, line, "ignored a time at the end of a truncated row");
            }
            if let (Some(algbw_gb_s), Some(busbw_gb_s), false) = (half.algbw_gb_s, half.busbw_gb_s, half.contradicts)
                && self.ratio.add(algbw_gb_s, busbw_gb_s)
            {
                self.below = self.below.or(Some(Below { line: row.line, algbw_gb_s, busbw_gb_s }));
            }
        }
        if row.measured_s().is_none() {
            return note(&mut self.notes, line, "ignored a row without a time");
        }
        self.rows.push(TableRow { row, counts });
    }

    /// The operation: by the name of the program, or else by its rows, with the number of ranks if they are listed.
    pub(super) fn operation(&self, listed_ranks: Option<u32>) -> Operation {
        if let Some(named) = self.named {
            return named;
        }
        let ratio = self.ratio.ratio();
        let reduced = self.rows.iter().any(|row| !matches!(row.row.reduction.as_str(), "" | "none"));
        let columns = Columns {
            reduction: self.layout.reduction.unwrap_or(reduced),
            root: self.layout.root.unwrap_or(self.rooted),
            reduced,
            rooted: self.rooted,
            shared: self.rows.iter().all(|row| row.counts > 1),
        };
        let mut by_rows = Operation::of_rows(columns, ratio);
        // Two ranks look the same; more do not add anything.
        let many = listed_ranks.or(self.header_ranks).is_some_and(|ranks| ranks > 2);
        if many && ratio == Ratio::One && by_rows.is_all_reduce() {
            by_rows = Operation::Collective(Collective::SendRecv);
        }
        match (self.called, ratio) {
            // The ratio of an all-reduce is its own.
            (_, Ratio::AboveOne) | (None, _) => by_rows,
            (Some(called), Ratio::BelowOne) if called.is_all_reduce() => by_rows,
            (Some(called), _) => called,
        }
    }

    /// The row that no all-reduce can have, if the table is otherwise one.
    pub(super) fn impossible(&self, listed_ranks: Option<u32>) -> Option<Below> {
        let operation = self.operation(listed_ranks);
        self.below.filter(|_| operation.is_all_reduce() || operation == Operation::Unknown)
    }

    /// Whether this table goes on with the rows of one above it, whose header was printed again.
    pub(super) fn continues(&self, above: &Table) -> bool {
        let (Some(last), Some(first)) = (above.rows.last(), self.rows.first()) else { return false };
        above.part == self.part && last.row.message_bytes < first.row.message_bytes
    }

    /// The runs whose rows the table has: one, unless copies of the program print in turn.
    pub(super) fn split(self) -> Vec<Table> {
        if self.copies < 2 {
            return vec![self];
        }
        let mut seen = std::collections::BTreeMap::<_, usize>::new();
        let mut parts: Vec<Table> = (0..self.copies).map(|_| Table { rows: Vec::new(), ..self.clone() }).collect();
        for row in self.rows {
            let key = (row.row.message_bytes, row.row.element.clone(), row.row.reduction.clone());
            let count = seen.entry(key).or_default();
            if let Some(part) = parts.get_mut(*count % self.copies) {
                part.rows.push(row);
            }
            *count += 1;
        }
        parts.retain(|part| !part.rows.is_empty());
        parts
    }

    /// The table as a run.
    pub(super) fn into_run(self, devices_ranks: Option<u32>, notes: &mut Vec<LogNote>) -> LogRun {
        let operation = self.operation(devices_ranks);
        let listed = devices_ranks.map(|ranks| (ranks, RanksFrom::Devices));
        let listed = listed.or(self.header_ranks.map(|ranks| (ranks, RanksFrom::Header)));
        // The busbw of other operations does not depend on the ranks.
        let shares = operation.has_shares();
        let of_ratio = Some(&self.ratio).filter(|_| shares || operation.is_all_reduce());
        let by_ratio = of_ratio.and_then(|ratio| ratio.only(shares)).map(|ranks| (ranks, RanksFrom::Bandwidths));
        let ranks = match (listed, by_ratio) {
            // Lists of ranks may be cut, by people or by the buffers of nccl-tests; the bandwidths show the actual run.
            (Some((listed, _)), Some((ranks, _))) if self.ratio.excludes(listed, shares) => {
                note(
                    notes,
                    Some(self.line),
                    format!("lists {listed} ranks, but busbw / algbw is that of {ranks}, which is used"),
                );
                by_ratio
            }
            (Some(_), _) => listed,
            (None, _) => by_ratio,
        };
        if let Some((line, sizes)) = self.announced.filter(|(_, sizes)| self.copies < 2 && self.found < *sizes) {
            let text = format!("announces {sizes} sizes; {} found, the others are missing or damaged", self.found);
            note(notes, Some(line), text);
        }
        let mut rows = Vec::new();
        for TableRow { row, counts } in self.rows {
            if counts == 1 || operation.has_shares() {
                rows.push(row);
            } else {
                let text =
                    format!("ignored a size of {counts} counts, which {} does not have", operation.with_article());
                note(notes, Some(row.line), text);
            }
        }
        LogRun {
            name: self.heading,
            line: self.line,
            operation,
            ranks: ranks.map(|(ranks, _)| ranks),
            ranks_from: ranks.map(|(_, from)| from),
            settings: self.settings,
            rows,
            failed_check: self.failed_check,
            simulated: self.simulated,
            ..LogRun::default()
        }
    }
}
