//! Share of the finished sum that the visible cores of a wafer hold.

use std::collections::BTreeMap;

use super::visible_parts::visible_parts;
use crate::collective::{Delivery, Flow, Plan, Transfer};
use crate::fabric::{Direction, Mesh};
use crate::stage::PeWindow;
use crate::trace::Trace;
use crate::units::Femtos;

/// A transfer that delivers finished bytes to a core.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Source {
    transfer: u32,
    /// How much earlier the bytes arrive here than at the farthest sink.
    earlier: Femtos,
    bytes: f64,
    flow: Flow,
}

/// The transfers that fill the cores of a window, found again when the window changes.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct CoreFill {
    pub window: PeWindow,
    /// Index of each PE's first source; one more at the end.
    first: Vec<u32>,
    sources: Vec<Source>,
}

impl CoreFill {
    /// The transfers that fill the cores of a window.
    pub fn new(plan: &Plan, mesh: &Mesh, window: PeWindow) -> CoreFill {
        if window.is_empty() {
            return CoreFill::default();
        }
        let mut found: BTreeMap<(usize, u32), Source> = BTreeMap::new();
        for (id, transfer) in plan.transfers().filter(|(_, transfer)| transfer.delivery == Delivery::All) {
            each_ramp(plan, mesh, window, id, &transfer, |place, source| {
                let known = found.entry((place, id)).or_insert(source);
                // If a transfer passes a PE as sum and as copy, the copy is finished.
                if known.flow == Flow::Reduce {
                    *known = source;
                }
            });
        }
        for root in roots(plan, mesh, window) {
            if found.range((root, 0)..=(root, u32::MAX)).next().is_none() {
                found.extend(sums_at(plan, mesh, window, root));
            }
        }
        let mut cores = CoreFill { window, first: Vec::with_capacity(window.len() + 1), sources: Vec::new() };
        for ((place, _), source) in found {
            while cores.first.len() <= place {
                cores.first.push(cores.sources.len() as u32);
            }
            cores.sources.push(source);
        }
        while cores.first.len() <= window.len() {
            cores.first.push(cores.sources.len() as u32);
        }
        cores
    }

    /// Share of the finished sum that each core of the window holds, row by row; negative if none ever arrives.
    pub fn at(&self, trace: &Trace, at: Femtos, shares: &mut Vec<f32>) {
        shares.clear();
        for bounds in self.first.windows(2) {
            let sources = self.sources.get(bounds[0] as usize..bounds[1] as usize).unwrap_or_default();
            let (held, all) = sources.iter().fold((0.0, 0.0), |(held, all), source| {
                let here = trace.delivered(source.transfer, source.bytes, at + source.earlier);
                (held + here, all + source.bytes)
            });
            shares.push(if all > 0.0 { (held / all) as f32 } else { -1.0 });
        }
    }
}

/// Calls `add` with the index in the window and the source for each core that a transfer reaches.
fn each_ramp(
    plan: &Plan,
    mesh: &Mesh,
    window: PeWindow,
    id: u32,
    transfer: &Transfer,
    mut add: impl FnMut(usize, Source),
) {
    let processing = mesh.cycles(mesh.processing_cycles());
    let route = plan.route(transfer);
    for run in &route.runs {
        if !matches!(mesh.place(run.first), Some((_, _, Direction::Ramp))) {
            continue;
        }
        visible_parts(mesh, window, &transfer.cohort, run, |part| {
            for index in part.first..part.end {
                let Some(place) = window.place(part.pe(index)) else { continue };
                let earlier = route.latency.since(run.offset(part.row, index) + processing);
                add(place, Source { transfer: id, earlier, bytes: transfer.bytes, flow: run.flow });
            }
        });
    }
}

/// PEs of the window that send the finished sum: they receive no copies.
fn roots(plan: &Plan, mesh: &Mesh, window: PeWindow) -> Vec<usize> {
    let mut roots = Vec::new();
    for (_, transfer) in plan.transfers().filter(|(_, transfer)| transfer.delivery == Delivery::All) {
        let route = plan.route(&transfer);
        let copies = route.runs.iter().filter(|run| run.flow == Flow::Broadcast);
        let first = copies.min_by(|a, b| a.offset_fs.total_cmp(&b.offset_fs));
        let place = first.and_then(|run| mesh.place(run.first)).and_then(|(x, y, _)| window.place([x, y]));
        roots.extend(place);
    }
    roots.sort_unstable();
    roots.dedup();
    roots
}

/// The sums of the last phase that arrive at a core of the window.
fn sums_at(plan: &Plan, mesh: &Mesh, window: PeWindow, root: usize) -> Vec<((usize, u32), Source)> {
    let mut found: Vec<((usize, u32), Source)> = Vec::new();
    let mut last = 0;
    for (id, transfer) in plan.transfers().filter(|(_, transfer)| transfer.delivery == Delivery::Partial) {
        each_ramp(plan, mesh, window, id, &transfer, |place, source| {
            if place != root || transfer.phase.0 < last {
                return;
            }
            if transfer.phase.0 > last {
                last = transfer.phase.0;
                found.clear();
            }
            found.push(((place, id), source));
        });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collective::{Broadcast, Root, StripLayout, XyPattern, strips_all_reduce, xy_all_reduce};
    use crate::fabric::{Fabric, Topology};
    use crate::simulate::play;
    use crate::units::Bytes;

    #[test]
    fn cores_fill_from_empty_to_full_and_idle_columns_stay_empty() {
        let mesh = Mesh {
            width: 25,
            height: 7,
            clock_hz: 1e9,
            bytes_per_cycle: 4.0,
            hop_cycles: 1.0,
            turn_cycles: 0.0,
            ramp_cycles: 2.0,
        };
        let layout = StripLayout::new(&mesh, 3, 4).expect("3 strips fit");
        let strips = strips_all_reduce(&mesh, &layout, Bytes(60 * 4 * 8 * 7), Root::Middle, Broadcast::Streamed);
        let fabric = Fabric::from(Topology::Mesh(mesh.clone()));
        for (plan, used) in [(strips, 24), (xy_all_reduce(&mesh, XyPattern::Chain, 40.0), 25)] {
            let trace = play(&fabric, &plan).expect("a plan that can be played").trace;
            for window in [PeWindow { first: [0, 0], size: [25, 7] }, PeWindow { first: [20, 3], size: [5, 2] }] {
                let cores = CoreFill::new(&plan, &mesh, window);
                let (mut start, mut end) = (Vec::new(), Vec::new());
                cores.at(&trace, Femtos(0), &mut start);
                cores.at(&trace, Femtos(trace.end().0 + 1_000_000), &mut end);
                assert_eq!((start.len(), end.len()), (window.len(), window.len()));
                for ((pe, start), end) in window.pes().zip(start).zip(end) {
                    if pe[0] < used {
                        assert!(start == 0.0 && (end - 1.0).abs() < 1e-5, "{pe:?} from {start} to {end}");
                    } else {
                        assert!(start < 0.0 && end < 0.0, "{pe:?} takes no part");
                    }
                }
            }
        }
    }
}
