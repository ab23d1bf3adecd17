//! Binary trees as NCCL builds them, and one stream up such a tree, down it, or both.

use crate::fabric::{Fabric, LinkRun, Path, Topology};
use crate::plan::{Flow, PlanError, Route, RouteRun, path_between};
use crate::units::Femtos;

/// Most turns in which the nodes of a cluster change places in a tree.
pub const MAX_TURNS: u32 = 32;

/// A binary tree over members. Nodes of the tree have labels: label 0 is the root, odd labels are leaves.
pub struct BinaryTree {
    /// Number of members.
    pub members: u32,
    /// The second tree of a pair, in which the leaves of the first are inner nodes.
    pub is_second: bool,
}

/// Up to the root of a tree, or down from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TreeDirection {
    /// Sums towards the root.
    Up,
    /// Copies away from the root.
    Down,
}

/// One stream through a tree.
pub struct TreeStream {
    /// The link runs.
    pub runs: Vec<RouteRun>,
    /// Time until the head arrives at its last receiver.
    pub latency: Femtos,
    /// The earliest time at which the vector of each label is needed.
    pub needed: Vec<Femtos>,
    /// The time at which the head of its copy arrives at each label.
    pub has_copy: Vec<Femtos>,
}

/// How a stream travels between the members of a tree.
pub struct TreePaths<'a> {
    /// The fabric.
    pub fabric: &'a Fabric,
    /// The rank of a member.
    pub rank_of: &'a dyn Fn(u32) -> u32,
    /// Paths between nodes are spread over all NICs.
    pub spread: bool,
}

impl TreePaths<'_> {
    fn path(&self, from: u32, to: u32) -> Result<Path, PlanError> {
        let (from, to) = ((self.rank_of)(from), (self.rank_of)(to));
        if let Topology::Cluster(cluster) = &self.fabric.topology
            && self.spread
        {
            let path = cluster.spread_path(from, to, &|link| self.fabric.is_down(link));
            let mut links = path.iter().flat_map(LinkRun::links);
            return match links.find(|&link| self.fabric.is_down(link)) {
                Some(down) => Err(PlanError::NoAlternatePath(self.fabric.link_name(down))),
                None => Ok(path),
            };
        }
        path_between(self.fabric, from, to)
    }
}

impl BinaryTree {
    /// The member with a label. The second tree is mirrored for an even number of members and shifted by one for an odd
    /// number, so that no member is an inner node of both.
    pub fn member(&self, label: u32) -> u32 {
        match (self.is_second, self.members.is_multiple_of(2)) {
            (false, true | false) => label,
            (true, true) => self.members - 1 - label,
            (true, false) => (label + 1) % self.members,
        }
    }

    /// The label above: the lowest set bit moves up by one, or is cleared if that would lead beyond the last member.
    fn parent(&self, label: u32) -> Option<u32> {
        let bit = label & label.wrapping_neg();
        if label == 0 {
            return None;
        }
        let above = (label ^ bit) | (bit << 1);
        Some(if above < self.members { above } else { label ^ bit })
    }

    /// All labels, each before its parent.
    fn upwards(&self) -> Vec<u32> {
        let mut depth_of = vec![0_u32; self.members as usize];
        let mut labels: Vec<u32> = (0..self.members).collect();
        for &label in &labels {
            let mut at = label;
            while let Some(above) = self.parent(at) {
                at = above;
                depth_of[label as usize] += 1;
            }
        }
        labels.sort_by_key(|&label| (std::cmp::Reverse(depth_of[label as usize]), label));
        labels
    }

    /// One stream up and down the tree, from `start` on. All branches meet where the latest of them arrives.
    ///
    /// # Errors
    /// [`PlanError::NoPath`] or [`PlanError::NoAlternatePath`] if no path joins two members.
    pub fn stream(&self, paths: &TreePaths, start: Femtos) -> Result<TreeStream, PlanError> {
        self.through(paths, &[TreeDirection::Up, TreeDirection::Down], start)
    }

    /// One stream in one direction, from `start` on.
    ///
    /// # Errors
    /// As [`BinaryTree::stream`].
    pub fn in_direction(
        &self,
        paths: &TreePaths,
        direction: TreeDirection,
        start: Femtos,
    ) -> Result<TreeStream, PlanError> {
        self.through(paths, &[direction], start)
    }

    fn through(&self, paths: &TreePaths, directions: &[TreeDirection], start: Femtos) -> Result<TreeStream, PlanError> {
        let count = self.members as usize;
        let labels = self.upwards();
        let (goes_up, goes_down) = (directions.contains(&TreeDirection::Up), directions.contains(&TreeDirection::Down));
        let route = |from: u32, to: u32, flow: Flow| {
            let path = paths.path(self.member(from), self.member(to))?;
            Ok::<Route, PlanError>(Route::along(paths.fabric, &path, flow))
        };
        // When all branches of a label have met.
        let mut met = vec![start; count];
        for &label in labels.iter().filter(|_| goes_up) {
            let Some(above) = self.parent(label) else { continue };
            let arrives = met[label as usize] + route(label, above, Flow::Reduce)?.latency;
            met[above as usize] = met[above as usize].max(arrives);
        }
        let mut hops: Vec<Vec<RouteRun>> = Vec::with_capacity(2 * count);
        let mut needed = vec![start; count];
        let mut has_copy = met.clone();
        let mut latency = met[0];
        // From the root downwards: a branch starts just early enough to meet the others, a copy follows its parent's.
        for &label in labels.iter().rev() {
            let Some(above) = self.parent(label) else {
                needed[label as usize] = met[label as usize];
                continue;
            };
            if goes_up {
                let up = route(label, above, Flow::Reduce)?;
                let leaves = met[above as usize].since(up.latency);
                met[label as usize] = leaves;
                needed[label as usize] = leaves;
                hops.push(up.runs.into_iter().map(|run| later(run, leaves)).collect());
            }
            if goes_down {
                let down = route(above, label, Flow::Broadcast)?;
                let from = has_copy[above as usize];
                has_copy[label as usize] = from + down.latency;
                latency = latency.max(has_copy[label as usize]);
                hops.push(down.runs.into_iter().map(|run| later(run, from)).collect());
            }
        }
        if !goes_up {
            // A reader of the route takes links that lead on from the run before as one path, past the rank between.
            hops.reverse();
        }
        let runs = hops.into_iter().flatten().collect();
        Ok(TreeStream { runs, latency, needed, has_copy })
    }
}

/// The same run, entered later.
pub fn later(run: RouteRun, by: Femtos) -> RouteRun {
    RouteRun { offset_fs: run.offset_fs + by.0 as f64, ..run }
}
