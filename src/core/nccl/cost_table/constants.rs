//! The constants of NCCL's cost model, all published: NCCL 2.30.7, `src/graph/tuning.cc`, `search.cc` and `topo.h`.

use crate::nccl::types::{Generation, HostCpu, NcclAlgorithm, Protocol};

/// The latency of a step by protocol, in microseconds: LL, LL128, Simple.
pub(crate) type ByProtocol = [f64; 3];

/// The value for a protocol.
pub(crate) fn by_protocol([ll, ll128, simple]: ByProtocol, protocol: Protocol) -> f64 {
    protocol.select(ll, ll128, simple)
}

/// The latencies of one algorithm, in microseconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Latencies {
    /// Once per collective.
    pub(crate) base_us: ByProtocol,
    /// Per step over NVLink.
    pub(crate) nvlink_us: ByProtocol,
    /// Per step over the network.
    pub(crate) network_us: ByProtocol,
}

/// Latencies by algorithm (`tuning.cc`, ll. 148-176). NVLS and NVLSTree use Simple only.
pub(crate) fn latencies(algorithm: NcclAlgorithm) -> Latencies {
    match algorithm {
        NcclAlgorithm::Ring => {
            Latencies { base_us: [6.6, 14.0, 8.4], nvlink_us: [0.6, 1.9, 3.4], network_us: [2.7, 4.0, 14.0] }
        }
        NcclAlgorithm::Tree => {
            Latencies { base_us: [6.8, 14.0, 8.4], nvlink_us: [0.6, 1.25, 4.0], network_us: [5.0, 8.5, 14.0] }
        }
        NcclAlgorithm::Nvls => Latencies { base_us: [0.0; 3], nvlink_us: [25.0; 3], network_us: [18.0; 3] },
        NcclAlgorithm::NvlsTree => Latencies { base_us: [0.0; 3], nvlink_us: [25.0; 3], network_us: [20.9; 3] },
        // NCCL has no cost model for it.
        NcclAlgorithm::PointToPoint => Latencies { base_us: [0.0; 3], nvlink_us: [0.0; 3], network_us: [0.0; 3] },
    }
}

/// Time of the CPU to post one network operation, in microseconds (`tuning.cc`). Simple posts three.
pub(crate) fn post_overhead_us(cpu: HostCpu, protocol: Protocol) -> f64 {
    let once = match cpu {
        HostCpu::Amd => 2.0,
        HostCpu::Intel | HostCpu::Other => 1.0,
    };
    if protocol == Protocol::Simple { 3.0 * once } else { once }
}

/// Factor on the latency of ring Simple between nodes, once each channel has [`PLATEAU_BYTES`] per rank
/// (`tuning.cc`, ll. 630-655; Ampere and newer).
pub(crate) const PLATEAU: f64 = 1.4;

/// Bytes per channel and rank from which [`PLATEAU`] applies.
pub(crate) const PLATEAU_BYTES: u64 = 64;

/// Caps on rates, in GB/s, for one row of `tuning.cc`; one value each for 1, 2 and more nodes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Caps {
    /// Per channel, ring LL128.
    pub(crate) ring_ll128: [f64; 3],
    /// Per channel, tree LL128.
    pub(crate) tree_ll128: [f64; 3],
    /// Per channel, tree.
    pub(crate) tree: [f64; 3],
    /// Per channel, NVLSTree.
    pub(crate) nvls_tree: [f64; 3],
    /// Share of the links' capacity that NVLS reaches.
    pub(crate) nvls_efficiency: f64,
}

/// The caps of a generation.
pub(crate) fn caps(generation: Generation) -> Caps {
    match generation {
        Generation::A100 => Caps {
            ring_ll128: [20.0; 3],
            tree_ll128: [20.0; 3],
            tree: [24.0, 23.6, 17.8],
            nvls_tree: [0.0; 3],
            nvls_efficiency: 0.0,
        },
        Generation::H100 => Caps {
            ring_ll128: [36.7; 3],
            tree_ll128: [36.7, 36.7, 29.0],
            tree: [38.7, 41.4, 36.0],
            nvls_tree: [0.0, 57.7, 45.5],
            nvls_efficiency: 0.85,
        },
        Generation::B200 => Caps {
            ring_ll128: [40.0; 3],
            tree_ll128: [55.6, 31.7, 20.0],
            tree: [70.0, 42.8, 24.0],
            nvls_tree: [0.0, 96.0, 80.0],
            nvls_efficiency: 0.74,
        },
    }
}

/// The value for this many nodes.
pub(crate) fn by_nodes([one, two, more]: [f64; 3], nodes: u32) -> f64 {
    match nodes {
        0 | 1 => one,
        2 => two,
        _ => more,
    }
}

/// The cap on LL, in GB/s: by GPU on one node, by CPU on several (row "Ampere" for AMD, row "Volta" otherwise).
pub(crate) fn ll_cap_gb_s(generation: Generation, cpu: HostCpu, nodes: u32) -> f64 {
    let one_node = match generation {
        Generation::A100 => 87.7,
        Generation::H100 => 141.0,
        Generation::B200 => 282.0,
    };
    match cpu {
        HostCpu::Amd => by_nodes([one_node, 22.5, 19.0], nodes),
        HostCpu::Intel | HostCpu::Other => by_nodes([one_node, 39.0, 20.4], nodes),
    }
}

/// The factor on the tree's rate, one per power of two of the message size from 64 bytes on (`tuning.cc`, ll. 622-628);
/// 1 for smaller and larger messages.
pub(crate) fn size_correction(protocol: Protocol, message_bytes: u64) -> f64 {
    const LL: [f64; 19] =
        [1.0, 1.0, 1.0, 1.0, 0.9, 0.8, 0.7, 0.7, 0.7, 0.7, 0.6, 0.5, 0.4, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
    const LL128: [f64; 21] =
        [1.0, 1.0, 1.0, 1.0, 1.0, 0.9, 0.8, 0.8, 0.8, 0.7, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6, 0.8, 0.9, 0.9, 0.9, 0.9];
    const SIMPLE: [f64; 24] = [
        0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.8, 0.7, 0.6, 0.6, 0.5, 0.5, 0.5, 0.5, 0.6, 0.7, 0.8, 0.7, 0.7, 0.8, 0.9,
        0.9, 0.9,
    ];
    let factors: &[f64] = match protocol {
        Protocol::Ll => &LL,
        Protocol::Ll128 => &LL128,
        Protocol::Simple => &SIMPLE,
    };
    let power = (message_bytes / 64).checked_ilog2();
    power.and_then(|power| factors.get(power as usize)).copied().unwrap_or(1.0)
}

/// The rate of all NVLinks of a GPU in one direction as NCCL counts it, in GB/s: links x rate per link (`topo.h`, ll.
/// 19-24).
pub(crate) fn nvlink_rate_gb_s(generation: Generation) -> f64 {
    match generation {
        Generation::A100 => 12.0 * 20.0,
        Generation::H100 => 18.0 * 20.6,
        Generation::B200 => 18.0 * 40.1,
    }
}

/// The rate of the PCIe x16 slot of a NIC as NCCL counts it, in GB/s (width x speed code / 80, `topo.cc`): Gen4 for
/// A100, Gen5 from H100 on, Gen6 for NICs faster than Gen5.
pub(crate) fn pcie_rate_gb_s(generation: Generation, nic_gbit_s: f64) -> f64 {
    match generation {
        Generation::A100 => 24.0,
        Generation::B200 if nic_gbit_s > 400.0 => 96.0,
        Generation::H100 | Generation::B200 => 48.0,
    }
}

/// Rates per channel that the search tries on one node, in GB/s, in this order (`search.cc`, ll. 1051-1067).
pub(crate) fn intra_rates_gb_s(generation: Generation) -> &'static [f64] {
    match generation {
        Generation::A100 => &[40.0, 30.0, 20.0, 18.0, 15.0, 12.0, 10.0, 9.0, 7.0, 6.0, 5.0, 4.0, 3.0],
        Generation::H100 => &[60.0, 50.0, 40.0, 30.0, 24.0, 20.0, 15.0, 12.0, 11.0, 6.0, 3.0],
        Generation::B200 => &[90.0, 80.0, 70.0, 60.0, 50.0, 45.0, 40.0, 30.0, 24.0, 20.0, 19.0, 18.0],
    }
}

/// Rates per channel that the search tries between nodes, in GB/s, in this order (`search.cc`, ll. 1051-1067).
pub(crate) fn inter_rates_gb_s(generation: Generation) -> &'static [f64] {
    match generation {
        Generation::A100 => {
            &[48.0, 30.0, 28.0, 24.0, 20.0, 18.0, 15.0, 12.0, 10.0, 9.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.4, 1.2, 0.24, 0.12]
        }
        Generation::H100 => {
            &[48.0, 45.0, 42.0, 40.0, 30.0, 24.0, 22.0, 20.0, 17.5, 15.0, 12.0, 6.0, 3.0, 2.4, 1.2, 0.24, 0.12]
        }
        Generation::B200 => &[
            96.0, 86.0, 80.0, 48.0, 45.1, 42.0, 40.0, 30.0, 24.0, 22.0, 20.0, 17.5, 15.0, 12.0, 6.0, 3.0, 2.4, 1.2,
            0.24, 0.12,
        ],
    }
}
