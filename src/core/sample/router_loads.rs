//! Utilisation and streams of the links of visible PEs, computed stream by stream. Link by link ([`LinkLoads::load`]) would
//! visit all streams for each of thousands of links.

use super::link_loads::{LinkLoads, Stream};
use super::visible_parts::{VisiblePart, visible_parts};
use super::wafer_heat::present;
use crate::collective::RouteRun;
use crate::fabric::{Direction, Mesh};
use crate::stage::PeWindow;
use crate::units::Femtos;

/// The most streams of a link that are distinguished. A router has 24 colours, and ten streams share a link of strips.
pub(crate) const MAX_STREAMS: usize = 12;

/// The streams on one link.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Streams {
    count: u8,
    streams: [u32; MAX_STREAMS],
}

/// The links that leave the PEs of a window. Its buffers are reused.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PortLoads {
    /// The visible PEs.
    pub window: PeWindow,
    used: Vec<[f32; 5]>,
    /// Empty if streams are not distinguished.
    streams: Vec<[Streams; 5]>,
}

impl PortLoads {
    /// Removes all PEs.
    pub(crate) fn clear(&mut self) {
        self.window = PeWindow::default();
        self.used.clear();
        self.streams.clear();
    }

    /// Samples the streams of an instant; `distinguish` keeps the streams of each link.
    pub(crate) fn paint(&mut self, mesh: &Mesh, loads: &LinkLoads, window: PeWindow, distinguish: bool) {
        self.clear();
        self.window = window;
        self.used.resize(window.len(), [0.0; 5]);
        if distinguish {
            self.streams.resize(window.len(), [Streams::default(); 5]);
        }
        let PortLoads { used, streams, .. } = self;
        each_share(mesh, loads, window, false, |PortShare { pe, direction, stream, share }| {
            let direction = direction as usize;
            if let Some(used) = used.get_mut(pe) {
                used[direction] += share;
            }
            if let Some(on) = streams.get_mut(pe).map(|links| &mut links[direction])
                && let Some(slot) = on.streams.get_mut(usize::from(on.count))
            {
                *slot = stream;
                on.count += 1;
            }
        });
    }

    /// Replaces the utilisations by their means since the start; the streams stay. `loads` must hold all streams that have
    /// started ([`LinkLoads::since_start`]).
    pub(crate) fn paint_since_start(&mut self, mesh: &Mesh, loads: &LinkLoads) {
        self.used.fill([0.0; 5]);
        let used = &mut self.used;
        each_share(mesh, loads, self.window, true, |PortShare { pe, direction, share, .. }| {
            if let Some(used) = used.get_mut(pe) {
                used[direction as usize] += share;
            }
        });
    }

    /// Utilisation of a link, 0 to 1; `None` outside the window.
    pub fn used(&self, pe: [u32; 2], direction: Direction) -> Option<f32> {
        Some(self.used.get(self.window.place(pe)?)?[direction as usize].min(1.0))
    }

    /// Number of streams on a link, up to `MAX_STREAMS`.
    pub fn streams(&self, pe: [u32; 2], direction: Direction) -> usize {
        self.on(pe, direction).map_or(0, |on| usize::from(on.count))
    }

    /// Index of a stream among those of a link, and their number.
    pub(crate) fn index_of(&self, pe: [u32; 2], direction: Direction, stream: u32) -> Option<(usize, usize)> {
        let on = self.on(pe, direction)?;
        let count = usize::from(on.count);
        Some((on.streams[..count].iter().position(|&known| known == stream)?, count))
    }

    fn on(&self, pe: [u32; 2], direction: Direction) -> Option<&Streams> {
        Some(&self.streams.get(self.window.place(pe)?)?[direction as usize])
    }
}

/// The share of a link's capacity that a stream uses, by PE and direction.
struct PortShare {
    /// Index of the PE in the window.
    pe: usize,
    direction: Direction,
    stream: u32,
    share: f32,
}

/// A link run, one of its rows and the part of it that is visible, on which a stream is sampled.
struct SampledPart<'a> {
    stream: &'a Stream<'a>,
    run: &'a RouteRun,
    row: u32,
    first: u32,
    end: u32,
    /// Latency of a link.
    hop: Femtos,
    /// What a link could carry: a rate, or bytes since the start.
    max: f64,
}

/// Calls `add` for each visible link and each stream on it.
fn each_share(mesh: &Mesh, loads: &LinkLoads, window: PeWindow, accumulated: bool, mut add: impl FnMut(PortShare)) {
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
            let max = capacity * if accumulated { loads.at.secs() } else { 1.0 };
            let mut known = None;
            visible_parts(mesh, window, &stream.transfer.cohort, run, |part| {
                // The copies of a cohort share their values.
                if known != Some((part.row, part.first, part.end)) {
                    known = Some((part.row, part.first, part.end));
                    let VisiblePart { row, first, end, .. } = part;
                    let sampled = SampledPart { stream, run, row, first, end, hop, max };
                    sampled.shares(loads, accumulated, &mut shares);
                }
                for (index, &share) in (part.first..part.end).zip(&shares) {
                    if let Some(pe) = window.place(part.pe(index)).filter(|_| share > 0.0) {
                        add(PortShare { pe, direction, stream: stream.id, share });
                    }
                }
            });
        }
    }
}

impl SampledPart<'_> {
    /// The shares of capacity, link by link.
    fn shares(&self, loads: &LinkLoads, accumulated: bool, shares: &mut Vec<f32>) {
        let SampledPart { stream, run, row, hop, .. } = *self;
        let links = self.first..self.end;
        shares.clear();
        let share = |amount: f64| (run.weight * amount / self.max.max(1e-9)) as f32;
        if accumulated {
            shares.extend(links.map(|index| share(loads.crossed(stream, run.offset(row, index), hop))));
            return;
        }
        let Some((low, high)) = present(loads, stream, run, row, hop) else { return };
        let segments = loads.trace.segments(stream.id);
        let only = if let [only] = &*segments { Some(only.rate) } else { None };
        shares.extend(links.map(|index| match only {
            _ if !(low..=high).contains(&index) => 0.0,
            Some(rate) => share(rate),
            None => share(loads.rate_on(stream, run.offset(row, index), hop)),
        }));
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

    /// Every port must show what its link carries, and since the start what has crossed it.
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
        assert!(lit > 100, "the test has streams");
    }

    #[test]
    fn ports_show_what_their_links_carry() {
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
    fn the_streams_of_a_link_are_distinguished() {
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
            loads.streams.iter().filter_map(|stream| ports.index_of([7, 2], Direction::East, stream.id)).collect();
        assert_eq!(places, [(0, 4), (1, 4), (2, 4), (3, 4)]);
    }
}
