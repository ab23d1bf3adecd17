//! NCCL's algorithms and protocols, and the hardware that its tables distinguish.

/// NCCL's protocols: how data and their flags share the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Protocol {
    /// A flag beside every 4 bytes: lowest latency, half of the capacity.
    Ll,
    /// A flag of 8 bytes in every 128 bytes.
    Ll128,
    /// Whole chunks, each followed by a memory fence.
    Simple,
}

impl Protocol {
    /// All protocols.
    pub const ALL: [Protocol; 3] = [Protocol::Ll, Protocol::Ll128, Protocol::Simple];

    /// The name that NCCL uses.
    pub fn name(self) -> &'static str {
        match self {
            Protocol::Ll => "LL",
            Protocol::Ll128 => "LL128",
            Protocol::Simple => "Simple",
        }
    }

    /// The value that belongs to this protocol.
    pub(crate) fn select<T>(self, ll: T, ll128: T, simple: T) -> T {
        match self {
            Protocol::Ll => ll,
            Protocol::Ll128 => ll128,
            Protocol::Simple => simple,
        }
    }
}

/// The calls of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Calls {
    /// Every rank sends to every other rank.
    AllToAll,
    /// Every rank sends to the next.
    Shift,
    /// One rank sends to another and receives nothing.
    Unanswered,
    /// One rank sends to every other rank.
    Scatter,
}

/// A GPU generation, as NCCL's tables distinguish them (by compute capability).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Generation {
    /// A100: compute capability 8.0, 12 NVLink 3 links.
    A100,
    /// H100 and H200: compute capability 9.0, 18 NVLink 4 links.
    H100,
    /// B200, B300, GB200, GB300: compute capability 10.x, 18 NVLink 5 links.
    B200,
}

/// The vendor of the CPU that posts network operations. NCCL's constants depend on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HostCpu {
    /// x86 from Intel.
    Intel,
    /// x86 from AMD.
    Amd,
    /// Any other CPU, such as Grace.
    Other,
}

/// NCCL's algorithms that the model covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NcclAlgorithm {
    /// One ring per channel.
    Ring,
    /// A chain inside each node, a double binary tree between nodes.
    Tree,
    /// In-switch reduction and multicast, within one node.
    Nvls,
    /// NVLS inside nodes, trees between them.
    NvlsTree,
    /// Grouped sends, all at once: all-to-all and send-recv, which have no choice of algorithm.
    PointToPoint,
}

impl NcclAlgorithm {
    /// All algorithms of an all-reduce; of equally fast ones the first is used.
    pub const ALL: [NcclAlgorithm; 4] =
        [NcclAlgorithm::Ring, NcclAlgorithm::Tree, NcclAlgorithm::Nvls, NcclAlgorithm::NvlsTree];

    /// The name that NCCL uses, in lower case and with hyphens.
    pub fn name(self) -> &'static str {
        match self {
            NcclAlgorithm::Ring => "ring",
            NcclAlgorithm::Tree => "tree",
            NcclAlgorithm::Nvls => "nvls",
            NcclAlgorithm::NvlsTree => "nvls-tree",
            NcclAlgorithm::PointToPoint => "point-to-point",
        }
    }
}
