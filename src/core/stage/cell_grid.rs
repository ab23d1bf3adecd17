//! Ids at regular distances: the links or ranks that one box or line on the stage stands for.

/// `count` ids `step` apart, in `rows` rows `row_step` apart, without ids from `end` on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CellGrid {
    /// The first id.
    pub first: u32,
    /// Ids per row.
    pub count: u32,
    /// Difference between neighbouring ids of a row; at least 1.
    pub step: u32,
    /// Number of rows.
    pub rows: u32,
    /// Difference between the first ids of neighbouring rows; at least 1.
    pub row_step: u32,
    /// One more than the largest id that exists.
    pub end: u32,
}

impl CellGrid {
    /// No ids.
    pub const NONE: CellGrid = CellGrid { first: 0, count: 0, step: 1, rows: 0, row_step: 1, end: 0 };

    /// One id.
    pub fn one(id: u32) -> CellGrid {
        CellGrid::row(id, 1, 1)
    }

    /// One row of ids, `step` apart.
    pub fn row(first: u32, count: u32, step: u32) -> CellGrid {
        CellGrid { first, count, step: step.max(1), rows: 1, row_step: 1, end: u32::MAX }
    }

    /// The same ids in several rows.
    pub fn rows(self, rows: u32, row_step: u32) -> CellGrid {
        CellGrid { rows, row_step: row_step.max(1), ..self }
    }

    /// The same ids without those from `end` on.
    pub fn below(self, end: u32) -> CellGrid {
        CellGrid { end, ..self }
    }

    /// The same ids, each `by` larger.
    pub fn shifted(self, by: u32) -> CellGrid {
        CellGrid { first: self.first + by, end: self.end.saturating_add(by), ..self }
    }

    /// Number of ids.
    pub fn len(&self) -> u64 {
        let in_row = |row: u32| {
            let first = u64::from(self.first) + u64::from(row) * u64::from(self.row_step);
            let room = u64::from(self.end).saturating_sub(first);
            room.div_ceil(u64::from(self.step)).min(u64::from(self.count))
        };
        // `end` can cut only the last rows.
        let all = u64::from(self.rows) * u64::from(self.count);
        let last = self.rows.checked_sub(1).map_or(0, in_row);
        if last == u64::from(self.count) { all } else { (0..self.rows).map(in_row).sum() }
    }

    /// Whether there are no ids.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether it is a single id.
    pub fn is_one(&self) -> bool {
        self.count == 1 && self.rows == 1
    }

    /// Whether an id is included.
    pub fn contains(&self, id: u32) -> bool {
        let Some(distance) = id.checked_sub(self.first).filter(|_| id < self.end) else { return false };
        let (row, rest) = match self.rows {
            0 => return false,
            1 => (0, distance),
            // Rows either follow each other, or interleave.
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

    /// The ids in order; if there are more than `max`, a sample of `max`, evenly spread.
    pub fn ids(self, max: u32) -> impl Iterator<Item = u32> {
        let all = u64::from(self.rows) * u64::from(self.count);
        let parts = all.min(u64::from(max));
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
    fn a_cell_grid_contains_exactly_the_ids_that_it_lists() {
        let grids = [
            CellGrid::one(7),
            CellGrid::row(3, 5, 1),
            CellGrid::row(3, 5, 4),
            CellGrid::row(2, 3, 1).rows(4, 10),
            CellGrid::row(2, 3, 10).rows(4, 1),
            CellGrid::row(0, 4, 1).rows(3, 4).below(10),
            CellGrid::NONE,
        ];
        for grid in grids {
            let listed: Vec<u32> = grid.ids(u32::MAX).collect();
            assert_eq!(listed.len() as u64, grid.len(), "{grid:?}");
            for id in 0..60 {
                assert_eq!(grid.contains(id), listed.contains(&id), "{grid:?}: {id}");
            }
        }
    }

    #[test]
    fn a_sample_of_ids_is_evenly_spread() {
        let some: Vec<u32> = CellGrid::row(0, 100, 2).ids(4).collect();
        assert_eq!(some, [24, 74, 124, 174]);
    }
}
