//! Directed links: their ids, and the capacity and latency of one of them.

use crate::units::{BytesPerSec, Femtos};

/// A directed link of one fabric. `u32`, so that traces are the same on 32-bit and 64-bit machines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkId(pub u32);

impl LinkId {
    /// The link whose id is larger by `step`.
    pub fn offset(self, step: i32) -> LinkId {
        LinkId(self.0.wrapping_add_signed(step))
    }
}

/// Whether streams share the capacity of a link or take turns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkMode {
    /// Streams share the capacity, max-min fairly.
    Shared,
    /// One stream at a time at full rate, first come first served.
    Serial,
}

/// The figures of one directed link.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LinkSpec {
    /// Bytes per second.
    pub capacity: BytesPerSec,
    /// Time from entering to leaving, for each byte.
    pub latency: Femtos,
    /// Index into [`super::Topology::class_names`].
    pub class: u8,
    /// Shared or serial.
    pub mode: LinkMode,
}

/// Capacity and latency of the links of one class.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LinkFigures {
    /// Bytes per second, each way.
    pub capacity: BytesPerSec,
    /// One way.
    pub latency: Femtos,
}

impl LinkFigures {
    pub(super) fn spec(&self, class: u8) -> LinkSpec {
        LinkSpec { capacity: self.capacity, latency: self.latency, class, mode: LinkMode::Shared }
    }
}
