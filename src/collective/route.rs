//! Runs of links, and the routes that are made of them.

use crate::fabric::{Fabric, LinkId, LinkRun};
use crate::units::Femtos;

/// Names a route of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RouteId(pub u32);

/// What the bytes on a part of a route are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// Partial sums on their way to where they are added.
    Reduce,
    /// Copies of the finished sum.
    Broadcast,
}

/// A regular series of links that a stream passes: `count` links with ids `stride` apart, repeated for `rows` rows.
///
/// A row of a mesh is one run; a flood over a rectangle is one run with many rows; a single link is a run of one.
#[derive(Clone, Debug, PartialEq)]
pub struct RouteRun {
    /// The first link.
    pub first: LinkId,
    /// Step from one link id to the next within a row.
    pub stride: i32,
    /// Links in a row; at least 1.
    pub count: u32,
    /// Repetitions; at least 1.
    pub rows: u32,
    /// Step from a row's first link id to the next row's.
    pub row_stride: i32,
    /// How many copies of the stream cross each of these links.
    pub weight: f64,
    /// Time from the stream's start until its head enters the first link, femtoseconds.
    pub offset_fs: f64,
    /// What is added to the offset from link to link, femtoseconds.
    pub step_fs: f64,
    /// What is added to the offset from row to row, femtoseconds.
    pub row_step_fs: f64,
    /// Sums or copies.
    pub flow: Flow,
    /// The stream takes each of these links for itself while it is served, first come first served: separate messages
    /// down one ramp.
    pub serial: bool,
}

impl RouteRun {
    /// A single link.
    pub fn single(link: LinkId, weight: f64, offset_fs: f64, flow: Flow) -> RouteRun {
        RouteRun {
            first: link,
            stride: 1,
            count: 1,
            rows: 1,
            row_stride: 0,
            weight,
            offset_fs,
            step_fs: 0.0,
            row_step_fs: 0.0,
            flow,
            serial: false,
        }
    }

    /// `count` links with ids `stride` apart, each entered `step_fs` after the one before.
    pub fn line(first: LinkId, stride: i32, count: u32, offset_fs: f64, step_fs: f64, flow: Flow) -> RouteRun {
        RouteRun { stride, count, step_fs, ..RouteRun::single(first, 1.0, offset_fs, flow) }
    }

    /// The same run, its links taken one message at a time.
    pub fn serial(self) -> RouteRun {
        RouteRun { serial: true, ..self }
    }

    /// The same run, repeated over `rows` rows.
    pub fn repeated(self, rows: u32, row_stride: i32, row_step_fs: f64) -> RouteRun {
        RouteRun { rows, row_stride, row_step_fs, ..self }
    }

    /// Links in all.
    pub fn len(&self) -> u64 {
        u64::from(self.count) * u64::from(self.rows)
    }

    /// Whether the run has no link.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The id of the link at a place of the run.
    pub fn link(&self, row: u32, index: u32) -> LinkId {
        let base = i64::from(self.first.0) + i64::from(row) * i64::from(self.row_stride);
        LinkId((base + i64::from(index) * i64::from(self.stride)) as u32)
    }

    /// Time from the stream's start until its head enters the link at a place of the run.
    pub fn offset(&self, row: u32, index: u32) -> Femtos {
        let offset = self.offset_fs + f64::from(row) * self.row_step_fs + f64::from(index) * self.step_fs;
        Femtos(offset.round_ties_even() as u64)
    }

    /// Where a link stands in this run, as (row, index).
    pub fn find(&self, link: LinkId) -> Option<(u32, u32)> {
        let find_in_row = |row: u32| {
            let distance = i64::from(link.0) - i64::from(self.link(row, 0).0);
            let stride = i64::from(self.stride);
            let index = if stride == 0 { 0 } else { distance / stride };
            let inside = (0..i64::from(self.count)).contains(&index) && index * stride == distance;
            inside.then_some((row, index as u32))
        };
        if self.rows == 1 || self.row_stride == 0 {
            return find_in_row(0);
        }
        // Rows are far apart in practice: only the nearest one and its neighbours can hold the link.
        let distance = i64::from(link.0) - i64::from(self.first.0);
        let guess = distance / i64::from(self.row_stride);
        (guess - 1..=guess + 1)
            .filter(|row| (0..i64::from(self.rows)).contains(row))
            .find_map(|row| find_in_row(row as u32))
    }
}

/// The links that a stream passes, as a path, an in-tree that adds, an out-tree that copies, or one after the other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Route {
    /// Its parts. A link may occur in several: the weights add.
    pub runs: Vec<RouteRun>,
    /// Time from the stream's start until its head is delivered at the farthest sink.
    pub latency: Femtos,
}

impl Route {
    /// A path of links, one after the other.
    pub fn over(fabric: &Fabric, path: &[LinkRun], flow: Flow) -> Route {
        let mut offset_fs = 0.0;
        let mut runs = Vec::with_capacity(path.len());
        for leg in path {
            let step_fs = fabric.link(leg.first).map_or(0.0, |spec| spec.latency.0 as f64);
            if leg.share < 1.0 {
                // Side by side: entered and left together.
                let run = RouteRun::line(leg.first, leg.stride, leg.count, offset_fs, 0.0, flow);
                runs.push(RouteRun { weight: leg.share, ..run });
                offset_fs += step_fs;
            } else {
                runs.push(RouteRun::line(leg.first, leg.stride, leg.count, offset_fs, step_fs, flow));
                offset_fs += step_fs * f64::from(leg.count);
            }
        }
        Route { runs, latency: Femtos(offset_fs.round_ties_even() as u64) }
    }
}
