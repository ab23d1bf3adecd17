//! All-reduce in one stream that adds on its way up and copies on its way down: double binary tree, in-switch reduction
//! (NVLS), NVLS with a tree between nodes, and the tree between wafers.

use super::build::PlanBuilder;
use super::delays::Delays;
use super::plan::{Delivery, MessageSlice, Plan};
use super::route::{Flow, Route, RouteRun};
use super::way::{PlanError, check_listed, way};
use crate::fabric::{Cluster, Fabric, LinkId, Switch, Topology, WaferCluster};
use crate::units::{Bytes, Femtos};

/// All-reduce with addition and multicast in the switch (NVLS): each rank owns one n-th; the switch fetches it from
/// all ranks, adds, hands the sum to the owner, who sends it back to be copied to all.
///
/// Each shard is one stream: every uplink carries it once (the owner's twice), every downlink once (the owner's
/// twice), so the whole takes `S (1 + 1/n) / c + 4 h + launch` (engine-model section 2).
pub fn nvls_all_reduce(switch: &Switch, message: Bytes, delays: &Delays) -> Plan {
    nvls_streams(switch, message, delays, None)
}

/// The same with each stream held to a rate by a private link of its own, from this one on: what chunks and rounds leave
/// of the ports' capacity (`measured` timing).
pub fn nvls_streams(switch: &Switch, message: Bytes, delays: &Delays, held: Option<LinkId>) -> Plan {
    let ranks = switch.ranks;
    let mut plan = PlanBuilder::new(delays.launch);
    let stage = plan.stage("in-switch all-reduce");
    let hop_fs = switch.latency.0 as f64;
    let shard = message.0 as f64 / f64::from(ranks);
    for owner in 0..ranks {
        let fetch = RouteRun::line(switch.up(0), 1, ranks, 0.0, 0.0, Flow::Reduce);
        let sum = RouteRun::single(switch.down(owner), 1.0, hop_fs, Flow::Reduce);
        let send_back = RouteRun::single(switch.up(owner), 1.0, 2.0 * hop_fs, Flow::Broadcast);
        let multicast = RouteRun::line(switch.down(0), 1, ranks, 3.0 * hop_fs, 0.0, Flow::Broadcast);
        let runs = holder(held, owner).into_iter().chain([fetch, sum, send_back, multicast]);
        let route = plan.route(runs, Femtos(4 * switch.latency.0));
        let transfer = plan.transfer(stage, route, shard, Delivery::All, &[]);
        plan.carries(transfer, MessageSlice::one(owner, ranks));
        // The switch adds what all ranks send at once.
        plan.delay_start(transfer, delays.last_start());
    }
    plan.fill_first(delays.fill);
    plan.build()
}

/// The private link that holds a stream, if there is one.
fn holder(first: Option<LinkId>, stream: u32) -> Option<RouteRun> {
    first.map(|first| RouteRun::single(LinkId(first.0 + stream), 1.0, 0.0, Flow::Reduce))
}

/// A binary tree over members: number 0 is the root, odd labels are leaves.
struct BinaryTree {
    members: u32,
    /// The second tree of a pair, in which leaves and inner members change places.
    second: bool,
}

impl BinaryTree {
    /// The member of a label: in the second tree mirrored for an even number of members, shifted by one for an odd one.
    fn member(&self, label: u32) -> u32 {
        match (self.second, self.members.is_multiple_of(2)) {
            (false, _) => label,
            (true, true) => self.members - 1 - label,
            (true, false) => (label + 1) % self.members,
        }
    }

    /// The label above: the lowest set bit moves up one place, or goes where that would lead beyond the last member.
    fn parent(&self, label: u32) -> Option<u32> {
        let bit = label & label.wrapping_neg();
        if label == 0 {
            return None;
        }
        let above = (label ^ bit) | (bit << 1);
        Some(if above < self.members { above } else { label ^ bit })
    }

    /// Labels so that every one comes before the one above it.
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

    /// The runs of one stream up and down the tree over ways between members, from `start` on: all branches meet where
    /// the latest of them arrives. Answers the runs, when the last copy is through, and when each label's own vector is
    /// needed at the earliest.
    fn stream(
        &self,
        fabric: &Fabric,
        start: Femtos,
        rank_of: &dyn Fn(u32) -> u32,
        spread: bool,
    ) -> Result<(Vec<RouteRun>, Femtos, Vec<Femtos>), PlanError> {
        let count = self.members as usize;
        let labels = self.upwards();
        let rank = |label: u32| rank_of(self.member(label));
        let path = |from: u32, to: u32| match &fabric.topology {
            Topology::Cluster(cluster) if spread => Ok(cluster.spread_path(from, to)),
            _ => way(fabric, from, to),
        };
        // When all branches of a label have met.
        let mut met = vec![start; count];
        for &label in &labels {
            let Some(above) = self.parent(label) else { continue };
            let up = Route::over(fabric, &path(rank(label), rank(above))?, Flow::Reduce);
            let arrives = met[label as usize] + up.latency;
            met[above as usize] = met[above as usize].max(arrives);
        }
        let mut runs = Vec::with_capacity(4 * count);
        let mut needed = vec![start; count];
        let mut has_copy = met.clone();
        let mut last = met[0];
        // From the root downwards: a branch starts so late that it meets the others, a copy goes on from its parent.
        for &label in labels.iter().rev() {
            let Some(above) = self.parent(label) else {
                needed[label as usize] = met[label as usize];
                continue;
            };
            let up = Route::over(fabric, &path(rank(label), rank(above))?, Flow::Reduce);
            let leaves = met[above as usize].since(up.latency);
            met[label as usize] = leaves;
            needed[label as usize] = leaves;
            runs.extend(up.runs.into_iter().map(|run| later(run, leaves)));
            let down = Route::over(fabric, &path(rank(above), rank(label))?, Flow::Broadcast);
            let from = has_copy[above as usize];
            has_copy[label as usize] = from + down.latency;
            last = last.max(has_copy[label as usize]);
            runs.extend(down.runs.into_iter().map(|run| later(run, from)));
        }
        Ok((runs, last, needed))
    }
}

fn later(run: RouteRun, by: Femtos) -> RouteRun {
    RouteRun { offset_fs: run.offset_fs + by.0 as f64, ..run }
}

/// Double binary tree: two streams of half the message, each up its tree and down again. Every rank is a leaf in one
/// tree, so no port carries more than twice the message (for an even number of ranks).
///
/// On a switch it takes `launch + 2 S/c + 2 depth 2 h` (engine-model 3.3).
///
/// # Errors
/// Where two ranks are not joined, or there are too many.
pub fn double_binary_tree_all_reduce(fabric: &Fabric, message: Bytes, delays: &Delays) -> Result<Plan, PlanError> {
    let ranks = fabric.topology.ranks();
    check_listed(8 * u64::from(ranks), 0)?;
    let mut plan = PlanBuilder::new(delays.launch);
    let stage = plan.stage("up and down both trees");
    for second in [false, true] {
        let tree = BinaryTree { members: ranks, second };
        let (runs, latency, needed) = tree.stream(fabric, Femtos(0), &|member| member, false)?;
        let route = plan.route(runs, latency);
        let transfer = plan.transfer(stage, route, message.0 as f64 / 2.0, Delivery::All, &[]);
        plan.carries(transfer, MessageSlice::one(u32::from(second), 2));
        let late = needed.iter().zip(0..).map(|(&at, label)| delays.start_of(tree.member(label)).since(at));
        plan.delay_start(transfer, late.max().unwrap_or_default());
    }
    Ok(plan.build())
}

/// In-switch reduction inside the nodes and a double binary tree along each rail between them: the switch of a node adds
/// a rail's share and hands it to that rail's GPU, the rail's tree adds over the nodes, and on its way back every node's
/// switch copies it to all (NCCL: NVLSTree, here with all its chunks in one stream).
///
/// # Errors
/// Where a needed link is down with no way round, or there are too many ranks.
pub fn nvls_tree_all_reduce(
    fabric: &Fabric,
    cluster: &Cluster,
    message: Bytes,
    delays: &Delays,
) -> Result<Plan, PlanError> {
    nvls_tree_streams(fabric, cluster, message, delays, None)
}

/// Most streams of [`nvls_tree_streams`] that are worth their cost: beyond, in racks, NVLink binds and no NIC does.
const MAX_NVLS_TREE_STREAMS: u32 = 512;

/// How often the nodes of a rail's trees change places, and by how many nodes each time. A pair of trees gives every node
/// twice the message to send but two, which have half of that; after these turns each node has been one of them equally
/// often. For an even number the two are neighbours, so every second turn does.
fn nvls_tree_turns(nodes: u32, places: u32) -> (u32, u32) {
    let (turns, step) = if nodes.is_multiple_of(2) { (nodes / 2, 2) } else { (nodes, 1) };
    let most = (MAX_NVLS_TREE_STREAMS / (2 * places).max(1)).clamp(1, MAX_TURNS);
    (turns.min(most), step)
}

/// How many streams [`nvls_tree_streams`] has where they are held.
pub fn nvls_tree_stream_count(nodes: u32, places: u32) -> u32 {
    2 * places * nvls_tree_turns(nodes, places).0
}

/// The same with each stream held to a rate by a private link of its own, from this one on (`measured` timing). The nodes
/// then take turns in the trees of a rail, so that each NIC carries the mean at a node boundary.
///
/// # Errors
/// As [`nvls_tree_all_reduce`].
pub fn nvls_tree_streams(
    fabric: &Fabric,
    cluster: &Cluster,
    message: Bytes,
    delays: &Delays,
    held: Option<LinkId>,
) -> Result<Plan, PlanError> {
    let (nodes, places) = (cluster.nodes, cluster.gpus_per_node);
    let (turns, turn_step) = if held.is_some() { nvls_tree_turns(nodes, places) } else { (1, 0) };
    let shares = 2 * places * turns;
    // Each stream crosses every NVLink port of the cluster.
    check_listed(u64::from(shares) * 16 * u64::from(nodes), 0)?;
    let mut plan = PlanBuilder::new(delays.launch);
    let stage = plan.stage("in-switch reduction, trees between nodes");
    let hop = cluster.nvlink.latency;
    let hop_fs = hop.0 as f64;
    let into_switch = Femtos(2 * hop.0);
    let share = message.0 as f64 / f64::from(shares);
    for rail in 0..places {
        for number in 0..2 * turns {
            let (turn, second) = (number / 2, number % 2 == 1);
            let tree = BinaryTree { members: nodes, second };
            let rank_of = |node: u32| (node + turn * turn_step) % nodes * places + rail;
            let (mut runs, last, _) = tree.stream(fabric, into_switch, &rank_of, false)?;
            for node in 0..nodes {
                let first = node * places;
                let owner = first + rail;
                let back_fs = last.0 as f64;
                runs.extend([
                    RouteRun::line(cluster.nvlink_up(first), 1, places, 0.0, 0.0, Flow::Reduce),
                    RouteRun::single(cluster.nvlink_down(owner), 1.0, hop_fs, Flow::Reduce),
                    RouteRun::single(cluster.nvlink_up(owner), 1.0, back_fs, Flow::Broadcast),
                    RouteRun::line(cluster.nvlink_down(first), 1, places, back_fs + hop_fs, 0.0, Flow::Broadcast),
                ]);
            }
            let stream = 2 * turns * rail + number;
            let route = plan.route(holder(held, stream).into_iter().chain(runs), last + into_switch);
            let transfer = plan.transfer(stage, route, share, Delivery::All, &[]);
            plan.carries(transfer, MessageSlice::one(stream, shares));
            plan.delay_start(transfer, delays.last_start());
        }
    }
    plan.fill_first(delays.fill);
    Ok(plan.build())
}

/// Most turns in which the nodes of a tree change places.
const MAX_TURNS: u32 = 32;

/// How many streams [`nccl_tree_streams`] has.
pub fn nccl_tree_stream_count(nodes: u32, places: u32) -> u32 {
    if nodes > 1 { 2 * nodes.min(MAX_TURNS) } else { places }
}

/// NCCL's tree: a chain inside each node up to a head, a double binary tree over the heads, and back the same way. The
/// nodes take turns in the tree and the places of a node as heads, and what leaves a node is spread over its NICs, as many
/// channels do it (where streams are held; else each takes the rail of its head). On one node only the chains are left. Each stream is held to a rate by a private link of its own, from
/// `held` on (`measured` timing).
///
/// # Errors
/// Where a needed link is down with no way round, or there are too many ranks.
pub fn nccl_tree_streams(
    fabric: &Fabric,
    (nodes, places): (u32, u32),
    message: Bytes,
    delays: &Delays,
    held: Option<LinkId>,
) -> Result<Plan, PlanError> {
    let streams = nccl_tree_stream_count(nodes, places);
    check_listed(u64::from(streams) * 8 * u64::from(nodes) * u64::from(places), 0)?;
    let mut plan = PlanBuilder::new(delays.launch);
    let stage = plan.stage("chains inside, trees between");
    let share = message.0 as f64 / f64::from(streams);
    for stream in 0..streams {
        // A pair of trees takes one turn.
        let (turn, second) = if nodes > 1 { (stream / 2, stream % 2 == 1) } else { (stream, false) };
        let rank = |node: u32, step: u32| (node + turn) % nodes * places + (turn + step) % places;
        // One hop of a chain, towards the head or away from it.
        let hop = |node: u32, from: u32, to: u32, phase: Flow| -> Result<Route, PlanError> {
            Ok(Route::over(fabric, &way(fabric, rank(node, from), rank(node, to))?, phase))
        };
        let chain = if places > 1 { hop(0, 1, 0, Flow::Reduce)?.latency } else { Femtos(0) };
        let inside = Femtos(chain.0 * u64::from(places - 1));
        let tree = BinaryTree { members: nodes, second };
        let (mut runs, last, _) = tree.stream(fabric, inside, &|node| rank(node, 0), held.is_some())?;
        for node in 0..nodes {
            for step in 1..places {
                let up = hop(node, step, step - 1, Flow::Reduce)?;
                let leaves = Femtos(chain.0 * u64::from(places - 1 - step));
                runs.extend(up.runs.into_iter().map(|run| later(run, leaves)));
                let down = hop(node, step - 1, step, Flow::Broadcast)?;
                let arrives = last + Femtos(chain.0 * u64::from(step - 1));
                runs.extend(down.runs.into_iter().map(|run| later(run, arrives)));
            }
        }
        let route = plan.route(holder(held, stream).into_iter().chain(runs), last + inside);
        let transfer = plan.transfer(stage, route, share, Delivery::All, &[]);
        plan.carries(transfer, MessageSlice::one(stream, streams));
        plan.delay_start(transfer, delays.last_start());
    }
    plan.fill_first(delays.fill);
    Ok(plan.build())
}

/// The tree between wafers (SwarmX): one stream up, added at every node, and one down behind it, copied at every node.
///
/// Takes `S / c + 2 depth h`: flat in the number of wafers but for the depth (facts: cluster formulas of section
/// 4 in wafer.md, pipelined).
pub fn wafer_tree_all_reduce(wafers: &WaferCluster, message: Bytes, delays: &Delays) -> Plan {
    let mut plan = PlanBuilder::new(delays.launch);
    let stage = plan.stage("up and down the tree");
    let levels = wafers.depth();
    let hop_fs = wafers.links.latency.0 as f64;
    let mut runs = Vec::with_capacity(2 * levels as usize);
    for level in 0..levels {
        let (first, count) = wafers.up(level);
        runs.push(RouteRun::line(first, 1, count, f64::from(level) * hop_fs, 0.0, Flow::Reduce));
    }
    for level in (0..levels).rev() {
        let (first, count) = wafers.down(level);
        let offset_fs = f64::from(2 * levels - 1 - level) * hop_fs;
        runs.push(RouteRun::line(first, 1, count, offset_fs, 0.0, Flow::Broadcast));
    }
    let route = plan.route(runs, Femtos(u64::from(2 * levels) * wafers.links.latency.0));
    let transfer = plan.transfer(stage, route, message.0 as f64, Delivery::All, &[]);
    plan.delay_start(transfer, delays.last_start());
    plan.build()
}
