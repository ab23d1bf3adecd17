//! Recursive halving, then doubling, on any fabric whose ranks are a power of two.

use crate::fabric::{Fabric, Grid, Topology};
use crate::plan::{
    AllReduceHalf, Cohort, Delays, Delivery, Dep, Halves, MessageSlice, Plan, PlanBuilder, PlanError, PlanPhaseId,
    TransferId, check_listed, path_between,
};
use crate::units::Bytes;

/// The partner of the first halving step, which receives half of the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstPartner {
    /// The rank half of all ranks away.
    Far,
    /// The next rank: the largest part takes the shortest path.
    Near,
}

/// Recursive halving, then doubling (Rabenseifner): `log2 n` steps each, with half, a quarter, ... of the message.
///
/// On a switch it takes `launch + 2 log2(n) 2 h + 2 (n-1)/n S/c` (engine-model 3.3). On a mesh or torus whose links and
/// ranks are all identical, one row and one column are written out for all; `every_rank` writes out all of them.
///
/// # Errors
/// [`PlanError::NotAPowerOfTwo`]; [`PlanError::NoPath`] or [`PlanError::NoAlternatePath`] if no path joins two
/// partners; [`PlanError::TooMany`].
pub fn halving_doubling_all_reduce(
    fabric: &Fabric,
    message: Bytes,
    delays: &Delays,
    first: FirstPartner,
    every_rank: bool,
) -> Result<Plan, PlanError> {
    halving_doubling(fabric, Halves::Both, (message, delays), first, every_rank)
}

/// The same for the halves of an all-reduce that run: recursive halving alone is a reduce-scatter, recursive doubling
/// alone an all-gather.
///
/// # Errors
/// As [`halving_doubling_all_reduce`].
pub fn halving_doubling(
    fabric: &Fabric,
    halves: Halves,
    (message, delays): (Bytes, &Delays),
    first: FirstPartner,
    every_rank: bool,
) -> Result<Plan, PlanError> {
    let ranks = fabric.topology.ranks();
    if !ranks.is_power_of_two() {
        return Err(PlanError::NotAPowerOfTwo(ranks));
    }
    let levels = ranks.trailing_zeros();
    let is_symmetric = fabric.changed().is_empty() && delays.is_even() && !every_rank;
    let grid = if let Topology::Grid(grid) = &fabric.topology { Some(grid).filter(|_| is_symmetric) } else { None };
    // A step along one axis writes out one row, or one column.
    let along = |length: u32| u64::from(length) * u64::from(length.ilog2());
    let of_half = grid.map_or(u64::from(levels) * u64::from(ranks), |grid| along(grid.width) + along(grid.height));
    let sends = u64::from(halves.count()) * of_half;
    check_listed(sends, 2 * sends)?;
    let mut plan = PlanBuilder::new(delays.launch);
    let halving = Halving { fabric, ranks, levels, first, grid, message, delays };
    let phases = (halves.list().iter()).map(|&half| (half, plan.phase(phase_name(half)))).collect::<Vec<_>>();
    let mut before: Option<Sends> = None;
    for (half, phase) in phases {
        for step in 0..levels {
            before = Some(halving.add_step(&mut plan, (half, phase), step, before.as_ref())?);
        }
    }
    Ok(plan.build())
}

/// What all steps of one plan share.
struct Halving<'a> {
    fabric: &'a Fabric,
    ranks: u32,
    /// The logarithm of the number of ranks: steps of each half.
    levels: u32,
    first: FirstPartner,
    /// A mesh or torus on which all rows, and all columns, are identical: one of each is written out.
    grid: Option<&'a Grid>,
    message: Bytes,
    delays: &'a Delays,
}

fn phase_name(half: AllReduceHalf) -> &'static str {
    match half {
        AllReduceHalf::ReduceScatter => "recursive halving",
        AllReduceHalf::AllGather => "recursive doubling",
    }
}

/// The sends of a step.
struct Sends {
    /// Distance of the partners, in renumbered ranks.
    distance: u32,
    /// The send of each rank, if it is written out.
    by_rank: Vec<Option<TransferId>>,
}

/// The send that is written out for a rank.
struct WrittenSend {
    rank: u32,
    cohort: Cohort,
}

impl Halving<'_> {
    /// Renumbers ranks so that the first partner always differs in the highest bit: for near partners, by reversing the
    /// bits.
    fn renumbered(&self, rank: u32) -> u32 {
        match self.first {
            FirstPartner::Far => rank,
            FirstPartner::Near => rank.reverse_bits() >> (u32::BITS - self.levels),
        }
    }

    fn partner(&self, rank: u32, distance: u32) -> u32 {
        self.renumbered(self.renumbered(rank) ^ distance)
    }

    fn written(&self, rank: u32, distance: u32) -> WrittenSend {
        let Some(grid) = self.grid else { return WrittenSend { rank, cohort: Cohort::ALONE } };
        let ((x, y), (_, to_y)) = (grid.place(rank), grid.place(self.partner(rank, distance)));
        if y == to_y {
            let cohort = Cohort { copies: grid.height, stride: grid.width as i32, written: 0 };
            WrittenSend { rank: x, cohort }
        } else {
            let cohort = Cohort { copies: grid.width, stride: 1, written: 0 };
            WrittenSend { rank: y * grid.width, cohort }
        }
    }

    fn add_step(
        &self,
        plan: &mut PlanBuilder,
        (half, phase): (AllReduceHalf, PlanPhaseId),
        step: u32,
        before: Option<&Sends>,
    ) -> Result<Sends, PlanError> {
        // Halving runs from the first partner to the last, doubling in the opposite order.
        let level = match half {
            AllReduceHalf::ReduceScatter => step,
            AllReduceHalf::AllGather => self.levels - 1 - step,
        };
        let distance = self.ranks >> (level + 1);
        let bytes = self.message.0 as f64 / f64::from(1_u32 << (level + 1));
        let mut by_rank = vec![None; self.ranks as usize];
        for rank in 0..self.ranks {
            let written = self.written(rank, distance);
            if written.rank != rank {
                continue;
            }
            let to = self.partner(rank, distance);
            let deps = before.map_or_else(Vec::new, |before| self.deps(rank, before));
            let route = plan.route_along(self.fabric, &path_between(self.fabric, rank, to)?, half.flow());
            // The last halving step completes the part of its receiver.
            let is_finished = half == AllReduceHalf::AllGather || step + 1 == self.levels;
            let delivery = if is_finished { Delivery::Rank(to) } else { Delivery::Partial };
            let transfer = plan.cohort(phase, route, bytes, delivery, &deps, written.cohort);
            // Halving sends the partner's half of what the rank holds, doubling all that it has finished.
            let keeper = self.renumbered(match half {
                AllReduceHalf::ReduceScatter => to,
                AllReduceHalf::AllGather => rank,
            });
            let first = keeper / distance * distance;
            plan.carries(transfer, MessageSlice { first, count: distance, of: self.ranks });
            if before.is_none() {
                plan.delay_start(transfer, self.delays.start_of(rank));
            }
            by_rank[rank as usize] = Some(transfer);
        }
        Ok(Sends { distance, by_rank })
    }

    /// The dependencies of a rank's send: what arrived in the step before, and its own port.
    fn deps(&self, rank: u32, before: &Sends) -> Vec<Dep> {
        let send_of = |rank: u32| before.by_rank[self.written(rank, before.distance).rank as usize];
        let received = send_of(self.partner(rank, before.distance));
        let received = received.map(|on| Dep::tail(on).after(self.delays.step(rank)));
        received.into_iter().chain(send_of(rank).map(Dep::sent)).collect()
    }
}
