//! Instants of rows that mostly advance by the same span from period to period: arithmetic progressions instead of all
//! instants. A period is one step, or as many as a node has GPUs.

use crate::units::Femtos;

/// Instants of a row from one step on, until its next run: some one by one, which are at least a period unless another run
/// follows, and then the last period again and again, each time later by the same span.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Progression {
    /// Its first step.
    pub first_step: u32,
    /// Where its instants begin.
    first: u32,
    /// How many there are.
    count: u32,
    /// From each period to the next.
    advance: Femtos,
}

impl Progression {
    /// The instant of a step, not before the first one. It ends at the largest instant.
    fn at(&self, starts: &[Femtos], step: u32, period: u32) -> Femtos {
        let index = step.saturating_sub(self.first_step);
        let beyond = (index + 1).saturating_sub(self.count);
        if beyond == 0 {
            return starts.get((self.first + index) as usize).copied().unwrap_or_default();
        }
        let periods = beyond.div_ceil(period);
        let known = starts.get((self.first + index).saturating_sub(periods * period) as usize);
        let known = known.copied().unwrap_or_default();
        Femtos(known.0.saturating_add(self.advance.0.saturating_mul(u64::from(periods))))
    }
}

/// The runs of one row as they are found.
#[derive(Clone, Debug, Default)]
pub(crate) struct Row {
    /// The last run, beside the row: each step asks for it. Its count is 0 before the first step.
    last: Progression,
    /// Those before it.
    earlier: Vec<Progression>,
    starts: Vec<Femtos>,
    /// How many steps at the end of the last run have advanced by the same span over a period.
    steady: u32,
}

impl Row {
    /// The instant of a step, at most one beyond the last that was set.
    pub fn at(&self, step: u32, period: u32) -> Femtos {
        if self.last.count == 0 { Femtos(0) } else { self.last.at(&self.starts, step, period) }
    }

    /// The instant of a step that may be before the last run.
    fn earlier(&self, step: u32, period: u32) -> Femtos {
        if self.last.first_step <= step {
            return self.at(step, period);
        }
        let next = self.earlier.partition_point(|run| run.first_step <= step);
        next.checked_sub(1).map_or(Femtos(0), |index| self.earlier[index].at(&self.starts, step, period))
    }

    /// The span that it advances by over a period.
    pub fn advance(&self) -> Femtos {
        self.last.advance
    }

    /// Whether it goes on as it did as long as nobody sets it.
    pub fn is_periodic(&self, period: u32) -> bool {
        self.steady >= period
    }

    /// Sets the start of the next step. Returns the number of instants and of runs that were added.
    pub fn set(&mut self, step: u32, start: Femtos, period: u32) -> (u32, u32) {
        let goes_on = self.is_periodic(period);
        if goes_on && self.at(step, period) == start {
            return (0, 0);
        }
        let before = step.checked_sub(period).map(|before| start.since(self.earlier(before, period)));
        let is_first = self.last.count == 0;
        if goes_on || is_first {
            self.steady = 0;
            let next = Progression { first_step: step, first: self.starts.len() as u32, ..Progression::default() };
            let ended = std::mem::replace(&mut self.last, next);
            if !is_first {
                self.earlier.push(ended);
            }
        }
        self.starts.push(start);
        self.last.count += 1;
        if let Some(advance) = before {
            self.steady = if self.steady > 0 && advance == self.last.advance { self.steady + 1 } else { 1 };
            self.last.advance = advance;
        }
        (1, u32::from(goes_on || is_first))
    }

    /// Its runs in the order of their steps.
    fn runs(&self) -> impl Iterator<Item = &Progression> {
        self.earlier.iter().chain((self.last.count > 0).then_some(&self.last))
    }
}

/// The runs of all rows.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Progressions {
    /// Steps of a period.
    period: u32,
    /// By row, then by first step.
    runs: Vec<Progression>,
    starts: Vec<Femtos>,
    /// Index of each row's first run, and the end.
    first_of_row: Vec<u32>,
}

impl Progressions {
    /// Memory of rows with so many instants and runs, bytes, with the lists that they are collected in.
    pub fn estimated_bytes(rows: u64, starts: u64, runs: u64) -> u64 {
        let stored = starts * size_of::<Femtos>() as u64 + runs * size_of::<Progression>() as u64;
        // Lists grow to up to twice their contents.
        3 * stored + rows * (size_of::<Row>() + size_of::<u32>()) as u64
    }

    /// Those of each row.
    pub fn new(period: u32, rows: Vec<Row>) -> Progressions {
        let mut found = Progressions { period, ..Progressions::default() };
        for row in rows {
            found.first_of_row.push(found.runs.len() as u32);
            let moved = found.starts.len() as u32;
            found.runs.extend(row.runs().map(|run| Progression { first: run.first + moved, ..*run }));
            found.starts.extend(row.starts);
        }
        found.first_of_row.push(found.runs.len() as u32);
        found
    }

    /// Number of instants and of runs that are stored.
    pub fn counts(&self) -> (u64, u64) {
        (self.starts.len() as u64, self.runs.len() as u64)
    }

    /// The instant of a row's step.
    pub fn at(&self, row: usize, step: u32) -> Femtos {
        let ends = (self.first_of_row.get(row), self.first_of_row.get(row + 1));
        let (Some(&first), Some(&end)) = ends else { return Femtos(0) };
        let own = &self.runs[first as usize..end as usize];
        let next = own.partition_point(|run| run.first_step <= step);
        own.get(next.saturating_sub(1)).map_or(Femtos(0), |run| run.at(&self.starts, step, self.period))
    }

    /// Everything that is stored, as numbers.
    pub fn numbers(&self) -> impl Iterator<Item = u64> + '_ {
        let runs = self.runs.iter().flat_map(|run| [u64::from(run.first_step), u64::from(run.count), run.advance.0]);
        self.starts.iter().map(|start| start.0).chain(runs)
    }
}
