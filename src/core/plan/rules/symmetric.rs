//! Rules under which all ranks send the same: rings over several channels, and direct exchange around a switch.

use std::borrow::Cow;

use super::channel_rings::ChannelRings;
use super::half::AllReduceHalf;
use super::multi_rings::MultiRings;
use super::switch_exchange::SwitchExchange;
use crate::fabric::LinkId;
use crate::plan::route::{Route, RouteId};
use crate::plan::rule::{Deps, TransferRule};
use crate::plan::transfer::Transfer;

/// A rule whose slots send the same at every step.
///
/// The id of a transfer is `step * slots + slot`. Written out, these are millions of transfers.
#[derive(Clone, Debug, PartialEq)]
pub enum SymmetricRule {
    /// Rings over the channels of a cluster. A slot is a channel's send from one rank of its ring to the next.
    Channels(ChannelRings),
    /// Several rings at once on a torus or a full mesh. A slot is a rank's send in a part of the message.
    Multi(MultiRings),
    /// Direct exchange around a switch. A slot is a pair of ranks.
    Direct(SwitchExchange),
}

impl SymmetricRule {
    fn rule(&self) -> &dyn TransferRule {
        match self {
            SymmetricRule::Channels(rings) => rings,
            SymmetricRule::Multi(rings) => rings,
            SymmetricRule::Direct(exchange) => exchange,
        }
    }

    /// Number of streams of one step.
    pub fn slots(&self) -> u32 {
        match self {
            SymmetricRule::Channels(rings) => rings.slots(),
            SymmetricRule::Multi(rings) => rings.slots(),
            SymmetricRule::Direct(exchange) => exchange.slots(),
        }
    }

    /// The names of the phases.
    pub fn phase_names(&self) -> Vec<&'static str> {
        match self {
            SymmetricRule::Channels(rings) => {
                rings.halves().list().iter().copied().map(AllReduceHalf::phase_name).collect()
            }
            SymmetricRule::Multi(rings) => {
                rings.halves().list().iter().copied().map(AllReduceHalf::phase_name).collect()
            }
            SymmetricRule::Direct(exchange) => {
                let exchange = exchange.exchange();
                (0..exchange.steps()).map(|step| exchange.phase_name(step)).collect()
            }
        }
    }

    /// The link of a slot that corresponds to `link`, a link of its representative.
    pub fn link_of_slot(&self, link: LinkId, slot: u32) -> LinkId {
        match self {
            SymmetricRule::Channels(rings) => rings.link_of_slot(link, slot),
            SymmetricRule::Multi(rings) => rings.link_of_slot(link, slot),
            SymmetricRule::Direct(exchange) => exchange.link_of_slot(link, slot),
        }
    }
}

impl TransferRule for SymmetricRule {
    fn transfer_count(&self) -> u32 {
        self.rule().transfer_count()
    }

    fn transfer(&self, id: u32) -> Transfer {
        self.rule().transfer(id)
    }

    fn route_count(&self) -> u32 {
        self.rule().route_count()
    }

    fn route(&self, id: RouteId) -> Cow<'_, Route> {
        self.rule().route(id)
    }

    fn dep_count(&self) -> u64 {
        self.rule().dep_count()
    }

    fn deps(&self, id: u32) -> Deps<'_> {
        self.rule().deps(id)
    }
}
