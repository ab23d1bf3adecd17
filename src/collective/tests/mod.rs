//! Proof of every plan by meaning: the transfers are followed symbolically, and at the end every rank must hold every
//! rank's contribution to every byte exactly once. What a transfer sends must have been written last by one that it
//! waits for; what it is added to may still be growing.

mod faults;
mod many;

use crate::collective::*;
use crate::fabric::{
    Cluster, Direction, Fabric, Graph, Grid, LinkFigures, LinkId, LinkMode, LinkSpec, Mesh, Node, Switch, Topology,
    WaferCluster,
};
use crate::units::{Bytes, BytesPerSec, Femtos};

/// What a rank holds of one cell of the message: how often each rank's contribution is in it.
type Sum = Vec<u8>;

/// All ranks' vectors, cell by cell.
struct Ranks {
    cells: u32,
    sums: Vec<Vec<Sum>>,
    /// Who wrote a cell last.
    writer: Vec<Vec<Option<u32>>>,
    /// For each transfer all that it waits for, directly or not (a bit per transfer).
    ancestors: Vec<Vec<u64>>,
}

impl Ranks {
    fn new(plan: &Plan, ranks: usize) -> Ranks {
        let cells = plan.transfers().fold(1, |cells, (_, transfer)| lcm(cells, transfer.part.of));
        let own = |rank: usize| (0..ranks).map(|other| u8::from(other == rank)).collect::<Sum>();
        let words = plan.transfer_count().div_ceil(64) as usize;
        let mut ancestors: Vec<Vec<u64>> = Vec::with_capacity(plan.transfer_count() as usize);
        for id in 0..plan.transfer_count() {
            let mut all = vec![0_u64; words];
            for dep in plan.deps(id) {
                let on = dep.on.0 as usize;
                // A free port says nothing of what arrived, only that what was sent had been waited for.
                if dep.kind != DepKind::Sent {
                    all[on / 64] |= 1 << (on % 64);
                }
                for (word, inherited) in all.iter_mut().zip(&ancestors[on]) {
                    *word |= inherited;
                }
            }
            ancestors.push(all);
        }
        Ranks {
            cells,
            sums: (0..ranks).map(|rank| vec![own(rank); cells as usize]).collect(),
            writer: vec![vec![None; cells as usize]; ranks],
            ancestors,
        }
    }

    fn cells_of(&self, part: MessageSlice) -> std::ops::Range<usize> {
        let scale = self.cells / part.of;
        (part.first * scale) as usize..((part.first + part.count) * scale) as usize
    }

    fn read(&self, transfer: u32, rank: usize, cell: usize) -> Sum {
        if let Some(writer) = self.writer[rank][cell].filter(|&writer| writer != transfer) {
            let bit = self.ancestors[transfer as usize][writer as usize / 64] >> (writer % 64) & 1;
            assert_eq!(bit, 1, "transfer {transfer} reads what {writer} wrote to rank {rank} without waiting for it");
        }
        self.sums[rank][cell].clone()
    }

    /// What a transfer is added to: sums may come in any order.
    fn grown(&self, rank: usize, cell: usize, by: &Sum) -> Sum {
        let mut sum = self.sums[rank][cell].clone();
        add(&mut sum, by);
        sum
    }

    fn write(&mut self, transfer: u32, rank: usize, cell: usize, sum: Sum) {
        self.sums[rank][cell] = sum;
        self.writer[rank][cell] = Some(transfer);
    }

    /// Every rank of `all` holds exactly the contributions of the ranks that `wanted` accepts for it.
    fn assert_reduced(&self, name: &str, wanted: impl Fn(usize, usize) -> bool) {
        for (rank, cells) in self.sums.iter().enumerate() {
            for (cell, sum) in cells.iter().enumerate() {
                for (from, &times) in sum.iter().enumerate() {
                    let expected = u8::from(wanted(rank, from));
                    assert_eq!(times, expected, "{name}: rank {rank}, cell {cell}, contribution of {from}");
                }
            }
        }
    }
}

fn lcm(a: u32, b: u32) -> u32 {
    let gcd = |mut a: u32, mut b: u32| {
        while b > 0 {
            (a, b) = (b, a % b);
        }
        a
    };
    a / gcd(a, b) * b
}

fn add(into: &mut Sum, other: &Sum) {
    into.iter_mut().zip(other).for_each(|(sum, term)| *sum += term);
}

fn links(run: &RouteRun, shift: i32) -> impl Iterator<Item = LinkId> {
    let run = run.clone();
    (0..run.rows).flat_map(move |row| {
        let run = run.clone();
        (0..run.count).map(move |index| run.link(row, index).offset(shift))
    })
}

/// Bytes that move from some nodes to others as one part of a stream: along a path, out of many into one, or out of one
/// into many.
struct Move {
    at_fs: f64,
    flow: Flow,
    from: Vec<u32>,
    to: Vec<u32>,
}

/// What a run is between nodes: where it begins, and where it ends.
fn ends_of(fabric: &Fabric, run: &RouteRun, shift: i32) -> (Vec<u32>, Vec<u32>) {
    let ends: Vec<(u32, u32)> = links(run, shift)
        .map(|link| fabric.topology.ends(link).map(|(from, to)| (from.0, to.0)).expect("a link of the fabric"))
        .collect();
    let path = ends.windows(2).all(|pair| pair[0].1 == pair[1].0);
    if path {
        return (vec![ends[0].0], vec![ends[ends.len() - 1].1]);
    }
    let mut from: Vec<u32> = ends.iter().map(|end| end.0).collect();
    let mut to: Vec<u32> = ends.iter().map(|end| end.1).collect();
    from.dedup();
    to.dedup();
    assert!(from.len() == 1 || to.len() == 1, "a run that is neither path nor fan");
    (from, to)
}

/// The moves of a transfer: runs that lead on from where the one before has ended belong together.
fn moves(plan: &Plan, fabric: &Fabric, transfer: &Transfer, copy: u32) -> Vec<Move> {
    let shift = transfer.cohort.shift(copy);
    let mut moves: Vec<(Move, f64)> = Vec::new();
    // Private links hold streams to their rates; they lead nowhere.
    for run in plan.route(transfer).runs.iter().filter(|run| !fabric.is_rate_cap(run.first)) {
        let (from, to) = ends_of(fabric, run, shift);
        let leaves_fs = run.offset_fs + f64::from(run.count) * run.step_fs;
        let one_hop_fs = fabric.link(run.first).expect("a link").latency.0 as f64;
        let arrives_fs = if run.step_fs > 0.0 { leaves_fs } else { run.offset_fs + one_hop_fs };
        match moves.last_mut() {
            Some((last, end_fs)) if last.flow == run.flow && last.to == from && *end_fs == run.offset_fs => {
                last.to = to;
                *end_fs = arrives_fs;
            }
            _ => moves.push((Move { at_fs: run.offset_fs, flow: run.flow, from, to }, arrives_fs)),
        }
    }
    let mut moves: Vec<Move> = moves.into_iter().map(|(part, _)| part).collect();
    moves.sort_by(|a, b| a.at_fs.total_cmp(&b.at_fs));
    moves
}

/// Follows a plan among ranks that send to one another.
fn follow(plan: &Plan, fabric: &Fabric) -> Ranks {
    let count = fabric.topology.ranks() as usize;
    let mut ranks = Ranks::new(plan, count);
    for (id, transfer) in plan.transfers() {
        for copy in 0..transfer.cohort.copies {
            for part in moves(plan, fabric, &transfer, copy) {
                for cell in ranks.cells_of(transfer.part) {
                    let mut sum = vec![0; count];
                    part.from.iter().for_each(|&rank| add(&mut sum, &ranks.read(id, rank as usize, cell)));
                    for &rank in &part.to {
                        // A sum is added to what the receiver has, unless that has gone into it already.
                        let added = part.flow == Flow::Reduce && !part.from.contains(&rank);
                        let rank = rank as usize;
                        let written = if added { ranks.grown(rank, cell, &sum) } else { sum.clone() };
                        ranks.write(id, rank, cell, written);
                    }
                }
            }
        }
    }
    ranks
}

/// One side of an in-tree: its direction, the PE where it begins, and the PEs that add, by offset.
type Side = (Direction, usize, Vec<(f64, usize)>);

/// On a mesh sums run along lines: from the PE that the first link leaves, added at every ramp on the way, into the
/// PE of the last ramp. Copies go from the PE that their first link leaves to every ramp that they pass.
fn follow_mesh(plan: &Plan, mesh: &Mesh) -> Ranks {
    let mut ranks = Ranks::new(plan, mesh.pe_count() as usize);
    let pe = |link: LinkId| (link.0 % mesh.pe_count()) as usize;
    let is_ramp = |run: &RouteRun| matches!(mesh.place(run.first), Some((_, _, Direction::Ramp)));
    for (id, transfer) in plan.transfers() {
        for copy in 0..transfer.cohort.copies {
            let shift = transfer.cohort.shift(copy);
            let runs = &plan.route(&transfer).runs;
            // Sides of an in-tree: a side's ramps follow its links in the list.
            let mut sides: Vec<Side> = Vec::new();
            let mut reached = None;
            let mut source_of_copies = None;
            let mut sinks = Vec::new();
            for run in runs {
                let direction = mesh.place(run.first).expect("a link of the mesh").2;
                match (run.flow, is_ramp(run)) {
                    (Flow::Reduce, false) => {
                        // What leads on from where the links before have ended belongs to them: round a corner, or round
                        // a link that is down.
                        let first = run.first.offset(shift);
                        if sides.last().is_none() || Some(pe(first)) != reached {
                            sides.push((direction, pe(first), Vec::new()));
                        }
                        let last = run.link(0, run.count - 1).offset(shift);
                        reached = mesh_end(mesh, last);
                    }
                    (Flow::Reduce, true) => {
                        let (.., ramps) = sides.last_mut().expect("links before ramps");
                        ramps.extend(
                            links(run, shift)
                                .enumerate()
                                .map(|(index, link)| (run.offset_fs + index as f64 * run.step_fs, pe(link))),
                        );
                    }
                    (Flow::Broadcast, false) => {
                        source_of_copies = source_of_copies.or(Some(pe(run.first.offset(shift))));
                    }
                    (Flow::Broadcast, true) => sinks.extend(links(run, shift).map(pe)),
                }
            }
            for cell in ranks.cells_of(transfer.part) {
                for (_, source, ramps) in &mut sides {
                    ramps.sort_by(|a, b| a.0.total_cmp(&b.0));
                    let mut sum = ranks.read(id, *source, cell);
                    let Some(((_, last), between)) = ramps.split_last() else { continue };
                    for (_, at) in between {
                        add(&mut sum, &ranks.read(id, *at, cell));
                    }
                    let sum = ranks.grown(*last, cell, &sum);
                    ranks.write(id, *last, cell, sum);
                }
                if let Some(source) = source_of_copies {
                    let sum = ranks.read(id, source, cell);
                    sinks.iter().for_each(|&sink| ranks.write(id, sink, cell, sum.clone()));
                }
            }
        }
    }
    ranks
}

/// The PE that a link of a mesh leads to.
fn mesh_end(mesh: &Mesh, link: LinkId) -> Option<usize> {
    Topology::Mesh(mesh.clone()).ends(link).map(|(_, to)| to.0 as usize)
}

const LINKS: LinkFigures = LinkFigures { capacity: BytesPerSec(100e9), latency: Femtos(250_000_000) };

fn switch(ranks: u32) -> Switch {
    Switch { ranks, capacity: LINKS.capacity, latency: LINKS.latency }
}

fn grid(width: u32, height: u32, wraps: bool) -> Grid {
    Grid { width, height, wraps, links: LINKS }
}

fn cluster(nodes: u32, gpus_per_node: u32) -> Cluster {
    Cluster { nodes, gpus_per_node, nvlink: LINKS, host: LINKS, nic: LINKS, nodes_per_leaf: 2 }
}

/// A ring of chips with a few chords, some of them one way only.
fn graph(chips: u32) -> Graph {
    let mut graph = Graph::of_nodes(chips);
    let spec = LinkSpec { capacity: LINKS.capacity, latency: LINKS.latency, class: 0, mode: LinkMode::Shared };
    for chip in 0..chips {
        graph.join(Node(chip), Node((chip + 1) % chips), spec);
        if chip % 3 == 0 && chips > 3 {
            graph.join(Node(chip), Node((chip + chips / 2) % chips), spec);
        }
    }
    graph
}

fn mesh(width: u32, height: u32) -> Mesh {
    Mesh { width, height, clock_hz: 1e9, bytes_per_cycle: 4.0, hop_cycles: 1.0, turn_cycles: 0.0, ramp_cycles: 2.0 }
}

/// All plans that any ranks can play that know a way to one another.
fn plans_of(fabric: &Fabric) -> Vec<(&'static str, Plan)> {
    let (message, delays) = (Bytes(1 << 20), Delays::default());
    let halving = |first| halving_doubling_all_reduce(fabric, message, &delays, first, true);
    let mut plans = vec![
        ("ring", ring_all_reduce(fabric, message, &delays).expect("a ring")),
        ("direct", direct_all_reduce(fabric, message, &delays).expect("pairs")),
        ("double-binary-tree", double_binary_tree_all_reduce(fabric, message, &delays).expect("two trees")),
    ];
    plans.extend(halving(FirstPartner::Far).map(|plan| ("halving-doubling, far", plan)));
    plans.extend(halving(FirstPartner::Near).map(|plan| ("halving-doubling, near", plan)));
    plans
}

fn assert_reduces(name: &str, plan: &Plan, fabric: &Fabric) {
    follow(plan, fabric).assert_reduced(name, |_, _| true);
}

#[test]
fn among_gpus_every_rank_gets_every_contribution_to_every_byte_once() {
    for count in 2..=40 {
        let fabric = Fabric::from(Topology::Switch(switch(count)));
        let mut plans = plans_of(&fabric);
        plans.push(("nvls", nvls_all_reduce(&switch(count), Bytes(1 << 20), &Delays::default())));
        for (name, plan) in plans {
            assert_reduces(&format!("{name} on {count}"), &plan, &fabric);
        }
    }
}

#[test]
fn among_nodes_every_rank_gets_every_contribution_to_every_byte_once() {
    let (message, delays) = (Bytes(1 << 20), Delays::default());
    for (nodes, places) in [(2, 1), (2, 2), (3, 2), (2, 5), (5, 3), (4, 4), (7, 2), (3, 8), (5, 8)] {
        let cluster = cluster(nodes, places);
        let fabric = Fabric::from(Topology::Cluster(cluster.clone()));
        let held = Some(LinkId(fabric.link_count()));
        let mut plans = plans_of(&fabric);
        let lengths = [places, nodes];
        plans.extend([
            ("hierarchical", ring_over(&fabric, &lengths, RankOrder::Straight, message, &delays).expect("rings")),
            ("channels", channel_rings_all_reduce(&fabric, &cluster, message, &delays).expect("rings")),
            ("nvls-tree", nvls_tree_all_reduce(&fabric, &cluster, message, &delays).expect("trees")),
            ("nvls-tree in turns", nvls_tree_streams(&fabric, &cluster, message, &delays, held).expect("trees")),
            ("nccl tree", nccl_tree_streams(&fabric, (nodes, places), message, &delays, None).expect("trees")),
        ]);
        for (name, plan) in plans {
            assert_reduces(&format!("{name} on {nodes} x {places}"), &plan, &fabric);
        }
    }
}

#[test]
fn on_meshes_tori_and_graphs_every_rank_gets_every_contribution_to_every_byte_once() {
    let (message, delays) = (Bytes(1 << 20), Delays::default());
    for (width, height) in [(2, 1), (1, 3), (2, 2), (3, 4), (5, 2), (4, 4), (7, 3), (8, 4)] {
        for wraps in [false, true] {
            let grid = grid(width, height, wraps);
            let fabric = Fabric::from(Topology::Grid(grid));
            let mut plans = plans_of(&fabric);
            let rings = |lengths: &[u32], order| ring_over(&fabric, lengths, order, message, &delays).expect("rings");
            plans.push(("per dimension", rings(&[width, height], RankOrder::Straight)));
            plans.push(("snake", rings(&[width * height], RankOrder::Snake(width))));
            for (name, plan) in plans {
                assert_reduces(&format!("{name} on {width} x {height}, wraps: {wraps}"), &plan, &fabric);
            }
        }
    }
    for chips in [2, 3, 4, 7, 12, 16] {
        let fabric = Fabric::from(Topology::Graph(graph(chips)));
        for (name, plan) in plans_of(&fabric) {
            assert_reduces(&format!("{name} on a graph of {chips}"), &plan, &fabric);
        }
    }
}

#[test]
fn round_a_link_that_is_down_every_contribution_still_arrives_once() {
    let grid = grid(4, 3, false);
    let cut = grid.link_id(1, 1, Direction::East);
    let mut fabric = Fabric::from(Topology::Grid(grid));
    fabric.slow([(cut, 0.0)]);
    for (name, plan) in plans_of(&fabric) {
        assert_reduces(&format!("{name} round a cut"), &plan, &fabric);
        for (_, transfer) in plan.transfers() {
            assert!(plan.route(&transfer).runs.iter().all(|run| run.find(cut).is_none()), "{name} uses the cut link");
        }
    }
}

/// A tree of wafers, link by link: nodes of the tree hold nothing at first, and add what comes up.
#[test]
fn between_wafers_every_contribution_arrives_once() {
    for wafers in [2, 3, 4, 5, 16, 17, 40] {
        let tree = WaferCluster { wafers, fan_out: 4, links: LINKS };
        let plan = wafer_tree_all_reduce(&tree, Bytes(1 << 20), &Delays::default());
        let topology = Topology::Wafers(tree);
        let mut held: Vec<Sum> =
            (0..topology.node_count()).map(|node| (0..wafers).map(|other| u8::from(other == node)).collect()).collect();
        let transfer = plan.transfer(0);
        for run in &plan.route(&transfer).runs {
            for link in links(run, 0) {
                let (from, to) = topology.ends(link).expect("a link of the tree");
                let sent = held[from.0 as usize].clone();
                match run.flow {
                    Flow::Reduce => add(&mut held[to.0 as usize], &sent),
                    Flow::Broadcast => held[to.0 as usize] = sent,
                }
            }
        }
        for wafer in 0..wafers {
            assert_eq!(held[wafer as usize], vec![1; wafers as usize], "wafer {wafer} of {wafers}");
        }
    }
}

const PATTERNS: [XyPattern; 5] =
    [XyPattern::Star, XyPattern::Chain, XyPattern::Tree, XyPattern::TwoPhase, XyPattern::AutoGen];

#[test]
fn over_a_rectangle_every_pe_gets_every_contribution_once() {
    for (width, height) in [(2, 1), (2, 2), (3, 5), (7, 4), (12, 9), (16, 1), (5, 16)] {
        let mesh = mesh(width, height);
        for pattern in PATTERNS {
            let plan = xy_all_reduce(&mesh, pattern, 3.0);
            let name = format!("{pattern:?} on {width} x {height}");
            follow_mesh(&plan, &mesh).assert_reduced(&name, |_, _| true);
        }
    }
}

#[test]
fn on_strips_every_pe_gets_its_counterparts_contributions_once() {
    for (strips, strip_width, idle, per_round) in
        [(2, 3, 0, 10), (3, 4, 1, 10), (5, 2, 1, 1), (8, 7, 3, 3), (7, 12, 0, 5)]
    {
        let mesh = mesh(strips * strip_width + idle, 2);
        let layout = StripLayout::new(&mesh, strips, per_round).expect("the strips fit");
        for (root, broadcast) in [
            (Root::Middle, Broadcast::Streamed),
            (Root::Middle, Broadcast::StoreAndForward),
            (Root::End, Broadcast::Streamed),
            (Root::End, Broadcast::StoreAndForward),
            (Root::Both, Broadcast::StoreAndForward),
        ] {
            let plan = strips_all_reduce(&mesh, &layout, Bytes(1 << 16), root, broadcast);
            let place = |pe: usize| (pe as u32 % mesh.width, pe as u32 / mesh.width);
            let counterparts = |pe: usize, other: usize| {
                let ((x, y), (other_x, other_y)) = (place(pe), place(other));
                let used = x < strips * strip_width && other_x < strips * strip_width;
                pe == other || used && y == other_y && x % strip_width == other_x % strip_width
            };
            let name = format!("{root:?} {broadcast:?}, {strips} strips of {strip_width}");
            follow_mesh(&plan, &mesh).assert_reduced(&name, counterparts);
        }
    }
}

#[test]
fn trees_for_any_vector_give_every_pe_every_contribution_once() {
    for (width, height) in [(2, 2), (3, 2), (5, 7), (8, 8), (13, 6), (17, 1), (1, 17)] {
        let mesh = mesh(width, height);
        // From stars over trees of every depth to chains.
        for wavelets in [0.25, 1.0, 4.0, 16.0, 64.0, 256.0, 4096.0] {
            let plan = xy_all_reduce(&mesh, XyPattern::AutoGen, wavelets);
            let name = format!("auto-gen on {width} x {height}, {wavelets} wavelets");
            follow_mesh(&plan, &mesh).assert_reduced(&name, |_, _| true);
        }
    }
}

#[test]
fn a_snake_gives_every_pe_every_contribution_once() {
    for (width, height) in [(2, 2), (3, 2), (5, 7), (8, 8), (13, 6), (1, 9), (9, 1), (2, 11)] {
        let mesh = mesh(width, height);
        let name = format!("snake on {width} x {height}");
        follow_mesh(&snake_all_reduce(&mesh, 3.0), &mesh).assert_reduced(&name, |_, _| true);
    }
}

#[test]
fn through_the_centre_every_pe_gets_every_contribution_once() {
    for (width, height) in [(2, 2), (3, 2), (2, 3), (5, 7), (8, 8), (13, 6), (4, 17), (19, 2)] {
        let mesh = mesh(width, height);
        for pattern in PATTERNS {
            let plan = centre_rooted_all_reduce(&mesh, pattern, 3.0).expect("at least 2 x 2");
            let name = format!("centre-rooted {pattern:?} on {width} x {height}");
            follow_mesh(&plan, &mesh).assert_reduced(&name, |_, _| true);
        }
    }
    assert_eq!(centre_rooted_all_reduce(&mesh(1, 9), XyPattern::Star, 3.0), None);
    assert_eq!(centre_rooted_all_reduce(&mesh(9, 1), XyPattern::Star, 3.0), None);
}

#[test]
fn rings_along_rows_and_columns_give_every_pe_every_contribution_once() {
    for mapping in [RingMapping::Line, RingMapping::Folded] {
        for width in [2, 3, 4, 5, 8, 13, 16] {
            let mesh = mesh(width, 1);
            let plan = row_ring_all_reduce(&mesh, mapping, 24.0).expect("a short row");
            follow_mesh(&plan, &mesh).assert_reduced(&format!("{mapping:?} ring of {width}"), |_, _| true);
        }
        for (width, height) in [(2, 2), (3, 2), (5, 7), (8, 8), (7, 1), (1, 7)] {
            let mesh = mesh(width, height);
            let plan = wafer_ring_all_reduce(&mesh, mapping, 24.0).expect("a small rectangle");
            let name = format!("{mapping:?} rings on {width} x {height}");
            follow_mesh(&plan, &mesh).assert_reduced(&name, |_, _| true);
        }
    }
    let alone = row_ring_all_reduce(&mesh(1, 1), RingMapping::Line, 1.0).expect("no transfer at all");
    assert_eq!(alone.transfer_count(), 0);
    assert!(row_ring_all_reduce(&mesh(2000, 1), RingMapping::Line, 1.0).is_err());
    assert!(wafer_ring_all_reduce(&mesh(755, 1170), RingMapping::Line, 1.0).is_err());
}

#[test]
fn with_late_pes_and_slow_links_every_pe_still_gets_every_contribution_once() {
    for (width, height) in [(5, 4), (8, 6), (3, 9)] {
        let mesh = mesh(width, height);
        let mut fabric = Fabric::from(Topology::Mesh(mesh.clone()));
        fabric.slow([(mesh.link_id(1, 1, Direction::East), 0.5), (mesh.link_id(2, 3, Direction::Ramp), 0.25)]);
        let late = |pe: u32| Femtos(u64::from(pe * 37 % 11) * 5_000_000);
        for pattern in PATTERNS {
            for is_late in [false, true] {
                let plan = xy_all_reduce(&mesh, pattern, 3.0);
                let fitted = fit_to_faults(plan, &mesh, &fabric, is_late, &late).expect("nothing is down");
                let name = format!("{pattern:?} on {width} x {height}, late: {is_late}");
                follow_mesh(&fitted, &mesh).assert_reduced(&name, |_, _| true);
            }
        }
        let fitted = fit_to_faults(snake_all_reduce(&mesh, 3.0), &mesh, &fabric, true, &late).expect("a snake");
        follow_mesh(&fitted, &mesh).assert_reduced("snake", |_, _| true);
    }
}
