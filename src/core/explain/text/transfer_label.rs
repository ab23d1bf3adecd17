//! Labels of transfers: where they enter and leave the fabric, and what they carry.

use crate::collective::{Delivery, RouteRun, Transfer};
use crate::fabric::{Direction, Fabric, LinkId, Topology, TopologyKind};
use crate::solve::FabricRun;
use crate::units::{Femtos, grouped};

/// Where a transfer enters the fabric and where it leaves it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransferEnds {
    /// The rank, or the number of ranks, that it comes from.
    pub from: String,
    /// The rank, or the number of ranks, that it goes to.
    pub to: String,
}

/// A stream: `GPU 3 → GPU 4, reduce-scatter`.
pub fn stream_label(run: &FabricRun, id: u32) -> String {
    let transfer = run.plan.transfer(id);
    let TransferEnds { from, to } = transfer_ends(run, &transfer);
    let phase = run.plan.phases().get(usize::from(transfer.phase.0)).copied().unwrap_or_default();
    let part = match (transfer.slice.count, transfer.slice.of) {
        // Streams between the same ends differ by the part of the message that they carry.
        (1, of) if of > 1 && from == to => {
            format!(", part {} of {}", grouped(u64::from(transfer.slice.first) + 1), grouped(of.into()))
        }
        _ => String::new(),
    };
    let carries = if transfer.background { "other traffic" } else { phase };
    let copies = match transfer.cohort.copies {
        0 | 1 => String::new(),
        copies => format!(" (and {} identical)", grouped(u64::from(copies) - 1)),
    };
    format!("{from} → {to}, {carries}{part}{copies}")
}

/// Where a transfer enters the fabric and where it leaves it.
pub fn transfer_ends(run: &FabricRun, transfer: &Transfer) -> TransferEnds {
    let (fabric, route) = (&run.fabric, run.plan.route(transfer));
    let public: Vec<&RouteRun> =
        route.runs.iter().filter(|run| !fabric.is_rate_cap(run.first) && !run.is_empty()).collect();
    let last = |run: &RouteRun| run.link(run.rows - 1, run.count - 1);
    let exit = |run: &RouteRun| {
        let hop = fabric.link(run.first).map_or(Femtos(0), |spec| spec.latency);
        run.offset(run.rows - 1, run.count - 1) + hop
    };
    let (Some(begins), Some(ends)) =
        (public.iter().map(|run| run.offset(0, 0)).min(), public.iter().map(|run| exit(run)).max())
    else {
        return TransferEnds { from: "nowhere".to_owned(), to: "nowhere".to_owned() };
    };
    // Consecutive links are one branch; each of several parallel links is a branch of its own.
    let branches = |run: &RouteRun| {
        let rows = if run.row_step_fs > 0.0 { 1 } else { u64::from(run.rows) };
        rows * if run.step_fs > 0.0 { 1 } else { u64::from(run.count) }
    };
    // Links without latency are left at the instant at which the next one is entered: the first run enters, the last
    // one leaves.
    let entering: Vec<&&RouteRun> = public.iter().filter(|run| run.offset(0, 0) == begins).collect();
    let leaving: Vec<&&RouteRun> = public.iter().filter(|run| exit(run) == ends).collect();
    let end = |runs: &[&&RouteRun], name: Option<String>, (alone, source): (bool, bool)| {
        let name = name.unwrap_or_default();
        let count: u64 = runs.iter().map(|run| branches(run)).sum();
        let count = if count > 1 { ranks_at(fabric, runs, source).unwrap_or(count) } else { count };
        let noun = name.split(' ').next().unwrap_or_default();
        if count > 1 && !alone { format!("{} {noun}s", grouped(count)) } else { name }
    };
    // A message between two ranks has one source and one sink, however many links are between.
    let message = matches!(transfer.delivery, Delivery::Rank(_)) && public.iter().all(|run| branches(run) == 1);
    let from = entering.first().map(|run| end_name(fabric, run.first, true));
    let to = leaving.last().map(|run| end_name(fabric, last(run), false));
    TransferEnds { from: end(&entering, from, (message, true)), to: end(&leaving, to, (message, false)) }
}

/// The number of ranks from which links of runs lead, or to which. Around a switch, one run may hold all links of a stream, with its
/// rate caps. `None` elsewhere.
fn ranks_at(fabric: &Fabric, runs: &[&&RouteRun], source: bool) -> Option<u64> {
    let Topology::Switch(switch) = &fabric.topology else { return None };
    let links = runs
        .iter()
        .flat_map(|run| (0..run.rows).flat_map(move |row| (0..run.count).map(move |index| run.link(row, index))));
    let ends = links.filter_map(|link| fabric.topology.ends(link));
    let ranks = ends.map(|(from, to)| if source { from.0 } else { to.0 }).filter(|rank| *rank < switch.ranks);
    let found: std::collections::BTreeSet<u32> = ranks.collect();
    Some(found.len() as u64).filter(|count| *count > 0)
}

/// The name of the rank or switch at one end of a link.
fn end_name(fabric: &Fabric, link: LinkId, source: bool) -> String {
    let name = fabric.link_name(link);
    match &fabric.topology {
        Topology::Mesh(mesh) => match mesh.place(link) {
            Some((x, y, direction)) if source || direction == Direction::Ramp => format!("PE ({x}, {y})"),
            _ => fabric
                .topology
                .ends(link)
                .map_or(name, |(_, to)| format!("PE ({}, {})", to.0 % mesh.width, to.0 / mesh.width)),
        },
        Topology::Grid(grid) => fabric.topology.ends(link).map_or(name, |(from, to)| {
            let (x, y) = grid.place(if source { from.0 } else { to.0 });
            format!("chip ({x}, {y})")
        }),
        Topology::Torus(torus) => fabric
            .topology
            .ends(link)
            .map_or(name, |(from, to)| torus.rank_names().name(if source { from.0 } else { to.0 })),
        Topology::Switch(_)
        | Topology::Cluster(_)
        | Topology::Wafers(_)
        | Topology::FullMesh(_)
        | Topology::Graph(_) => {
            let mut parts = name.split(" → ");
            let end = if source { parts.next() } else { parts.last() };
            end.unwrap_or_default().to_owned()
        }
    }
}
