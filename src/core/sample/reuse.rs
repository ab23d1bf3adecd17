//! What a frame leaves for the next one, so that nothing is allocated while the clock plays.

use std::borrow::Cow;

use crate::collective::{Plan, Route, Transfer};

/// An emptied list for items that differ in their lifetimes only: it keeps its memory.
pub fn emptied<T, U>(mut list: Vec<T>) -> Vec<U> {
    list.clear();
    list.into_iter().filter_map(|_| None).collect()
}

/// The most routes that are kept.
const MAX_ROUTES: u32 = 1 << 14;

/// The routes of a plan that computes them for every call; empty for one that stores them, or has very many.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct RouteBook(Vec<Route>);

impl RouteBook {
    /// The routes of a plan.
    pub fn new(plan: &Plan) -> RouteBook {
        let count = plan.route_count();
        let computes = |id| matches!(plan.route_of(crate::plan::RouteId(id)), Cow::Owned(_));
        if count == 0 || count > MAX_ROUTES || !computes(0) {
            return RouteBook::default();
        }
        RouteBook((0..count).map(|id| plan.route_of(crate::plan::RouteId(id)).into_owned()).collect())
    }

    /// The route of a transfer.
    pub fn route<'a>(&'a self, plan: &'a Plan, transfer: &Transfer) -> Cow<'a, Route> {
        match self.0.get(transfer.route.0 as usize) {
            Some(route) => Cow::Borrowed(route),
            None => plan.route(transfer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_emptied_list_keeps_its_memory() {
        let list: Vec<&str> = Vec::with_capacity(10);
        let place = list.as_ptr();
        let again: Vec<&str> = emptied(list);
        assert_eq!((again.as_ptr(), again.capacity()), (place, 10));
    }
}
