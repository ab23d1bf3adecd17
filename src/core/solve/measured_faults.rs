//! What slow and broken links leave of the rates of the measured timing: NCCL's rate is a share of what the lanes and NICs
//! carry, so it falls in proportion.

use crate::collective::{Plan, PlanBody};
use crate::fabric::{Cluster, Fabric, LinkClass, LinkId, Topology};
use crate::nccl::{MeasuredInputs, NcclAlgorithm};
use crate::scene::{ChipFabric, FabricKind, FabricScene};

/// The share of its rate that is left, out of a NIC and into it.
type NicShares = [f64; 2];

/// The shares of the measured rates that the faults of a fabric leave; 1 is whole.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RateShares {
    /// Of the slowest NVLink port: every ring and every switch multicast passes it.
    pub nvlink: f64,
    /// Of the slowest NIC that is up: channels share a message evenly, so the others wait for it.
    pub slowest_nic: f64,
    /// NICs that are up on the node with the fewest, as a share of all.
    pub nics_up: f64,
    /// Links that faults elsewhere on the way slow down or break: NICs behind a slow host link or a broken leaf.
    behind: Vec<(LinkId, f64)>,
    /// NVLink and NIC links that set `nvlink` and `slowest_nic`.
    slowest: Vec<LinkId>,
}

impl RateShares {
    /// The shares of a fabric with measured timing. `None` if all its links are whole.
    pub fn from_scene(scene: &FabricScene) -> Option<RateShares> {
        let FabricKind::Chips(ChipFabric { measured: Some(_), topology, .. }) = &scene.kind else { return None };
        let fabric = scene.fabric();
        if fabric.changed().is_empty() {
            return None;
        }
        let nvlinks = || fabric.changed().iter().filter(|(link, _)| fabric.class(*link) == LinkClass::NvLink);
        // A port that is down has no rate: its plan needs another path, or fails.
        let nvlink = nvlinks().map(|&(_, share)| share).filter(|share| *share > 0.0).fold(1.0, f64::min);
        let mut shares = RateShares {
            nvlink,
            slowest_nic: 1.0,
            nics_up: 1.0,
            behind: Vec::new(),
            slowest: nvlinks().filter(|(_, share)| *share == nvlink).map(|&(link, _)| link).collect(),
        };
        if let Topology::Cluster(cluster) = topology {
            shares.add_nics(&fabric, cluster);
        }
        Some(shares)
    }

    fn add_nics(&mut self, fabric: &Fabric, cluster: &Cluster) {
        let all = nic_shares(fabric, cluster);
        let links = |gpu: usize| [cluster.nic_out(gpu as u32), cluster.nic_in(gpu as u32)];
        let up = |shares: &NicShares| shares.iter().all(|share| *share > 0.0);
        for node in all.chunks(cluster.gpus_per_node.max(1) as usize) {
            let live = node.iter().filter(|nic| up(nic)).count();
            self.nics_up = self.nics_up.min(live as f64 / node.len() as f64);
        }
        self.slowest_nic = all.iter().filter(|nic| up(nic)).flatten().copied().fold(1.0, f64::min);
        for (gpu, shares) in all.iter().enumerate() {
            for (link, share) in links(gpu).into_iter().zip(*shares) {
                let own = own_share(fabric, link);
                if share < own {
                    self.behind.push((link, if own > 0.0 { share / own } else { 0.0 }));
                }
                if share == self.slowest_nic && share < 1.0 {
                    self.slowest.push(link);
                }
            }
        }
    }

    /// The share that the NICs of a node have left: rings and trees spread over those that are up. In an NVLSTree each GPU has the
    /// tree of its own rail, and one without a NIC shares that of a neighbour.
    pub fn nics(&self, algorithm: NcclAlgorithm) -> f64 {
        let up = match algorithm {
            // Without any NIC there is no rate: the plan finds no path.
            _ if self.nics_up <= 0.0 => 1.0,
            NcclAlgorithm::Ring | NcclAlgorithm::Tree | NcclAlgorithm::Nvls | NcclAlgorithm::PointToPoint => {
                self.nics_up
            }
            NcclAlgorithm::NvlsTree if self.nics_up < 1.0 => self.nics_up.min(0.5),
            NcclAlgorithm::NvlsTree => 1.0,
        };
        up * self.slowest_nic
    }

    /// The inputs of an algorithm with the rates that are left.
    pub fn on(&self, inputs: &MeasuredInputs, algorithm: NcclAlgorithm) -> MeasuredInputs {
        let mut left = inputs.clone();
        let generation = &mut left.generation;
        let rates = [&mut generation.ring_gb_s, &mut generation.tree_gb_s];
        let in_switch = [&mut generation.nvls_gb_s, &mut generation.nvls72_gb_s].into_iter().flatten();
        for rate in rates.into_iter().chain(in_switch) {
            rate.value *= self.nvlink;
        }
        left.nics *= self.nics(algorithm);
        left
    }

    /// Breaks and slows the NICs behind slow host links and broken leaves, which measured plans do not pass.
    pub fn on_nics(&self, fabric: &mut Fabric) {
        fabric.slow(self.behind.iter().copied());
    }

    /// Whether a link holds the others back, and not only its own share is lost.
    pub fn has_slow_link(&self) -> bool {
        self.slowest.iter().any(|_| self.nvlink < 1.0 || self.slowest_nic < 1.0)
    }

    /// Narrows the slowest links to what the streams of a plan may put on them when all of them together have
    /// `all_gb_s`: the links are the bottleneck then, as they are in the cluster. Returns whether the plan passes one.
    pub fn narrow(&self, fabric: &mut Fabric, plan: &Plan, all_gb_s: f64, message_bytes: f64) -> bool {
        let mut passed = false;
        for &link in &self.slowest {
            let Some(now) = fabric.link(link).map(|spec| spec.capacity.0) else { continue };
            let capacity = all_gb_s * 1e9 * load(plan, link, message_bytes);
            passed |= capacity > 0.0;
            if capacity > 0.0 && capacity < now {
                fabric.slow([(link, capacity / now)]);
            }
        }
        passed
    }
}

/// Share of its own capacity that a link has left.
fn own_share(fabric: &Fabric, link: LinkId) -> f64 {
    fabric.changed_between(link, link).first().map_or(1.0, |&(_, share)| share)
}

/// The shares of all NICs, with what is slow or down on their way: host links and leaves.
fn nic_shares(fabric: &Fabric, cluster: &Cluster) -> Vec<NicShares> {
    let mut all = vec![[1.0_f64; 2]; cluster.gpus() as usize];
    let mut limit = |gpu: u32, direction: usize, share: f64| {
        if let Some(nic) = all.get_mut(gpu as usize) {
            nic[direction] = nic[direction].min(share);
        }
    };
    let host = cluster.host.capacity.0 / cluster.nic.capacity.0;
    for &(link, share) in fabric.changed() {
        let Some((class, number)) = cluster.class_of(link) else { continue };
        match class {
            0 | 1 => {}
            2 | 3 => limit(number, usize::from(class - 2), (share * host).min(1.0)),
            4 | 5 => limit(number, usize::from(class - 4), share),
            // One node of a unit at a time sends to another unit, so a leaf is as wide as all its nodes together.
            _ if cluster.units() > 1 => {
                for gpu in (0..cluster.gpus()).filter(|&gpu| cluster.leaf(gpu) == number) {
                    let left = (share * f64::from(cluster.nodes_per_leaf)).min(1.0);
                    limit(gpu, usize::from(class - 6), left);
                }
            }
            _ => {}
        }
    }
    all
}

/// Bytes of a plan over a link, per byte of the message; of a ring, per byte that its busiest link carries.
fn load(plan: &Plan, link: LinkId, message_bytes: f64) -> f64 {
    match plan.body() {
        PlanBody::Rings(rings) => {
            let paths = (0..rings.slots()).filter_map(|slot| rings.path(0, slot).ok());
            paths
                .flatten()
                .filter(|run| run.links().any(|other| other == link))
                .map(|run| run.share)
                .fold(0.0, f64::max)
        }
        PlanBody::Listed(_) | PlanBody::Symmetric(_) => {
            let streams = plan.transfers().map(|(_, transfer)| {
                let route = plan.route(&transfer);
                let weights = route.runs.iter().filter(|run| transfer.find(run, link).is_some()).map(|run| run.weight);
                transfer.bytes * weights.sum::<f64>()
            });
            streams.sum::<f64>() / message_bytes
        }
    }
}
