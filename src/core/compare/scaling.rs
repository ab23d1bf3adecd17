//! A loss that grows with the number of nodes, over several runs of the same machine.

use serde::Serialize;

use super::comparison::Comparison;
use super::log_verdict::Headline;

/// A share that falls by less is noise.
const LOSS: f64 = 0.9;

/// The share of the expected busbw at two numbers of nodes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct NodeLoss {
    /// The fewest nodes.
    pub few_nodes: u32,
    /// busbw over the expected one there.
    pub few_share: f64,
    /// The most nodes.
    pub many_nodes: u32,
    /// busbw over the expected one there.
    pub many_share: f64,
}

/// The loss that grows with the nodes; `None` without runs of one machine and network at several numbers of nodes, or if
/// the share does not fall from each number of nodes to the next.
pub(super) fn node_loss(runs: &[Comparison]) -> Option<NodeLoss> {
    let first = runs.first()?;
    let same_kind = |run: &Comparison| {
        run.collective == first.collective
            && run.machine == first.machine
            && run.network == first.network
            && run.gpus_per_node == first.gpus_per_node
    };
    if !runs.iter().all(same_kind) {
        return None;
    }
    let share = |run: &Comparison| {
        let Headline { busbw_gb_s, expected_busbw_gb_s, .. } = run.verdict.headline?;
        Some((run.nodes, busbw_gb_s / expected_busbw_gb_s))
    };
    let mut shares: Vec<(u32, f64)> = runs.iter().filter_map(share).filter(|(nodes, _)| *nodes > 1).collect();
    shares.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
    shares.dedup_by_key(|(nodes, _)| *nodes);
    let (few, many) = (shares.first()?, shares.last()?);
    let falls = shares.windows(2).all(|pair| matches!(pair, [(_, before), (_, after)] if after < before));
    (shares.len() > 1 && falls && many.1 < LOSS * few.1).then_some(NodeLoss {
        few_nodes: few.0,
        few_share: few.1,
        many_nodes: many.0,
        many_share: many.1,
    })
}

impl NodeLoss {
    /// The loss and its usual cause, as sentences.
    pub(super) fn sentence(&self) -> String {
        format!(
            "With {} nodes the runs reach {:.0} % of the expected busbw, with {} nodes {:.0} %: the network loses more with \
             every node, which is congestion or loss of packets, not a slow NIC. Check flow control (PFC, ECN), adaptive \
             routing and the error counters of the switches.",
            self.few_nodes,
            100.0 * self.few_share,
            self.many_nodes,
            100.0 * self.many_share
        )
    }
}
