//! Plays three all-reduce algorithms on eight GPUs around one switch, and prints how close each comes to the bound of its
//! plan.
//!
//! `cargo run --no-default-features --example simulate`

use std::error::Error;

use fabricscope::collective::{Delays, Plan, double_binary_tree_all_reduce, nvls_all_reduce, ring_all_reduce};
use fabricscope::fabric::{Fabric, NodeInterconnect, Switch, Topology};
use fabricscope::simulate::play;
use fabricscope::units::{Bytes, BytesPerSec, Femtos};

fn main() -> Result<(), Box<dyn Error>> {
    let switch = Switch {
        hub: NodeInterconnect::NvSwitch,
        ranks: 8,
        capacity: BytesPerSec(900e9),
        latency: Femtos::parse("250ns")?,
    };
    let fabric = Fabric::from(Topology::Switch(switch.clone()));
    let message = Bytes::parse("1GiB")?;
    let delays = Delays { launch: Femtos::parse("10us")?, ..Delays::default() };

    let plans: [(&str, Plan); 3] = [
        ("ring", ring_all_reduce(&fabric, message, &delays)?),
        ("double binary tree", double_binary_tree_all_reduce(&fabric, message, &delays)?),
        ("in-switch reduction", nvls_all_reduce(&switch, message, &delays)),
    ];
    println!("All-reduce of {message} among {} GPUs", switch.ranks);
    for (name, plan) in plans {
        let played = play(&fabric, &plan)?;
        let time_s = played.trace.end().secs();
        let algbw = BytesPerSec(message.0 as f64 / time_s);
        let bound_share = played.bounds.tightest().secs() / time_s;
        let (_, busiest) = played.busiest_link;
        println!(
            "{name:20} {:>9}, algbw {algbw:>9}, {:>4.1} % of the plan's bound, busiest link: {}",
            played.trace.end().to_string(),
            100.0 * bound_share,
            fabric.link_name(busiest),
        );
    }
    Ok(())
}
