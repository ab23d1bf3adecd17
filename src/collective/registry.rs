//! The registry of all-reduce algorithms: the one place where an algorithm is added.
//!
//! A new algorithm is a variant, a row of the table (id, label, phases), an arm of `fits` and an arm of `build`. Without
//! any of them it does not compile.

use super::{
    Broadcast, Delays, FirstPartner, Plan, PlanError, RankOrder, RingMapping, Root, StripLayout, XyPattern,
    centre_rooted_all_reduce, channel_rings_all_reduce, direct_all_reduce, double_binary_tree_all_reduce,
    fit_to_faults, halving_doubling_all_reduce, nvls_all_reduce, nvls_tree_all_reduce, ring_all_reduce, ring_over,
    snake_all_reduce, strips_all_reduce, wafer_ring_all_reduce, wafer_ring_least_time, wafer_tree_all_reduce,
    xy_all_reduce,
};
use crate::fabric::{Fabric, Mesh, Topology, WaferCluster};
use crate::nccl::{MeasuredInputs, NcclAlgorithm};
use crate::units::{Bytes, Femtos};

/// All-reduce algorithms among chips that send to one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChipAlgorithm {
    /// Reduce-scatter and all-gather around a ring: along rows and columns of a mesh or torus, over one channel per rail
    /// between nodes.
    Ring,
    /// One ring along a snake through a mesh or torus.
    Snake,
    /// Addition and multicast in the switch.
    Nvls,
    /// Two trees, each rank a leaf in one of them.
    DoubleBinaryTree,
    /// Halves between pairs, then back.
    HalvingDoubling,
    /// Every rank exchanges with every other rank at once.
    Direct,
    /// A ring inside each node, one per rail across nodes, and back inside.
    Hierarchical,
    /// In-switch reduction inside nodes, trees between them.
    NvlsTree,
}

/// All-reduce algorithms on a wafer where every PE is a rank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PerPeAlgorithm {
    /// Rows, then the last column, then a broadcast from the corner.
    Xy(XyPattern),
    /// One chain through all PEs, then a broadcast from the corner.
    Snake,
    /// Stars from both halves into the centre, then a broadcast from there.
    CentreRooted,
    /// Rings along rows and columns, and back.
    Ring,
}

/// An all-reduce algorithm, with the kind of ranks that it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// Among chips.
    Chips(ChipAlgorithm),
    /// Among all PEs of a wafer.
    PerPe(PerPeAlgorithm),
    /// Among the strips of a wafer, by where the sums meet.
    Strips(Root),
    /// Among wafers under a tree that adds and copies.
    SwarmxTree,
}

/// Ranks on a fabric: what decides which algorithms fit.
#[derive(Clone, Copy, Debug)]
pub enum RankLayout<'a> {
    /// Every chip is a rank.
    Chips {
        /// Their links.
        topology: &'a Topology,
        /// Whether the switches inside a node add and copy.
        in_switch_reduction: bool,
        /// The measured timing, which has only what NCCL has. `None` with ideal timing.
        measured: Option<&'a MeasuredInputs>,
    },
    /// Every PE of a wafer is a rank.
    PerPe(&'a Mesh),
    /// Strips of a wafer are ranks.
    Strips {
        /// The PEs.
        mesh: &'a Mesh,
        /// Their geometry.
        layout: &'a StripLayout,
        /// When the copies go back.
        broadcast: Broadcast,
    },
    /// Every wafer under a tree is a rank.
    Wafers(&'a WaferCluster),
}

/// What a plan is made from.
#[derive(Clone, Copy, Debug)]
pub struct PlanInputs<'a> {
    /// The ranks.
    pub layout: RankLayout<'a>,
    /// The links, with what is slow or down.
    pub fabric: &'a Fabric,
    /// Bytes per rank.
    pub message: Bytes,
    /// Software, and ranks that are late or slow.
    pub delays: &'a Delays,
    /// The first exchange of halving-doubling.
    pub first_partner: FirstPartner,
}

/// Makes the list of all algorithms and what the table says of each: a variant without a row does not compile.
macro_rules! algorithms {
    ($([$($algorithm:tt)+] => ($id:literal, $label:literal, $phases:expr),)+) => {
        impl Algorithm {
            /// All of them; `auto` takes the first of several that are equally fast.
            pub const ALL: &[Algorithm] = { use Algorithm::*; &[$($($algorithm)+),+] };

            /// Its name in scenes.
            pub fn id(self) -> &'static str {
                use Algorithm::*;
                match self { $($($algorithm)+ => $id,)+ }
            }

            /// Its name on the screen.
            pub fn label(self) -> &'static str {
                use Algorithm::*;
                match self { $($($algorithm)+ => $label,)+ }
            }

            /// The names of the phases that its plans may have.
            pub fn phases(self) -> &'static [&'static str] {
                use Algorithm::*;
                match self { $($($algorithm)+ => $phases,)+ }
            }
        }
    };
}

const RING: &[&str] = &["reduce-scatter", "all-gather"];
const RINGS: &[&str] = &[
    "reduce-scatter",
    "all-gather",
    "reduce-scatter inside",
    "all-gather inside",
    "reduce-scatter across",
    "all-gather across",
];
const ROWS_COLUMN: &[&str] = &["reduce rows", "reduce column", "broadcast"];
const STREAMED: &[&str] = &["sum, copies behind it", "sum to the root strip", "copies back"];

algorithms! {
    [Chips(ChipAlgorithm::Ring)] => ("ring", "ring", RINGS),
    [Chips(ChipAlgorithm::Snake)] => ("snake", "ring along a snake", RING),
    [Chips(ChipAlgorithm::Nvls)] => ("nvls", "NVLS, sum in the switch", &["in-switch all-reduce"]),
    [Chips(ChipAlgorithm::Hierarchical)] => ("hierarchical", "hierarchical", RINGS),
    [Chips(ChipAlgorithm::NvlsTree)] =>
        ("nvls-tree", "NVLS inside, trees across", &["in-switch reduction, trees between nodes"]),
    [Chips(ChipAlgorithm::DoubleBinaryTree)] =>
        ("double-binary-tree", "double binary tree", &["up and down both trees", "chains inside, trees between"]),
    [Chips(ChipAlgorithm::HalvingDoubling)] =>
        ("halving-doubling", "halving-doubling", &["recursive halving", "recursive doubling"]),
    [Chips(ChipAlgorithm::Direct)] => ("direct", "direct, all pairs at once", RING),
    [PerPe(PerPeAlgorithm::Xy(XyPattern::Chain))] => ("chain-xy", "X-Y chain", ROWS_COLUMN),
    [PerPe(PerPeAlgorithm::Xy(XyPattern::TwoPhase))] => ("two-phase-xy", "X-Y two phases", ROWS_COLUMN),
    [PerPe(PerPeAlgorithm::Xy(XyPattern::Tree))] => ("tree-xy", "X-Y tree", ROWS_COLUMN),
    [PerPe(PerPeAlgorithm::Xy(XyPattern::Star))] => ("star-xy", "X-Y star", ROWS_COLUMN),
    [PerPe(PerPeAlgorithm::Xy(XyPattern::AutoGen))] =>
        ("auto-gen-xy", "X-Y Auto-Gen, a tree for this vector", ROWS_COLUMN),
    [PerPe(PerPeAlgorithm::CentreRooted)] => (
        "centre-rooted",
        "stars into the centre and back",
        &["reduce half rows", "reduce half columns", "merge in the centre", "broadcast"]
    ),
    [PerPe(PerPeAlgorithm::Ring)] => (
        "wafer-ring",
        "rings along rows and columns",
        &[
            "reduce-scatter",
            "all-gather",
            "reduce-scatter rows",
            "reduce-scatter columns",
            "all-gather columns",
            "all-gather rows",
        ]
    ),
    [PerPe(PerPeAlgorithm::Snake)] =>
        ("snake", "snake, one chain through all PEs", &["reduce along the snake", "broadcast"]),
    [Strips(Root::Middle)] => ("strips-middle", "two-sided to the middle strip", STREAMED),
    [Strips(Root::End)] => ("strips-end", "one-sided to the end strip", STREAMED),
    [Strips(Root::Both)] => ("strips-two-roots", "half to each end strip", &["sums to both ends", "copies back"]),
    [SwarmxTree] => (
        "swarmx-tree",
        "SwarmX tree: added on the way up, copied on the way down",
        &["up and down the tree"]
    ),
}

impl Algorithm {
    /// All that fit, in the order of the table.
    pub fn all_for(layout: &RankLayout) -> impl Iterator<Item = Algorithm> {
        Algorithm::ALL.iter().copied().filter(|algorithm| algorithm.fits(layout))
    }

    /// The one with an id. `None` if none that fits has it.
    pub fn find(layout: &RankLayout, id: &str) -> Option<Algorithm> {
        Algorithm::all_for(layout).find(|algorithm| algorithm.id() == id)
    }

    /// Whether these ranks can run it.
    pub fn fits(self, layout: &RankLayout) -> bool {
        match (self, layout) {
            (Algorithm::Chips(algorithm), &RankLayout::Chips { topology, in_switch_reduction, measured }) => {
                match measured {
                    Some(inputs) => fits_measured(algorithm, inputs),
                    None => fits_chips(algorithm, topology, in_switch_reduction),
                }
            }
            (Algorithm::PerPe(algorithm), RankLayout::PerPe(mesh)) => match algorithm {
                // A line of PEs does not have four PEs in its centre.
                PerPeAlgorithm::CentreRooted => mesh.width > 1 && mesh.height > 1,
                PerPeAlgorithm::Xy(_) | PerPeAlgorithm::Snake | PerPeAlgorithm::Ring => true,
            },
            (Algorithm::Strips(_), RankLayout::Strips { .. }) | (Algorithm::SwarmxTree, RankLayout::Wafers(_)) => true,
            (Algorithm::Chips(_) | Algorithm::PerPe(_) | Algorithm::Strips(_) | Algorithm::SwarmxTree, _) => false,
        }
    }

    /// A time that it cannot beat, known without a plan, given that it fits. Zero where none is known.
    pub fn least_time(self, layout: &RankLayout, message: Bytes) -> Femtos {
        match (self, layout) {
            (Algorithm::PerPe(PerPeAlgorithm::Ring), RankLayout::PerPe(mesh)) => {
                wafer_ring_least_time(mesh, message.0 as f64 / mesh.bytes_per_cycle)
            }
            (Algorithm::Chips(_) | Algorithm::PerPe(_) | Algorithm::Strips(_) | Algorithm::SwarmxTree, _) => Femtos(0),
        }
    }

    /// Its plan with ideal timing.
    ///
    /// # Errors
    /// [`PlanError::DoesNotFit`] if [`Algorithm::fits`] is false; else as the algorithm's own function.
    pub fn build(self, inputs: &PlanInputs) -> Result<Plan, PlanError> {
        let PlanInputs { fabric, message, delays, .. } = *inputs;
        let late = delays.last_start() > Femtos(0);
        match (self, inputs.layout) {
            (Algorithm::Chips(algorithm), RankLayout::Chips { topology, .. }) => {
                build_chips(algorithm, topology, inputs)
            }
            (Algorithm::PerPe(algorithm), RankLayout::PerPe(mesh)) => {
                let plan = build_per_pe(algorithm, mesh, message)?;
                fit_to_faults(plan, mesh, fabric, late, &|pe| delays.start_of(pe))
            }
            (Algorithm::Strips(root), RankLayout::Strips { mesh, layout, broadcast }) => {
                let plan = strips_all_reduce(mesh, layout, message, root, broadcast);
                // A rank is a strip: all of its columns are late.
                let strip = |pe: u32| pe % mesh.width / layout.strip_width;
                fit_to_faults(plan, mesh, fabric, late, &|pe| delays.start_of(strip(pe)))
            }
            (Algorithm::SwarmxTree, RankLayout::Wafers(tree)) => Ok(wafer_tree_all_reduce(tree, message, delays)),
            (Algorithm::Chips(_) | Algorithm::PerPe(_) | Algorithm::Strips(_) | Algorithm::SwarmxTree, _) => {
                Err(PlanError::DoesNotFit(self.id()))
            }
        }
    }
}

impl ChipAlgorithm {
    /// Its name in scenes.
    pub fn id(self) -> &'static str {
        Algorithm::Chips(self).id()
    }

    /// Its name on the screen.
    pub fn label(self) -> &'static str {
        Algorithm::Chips(self).label()
    }

    /// NCCL's name for it. `None` if NCCL does not have it.
    pub fn nccl(self) -> Option<NcclAlgorithm> {
        match self {
            ChipAlgorithm::Ring => Some(NcclAlgorithm::Ring),
            ChipAlgorithm::DoubleBinaryTree => Some(NcclAlgorithm::Tree),
            ChipAlgorithm::Nvls => Some(NcclAlgorithm::Nvls),
            ChipAlgorithm::NvlsTree => Some(NcclAlgorithm::NvlsTree),
            ChipAlgorithm::Snake
            | ChipAlgorithm::HalvingDoubling
            | ChipAlgorithm::Direct
            | ChipAlgorithm::Hierarchical => None,
        }
    }

    /// Whether a rank sends in steps, one after the other, so that software at each step counts.
    pub fn has_steps(self) -> bool {
        match self {
            ChipAlgorithm::Nvls | ChipAlgorithm::NvlsTree | ChipAlgorithm::DoubleBinaryTree => false,
            ChipAlgorithm::Ring
            | ChipAlgorithm::Snake
            | ChipAlgorithm::HalvingDoubling
            | ChipAlgorithm::Direct
            | ChipAlgorithm::Hierarchical => true,
        }
    }
}

impl From<NcclAlgorithm> for ChipAlgorithm {
    fn from(algorithm: NcclAlgorithm) -> ChipAlgorithm {
        match algorithm {
            NcclAlgorithm::Ring => ChipAlgorithm::Ring,
            NcclAlgorithm::Tree => ChipAlgorithm::DoubleBinaryTree,
            NcclAlgorithm::Nvls => ChipAlgorithm::Nvls,
            NcclAlgorithm::NvlsTree => ChipAlgorithm::NvlsTree,
        }
    }
}

/// What NCCL has: ring, tree, and NVLS in its form for one node or several.
fn fits_measured(algorithm: ChipAlgorithm, inputs: &MeasuredInputs) -> bool {
    match algorithm.nccl() {
        Some(NcclAlgorithm::Ring | NcclAlgorithm::Tree) => true,
        Some(NcclAlgorithm::Nvls) => inputs.nvls && inputs.nodes == 1,
        Some(NcclAlgorithm::NvlsTree) => inputs.nvls && inputs.nodes > 1,
        None => false,
    }
}

fn fits_chips(algorithm: ChipAlgorithm, topology: &Topology, in_switch_reduction: bool) -> bool {
    match algorithm {
        ChipAlgorithm::Nvls => in_switch_reduction && matches!(topology, Topology::Switch(_)),
        ChipAlgorithm::NvlsTree => in_switch_reduction && matches!(topology, Topology::Cluster(_)),
        ChipAlgorithm::Hierarchical => matches!(topology, Topology::Cluster(_)),
        ChipAlgorithm::Snake => matches!(topology, Topology::Grid(_)),
        ChipAlgorithm::HalvingDoubling => topology.ranks().is_power_of_two(),
        ChipAlgorithm::Ring | ChipAlgorithm::DoubleBinaryTree | ChipAlgorithm::Direct => true,
    }
}

fn build_chips(algorithm: ChipAlgorithm, topology: &Topology, inputs: &PlanInputs) -> Result<Plan, PlanError> {
    let PlanInputs { fabric, message, delays, first_partner, .. } = *inputs;
    let does_not_fit = Err(PlanError::DoesNotFit(algorithm.id()));
    let straight = |lengths: &[u32]| ring_over(fabric, lengths, RankOrder::Straight, message, delays);
    match algorithm {
        ChipAlgorithm::Ring => {
            if let Topology::Cluster(cluster) = topology {
                channel_rings_all_reduce(fabric, cluster, message, delays)
            } else if let Topology::Grid(grid) = topology {
                straight(&[grid.width, grid.height])
            } else {
                ring_all_reduce(fabric, message, delays)
            }
        }
        ChipAlgorithm::Snake => {
            let Topology::Grid(grid) = topology else { return does_not_fit };
            ring_over(fabric, &[grid.chips()], RankOrder::Snake(grid.width), message, delays)
        }
        ChipAlgorithm::Nvls => {
            let Topology::Switch(switch) = topology else { return does_not_fit };
            Ok(nvls_all_reduce(switch, message, delays))
        }
        ChipAlgorithm::NvlsTree => {
            let Topology::Cluster(cluster) = topology else { return does_not_fit };
            nvls_tree_all_reduce(fabric, cluster, message, delays)
        }
        ChipAlgorithm::Hierarchical => {
            let Topology::Cluster(cluster) = topology else { return does_not_fit };
            straight(&[cluster.gpus_per_node, cluster.nodes])
        }
        ChipAlgorithm::DoubleBinaryTree => double_binary_tree_all_reduce(fabric, message, delays),
        ChipAlgorithm::HalvingDoubling => halving_doubling_all_reduce(fabric, message, delays, first_partner, false),
        ChipAlgorithm::Direct => direct_all_reduce(fabric, message, delays),
    }
}

fn build_per_pe(algorithm: PerPeAlgorithm, mesh: &Mesh, message: Bytes) -> Result<Plan, PlanError> {
    let wavelets = message.0 as f64 / mesh.bytes_per_cycle;
    match algorithm {
        PerPeAlgorithm::Xy(pattern) => Ok(xy_all_reduce(mesh, pattern, wavelets)),
        PerPeAlgorithm::Snake => Ok(snake_all_reduce(mesh, wavelets)),
        PerPeAlgorithm::CentreRooted => {
            let plan = centre_rooted_all_reduce(mesh, XyPattern::Star, wavelets);
            plan.ok_or(PlanError::DoesNotFit(Algorithm::PerPe(algorithm).id()))
        }
        PerPeAlgorithm::Ring => wafer_ring_all_reduce(mesh, RingMapping::Line, wavelets),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fabric::{Cluster, FullMesh, Graph, Grid, LinkFigures, Switch};
    use crate::units::BytesPerSec;

    fn topologies() -> Vec<Topology> {
        let links = LinkFigures { capacity: BytesPerSec(1e9), latency: Femtos(1) };
        vec![
            Switch { ranks: 8, capacity: links.capacity, latency: links.latency }.into(),
            Cluster { nodes: 4, gpus_per_node: 2, nvlink: links, host: links, nic: links, nodes_per_leaf: 2 }.into(),
            Grid { width: 4, height: 2, wraps: true, links }.into(),
            FullMesh { chips: 6, links }.into(),
            Graph::of_nodes(3).into(),
        ]
    }

    #[test]
    fn what_fits_is_built_and_nothing_else() {
        let delays = Delays::default();
        for topology in topologies() {
            let fabric = Fabric::from(topology.clone());
            let layout = RankLayout::Chips { topology: &topology, in_switch_reduction: true, measured: None };
            let inputs = PlanInputs {
                layout,
                fabric: &fabric,
                message: Bytes(4096),
                delays: &delays,
                first_partner: FirstPartner::Far,
            };
            for &algorithm in Algorithm::ALL {
                let refused = match algorithm.build(&inputs) {
                    Ok(plan) => {
                        let known = |phase: &&str| algorithm.phases().contains(phase);
                        assert!(plan.phases().iter().all(known), "{algorithm:?}: {:?}", plan.phases());
                        false
                    }
                    Err(PlanError::DoesNotFit(id)) => id == algorithm.id(),
                    Err(PlanError::NotAPowerOfTwo(_)) => true,
                    // The chips of this graph are not joined.
                    Err(PlanError::NoPath { .. }) => !matches!(topology, Topology::Graph(_)),
                    Err(error) => panic!("{algorithm:?}: {error}"),
                };
                assert_eq!(refused, !algorithm.fits(&layout), "{algorithm:?} on {topology:?}");
            }
        }
    }

    #[test]
    fn ids_are_unique_among_the_algorithms_that_fit_together() {
        for &algorithm in Algorithm::ALL {
            let same = |other: &&Algorithm| {
                other.id() == algorithm.id() && std::mem::discriminant(*other) == std::mem::discriminant(&algorithm)
            };
            assert_eq!(Algorithm::ALL.iter().filter(same).count(), 1, "{algorithm:?}");
        }
    }
}
