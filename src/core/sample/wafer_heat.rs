//! The heat of a wafer: for each PE, the utilisation of its busiest outgoing link.

use std::collections::BTreeMap;

use super::link_loads::{LinkLoads, Stream};
use super::row_bands::{RunInRows, bands};
use crate::collective::RouteRun;
use crate::explain::links_passed;
use crate::fabric::{Direction, Mesh};
use crate::units::Femtos;

/// The most slow links that are painted by their own capacity.
const MAX_SLOW_LINKS: usize = 64;
/// The most rows whose memory is kept.
const MAX_KEPT_ROWS: usize = 64;

/// The utilisation that a heat map shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HeatShows {
    /// Of the links in this direction; `None` for the busiest of the four.
    pub direction: Option<Direction>,
    /// The mean since the start instead of the current utilisation.
    pub accumulated: bool,
}

/// One byte per PE of the used region: 0 idle, 255 full.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HeatMap {
    /// Columns and rows.
    pub size: [u32; 2],
    /// The utilisations, row by row; a single row if all rows are the same.
    pub texels: Vec<u8>,
    /// Utilisation by column of traffic that is the same in neighbouring rows, by the first and the last of them. Rows without
    /// traffic keep their memory.
    in_rows: BTreeMap<(u32, u32), Lines>,
    /// Utilisation by row of traffic in columns. Columns without traffic keep their memory.
    in_columns: BTreeMap<u32, Lines>,
}

/// The traffic in a row or a column.
#[derive(Clone, Debug, Default, PartialEq)]
struct Lines {
    is_used: bool,
    /// To the east and to the west by column, or to the south and to the north by row.
    towards: [Vec<f32>; 2],
}

impl Lines {
    fn start(&mut self, length: usize) -> &mut [Vec<f32>; 2] {
        if !self.is_used {
            self.is_used = true;
            for sums in &mut self.towards {
                sums.clear();
                sums.resize(length, 0.0);
            }
        }
        &mut self.towards
    }
}

impl HeatMap {
    /// Sets all PEs idle.
    pub fn clear(&mut self, mesh: &Mesh) {
        self.size = [mesh.width, mesh.height];
        self.texels.clear();
        self.texels.resize(mesh.width as usize, 0);
    }

    /// The PEs of a row.
    pub fn row(&self, y: u32) -> &[u8] {
        let width = self.size[0] as usize;
        let first = if self.is_one_row() { 0 } else { y as usize * width };
        self.texels.get(first..first + width).unwrap_or_default()
    }

    /// Whether all rows are the same: then `texels` holds one.
    fn is_one_row(&self) -> bool {
        self.texels.len() == self.size[0] as usize
    }

    /// Makes room for rows that differ.
    fn grow(&mut self) {
        let pes = self.size[0] as usize * self.size[1] as usize;
        self.texels.resize(pes, 0);
    }

    /// Paints the streams of an instant. The buffer is reused.
    ///
    /// For the mean since the start, `loads` must hold all streams that have started ([`LinkLoads::since_start`]).
    pub fn paint(&mut self, mesh: &Mesh, loads: &LinkLoads, shows: HeatShows) {
        let (width, height) = (mesh.width as usize, mesh.height as usize);
        self.size = [mesh.width, mesh.height];
        self.texels.clear();
        // Traffic that is identical in neighbouring rows is painted once. Traffic in a column is summed.
        let mut rows = std::mem::take(&mut self.in_rows);
        let mut columns = std::mem::take(&mut self.in_columns);
        rows.values_mut().chain(columns.values_mut()).for_each(|lines| lines.is_used = false);
        for stream in &loads.streams {
            for run in &stream.route.runs {
                let Some((x, y, direction)) = mesh.place(run.first) else { continue };
                if shows.direction.is_some_and(|shown| shown != direction) {
                    continue;
                }
                let sum = |texels: &mut [f32], first: u32, stride: i32| {
                    paint_run(mesh, loads, shows, stream, (run, 0), |index, share| {
                        let place = i64::from(first) + i64::from(index) * i64::from(stride);
                        if let Some(texel) = texels.get_mut(place as usize) {
                            *texel += share;
                        }
                    });
                };
                // A row or a column begins when there is something to paint.
                let hop = mesh.cycles(mesh.hop_cycles);
                if !shows.accumulated && run.rows == 1 && present(loads, stream, run, 0, hop).is_none() {
                    continue;
                }
                match (direction, RunInRows::new(mesh, &stream.transfer, run)) {
                    (Direction::Ramp, _) => {}
                    (Direction::East | Direction::West, Some(RunInRows { rows: same, .. })) => {
                        let lines = rows.entry((same.start, same.end)).or_default().start(width);
                        sum(&mut lines[usize::from(direction == Direction::West)], x, run.stride);
                    }
                    (Direction::North | Direction::South, _) if run.rows == 1 => {
                        let column = columns.entry(x).or_default().start(height);
                        let towards = if direction == Direction::South { 1 } else { -1 };
                        sum(&mut column[usize::from(direction == Direction::North)], y, towards);
                    }
                    (Direction::East | Direction::West | Direction::North | Direction::South, _) => {
                        self.grow();
                        self.paint_rows(mesh, loads, shows, stream, (run, x, y));
                    }
                }
            }
        }
        self.add_rows(height as u32, &rows);
        // Of a run that winds through all rows, few are kept.
        if rows.len() > MAX_KEPT_ROWS {
            rows.retain(|_, lines| lines.is_used);
        }
        self.in_rows = rows;
        if columns.values().any(|column| column.is_used) {
            self.repeat_row();
        }
        for (&x, column) in columns.iter().filter(|(_, column)| column.is_used) {
            let [south, north] = &column.towards;
            for (y, (south, north)) in south.iter().zip(north).enumerate() {
                let texel = &mut self.texels[y * width + x as usize];
                *texel = (*texel).max(quantise(south.max(*north)));
            }
        }
        self.in_columns = columns;
        if !shows.accumulated {
            self.paint_slow_links(mesh, loads, shows);
        }
    }

    /// Paints slow links by their own capacity.
    fn paint_slow_links(&mut self, mesh: &Mesh, loads: &LinkLoads, shows: HeatShows) {
        for (link, left) in loads.fabric.changed().iter().take(MAX_SLOW_LINKS) {
            let Some((x, y, direction)) = mesh.place(*link).filter(|_| *left > 0.0) else { continue };
            if direction == Direction::Ramp || shows.direction.is_some_and(|shown| shown != direction) {
                continue;
            }
            let share = loads.load(*link).utilisation(mesh.link_capacity().0 * left);
            if share > 0.0 {
                self.repeat_row();
                let texel = &mut self.texels[(y * mesh.width + x) as usize];
                *texel = (*texel).max(quantise(share as f32));
            }
        }
    }

    /// Adds the traffic along rows. One row is enough if all are the same.
    fn add_rows(&mut self, height: u32, in_rows: &BTreeMap<(u32, u32), Lines>) {
        let width = self.size[0] as usize;
        let used: Vec<(&(u32, u32), &Lines)> = in_rows.iter().filter(|(_, lines)| lines.is_used).collect();
        let bands = bands(height, used.iter().map(|((from, to), _)| *from..*to));
        if bands.len() > 1 {
            self.grow();
        } else if self.texels.is_empty() {
            self.texels.resize(width, 0);
        }
        let mut sums = [vec![0.0; width], vec![0.0; width]];
        for band in bands {
            if !used.iter().any(|((from, to), _)| *from <= band.start && band.end <= *to) {
                continue;
            }
            sums.iter_mut().for_each(|sum| sum.fill(0.0));
            for (_, lines) in used.iter().filter(|((from, to), _)| *from <= band.start && band.end <= *to) {
                for (sum, line) in sums.iter_mut().zip(&lines.towards) {
                    sum.iter_mut().zip(line).for_each(|(sum, share)| *sum += share);
                }
            }
            let row: Vec<u8> = sums[0].iter().zip(&sums[1]).map(|(east, west)| quantise(east.max(*west))).collect();
            let band = if self.is_one_row() { 0..1 } else { band };
            for texels in self.texels.chunks_exact_mut(width).take(band.end as usize).skip(band.start as usize) {
                texels.iter_mut().zip(&row).for_each(|(texel, of_row)| *texel = (*texel).max(*of_row));
            }
        }
    }

    /// Writes out all rows, if one stands for all.
    fn repeat_row(&mut self) {
        if self.is_one_row() {
            self.texels = self.texels.repeat(self.size[1] as usize);
        }
    }

    /// Paints the rows of a broadcast. Two broadcasts never share a wafer at the same time, so nothing is summed.
    fn paint_rows(
        &mut self,
        mesh: &Mesh,
        loads: &LinkLoads,
        shows: HeatShows,
        stream: &Stream,
        (run, x, y): (&RouteRun, u32, u32),
    ) {
        let first = i64::from(y) * i64::from(mesh.width) + i64::from(x);
        for row in 0..run.rows {
            let start = first + i64::from(row) * i64::from(run.row_stride);
            let texels = &mut self.texels;
            paint_run(mesh, loads, shows, stream, (run, row), |index, share| {
                let place = start + i64::from(index) * i64::from(run.stride);
                if let Some(texel) = texels.get_mut(place as usize) {
                    *texel = (*texel).max(quantise(share));
                }
            });
        }
    }
}

/// 0 is idle; any use is at least 1, so that it differs from idle.
fn quantise(share: f32) -> u8 {
    let level = (share.clamp(0.0, 1.0) * 255.0).round() as u8;
    if share > 0.0 { level.max(1) } else { 0 }
}

/// Calls `paint` with the share of capacity for each link of a run's row on which the stream is now.
fn paint_run(
    mesh: &Mesh,
    loads: &LinkLoads,
    shows: HeatShows,
    stream: &Stream,
    (run, row): (&RouteRun, u32),
    mut paint: impl FnMut(u32, f32),
) {
    let hop = mesh.cycles(mesh.hop_cycles);
    let capacity = mesh.link_capacity().0;
    if shows.accumulated {
        let most = capacity * loads.at.secs();
        for index in 0..run.count {
            let crossed = run.weight * loads.crossed(stream, run.offset(row, index), hop);
            // No byte has come this far, nor farther.
            if crossed <= 0.0 || most <= 0.0 {
                break;
            }
            paint(index, (crossed / most) as f32);
        }
        return;
    }
    let Some((low, high)) = present(loads, stream, run, row, hop) else { return };
    let share = |rate: f64| (run.weight * rate / capacity) as f32;
    let segments = loads.trace.segments(stream.id);
    if let [only] = &*segments {
        let share = share(only.rate);
        (low..=high).for_each(|index| paint(index, share));
    } else {
        (low..=high).for_each(|index| paint(index, share(loads.rate_on(stream, run.offset(row, index), hop))));
    }
}

/// The first and last link of a row that bytes of the stream are leaving now.
///
/// Bytes arrive at the sink from `grant` to `end`: bytes that leave these links now arrive in that span.
pub(crate) fn present(loads: &LinkLoads, stream: &Stream, run: &RouteRun, row: u32, hop: Femtos) -> Option<(u32, u32)> {
    let times = loads.trace.times(stream.id)?;
    links_passed(&stream.route, run, row, &times, loads.at, hop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collective::{
        Broadcast, Plan, Root, StripLayout, XyPattern, centre_rooted_all_reduce, fit_to_faults, snake_all_reduce,
        strips_all_reduce, xy_all_reduce,
    };
    use crate::fabric::{Fabric, Topology};
    use crate::simulate::play;
    use crate::units::Bytes;

    /// Every texel must be the utilisation of its PE's busiest link, now and as the mean since the start.
    fn assert_paints_the_loads(mesh: &Mesh, plan: &Plan) {
        assert_paints_the_loads_of(&Fabric::from(Topology::Mesh(mesh.clone())), mesh, plan);
    }

    fn assert_paints_the_loads_of(fabric: &Fabric, mesh: &Mesh, plan: &Plan) {
        let trace = play(fabric, plan).expect("a plan that can be played").trace;
        let capacity = mesh.link_capacity().0;
        let mut heat = HeatMap::default();
        let mut lit = 0;
        for step in 1..40 {
            let at = Femtos(trace.end().0 / 40 * step + 1_357);
            let loads = LinkLoads::at(fabric, plan, &trace, at);
            heat.paint(mesh, &loads, HeatShows::default());
            for y in 0..mesh.height {
                for x in 0..mesh.width {
                    let of = |direction| {
                        let link = mesh.link_id(x, y, direction);
                        loads.load(link).utilisation(fabric.link(link).map_or(capacity, |spec| spec.capacity.0))
                    };
                    let directions = [Direction::East, Direction::West, Direction::North, Direction::South];
                    let busiest = directions.into_iter().map(of).fold(0.0, f64::max);
                    let texel = heat.row(y)[x as usize];
                    assert_eq!(texel, quantise(busiest as f32), "PE ({x}, {y}) at {at}");
                    lit += u32::from(texel > 0);
                }
            }
        }
        assert!(lit > 100, "the test has streams");
        let at = Femtos(trace.end().0 * 2 / 3);
        let loads = LinkLoads::since_start(fabric, plan, &trace, at);
        for direction in [Direction::East, Direction::West, Direction::North, Direction::South] {
            heat.paint(mesh, &loads, HeatShows { direction: Some(direction), accumulated: true });
            for y in 0..mesh.height {
                for x in 0..mesh.width {
                    let link = mesh.link_id(x, y, direction);
                    let mean = LinkLoads::mean(fabric, plan, &trace, link, (Femtos(0), at)).utilisation(capacity);
                    let texel = heat.row(y)[x as usize];
                    // Each part of a row is rounded to a texel.
                    assert!(texel.abs_diff(quantise(mean as f32)) <= 1, "PE ({x}, {y}) {direction:?}");
                }
            }
        }
    }

    #[test]
    fn the_heat_shows_the_loads_of_the_links() {
        let mesh = Mesh {
            width: 24,
            height: 7,
            clock_hz: 1e9,
            bytes_per_cycle: 4.0,
            hop_cycles: 1.0,
            turn_cycles: 3.0,
            ramp_cycles: 2.0,
        };
        let patterns = [XyPattern::Chain, XyPattern::Star, XyPattern::Tree, XyPattern::TwoPhase, XyPattern::AutoGen];
        for pattern in patterns {
            assert_paints_the_loads(&mesh, &xy_all_reduce(&mesh, pattern, 40.0));
            let through_the_centre = centre_rooted_all_reduce(&mesh, pattern, 40.0).expect("at least 2 x 2");
            assert_paints_the_loads(&mesh, &through_the_centre);
        }
        assert_paints_the_loads(&mesh, &snake_all_reduce(&mesh, 40.0));
        let layout = StripLayout::new(&mesh, 3, 4).expect("3 strips fit");
        let plan = strips_all_reduce(&mesh, &layout, Bytes(60 * 4 * 8 * 7), Root::Middle, Broadcast::Streamed);
        assert_paints_the_loads(&mesh, &plan);
    }

    #[test]
    fn the_heat_of_rows_that_degradations_set_apart_shows_their_loads() {
        let mesh = Mesh {
            width: 24,
            height: 9,
            clock_hz: 1e9,
            bytes_per_cycle: 4.0,
            hop_cycles: 1.0,
            turn_cycles: 3.0,
            ramp_cycles: 2.0,
        };
        let layout = StripLayout::new(&mesh, 3, 4).expect("3 strips fit");
        let strips = strips_all_reduce(&mesh, &layout, Bytes(60 * 4 * 8 * 9), Root::Middle, Broadcast::Streamed);
        for (slow, down) in [((7, 2), None), ((15, 8), Some((7, 5))), ((7, 0), Some((3, 1)))] {
            let link = |(x, y)| mesh.link_id(x, y, Direction::East);
            let mut fabric = Fabric::from(Topology::Mesh(mesh.clone()));
            fabric.slow([(link(slow), 0.5)].into_iter().chain(down.map(|down| (link(down), 0.0))));
            for plan in [strips.clone(), xy_all_reduce(&mesh, XyPattern::Tree, 40.0)] {
                let plan = fit_to_faults(plan, &mesh, &fabric, false, &|_| Femtos(0)).expect("there are detours");
                assert_paints_the_loads_of(&fabric, &mesh, &plan);
            }
        }
    }
}
