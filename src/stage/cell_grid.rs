//! Ids at regular distances: the links or ranks that one thing on the stage stands for.

/// `count` ids `step` apart, in `rows` rows `row_step` apart; those from `end` on are left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CellGrid {
    /// The first id.
    pub first: u32,
    /// Ids in a row.
    pub count: u32,
    /// From one id of a row to the next; at least 1.
    pub step: u32,
    /// Rows.
    pub rows: u32,
    /// From the first id of a row to that of the next; at least 1.
    pub row_step: u32,
    /// Beyond the last id that exists.
    pub end: u32,
}

impl CellGrid {
    /// No id.
    pub const NONE: CellGrid = CellGrid { first: 0, count: 0, step: 1, rows: 0, row_step: 1, end: 0 };

    /// One id.
    pub fn one(id: u32) -> CellGrid {
        CellGrid::row(id, 1, 1)
    }

    /// Ids `step` apart.
    pub fn row(first: u32, count: u32, step: u32) -> CellGrid {
        CellGrid { first, count, step: step.max(1), rows: 1, row_step: 1, end: u32::MAX }
    }

    /// The same, in several rows.
    pub fn rows(self, rows: u32, row_step: u32) -> CellGrid {
        CellGrid { rows, row_step: row_step.max(1), ..self }
    }

    /// The same, without ids from `end` on.
    pub fn below(self, end: u32) -> CellGrid {
        CellGrid { end, ..self }
    }

    /// The same, every id further by `by`.
    pub fn shifted(self, by: u32) -> CellGrid {
        CellGrid { first: self.first + by, end: self.end.saturating_add(by), ..self }
    }

    /// How many ids there are.
    pub fn len(&self) -> u64 {
        let in_row = |row: u32| {
            let first = u64::from(self.first) + u64::from(row) * u64::from(self.row_step);
            let room = u64::from(self.end).saturating_sub(first);
            room.div_ceil(u64::from(self.step)).min(u64::from(self.count))
        };
        // Only the last rows can be cut.
        let all = u64::from(self.rows) * u64::from(self.count);
        let last = self.rows.checked_sub(1).map_or(0, in_row);
        if last == u64::from(self.count) { all } else { (0..self.rows).map(in_row).sum() }
    }

    /// Whether there is no id.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether it is one id alone.
    pub fn is_one(&self) -> bool {
        self.count == 1 && self.rows == 1
    }

    /// Whether an id is one of them.
    pub fn contains(&self, id: u32) -> bool {
        let Some(distance) = id.checked_sub(self.first).filter(|_| id < self.end) else { return false };
        let (row, rest) = match self.rows {
            0 => return false,
            1 => (0, distance),
            // Either rows follow one another, or they lie between the ids of a row.
            _ if u64::from(self.row_step) >= u64::from(self.count) * u64::from(self.step) => {
                (distance / self.row_step, distance % self.row_step)
            }
            _ => {
                let inside = distance % self.step;
                (inside / self.row_step, distance - inside / self.row_step * self.row_step)
            }
        };
        row < self.rows && rest.is_multiple_of(self.step) && rest / self.step < self.count
    }

    /// The ids, or of more than `most` so many of them, evenly spread.
    pub fn ids(self, most: u32) -> impl Iterator<Item = u32> {
        let all = u64::from(self.rows) * u64::from(self.count);
        let parts = all.min(u64::from(most));
        let place = move |part: u64| {
            let place = if parts == all { part } else { (2 * part + 1) * all / (2 * parts) };
            let (row, index) = (place / u64::from(self.count), place % u64::from(self.count));
            u64::from(self.first) + row * u64::from(self.row_step) + index * u64::from(self.step)
        };
        (0..parts).map(place).filter(move |&id| id < u64::from(self.end)).map(|id| id as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lattice_contains_what_it_lists_and_nothing_else() {
        let lattices = [
            CellGrid::one(7),
            CellGrid::row(3, 5, 1),
            CellGrid::row(3, 5, 4),
            CellGrid::row(2, 3, 1).rows(4, 10),
            CellGrid::row(2, 3, 10).rows(4, 1),
            CellGrid::row(0, 4, 1).rows(3, 4).below(10),
            CellGrid::NONE,
        ];
        for lattice in lattices {
            let listed: Vec<u32> = lattice.ids(u32::MAX).collect();
            assert_eq!(listed.len() as u64, lattice.len(), "{lattice:?}");
            for id in 0..60 {
                assert_eq!(lattice.contains(id), listed.contains(&id), "{lattice:?}: {id}");
            }
        }
    }

    #[test]
    fn of_many_ids_some_are_listed_evenly_spread() {
        let some: Vec<u32> = CellGrid::row(0, 100, 2).ids(4).collect();
        assert_eq!(some, [24, 74, 124, 174]);
    }
}
