//! Max-min fair rates: all streams that meet rise together until a link is full; what crosses it is then fixed, and
//! the others rise on.

use super::resources::Resources;

/// Two links are equally tight if they fill within this much of each other, relatively.
const TIE: f64 = 1e-12;

/// A stream's share: its rate and the resource that fixed it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Share {
    /// Bytes per second.
    pub rate: f64,
    /// The resource that binds.
    pub binding: u32,
}

/// Memory that the solver keeps from call to call.
#[derive(Default)]
pub(super) struct Sharer {
    left: Vec<f64>,
    weight: Vec<f64>,
    shares: Vec<Option<Share>>,
}

impl Sharer {
    /// The fair rates of streams over `routes` (one each, ascending by transfer), which meet in `touched` (resources,
    /// ascending). Capacities and weights are summed in these orders, so the result is the same everywhere.
    pub fn solve(&mut self, resources: &Resources, routes: &[u32], touched: &[u32]) -> &[Option<Share>] {
        let place = |resource: u32| touched.binary_search(&resource).ok();
        self.left.clear();
        self.left.extend(touched.iter().map(|&resource| resources.all[resource as usize].capacity));
        self.weight.clear();
        self.weight.resize(touched.len(), 0.0);
        self.shares.clear();
        self.shares.resize(routes.len(), None);
        for &route in routes {
            for used in resources.of_route(route) {
                if let Some(place) = place(used.id) {
                    self.weight[place] += used.weight;
                }
            }
        }
        let mut open = routes.len();
        while open > 0 {
            let level = |place: usize| self.left[place].max(0.0) / self.weight[place];
            let mut lowest = f64::INFINITY;
            for place in 0..touched.len() {
                if self.weight[place] > 0.0 {
                    lowest = lowest.min(level(place));
                }
            }
            if !lowest.is_finite() {
                break;
            }
            let tight: Vec<bool> = (0..touched.len())
                .map(|place| self.weight[place] > 0.0 && level(place) <= lowest * (1.0 + TIE))
                .collect();
            for (stream, &route) in routes.iter().enumerate() {
                if self.shares[stream].is_some() {
                    continue;
                }
                let uses = resources.of_route(route);
                let binding = uses.iter().find(|used| place(used.id).is_some_and(|place| tight[place]));
                let Some(binding) = binding.map(|used| used.id) else {
                    continue;
                };
                self.shares[stream] = Some(Share { rate: lowest, binding });
                open -= 1;
                for used in uses {
                    if let Some(place) = place(used.id) {
                        self.left[place] -= used.weight * lowest;
                        self.weight[place] -= used.weight;
                    }
                }
            }
        }
        &self.shares
    }
}
