//! Transfers, the cohorts that they stand for, and what they wait for.

use super::route::{RouteId, RouteRun};
use crate::fabric::LinkId;
use crate::units::Femtos;

/// Identifies a transfer of a plan. Ids count from 0 without gaps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TransferId(pub u32);

/// Identifies a phase of a plan: transfers with one purpose, such as "reduce rows".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlanPhaseId(pub u16);

/// Who holds finished bytes of the result when a transfer arrives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Delivery {
    /// No rank: the bytes are partial sums.
    #[default]
    Partial,
    /// The rank of this number.
    Rank(u32),
    /// Every rank that the transfer's copies reach.
    All,
}

/// Identical streams on links of their own, of which one is written out and simulated for all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cohort {
    /// Number of copies; at least 1.
    pub copies: u32,
    /// Step from the link ids of one copy to those of the next.
    pub stride: i32,
    /// Number of the copy that is written out.
    pub written: u32,
}

impl Cohort {
    /// A single stream.
    pub const ALONE: Cohort = Cohort { copies: 1, stride: 0, written: 0 };

    /// Distance from the link ids that are written out to those of a copy.
    pub fn shift(&self, copy: u32) -> i32 {
        (copy as i32 - self.written as i32) * self.stride
    }
}

/// The part of the message that a transfer carries: from `first / of` to `(first + count) / of`.
///
/// Exact fractions let the tests follow every byte of a plan symbolically.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MessageSlice {
    /// Number of the first chunk.
    pub first: u32,
    /// Number of chunks.
    pub count: u32,
    /// Number of chunks in the message.
    pub of: u32,
}

impl MessageSlice {
    /// The whole message.
    pub const WHOLE: MessageSlice = MessageSlice { first: 0, count: 1, of: 1 };

    /// One of `of` equal chunks.
    pub fn one(first: u32, of: u32) -> MessageSlice {
        MessageSlice { first, count: 1, of }
    }
}

/// One stream of bytes over a route.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Transfer {
    /// Bytes; a fraction of a byte is allowed, as a fraction of a wavelet is.
    pub bytes: f64,
    /// Its route.
    pub route: RouteId,
    /// Its phase.
    pub phase: PlanPhaseId,
    /// Who has finished bytes when it arrives.
    pub delivery: Delivery,
    /// The part of the message that it carries; on a wafer, the part of each PE's share.
    pub slice: MessageSlice,
    /// The identical streams, on links of their own, that this one stands for.
    pub cohort: Cohort,
    /// Earliest start after the launch: later than zero if its rank is late.
    pub start_delay: Femtos,
    /// Other traffic: it flows as long as the collective does, and has no end of its own.
    pub background: bool,
}

impl Default for Transfer {
    fn default() -> Transfer {
        Transfer {
            bytes: 0.0,
            route: RouteId(0),
            phase: PlanPhaseId(0),
            delivery: Delivery::Partial,
            slice: MessageSlice::WHOLE,
            cohort: Cohort::ALONE,
            start_delay: Femtos(0),
            background: false,
        }
    }
}

impl Transfer {
    /// The (row, index) of a link in a run of this transfer's route, or of the same run of one of its copies.
    pub fn find(&self, run: &RouteRun, link: LinkId) -> Option<(u32, u32)> {
        let cohort = &self.cohort;
        if cohort.copies == 1 {
            return run.find(link);
        }
        // Copies are a regular distance apart. The copies of a row are farther apart than the row is long, so that the
        // nearest copy or a neighbour of it holds the link. The copies of a column lie between its links, so that the
        // remainder of the distance from link to link selects the copy.
        let distance = i64::from(link.0) - i64::from(run.first.0);
        let (apart, along) = (i64::from(cohort.stride), i64::from(run.stride).abs());
        let written = i64::from(cohort.written);
        let guesses = if apart.abs() < along && run.count > 1 {
            let rest = distance.rem_euclid(along);
            [rest.div_euclid(apart), (rest - along).div_euclid(apart), i64::MIN / 2]
        } else {
            let guess = distance.div_euclid(apart);
            [guess - 1, guess, guess + 1]
        };
        (guesses.map(|guess| written + guess).into_iter())
            .filter(|copy| (0..i64::from(cohort.copies)).contains(copy))
            .find_map(|copy| run.find(link.offset(-cohort.shift(copy as u32))))
    }
}

/// The instant of the earlier transfer at which a dependency is satisfied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DepKind {
    /// Its head arrives: cut-through.
    Head,
    /// Its tail has arrived: store and forward.
    Tail,
    /// Its tail has left the source: the port is free again.
    Sent,
}

/// One dependency of a transfer. A transfer starts at the latest of `instant + delay - hop_offset` over its
/// dependencies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dep {
    /// The earlier transfer.
    pub on: TransferId,
    /// Which of its instants.
    pub kind: DepKind,
    /// Time between the two: a step of software, an addition.
    pub delay: Femtos,
    /// Time that the head takes to where the data is needed on the route: the head may start that much earlier. At most
    /// the latency of the route.
    pub hop_offset: Femtos,
}

impl Dep {
    /// Store and forward without a delay.
    pub fn tail(on: TransferId) -> Dep {
        Dep { on, kind: DepKind::Tail, delay: Femtos(0), hop_offset: Femtos(0) }
    }

    /// Cut-through without a delay.
    pub fn head(on: TransferId) -> Dep {
        Dep { kind: DepKind::Head, ..Dep::tail(on) }
    }

    /// As soon as the port is free again.
    pub fn sent(on: TransferId) -> Dep {
        Dep { kind: DepKind::Sent, ..Dep::tail(on) }
    }

    /// One dependency per transfer, each store and forward without a delay.
    pub fn tails(on: &[TransferId]) -> Vec<Dep> {
        on.iter().copied().map(Dep::tail).collect()
    }

    /// The same dependency with a delay.
    pub fn after(self, delay: Femtos) -> Dep {
        Dep { delay, ..self }
    }
}
