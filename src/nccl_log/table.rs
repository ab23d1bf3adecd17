//! Tables of a log: whether they are an all-reduce's, for how many ranks, and their rows with times.

use super::error::LogError;
use super::line::whole;
use super::log::{LogNote, LogRow, NcclLog, RanksFrom, note};
use super::ranks::RatioRanks;
use super::row::{Half, Layout, RawRow, message_bytes};

/// A table: the rows below a header.
#[derive(Default)]
pub(super) struct Table {
    /// The line of its header, or of its first row.
    pub line: usize,
    pub layout: Layout,
    /// The collective that the program itself names.
    pub named: Option<String>,
    /// The collective of the last command line before, which may be another program's.
    pub called: Option<String>,
    /// The index of the list of devices above it.
    pub devices: usize,
    /// From `# ranks: 16`.
    pub header_ranks: Option<u32>,
    pub ratio: RatioRanks,
    pub rows: Vec<LogRow>,
    /// Whether a row belongs to another collective: it has a root or no reduction.
    pub other: bool,
}

impl Table {
    /// Whether it has neither rows with times nor rows of another collective.
    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty() && !self.other
    }

    /// Adds a raw row with its times, or a note why not.
    pub(super) fn take(&mut self, row: &RawRow, notes: &mut Vec<LogNote>) {
        let line = Some(row.line);
        if whole(&row.size) == Some(0) {
            note(notes, line, "ignored a message of 0 bytes");
            return;
        }
        // Errors in the rows of other collectives do not matter.
        let named = self.named.as_deref();
        if named.map_or(row.reduction == "none", |named| named != "all_reduce") {
            self.other = true;
            return;
        }
        let Some(message_bytes) = message_bytes(row) else {
            note(notes, line, format!("ignored size {}, which is not {} of {}", row.size, row.count, row.element));
            return;
        };
        let halves = row.halves(&self.layout, message_bytes, notes);
        let [out, inside] = &halves;
        let found = LogRow {
            line: row.line,
            message_bytes,
            element: row.element.clone(),
            reduction: row.reduction.clone(),
            out_of_place_s: out.time_s,
            in_place_s: inside.time_s,
            out_of_place_busbw_gb_s: out.busbw_gb_s,
            in_place_busbw_gb_s: inside.busbw_gb_s,
        };
        self.add(found, row.root(&self.layout), &halves, notes);
    }

    /// Adds a row with its two halves, unless it has no time or belongs to another collective.
    pub(super) fn add(&mut self, row: LogRow, root: Option<f64>, halves: &[Half; 2], notes: &mut Vec<LogNote>) {
        let line = Some(row.line);
        let other = row.reduction == "none" || root.is_some_and(|root| root >= 0.0);
        if other && self.named.as_deref() != Some("all_reduce") {
            self.other = true;
            return;
        }
        for half in halves {
            if half.contradicts {
                note(notes, line, "ignored a time that is not size / algbw");
            }
            if half.cut {
                note(notes, line, "ignored a time at the end of a truncated row");
            }
            if let (Some(algbw), Some(busbw), false) = (half.algbw_gb_s, half.busbw_gb_s, half.contradicts) {
                self.ratio.add(algbw, busbw);
            }
        }
        if row.measured_s().is_none() {
            return note(notes, line, "ignored a row without a time");
        }
        self.rows.push(row);
    }

    /// Whether the rows belong to an all-reduce: by the name of the program, or else by their ratio of bandwidths.
    pub(super) fn is_all_reduce(&self) -> bool {
        if let Some(named) = &self.named {
            return named == "all_reduce";
        }
        let called = self.called.as_deref().unwrap_or("all_reduce");
        let reduce = called == "reduce" && self.ratio.is_one();
        let by_rows = !self.rows.is_empty() && !self.ratio.is_other_collective() && !reduce;
        // Too slow for a ratio: use the command line.
        by_rows && (self.ratio.seen() || called == "all_reduce")
    }

    pub(super) fn collective(&self) -> &str {
        self.named
            .as_deref()
            .or(self.called.as_deref())
            .filter(|name| *name != "all_reduce")
            .unwrap_or("another collective")
    }

    /// Adds the table to the log.
    pub(super) fn merge_into(
        self,
        name: &str,
        devices_ranks: Option<u32>,
        log: &mut NcclLog,
        notes: &mut Vec<LogNote>,
    ) -> Result<(), LogError> {
        let listed = devices_ranks.map(|ranks| (ranks, RanksFrom::Devices));
        let listed = listed.or(self.header_ranks.map(|ranks| (ranks, RanksFrom::Header)));
        let by_ratio = self.ratio.only().map(|ranks| (ranks, RanksFrom::Bandwidths));
        let ranks = match (listed, by_ratio) {
            // Lists of ranks may be cut, by people or by the buffers of nccl-tests; the bandwidths show the actual run.
            (Some((listed, _)), Some((ranks, _))) if self.ratio.excludes(listed) => {
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
        match (log.ranks, ranks) {
            (Some(before), Some((now, _))) if before != now => {
                let problem = format!("a run of {now} ranks follows one of {before}");
                return Err(LogError::at(name, self.line, None, problem, "accepted: one run per file; split the log"));
            }
            (None, Some((ranks, from))) => (log.ranks, log.ranks_from) = (Some(ranks), Some(from)),
            _ => {}
        }
        log.rows.extend(self.rows);
        Ok(())
    }
}
