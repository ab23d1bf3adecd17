//! Joins chips as a hypercube, a topology that the library does not have, and plays two algorithms on it.
//!
//! `cargo run --no-default-features --example custom_topology`

use std::error::Error;

use fabricscope::collective::{Delays, FirstPartner, halving_doubling_all_reduce, ring_all_reduce};
use fabricscope::fabric::{Fabric, Graph, LinkMode, LinkSpec, Node, Topology};
use fabricscope::simulate::play;
use fabricscope::units::{Bytes, BytesPerSec, Femtos};

const DIMENSIONS: u32 = 4;

/// Chips whose numbers differ in one bit are neighbours, joined by a link in each direction.
fn hypercube(link: LinkSpec) -> Graph {
    let chips = 1 << DIMENSIONS;
    let mut graph = Graph::of_nodes(chips);
    for chip in 0..chips {
        for bit in 0..DIMENSIONS {
            graph.join(Node(chip), Node(chip ^ (1 << bit)), link);
        }
    }
    graph
}

fn main() -> Result<(), Box<dyn Error>> {
    let link =
        LinkSpec { capacity: BytesPerSec(50e9), latency: Femtos::parse("500ns")?, class: 0, mode: LinkMode::Shared };
    let fabric = Fabric::from(Topology::Graph(hypercube(link)));
    let message = Bytes::parse("64MiB")?;
    let delays = Delays::default();
    println!("{} chips, {} links", fabric.topology.ranks(), fabric.link_count());

    let halving = halving_doubling_all_reduce(&fabric, message, &delays, FirstPartner::Near, true)?;
    let ring = ring_all_reduce(&fabric, message, &delays)?;
    for (name, plan) in [("ring", ring), ("halving-doubling", halving)] {
        let played = play(&fabric, &plan)?;
        println!("{name:18} {}", played.trace.end());
    }
    Ok(())
}
