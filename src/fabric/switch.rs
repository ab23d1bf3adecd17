//! GPUs round one non-blocking switch: an NVLink domain.
//!
//! A GPU's port into the domain is one link per direction. Its lanes and the switch planes are the port's equal
//! split: they are drawn, not simulated.

use super::{LinkId, LinkMode, LinkSpec};
use crate::units::{BytesPerSec, Femtos};

/// A star of `ranks` ports; link ids are `rank` for up (into the switch) and `ranks + rank` for down.
#[derive(Clone, Debug, PartialEq)]
pub struct Switch {
    /// GPUs that take part.
    pub ranks: u32,
    /// Capacity of a port, each way.
    pub capacity: BytesPerSec,
    /// Latency of a link between GPU and switch.
    pub latency: Femtos,
}

impl Switch {
    pub(super) const CLASS_NAMES: [&'static str; 2] = ["NVLink up", "NVLink down"];

    /// The link from `rank` into the switch.
    pub fn up(&self, rank: u32) -> LinkId {
        LinkId(rank)
    }

    /// The link from the switch to `rank`.
    pub fn down(&self, rank: u32) -> LinkId {
        LinkId(self.ranks + rank)
    }

    pub(super) fn link_count(&self) -> u32 {
        2 * self.ranks
    }

    pub(super) fn link(&self, id: LinkId) -> Option<LinkSpec> {
        (id.0 < self.link_count()).then(|| LinkSpec {
            capacity: self.capacity,
            latency: self.latency,
            class: u8::from(id.0 >= self.ranks),
            mode: LinkMode::Shared,
        })
    }

    pub(super) fn link_name(&self, id: LinkId) -> String {
        if id.0 < self.ranks {
            format!("GPU {} → NVSwitch", id.0)
        } else {
            format!("NVSwitch → GPU {}", id.0 - self.ranks)
        }
    }
}
