//! The trait that every form of a plan implements.

use std::borrow::Cow;

use super::route::{Route, RouteId};
use super::transfer::{Dep, Transfer};

/// A source of transfers by id. Ids count from 0, and a transfer depends only on earlier ones.
///
/// A list of transfers is one; a rule that computes each transfer from its id is another, and takes no memory for
/// millions of them.
pub trait TransferRule {
    /// Number of transfers.
    fn transfer_count(&self) -> u32;

    /// The transfer of an id below the count.
    fn transfer(&self, id: u32) -> Transfer;

    /// Number of routes.
    fn route_count(&self) -> u32;

    /// The route of an id below the count.
    fn route(&self, id: RouteId) -> Cow<'_, Route>;

    /// Number of dependencies of all transfers, or slightly more.
    fn dep_count(&self) -> u64;

    /// The dependencies of a transfer.
    fn deps(&self, id: u32) -> Deps<'_>;
}

/// The dependencies of one transfer. Rules that know two of them need no allocation.
#[derive(Clone, Debug)]
pub enum Deps<'a> {
    /// Stored.
    Listed(std::slice::Iter<'a, Dep>),
    /// Computed: none or two.
    Pair(std::iter::Flatten<std::option::IntoIter<[Dep; 2]>>),
    /// Computed: any number.
    Computed(std::vec::IntoIter<Dep>),
}

impl Iterator for Deps<'_> {
    type Item = Dep;

    fn next(&mut self) -> Option<Dep> {
        match self {
            Deps::Listed(deps) => deps.next().copied(),
            Deps::Pair(deps) => deps.next(),
            Deps::Computed(deps) => deps.next(),
        }
    }
}
