//! Rows of a wafer that carry the same: the copies of a stream, and the bands between the rows where streams begin or end.

use core::ops::Range;

use crate::collective::{RouteRun, Transfer};
use crate::fabric::{Direction, Mesh};

/// The links of a run of a route in all copies of its stream: the same columns of neighbouring rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RunInRows {
    /// The column of the first link.
    pub x: u32,
    /// The rows.
    pub rows: Range<u32>,
    /// The direction of the links.
    pub direction: Direction,
}

impl RunInRows {
    /// `None` if the run itself has several rows, as that of a broadcast, or its copies are not in neighbouring rows.
    pub fn new(mesh: &Mesh, transfer: &Transfer, run: &RouteRun) -> Option<RunInRows> {
        let cohort = &transfer.cohort;
        let in_rows = cohort.copies == 1 || cohort.stride == mesh.width as i32;
        let (x, y, direction) = mesh.place(run.first).filter(|_| in_rows && run.rows == 1)?;
        let first = y.checked_sub(cohort.written)?;
        Some(RunInRows { x, rows: first..first + cohort.copies, direction })
    }
}

/// The rows of a wafer cut wherever one of the ranges begins or ends, from the top.
pub(super) fn bands(height: u32, ranges: impl Iterator<Item = Range<u32>>) -> Vec<Range<u32>> {
    let mut cuts: Vec<u32> = ranges.flat_map(|rows| [rows.start, rows.end]).chain([0, height]).collect();
    cuts.sort_unstable();
    cuts.dedup();
    cuts.windows(2).map(|pair| pair[0]..pair[1]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_cut_where_a_range_begins_or_ends() {
        assert_eq!(bands(9, [0..9, 0..9].into_iter()).len(), 1);
        assert_eq!(bands(9, [0..3, 3..4, 4..9, 2..3].into_iter()), [0..2, 2..3, 3..4, 4..9]);
    }
}
