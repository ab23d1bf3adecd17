//! Replicas as vertical strips of a wafer: each PE sums its share with its counterparts in the other strips.
//!
//! R strips of w columns and full height; the PE in column c of a strip talks to column c of the others, all in one
//! row. The w column classes of a row share the row's links. Derived (engine-model section 4), never measured on
//! silicon.

use super::build::PlanBuilder;
use super::plan::{Cohort, Delivery, Dep, MessageSlice, Plan, TransferId};
use super::route::{Flow, RouteRun};
use crate::fabric::{Direction, Mesh};
use crate::units::{Bytes, Femtos};

/// Where the sums of a row meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Root {
    /// In the middle strip, from both sides.
    Middle,
    /// In the last strip, from one side.
    End,
    /// Half of the data in the first strip, half in the last, each sent back when it is whole: for machines that
    /// cannot stream a sum into copies.
    Both,
}

/// When the copies go back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broadcast {
    /// Behind the sum, in one stream.
    Streamed,
    /// After the whole sum has arrived.
    StoreAndForward,
}

/// How R replicas lie on a mesh.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StripLayout {
    /// Strips.
    pub strips: u32,
    /// Columns of a strip.
    pub strip_width: u32,
    /// Columns left over at the east edge.
    pub idle_columns: u32,
    /// Classes that may share a link at once: 10, because a router has 24 colours, about 20 of them free, and each
    /// class needs one per direction.
    pub classes_per_round: u32,
}

impl StripLayout {
    /// Lays `strips` strips on `mesh`. `None` if there are more strips than columns, or fewer than two.
    pub fn new(mesh: &Mesh, strips: u32, classes_per_round: u32) -> Option<StripLayout> {
        if strips < 2 || strips > mesh.width || classes_per_round == 0 {
            return None;
        }
        let strip_width = mesh.width / strips;
        let idle_columns = mesh.width - strip_width * strips;
        Some(StripLayout { strips, strip_width, idle_columns, classes_per_round })
    }

    /// How often the classes of a row take turns.
    pub fn rounds(&self) -> u32 {
        self.strip_width.div_ceil(self.classes_per_round)
    }

    /// How many classes each round has: as equal as can be, because a class alone on its links would be held up by its
    /// root's ramp, which takes two branches.
    fn classes_of_rounds(&self) -> impl Iterator<Item = u32> + use<> {
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
            Root::End | Root::Both => self.strips - 1,
        }
    }
}

/// All-reduce over strips. With w classes of b wavelets each in `rounds` rounds and D strips from the root to the
/// farthest one, streamed: `w b + rounds (D (2 w h + p) + p) - 1` cycles. A round of a single class takes twice its b:
/// the ramps on its way take sum and copy.
pub fn strips_all_reduce(mesh: &Mesh, layout: &StripLayout, message: Bytes, root: Root, broadcast: Broadcast) -> Plan {
    let mut plan = PlanBuilder::new(Femtos(0));
    if root == Root::Both {
        return two_roots(mesh, layout, message);
    }
    let bytes = layout.bytes_per_pe(mesh, message);
    let rows = Cohort { copies: mesh.height, stride: mesh.width as i32, written: 0 };
    let geometry = Geometry { mesh, layout, root: layout.root_strip(root) };
    let stages = match broadcast {
        Broadcast::Streamed => (plan.stage("sum, copies behind it"), None),
        Broadcast::StoreAndForward => (plan.stage("sum to the root strip"), Some(plan.stage("copies back"))),
    };

    let mut class = 0;
    let mut before: Vec<TransferId> = Vec::new();
    for in_round in layout.classes_of_rounds() {
        let mut now = Vec::with_capacity(in_round as usize);
        for place in 0..in_round {
            // A class takes over the colour of a class of the round before.
            let deps: Vec<Dep> = before.get(place as usize).map(|&on| Dep::tail(on)).into_iter().collect();
            let sums = geometry.sum_runs(class);
            let sum_fs = geometry.sum_fs();
            let done = match stages {
                (stage, None) => {
                    let runs = sums.into_iter().chain(geometry.copy_runs(class, sum_fs));
                    let route = plan.route(runs, geometry.round_up(sum_fs + geometry.copy_fs()));
                    plan.cohort(stage, route, bytes, Delivery::All, &deps, rows)
                }
                (stage, Some(copies)) => {
                    let route = plan.route(sums, geometry.round_up(sum_fs));
                    let sum = plan.cohort(stage, route, bytes, Delivery::Partial, &deps, rows);
                    let route = plan.route(geometry.copy_runs(class, 0.0), geometry.round_up(geometry.copy_fs()));
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
    let to_ends = plan.stage("sums to both ends");
    let back = plan.stage("copies back");
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
                let route = plan.route(geometry.sum_runs(class), geometry.round_up(geometry.sum_fs()));
                let sum = plan.cohort(to_ends, route, half, Delivery::Partial, &deps, rows);
                let route = plan.route(geometry.copy_runs(class, 0.0), geometry.round_up(geometry.copy_fs()));
                let copy = plan.cohort(back, route, half, Delivery::All, &[Dep::tail(sum)], rows);
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

/// The runs of one class in the first row; the other rows are its copies.
struct Geometry<'a> {
    mesh: &'a Mesh,
    layout: &'a StripLayout,
    root: u32,
}

impl Geometry<'_> {
    fn hop_fs(&self) -> f64 {
        self.mesh.hop_cycles * self.mesh.cycle_fs()
    }

    fn processing_fs(&self) -> f64 {
        self.mesh.processing_cycles() * self.mesh.cycle_fs()
    }

    fn strip_fs(&self) -> f64 {
        f64::from(self.layout.strip_width) * self.hop_fs()
    }

    /// Strips from the root to the farthest one.
    fn distance(&self) -> u32 {
        self.root.max(self.layout.strips - 1 - self.root)
    }

    /// Head of the sum: from the farthest strip to the root, added in each strip on the way.
    fn sum_fs(&self) -> f64 {
        f64::from(self.distance()) * (self.strip_fs() + self.processing_fs())
    }

    /// Head of the copies: from the root to the farthest strip, and into its core.
    fn copy_fs(&self) -> f64 {
        f64::from(self.distance()) * self.strip_fs() + self.processing_fs()
    }

    fn round_up(&self, fs: f64) -> Femtos {
        Femtos(fs.round_ties_even() as u64)
    }

    fn column(&self, strip: u32, class: u32) -> u32 {
        strip * self.layout.strip_width + class
    }

    /// From both ends to the root. A branch that is shorter than the other starts later, so that both meet there.
    fn sum_runs(&self, class: u32) -> Vec<RouteRun> {
        let mut runs = Vec::new();
        let width = self.layout.strip_width;
        let leg_fs = self.strip_fs() + self.processing_fs();
        for (strips, direction, towards) in self.sides() {
            let start_fs = f64::from(self.distance() - strips) * leg_fs;
            for leg in 0..strips {
                let from = if towards > 0 { self.root - strips + leg } else { self.root + strips - leg };
                let offset_fs = start_fs + f64::from(leg) * leg_fs;
                let first = self.mesh.link_id(self.column(from, class), 0, direction);
                runs.push(RouteRun::line(first, towards, width, offset_fs, self.hop_fs(), Flow::Reduce));
                let to = from.saturating_add_signed(towards);
                let ramp = self.mesh.link_id(self.column(to, class), 0, Direction::Ramp);
                runs.push(RouteRun::single(ramp, 1.0, offset_fs + self.strip_fs(), Flow::Reduce));
            }
        }
        runs
    }

    /// From the root to both ends, copied into the class's PE of each strip on the way.
    fn copy_runs(&self, class: u32, start_fs: f64) -> Vec<RouteRun> {
        let mut runs = Vec::new();
        let width = self.layout.strip_width;
        for (strips, _, towards) in self.sides() {
            let direction = if towards > 0 { Direction::West } else { Direction::East };
            let first = self.mesh.link_id(self.column(self.root, class), 0, direction);
            runs.push(RouteRun::line(first, -towards, strips * width, start_fs, self.hop_fs(), Flow::Broadcast));
            for leg in 1..=strips {
                let to = self.root.saturating_add_signed(-towards * leg as i32);
                let ramp = self.mesh.link_id(self.column(to, class), 0, Direction::Ramp);
                runs.push(RouteRun::single(ramp, 1.0, start_fs + f64::from(leg) * self.strip_fs(), Flow::Broadcast));
            }
        }
        runs
    }

    /// (strips on that side, direction of the sum, its sign): west of the root, then east of it.
    fn sides(&self) -> [(u32, Direction, i32); 2] {
        [(self.root, Direction::East, 1), (self.layout.strips - 1 - self.root, Direction::West, -1)]
    }
}
