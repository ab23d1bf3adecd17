//! The inspector: current figures of the selected item, its streams, and its utilisation over the whole run.

use super::item_name::item_title;
use super::link_heatmap::over_time;
use super::link_loads::LinkLoads;
use crate::collective::{Flow, MessageSlice};
use crate::explain::glossary::Term;
use crate::fabric::{Direction, LinkId, Node, Topology};
use crate::solve::FabricRun;
use crate::stage::CellGrid;
use crate::stage::ChipKind;
use crate::stage::Item;
use crate::units::grouped;
use crate::units::{Bytes, BytesPerSec, Femtos};

/// Above it, rates exceed a capacity.
const ROUNDING: f64 = 1e-9;
/// Behind streams that together exceed a link.
const EXCEEDS: &str =
    "Each rate is that of the arrival, after different latencies: for this long they can exceed the link together";

/// The most lines of streams.
const MAX_STREAMS: usize = 6;
/// The most links of one item that are sampled.
const MAX_LINKS: u32 = 256;

/// A figure of the inspector.
#[derive(Clone, Debug, PartialEq)]
pub struct InspectorRow {
    /// Its label.
    pub name: &'static str,
    /// Its value with unit.
    pub value: String,
    /// Its definition, for a tooltip.
    pub explanation: &'static str,
    /// Its term of the glossary.
    pub term: Option<Term>,
}

/// The figures of the selected item.
#[derive(Clone, Debug, PartialEq)]
pub struct Inspector {
    /// The item's name.
    pub title: String,
    /// Its figures.
    pub rows: Vec<InspectorRow>,
    /// Its current streams, one line each.
    pub streams: Vec<String>,
}

/// What does not depend on the instant: the links of an item, the streams that cross them, and their utilisation.
#[derive(Clone, Debug, PartialEq)]
pub struct Selected {
    /// The selected item.
    pub item: Item,
    /// Its links: itself, or the links that leave it; at most [`MAX_LINKS`].
    pub links: Vec<LinkId>,
    /// The ranks at both ends of a link.
    pub ranks: [Option<u32>; 2],
    /// The classes of its links.
    pub classes: Vec<u8>,
    /// Number of its links, sampled or not.
    link_count: u64,
    crossings: Vec<Crossing>,
    /// Utilisation of its links over the whole run, in equal spans; empty if it has none.
    pub history: Vec<f32>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Crossing {
    transfer: u32,
    behind: Femtos,
    weight: f64,
}

impl Selected {
    /// Collects the links and streams of an item.
    pub(crate) fn new(run: &FabricRun, item: Item) -> Selected {
        let (links, link_count) = links(run, item);
        let mut crossings = Vec::new();
        for (id, transfer) in run.plan.transfers() {
            let route = run.plan.route(&transfer);
            for part in &route.runs {
                for &link in &links {
                    if let Some((row, index)) = transfer.find(part, link) {
                        let hop = run.fabric.link(link).map_or(Femtos(0), |spec| spec.latency);
                        let behind = route.latency.since(part.offset(row, index) + hop);
                        crossings.push(Crossing { transfer: id, behind, weight: part.weight });
                    }
                }
            }
        }
        let history = if links.is_empty() { Vec::new() } else { over_time(run, &links) };
        let ranks = match item {
            Item::Link(link) => run.fabric.topology.ends(link).map_or([None; 2], |(from, to)| {
                let rank = |node: Node| (node.0 < run.fabric.topology.ranks()).then_some(node.0);
                [rank(from), rank(to)]
            }),
            Item::Chip(..) | Item::Links(_) | Item::Pe(_) => [None; 2],
        };
        let mut classes: Vec<u8> =
            links.iter().filter_map(|&link| run.fabric.link(link)).map(|spec| spec.class).collect();
        classes.sort_unstable();
        classes.dedup();
        Selected { item, links, ranks, classes, link_count, crossings, history }
    }

    /// The figures at an instant. `fill` is the share of the finished sum that the item holds, if it is a chip.
    pub(crate) fn inspect(&self, run: &FabricRun, loads: &LinkLoads, fill: Option<f32>) -> Inspector {
        let mut rows = Vec::new();
        let mut row = |term, name, value, explanation| rows.push(InspectorRow { name, value, explanation, term });
        if let Some(fill) = fill {
            row(None, "holds", format!("{:.1} % of the sum", 100.0 * fill), "Share of the finished sum that it holds");
        }
        match self.item {
            Item::Link(link) => {
                if let Some(spec) = run.fabric.link(link) {
                    row(
                        Some(Term::Utilisation),
                        "now",
                        used(loads, link, spec.capacity),
                        "Rate at the end of the link, and its utilisation",
                    );
                    row(
                        Some(Term::Capacity),
                        "capacity",
                        spec.capacity.to_string(),
                        "Bytes per second that the link can pass",
                    );
                    let (done, all) = self.carried(run, loads);
                    let carried = format!("{} of {}", Bytes(done as u64), Bytes(all as u64));
                    row(
                        None,
                        "carried",
                        carried,
                        "Bytes that have crossed the link, of all bytes that the plan sends over it",
                    );
                    row(
                        Some(Term::Latency),
                        "latency",
                        spec.latency.to_string(),
                        "Time of the first byte over the link",
                    );
                    if let Some(class) = run.fabric.topology.class_names().get(usize::from(spec.class)) {
                        row(Some(Term::Link), "class", (*class).to_owned(), "Link class");
                    }
                }
            }
            Item::Pe(_) => {
                for &link in &self.links {
                    let direction = run.fabric.topology.mesh().and_then(|mesh| mesh.place(link)).map(|place| place.2);
                    if let (Some(direction), Some(spec)) = (direction, run.fabric.link(link)) {
                        let (term, explanation) = match direction {
                            Direction::Ramp => (Term::Ramp, "Rate on the ramp into the core"),
                            Direction::East | Direction::West | Direction::North | Direction::South => {
                                (Term::Router, "Rate at which bytes leave the router over this port")
                            }
                        };
                        row(Some(term), direction.as_str(), used(loads, link, spec.capacity), explanation);
                    }
                }
            }
            Item::Chip(..) | Item::Links(_) if !self.links.is_empty() => {
                let (mut rate, mut capacity) = (0.0, 0.0);
                for &link in &self.links {
                    let load = loads.load(link);
                    rate += load.sum + load.copy;
                    capacity += run.fabric.link(link).map_or(0.0, |spec| spec.capacity.0);
                }
                let share = (100.0 * rate / capacity.max(1.0)).min(100.0);
                let now = format!("{}, {share:.0} %", BytesPerSec(rate));
                let is_bundle = matches!(self.item, Item::Links(_));
                let (sends, links) = if is_bundle { ("now", "links") } else { ("sends", "links out") };
                row(Some(Term::Utilisation), sends, now, "Rate over all these links, and their mean utilisation");
                let sampled = match self.link_count {
                    all if all > self.links.len() as u64 => {
                        format!("{} of {} sampled", self.links.len(), grouped(all))
                    }
                    all => grouped(all),
                };
                row(Some(Term::Port), links, sampled, "Links that leave it, or links that the line stands for");
                row(
                    Some(Term::Capacity),
                    "their capacity",
                    BytesPerSec(capacity).to_string(),
                    "Sum of the capacities of these links",
                );
                let (done, all) = self.carried(run, loads);
                let sent = format!("{} of {}", Bytes(done as u64), Bytes(all as u64));
                row(None, "has sent", sent, "Bytes that have left over its links, of all bytes that it sends");
            }
            Item::Chip(..) | Item::Links(_) => {}
        }
        Inspector { title: item_title(run, self.item), rows, streams: self.streams(run, loads) }
    }

    /// Bytes that have crossed so far, and bytes in all.
    fn carried(&self, run: &FabricRun, loads: &LinkLoads) -> (f64, f64) {
        self.crossings.iter().fold((0.0, 0.0), |(done, all), crossing| {
            let bytes = run.plan.transfer(crossing.transfer).bytes;
            let here = loads.trace.delivered(crossing.transfer, bytes, loads.at + crossing.behind);
            (done + crossing.weight * here, all + crossing.weight * bytes)
        })
    }

    /// Whether the streams of a single link add up to more than its capacity: each has the rate with which its bytes arrive.
    fn seems_to_exceed(&self, run: &FabricRun, loads: &LinkLoads) -> bool {
        let &[link] = self.links.as_slice() else { return false };
        let (load, spec) = (loads.load(link), run.fabric.link(link));
        spec.is_some_and(|spec| load.sum + load.copy > spec.capacity.0 * (1.0 + ROUNDING))
    }

    /// The current streams; identical ones share a line.
    fn streams(&self, run: &FabricRun, loads: &LinkLoads) -> Vec<String> {
        let mut groups: Vec<StreamGroup> = Vec::new();
        for stream in &loads.streams {
            for part in &stream.route.runs {
                let on_link = |&link: &LinkId| {
                    let (row, index) = stream.transfer.find(part, link)?;
                    let hop = run.fabric.link(link).map_or(Femtos(0), |spec| spec.latency);
                    Some(part.weight * loads.rate_on(stream, part.offset(row, index), hop))
                };
                let rate: f64 = self.links.iter().filter_map(on_link).sum();
                if rate <= 0.0 {
                    continue;
                }
                let phase = run.plan.phases().get(usize::from(stream.transfer.phase.0)).copied().unwrap_or_default();
                let phase = (!stream.transfer.background).then_some(phase);
                // Rates that read the same belong together.
                let rate = BytesPerSec(rate).to_string();
                let is_same =
                    |known: &&mut StreamGroup| known.flow == part.flow && known.phase == phase && known.rate == rate;
                match groups.iter_mut().find(is_same) {
                    Some(known) => known.count += 1,
                    None => {
                        let slice = stream.transfer.slice;
                        groups.push(StreamGroup { flow: part.flow, phase, rate, count: 1, slice });
                    }
                }
            }
        }
        let mut lines: Vec<String> = groups.iter().take(MAX_STREAMS).map(StreamGroup::label).collect();
        if self.seems_to_exceed(run, loads) {
            lines.push(EXCEEDS.to_owned());
        }
        let more = groups.len().saturating_sub(MAX_STREAMS);
        if more > 0 {
            lines.push(format!("and {more} more groups"));
        }
        lines
    }
}

/// Identical streams of the selected item.
struct StreamGroup {
    flow: Flow,
    /// The phase of the plan; `None` for other traffic.
    phase: Option<&'static str>,
    rate: String,
    count: usize,
    /// The part of the message that the first of them carries.
    slice: MessageSlice,
}

impl StreamGroup {
    /// `2 sums, 3.5 GB/s each · reduce-scatter`.
    fn label(&self) -> String {
        let (one, many) = match self.flow {
            Flow::Reduce => ("sum", "sums"),
            Flow::Broadcast => ("copy", "copies"),
        };
        let (rate, phase) = (&self.rate, self.phase.unwrap_or("other traffic"));
        match self.count {
            1 => format!("1 {one}{}: {rate} · {phase}", self.slice_label()),
            count => format!("{count} {many}, {rate} each · {phase}"),
        }
    }

    fn slice_label(&self) -> String {
        let MessageSlice { first, count, of } = self.slice;
        match count {
            count if count >= of => String::new(),
            1 => format!(", part {} of {}", grouped(u64::from(first) + 1), grouped(of.into())),
            count => {
                let (from, to) = (u64::from(first) + 1, u64::from(first) + u64::from(count));
                format!(", parts {} to {} of {}", grouped(from), grouped(to), grouped(of.into()))
            }
        }
    }
}

/// `3.5 GB/s, 100 %`.
fn used(loads: &LinkLoads, link: LinkId, capacity: BytesPerSec) -> String {
    let load = loads.load(link);
    let percent = 100.0 * load.utilisation(capacity.0);
    format!("{}, {percent:.0} %", BytesPerSec((load.sum + load.copy).min(capacity.0)))
}

/// The links of an item (itself, or the links that leave it) up to the limit, and their number.
fn links(run: &FabricRun, item: Item) -> (Vec<LinkId>, u64) {
    let topology = &run.fabric.topology;
    let some = |all: CellGrid| (all.ids(MAX_LINKS).map(LinkId).collect(), all.len());
    let listed = |links: Vec<LinkId>| {
        let all = links.len() as u64;
        (links.into_iter().take(MAX_LINKS as usize).collect(), all)
    };
    match (item, topology) {
        (Item::Link(link), _) => (vec![link], 1),
        (Item::Links(all), _) => some(all),
        (Item::Pe([x, y]), Topology::Mesh(mesh)) if x < mesh.width && y < mesh.height => listed(
            Direction::ALL
                .into_iter()
                .map(|direction| (direction, mesh.link_id(x, y, direction)))
                .filter(|&(direction, link)| direction == Direction::Ramp || topology.ends(link).is_some())
                .map(|(_, link)| link)
                .collect(),
        ),
        // For nodes and units the cables to the network; for other chips all links that leave them.
        (Item::Chip(ChipKind::Node, node), Topology::Cluster(cluster)) if node < cluster.nodes => {
            let gpus = cluster.gpus_per_node;
            some(CellGrid::row(cluster.nic_out(node * gpus).0, gpus, 1))
        }
        (Item::Chip(ChipKind::Units(0), unit), Topology::Cluster(cluster)) if unit < cluster.units() => {
            let gpus = cluster.gpus_per_node;
            some(CellGrid::row(cluster.leaf_up(unit * gpus).0, gpus, 1))
        }
        (Item::Chip(kind, index), _) => {
            let node = chip_node(run, kind, index).filter(|&node| node < topology.node_count());
            listed(node.map_or(Vec::new(), |node| topology.links_from(Node(node))))
        }
        _ => (Vec::new(), 0),
    }
}

/// The node of a chip in its fabric. A die has none: thousands of links cross its edge.
fn chip_node(run: &FabricRun, kind: ChipKind, index: u32) -> Option<u32> {
    match (kind, &run.fabric.topology) {
        (ChipKind::Gpu | ChipKind::Chip | ChipKind::Wafer | ChipKind::TreeNode, _) => Some(index),
        (ChipKind::Switch, Topology::Cluster(cluster)) => Some(cluster.gpus() + index),
        (ChipKind::Leaf, Topology::Cluster(cluster)) => Some(2 * cluster.gpus() + cluster.nodes + index),
        (ChipKind::Spine, Topology::Cluster(cluster)) => Some(2 * cluster.gpus() + cluster.nodes + cluster.leaves()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::{Setting, first_look};
    use crate::session::{Intent, Session};
    use crate::stage::Selection;

    fn inspector(session: &Session, fabric: usize, item: Item, at: Femtos) -> Inspector {
        let run = &session.runs[fabric];
        let trace = &run.result().expect("a run").played.trace;
        let loads = LinkLoads::at(&run.fabric, &run.plan, trace, at);
        Selected::new(run, item).inspect(run, &loads, None)
    }

    #[test]
    fn a_link_shows_its_rate_its_bytes_and_its_streams() {
        let scene = first_look();
        let mut session = Session::from_text(scene.file, scene.text).expect("the first look");
        let end = session.runs[0].result().expect("a run").played.trace.end();
        let item = Item::Link(LinkId(0));
        let now = inspector(&session, 0, item, Femtos(end.0 / 2));
        let value = |inspector: &Inspector, name: &str| {
            inspector.rows.iter().find(|row| row.name == name).map(|row| row.value.clone()).unwrap_or_default()
        };
        assert_eq!(
            (value(&now, "now"), value(&now, "capacity")),
            ("900 GB/s, 100 %".to_owned(), "900 GB/s".to_owned())
        );
        assert_eq!(value(&now, "latency"), "250 ns");
        assert!(!now.streams.is_empty());
        // In-switch reduction sends S (1 + 1/n) = 1.125 GiB over a port.
        assert_eq!(value(&inspector(&session, 0, item, end), "carried"), "1.125 GiB of 1.125 GiB");
        session.apply(Intent::Set(vec![Setting::parse("fabrics.0.algorithm=ring").expect("a setting")]));
        let end = session.runs[0].result().expect("a run").played.trace.end();
        assert_eq!(value(&inspector(&session, 0, item, end), "carried"), "1.750 GiB of 1.750 GiB");
    }

    #[test]
    fn the_history_of_a_router_is_the_mean_of_its_links() {
        let session = Session::first_look().expect("the first look");
        let run = &session.runs[1];
        let Topology::Mesh(mesh) = &run.fabric.topology else { panic!("a wafer") };
        let selected = Selected::new(run, Item::Pe([375, 585]));
        assert_eq!(selected.links.len(), 5);
        assert!(selected.links.contains(&mesh.link_id(375, 585, Direction::Ramp)));
        let mean: f32 = selected.history.iter().sum::<f32>() / selected.history.len() as f32;
        // At a strip edge, two of the five links are nearly always full.
        assert!((0.3..0.8).contains(&mean), "{mean}");
        let selection = Selection { fabric: 1, item: selected.item };
        assert_eq!(item_title(run, selection.item), "PE (375, 585)");
    }
}
