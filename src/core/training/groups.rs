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
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Groups {
    pub tensor: Group,
    pub context: Group,
    pub expert: Group,
    /// Ranks with the same parameters.
    pub replicas: Group,
    /// Neighbours in the pipeline: each stage and the next, the last one and the first.
    pub stages: Vec<Group>,
}

impl Groups {
    pub fn new(job: &GpuJob) -> Groups {
        let (domain, tensor) = (job.domain(), job.parallel.tensor);
        let stages = job.parallel.pipeline.max(1);
        let stride = job.gpus / stages;
        Groups {
            tensor: Group::new(tensor, 1, domain),
            context: Group::new(job.parallel.context, tensor, domain),
            expert: Group::new(job.parallel.expert, tensor, domain),
            replicas: Group::new(job.replicas(), tensor, domain),
            stages: (0..stages).map(|stage| neighbours((stage, (stage + 1) % stages), stride, domain)).collect(),
        }
    }

    /// The neighbours in the pipeline that are farthest apart.
    pub fn far_stages(&self) -> Group {
        let all = self.stages.iter().copied();
        all.max_by_key(|group| group.nodes).unwrap_or(Group { nodes: 1, per_node: 1 })
    }
}

/// A rank of one stage and the same rank of another; in one domain if that holds for every rank of `stride`.
fn neighbours((one, other): (u32, u32), stride: u32, domain: u32) -> Group {
    if one == other {
        return Group { nodes: 1, per_node: 1 };
    }
    let (first, last) = (one.min(other) * stride, (one.max(other) + 1) * stride - 1);
    let is_inside = first / domain.max(1) == last / domain.max(1);
    if is_inside { Group { nodes: 1, per_node: 2 } } else { Group { nodes: 2, per_node: 1 } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_of_a_pipeline_may_lie_in_two_domains_though_the_first_two_share_one() {
        let nodes = |one: u32, other: u32| neighbours((one, other), 4, 8).nodes;
        assert_eq!([nodes(0, 1), nodes(1, 2), nodes(2, 3), nodes(3, 0)], [1, 2, 1, 2]);
        // Stages as large as a domain, and two that do not fill one.
        assert_eq!(neighbours((0, 1), 8, 8).nodes, 2);
        assert_eq!([neighbours((0, 1), 3, 8).nodes, neighbours((1, 2), 3, 8).nodes], [1, 2]);
        assert_eq!(neighbours((0, 0), 64, 8), Group { nodes: 1, per_node: 1 });
    }

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
