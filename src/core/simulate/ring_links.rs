//! The links of the paths of all slots of rings.

use super::error::{Budgeted, SimulateError, check_budget};
use crate::fabric::LinkId;
use crate::plan::RingRule;

/// The path of a slot along one dimension.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct SlotPath {
    pub latency_fs: u64,
    /// Bytes per second.
    pub rate: f64,
    /// The link that limits the rate.
    pub binding: u32,
}

/// A link of a slot's path.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct RingLink {
    pub link: LinkId,
    /// The share of the stream that crosses it.
    pub share: f64,
    /// Whether the head crosses it: the head crosses parallel links at once.
    pub adds_latency: bool,
}

/// The links of the paths of all slots. They do not depend on capacities and latencies, so replays share them.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct RingLinks {
    links: Vec<RingLink>,
    /// The end of each path in `links`, by dimension and then by slot.
    ends: Vec<u32>,
}

impl RingLinks {
    /// Searches the paths of all slots, in at most `limit` bytes of memory.
    ///
    /// # Errors
    /// A link that is needed is down, or there are too many.
    pub fn new(rings: &RingRule, limit: u64) -> Result<RingLinks, SimulateError> {
        let mut found = RingLinks { links: Vec::new(), ends: Vec::new() };
        for dimension in 0..rings.dimensions() {
            for slot in 0..rings.slots() {
                for run in rings.path(dimension, slot)? {
                    let all = run.links().map(|link| RingLink {
                        link,
                        share: run.share,
                        adds_latency: run.share >= 1.0 || link == run.first,
                    });
                    found.links.extend(all);
                }
                found.ends.push(found.links.len() as u32);
                check_budget(Budgeted::Memory, found.bytes(), limit)?;
            }
        }
        Ok(found)
    }

    /// Memory, bytes.
    pub fn bytes(&self) -> u64 {
        (self.links.len() * size_of::<RingLink>() + self.ends.len() * size_of::<u32>()) as u64
    }

    /// The links of a path: the number of its dimension times that of slots, and its slot.
    pub fn of_path(&self, path: usize) -> &[RingLink] {
        let first = path.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.links[first as usize..self.ends[path] as usize]
    }
}
