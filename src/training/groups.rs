//! How the ranks of a group lie in the NVLink domains of a cluster. Ranks are numbered tensor first, then context, data, pipeline.

use super::calls::{ALL_NICS, Call};
use crate::collective::Collective;
use crate::model::GpuJob;

/// The ranks of a group: how many in each of how many domains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Group {
    pub nodes: u32,
    pub per_node: u32,
}

impl Group {
    /// `ranks` that are `stride` numbers apart, in domains of `domain` numbers.
    pub fn new(ranks: u32, stride: u32, domain: u32) -> Group {
        let most = (domain / stride.max(1)).clamp(1, ranks.max(1));
        let per_node = (1..=most).rev().find(|count| ranks.is_multiple_of(*count)).unwrap_or(1);
        Group { nodes: (ranks / per_node).max(1), per_node }
    }

    /// A collective of the group.
    pub fn call(self, operation: Collective, bytes: f64) -> Call {
        let Group { nodes, per_node } = self;
        Call { operation, bytes: bytes.round() as u64, nodes, per_node, nic_thousandths: ALL_NICS }
    }
}

/// The groups of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Groups {
    pub tensor: Group,
    pub context: Group,
    pub expert: Group,
    /// Ranks with the same parameters.
    pub replicas: Group,
    /// Neighbours in the pipeline.
    pub stages: Group,
}

impl Groups {
    pub fn new(job: &GpuJob) -> Groups {
        let (domain, tensor) = (job.domain(), job.parallel.tensor);
        let stride = job.gpus / job.parallel.pipeline.max(1);
        let neighbours = if job.parallel.pipeline < 2 { 1 } else { 2 };
        Groups {
            tensor: Group::new(tensor, 1, domain),
            context: Group::new(job.parallel.context, tensor, domain),
            expert: Group::new(job.parallel.expert, tensor, domain),
            replicas: Group::new(job.replicas(), tensor, domain),
            stages: Group::new(neighbours, stride, domain),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_fill_their_domain_before_the_next() {
        let group = |ranks, stride, domain| {
            let Group { nodes, per_node } = Group::new(ranks, stride, domain);
            (nodes, per_node)
        };
        assert_eq!(group(64, 4, 8), (32, 2));
        assert_eq!(group(4, 1, 8), (1, 4));
        assert_eq!(group(128, 8, 8), (128, 1));
        assert_eq!(group(16, 4, 64), (1, 16));
        assert_eq!(group(6, 2, 8), (2, 3));
        assert_eq!(group(1, 1, 8), (1, 1));
    }
}
