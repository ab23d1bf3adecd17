//! Rings over a cluster with one channel per rail. Each channel orders the GPUs of a node differently, so that each
//! leaves the nodes over another rail, as NCCL's channels do.

use std::borrow::Cow;

use super::half::{AllReduceHalf, Halves};
use crate::fabric::{Cluster, Fabric, LinkId, LinkRun, Path};
use crate::plan::delays::Delays;
use crate::plan::error::{PlanError, check_sends};
use crate::plan::route::{Route, RouteId};
use crate::plan::routing::path_between;
use crate::plan::rule::{Deps, TransferRule};
use crate::plan::transfer::{Delivery, Dep, MessageSlice, PlanPhaseId, Transfer, TransferId};
use crate::units::{Bytes, Femtos};

/// The rule of rings over channels. Slot `channel * ranks + position` is the send of a channel from one position of
/// its ring to the next.
#[derive(Clone, Debug, PartialEq)]
pub struct ChannelRings {
    fabric: Fabric,
    cluster: Cluster,
    halves: Halves,
    ranks: u32,
    message: Bytes,
    delays: Delays,
    /// The path of each slot.
    paths: Vec<Path>,
}

impl ChannelRings {
    /// The rule for a cluster of at least two GPUs.
    ///
    /// # Errors
    /// [`PlanError::TooMany`] beyond 2^32 sends; [`PlanError::NoAlternatePath`] if a needed link is down and nothing
    /// leads around it.
    pub fn new(
        fabric: &Fabric,
        cluster: &Cluster,
        halves: Halves,
        message: Bytes,
        delays: &Delays,
    ) -> Result<ChannelRings, PlanError> {
        let ranks = cluster.gpus();
        let slots = u64::from(cluster.gpus_per_node) * u64::from(ranks);
        check_sends(slots * u64::from(halves.count()) * u64::from(ranks - 1))?;
        let (fabric, cluster, delays) = (fabric.clone(), cluster.clone(), delays.clone());
        let mut rings = ChannelRings { fabric, cluster, halves, ranks, message, delays, paths: Vec::new() };
        let ends = (0..slots as u32).map(|slot| (rings.rank(slot), rings.rank(rings.receiver(slot))));
        rings.paths = ends.map(|(from, to)| path_between(&rings.fabric, from, to)).collect::<Result<_, _>>()?;
        Ok(rings)
    }

    /// The cluster.
    pub fn cluster(&self) -> &Cluster {
        &self.cluster
    }

    /// Whether all ranks are ready at once and equally fast.
    pub fn is_even(&self) -> bool {
        self.delays.is_even()
    }

    /// Software before the first byte.
    pub fn launch(&self) -> Femtos {
        self.delays.launch
    }

    /// Number of sends of one step.
    pub fn slots(&self) -> u32 {
        self.cluster.gpus_per_node * self.ranks
    }

    /// The halves of the all-reduce that the rings run.
    pub fn halves(&self) -> Halves {
        self.halves
    }

    /// Number of steps of all halves.
    pub fn steps(&self) -> u32 {
        self.halves.count() * (self.ranks - 1)
    }

    /// The number of the half that a step belongs to.
    pub fn half_number(&self, step: u32) -> u32 {
        step / (self.ranks - 1)
    }

    /// Bytes of every send.
    pub fn bytes(&self) -> f64 {
        self.message.0 as f64 / f64::from(self.slots())
    }

    /// The rank that sends in a slot: within a node, the channel rotates the order of the GPUs.
    fn rank(&self, slot: u32) -> u32 {
        let gpus = self.cluster.gpus_per_node;
        let (channel, position) = (slot / self.ranks, slot % self.ranks);
        position / gpus * gpus + (position % gpus + channel + 1) % gpus
    }

    fn receiver(&self, slot: u32) -> u32 {
        if (slot + 1).is_multiple_of(self.ranks) { slot + 1 - self.ranks } else { slot + 1 }
    }

    fn sender(&self, slot: u32) -> u32 {
        if slot.is_multiple_of(self.ranks) { slot + self.ranks - 1 } else { slot - 1 }
    }

    /// The path of a slot.
    pub fn path(&self, slot: u32) -> &[LinkRun] {
        self.paths.get(slot as usize).map_or(&[], Vec::as_slice)
    }

    /// The link of a slot of the same class as `link`.
    pub fn link_of_slot(&self, link: LinkId, slot: u32) -> LinkId {
        let class = |link: LinkId| self.cluster.class_of(link).map(|(class, _)| class);
        let mut links = self.path(slot).iter().map(|run| run.first);
        links.find(|&own| class(own) == class(link)).unwrap_or(link)
    }

    fn slice(&self, slot: u32, step: u32) -> MessageSlice {
        let (channel, position) = (slot / self.ranks, slot % self.ranks);
        let number = self.half_number(step);
        let first = self.halves.first_share(self.halves.half(number), self.ranks);
        let share = position + first + self.ranks - (step - number * (self.ranks - 1));
        MessageSlice::one(channel * self.ranks + share % self.ranks, self.slots())
    }

    /// The dependencies of a send: what arrived from the left in the step before, and its own port.
    pub fn waits(&self, slot: u32, left: TransferId, own: TransferId) -> [Dep; 2] {
        [Dep::tail(left).after(self.delays.step(self.rank(slot))), Dep::sent(own)]
    }
}

impl TransferRule for ChannelRings {
    fn transfer_count(&self) -> u32 {
        self.steps() * self.slots()
    }

    fn transfer(&self, id: u32) -> Transfer {
        let (step, slot) = (id / self.slots(), id % self.slots());
        let number = self.half_number(step);
        // The last step of the reduce-scatter completes a part at its receiver.
        let is_finished = self.halves.half(number) == AllReduceHalf::AllGather || step + 2 == self.ranks;
        let receiver = self.rank(self.receiver(slot));
        Transfer {
            bytes: self.bytes(),
            route: RouteId(number * self.slots() + slot),
            phase: PlanPhaseId(number as u16),
            delivery: if is_finished { Delivery::Rank(receiver) } else { Delivery::Partial },
            slice: self.slice(slot, step),
            start_delay: if step == 0 { self.delays.start_of(self.rank(slot)) } else { Femtos(0) },
            ..Transfer::default()
        }
    }

    fn route_count(&self) -> u32 {
        self.halves.count() * self.slots()
    }

    fn route(&self, id: RouteId) -> Cow<'_, Route> {
        let half = self.halves.half(id.0 / self.slots());
        Cow::Owned(Route::along(&self.fabric, self.path(id.0 % self.slots()), half.flow()))
    }

    fn dep_count(&self) -> u64 {
        2 * u64::from(self.transfer_count())
    }

    fn deps(&self, id: u32) -> Deps<'_> {
        let (step, slot) = (id / self.slots(), id % self.slots());
        let earlier = step.checked_sub(1).map(|before| {
            let on = |slot: u32| TransferId(before * self.slots() + slot);
            self.waits(slot, on(self.sender(slot)), on(slot))
        });
        Deps::Pair(earlier.into_iter().flatten())
    }
}
