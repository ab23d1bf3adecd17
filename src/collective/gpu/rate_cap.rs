//! Rate caps: private links that hold streams below the capacity of the ports (`measured` timing).

use crate::fabric::LinkId;
use crate::plan::{Flow, RouteRun};

/// The rate caps of a plan's streams.
#[derive(Clone, Copy, Debug)]
pub struct RateCaps {
    /// The private link of stream 0; the others follow.
    pub first: LinkId,
    /// Whether all nodes are alike and nothing else uses the links, so that fewer streams may stand for more.
    pub uniform: bool,
}

/// The private link of a stream. `None` without caps.
pub fn cap(caps: Option<RateCaps>, stream: u32) -> Option<RouteRun> {
    caps.map(|caps| RouteRun::single(LinkId(caps.first.0 + stream), 1.0, 0.0, Flow::Reduce))
}
