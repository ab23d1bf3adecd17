//! How long software and hardware really take: NCCL's all-reduce as measured on real clusters, as arithmetic.
//!
//! | file | what |
//! |---|---|
//! | `inputs` | a cluster as the model sees it |
//! | `ceiling` | what no run of an algorithm can exceed |
//! | `model` | the time of each algorithm and protocol, and of what it is made |
//! | `cost_table` | NCCL's own cost model, and its pick |

mod ceiling;
pub mod cost_table;
mod inputs;
mod model;

pub use ceiling::{busbw_ceiling_gb_s, wire_share};
pub use inputs::MeasuredInputs;
pub use model::{Candidate, Pieces, RingLoop, candidates, fastest};

/// What goes over the wire (NCCL's protocols).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Protocol {
    /// A flag beside every 4 bytes: least latency, half of the bytes.
    Ll,
    /// A flag in every 128 bytes.
    Ll128,
    /// Whole chunks, each with a fence.
    Simple,
}

impl Protocol {
    /// All of them.
    pub const ALL: [Protocol; 3] = [Protocol::Ll, Protocol::Ll128, Protocol::Simple];

    /// As NCCL names it.
    pub fn name(self) -> &'static str {
        match self {
            Protocol::Ll => "LL",
            Protocol::Ll128 => "LL128",
            Protocol::Simple => "Simple",
        }
    }
}

/// A GPU generation, as NCCL's tables tell them apart (by compute capability).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Generation {
    /// A100: compute capability 8.0, 12 NVLink 3 links.
    A100,
    /// H100 and H200: compute capability 9.0, 18 NVLink 4 links.
    H100,
    /// B200, B300, GB200, GB300: compute capability 10.x, 18 NVLink 5 links.
    B200,
}

/// The maker of the CPU that posts network operations; NCCL's constants differ by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HostCpu {
    /// x86 from Intel.
    Intel,
    /// x86 from AMD.
    Amd,
    /// Anything else, such as Grace.
    Other,
}

/// The algorithms that NCCL chooses from for an all-reduce and that the model knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NcclAlgorithm {
    /// A ring per channel.
    Ring,
    /// A chain inside each node, a double binary tree between nodes.
    Tree,
    /// Addition and multicast in the switch, one node.
    Nvls,
    /// The same inside nodes, trees between them.
    NvlsTree,
}

impl NcclAlgorithm {
    /// All of them, in the order in which ties are settled.
    pub const ALL: [NcclAlgorithm; 4] =
        [NcclAlgorithm::Ring, NcclAlgorithm::Tree, NcclAlgorithm::Nvls, NcclAlgorithm::NvlsTree];

    /// As NCCL names it, in lower case.
    pub fn name(self) -> &'static str {
        match self {
            NcclAlgorithm::Ring => "ring",
            NcclAlgorithm::Tree => "tree",
            NcclAlgorithm::Nvls => "nvls",
            NcclAlgorithm::NvlsTree => "nvls-tree",
        }
    }
}

#[cfg(test)]
mod tests;
