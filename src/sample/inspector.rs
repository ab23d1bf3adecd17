//! The card of what is selected: its figures now, the streams that pass it, and its use over the whole run.

use super::link_heatmap::over_time;
use super::link_loads::LinkLoads;
use crate::collective::Flow;
use crate::fabric::{Direction, LinkId, Node, Topology};
use crate::solve::FabricRun;
use crate::stage::CellGrid;
use crate::stage::ChipKind;
use crate::stage::Item;
use crate::units::grouped;
use crate::units::{Bytes, BytesPerSec, Femtos};

/// Most streams that a card names one by one.
const MAX_STREAMS: usize = 6;
/// Most links of one chip.
const MAX_LINKS: u32 = 256;

/// A line of a card.
#[derive(Clone, Debug, PartialEq)]
pub struct InspectorRow {
    /// What it is.
    pub name: &'static str,
    /// The figure, with its unit.
    pub value: String,
    /// What it means.
    pub explanation: &'static str,
}

/// What is selected, in numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Inspector {
    /// Its name.
    pub title: String,
    /// Its figures.
    pub rows: Vec<InspectorRow>,
    /// The streams that pass it now, in words.
    pub streams: Vec<String>,
}

/// What is the same at every instant: the links of an item, the streams that ever cross them, and their use.
#[derive(Clone, Debug, PartialEq)]
pub struct Selected {
    /// What is selected.
    pub item: Item,
    /// Its links: itself, or those that lead away from it; of very many some.
    pub links: Vec<LinkId>,
    /// Of a link, the ranks at its two ends.
    pub ranks: [Option<u32>; 2],
    /// The classes of its links.
    pub classes: Vec<u8>,
    /// How many links there are; of very many only some are asked.
    of_all: u64,
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
    /// Finds out what concerns an item.
    pub(crate) fn new(run: &FabricRun, item: Item) -> Selected {
        let (links, of_all) = links(run, item);
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
            _ => [None; 2],
        };
        let mut classes: Vec<u8> =
            links.iter().filter_map(|&link| run.fabric.link(link)).map(|spec| spec.class).collect();
        classes.sort_unstable();
        classes.dedup();
        Selected { item, links, ranks, classes, of_all, crossings, history }
    }

    /// The card at an instant. `fill` is the share of the finished sum that the item holds, if it is a chip.
    pub(crate) fn card(&self, run: &FabricRun, loads: &LinkLoads, fill: Option<f32>) -> Inspector {
        let mut rows = Vec::new();
        let mut row = |name, value, explanation| rows.push(InspectorRow { name, value, explanation });
        if let Some(fill) = fill {
            row("holds", format!("{:.1} % of the sum", 100.0 * fill), "Share of the finished sum that is here");
        }
        match self.item {
            Item::Link(link) => {
                if let Some(spec) = run.fabric.link(link) {
                    row(
                        "now",
                        used(loads, link, spec.capacity),
                        "Rate of the bytes that leave the link, and its share of the capacity",
                    );
                    row("capacity", spec.capacity.to_string(), "What the link can carry");
                    let (done, all) = self.carried(run, loads);
                    let carried = format!("{} of {}", Bytes(done as u64), Bytes(all as u64));
                    row("carried", carried, "Bytes that have crossed, of all that the plan sends over it");
                    row("latency", spec.latency.to_string(), "From entering to leaving, for each byte");
                    if let Some(class) = run.fabric.topology.class_names().get(usize::from(spec.class)) {
                        row("class", (*class).to_owned(), "Class of links");
                    }
                }
            }
            Item::Pe(_) => {
                for &link in &self.links {
                    let direction = match &run.fabric.topology {
                        Topology::Mesh(mesh) => mesh.place(link).map(|place| place.2),
                        _ => None,
                    };
                    if let (Some(direction), Some(spec)) = (direction, run.fabric.link(link)) {
                        let explanation = match direction {
                            Direction::Ramp => "What goes down the ramp into the core",
                            _ => "What leaves the router over this port",
                        };
                        row(direction.word(), used(loads, link, spec.capacity), explanation);
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
                let (sends, links) = match self.item {
                    Item::Links(_) => ("now", "links"),
                    _ => ("sends", "links out"),
                };
                row(sends, now, "Rate of the bytes that leave over all these links, and its share of their capacities");
                let asked = match self.of_all {
                    all if all > self.links.len() as u64 => {
                        format!("{} of {} asked", self.links.len(), grouped(all))
                    }
                    all => grouped(all),
                };
                row(links, asked, "Links that lead away from it, or that the line stands for");
                row("their capacity", BytesPerSec(capacity).to_string(), "What these links can carry together");
                let (done, all) = self.carried(run, loads);
                let sent = format!("{} of {}", Bytes(done as u64), Bytes(all as u64));
                row("has sent", sent, "Bytes that have left over its links, of all that it will send");
            }
            Item::Chip(..) | Item::Links(_) => {}
        }
        Inspector { title: title(run, self.item), rows, streams: self.streams(run, loads) }
    }

    /// Bytes that have crossed, and that will have in the end.
    fn carried(&self, run: &FabricRun, loads: &LinkLoads) -> (f64, f64) {
        self.crossings.iter().fold((0.0, 0.0), |(done, all), crossing| {
            let bytes = run.plan.transfer(crossing.transfer).bytes;
            let here = loads.trace.delivered(crossing.transfer, bytes, loads.at + crossing.behind);
            (done + crossing.weight * here, all + crossing.weight * bytes)
        })
    }

    /// The streams that pass now; those alike in one line.
    fn streams(&self, run: &FabricRun, loads: &LinkLoads) -> Vec<String> {
        // What it is, of which stage, at which rate; how many, and of one alone which part it carries.
        let mut alike: Vec<(Flow, &str, String, usize, String)> = Vec::new();
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
                let stage = run.plan.stages().get(usize::from(stream.transfer.stage.0)).copied().unwrap_or_default();
                let whose = if stream.transfer.background { "other traffic" } else { stage };
                let rate = BytesPerSec(rate).to_string();
                let same = |known: &&mut (Flow, &str, String, usize, String)| {
                    known.0 == part.flow && known.1 == whose && known.2 == rate
                };
                match alike.iter_mut().find(same) {
                    Some(known) => known.3 += 1,
                    None => {
                        let carried = stream.transfer.part;
                        let share = match (carried.first, carried.count, carried.of) {
                            (_, count, of) if count >= of => String::new(),
                            (first, 1, of) => format!(", part {} of {}", first + 1, grouped(of.into())),
                            (first, count, of) => {
                                format!(", parts {} to {} of {}", first + 1, first + count, grouped(of.into()))
                            }
                        };
                        alike.push((part.flow, whose, rate, 1, share));
                    }
                }
            }
        }
        let more = alike.len().saturating_sub(MAX_STREAMS);
        let say = |(flow, whose, rate, count, share): &(Flow, &str, String, usize, String)| {
            let (one, many) = if *flow == Flow::Reduce { ("sum", "sums") } else { ("copy", "copies") };
            match count {
                1 => format!("1 {one}{share}: {rate} · {whose}"),
                count => format!("{count} {many}, {rate} each · {whose}"),
            }
        };
        let mut said: Vec<String> = alike.iter().take(MAX_STREAMS).map(say).collect();
        if more > 0 {
            said.push(format!("and {more} other kinds"));
        }
        said
    }
}

/// "3.5 GB/s, 100 %".
fn used(loads: &LinkLoads, link: LinkId, capacity: BytesPerSec) -> String {
    let load = loads.load(link);
    let percent = 100.0 * load.utilisation(capacity.0);
    format!("{}, {percent:.0} %", BytesPerSec((load.sum + load.copy).min(capacity.0)))
}

/// The links whose use an item shows: itself, or those that lead away from it; and how many there are.
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
        // Of a node and of units the cables to the network; of the rest what leaves it.
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

/// The node of a chip in its fabric. A die has none: its edge is thousands of links, and its heat tells more.
fn chip_node(run: &FabricRun, kind: ChipKind, index: u32) -> Option<u32> {
    match (kind, &run.fabric.topology) {
        (ChipKind::Gpu | ChipKind::Chip | ChipKind::Wafer | ChipKind::TreeNode, _) => Some(index),
        (ChipKind::Switch, Topology::Cluster(cluster)) => Some(cluster.gpus() + index),
        (ChipKind::Leaf, Topology::Cluster(cluster)) => Some(2 * cluster.gpus() + cluster.nodes + index),
        (ChipKind::Spine, Topology::Cluster(cluster)) => Some(2 * cluster.gpus() + cluster.nodes + cluster.leaves()),
        _ => None,
    }
}

/// What an item is called.
pub fn title(run: &FabricRun, item: Item) -> String {
    let topology = &run.fabric.topology;
    match item {
        Item::Link(link) => run.fabric.link_name(link),
        Item::Links(links) => {
            let class =
                |id| topology.link(LinkId(id)).and_then(|spec| topology.class_names().get(usize::from(spec.class)));
            let class = links.ids(1).next().and_then(class).copied().unwrap_or("links");
            format!("{} links, {class}", grouped(links.len()))
        }
        Item::Pe([x, y]) => format!("PE ({x}, {y})"),
        Item::Chip(kind, index) => match (kind, topology) {
            (ChipKind::Gpu, _) => format!("GPU {index}"),
            (ChipKind::Switch, Topology::Cluster(_)) => format!("NVSwitches of node {index}"),
            (ChipKind::Switch, _) => format!("NVSwitch {index}"),
            (ChipKind::Die, _) => format!("die {index}"),
            (ChipKind::Leaf, Topology::Cluster(cluster)) if cluster.units() > 1 => {
                let (unit, rail) = (index / cluster.gpus_per_node, index % cluster.gpus_per_node);
                format!("leaf switch {rail} of unit {unit}")
            }
            (ChipKind::Leaf, _) => format!("leaf switch {index}"),
            (ChipKind::Leaves, _) => format!("leaf switches of unit {index}"),
            (ChipKind::Spine, _) => "spine".to_owned(),
            (ChipKind::Node, _) => format!("node {index}"),
            (ChipKind::Units(0), _) => format!("unit {index}"),
            (ChipKind::Units(level), _) => format!("square {index} of {0} x {0} units", 1_u32 << level),
            (ChipKind::Chip, _) => format!("chip {index}"),
            (ChipKind::Block(level), Topology::Grid(grid)) => {
                let side = 1_u32 << level;
                let across = grid.width.div_ceil(side).max(1);
                let (x, y) = (index % across * side, index / across * side);
                let last = ((x + side).min(grid.width) - 1, (y + side).min(grid.height) - 1);
                format!("chips ({x}, {y}) to ({}, {})", last.0, last.1)
            }
            (ChipKind::Block(_), _) => format!("chips {index}"),
            (ChipKind::Wafer, _) => format!("wafer {index}"),
            (ChipKind::Wafers(level), Topology::Wafers(tree)) => {
                let each = tree.fan_out.max(2).saturating_pow(level.into());
                let first = index.saturating_mul(each);
                format!("wafers {first} to {}", first.saturating_add(each).min(tree.wafers).saturating_sub(1))
            }
            (ChipKind::Wafers(_), _) => format!("wafers {index}"),
            (ChipKind::TreeNode, _) => "SwarmX node".to_owned(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::{Setting, first_look};
    use crate::session::{Intent, Session};
    use crate::stage::Selection;

    fn card(session: &Session, fabric: usize, item: Item, at: Femtos) -> Inspector {
        let run = &session.runs[fabric];
        let trace = &run.result().expect("a run").played.trace;
        let loads = LinkLoads::at(&run.fabric, &run.plan, trace, at);
        Selected::new(run, item).card(run, &loads, None)
    }

    #[test]
    fn the_card_of_a_link_tells_what_it_carries_and_who_passes() {
        let scene = first_look();
        let mut session = Session::from_text(scene.file, scene.text).expect("the first look");
        let end = session.runs[0].result().expect("a run").played.trace.end();
        let item = Item::Link(LinkId(0));
        let now = card(&session, 0, item, Femtos(end.0 / 2));
        let value = |card: &Inspector, name: &str| {
            card.rows.iter().find(|row| row.name == name).map(|row| row.value.clone()).unwrap_or_default()
        };
        assert_eq!(
            (value(&now, "now"), value(&now, "capacity")),
            ("900 GB/s, 100 %".to_owned(), "900 GB/s".to_owned())
        );
        assert_eq!(value(&now, "latency"), "250 ns");
        assert!(!now.streams.is_empty());
        // In the end all that in-switch reduction sends over a port: S (1 + 1/n) = 1.125 GiB.
        assert_eq!(value(&card(&session, 0, item, end), "carried"), "1.125 GiB of 1.125 GiB");
        session.apply(Intent::Set(vec![Setting::parse("fabrics.0.algorithm=ring").expect("a setting")]));
        let end = session.runs[0].result().expect("a run").played.trace.end();
        assert_eq!(value(&card(&session, 0, item, end), "carried"), "1.750 GiB of 1.750 GiB");
    }

    #[test]
    fn the_history_of_a_router_is_that_of_its_links() {
        let session = Session::first_look().expect("the first look");
        let run = &session.runs[1];
        let Topology::Mesh(mesh) = &run.fabric.topology else { panic!("a wafer") };
        let selected = Selected::new(run, Item::Pe([375, 585]));
        assert_eq!(selected.links.len(), 5);
        assert!(selected.links.contains(&mesh.link_id(375, 585, Direction::Ramp)));
        let mean: f32 = selected.history.iter().sum::<f32>() / selected.history.len() as f32;
        // At a strip's edge two of the five are nearly always full.
        assert!((0.3..0.8).contains(&mean), "{mean}");
        let selection = Selection { fabric: 1, item: selected.item };
        assert_eq!(title(run, selection.item), "PE (375, 585)");
    }
}
