//! Max-min fair rates: the rates of all streams rise together until a link is full. The streams that cross it then have
//! their rate, and the others rise on.

use super::resources::Resources;

/// Two links fill at the same rate if the rates differ by less than this, relatively.
const TIE: f64 = 1e-12;

/// A stream's share: its rate and the resource that limits it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Share {
    /// Bytes per second.
    pub rate: f64,
    /// The resource that limits the rate.
    pub binding: u32,
}

/// Buffers that the solver reuses from call to call.
#[derive(Default)]
pub(super) struct MaxMinSolver {
    left: Vec<f64>,
    weight: Vec<f64>,
    shares: Vec<Option<Share>>,
}

impl MaxMinSolver {
    /// The fair rates of streams over `routes` (one each, ascending by transfer) that share the resources `touched`
    /// (ascending). Capacities and weights are summed in these orders, so the result is the same on every platform.
    pub fn solve(&mut self, resources: &Resources, routes: &[u32], touched: &[u32]) -> &[Option<Share>] {
        let index_of = |resource: u32| touched.binary_search(&resource).ok();
        self.left.clear();
        self.left.extend(touched.iter().map(|&resource| resources.all[resource as usize].capacity));
        self.weight.clear();
        self.weight.resize(touched.len(), 0.0);
        self.shares.clear();
        self.shares.resize(routes.len(), None);
        for &route in routes {
            for used in resources.of_route(route) {
                if let Some(index) = index_of(used.id) {
                    self.weight[index] += used.weight;
                }
            }
        }
        let mut open = routes.len();
        while open > 0 {
            let level = |index: usize| self.left[index].max(0.0) / self.weight[index];
            let mut lowest = f64::INFINITY;
            for index in 0..touched.len() {
                if self.weight[index] > 0.0 {
                    lowest = lowest.min(level(index));
                }
            }
            if !lowest.is_finite() {
                break;
            }
            let full: Vec<bool> = (0..touched.len())
                .map(|index| self.weight[index] > 0.0 && level(index) <= lowest * (1.0 + TIE))
                .collect();
            for (stream, &route) in routes.iter().enumerate() {
                if self.shares[stream].is_some() {
                    continue;
                }
                let uses = resources.of_route(route);
                let binding = uses.iter().find(|used| index_of(used.id).is_some_and(|index| full[index]));
                let Some(binding) = binding.map(|used| used.id) else {
                    continue;
                };
                self.shares[stream] = Some(Share { rate: lowest, binding });
                open -= 1;
                for used in uses {
                    if let Some(index) = index_of(used.id) {
                        self.left[index] -= used.weight * lowest;
                        self.weight[index] -= used.weight;
                    }
                }
            }
        }
        &self.shares
    }
}
