//! Writes an all-reduce that the library does not have as a plan, and compares it with a ring: every rank sends its vector
//! to rank 0, which adds them up and sends the sum back.
//!
//! `cargo run --no-default-features --example custom_algorithm`

use std::error::Error;

use fabricscope::collective::{Delays, Delivery, Dep, Flow, Plan, PlanBuilder, RouteRun, ring_all_reduce};
use fabricscope::fabric::{Fabric, NodeInterconnect, Switch, Topology};
use fabricscope::simulate::play;
use fabricscope::units::{Bytes, BytesPerSec, Femtos};

const ROOT: u32 = 0;

/// A plan says what moves where and in which order. When it happens is the engine's result.
fn through_one_rank(switch: &Switch, message: Bytes) -> Plan {
    let mut plan = PlanBuilder::new(Femtos(0));
    let reduce = plan.phase("reduce");
    let broadcast = plan.phase("broadcast");
    let bytes = message.0 as f64;
    let others = || (0..switch.ranks).filter(|rank| *rank != ROOT);
    let route = |plan: &mut PlanBuilder, from: u32, to: u32, phase: Flow| {
        let latency = switch.latency;
        let up = RouteRun::single(switch.up(from), 1.0, 0.0, phase);
        let down = RouteRun::single(switch.down(to), 1.0, latency.0 as f64, phase);
        plan.route([up, down], latency + latency)
    };

    let mut arrived = Vec::new();
    for rank in others() {
        let route = route(&mut plan, rank, ROOT, Flow::Reduce);
        arrived.push(plan.transfer(reduce, route, bytes, Delivery::Partial, &[]));
    }
    // The sum is complete when the tail of every vector has arrived.
    let complete: Vec<Dep> = arrived.into_iter().map(Dep::tail).collect();
    for rank in others() {
        let route = route(&mut plan, ROOT, rank, Flow::Broadcast);
        plan.transfer(broadcast, route, bytes, Delivery::Rank(rank), &complete);
    }
    plan.build()
}

fn main() -> Result<(), Box<dyn Error>> {
    let switch = Switch {
        hub: NodeInterconnect::NvSwitch,
        ranks: 8,
        capacity: BytesPerSec(900e9),
        latency: Femtos::parse("250ns")?,
    };
    let fabric = Fabric::from(Topology::Switch(switch.clone()));
    println!("{:>10} {:>16} {:>12}", "message", "through one rank", "ring");
    for message in ["1KiB", "1MiB", "1GiB"] {
        let message = Bytes::parse(message)?;
        let custom = play(&fabric, &through_one_rank(&switch, message))?;
        let ring = play(&fabric, &ring_all_reduce(&fabric, message, &Delays::default())?)?;
        println!(
            "{:>10} {:>16} {:>12}",
            message.to_string(),
            custom.trace.end().to_string(),
            ring.trace.end().to_string()
        );
    }
    Ok(())
}
