//! Operations over strips other than all-reduce: the sum to one strip, copies from one strip, and exchanges of parts among
//! all strips. Derived from the cycle model as [`super::strips_all_reduce`] is, never measured on silicon.

use super::strips::{Geometry, Root, StripLayout};
use crate::collective::Rooted;
use crate::fabric::{Direction, Mesh};
use crate::nccl::Collective;
use crate::plan::{
    Cohort, Delivery, Dep, Flow, MessageSlice, Plan, PlanBuilder, PlanError, PlanPhaseId, RouteRun, TransferId,
    check_listed,
};
use crate::units::{Bytes, Femtos};

/// Broadcast from the root strip, or reduce into it. With w classes of b wavelets each in one round, and D strips to the
/// farthest one: `w b + D w + p - 1` cycles for a broadcast, `w b + D (w + p) - 1` for a reduce (hops of one cycle).
pub fn strips_rooted(mesh: &Mesh, layout: &StripLayout, message: Bytes, root: Root, rooted: Rooted) -> Plan {
    let mut plan = PlanBuilder::new(Femtos(0));
    let phase = plan.phase(match rooted {
        Rooted::Broadcast => "copies from the root strip",
        Rooted::Reduce => "sum to the root strip",
    });
    let bytes = layout.bytes_per_pe(mesh, message);
    let geometry = Geometry { mesh, layout, root: layout.root_strip(root) };
    in_rounds(layout, |class, deps| {
        let (runs, latency_fs, delivery) = match rooted {
            Rooted::Broadcast => (geometry.copy_runs(class, 0.0), geometry.copy_fs(), Delivery::All),
            Rooted::Reduce => (geometry.sum_runs(class), geometry.sum_fs(), Delivery::Partial),
        };
        let route = plan.route(runs, Femtos::from_f64(latency_fs));
        vec![plan.cohort(phase, route, bytes, delivery, deps, all_rows(mesh))]
    });
    plan.build()
}

/// The operations in which every strip has a part of its own, all of them at once: all-gather, reduce-scatter, all-to-all
/// and the shift to the next strip. With R strips and w classes of b wavelets each in one round it takes at most (hops of
/// one cycle)
///
/// - all-gather: `w b (R-1)/R + (R-1) w + p - 1` cycles, because each end receives everything over one edge;
/// - reduce-scatter: `w b (R-1)/R + (R-1)(w + p) - 1`;
/// - all-to-all: `w b floor(R^2/4)/R + (R-1) w + p - 1`, the load of the middle edge;
/// - shift: `w b + (R-1) w + p - 1`.
///
/// In an all-gather every PE injects its own part first and then passes on what comes from behind, so that a class needs
/// one colour per direction, as an all-reduce does.
///
/// # Errors
/// [`PlanError::DoesNotFit`] for other operations, [`PlanError::TooMany`] for too many pairs of strips.
pub fn strips_direct(
    mesh: &Mesh,
    layout: &StripLayout,
    message: Bytes,
    collective: Collective,
) -> Result<Plan, PlanError> {
    let strips = layout.strips;
    let per_class = match collective {
        Collective::AllToAll => u64::from(strips) * u64::from(strips - 1),
        Collective::AllGather | Collective::ReduceScatter | Collective::SendRecv => u64::from(strips),
        Collective::AllReduce | Collective::Broadcast | Collective::Reduce => {
            return Err(PlanError::DoesNotFit("strips-direct"));
        }
    };
    let transfers = per_class * u64::from(layout.strip_width);
    check_listed(transfers, transfers.saturating_mul(per_class))?;
    let mut plan = PlanBuilder::new(Femtos(0));
    let phase = plan.phase(collective.as_str());
    let whole = layout.bytes_per_pe(mesh, message);
    let exchange = Parts { mesh, layout, phase, part: whole / f64::from(strips), whole };
    in_rounds(layout, |class, deps| match collective {
        Collective::AllGather => (0..strips).map(|strip| exchange.gather(&mut plan, class, strip, deps)).collect(),
        Collective::ReduceScatter => (0..strips).map(|strip| exchange.scatter(&mut plan, class, strip, deps)).collect(),
        Collective::AllToAll => {
            let pairs =
                (0..strips).flat_map(|from| (0..strips).filter(move |&to| to != from).map(move |to| (from, to)));
            pairs.map(|pair| exchange.send(&mut plan, class, pair, deps)).collect()
        }
        Collective::SendRecv | Collective::AllReduce | Collective::Broadcast | Collective::Reduce => {
            (0..strips).map(|from| exchange.shift(&mut plan, class, from, deps)).collect()
        }
    });
    Ok(plan.build())
}

/// Every row of the mesh is a copy of the first one.
fn all_rows(mesh: &Mesh) -> Cohort {
    Cohort { copies: mesh.height, stride: mesh.width as i32, written: 0 }
}

/// Adds the transfers of each class. A class waits for the class of the round before whose colours it reuses.
fn in_rounds(layout: &StripLayout, mut add: impl FnMut(u32, &[Dep]) -> Vec<TransferId>) {
    let mut class = 0;
    let mut before: Vec<Vec<TransferId>> = Vec::new();
    for in_round in layout.classes_of_rounds() {
        let mut now = Vec::with_capacity(in_round as usize);
        for place in 0..in_round {
            let deps = before.get(place as usize).map(|on| Dep::tails(on)).unwrap_or_default();
            now.push(add(class, &deps));
            class += 1;
        }
        before = now;
    }
}

/// What all transfers of an exchange share.
struct Parts<'a> {
    mesh: &'a Mesh,
    layout: &'a StripLayout,
    phase: PlanPhaseId,
    /// Bytes of a strip's part in one PE.
    part: f64,
    /// Bytes of the message in one PE.
    whole: f64,
}

impl Parts<'_> {
    fn geometry(&self, root: u32) -> Geometry<'_> {
        Geometry { mesh: self.mesh, layout: self.layout, root }
    }

    /// The part of a strip, copied to all others.
    fn gather(&self, plan: &mut PlanBuilder, class: u32, strip: u32, deps: &[Dep]) -> TransferId {
        let geometry = self.geometry(strip);
        let route = plan.route(geometry.copy_runs(class, 0.0), Femtos::from_f64(geometry.copy_fs()));
        let transfer = plan.cohort(self.phase, route, self.part, Delivery::All, deps, all_rows(self.mesh));
        plan.carries(transfer, MessageSlice::one(strip, self.layout.strips));
        transfer
    }

    /// The part of a strip, summed over all others.
    fn scatter(&self, plan: &mut PlanBuilder, class: u32, strip: u32, deps: &[Dep]) -> TransferId {
        let geometry = self.geometry(strip);
        let route = plan.route(geometry.sum_runs(class), Femtos::from_f64(geometry.sum_fs()));
        let transfer = plan.cohort(self.phase, route, self.part, Delivery::Partial, deps, all_rows(self.mesh));
        plan.carries(transfer, MessageSlice::one(strip, self.layout.strips));
        transfer
    }

    /// A part from one strip to another.
    fn send(&self, plan: &mut PlanBuilder, class: u32, (from, to): (u32, u32), deps: &[Dep]) -> TransferId {
        let (runs, latency) = self.path(class, from, to);
        let route = plan.route(runs, latency);
        let transfer = plan.cohort(self.phase, route, self.part, Delivery::All, deps, all_rows(self.mesh));
        plan.carries(transfer, MessageSlice::one(to, self.layout.strips));
        transfer
    }

    /// The message of a strip to the next one.
    fn shift(&self, plan: &mut PlanBuilder, class: u32, from: u32, deps: &[Dep]) -> TransferId {
        let (runs, latency) = self.path(class, from, (from + 1) % self.layout.strips);
        let route = plan.route(runs, latency);
        plan.cohort(self.phase, route, self.whole, Delivery::All, deps, all_rows(self.mesh))
    }

    /// Along the row from a PE of one strip to its counterpart in another, past the cores between.
    fn path(&self, class: u32, from: u32, to: u32) -> ([RouteRun; 2], Femtos) {
        let geometry = self.geometry(to);
        let (start, end) = (geometry.column(from, class), geometry.column(to, class));
        let (direction, step) = if end > start { (Direction::East, 1) } else { (Direction::West, -1) };
        let hops = end.abs_diff(start);
        let first = self.mesh.link_id(start, 0, direction);
        let links = RouteRun::line(first, step, hops, 0.0, geometry.hop_fs(), Flow::Broadcast);
        let links_fs = f64::from(hops) * geometry.hop_fs();
        let ramp = RouteRun::single(self.mesh.link_id(end, 0, Direction::Ramp), 1.0, links_fs, Flow::Broadcast);
        ([links, ramp], Femtos::from_f64(links_fs + geometry.processing_fs()))
    }
}
