//! Proof of every plan by meaning: the transfers are followed symbolically, and at the end every rank must hold every
//! rank's contribution to every byte exactly once. What a transfer sends must have been written last by one that it
//! waits for; what it is added to may still be growing.

use super::*;
use crate::fabric::{Direction, LinkId, Mesh, Switch};
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
        let cells = plan.transfers().iter().fold(1, |cells, transfer| lcm(cells, transfer.part.of));
        let own = |rank: usize| (0..ranks).map(|other| u8::from(other == rank)).collect::<Sum>();
        let words = plan.transfers().len().div_ceil(64);
        let mut ancestors: Vec<Vec<u64>> = Vec::with_capacity(plan.transfers().len());
        for transfer in plan.transfers() {
            let mut all = vec![0_u64; words];
            for dep in plan.deps(transfer) {
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

    fn cells_of(&self, part: Part) -> std::ops::Range<usize> {
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

fn links(run: &Run, shift: i32) -> impl Iterator<Item = LinkId> {
    let run = run.clone();
    (0..run.rows).flat_map(move |row| {
        let run = run.clone();
        (0..run.count).map(move |index| run.link(row, index).offset(shift))
    })
}

/// Round a switch the runs of a route come in pairs: into the switch, where they are added, and out of it.
fn follow_switched(plan: &Plan, switch: &Switch) -> Ranks {
    let count = switch.ranks as usize;
    let mut ranks = Ranks::new(plan, count);
    for (id, transfer) in plan.transfers().iter().enumerate() {
        let id = id as u32;
        let mut pairs: Vec<&[Run]> = plan.route(transfer).runs.chunks(2).collect();
        pairs.sort_by(|a, b| a[0].offset_fs.total_cmp(&b[0].offset_fs));
        for pair in pairs {
            let from: Vec<usize> = links(&pair[0], 0).map(|link| link.0 as usize).collect();
            let to: Vec<usize> = links(&pair[1], 0).map(|link| link.0 as usize - count).collect();
            for cell in ranks.cells_of(transfer.part) {
                let mut sum = vec![0; count];
                from.iter().for_each(|&rank| add(&mut sum, &ranks.read(id, rank, cell)));
                for &rank in &to {
                    // A sum is added to what the receiver has, unless that has gone into it already.
                    let added = pair[0].phase == Phase::Sum && !from.contains(&rank);
                    let written = if added { ranks.grown(rank, cell, &sum) } else { sum.clone() };
                    ranks.write(id, rank, cell, written);
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
    let is_ramp = |run: &Run| matches!(mesh.place(run.first), Some((_, _, Direction::Ramp)));
    for (id, transfer) in plan.transfers().iter().enumerate() {
        let id = id as u32;
        for copy in 0..transfer.cohort.copies {
            let shift = transfer.cohort.shift(copy);
            let runs = &plan.route(transfer).runs;
            // Sides of an in-tree: a side's ramps follow its links in the list.
            let mut sides: Vec<Side> = Vec::new();
            let mut source_of_copies = None;
            let mut sinks = Vec::new();
            for run in runs {
                let direction = mesh.place(run.first).expect("a link of the mesh").2;
                match (run.phase, is_ramp(run)) {
                    (Phase::Sum, false) => {
                        if sides.last().is_none_or(|(known, ..)| *known != direction) {
                            sides.push((direction, pe(run.first.offset(shift)), Vec::new()));
                        }
                    }
                    (Phase::Sum, true) => {
                        let (.., ramps) = sides.last_mut().expect("links before ramps");
                        ramps.extend(
                            links(run, shift)
                                .enumerate()
                                .map(|(index, link)| (run.offset_fs + index as f64 * run.step_fs, pe(link))),
                        );
                    }
                    (Phase::Copy, false) => {
                        source_of_copies = source_of_copies.or(Some(pe(run.first.offset(shift))));
                    }
                    (Phase::Copy, true) => sinks.extend(links(run, shift).map(pe)),
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

fn switch(ranks: u32) -> Switch {
    Switch { ranks, capacity: BytesPerSec(100e9), latency: Femtos(250_000_000) }
}

fn mesh(width: u32, height: u32) -> Mesh {
    Mesh { width, height, clock_hz: 1e9, bytes_per_cycle: 4.0, hop_cycles: 1.0, turn_cycles: 0.0, ramp_cycles: 2.0 }
}

#[test]
fn among_gpus_every_rank_gets_every_contribution_to_every_byte_once() {
    let (message, delays) = (Bytes(1 << 20), SoftwareDelays::default());
    for count in 2..=40 {
        let switch = switch(count);
        let mut plans = vec![
            ("ring", ring_all_reduce(&switch, message, delays)),
            ("nvls", nvls_all_reduce(&switch, message, delays)),
            ("direct", direct_all_reduce(&switch, message, delays)),
            ("double-binary-tree", double_binary_tree_all_reduce(&switch, message, delays)),
        ];
        plans.extend(halving_doubling_all_reduce(&switch, message, delays).map(|plan| ("halving-doubling", plan)));
        for (name, plan) in plans {
            follow_switched(&plan, &switch).assert_reduced(&format!("{name} on {count}"), |_, _| true);
        }
    }
}

#[test]
fn over_a_rectangle_every_pe_gets_every_contribution_once() {
    for (width, height) in [(2, 1), (2, 2), (3, 5), (7, 4), (12, 9), (16, 1), (5, 16)] {
        let mesh = mesh(width, height);
        for pattern in [XyPattern::Star, XyPattern::Chain, XyPattern::Tree, XyPattern::TwoPhase] {
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
