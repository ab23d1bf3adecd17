//! Link runs, and the routes made of them.

use crate::fabric::{Fabric, LinkId, LinkRun};
use crate::units::Femtos;

/// Identifies a route of a plan. Ids count from 0 without gaps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RouteId(pub u32);

/// What the bytes on a part of a route are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// Partial sums, which are added at their destination.
    Reduce,
    /// Copies of the finished sum.
    Broadcast,
}

/// A regular series of links of a route: `count` links with ids `stride` apart, repeated for `rows` rows.
///
/// A row of a mesh is one run, the rows of a broadcast over a rectangle are one run, a single link is a run of one. A
/// route over millions of links needs a handful of runs.
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
    /// Copies of the stream that cross each of these links; fractions if the stream is spread over parallel links.
    pub weight: f64,
    /// Time from the stream's start until its head enters the first link, femtoseconds.
    pub offset_fs: f64,
    /// Increase of the offset from link to link, femtoseconds.
    pub step_fs: f64,
    /// Increase of the offset from row to row, femtoseconds.
    pub row_step_fs: f64,
    /// Partial sums or copies.
    pub flow: Flow,
    /// The stream holds each of these links alone, first come first served: separate messages on one ramp.
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

    /// The same run, whose links serve one stream at a time.
    pub fn serial(self) -> RouteRun {
        RouteRun { serial: true, ..self }
    }

    /// The same run, repeated over `rows` rows.
    pub fn repeated(self, rows: u32, row_stride: i32, row_step_fs: f64) -> RouteRun {
        RouteRun { rows, row_stride, row_step_fs, ..self }
    }

    /// Number of links in all rows.
    pub fn len(&self) -> u64 {
        u64::from(self.count) * u64::from(self.rows)
    }

    /// Whether the run has no link.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The link at a position of the run.
    pub fn link(&self, row: u32, index: u32) -> LinkId {
        let base = i64::from(self.first.0) + i64::from(row) * i64::from(self.row_stride);
        LinkId((base + i64::from(index) * i64::from(self.stride)) as u32)
    }

    /// Time from the stream's start until its head enters the link at a position of the run.
    pub fn offset(&self, row: u32, index: u32) -> Femtos {
        let offset = self.offset_fs + f64::from(row) * self.row_step_fs + f64::from(index) * self.step_fs;
        Femtos::from_f64(offset)
    }

    /// The (row, index) of a link in this run.
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

/// The links of a transfer: a path, a reduce tree, a broadcast tree, or one after the other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Route {
    /// Its link runs. If a link occurs in several, its weights add.
    pub runs: Vec<RouteRun>,
    /// Time from the stream's start until its head is delivered at the farthest sink.
    pub latency: Femtos,
}

impl Route {
    /// A path of links, one after the other.
    pub fn along(fabric: &Fabric, path: &[LinkRun], flow: Flow) -> Route {
        let mut offset_fs = 0.0;
        let mut runs = Vec::with_capacity(path.len());
        // The class of the parallel links before, and when the head entered them.
        let mut beside: Option<(u8, f64)> = None;
        for links in path {
            let spec = fabric.link(links.first);
            let step_fs = spec.map_or(0.0, |spec| spec.latency.0 as f64);
            let class = spec.map(|spec| spec.class).filter(|_| links.share < 1.0);
            let entered = beside.filter(|(other, _)| Some(*other) == class).map(|(_, entered)| entered);
            beside = class.map(|class| (class, entered.unwrap_or(offset_fs)));
            if let Some((_, entered_fs)) = beside {
                // Parallel links: the head enters and leaves them together.
                let run = RouteRun::line(links.first, links.stride, links.count, entered_fs, 0.0, flow);
                runs.push(RouteRun { weight: links.share, ..run });
                offset_fs = entered_fs + step_fs;
            } else {
                runs.push(RouteRun::line(links.first, links.stride, links.count, offset_fs, step_fs, flow));
                offset_fs += step_fs * f64::from(links.count);
            }
        }
        Route { runs, latency: Femtos::from_f64(offset_fs) }
    }
}
