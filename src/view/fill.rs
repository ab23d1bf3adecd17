//! How much of the finished sum each chip holds: what makes chips fill up where progress happens.

use super::layout::{ChipKind, FabricLayout};
use crate::collective::{Delivery, Phase, Plan, Run, Transfer};
use crate::fabric::{Direction, Fabric, Mesh};
use crate::scene::FabricRun;
use crate::trace::Trace;
use crate::units::Femtos;

/// A transfer that brings finished bytes to a chip.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Source {
    transfer: u32,
    /// How much earlier they are here than at the farthest sink.
    earlier: Femtos,
    /// Bytes in all that make the chip full, over all sources, share of this one included in the sum.
    weight: f64,
}

/// For each chip of a layout the transfers that fill it. Made once per run, asked every frame.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fill {
    chips: Vec<Vec<Source>>,
}

impl Fill {
    /// Who fills the chips of `layout`.
    pub fn of(run: &FabricRun, layout: &FabricLayout) -> Fill {
        let chips = match &run.fabric {
            Fabric::Mesh(mesh) => dies(&run.plan, mesh, layout),
            Fabric::Switch(_) | Fabric::Graph(_) => gpus(&run.plan, layout),
        };
        Fill { chips }
    }

    /// Share of the finished sum that each chip holds at `at`, 0 to 1, in the order of the layout.
    pub fn at(&self, plan: &Plan, trace: &Trace, at: Femtos, shares: &mut Vec<f32>) {
        shares.clear();
        shares.extend(self.chips.iter().map(|sources| {
            let mut held = 0.0;
            for source in sources {
                let bytes = plan.transfers()[source.transfer as usize].bytes;
                held += source.weight * trace.delivered(source.transfer, bytes, at + source.earlier) / bytes;
            }
            held as f32
        }));
    }
}

fn gpus(plan: &Plan, layout: &FabricLayout) -> Vec<Vec<Source>> {
    let mut chips = vec![Vec::new(); layout.chips.len()];
    for (chip, sources) in layout.chips.iter().zip(&mut chips) {
        if chip.kind != ChipKind::Gpu {
            continue;
        }
        let fills = |transfer: &Transfer| match transfer.delivery {
            Delivery::All => true,
            Delivery::Rank(rank) => rank == chip.index,
            Delivery::Partial => false,
        };
        let filling = || plan.transfers().iter().enumerate().filter(|(_, transfer)| fills(transfer));
        let total: f64 = filling().map(|(_, transfer)| transfer.bytes).sum();
        sources.extend(filling().map(|(id, transfer)| Source {
            transfer: id as u32,
            earlier: Femtos(0),
            weight: transfer.bytes / total,
        }));
    }
    chips
}

/// Samples PEs of each die: all of its columns in its middle row (strips differ by column only), or a grid of 3 x 3.
fn dies(plan: &Plan, mesh: &Mesh, layout: &FabricLayout) -> Vec<Vec<Source>> {
    let Some(wafer) = &layout.wafer else { return Vec::new() };
    let [columns, rows] = &wafer.die_lines;
    let per_row = columns.len() - 1;
    let same_in_all_rows = plan
        .transfers()
        .iter()
        .filter(|transfer| transfer.delivery == Delivery::All)
        .all(|transfer| transfer.cohort.copies == mesh.height);
    let sample =
        |low: u32, high: u32| -> Vec<u32> { (0..3).map(|part| low + (high - low) * (2 * part + 1) / 6).collect() };
    let on_ramps = same_in_all_rows.then(|| Ramps::of(plan, mesh));
    let mut dies = Vec::with_capacity(layout.chips.len());
    for die in 0..layout.chips.len() {
        let (left, right) = (columns[die % per_row], columns[die % per_row + 1]);
        let (top, bottom) = (rows[die / per_row], rows[die / per_row + 1]);
        let (xs, ys) = if same_in_all_rows {
            ((left..right).collect(), vec![(top + bottom) / 2])
        } else {
            (sample(left, right), sample(top, bottom))
        };
        let mut sources = Vec::new();
        for &y in &ys {
            for &x in &xs {
                let inside = x.checked_sub(wafer.origin[0]).zip(y.checked_sub(wafer.origin[1]));
                let Some((x, y)) = inside.filter(|&(x, y)| x < mesh.width && y < mesh.height) else { continue };
                match &on_ramps {
                    Some(ramps) => sources.extend_from_slice(ramps.of_column(x)),
                    None => sources.extend(filled_by(plan, mesh, x, y)),
                }
            }
        }
        let total: f64 = sources.iter().map(|source: &Source| source.weight).sum();
        sources.iter_mut().for_each(|source| source.weight /= total);
        dies.push(sources);
    }
    dies
}

/// Who fills the PEs of a row where all rows do the same, found from the runs instead of from the PEs: strips have
/// many transfers of few ramps each.
struct Ramps {
    columns: Vec<Vec<Source>>,
}

impl Ramps {
    fn of(plan: &Plan, mesh: &Mesh) -> Ramps {
        let mut columns = vec![Vec::new(); mesh.width as usize];
        for (id, transfer) in plan.transfers().iter().enumerate() {
            if transfer.delivery != Delivery::All {
                continue;
            }
            let route = plan.route(transfer);
            // Of a PE that the transfer passes as sum and as copy, the copy is the finished one.
            let mut found = std::collections::BTreeMap::<u32, (Phase, Source)>::new();
            for run in &route.runs {
                for index in 0..run.count {
                    let Some((x, _, Direction::Ramp)) = mesh.place(run.link(0, index)) else { break };
                    let source = source(plan, mesh, id as u32, run, (0, index));
                    let known = found.entry(x).or_insert((run.phase, source));
                    if known.0 == Phase::Sum {
                        *known = (run.phase, source);
                    }
                }
            }
            for (x, (_, source)) in found {
                columns[x as usize].push(source);
            }
        }
        Ramps { columns }
    }

    fn of_column(&self, x: u32) -> &[Source] {
        self.columns.get(x as usize).map_or(&[], Vec::as_slice)
    }
}

/// A transfer at a place of one of its runs, seen from its farthest sink.
fn source(plan: &Plan, mesh: &Mesh, id: u32, run: &Run, (row, index): (u32, u32)) -> Source {
    let transfer = &plan.transfers()[id as usize];
    let offset = run.offset(row, index) + mesh.cycles(mesh.processing_cycles());
    Source { transfer: id, earlier: plan.route(transfer).latency.since(offset), weight: transfer.bytes }
}

/// The transfers that bring finished bytes to a PE: down its ramp as copies, or where it is the root, as sums.
fn filled_by(plan: &Plan, mesh: &Mesh, x: u32, y: u32) -> Vec<Source> {
    let ramp = mesh.link_id(x, y, Direction::Ramp);
    let mut sources = Vec::new();
    for (id, transfer) in plan.transfers().iter().enumerate() {
        if transfer.delivery != Delivery::All {
            continue;
        }
        let route = plan.route(transfer);
        let mut found: Option<(Phase, Source)> = None;
        for run in &route.runs {
            let Some(place) = transfer.find(run, ramp) else { continue };
            let source = source(plan, mesh, id as u32, run, place);
            if found.is_none_or(|(phase, _)| phase == Phase::Sum) {
                found = Some((run.phase, source));
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
    use crate::scene::{BUNDLED, solve};
    use crate::view::{Rect, stage_cells};
    use glam::{Vec2, vec2};

    #[test]
    fn every_chip_that_takes_part_is_empty_at_first_and_full_at_the_end() {
        let catalog = Catalog::bundled().expect("the catalog");
        for scene in &BUNDLED {
            let document = scene.load(&catalog).unwrap_or_else(|faults| panic!("{faults}"));
            let runs = solve(&document.scene);
            let cells = stage_cells(Rect::new(Vec2::ZERO, vec2(1400.0, 800.0)), runs.len());
            for (run, cell) in runs.iter().zip(cells) {
                let Some(result) = run.result() else { continue };
                let layout = FabricLayout::of(run, cell);
                let fill = Fill::of(run, &layout);
                let trace = &result.played.trace;
                let mut shares = Vec::new();
                let mut before = vec![0.0; layout.chips.len()];
                for step in 0..=20 {
                    fill.at(&run.plan, trace, Femtos(trace.end().0 / 20 * step + 20), &mut shares);
                    for (chip, share) in before.iter().zip(&shares) {
                        assert!(share >= chip, "{}: a chip lost bytes", scene.file);
                    }
                    before.clone_from(&shares);
                }
                for (chip, share) in layout.chips.iter().zip(&shares) {
                    let takes_part = chip.kind == ChipKind::Gpu || *share > 0.0;
                    assert!(!takes_part || (share - 1.0).abs() < 1e-5, "{}: {:?} ends at {share}", scene.file, chip);
                }
                let full = shares.iter().filter(|share| **share > 0.9).count();
                let expected = if run.layout_word() == "nvlink" { run.elements as usize } else { 30 };
                assert!(full >= expected, "{}: only {full} chips are full", scene.file);
            }
        }
    }
}
