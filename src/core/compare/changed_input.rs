//! The inputs of the measured timing that a diagnosis changes, and their values.

use serde::{Serialize, Serializer};

use crate::nccl::{NcclAlgorithm, Protocol};

/// The input of the timing that is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChangedInput {
    /// The rate of every hop inside a node, GB/s.
    Nvlink,
    /// The NVLink lanes of each GPU in use, with in-switch reduction.
    Lanes,
    /// The NICs in use per node.
    Nics,
    /// The share of its rate that the slowest NIC has.
    OneNic,
    /// The NICs in use per node, if less than one.
    Tcp,
    /// In-switch reduction: 1 or 0.
    Nvls,
    /// The algorithm: 0, with its name in `choice`.
    Algorithm,
    /// An algorithm, named in `choice`, over fewer NICs.
    AlgorithmAndNics,
    /// The protocol: 0, with its name in `choice`.
    Protocol,
    /// Channels of ring and tree.
    Channels,
    /// Channels of point-to-point calls per remote peer.
    PeerChannels,
    /// The extra time of every step between nodes, or inside a node if there is only one, µs.
    Step,
    /// The extra time per call, µs.
    Host,
}

impl ChangedInput {
    /// Its id in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            ChangedInput::Nvlink => "nvlink",
            ChangedInput::Lanes => "lanes",
            ChangedInput::Nics => "nics",
            ChangedInput::OneNic => "one-nic",
            ChangedInput::Tcp => "tcp",
            ChangedInput::Nvls => "nvls",
            ChangedInput::Algorithm => "algorithm",
            ChangedInput::AlgorithmAndNics => "algorithm-and-nics",
            ChangedInput::Protocol => "protocol",
            ChangedInput::Channels => "channels",
            ChangedInput::PeerChannels => "net-peer-channels",
            ChangedInput::Step => "step",
            ChangedInput::Host => "host",
        }
    }
}

/// A choice of NCCL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// An algorithm.
    Algorithm(NcclAlgorithm),
    /// A protocol.
    Protocol(Protocol),
}

impl Choice {
    /// Its name in this program.
    pub fn name(self) -> &'static str {
        match self {
            Choice::Algorithm(algorithm) => algorithm.name(),
            Choice::Protocol(protocol) => protocol.name(),
        }
    }

    /// The setting that makes NCCL take it: `NCCL_ALGO=Ring`.
    pub fn setting(self) -> &'static str {
        match self {
            Choice::Algorithm(NcclAlgorithm::Ring) => "NCCL_ALGO=Ring",
            Choice::Algorithm(NcclAlgorithm::Tree) => "NCCL_ALGO=Tree",
            Choice::Algorithm(NcclAlgorithm::Nvls) => "NCCL_ALGO=NVLS",
            Choice::Algorithm(NcclAlgorithm::NvlsTree) => "NCCL_ALGO=NVLSTree",
            // Grouped sends have no choice: no setting selects them, and no candidate of an all-reduce is one.
            Choice::Algorithm(NcclAlgorithm::PointToPoint) => "no setting",
            Choice::Protocol(Protocol::Ll) => "NCCL_PROTO=LL",
            Choice::Protocol(Protocol::Ll128) => "NCCL_PROTO=LL128",
            Choice::Protocol(Protocol::Simple) => "NCCL_PROTO=Simple",
        }
    }
}

impl Serialize for Choice {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// A value of an input, healthy and changed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Changed {
    pub parameter: ChangedInput,
    pub healthy: f64,
    pub explains: f64,
    pub choice: Option<Choice>,
}

impl Changed {
    pub(super) fn number(parameter: ChangedInput, healthy: f64, explains: f64) -> Changed {
        Changed { parameter, healthy, explains, choice: None }
    }

    pub(super) fn choice(parameter: ChangedInput, choice: Choice) -> Changed {
        Changed { parameter, healthy: 0.0, explains: 0.0, choice: Some(choice) }
    }
}
