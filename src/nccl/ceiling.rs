//! What no run of an algorithm can exceed, and what it puts on the links: busbw counts 2(n-1)/n of the message whatever
//! the algorithm, so it may be above what a link carries.

use super::NcclAlgorithm;
use super::cost_table::link_gb_s;
use super::inputs::MeasuredInputs;

/// The most busbw of an algorithm, GB/s, from the useful rate of the links alone: NVLink as NCCL counts it, NICs at line
/// rate. `None` for an algorithm that this cluster does not have.
pub fn busbw_ceiling_gb_s(inputs: &MeasuredInputs, algorithm: NcclAlgorithm) -> Option<f64> {
    let (ranks, nodes) = (f64::from(inputs.ranks()), f64::from(inputs.nodes));
    let gpus = f64::from(inputs.gpus_per_node);
    let link = link_gb_s(inputs.table()?.generation);
    let of_algbw = 2.0 * (ranks - 1.0) / ranks;
    let several = inputs.nodes > 1;
    let inside = match algorithm {
        // One of g hops leaves the node, and uses no NVLink.
        NcclAlgorithm::Ring if several => link * gpus / (gpus - 1.0).max(1.0),
        NcclAlgorithm::Ring => link,
        NcclAlgorithm::Tree => of_algbw * link / 2.0,
        NcclAlgorithm::Nvls if !several && inputs.nvls => of_algbw * link * gpus / (gpus + 1.0),
        NcclAlgorithm::NvlsTree if several && inputs.nvls => of_algbw * link * gpus / (gpus + 1.0),
        NcclAlgorithm::Nvls | NcclAlgorithm::NvlsTree => return None,
    };
    if !several {
        return Some(inside);
    }
    let nics = inputs.nics * inputs.nic_gbit_s / 8.0;
    let across = match algorithm {
        NcclAlgorithm::Ring => nics,
        _ => of_algbw * nics * nodes / (2.0 * (nodes - 1.0)),
    };
    Some(inside.min(across))
}

/// How often the message crosses what an algorithm is bound by: the NVLink port of a GPU in one node, the NICs of a node
/// (each way) over several.
pub fn wire_share(inputs: &MeasuredInputs, algorithm: NcclAlgorithm) -> f64 {
    let (ranks, nodes) = (f64::from(inputs.ranks()), f64::from(inputs.nodes));
    match algorithm {
        NcclAlgorithm::Ring => 2.0 * (ranks - 1.0) / ranks,
        NcclAlgorithm::Nvls => 1.0 + 1.0 / ranks,
        NcclAlgorithm::Tree | NcclAlgorithm::NvlsTree if inputs.nodes > 1 => 2.0 * (nodes - 1.0) / nodes,
        NcclAlgorithm::Tree | NcclAlgorithm::NvlsTree => 2.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::NcclTiming;

    fn h100(nodes: u32) -> MeasuredInputs {
        let timing = NcclTiming::bundled().expect("the constants");
        let network = (nodes > 1).then(|| (timing.network("ndr").expect("a network"), 8.0, 400.0));
        MeasuredInputs::usual(timing.generation("h100").expect("a generation"), nodes, 8, network)
    }

    #[test]
    fn ceilings_are_those_of_the_closed_forms() {
        for (nodes, algorithm, expected_gb_s) in [
            (1, NcclAlgorithm::Ring, 370.8),
            (1, NcclAlgorithm::Nvls, 576.8),
            (1, NcclAlgorithm::Tree, 324.45),
            (2, NcclAlgorithm::Ring, 400.0),
            // In-switch reduction inside binds before the NICs' 750 do.
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
    fn in_switch_reduction_puts_less_on_a_link_than_busbw_says() {
        let one = h100(1);
        assert_eq!(wire_share(&one, NcclAlgorithm::Ring), 1.75);
        assert_eq!(wire_share(&one, NcclAlgorithm::Nvls), 1.125);
        assert_eq!(wire_share(&h100(2), NcclAlgorithm::NvlsTree), 1.0);
    }
}
