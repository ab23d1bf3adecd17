//! A plan with all transfers written out.

use std::borrow::Cow;

use super::route::{Route, RouteId};
use super::rule::{Deps, TransferRule};
use super::transfer::{Dep, Transfer, TransferId};

/// Transfers, routes and dependencies, one by one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ListedPlan {
    routes: Vec<Route>,
    transfers: Vec<Transfer>,
    deps: Vec<Dep>,
    /// Index of each transfer's first dependency.
    first_dep: Vec<u32>,
}

impl ListedPlan {
    /// The same plan as a rule, written out.
    pub fn from_rule(rule: &dyn TransferRule) -> ListedPlan {
        let mut listed = ListedPlan::default();
        for id in 0..rule.route_count() {
            listed.add_route(rule.route(RouteId(id)).into_owned());
        }
        for id in 0..rule.transfer_count() {
            listed.add(rule.transfer(id), rule.deps(id));
        }
        listed
    }

    /// Adds a route.
    pub fn add_route(&mut self, route: Route) -> RouteId {
        self.routes.push(route);
        RouteId(self.routes.len() as u32 - 1)
    }

    /// Adds a transfer with its dependencies, which must be on earlier transfers.
    pub fn add(&mut self, transfer: Transfer, deps: impl IntoIterator<Item = Dep>) -> TransferId {
        self.first_dep.push(self.deps.len() as u32);
        self.deps.extend(deps);
        self.transfers.push(transfer);
        TransferId(self.transfers.len() as u32 - 1)
    }

    /// All transfers.
    pub fn transfers(&self) -> &[Transfer] {
        &self.transfers
    }

    /// All transfers, to be changed. Their number and dependencies stay.
    pub fn transfers_mut(&mut self) -> &mut [Transfer] {
        &mut self.transfers
    }

    /// The routes.
    pub fn routes(&self) -> &[Route] {
        &self.routes
    }
}

impl TransferRule for ListedPlan {
    fn transfer_count(&self) -> u32 {
        self.transfers.len() as u32
    }

    fn transfer(&self, id: u32) -> Transfer {
        self.transfers[id as usize]
    }

    fn route_count(&self) -> u32 {
        self.routes.len() as u32
    }

    fn route(&self, id: RouteId) -> Cow<'_, Route> {
        Cow::Borrowed(&self.routes[id.0 as usize])
    }

    fn dep_count(&self) -> u64 {
        self.deps.len() as u64
    }

    fn deps(&self, id: u32) -> Deps<'_> {
        let first = self.first_dep.get(id as usize).map_or(self.deps.len(), |&first| first as usize);
        let end = self.first_dep.get(id as usize + 1).map_or(self.deps.len(), |&next| next as usize);
        Deps::Listed(self.deps[first..end].iter())
    }
}
