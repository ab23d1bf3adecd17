//! The visible parts of link runs on a wafer.

use crate::collective::{Cohort, RouteRun};
use crate::fabric::Mesh;
use crate::stage::PeWindow;

/// The part of one row of a link run, of one copy of its cohort, that passes a window.
#[derive(Clone, Copy, Debug)]
pub(crate) struct VisiblePart {
    /// The row of the run.
    pub row: u32,
    /// The first visible link of the row.
    pub first: u32,
    /// One more than the last visible link.
    pub end: u32,
    /// Column and row of the PE of link 0, which can be outside the wafer.
    start: [i64; 2],
    /// Step from link to link, in PEs.
    step: [i64; 2],
}

impl VisiblePart {
    /// The PE that a visible link leaves.
    pub fn pe(&self, index: u32) -> [u32; 2] {
        [0, 1].map(|axis| (self.start[axis] + i64::from(index) * self.step[axis]) as u32)
    }
}

/// Calls `add` for each row of a run, of each copy of its cohort, that passes the window.
pub(crate) fn visible_parts(
    mesh: &Mesh,
    window: PeWindow,
    cohort: &Cohort,
    run: &RouteRun,
    mut add: impl FnMut(VisiblePart),
) {
    let Some((x, y, _)) = mesh.place(run.first) else { return };
    let pes = |stride: i32| {
        let (stride, width) = (i64::from(stride), i64::from(mesh.width));
        if stride.abs() < width && stride % width != 0 { [stride, 0] } else { [stride % width, stride / width] }
    };
    let (step, row_step, copy_step) = (pes(run.stride), pes(run.row_stride), pes(cohort.stride));
    let low = window.first.map(i64::from);
    let high = [0, 1].map(|axis| low[axis] + i64::from(window.size[axis]));
    // The range of `count` positions, `step` apart from `at`, inside the window: along the axis on which they move.
    let clip = |at: [i64; 2], step: [i64; 2], count: u32, still: [bool; 2]| {
        let mut range = (0, i64::from(count));
        for axis in [0, 1] {
            // If an inner loop moves along this axis too, it decides.
            if !still[axis] {
                continue;
            }
            let (from, until) = (low[axis] - at[axis], high[axis] - at[axis]);
            let (first, beyond) = match step[axis] {
                0 if from <= 0 && 0 < until => (0, i64::from(count)),
                0 => (0, 0),
                step if step > 0 => {
                    (from.div_euclid(step) + i64::from(from.rem_euclid(step) > 0), (until - 1).div_euclid(step) + 1)
                }
                step => (
                    (until - 1).div_euclid(step) + i64::from((until - 1).rem_euclid(step) > 0),
                    from.div_euclid(step) + 1,
                ),
            };
            range = (range.0.max(first), range.1.min(beyond));
        }
        (range.0.clamp(0, i64::from(count)) as u32, range.1.clamp(0, i64::from(count)) as u32)
    };
    let moves = |step: [i64; 2], count: u32, axis: usize| count > 1 && step[axis] != 0;
    let still_in_row = [0, 1].map(|axis| !moves(step, run.count, axis));
    let still_in_run = [0, 1].map(|axis| still_in_row[axis] && !moves(row_step, run.rows, axis));
    let start = [0, 1].map(|axis| i64::from([x, y][axis]) - i64::from(cohort.written) * copy_step[axis]);
    let (first_copy, last_copy) = clip(start, copy_step, cohort.copies, still_in_run);
    for copy in first_copy..last_copy {
        let at = [0, 1].map(|axis| start[axis] + i64::from(copy) * copy_step[axis]);
        let (first_row, last_row) = clip(at, row_step, run.rows, still_in_row);
        for row in first_row..last_row {
            let at = [0, 1].map(|axis| at[axis] + i64::from(row) * row_step[axis]);
            let (first, end) = clip(at, step, run.count, [true; 2]);
            if first < end {
                add(VisiblePart { row, first, end, start: at, step });
            }
        }
    }
}
