//! The highest busbw that an algorithm can reach, and the bytes that it puts on the links.
//!
//! busbw counts 2(n-1)/n of the message for every algorithm, so it can be higher than the rate of a link.

use super::collective::Collective;
use super::cost_table::link_gb_s;
use super::inputs::MeasuredInputs;
use super::types::NcclAlgorithm;

/// The highest busbw that an algorithm can reach on this cluster, GB/s: links only, without latency and software. NVLink
/// counts at NCCL's own useful rate, NICs at line rate. `None` if the cluster does not have the algorithm.
///
/// With link rate L, n ranks, g GPUs per node, k nodes and b = 2(n-1)/n: ring L (over several nodes L g/(g-1)), tree
/// b L/2, NVLS and NVLSTree b L g/(g+1). Between nodes with NIC rate N: ring N, trees b N k/(2(k-1)).
pub fn busbw_ceiling_gb_s(inputs: &MeasuredInputs, algorithm: NcclAlgorithm) -> Option<f64> {
    let nodes = f64::from(inputs.nodes);
    let gpus = f64::from(inputs.gpus_per_node);
    let link = link_gb_s(inputs.table()?.generation);
    let busbw_per_algbw = inputs.busbw(1.0);
    let several = inputs.nodes > 1;
    let inside = match algorithm {
        // One of g hops leaves the node and does not use NVLink.
        NcclAlgorithm::Ring if several => link * gpus / (gpus - 1.0).max(1.0),
        NcclAlgorithm::Ring => link,
        NcclAlgorithm::Tree => busbw_per_algbw * link / 2.0,
        NcclAlgorithm::Nvls if !several && inputs.nvls => busbw_per_algbw * link * gpus / (gpus + 1.0),
        NcclAlgorithm::NvlsTree if several && inputs.nvls => busbw_per_algbw * link * gpus / (gpus + 1.0),
        NcclAlgorithm::Nvls | NcclAlgorithm::NvlsTree | NcclAlgorithm::PointToPoint => return None,
    };
    if !several {
        return Some(inside);
    }
    let nics = inputs.nics * inputs.nic_gbit_s / 8.0;
    let across = match algorithm {
        NcclAlgorithm::Ring | NcclAlgorithm::PointToPoint => nics,
        NcclAlgorithm::Tree | NcclAlgorithm::Nvls | NcclAlgorithm::NvlsTree => {
            busbw_per_algbw * nics * nodes / (2.0 * (nodes - 1.0))
        }
    };
    Some(inside.min(across))
}

/// Wire bytes per byte of the message: over the NVLink port of a GPU in one node, or over the NICs of a node (one
/// direction) with several.
pub fn wire_share(inputs: &MeasuredInputs, algorithm: NcclAlgorithm) -> f64 {
    let (ranks, nodes) = (f64::from(inputs.ranks()), f64::from(inputs.nodes));
    let gpus = f64::from(inputs.gpus_per_node);
    match algorithm {
        NcclAlgorithm::Ring => inputs.busbw(1.0),
        // The ranks of a node send to all outside it.
        NcclAlgorithm::PointToPoint if inputs.collective == Collective::AllToAll && inputs.nodes > 1 => {
            gpus * (ranks - gpus) / ranks
        }
        NcclAlgorithm::PointToPoint => inputs.busbw(1.0),
        NcclAlgorithm::Nvls => 1.0 + 1.0 / ranks,
        NcclAlgorithm::Tree | NcclAlgorithm::NvlsTree if inputs.nodes > 1 => 2.0 * (nodes - 1.0) / nodes,
        NcclAlgorithm::Tree | NcclAlgorithm::NvlsTree => 2.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::NcclTiming;
    use crate::nccl::inputs::NodeNics;

    fn h100(nodes: u32) -> MeasuredInputs {
        let timing = NcclTiming::bundled().expect("the constants");
        let ndr = timing.network("ndr").expect("a network");
        let network = (nodes > 1).then_some(NodeNics { timing: ndr, nics: 8.0, nic_gbit_s: 400.0 });
        MeasuredInputs::with_usual_channels(timing.generation("h100").expect("a generation"), nodes, 8, network)
    }

    #[test]
    fn ceilings_equal_the_closed_forms() {
        for (nodes, algorithm, expected_gb_s) in [
            (1, NcclAlgorithm::Ring, 370.8),
            (1, NcclAlgorithm::Nvls, 576.8),
            (1, NcclAlgorithm::Tree, 324.45),
            (2, NcclAlgorithm::Ring, 400.0),
            // In-switch reduction inside the nodes is the bottleneck: the NICs would allow 750.
            (2, NcclAlgorithm::NvlsTree, 618.0),
            (4, NcclAlgorithm::NvlsTree, 516.67),
            (8, NcclAlgorithm::NvlsTree, 450.0),
            (128, NcclAlgorithm::NvlsTree, 402.76),
        ] {
            let got = busbw_ceiling_gb_s(&h100(nodes), algorithm).expect("a ceiling");
            assert!((got / expected_gb_s - 1.0).abs() < 1e-3, "{nodes} {algorithm:?}: {got}");
        }
        assert_eq!(busbw_ceiling_gb_s(&h100(1), NcclAlgorithm::NvlsTree), None);
        assert_eq!(busbw_ceiling_gb_s(&h100(2), NcclAlgorithm::Nvls), None);
    }

    #[test]
    fn in_switch_reduction_sends_less_than_busbw_counts() {
        let one = h100(1);
        assert_eq!(wire_share(&one, NcclAlgorithm::Ring), 1.75);
        assert_eq!(wire_share(&one, NcclAlgorithm::Nvls), 1.125);
        assert_eq!(wire_share(&h100(2), NcclAlgorithm::NvlsTree), 1.0);
    }
}
