//! All-reduce into the centre of a rectangle and back, as CS-1 sums scalars (Rocki et al., SC20): rows into the two
//! middle columns from both halves at once, these columns into four centre PEs, those into one, and a broadcast.
//!
//! The message travels about one diameter of the rectangle; with a root in a corner it travels two.

use super::broadcast::broadcast;
use super::line_patterns::{Line, RowPattern};
use super::xy::XyPattern;
use crate::fabric::{Direction, Mesh};
use crate::plan::{Dep, Plan, PlanBuilder, TransferId};
use crate::units::Femtos;

/// Centre-rooted all-reduce; `pattern` is that of the half rows and half columns. `None` if the rectangle is not at
/// least 2 x 2: then there are no four centre PEs.
///
/// Each phase waits for the tails of the one before. With stars, half lines of up to R = ceil(M/2) and C = ceil(N/2)
/// PEs, and hops of one cycle it takes at most
/// `[B (R-1) + 1 + p] + [B (C-1) + 1 + p] + 2 [B + 1 + p] + [B + floor(M/2) + floor(N/2) + p] - 1` cycles, and less
/// where the halves whose sums are merged twice, west and north, are the shorter ones.
///
/// For one wavelet on 600 x 595 PEs (T_R 2) it is 305 + 302 + 2 x 7 + 603 - 1 = 1,223. With the longer half in the
/// north and the root below it, one hop farther from the corner, it would be 305 + 303 + 2 x 7 + 604 - 1 = 1,225
/// (1,226 before the one wavelet is taken off). The paper reports less than 1.5 us, about 1.1 times the diameter of
/// 1,193 hops; a start-up, which this plan omits, would explain the rest.
pub fn centre_rooted_all_reduce(mesh: &Mesh, pattern: XyPattern, wavelets: f64) -> Option<Plan> {
    let mut plan = PlanBuilder::new(Femtos(0));
    let sum = reduce(&mut plan, mesh, pattern, wavelets)?;
    let centre = (mesh.width / 2, mesh.height / 2);
    broadcast(&mut plan, mesh, centre, wavelets * mesh.bytes_per_cycle, &Dep::tails(&sum));
    Some(plan.build())
}

/// The reduce of [`centre_rooted_all_reduce`]: the root is one of the four centre PEs. `None` in the same case.
pub fn centre_rooted_reduce(mesh: &Mesh, pattern: XyPattern, wavelets: f64) -> Option<Plan> {
    let mut plan = PlanBuilder::new(Femtos(0));
    reduce(&mut plan, mesh, pattern, wavelets)?;
    Some(plan.build())
}

/// The broadcast of [`centre_rooted_all_reduce`]: `B + floor(M/2) + floor(N/2) + p - 1` cycles with hops of one cycle.
pub fn centre_rooted_broadcast(mesh: &Mesh, wavelets: f64) -> Plan {
    let mut plan = PlanBuilder::new(Femtos(0));
    broadcast(&mut plan, mesh, (mesh.width / 2, mesh.height / 2), wavelets * mesh.bytes_per_cycle, &[]);
    plan.build()
}

/// Adds the phases of the reduce. Returns the transfers that complete the sum. `None` if there are no four centre PEs.
fn reduce(plan: &mut PlanBuilder, mesh: &Mesh, pattern: XyPattern, wavelets: f64) -> Option<Vec<TransferId>> {
    let (width, height) = (mesh.width, mesh.height);
    if width < 2 || height < 2 {
        return None;
    }
    let bytes = wavelets * mesh.bytes_per_cycle;
    let (x, y) = (width / 2, height / 2);

    let phase = plan.phase("reduce half rows");
    let mut half_rows = |root: u32, direction, length: u32| {
        let line = Line::new(mesh, (root, y), direction, length).in_all_rows();
        line.reduce(plan, phase, pattern.on(mesh, length, wavelets), bytes, &|_| Vec::new())
    };
    // West of the middle, and east of it with the middle.
    let rows = [half_rows(x - 1, Direction::East, x), half_rows(x, Direction::West, width - x)];

    let phase = plan.phase("reduce half columns");
    let mut half_column = |side: usize, root: (u32, u32), direction, length: u32| {
        let line = Line::new(mesh, root, direction, length);
        let column = line.reduce(plan, phase, pattern.on(mesh, length, wavelets), bytes, &|_| Dep::tails(&rows[side]));
        if column.is_empty() { rows[side].clone() } else { column }
    };
    // Both columns north of the middle, then both south of it: the four centre PEs wait for these sums.
    let north = [0, 1].map(|side| half_column(side, (x - 1 + side as u32, y - 1), Direction::South, y));
    let south = [0, 1].map(|side| half_column(side, (x - 1 + side as u32, y), Direction::North, height - y));

    let phase = plan.phase("merge in the centre");
    let mut merge = |root: (u32, u32), direction, ready: &[TransferId]| {
        let line = Line::new(mesh, root, direction, 2);
        line.reduce(plan, phase, RowPattern::Star, bytes, &|_| Dep::tails(ready))
    };
    // West into east in both rows at once, then north into south.
    let [north_west, mut north_east] = north;
    let [south_west, mut sum] = south;
    north_east.extend(merge((x, y - 1), Direction::East, &north_west));
    sum.extend(merge((x, y), Direction::East, &south_west));
    sum.extend(merge((x, y), Direction::South, &north_east));
    Some(sum)
}
