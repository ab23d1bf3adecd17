//! Operations other than all-reduce: the twenty vectors of the model's specification.

use crate::catalog::NcclTiming;
use crate::nccl::*;

/// A cluster: GPUs, nodes, GPUs per node, network, NICs per node, Gb/s per NIC.
type Cluster<'a> = (&'a str, u32, u32, &'a str, f64, f64);

fn inputs(timing: &NcclTiming, (generation, nodes, gpus, network, nics, nic_gbit_s): Cluster) -> MeasuredInputs {
    let network =
        (nodes > 1).then(|| NodeNics { timing: timing.network(network).expect("a network"), nics, nic_gbit_s });
    let generation = timing.generation(generation).expect("a generation");
    MeasuredInputs::with_usual_channels(generation, nodes, gpus, network)
}

/// Operation, cluster, release of NCCL, channels per remote peer (0 by the rule), bytes, protocol, µs.
type Vector = (Collective, Cluster<'static>, u32, u32, u64, &'static str, f64);

const NONE: (&str, f64, f64) = ("", 0.0, 400.0);

const fn one(generation: &'static str, gpus: u32) -> Cluster<'static> {
    (generation, 1, gpus, NONE.0, NONE.1, NONE.2)
}

const fn several(generation: &'static str, nodes: u32, network: &'static str, nic_gbit_s: f64) -> Cluster<'static> {
    (generation, nodes, 8, network, 8.0, nic_gbit_s)
}

const GIB: u64 = 1 << 30;
const MIB: u64 = 1 << 20;

#[rustfmt::skip]
const VECTORS: [Vector; 20] = [
    (Collective::AllGather, one("h100", 8), 27, 0, 65_536, "LL", 12.6420),
    (Collective::AllGather, one("h100", 8), 27, 0, 16 * MIB, "LL128", 67.3406),
    (Collective::AllGather, one("h100", 8), 27, 0, GIB, "Simple", 2829.1151),
    (Collective::AllGather, one("a100", 2), 27, 0, 512 * MIB, "Simple", 1657.1906),
    (Collective::ReduceScatter, one("b200", 8), 27, 0, 4 * MIB, "LL", 33.4802),
    (Collective::ReduceScatter, one("b200", 8), 27, 0, 8 * GIB, "Simple", 12197.3161),
    (Collective::AllGather, several("h100", 2, "ndr", 400.0), 27, 0, MIB, "LL128", 58.7183),
    (Collective::AllGather, several("b200", 2, "roce400", 400.0), 27, 0, 128 * MIB, "LL128", 442.0008),
    (Collective::ReduceScatter, several("b200", 4, "ndr", 400.0), 27, 0, 4 * GIB, "Simple", 10907.9346),
    (Collective::AllGather, several("a100", 2, "hdr", 200.0), 27, 0, GIB, "Simple", 5691.5815),
    (Collective::AllToAll, one("h100", 8), 27, 0, MIB, "LL", 14.7385),
    (Collective::AllToAll, one("h100", 8), 27, 0, 256 * MIB, "Simple", 758.1759),
    (Collective::AllToAll, one("b200", 8), 27, 0, 4 * GIB, "Simple", 5567.3899),
    (Collective::AllToAll, one("b200", 64), 27, 0, 16 * GIB, "Simple", 24956.1536),
    (Collective::AllToAll, several("b200", 2, "ndr", 400.0), 27, 1, 64 * MIB, "Simple", 1552.6986),
    (Collective::AllToAll, several("h100", 4, "ndr", 400.0), 29, 0, GIB, "Simple", 18603.8649),
    (Collective::SendRecv, one("b200", 8), 27, 0, 64 * MIB, "Simple", 829.4456),
    (Collective::SendRecv, several("b200", 8, "ndr", 400.0), 29, 0, 64 * MIB, "Simple", 2426.5463),
    (Collective::Broadcast, one("a100", 8), 27, 0, 64 * MIB, "LL128", 364.8450),
    (Collective::Reduce, one("h100", 8), 27, 0, GIB, "Simple", 3065.2651),
];

#[test]
fn the_twenty_vectors_of_other_operations() {
    let timing = NcclTiming::bundled().expect("the constants");
    for (collective, cluster, nccl_minor, peer_channels, bytes, protocol, expected_us) in VECTORS {
        let mut inputs = inputs(&timing, cluster);
        inputs.collective = collective;
        inputs.nccl_minor = nccl_minor;
        inputs.net_peer_channels = (peer_channels > 0).then_some(peer_channels);
        let found = fastest(&inputs, bytes).expect("a candidate");
        let name = format!("{collective:?} of {bytes} bytes on {cluster:?}");
        assert!((found.time_us / expected_us - 1.0).abs() < 1e-4, "{name}: {} µs, not {expected_us}", found.time_us);
        assert_eq!(found.protocol.name(), protocol, "{name}");
    }
}
