//! Share of the finished sum that each chip holds.

use core::ops::Range;

use super::row_bands::{RunInRows, bands};
use crate::collective::{AllReduceHalf, Cohort, Collective, Delivery, Flow, Plan, RingRule, RouteRun, Transfer};
use crate::fabric::{Direction, Mesh};
use crate::solve::FabricRun;
use crate::stage::FabricLayout;
use crate::trace::Trace;
use crate::units::Femtos;

/// The most deliveries that are listed. The chips of larger plans fill up when they end, unless they are rings.
const MAX_DELIVERIES: usize = 1 << 21;
/// The most bands of equal rows of a wafer: each brings the sources of all columns.
const MAX_BANDS: usize = 16;
/// The most sampled ranks of a chip that stands for many, evenly spread.
const MAX_SAMPLED: u32 = 16;

/// A transfer that delivers finished bytes to a PE.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Source {
    transfer: u32,
    /// How much earlier the bytes arrive here than at the farthest sink.
    earlier: Femtos,
    /// Its share of all bytes that fill the die.
    weight: f64,
}

/// The transfers that fill the chips. Made once per run and evaluated in each frame.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fill {
    /// On a wafer, by die.
    dies: Vec<Vec<Source>>,
    /// Otherwise, transfers that deliver finished bytes to all ranks.
    everyone: Vec<u32>,
    /// Rank and transfer of deliveries to one rank, by rank. RingRule need no list: their rule defines it.
    by_rank: Vec<(u32, u32)>,
    /// The plan is too large to list its deliveries: the chips fill up when it ends.
    unlisted: bool,
}

impl Fill {
    /// The transfers that fill the chips of a run.
    pub fn new(run: &FabricRun, layout: &FabricLayout) -> Fill {
        if let Some(mesh) = run.fabric.topology.mesh() {
            return Fill { dies: dies(&run.plan, mesh, layout), ..Fill::default() };
        }
        if run.plan.rings().is_some() || run.plan.transfer_count() > crate::sample::MAX_DRAWN_TRANSFERS {
            return Fill { unlisted: run.plan.rings().is_none() && ends_full(run), ..Fill::default() };
        }
        ranks(run)
    }

    /// When the first chip holds all of the finished sum.
    pub fn first_full(&self, plan: &Plan, trace: &Trace) -> Option<Femtos> {
        if self.unlisted {
            return Some(trace.end());
        }
        if !self.dies.is_empty() {
            let full = |sources: &Vec<Source>| {
                let ends =
                    sources.iter().filter_map(|source| Some(trace.times(source.transfer)?.end.since(source.earlier)));
                ends.max()
            };
            return self.dies.iter().filter_map(full).min();
        }
        let end = |id: u32| trace.times(id).map(|times| times.end);
        if let Some(rings) = plan.rings() {
            let last = rings.steps().checked_sub(1)? * rings.slots();
            return (0..rings.slots()).filter_map(|lane| end(last + lane)).min();
        }
        let of_everyone = self.everyone.iter().filter_map(|&id| end(id)).max();
        let ranks = self.by_rank.chunk_by(|one, next| one.0 == next.0);
        let of_a_rank = ranks.filter_map(|own| own.iter().filter_map(|&(_, id)| end(id)).max()).min();
        of_everyone.max(of_a_rank)
    }

    /// Share of the finished sum that each chip holds at `at`, 0 to 1, in the order of the layout.
    pub fn at(&self, plan: &Plan, layout: &FabricLayout, trace: &Trace, at: Femtos, shares: &mut Vec<f32>) {
        shares.clear();
        if !self.dies.is_empty() {
            shares.extend(self.dies.iter().map(|sources| {
                let mut held = 0.0;
                for source in sources {
                    let bytes = plan.transfer(source.transfer).bytes;
                    held += source.weight * trace.delivered(source.transfer, bytes, at + source.earlier) / bytes;
                }
                held as f32
            }));
            return;
        }
        if self.unlisted {
            let share = if at >= trace.end() { 1.0 } else { 0.0 };
            shares.resize(layout.chips.len(), share);
            return;
        }
        let everyone = self.everyone.iter().fold((0.0, 0.0), |sum, &id| add(plan, trace, at, sum, id));
        shares.extend(layout.chips.iter().map(|chip| {
            let (mut held, mut sampled) = (0.0, 0);
            for rank in chip.ranks.ids(MAX_SAMPLED) {
                sampled += 1;
                held += match plan.rings() {
                    Some(rings) => held_in_rings(rings, trace, at, rank),
                    None => {
                        let (here, all) = self.of_rank(rank).fold(everyone, |sum, id| add(plan, trace, at, sum, id));
                        if all > 0.0 { here / all } else { 0.0 }
                    }
                };
            }
            (held / f64::from(sampled.max(1))) as f32
        }));
    }

    fn of_rank(&self, rank: u32) -> impl Iterator<Item = u32> + '_ {
        let first = self.by_rank.partition_point(|delivery| delivery.0 < rank);
        self.by_rank[first..].iter().take_while(move |delivery| delivery.0 == rank).map(|delivery| delivery.1)
    }
}

/// Whether every rank holds its result when the run ends. Of a reduce only the root does, of a send only the receiver.
fn ends_full(run: &FabricRun) -> bool {
    run.scene.sequence.is_none() && !matches!(run.scene.collective, Collective::Reduce | Collective::SendRecv)
}

/// Adds the bytes that a transfer has delivered so far, and its bytes in all.
fn add(plan: &Plan, trace: &Trace, at: Femtos, (held, all): (f64, f64), id: u32) -> (f64, f64) {
    let bytes = plan.transfer(id).bytes;
    (held + trace.delivered(id, bytes, at), all + bytes)
}

/// Share of the finished sum that a rank of rings holds: each of its deliveries ends before the next one.
fn held_in_rings(rings: &RingRule, trace: &Trace, at: Femtos, rank: u32) -> f64 {
    let own = rings.order().slots_of(rank).filter(|&slot| slot < rings.slots());
    let (held, all) = own
        .map(|slot| held_in_slot(rings, trace, at, slot))
        .fold((0.0, 0.0), |sum, own| (sum.0 + own.0, sum.1 + own.1));
    if all > 0.0 { held / all } else { 0.0 }
}

/// The bytes of the finished sum that the receiver of a lane's deliveries holds, and all that it will hold.
fn held_in_slot(rings: &RingRule, trace: &Trace, at: Femtos, lane: u32) -> (f64, f64) {
    let lanes = rings.slots();
    let (mut held, mut all) = (0.0, 0.0);
    for phase in rings.phases() {
        let first = match (phase.half, phase.dimension + 1 == rings.dimensions()) {
            (AllReduceHalf::AllGather, _) => 0,
            // The last step of the last reduce-scatter completes a part at its receiver.
            (AllReduceHalf::ReduceScatter, true) => phase.steps.saturating_sub(1),
            (AllReduceHalf::ReduceScatter, false) => continue,
        };
        all += f64::from(phase.steps - first) * phase.bytes;
        let sender = rings.sender(lane, phase.dimension);
        let send = |step: u32| (phase.first_step + step) * lanes + sender;
        let ended = |step: u32| trace.times(send(step)).is_some_and(|times| times.end <= at);
        let (mut low, mut high) = (first, phase.steps);
        while low < high {
            let middle = low + (high - low) / 2;
            if ended(middle) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        held += f64::from(low - first) * phase.bytes;
        if low < phase.steps {
            held += trace.delivered(send(low), phase.bytes, at);
        }
    }
    (held, all)
}

/// The deliveries to ranks. The copies of a cohort deliver to ranks of their own at the same time, so the transfer that is
/// written out stands for all of them.
fn ranks(run: &FabricRun) -> Fill {
    let mut fill = Fill::default();
    for (id, transfer) in run.plan.transfers() {
        match transfer.delivery {
            Delivery::All => fill.everyone.push(id),
            Delivery::Rank(rank) => {
                let Cohort { copies, stride, written } = transfer.cohort;
                if fill.by_rank.len() + copies as usize > MAX_DELIVERIES {
                    return Fill { unlisted: ends_full(run), ..Fill::default() };
                }
                let shifted = |copy: u32| {
                    let shift = i64::from(copy as i32 - written as i32) * i64::from(stride);
                    ((i64::from(rank) + shift) as u32, id)
                };
                fill.by_rank.extend((0..copies).map(shifted));
            }
            Delivery::Partial => {}
        }
    }
    fill.by_rank.sort_unstable();
    fill
}

/// Samples PEs of each die: all columns of one row of each band of equal rows (strips differ by column only), or a grid of 3 x 3.
fn dies(plan: &Plan, mesh: &Mesh, layout: &FabricLayout) -> Vec<Vec<Source>> {
    let Some(wafer) = &layout.wafer else { return Vec::new() };
    let [columns, rows] = &wafer.die_lines;
    let per_row = columns.len() - 1;
    let sample =
        |low: u32, high: u32| -> Vec<u32> { (0..3).map(|part| low + (high - low) * (2 * part + 1) / 6).collect() };
    let bands = RampBand::all(plan, mesh);
    let mut dies = Vec::with_capacity(layout.chips.len());
    for die in 0..layout.chips.len() {
        let (left, right) = (columns[die % per_row], columns[die % per_row + 1]);
        let (top, bottom) = (rows[die / per_row], rows[die / per_row + 1]);
        let on_wafer = |place: u32, axis: usize| place.saturating_sub(wafer.origin[axis]);
        let (left_pe, right_pe) = (on_wafer(left, 0), on_wafer(right, 0).min(mesh.width));
        let mut sources = Vec::new();
        match &bands {
            Some(bands) => {
                let (top, bottom) = (on_wafer(top, 1), on_wafer(bottom, 1).min(mesh.height));
                for band in bands {
                    let shared = bottom.min(band.rows.end).saturating_sub(top.max(band.rows.start));
                    let weighted = |source: &Source| Source { weight: source.weight * f64::from(shared), ..*source };
                    let of_columns = (left_pe..right_pe).flat_map(|x| band.of_column(x));
                    sources.extend(of_columns.filter(|_| shared > 0).map(weighted));
                }
            }
            None => {
                for y in sample(top, bottom) {
                    for x in sample(left, right) {
                        let inside = x.checked_sub(wafer.origin[0]).zip(y.checked_sub(wafer.origin[1]));
                        let inside = inside.filter(|&(x, y)| x < mesh.width && y < mesh.height);
                        sources.extend(inside.into_iter().flat_map(|(x, y)| filled_by(plan, mesh, x, y)));
                    }
                }
            }
        }
        let total: f64 = sources.iter().map(|source: &Source| source.weight).sum();
        sources.iter_mut().for_each(|source| source.weight /= total);
        dies.push(sources);
    }
    dies
}

/// The transfers that fill the PEs of neighbouring rows that are identical, by column. Found from the link runs and not from the
/// PEs, because strips have many transfers with few ramps each.
struct RampBand {
    rows: Range<u32>,
    columns: Vec<Vec<Source>>,
}

impl RampBand {
    /// All bands, from the top. `None` if too many rows differ, or transfers are not the same in neighbouring rows.
    fn all(plan: &Plan, mesh: &Mesh) -> Option<Vec<RampBand>> {
        let filling = || plan.transfers().filter(|(_, transfer)| transfer.delivery == Delivery::All);
        let rows = filling().map(|(_, transfer)| rows_of_ramps(mesh, &transfer, &plan.route(&transfer).runs));
        let of_transfers: Vec<Range<u32>> = rows.collect::<Option<_>>()?;
        let bands = bands(mesh.height, of_transfers.iter().cloned());
        if bands.len() > MAX_BANDS {
            return None;
        }
        let columns = || vec![Vec::new(); mesh.width as usize];
        let mut found: Vec<RampBand> = bands.into_iter().map(|rows| RampBand { rows, columns: columns() }).collect();
        for ((id, transfer), rows) in filling().zip(of_transfers) {
            let sources = on_ramps(plan, mesh, id, &plan.route(&transfer).runs);
            let of_rows = found.iter_mut().filter(|band| rows.start <= band.rows.start && band.rows.end <= rows.end);
            for band in of_rows {
                for (x, source) in &sources {
                    band.columns[*x as usize].push(*source);
                }
            }
        }
        Some(found)
    }

    fn of_column(&self, x: u32) -> &[Source] {
        self.columns.get(x as usize).map_or(&[], Vec::as_slice)
    }
}

/// The rows of the ramps that a transfer reaches, if it reaches the same columns in each of them.
fn rows_of_ramps(mesh: &Mesh, transfer: &Transfer, runs: &[RouteRun]) -> Option<Range<u32>> {
    let is_ramp = |run: &&RouteRun| matches!(mesh.place(run.first), Some((_, _, Direction::Ramp)));
    let in_row = |run: &RouteRun| {
        let along_row = run.count == 1 || run.stride.abs() == 1 && mesh.width > 1;
        RunInRows::new(mesh, transfer, run).filter(|_| along_row).map(|run| run.rows)
    };
    let mut ramps = runs.iter().filter(is_ramp).map(in_row);
    let first = ramps.next()??;
    ramps.all(|rows| rows.as_ref() == Some(&first)).then_some(first)
}

/// The columns of the ramps that a transfer reaches.
fn on_ramps(plan: &Plan, mesh: &Mesh, id: u32, runs: &[RouteRun]) -> Vec<(u32, Source)> {
    // If a transfer passes a PE as sum and as copy, the copy is finished.
    let mut found = std::collections::BTreeMap::<u32, (Flow, Source)>::new();
    for run in runs {
        for index in 0..run.count {
            let Some((x, _, Direction::Ramp)) = mesh.place(run.link(0, index)) else { break };
            let source = source(plan, mesh, id, run, (0, index));
            let known = found.entry(x).or_insert((run.flow, source));
            if known.0 == Flow::Reduce {
                *known = (run.flow, source);
            }
        }
    }
    found.into_iter().map(|(x, (_, source))| (x, source)).collect()
}

/// A transfer at a link of one of its runs.
fn source(plan: &Plan, mesh: &Mesh, id: u32, run: &RouteRun, (row, index): (u32, u32)) -> Source {
    let transfer = plan.transfer(id);
    let offset = run.offset(row, index) + mesh.cycles(mesh.processing_cycles());
    Source { transfer: id, earlier: plan.route(&transfer).latency.since(offset), weight: transfer.bytes }
}

/// The transfers that deliver finished bytes to a PE: copies on its ramp, or sums if it is the root.
fn filled_by(plan: &Plan, mesh: &Mesh, x: u32, y: u32) -> Vec<Source> {
    let ramp = mesh.link_id(x, y, Direction::Ramp);
    let mut sources = Vec::new();
    for (id, transfer) in plan.transfers() {
        if transfer.delivery != Delivery::All {
            continue;
        }
        let route = plan.route(&transfer);
        let mut found: Option<(Flow, Source)> = None;
        for run in &route.runs {
            let Some(place) = transfer.find(run, ramp) else { continue };
            let source = source(plan, mesh, id, run, place);
            if found.is_none_or(|(flow, _)| flow == Flow::Reduce) {
                found = Some((run.flow, source));
            }
        }
        sources.extend(found.map(|(_, source)| source));
    }
    sources
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;
    use crate::sample::core_fill::CoreFill;
    use crate::scene::{BUNDLED, Setting};
    use crate::solve::solve;
    use crate::stage::{PeWindow, Rect, stage_cells};
    use glam::{Vec2, vec2};

    #[test]
    fn every_participating_chip_fills_from_empty_to_full() {
        let catalog = Catalog::bundled().expect("the catalog");
        for scene in &BUNDLED {
            let document = scene.load(&catalog).unwrap_or_else(|diagnostics| panic!("{diagnostics}"));
            let runs = solve(&document.scene);
            let cells = stage_cells(Rect::new(Vec2::ZERO, vec2(1400.0, 800.0)), runs.len(), 0);
            for (run, cell) in runs.iter().zip(cells) {
                let Some(result) = run.result() else { continue };
                let layout = FabricLayout::new(run, cell);
                let fill = Fill::new(run, &layout);
                let trace = &result.played.trace;
                let mut shares = Vec::new();
                let mut before = vec![0.0; layout.chips.len()];
                for step in 0..=20 {
                    fill.at(&run.plan, &layout, trace, Femtos(trace.end().0 / 20 * step + 20), &mut shares);
                    for (chip, share) in before.iter().zip(&shares) {
                        assert!(share >= chip, "{}: a chip lost bytes", scene.file);
                    }
                    before.clone_from(&shares);
                }
                for (chip, share) in layout.chips.iter().zip(&shares) {
                    let takes_part = chip.kind.is_rank() || *share > 0.0;
                    assert!(!takes_part || (share - 1.0).abs() < 1e-5, "{}: {:?} ends at {share}", scene.file, chip);
                }
                // A box counts for all of its ranks.
                let chips = layout.chips.iter().zip(&shares).filter(|(_, share)| **share > 0.9);
                let full: u64 = chips.map(|(chip, _)| chip.ranks.len().max(1)).sum();
                let on_wafer = run.fabric.topology.mesh().is_some();
                let expected = if on_wafer { 30 } else { run.elements };
                assert!(full >= expected, "{}: only {full} chips are full", scene.file);
            }
        }
    }

    #[test]
    fn the_chips_of_a_plan_too_large_to_list_are_full_when_it_ends() {
        let catalog = Catalog::bundled().expect("the catalog");
        let document = BUNDLED[0].load(&catalog).expect("the first look");
        let run = &solve(&document.scene)[0];
        let layout = FabricLayout::new(run, stage_cells(Rect::new(Vec2::ZERO, vec2(1400.0, 800.0)), 1, 0)[0]);
        let fill = Fill { unlisted: ends_full(run), ..Fill::default() };
        let trace = &run.result().expect("a result").played.trace;
        let mut shares = Vec::new();
        for (at, share) in [(Femtos(trace.end().0 - 1), 0.0), (trace.end(), 1.0)] {
            fill.at(&run.plan, &layout, trace, at, &mut shares);
            assert_eq!(shares, vec![share; layout.chips.len()], "{at:?}");
        }
    }

    #[test]
    fn a_strip_fills_as_the_mean_of_its_cores_beside_a_slow_row_too() {
        let catalog = Catalog::bundled().expect("the catalog");
        let document = BUNDLED[0].load(&catalog).expect("the first look");
        let slow = Setting::parse(r#"fabrics.1.faults=[(link: "PE (93, 100) -> east", capacity: 0.5)]"#);
        let document = document.with(&[slow.expect("a setting")], &catalog).expect("a scene");
        let run = &solve(&document.scene)[1];
        let layout = FabricLayout::new(run, stage_cells(Rect::new(Vec2::ZERO, vec2(1400.0, 800.0)), 1, 0)[0]);
        let (mesh, wafer) = (run.fabric.topology.mesh().expect("a wafer"), layout.wafer.as_ref().expect("a wafer"));
        let trace = &run.result().expect("a result").played.trace;
        let [columns, rows] = &wafer.die_lines;
        let (fill, mut shares) = (Fill::new(run, &layout), Vec::new());
        // Of the first die, which has the slow row, and of one below it: its cores in a few rows, the slow one among them.
        for (die, rows, weights) in
            [(2, [rows[0] + 40, 100], [1.0, 0.0]), (2 + 3 * (columns.len() - 1), [600, 640], [0.5, 0.5])]
        {
            let (left, right) = (columns[die % (columns.len() - 1)], columns[die % (columns.len() - 1) + 1]);
            for at in [50, 171, 280].map(|us| Femtos(us * 1_000_000_000)) {
                fill.at(&run.plan, &layout, trace, at, &mut shares);
                let mean = |y: u32| {
                    let first = [left - wafer.origin[0], y - wafer.origin[1]];
                    let window = PeWindow { first, size: [right - left, 1] };
                    let mut cores = Vec::new();
                    CoreFill::new(&run.plan, mesh, window).at(trace, at, &mut cores);
                    f64::from(cores.iter().sum::<f32>()) / cores.len() as f64
                };
                let expected = weights[0] * mean(rows[0]) + weights[1] * mean(rows[1]);
                let share = f64::from(shares[die]);
                assert!((share - expected).abs() < 0.01, "die {die} at {at}: {share}, not {expected}");
            }
        }
    }
}
