//! Rate caps: private links that hold streams below the capacity of the ports (`measured` timing).

use crate::fabric::LinkId;
use crate::plan::{Flow, RouteRun};

/// The private link of a stream. `first` is that of stream 0; `None` without caps.
pub fn cap(first: Option<LinkId>, stream: u32) -> Option<RouteRun> {
    first.map(|first| RouteRun::single(LinkId(first.0 + stream), 1.0, 0.0, Flow::Reduce))
}
