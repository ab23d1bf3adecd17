//! Replicas as vertical strips of a wafer: each PE sums its share with its counterparts in the other strips.
//!
//! R strips of w columns and full height. The PE in column c of a strip exchanges data with column c of the others, all in
//! one row. The w column classes of a row share the row's links. Derived (engine-model section 4), never measured on
//! silicon.

use crate::fabric::{Direction, Mesh};
use crate::plan::{Cohort, Delivery, Dep, Flow, MessageSlice, Plan, PlanBuilder, RouteRun, TransferId};
use crate::units::{Bytes, Femtos};

/// The strip in which the sums of a row meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Root {
    /// The middle strip, from both sides.
    Middle,
    /// The last strip, from one side.
    End,
    /// The first strip for half of the data, the last for the other half, each sent back when it is complete: for
    /// machines that cannot stream a sum into copies.
    Both,
    /// Every strip, for its own part of the data: operations in which all strips exchange parts.
    Each,
}

/// When the copies of the sum are sent back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broadcast {
    /// Behind the sum, in one stream.
    Streamed,
    /// After the sum has arrived completely.
    StoreAndForward,
}

/// The layout of replicas as strips of a mesh.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StripLayout {
    /// Number of strips.
    pub strips: u32,
    /// Columns of each strip.
    pub strip_width: u32,
    /// Columns at the east edge that belong to no strip.
    pub idle_columns: u32,
    /// Classes that may share a link at once: 10, because a router has 24 colours, about 20 of them free, and each
    /// class needs one per direction.
    pub classes_per_round: u32,
}

impl StripLayout {
    /// Divides `mesh` into `strips` strips. `None` if there are more strips than columns, or fewer than two.
    pub fn new(mesh: &Mesh, strips: u32, classes_per_round: u32) -> Option<StripLayout> {
        if strips < 2 || strips > mesh.width || classes_per_round == 0 {
            return None;
        }
        let strip_width = mesh.width / strips;
        let idle_columns = mesh.width - strip_width * strips;
        Some(StripLayout { strips, strip_width, idle_columns, classes_per_round })
    }

    /// Number of rounds in which the classes of a row take turns.
    pub fn rounds(&self) -> u32 {
        self.strip_width.div_ceil(self.classes_per_round)
    }

    /// Number of classes of each round, as equal as possible: a class that is alone on its links would be limited by its
    /// root's ramp, which carries two branches.
    pub(super) fn classes_of_rounds(&self) -> impl Iterator<Item = u32> + use<> {
        let (width, rounds) = (self.strip_width, self.rounds());
        (0..rounds).map(move |round| width / rounds + u32::from(round < width % rounds))
    }

    /// Bytes that one PE holds of a message: a fraction is allowed.
    pub fn bytes_per_pe(&self, mesh: &Mesh, message: Bytes) -> f64 {
        message.0 as f64 / (f64::from(self.strip_width) * f64::from(mesh.height))
    }

    /// The strip in which the sums meet.
    pub fn root_strip(&self, root: Root) -> u32 {
        match root {
            Root::Middle => self.strips / 2,
            Root::End | Root::Both | Root::Each => self.strips - 1,
        }
    }
}

/// All-reduce over strips. With w classes of b wavelets each in `rounds` rounds and D strips from the root to the
/// farthest one, streamed: `w b + rounds (D (2 w h + p) + p) - 1` cycles. A round of a single class takes twice its b:
/// its ramps carry sum and copy.
pub fn strips_all_reduce(mesh: &Mesh, layout: &StripLayout, message: Bytes, root: Root, broadcast: Broadcast) -> Plan {
    let mut plan = PlanBuilder::new(Femtos(0));
    if root == Root::Both {
        return two_roots(mesh, layout, message);
    }
    let bytes = layout.bytes_per_pe(mesh, message);
    let rows = Cohort { copies: mesh.height, stride: mesh.width as i32, written: 0 };
    let geometry = Geometry { mesh, layout, root: layout.root_strip(root) };
    let phases = match broadcast {
        Broadcast::Streamed => (plan.phase("sum, copies behind it"), None),
        Broadcast::StoreAndForward => (plan.phase("sum to the root strip"), Some(plan.phase("copies back"))),
    };

    let mut class = 0;
    let mut before: Vec<TransferId> = Vec::new();
    for in_round in layout.classes_of_rounds() {
        let mut now = Vec::with_capacity(in_round as usize);
        for place in 0..in_round {
            // A class reuses the colour of a class of the round before.
            let deps: Vec<Dep> = before.get(place as usize).map(|&on| Dep::tail(on)).into_iter().collect();
            let sums = geometry.sum_runs(class);
            let sum_fs = geometry.sum_fs();
            let done = match phases {
                (phase, None) => {
                    let runs = sums.into_iter().chain(geometry.copy_runs(class, sum_fs));
                    let route = plan.route(runs, Femtos::from_f64(sum_fs + geometry.copy_fs()));
                    plan.cohort(phase, route, bytes, Delivery::All, &deps, rows)
                }
                (phase, Some(copies)) => {
                    let route = plan.route(sums, Femtos::from_f64(sum_fs));
                    let sum = plan.cohort(phase, route, bytes, Delivery::Partial, &deps, rows);
                    let route = plan.route(geometry.copy_runs(class, 0.0), Femtos::from_f64(geometry.copy_fs()));
                    plan.cohort(copies, route, bytes, Delivery::All, &[Dep::tail(sum)], rows)
                }
            };
            now.push(done);
            class += 1;
        }
        before = now;
    }
    plan.build()
}

/// Half of each class's data to each end, then back: `w b + (R - 1)(2 w h + p) + p - 1` cycles per round of all.
fn two_roots(mesh: &Mesh, layout: &StripLayout, message: Bytes) -> Plan {
    let mut plan = PlanBuilder::new(Femtos(0));
    let to_ends = plan.phase("sums to both ends");
    let from_ends = plan.phase("copies back");
    let half = layout.bytes_per_pe(mesh, message) / 2.0;
    let rows = Cohort { copies: mesh.height, stride: mesh.width as i32, written: 0 };
    let ends = [0, layout.strips - 1].map(|root| Geometry { mesh, layout, root });
    let mut class = 0;
    let mut before: Vec<[TransferId; 2]> = Vec::new();
    for in_round in layout.classes_of_rounds() {
        let mut now = Vec::with_capacity(in_round as usize);
        for place in 0..in_round {
            now.push([0, 1].map(|end| {
                let geometry = &ends[end];
                let deps: Vec<Dep> = before.get(place as usize).map(|on| Dep::tail(on[end])).into_iter().collect();
                let route = plan.route(geometry.sum_runs(class), Femtos::from_f64(geometry.sum_fs()));
                let sum = plan.cohort(to_ends, route, half, Delivery::Partial, &deps, rows);
                let route = plan.route(geometry.copy_runs(class, 0.0), Femtos::from_f64(geometry.copy_fs()));
                let copy = plan.cohort(from_ends, route, half, Delivery::All, &[Dep::tail(sum)], rows);
                plan.carries(sum, MessageSlice::one(end as u32, 2));
                plan.carries(copy, MessageSlice::one(end as u32, 2));
                copy
            }));
            class += 1;
        }
        before = now;
    }
    plan.build()
}

/// The strips on one side of the root.
struct Side {
    strips: u32,
    /// The direction of the sum.
    direction: Direction,
    /// Step of the columns in that direction.
    towards: i32,
}

/// The runs of one class in the first row; the other rows are its copies.
pub(super) struct Geometry<'a> {
    pub mesh: &'a Mesh,
    pub layout: &'a StripLayout,
    pub root: u32,
}

impl Geometry<'_> {
    pub fn hop_fs(&self) -> f64 {
        self.mesh.hop_cycles * self.mesh.cycle_fs()
    }

    pub fn processing_fs(&self) -> f64 {
        self.mesh.processing_cycles() * self.mesh.cycle_fs()
    }

    fn strip_fs(&self) -> f64 {
        f64::from(self.layout.strip_width) * self.hop_fs()
    }

    /// Strips from the root to the farthest one.
    fn distance(&self) -> u32 {
        self.root.max(self.layout.strips - 1 - self.root)
    }

    /// Head of the sum: from the farthest strip to the root, added in each strip between.
    pub fn sum_fs(&self) -> f64 {
        f64::from(self.distance()) * (self.strip_fs() + self.processing_fs())
    }

    /// Head of the copies: from the root to the farthest strip, and into its core.
    pub fn copy_fs(&self) -> f64 {
        f64::from(self.distance()) * self.strip_fs() + self.processing_fs()
    }

    pub fn column(&self, strip: u32, class: u32) -> u32 {
        strip * self.layout.strip_width + class
    }

    /// From both ends to the root. The shorter branch starts later, so that both arrive together.
    pub fn sum_runs(&self, class: u32) -> Vec<RouteRun> {
        let mut runs = Vec::new();
        let width = self.layout.strip_width;
        let step_fs = self.strip_fs() + self.processing_fs();
        for Side { strips, direction, towards } in self.sides() {
            let start_fs = f64::from(self.distance() - strips) * step_fs;
            for step in 0..strips {
                let from = if towards > 0 { self.root - strips + step } else { self.root + strips - step };
                let offset_fs = start_fs + f64::from(step) * step_fs;
                let first = self.mesh.link_id(self.column(from, class), 0, direction);
                runs.push(RouteRun::line(first, towards, width, offset_fs, self.hop_fs(), Flow::Reduce));
                let to = from.saturating_add_signed(towards);
                let ramp = self.mesh.link_id(self.column(to, class), 0, Direction::Ramp);
                runs.push(RouteRun::single(ramp, 1.0, offset_fs + self.strip_fs(), Flow::Reduce));
            }
        }
        runs
    }

    /// From the root to both ends, copied into the class's PE of each strip.
    pub fn copy_runs(&self, class: u32, start_fs: f64) -> Vec<RouteRun> {
        let mut runs = Vec::new();
        let width = self.layout.strip_width;
        for Side { strips, towards, .. } in self.sides() {
            let direction = if towards > 0 { Direction::West } else { Direction::East };
            let first = self.mesh.link_id(self.column(self.root, class), 0, direction);
            runs.push(RouteRun::line(first, -towards, strips * width, start_fs, self.hop_fs(), Flow::Broadcast));
            for step in 1..=strips {
                let to = self.root.saturating_add_signed(-towards * step as i32);
                let ramp = self.mesh.link_id(self.column(to, class), 0, Direction::Ramp);
                runs.push(RouteRun::single(ramp, 1.0, start_fs + f64::from(step) * self.strip_fs(), Flow::Broadcast));
            }
        }
        runs
    }

    /// The strips west of the root, then those east of it.
    fn sides(&self) -> [Side; 2] {
        let east = self.layout.strips - 1 - self.root;
        [
            Side { strips: self.root, direction: Direction::East, towards: 1 },
            Side { strips: east, direction: Direction::West, towards: -1 },
        ]
    }
}
