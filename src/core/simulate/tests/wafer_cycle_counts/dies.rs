//! Vectors 43 to 45: a mesh of dies with I/O at its rim.

use super::links::{stream, together};
use crate::fabric::{Fabric, Graph, LinkId, LinkMode, Topology};
use crate::simulate::play;
use crate::simulate::tests::wafer_cycle_counts::*;
use crate::units::{BytesPerSec, Femtos};

const FRED: &str = "FRED, ISCA 2025";
const EAST: usize = 0;
const WEST: usize = 1;
const NORTH: usize = 2;
const SOUTH: usize = 3;

/// The weights of FRED's baseline: a mesh of dies with an I/O channel at every die edge on the rim, each of which sends
/// its bytes to all dies along a tree. Channels at the sides flood their row first, those at top and bottom their column.
struct Dies {
    width: u32,
    height: u32,
    graph: Graph,
    /// East, west, north and south of each die, row by row.
    links: Vec<[LinkId; 4]>,
}

impl Dies {
    fn new(width: u32, height: u32, capacity: f64) -> Dies {
        let mut graph = Graph::default();
        let mut link = || graph.add(BytesPerSec(capacity), Femtos(0), LinkMode::Shared);
        let links = (0..width * height).map(|_| [0; 4].map(|_| link())).collect();
        Dies { width, height, graph, links }
    }

    /// The links from a die straight on to the rim.
    fn ray(&self, (x, y): (u32, u32), side: usize) -> Vec<LinkId> {
        let at = |x: u32, y: u32| self.links[(y * self.width + x) as usize][side];
        match side {
            EAST => (x..self.width - 1).map(|x| at(x, y)).collect(),
            WEST => (1..=x).map(|x| at(x, y)).collect(),
            SOUTH => (y..self.height - 1).map(|y| at(x, y)).collect(),
            _ => (1..=y).map(|y| at(x, y)).collect(),
        }
    }

    /// An out-tree from a die to all others, along its row first or along its column first.
    fn tree(&self, (x, y): (u32, u32), row_first: bool) -> Vec<LinkId> {
        let [first, then] = if row_first { [[EAST, WEST], [NORTH, SOUTH]] } else { [[NORTH, SOUTH], [EAST, WEST]] };
        let row_or_column: Vec<(u32, u32)> = if row_first {
            (0..self.width).map(|x| (x, y)).collect()
        } else {
            (0..self.height).map(|y| (x, y)).collect()
        };
        let trunk = first.into_iter().flat_map(|side| self.ray((x, y), side));
        let branches = row_or_column.iter().flat_map(|&die| then.into_iter().flat_map(move |side| self.ray(die, side)));
        trunk.chain(branches).collect()
    }

    /// One transfer per channel, each over a channel link of its own capacity.
    fn weights(mut self, channel: f64, bytes: f64) -> (Fabric, Plan) {
        let (width, height) = (self.width, self.height);
        let sides = (0..height).flat_map(|y| [((0, y), true), ((width - 1, y), true)]);
        let ends = (0..width).flat_map(|x| [((x, 0), false), ((x, height - 1), false)]);
        let mut plan = PlanBuilder::new(Femtos(0));
        for (die, row_first) in sides.chain(ends) {
            let mut route = self.tree(die, row_first);
            route.push(self.graph.add(BytesPerSec(channel), Femtos(0), LinkMode::Shared));
            stream(&mut plan, &route, 0.0, bytes, &[]);
        }
        (Topology::Graph(self.graph).into(), plan.build())
    }
}

#[test]
fn vectors_43_to_45_weights_and_sums_on_fred() {
    let (fabric, plan) = Dies::new(4, 4, 1.0).weights(1e6, 1.0);
    assert_eq!(plan.transfer_count(), 16);
    let run = play(&fabric, &plan).expect("a valid plan");
    case(43, "hottest link of 4x4 dies, in P", 7.0, run.busiest_link.0, Within::Units(1e-9), FRED);
    case(43, "time of 1 byte per channel at 1 byte/s", 7.0, run.trace.end().secs(), Within::Units(1e-9), FRED);

    let (fabric, plan) = Dies::new(5, 4, 750.0).weights(128.0, 128.0);
    assert_eq!(plan.transfer_count(), 18);
    let run = play(&fabric, &plan).expect("a valid plan");
    case(44, "hottest link of 5x4 dies, GB/s wanted", 1152.0, run.busiest_link.0, Within::Units(1e-9), FRED);
    for id in 0..18 {
        let rate = run.trace.segments(id)[0].rate;
        assert!((rate - 750.0 / 9.0).abs() < 1e-9, "channel {id}: {rate}");
    }
    let derate = run.trace.segments(0)[0].rate / 128.0;
    case(44, "share of the channels' rate that is left", 0.651_042, derate, Within::Units(5e-7), FRED);

    // A die in the corner has two links: what all others send it must come over these.
    case(45, "bandwidth of a corner die, GB/s", 1500.0, together(2, 750.0), Within::Units(1e-6), FRED);
}
