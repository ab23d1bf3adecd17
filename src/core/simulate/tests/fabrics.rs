//! Fabrics of the closed forms.

use crate::fabric::*;
use crate::units::{BytesPerSec, Femtos};

pub(super) fn figures(gb_s: f64, latency_ns: u64) -> LinkFigures {
    LinkFigures { capacity: BytesPerSec(gb_s * 1e9), latency: Femtos(latency_ns * 1_000_000) }
}

pub(super) fn star(ranks: u32, gb_s: f64, latency_ns: u64) -> Fabric {
    let links = figures(gb_s, latency_ns);
    Topology::Switch(Switch {
        hub: NodeInterconnect::NvSwitch,
        ranks,
        capacity: links.capacity,
        latency: links.latency,
    })
    .into()
}

pub(super) fn grid(width: u32, height: u32, wraps: bool, gb_s: f64, latency_ns: u64) -> Fabric {
    Topology::Grid(Grid { width, height, wraps, links: figures(gb_s, latency_ns) }).into()
}
