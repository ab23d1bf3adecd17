//! Tests that trees over many equal nodes need few turns: the time is that of many.

use crate::collective::*;
use crate::fabric::{Cluster, Fabric, LinkFigures, LinkId, RateCapReason, Topology};
use crate::simulate::play;
use crate::units::{Bytes, BytesPerSec, Femtos};

/// The time of a plan with rate caps of all streams together.
fn capped_time(cluster: &Cluster, drain: f64, nvls: bool, uniform: bool) -> f64 {
    let (nodes, gpus) = (cluster.nodes, cluster.gpus_per_node);
    let mut fabric = Fabric::from(Topology::Cluster(cluster.clone()));
    let streams =
        if nvls { nvls_tree_stream_count(nodes, gpus, uniform) } else { nccl_tree_stream_count(nodes, gpus, uniform) };
    let figures = LinkFigures { capacity: BytesPerSec(drain / f64::from(streams)), latency: Femtos(0) };
    let ids: Vec<LinkId> =
        (0..streams).map(|number| fabric.add_rate_cap(figures, RateCapReason::Rounds, number)).collect();
    let caps = Some(RateCaps { first: ids[0], uniform });
    let (message, delays) = (Bytes(1 << 30), Delays::default());
    let plan = if nvls {
        nvls_tree_streams(&fabric, cluster, message, &delays, caps)
    } else {
        nccl_tree_streams(&fabric, nodes, gpus, message, &delays, caps)
    };
    let plan = plan.expect("trees");
    assert_eq!(plan.transfer_count(), streams);
    play(&fabric, &plan).expect("a plan that can be played").trace.end().secs()
}

#[test]
fn trees_over_many_equal_nodes_take_the_same_time_in_few_turns_as_in_many() {
    let figures = |gb_s: f64| LinkFigures { capacity: BytesPerSec(gb_s * 1e9), latency: Femtos(500_000_000) };
    for (nodes, gpus_per_node) in [(65, 8), (66, 8), (97, 4), (128, 2), (70, 1), (65, 3)] {
        // NVLink, NICs, or the caps are the bottleneck.
        for (nvlink, nic, drain) in [(50.0, 500.0, 1e15), (450.0, 50.0, 1e15), (450.0, 50.0, 20e9)] {
            let cluster = Cluster {
                nodes,
                gpus_per_node,
                nvlink: figures(nvlink),
                host: figures(1e3),
                nic: figures(nic),
                nodes_per_leaf: 16,
            };
            for nvls in [false, true] {
                let [few, many] = [true, false].map(|uniform| capped_time(&cluster, drain, nvls, uniform));
                let name = format!("{nodes} x {gpus_per_node}, NVLink {nvlink}, NIC {nic}, caps {drain}, NVLS {nvls}");
                assert!((few / many - 1.0).abs() < 1e-9, "{name}: {few} s in few turns, {many} s in many");
            }
        }
    }
}
