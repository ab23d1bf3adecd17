//! Follows a plan symbolically: which rank's contribution has been added to which byte of which rank.
//!
//! What a transfer sends must have been written last by one that it waits for. What it is added to may still be growing.

use crate::collective::*;
use crate::fabric::{Direction, Fabric, LinkId, Mesh, Topology};

/// What a rank holds of one cell of the message: how often each rank's contribution is in it.
pub type Sum = Vec<u8>;

/// All ranks' vectors, cell by cell.
pub struct Ranks {
    pub cells: u32,
    pub sums: Vec<Vec<Sum>>,
    /// Who wrote a cell last.
    pub writer: Vec<Vec<Option<u32>>>,
    /// For each transfer all that it waits for, directly or not (a bit per transfer).
    pub ancestors: Vec<Vec<u64>>,
}

/// What every rank holds of every cell at first, by rank, cell and number of cells.
pub type Initial<'a> = &'a dyn Fn(usize, u32, u32) -> Sum;

impl Ranks {
    fn new(plan: &Plan, ranks: usize, initial: Initial) -> Ranks {
        let cells = plan.transfers().fold(1, |cells, (_, transfer)| lcm(cells, transfer.slice.of));
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
            sums: (0..ranks).map(|rank| (0..cells).map(|cell| initial(rank, cell, cells)).collect()).collect(),
            writer: vec![vec![None; cells as usize]; ranks],
            ancestors,
        }
    }

    pub fn cells_of(&self, part: MessageSlice) -> std::ops::Range<usize> {
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
    pub fn assert_reduced(&self, name: &str, wanted: impl Fn(usize, usize) -> bool) {
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

pub fn lcm(a: u32, b: u32) -> u32 {
    let gcd = |mut a: u32, mut b: u32| {
        while b > 0 {
            (a, b) = (b, a % b);
        }
        a
    };
    a / gcd(a, b) * b
}

pub fn add(into: &mut Sum, other: &Sum) {
    into.iter_mut().zip(other).for_each(|(sum, term)| *sum += term);
}

pub fn links(run: &RouteRun, shift: i32) -> impl Iterator<Item = LinkId> {
    let run = run.clone();
    (0..run.rows).flat_map(move |row| {
        let run = run.clone();
        (0..run.count).map(move |index| run.link(row, index).offset(shift))
    })
}

/// Bytes that move from some nodes to others as one part of a stream: along a path, out of many into one, or out of one
/// into many.
pub struct Move {
    at_fs: f64,
    flow: Flow,
    pub from: Vec<u32>,
    pub to: Vec<u32>,
}

/// What a run is between nodes: where it begins, and where it ends.
pub fn ends_of(fabric: &Fabric, run: &RouteRun, shift: i32) -> (Vec<u32>, Vec<u32>) {
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
pub fn moves(plan: &Plan, fabric: &Fabric, transfer: &Transfer, copy: u32) -> Vec<Move> {
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

/// The contribution of one of `ranks` ranks.
pub fn own(rank: usize, ranks: usize) -> Sum {
    (0..ranks).map(|other| u8::from(other == rank)).collect()
}

/// Follows a plan among ranks that send to one another, each of which holds a vector of its own.
pub fn follow(plan: &Plan, fabric: &Fabric) -> Ranks {
    let count = fabric.topology.ranks() as usize;
    follow_from(plan, fabric, &|rank, _, _| own(rank, count))
}

/// Follows a plan among ranks that send to one another.
pub fn follow_from(plan: &Plan, fabric: &Fabric, initial: Initial) -> Ranks {
    let count = fabric.topology.ranks() as usize;
    let mut ranks = Ranks::new(plan, count, initial);
    for (id, transfer) in plan.transfers() {
        for copy in 0..transfer.cohort.copies {
            for part in moves(plan, fabric, &transfer, copy) {
                for cell in ranks.cells_of(transfer.slice) {
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
pub type Side = (Direction, usize, Vec<(f64, usize)>);

/// On a mesh sums run along lines: from the PE that the first link leaves, added at every ramp between, into the
/// PE of the last ramp. Copies go from the PE that their first link leaves to every ramp that they pass.
pub fn follow_mesh(plan: &Plan, mesh: &Mesh) -> Ranks {
    let count = mesh.pe_count() as usize;
    follow_mesh_from(plan, mesh, &|rank, _, _| own(rank, count))
}

/// The same from other vectors.
pub fn follow_mesh_from(plan: &Plan, mesh: &Mesh, initial: Initial) -> Ranks {
    let mut ranks = Ranks::new(plan, mesh.pe_count() as usize, initial);
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
            for cell in ranks.cells_of(transfer.slice) {
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
pub fn mesh_end(mesh: &Mesh, link: LinkId) -> Option<usize> {
    Topology::Mesh(mesh.clone()).ends(link).map(|(_, to)| to.0 as usize)
}
