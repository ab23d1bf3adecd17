//! Rings on a wafer: reduce-scatter and all-gather along a row, or along the rows and columns of a rectangle.
//!
//! Every step of every PE is a transfer of its own, so these plans are for lines and small rectangles. Messages of one PE
//! follow each other (its own port must be free). Messages that arrive at a PE in different steps share its ramp.

use crate::fabric::{Direction, Mesh};
use crate::plan::{
    AllReduceHalf, Cohort, Delivery, Dep, Halves, MessageSlice, Plan, PlanBuilder, PlanError, PlanPhaseId, RouteId,
    RouteRun, TransferId, check_listed,
};
use crate::units::Femtos;

/// The order of a ring's ranks on a line of PEs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RingMapping {
    /// One after the other; the last PE sends back over the whole line.
    Line,
    /// Every second PE in one direction, the others in the opposite direction: no PE sends farther than two hops.
    Interleaved,
}

impl RingMapping {
    /// The positions on a line of `length` PEs in the order of the ring.
    fn positions(self, length: u32) -> Vec<u32> {
        match self {
            RingMapping::Line => (0..length).collect(),
            RingMapping::Interleaved => (0..length).step_by(2).chain((1..length).step_by(2).rev()).collect(),
        }
    }
}

/// Ring all-reduce along the first row: `P - 1` steps of reduce-scatter and as many of all-gather, each of one P-th of
/// the vector. Empty for a row of one PE; it takes `2 P (P-1)` transfers.
///
/// With hops of one cycle, and B/P at least as long as the difference of the latencies, it takes
/// `2(P-1) (B/P + p) + hops - 1` cycles. Here hops is the longest path of `2(P-1)` messages around the ring: `4P - 6` in
/// a line, folded at most that (HPDC 2024 has `4P - 6` for both).
///
/// # Errors
/// [`PlanError::TooMany`] beyond about 1,000 PEs.
pub fn row_ring_all_reduce(mesh: &Mesh, mapping: RingMapping, wavelets: f64) -> Result<Plan, PlanError> {
    let width = u64::from(mesh.width);
    let sends = 2 * width * width.saturating_sub(1);
    check_listed(sends, 2 * sends)?;
    let mut plan = PlanBuilder::new(Femtos(0));
    let ring = Ring::new(mesh, (0, 0), Direction::East, mapping);
    let bytes = wavelets * mesh.bytes_per_cycle;
    let phase = plan.phase("reduce-scatter");
    let sums = ring.steps(
        &mut plan,
        &HalfRing { phase, half: AllReduceHalf::ReduceScatter, slice: MessageSlice::WHOLE, bytes },
        &|_| Vec::new(),
    );
    let phase = plan.phase("all-gather");
    ring.steps(
        &mut plan,
        &HalfRing { phase, half: AllReduceHalf::AllGather, slice: MessageSlice::WHOLE, bytes },
        &|rank| ring.next(&sums, rank),
    );
    Ok(plan.build())
}

/// Ring all-reduce over a rectangle of M columns and N rows: reduce-scatter along all rows, reduce-scatter of each
/// column's share along the columns, all-gather along the columns, all-gather along the rows.
///
/// Rows are identical and form one cohort; columns carry different shares and are written out: `2 M (M-1) + 2 M N (N-1)`
/// transfers.
///
/// # Errors
/// [`PlanError::TooMany`] beyond about 100 x 100 PEs.
pub fn wafer_ring_all_reduce(mesh: &Mesh, mapping: RingMapping, wavelets: f64) -> Result<Plan, PlanError> {
    wafer_rings(mesh, mapping, Halves::Both, wavelets)
}

/// The same for the halves of an all-reduce that run: half of the transfers.
///
/// # Errors
/// As [`wafer_ring_all_reduce`].
pub fn wafer_rings(mesh: &Mesh, mapping: RingMapping, halves: Halves, wavelets: f64) -> Result<Plan, PlanError> {
    let [scatters, gathers] = AllReduceHalf::BOTH.map(|half| halves.list().contains(&half));
    let (width, height) = (u64::from(mesh.width), u64::from(mesh.height));
    let in_columns = (width * height).saturating_mul(height.saturating_sub(1));
    let sends = in_columns.saturating_add(width * width.saturating_sub(1));
    let sends = sends.saturating_mul(u64::from(halves.count()));
    check_listed(sends, sends.saturating_mul(2))?;
    let mut plan = PlanBuilder::new(Femtos(0));
    let bytes = wavelets * mesh.bytes_per_cycle;
    let share = bytes / f64::from(mesh.width);
    let rows = Ring {
        cohort: Cohort { copies: mesh.height, stride: mesh.width as i32, written: 0 },
        ..Ring::new(mesh, (0, 0), Direction::East, mapping)
    };
    let mut in_rows = Vec::new();
    if scatters {
        let phase = plan.phase("reduce-scatter rows");
        let part = HalfRing { phase, half: AllReduceHalf::ReduceScatter, slice: MessageSlice::WHOLE, bytes };
        in_rows = rows.steps(&mut plan, &part, &|_| Vec::new());
    }

    let scatter = scatters.then(|| plan.phase("reduce-scatter columns"));
    let gather = gathers.then(|| plan.phase("all-gather columns"));
    let mut gathered = Vec::with_capacity(mesh.width as usize);
    for rank in 0..rows.ranks() {
        let column = Ring::new(mesh, (rows.positions[rank as usize], 0), Direction::South, mapping);
        let slice = MessageSlice::one(rows.finished_chunk(rank), rows.ranks());
        let ready: Vec<Dep> = in_rows.get(rows.left(rank) as usize).map(|&on| Dep::tail(on)).into_iter().collect();
        let sums = scatter.map(|phase| {
            let part = HalfRing { phase, half: AllReduceHalf::ReduceScatter, slice, bytes: share };
            column.steps(&mut plan, &part, &|_| ready.clone())
        });
        let sums = sums.unwrap_or_default();
        let copies = gather.map(|phase| {
            let part = HalfRing { phase, half: AllReduceHalf::AllGather, slice, bytes: share };
            column.steps(&mut plan, &part, &|rank| column.next(&sums, rank))
        });
        let copies = copies.unwrap_or_default();
        gathered.push(if copies.is_empty() { ready } else { copies.into_iter().map(Dep::tail).collect() });
    }
    if gathers {
        let phase = plan.phase("all-gather rows");
        let part = HalfRing { phase, half: AllReduceHalf::AllGather, slice: MessageSlice::WHOLE, bytes };
        // All rows begin together: a column's share is ready when its last PE has it.
        rows.steps(&mut plan, &part, &|rank| gathered[rank as usize].clone());
    }
    Ok(plan.build())
}

/// A time that [`wafer_rings`] cannot beat: each of its `(M-1) + (N-1)` steps per half waits for the last wavelet of
/// the step before, and takes at least its part of the vector and the processing of one PE. One wavelet less, as times on
/// a wafer are reported (engine-model 1.7).
pub fn wafer_ring_least_time(mesh: &Mesh, halves: Halves, wavelets: f64) -> Femtos {
    let (columns, rows) = (f64::from(mesh.width), f64::from(mesh.height));
    let count = f64::from(halves.count());
    let steps = |length: f64, share: f64| count * (length - 1.0) * (share / length + mesh.processing_cycles());
    mesh.cycles((steps(columns, wavelets) + steps(rows, wavelets / columns) - 1.0).max(0.0))
}

/// One half of a ring all-reduce along a line.
struct HalfRing {
    phase: PlanPhaseId,
    half: AllReduceHalf,
    /// The part of the vector that the ring moves.
    slice: MessageSlice,
    /// Bytes of that part.
    bytes: f64,
}

/// A ring along one line of PEs.
struct Ring<'a> {
    mesh: &'a Mesh,
    /// The PE at position 0, and the direction in which positions count.
    first: (u32, u32),
    along: Direction,
    /// The ranks' positions on the line.
    positions: Vec<u32>,
    cohort: Cohort,
}

impl<'a> Ring<'a> {
    /// A whole row from its west end (along: east), or a whole column from its north end.
    fn new(mesh: &'a Mesh, first: (u32, u32), along: Direction, mapping: RingMapping) -> Ring<'a> {
        let length = if along == Direction::East { mesh.width } else { mesh.height };
        Ring { mesh, first, along, positions: mapping.positions(length), cohort: Cohort::ALONE }
    }

    fn ranks(&self) -> u32 {
        self.positions.len() as u32
    }

    fn left(&self, rank: u32) -> u32 {
        (rank + self.ranks() - 1) % self.ranks()
    }

    fn right(&self, rank: u32) -> u32 {
        (rank + 1) % self.ranks()
    }

    /// The chunk that a rank has completed after the reduce-scatter: the one with which its right neighbour began.
    fn finished_chunk(&self, rank: u32) -> u32 {
        self.right(rank)
    }

    /// The dependencies of a rank's next step: what arrived from the left in the step before, and its own port.
    fn next(&self, before: &[TransferId], rank: u32) -> Vec<Dep> {
        let left = before.get(self.left(rank) as usize).map(|&left| Dep::tail(left));
        left.into_iter().chain(before.get(rank as usize).map(|&own| Dep::sent(own))).collect()
    }

    /// The path from a rank to its right neighbour: links, then the neighbour's ramp.
    fn route(&self, plan: &mut PlanBuilder, rank: u32, half: AllReduceHalf) -> RouteId {
        let (from, to) = (self.positions[rank as usize], self.positions[self.right(rank) as usize]);
        let is_row = self.along == Direction::East;
        let pe = |position: u32| {
            if is_row { (self.first.0 + position, self.first.1) } else { (self.first.0, self.first.1 + position) }
        };
        let (direction, step) = match (is_row, to > from) {
            (true, true) => (Direction::East, 1),
            (true, false) => (Direction::West, -1),
            (false, true) => (Direction::South, self.mesh.width as i32),
            (false, false) => (Direction::North, -(self.mesh.width as i32)),
        };
        let hops = from.abs_diff(to);
        let hop_fs = self.mesh.hop_cycles * self.mesh.cycle_fs();
        let ((x, y), (to_x, to_y)) = (pe(from), pe(to));
        let links = RouteRun::line(self.mesh.link_id(x, y, direction), step, hops, 0.0, hop_fs, half.flow());
        let ramp = self.mesh.link_id(to_x, to_y, Direction::Ramp);
        let ramp = RouteRun::single(ramp, 1.0, f64::from(hops) * hop_fs, half.flow());
        let latency = self.mesh.cycles(f64::from(hops) * self.mesh.hop_cycles + self.mesh.processing_cycles());
        plan.route([links, ramp], latency)
    }

    /// Adds the steps of one half. In a reduce-scatter each rank begins with its own chunk and passes on the sum that it
    /// has just received; in an all-gather it begins with the chunk that it has completed. `ready` returns the
    /// dependencies of a rank's first step. Returns the transfers of the last step by sender.
    fn steps(&self, plan: &mut PlanBuilder, part: &HalfRing, ready: &dyn Fn(u32) -> Vec<Dep>) -> Vec<TransferId> {
        let ranks = self.ranks();
        if ranks < 2 {
            return Vec::new();
        }
        let routes: Vec<RouteId> = (0..ranks).map(|rank| self.route(plan, rank, part.half)).collect();
        let mut before: Vec<TransferId> = Vec::new();
        for step in 0..ranks - 1 {
            let mut now = Vec::with_capacity(ranks as usize);
            for rank in 0..ranks {
                let deps = if step == 0 { ready(rank) } else { self.next(&before, rank) };
                let (first, delivery) = match part.half {
                    AllReduceHalf::ReduceScatter => (rank, Delivery::Partial),
                    AllReduceHalf::AllGather => (self.finished_chunk(rank), Delivery::All),
                };
                let chunk = part.bytes / f64::from(ranks);
                let transfer = plan.cohort(part.phase, routes[rank as usize], chunk, delivery, &deps, self.cohort);
                let number = (first + ranks - step) % ranks;
                plan.carries(transfer, MessageSlice::one(part.slice.first * ranks + number, part.slice.of * ranks));
                now.push(transfer);
            }
            before = now;
        }
        before
    }
}
