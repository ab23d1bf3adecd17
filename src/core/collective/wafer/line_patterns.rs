//! Patterns along one line of PEs (a row or a column) into its end, and the broadcast back along a row.
//!
//! Positions on a line count from the root: 0 is the root, the end into which the line reduces.
//! Separate messages to one receiver use its ramp one at a time, nearest first (engine-model 3.4).

use super::auto_gen::{auto_gen, pre_order_parents};
use crate::fabric::{Direction, LinkId, Mesh};
use crate::plan::{Cohort, Delivery, Dep, Flow, Plan, PlanBuilder, PlanPhaseId, RouteRun, TransferId};
use crate::units::Femtos;

/// How the PEs of a line reduce into its root (Near-Optimal Wafer-Scale Reduce, HPDC 2024).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowPattern {
    /// Every PE sends to the root.
    Star,
    /// From neighbour to neighbour, added at every PE: the vendor's.
    Chain,
    /// A binary tree: position i sends to i without its lowest set bit.
    Tree,
    /// Chains in groups, then one chain over the groups' leaders.
    TwoPhase {
        /// PEs of a group; about the square root of the line's length is fastest.
        group: u32,
    },
    /// The tree in which the descendants of every PE follow it on the line, with the fewest hops for its depth.
    PreOrder {
        /// Most additions in a row; limited to 1 at least and to the length of the line less one.
        depth: u32,
    },
}

impl RowPattern {
    /// Two phases with groups of about the square root of `length`.
    pub fn two_phase(length: u32) -> RowPattern {
        RowPattern::TwoPhase { group: (f64::from(length).sqrt().round() as u32).max(1) }
    }

    /// The choice of the planner [`auto_gen`] for the length of a line and of the vector. A tree in which every PE has one
    /// child is a chain, in one stream; a tree of depth 1 is a star.
    pub fn auto_gen(mesh: &Mesh, length: u32, wavelets: f64) -> RowPattern {
        match auto_gen(mesh, length, wavelets) {
            Some(choice) if choice.depth + 1 < length && choice.depth > 1 => {
                RowPattern::PreOrder { depth: choice.depth }
            }
            Some(choice) if choice.depth + 1 < length => RowPattern::Star,
            _ => RowPattern::Chain,
        }
    }
}

/// The runs and the latency of a message or a chain along a line.
struct LinePath {
    runs: Vec<RouteRun>,
    latency: Femtos,
}

/// A line of PEs with its root at one end.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    mesh: &'a Mesh,
    /// The PE of the root.
    root: (u32, u32),
    direction: Direction,
    length: u32,
    /// Identical lines; this one is written out.
    pub cohort: Cohort,
}

impl<'a> Line<'a> {
    /// `length` PEs that reduce in a direction into the one at `root`.
    pub fn new(mesh: &'a Mesh, root: (u32, u32), direction: Direction, length: u32) -> Line<'a> {
        Line { mesh, root, direction, length, cohort: Cohort::ALONE }
    }

    /// Row `y`, into its east end.
    pub fn row(mesh: &'a Mesh, y: u32) -> Line<'a> {
        Line::new(mesh, (mesh.width - 1, y), Direction::East, mesh.width)
    }

    /// The same line in every row; its own row is written out.
    pub fn in_all_rows(self) -> Line<'a> {
        let cohort = Cohort { copies: self.mesh.height, stride: self.mesh.width as i32, written: self.root.1 };
        Line { cohort, ..self }
    }

    /// All rows. Row 1 is written out: a column and a broadcast cross its last ramp too, so that the loads meet on a link
    /// of the plan.
    pub fn all_rows(mesh: &'a Mesh) -> Line<'a> {
        Line::row(mesh, 1.min(mesh.height - 1)).in_all_rows()
    }

    /// The last column, into its south end.
    pub fn last_column(mesh: &'a Mesh) -> Line<'a> {
        Line::new(mesh, (mesh.width - 1, mesh.height - 1), Direction::South, mesh.height)
    }

    fn link(&self, position: u32, direction: Direction) -> LinkId {
        let (x, y) = self.root;
        let (x, y) = match self.direction {
            Direction::East => (x - position, y),
            Direction::West => (x + position, y),
            Direction::North => (x, y + position),
            Direction::South | Direction::Ramp => (x, y - position),
        };
        self.mesh.link_id(x, y, direction)
    }

    /// Step between the link ids of neighbours, towards the root.
    fn stride(&self) -> i32 {
        match self.direction {
            Direction::East => 1,
            Direction::West => -1,
            Direction::North => -(self.mesh.width as i32),
            Direction::South | Direction::Ramp => self.mesh.width as i32,
        }
    }

    fn hop_fs(&self) -> f64 {
        self.mesh.hop_cycles * self.mesh.cycle_fs()
    }

    fn processing_fs(&self) -> f64 {
        self.mesh.processing_cycles() * self.mesh.cycle_fs()
    }

    /// A message to a position nearer the root, past the cores between: links, then the receiver's ramp.
    fn message(&self, from: u32, to: u32) -> LinePath {
        let hops = from - to;
        let links =
            RouteRun::line(self.link(from, self.direction), self.stride(), hops, 0.0, self.hop_fs(), Flow::Reduce);
        let links_fs = f64::from(hops) * self.hop_fs();
        let ramp = RouteRun::single(self.link(to, Direction::Ramp), 1.0, links_fs, Flow::Reduce).serial();
        LinePath { runs: vec![links, ramp], latency: Femtos::from_f64(links_fs + self.processing_fs()) }
    }

    /// A chain to a position nearer the root that adds in every core, `spacing` links apart.
    fn chain(&self, from: u32, to: u32, spacing: u32) -> LinePath {
        let spans = (from - to) / spacing;
        let span_fs = f64::from(spacing) * self.hop_fs() + self.processing_fs();
        if spacing == 1 {
            let links =
                RouteRun::line(self.link(from, self.direction), self.stride(), spans, 0.0, span_fs, Flow::Reduce);
            let first_ramp = self.link(from, Direction::Ramp).offset(self.stride());
            let ramps = RouteRun::line(first_ramp, self.stride(), spans, self.hop_fs(), span_fs, Flow::Reduce);
            return LinePath { runs: vec![links, ramps], latency: Femtos::from_f64(f64::from(spans) * span_fs) };
        }
        let mut runs = Vec::with_capacity(2 * spans as usize);
        for span in 0..spans {
            let start = from - span * spacing;
            let offset_fs = f64::from(span) * span_fs;
            let first = self.link(start, self.direction);
            runs.push(RouteRun::line(first, self.stride(), spacing, offset_fs, self.hop_fs(), Flow::Reduce));
            let arrive_fs = offset_fs + f64::from(spacing) * self.hop_fs();
            runs.push(RouteRun::single(self.link(start - spacing, Direction::Ramp), 1.0, arrive_fs, Flow::Reduce));
        }
        LinePath { runs, latency: Femtos::from_f64(f64::from(spans) * span_fs) }
    }

    /// Adds the reduction of the line to a plan. `ready` returns the dependencies of the vector at a position. Returns the
    /// transfers that complete the root's sum.
    pub fn reduce(
        &self,
        plan: &mut PlanBuilder,
        phase: PlanPhaseId,
        pattern: RowPattern,
        bytes: f64,
        ready: &dyn Fn(u32) -> Vec<Dep>,
    ) -> Vec<TransferId> {
        if self.length < 2 {
            return Vec::new();
        }
        let mut add = |path: LinePath, deps: &[Dep]| {
            let route = plan.route(path.runs, path.latency);
            plan.cohort(phase, route, bytes, Delivery::Partial, deps, self.cohort)
        };
        match pattern {
            RowPattern::Chain => {
                // Every vector is needed when the head passes; the farthest one starts it.
                vec![add(self.chain(self.length - 1, 0, 1), &ready(self.length - 1))]
            }
            RowPattern::Star => {
                let mut last = None;
                for position in 1..self.length {
                    last = Some(add(self.message(position, 0), &ready(position)));
                }
                // The ramp serves in the order of arrival: the farthest message is the last.
                last.into_iter().collect()
            }
            RowPattern::Tree => {
                let parents: Vec<u32> =
                    (0..self.length).map(|position| position & position.saturating_sub(1)).collect();
                self.tree(&parents, add, ready)
            }
            RowPattern::PreOrder { depth } => self.tree(&pre_order_parents(self.length, depth), add, ready),
            RowPattern::TwoPhase { group } => self.two_phase(add, group.clamp(1, self.length), ready),
        }
    }

    /// Children send before their parents. A parent waits for all its children, and streams the last one through.
    /// `parents[position]` is nearer the root than the position; the parent of position 0 is ignored.
    fn tree(
        &self,
        parents: &[u32],
        mut add: impl FnMut(LinePath, &[Dep]) -> TransferId,
        ready: &dyn Fn(u32) -> Vec<Dep>,
    ) -> Vec<TransferId> {
        // The messages to each position, from the farthest child to the nearest.
        let mut received: Vec<Vec<TransferId>> = vec![Vec::new(); parents.len()];
        for (position, &parent) in parents.iter().enumerate().skip(1).rev() {
            let mut deps = ready(position as u32);
            if let Some((&last, others)) = received[position].split_first() {
                deps.extend(others.iter().rev().map(|&child| Dep::tail(child)));
                deps.push(Dep::head(last));
            }
            let sent = add(self.message(position as u32, parent), &deps);
            received[parent as usize].push(sent);
        }
        received.swap_remove(0).into_iter().rev().collect()
    }

    /// One chain per group into its leader, then one chain over the leaders in one stream. It starts with the head of the
    /// farthest group and needs the sum of each other group when it passes its leader.
    fn two_phase(
        &self,
        mut add: impl FnMut(LinePath, &[Dep]) -> TransferId,
        group: u32,
        ready: &dyn Fn(u32) -> Vec<Dep>,
    ) -> Vec<TransferId> {
        let leaders: Vec<u32> = (0..self.length).step_by(group as usize).collect();
        let mut sums: Vec<Option<TransferId>> = Vec::with_capacity(leaders.len());
        for &leader in &leaders {
            let last = (leader + group - 1).min(self.length - 1);
            sums.push((last > leader).then(|| add(self.chain(last, leader, 1), &ready(last))));
        }
        let Some((&farthest, _)) = leaders.split_last().filter(|(_, others)| !others.is_empty()) else {
            return sums.into_iter().flatten().collect();
        };
        let chain = self.chain(farthest, 0, group);
        let span_fs = f64::from(group) * self.hop_fs() + self.processing_fs();
        let mut deps = Vec::new();
        for (index, sum) in sums.iter().enumerate() {
            let spans = (leaders.len() - 1 - index) as f64;
            match sum {
                Some(sum) if spans == 0.0 => deps.push(Dep::head(*sum)),
                Some(sum) => {
                    let hop_offset = Femtos::from_f64(spans * span_fs).min(chain.latency);
                    deps.push(Dep { hop_offset, ..Dep::tail(*sum) });
                }
                None => deps.extend(ready(leaders[index])),
            }
        }
        vec![add(chain, &deps)]
    }
}

/// Reduction of the first row into its east end.
///
/// Closed forms, cycles: star `B (P-1) + p`, chain `B + (P-1)(h + p) - 1`; tree and two phases by simulation.
pub fn row_reduce(mesh: &Mesh, pattern: RowPattern, wavelets: f64) -> Plan {
    let mut plan = PlanBuilder::new(Femtos(0));
    let phase = plan.phase("reduce row");
    Line::row(mesh, 0).reduce(&mut plan, phase, pattern, wavelets * mesh.bytes_per_cycle, &|_| Vec::new());
    plan.build()
}

/// Broadcast of `wavelets` from the west end of the first row to all PEs of it: `B + (P-1) h + p - 1` cycles.
pub fn row_broadcast(mesh: &Mesh, wavelets: f64) -> Plan {
    let mut plan = PlanBuilder::new(Femtos(0));
    let phase = plan.phase("broadcast");
    let hop_fs = mesh.hop_cycles * mesh.cycle_fs();
    let hops = mesh.width - 1;
    let links = RouteRun::line(mesh.link_id(0, 0, Direction::East), 1, hops, 0.0, hop_fs, Flow::Broadcast);
    let ramps = RouteRun::line(mesh.link_id(1, 0, Direction::Ramp), 1, hops, hop_fs, hop_fs, Flow::Broadcast);
    let latency = mesh.cycles(f64::from(hops) * mesh.hop_cycles + mesh.processing_cycles());
    let route = plan.route([links, ramps], latency);
    plan.transfer(phase, route, wavelets * mesh.bytes_per_cycle, Delivery::All, &[]);
    plan.build()
}
