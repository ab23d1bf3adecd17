//! Rings on a wafer: reduce-scatter and all-gather along a row, or along the rows and columns of a rectangle.
//!
//! Every step of every PE is a transfer of its own, so these plans are for lines and small rectangles. Messages of
//! one PE follow each other (its own port must be free), and what arrives at a PE in different steps shares its ramp.

use super::build::PlanBuilder;
use super::plan::{Cohort, Delivery, Dep, MessageSlice, Plan, PlanPhaseId, TransferId};
use super::route::{Flow, RouteId, RouteRun};
use super::way::{PlanError, check_listed};
use crate::fabric::{Direction, Mesh};
use crate::units::Femtos;

/// Where the ranks of a ring lie on a line of PEs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RingMapping {
    /// One after the other; the last one sends back over the whole line.
    Line,
    /// Every second PE on the way out, the others on the way back: nobody sends further than two hops.
    Folded,
}

impl RingMapping {
    /// The places on a line of `length` PEs in the order of the ring.
    fn places(self, length: u32) -> Vec<u32> {
        match self {
            RingMapping::Line => (0..length).collect(),
            RingMapping::Folded => (0..length).step_by(2).chain((1..length).step_by(2).rev()).collect(),
        }
    }
}

/// Ring all-reduce along the first row: `P - 1` steps of reduce-scatter and as many of all-gather, each of one P-th of
/// the vector. Empty for a row of one PE; it takes `2 P (P-1)` transfers.
///
/// # Errors
/// More transfers than are written out: about 1,000 PEs.
///
/// With hops of one cycle and B/P at least as long as the ways differ it takes `2(P-1) (B/P + p) + hops - 1` cycles,
/// where hops is the longest way of `2(P-1)` messages round the ring: `4P - 6` in a line, folded at most that (HPDC
/// 2024 has `4P - 6` for both).
pub fn row_ring_all_reduce(mesh: &Mesh, mapping: RingMapping, wavelets: f64) -> Result<Plan, PlanError> {
    let width = u64::from(mesh.width);
    let sends = 2 * width * width.saturating_sub(1);
    check_listed(sends, 2 * sends)?;
    let mut plan = PlanBuilder::new(Femtos(0));
    let ring = Ring::new(mesh, (0, 0), Direction::East, mapping);
    let bytes = wavelets * mesh.bytes_per_cycle;
    let stage = plan.stage("reduce-scatter");
    let sums = ring.steps(&mut plan, (stage, Flow::Reduce), (MessageSlice::WHOLE, bytes), &|_| Vec::new());
    let stage = plan.stage("all-gather");
    ring.steps(&mut plan, (stage, Flow::Broadcast), (MessageSlice::WHOLE, bytes), &|rank| ring.next(&sums, rank));
    Ok(plan.build())
}

/// Ring all-reduce over a rectangle of M columns and N rows: reduce-scatter along all rows, reduce-scatter of each
/// column's share along the columns, all-gather along the columns, all-gather along the rows.
///
/// Rows do the same and are one cohort; columns carry different shares and are written out: `2 M (M-1) + 2 M N (N-1)`
/// transfers.
///
/// # Errors
/// More transfers than are written out: about 100 x 100 PEs.
pub fn wafer_ring_all_reduce(mesh: &Mesh, mapping: RingMapping, wavelets: f64) -> Result<Plan, PlanError> {
    let (width, height) = (u64::from(mesh.width), u64::from(mesh.height));
    let in_columns = (width * height).saturating_mul(height.saturating_sub(1));
    let sends = in_columns.saturating_add(width * width.saturating_sub(1)).saturating_mul(2);
    check_listed(sends, sends.saturating_mul(2))?;
    let mut plan = PlanBuilder::new(Femtos(0));
    let bytes = wavelets * mesh.bytes_per_cycle;
    let share = bytes / f64::from(mesh.width);
    let rows = Ring {
        cohort: Cohort { copies: mesh.height, stride: mesh.width as i32, written: 0 },
        ..Ring::new(mesh, (0, 0), Direction::East, mapping)
    };
    let stage = plan.stage("reduce-scatter rows");
    let in_rows = rows.steps(&mut plan, (stage, Flow::Reduce), (MessageSlice::WHOLE, bytes), &|_| Vec::new());

    let down = plan.stage("reduce-scatter columns");
    let back = plan.stage("all-gather columns");
    let mut gathered = Vec::with_capacity(mesh.width as usize);
    for rank in 0..rows.ranks() {
        let column = Ring::new(mesh, (rows.places[rank as usize], 0), Direction::South, mapping);
        let part = MessageSlice::one(rows.finished_chunk(rank), rows.ranks());
        let ready: Vec<Dep> = in_rows.get(rows.left(rank) as usize).map(|&on| Dep::tail(on)).into_iter().collect();
        let sums = column.steps(&mut plan, (down, Flow::Reduce), (part, share), &|_| ready.clone());
        let copies = column.steps(&mut plan, (back, Flow::Broadcast), (part, share), &|rank| column.next(&sums, rank));
        gathered.push(if copies.is_empty() { ready } else { copies.into_iter().map(Dep::tail).collect() });
    }
    let stage = plan.stage("all-gather rows");
    // All rows begin together: a column's share is there when its last PE has it.
    rows.steps(&mut plan, (stage, Flow::Broadcast), (MessageSlice::WHOLE, bytes), &|rank| {
        gathered[rank as usize].clone()
    });
    Ok(plan.build())
}

/// A ring along one line of PEs.
struct Ring<'a> {
    mesh: &'a Mesh,
    /// The PE at place 0, and the direction in which places are counted.
    first: (u32, u32),
    along: Direction,
    /// The ranks' places on the line.
    places: Vec<u32>,
    cohort: Cohort,
}

impl<'a> Ring<'a> {
    /// A whole row from its west end (along: east), or a whole column from its north end.
    fn new(mesh: &'a Mesh, first: (u32, u32), along: Direction, mapping: RingMapping) -> Ring<'a> {
        let length = if along == Direction::East { mesh.width } else { mesh.height };
        Ring { mesh, first, along, places: mapping.places(length), cohort: Cohort::ALONE }
    }

    fn ranks(&self) -> u32 {
        self.places.len() as u32
    }

    fn left(&self, rank: u32) -> u32 {
        (rank + self.ranks() - 1) % self.ranks()
    }

    fn right(&self, rank: u32) -> u32 {
        (rank + 1) % self.ranks()
    }

    /// The chunk that a rank holds in full after the reduce-scatter: the one that its right neighbour began with.
    fn finished_chunk(&self, rank: u32) -> u32 {
        self.right(rank)
    }

    /// What a rank's next step waits for: what came from the left in the step before, and its own port.
    fn next(&self, before: &[TransferId], rank: u32) -> Vec<Dep> {
        let left = before.get(self.left(rank) as usize).map(|&left| Dep::tail(left));
        left.into_iter().chain(before.get(rank as usize).map(|&own| Dep::sent(own))).collect()
    }

    /// The way from a rank to its right neighbour: links, then the neighbour's ramp.
    fn route(&self, plan: &mut PlanBuilder, rank: u32, phase: Flow) -> RouteId {
        let (from, to) = (self.places[rank as usize], self.places[self.right(rank) as usize]);
        let pe = |place: u32| match self.along {
            Direction::East => (self.first.0 + place, self.first.1),
            _ => (self.first.0, self.first.1 + place),
        };
        let (direction, step) = match (self.along, to > from) {
            (Direction::East, true) => (Direction::East, 1),
            (Direction::East, false) => (Direction::West, -1),
            (_, true) => (Direction::South, self.mesh.width as i32),
            (_, false) => (Direction::North, -(self.mesh.width as i32)),
        };
        let hops = from.abs_diff(to);
        let hop_fs = self.mesh.hop_cycles * self.mesh.cycle_fs();
        let ((x, y), (to_x, to_y)) = (pe(from), pe(to));
        let links = RouteRun::line(self.mesh.link_id(x, y, direction), step, hops, 0.0, hop_fs, phase);
        let ramp = self.mesh.link_id(to_x, to_y, Direction::Ramp);
        let ramp = RouteRun::single(ramp, 1.0, f64::from(hops) * hop_fs, phase);
        let latency = self.mesh.cycles(f64::from(hops) * self.mesh.hop_cycles + self.mesh.processing_cycles());
        plan.route([links, ramp], latency)
    }

    /// Adds the steps of a reduce-scatter (`Flow::Reduce`) or an all-gather (`Flow::Broadcast`) of `bytes`, which are the
    /// part `share` of the vector. In the first each rank begins with its own chunk and passes on the sum that it has
    /// just received; in the second it begins with the chunk that it has in full. `ready` tells what a rank's first
    /// step waits for. Answers the last step's transfers by sender.
    fn steps(
        &self,
        plan: &mut PlanBuilder,
        (stage, phase): (PlanPhaseId, Flow),
        (share, bytes): (MessageSlice, f64),
        ready: &dyn Fn(u32) -> Vec<Dep>,
    ) -> Vec<TransferId> {
        let ranks = self.ranks();
        if ranks < 2 {
            return Vec::new();
        }
        let routes: Vec<RouteId> = (0..ranks).map(|rank| self.route(plan, rank, phase)).collect();
        let mut before: Vec<TransferId> = Vec::new();
        for step in 0..ranks - 1 {
            let mut now = Vec::with_capacity(ranks as usize);
            for rank in 0..ranks {
                let deps = if step == 0 { ready(rank) } else { self.next(&before, rank) };
                let (first, delivery) = match phase {
                    Flow::Reduce => (rank, Delivery::Partial),
                    Flow::Broadcast => (self.finished_chunk(rank), Delivery::All),
                };
                let chunk = bytes / f64::from(ranks);
                let transfer = plan.cohort(stage, routes[rank as usize], chunk, delivery, &deps, self.cohort);
                let number = (first + ranks - step) % ranks;
                plan.carries(transfer, MessageSlice::one(share.first * ranks + number, share.of * ranks));
                now.push(transfer);
            }
            before = now;
        }
        before
    }
}
