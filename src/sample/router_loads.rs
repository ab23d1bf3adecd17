//! What the links of the PEs that are seen one by one carry, and which streams: painted stream by stream, each only
//! where it is seen. Asking link by link ([`LinkLoads::new`]) would look through all streams for each of thousands.

use super::link_loads::{LinkLoads, Stream};
use super::wafer_heat::present;
use crate::collective::RouteRun;
use crate::fabric::{Direction, Mesh};
use crate::stage::PeWindow;
use crate::units::Femtos;

/// Most streams of a link that are told apart: a wafer's router has 24 colours, ten of which share a link of strips.
pub(crate) const MAX_STREAMS: usize = 12;

/// The streams on one link.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Streams {
    count: u8,
    streams: [u32; MAX_STREAMS],
}

/// The links that leave the PEs of a window. Its buffers are used again.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PortLoads {
    /// Which PEs.
    pub window: PeWindow,
    used: Vec<[f32; 5]>,
    /// Empty where streams are not told apart.
    streams: Vec<[Streams; 5]>,
}

impl PortLoads {
    /// No PE is seen.
    pub(crate) fn clear(&mut self) {
        self.window = PeWindow::default();
        self.used.clear();
        self.streams.clear();
    }

    /// Paints the streams of an instant, told apart or not.
    pub(crate) fn paint(&mut self, mesh: &Mesh, loads: &LinkLoads, window: PeWindow, told_apart: bool) {
        self.clear();
        self.window = window;
        self.used.resize(window.len(), [0.0; 5]);
        if told_apart {
            self.streams.resize(window.len(), [Streams::default(); 5]);
        }
        let PortLoads { used, streams, .. } = self;
        each(mesh, loads, window, false, |place, direction, stream, share| {
            if let Some(used) = used.get_mut(place) {
                used[direction] += share;
            }
            if let Some(on) = streams.get_mut(place).map(|links| &mut links[direction])
                && let Some(slot) = on.streams.get_mut(usize::from(on.count))
            {
                *slot = stream;
                on.count += 1;
            }
        });
    }

    /// Paints the means since the start over what was painted; the streams stay those of the instant. `loads` must hold
    /// all streams that have started ([`LinkLoads::since_start`]).
    pub(crate) fn paint_since_start(&mut self, mesh: &Mesh, loads: &LinkLoads) {
        self.used.fill([0.0; 5]);
        let used = &mut self.used;
        each(mesh, loads, self.window, true, |place, direction, _, share| {
            if let Some(used) = used.get_mut(place) {
                used[direction] += share;
            }
        });
    }

    /// Share of its capacity that the link carries; `None` for PEs that are not seen one by one.
    pub fn used(&self, pe: [u32; 2], direction: Direction) -> Option<f32> {
        Some(self.used.get(self.window.place(pe)?)?[direction as usize].min(1.0))
    }

    /// How many streams are on the link now, up to [`MAX_STREAMS`].
    pub fn streams(&self, pe: [u32; 2], direction: Direction) -> usize {
        self.on(pe, direction).map_or(0, |on| usize::from(on.count))
    }

    /// Which of the link's streams this one is, and of how many.
    pub(crate) fn place(&self, pe: [u32; 2], direction: Direction, stream: u32) -> Option<(usize, usize)> {
        let on = self.on(pe, direction)?;
        let count = usize::from(on.count);
        Some((on.streams[..count].iter().position(|&known| known == stream)?, count))
    }

    fn on(&self, pe: [u32; 2], direction: Direction) -> Option<&Streams> {
        Some(&self.streams.get(self.window.place(pe)?)?[direction as usize])
    }
}

/// Calls `add` with a PE's place in the window, the number of the direction, the stream, and the share of the link's
/// capacity that it takes.
fn each(
    mesh: &Mesh,
    loads: &LinkLoads,
    window: PeWindow,
    accumulated: bool,
    mut add: impl FnMut(usize, usize, u32, f32),
) {
    if window.is_empty() {
        return;
    }
    let mut shares = Vec::new();
    for stream in &loads.streams {
        for run in &stream.route.runs {
            let Some((_, _, direction)) = mesh.place(run.first) else { continue };
            let spec = loads.fabric.link(run.first);
            let (hop, capacity) =
                spec.map_or((Femtos(0), mesh.link_capacity().0), |spec| (spec.latency, spec.capacity.0));
            let mut known = None;
            seen_parts(mesh, window, stream, run, |row, (from, until), [x, y], [dx, dy]| {
                if known != Some((row, from, until)) {
                    known = Some((row, from, until));
                    let most = capacity * if accumulated { loads.at.secs() } else { 1.0 };
                    shares_of(loads, accumulated, stream, (run, row), (from, until), hop, most, &mut shares);
                }
                for (index, &share) in (from..until).zip(&shares) {
                    let pe = [x + i64::from(index) * dx, y + i64::from(index) * dy];
                    let place = window.place(pe.map(|at| at as u32)).filter(|_| share > 0.0);
                    if let Some(place) = place {
                        add(place, direction as usize, stream.id, share);
                    }
                }
            });
        }
    }
}

/// The shares of capacity of a part of a run's row; `most` is what the links could carry.
#[expect(clippy::too_many_arguments, reason = "a stream, a place in it, and a buffer")]
fn shares_of(
    loads: &LinkLoads,
    accumulated: bool,
    stream: &Stream,
    (run, row): (&RouteRun, u32),
    (from, until): (u32, u32),
    hop: Femtos,
    most: f64,
    shares: &mut Vec<f32>,
) {
    shares.clear();
    let share = |amount: f64| (run.weight * amount / most.max(1e-9)) as f32;
    if accumulated {
        shares.extend((from..until).map(|index| share(loads.crossed(stream, run.offset(row, index), hop))));
        return;
    }
    let Some((low, high)) = present(loads, stream, run, row, hop) else { return };
    let segments = loads.trace.segments(stream.id);
    let only = if let [only] = &*segments { Some(only.rate) } else { None };
    shares.extend((from..until).map(|index| match only {
        _ if !(low..=high).contains(&index) => 0.0,
        Some(rate) => share(rate),
        None => share(loads.rate_on(stream, run.offset(row, index), hop)),
    }));
}

/// Calls `part` for each row of a run, of each copy of the stream, that passes the window: with the row, the first index
/// and the one beyond the last that may be seen, the PE of index 0 (it may lie outside), and the step from index to index.
pub(crate) fn seen_parts(
    mesh: &Mesh,
    window: PeWindow,
    stream: &Stream,
    run: &RouteRun,
    part: impl FnMut(u32, (u32, u32), [i64; 2], [i64; 2]),
) {
    seen_parts_of(mesh, window, &stream.transfer.cohort, run, part);
}

/// The same of a cohort.
pub(crate) fn seen_parts_of(
    mesh: &Mesh,
    window: PeWindow,
    cohort: &crate::collective::Cohort,
    run: &RouteRun,
    mut part: impl FnMut(u32, (u32, u32), [i64; 2], [i64; 2]),
) {
    let Some((x, y, _)) = mesh.place(run.first) else { return };
    let pes = |stride: i32| {
        let (stride, width) = (i64::from(stride), i64::from(mesh.width));
        if stride.abs() < width && stride % width != 0 { [stride, 0] } else { [stride % width, stride / width] }
    };
    let (step, row_step, copy_step) = (pes(run.stride), pes(run.row_stride), pes(cohort.stride));
    let low = window.first.map(i64::from);
    let high = [0, 1].map(|axis| low[axis] + i64::from(window.size[axis]));
    // Which of `count` places, `step` apart from `at`, lie in the window: along the one axis on which they move.
    let clip = |at: [i64; 2], step: [i64; 2], count: u32, still: [bool; 2]| {
        let mut range = (0, i64::from(count));
        for axis in [0, 1] {
            // Where something else moves along this axis too, nothing is known yet.
            if !still[axis] {
                continue;
            }
            let (from, until) = (low[axis] - at[axis], high[axis] - at[axis]);
            let (first, beyond) = match step[axis] {
                0 if from <= 0 && 0 < until => (0, i64::from(count)),
                0 => (0, 0),
                step if step > 0 => {
                    (from.div_euclid(step) + i64::from(from.rem_euclid(step) > 0), (until - 1).div_euclid(step) + 1)
                }
                step => (
                    (until - 1).div_euclid(step) + i64::from((until - 1).rem_euclid(step) > 0),
                    from.div_euclid(step) + 1,
                ),
            };
            range = (range.0.max(first), range.1.min(beyond));
        }
        (range.0.clamp(0, i64::from(count)) as u32, range.1.clamp(0, i64::from(count)) as u32)
    };
    let moves = |step: [i64; 2], count: u32, axis: usize| count > 1 && step[axis] != 0;
    let still_in_row = [0, 1].map(|axis| !moves(step, run.count, axis));
    let still_in_run = [0, 1].map(|axis| still_in_row[axis] && !moves(row_step, run.rows, axis));
    let start = [0, 1].map(|axis| i64::from([x, y][axis]) - i64::from(cohort.written) * copy_step[axis]);
    let (first_copy, last_copy) = clip(start, copy_step, cohort.copies, still_in_run);
    for copy in first_copy..last_copy {
        let at = [0, 1].map(|axis| start[axis] + i64::from(copy) * copy_step[axis]);
        let (first_row, last_row) = clip(at, row_step, run.rows, still_in_row);
        for row in first_row..last_row {
            let at = [0, 1].map(|axis| at[axis] + i64::from(row) * row_step[axis]);
            let seen = clip(at, step, run.count, [true; 2]);
            if seen.0 < seen.1 {
                part(row, seen, at, step);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collective::{
        Broadcast, Plan, Root, StripLayout, XyPattern, centre_rooted_all_reduce, strips_all_reduce, xy_all_reduce,
    };
    use crate::fabric::{Fabric, Topology};
    use crate::simulate::play;
    use crate::units::Bytes;

    /// Every port must carry what its link carries, asked by itself; and since the start what has crossed it.
    fn assert_paints_the_loads(mesh: &Mesh, plan: &Plan) {
        let fabric = Fabric::from(Topology::Mesh(mesh.clone()));
        let trace = play(&fabric, plan).expect("a plan that can be played").trace;
        let mut ports = PortLoads::default();
        let mut lit = 0;
        for window in [
            PeWindow { first: [0, 0], size: [mesh.width, mesh.height] },
            PeWindow { first: [5, 2], size: [7, 3] },
            PeWindow { first: [mesh.width - 2, 4], size: [2, 2] },
        ] {
            for step in 1..20 {
                let at = Femtos(trace.end().0 / 20 * step + 1_357);
                let loads = LinkLoads::at(&fabric, plan, &trace, at);
                ports.paint(mesh, &loads, window, true);
                let since = LinkLoads::since_start(&fabric, plan, &trace, at);
                let mut means = ports.clone();
                means.paint_since_start(mesh, &since);
                for pe in window.pes() {
                    for direction in Direction::ALL {
                        let link = mesh.link_id(pe[0], pe[1], direction);
                        let capacity = fabric.link(link).map_or(mesh.link_capacity().0, |spec| spec.capacity.0);
                        let expected = loads.load(link).utilisation(capacity) as f32;
                        let got = ports.used(pe, direction).expect("in the window");
                        assert!((got - expected).abs() < 1e-4, "{pe:?} {direction:?} at {at}: {got}, not {expected}");
                        lit += u32::from(got > 0.0);
                        let mean =
                            LinkLoads::mean(&fabric, plan, &trace, link, (Femtos(0), at)).utilisation(capacity) as f32;
                        let got = means.used(pe, direction).expect("in the window");
                        assert!((got - mean).abs() < 1e-3, "{pe:?} {direction:?} until {at}: {got}, not {mean}");
                    }
                }
            }
        }
        assert!(lit > 100, "the test saw streams");
    }

    #[test]
    fn ports_carry_what_their_links_carry() {
        let mesh = Mesh {
            width: 24,
            height: 7,
            clock_hz: 1e9,
            bytes_per_cycle: 4.0,
            hop_cycles: 1.0,
            turn_cycles: 3.0,
            ramp_cycles: 2.0,
        };
        for pattern in [XyPattern::Chain, XyPattern::Star, XyPattern::Tree, XyPattern::TwoPhase] {
            assert_paints_the_loads(&mesh, &xy_all_reduce(&mesh, pattern, 40.0));
        }
        let centre = centre_rooted_all_reduce(&mesh, XyPattern::Chain, 40.0).expect("at least 2 x 2");
        assert_paints_the_loads(&mesh, &centre);
        let layout = StripLayout::new(&mesh, 3, 4).expect("3 strips fit");
        let plan = strips_all_reduce(&mesh, &layout, Bytes(60 * 4 * 8 * 7), Root::Middle, Broadcast::Streamed);
        assert_paints_the_loads(&mesh, &plan);
    }

    #[test]
    fn the_streams_of_a_link_are_told_apart() {
        let mesh = Mesh {
            width: 24,
            height: 4,
            clock_hz: 1e9,
            bytes_per_cycle: 4.0,
            hop_cycles: 1.0,
            turn_cycles: 0.0,
            ramp_cycles: 2.0,
        };
        let layout = StripLayout::new(&mesh, 3, 4).expect("3 strips fit");
        let plan = strips_all_reduce(&mesh, &layout, Bytes(600 * 4 * 8 * 7), Root::Middle, Broadcast::Streamed);
        let fabric = Fabric::from(Topology::Mesh(mesh.clone()));
        let trace = play(&fabric, &plan).expect("a plan that can be played").trace;
        let loads = LinkLoads::at(&fabric, &plan, &trace, Femtos(trace.end().0 / 4));
        let mut ports = PortLoads::default();
        ports.paint(&mesh, &loads, PeWindow { first: [0, 0], size: [24, 4] }, true);
        // Four classes of columns share the edge of a strip.
        assert_eq!(ports.streams([7, 2], Direction::East), 4);
        let places: Vec<_> =
            loads.streams.iter().filter_map(|stream| ports.place([7, 2], Direction::East, stream.id)).collect();
        assert_eq!(places, [(0, 4), (1, 4), (2, 4), (3, 4)]);
    }
}
