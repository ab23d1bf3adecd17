//! Link runs: neighbouring links of a route, stored as first id, stride and count.

use super::link::LinkId;

/// `count` links whose ids are `stride` apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LinkRun {
    /// The first one.
    pub first: LinkId,
    /// Difference between neighbouring ids.
    pub stride: i32,
    /// Number of links; at least 1.
    pub count: u32,
    /// Share of the bytes that crosses each link: 1 in series, less in parallel.
    pub share: f64,
}

impl LinkRun {
    /// A single link.
    pub fn one(link: LinkId) -> LinkRun {
        LinkRun::line(link, 1, 1)
    }

    /// Links in series.
    pub fn line(first: LinkId, stride: i32, count: u32) -> LinkRun {
        LinkRun { first, stride, count, share: 1.0 }
    }

    /// Links in parallel with neighbouring ids, each for an equal share.
    pub fn spread(first: LinkId, count: u32) -> LinkRun {
        LinkRun { first, stride: 1, count, share: 1.0 / f64::from(count) }
    }

    /// All its links, in order.
    pub fn links(&self) -> impl Iterator<Item = LinkId> + use<> {
        let LinkRun { first, stride, count, .. } = *self;
        (0..count).map(move |index| LinkId((i64::from(first.0) + i64::from(index) * i64::from(stride)) as u32))
    }
}

/// The links from one rank to another, in order.
pub type Path = Vec<LinkRun>;
