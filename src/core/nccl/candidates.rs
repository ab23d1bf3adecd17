//! Every algorithm and protocol with its time, and the fastest of them.

use super::collective::Collective;
use super::inputs::MeasuredInputs;
use super::pieces::Pieces;
use super::types::{Calls, NcclAlgorithm, Protocol};
use super::{nvls, one_pass, point_to_point, ring, tree};

/// An algorithm with a protocol, and the time that it takes.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// The algorithm.
    pub algorithm: NcclAlgorithm,
    /// The protocol; NVLS has only Simple.
    pub protocol: Protocol,
    /// The time, µs.
    pub time_us: f64,
    /// The parts of the time, without the extra time per call of the benchmark.
    pub pieces: Pieces,
}

impl Candidate {
    /// Whether another candidate has the same algorithm and protocol.
    pub fn is_same_choice(&self, other: &Candidate) -> bool {
        (self.algorithm, self.protocol) == (other.algorithm, other.protocol)
    }
}

/// All algorithms that run the operation of the inputs and are allowed, in the order of [`NcclAlgorithm::ALL`], each with
/// its allowed protocols.
pub fn candidates(inputs: &MeasuredInputs, message_bytes: u64) -> Vec<Candidate> {
    let size = message_bytes as f64;
    let allowed = |algorithm: &NcclAlgorithm| inputs.algorithms.contains(algorithm);
    let algorithms: Vec<NcclAlgorithm> = match inputs.collective {
        _ if inputs.calls.is_some() => vec![NcclAlgorithm::PointToPoint],
        Collective::AllReduce => NcclAlgorithm::ALL.into_iter().filter(allowed).collect(),
        Collective::AllGather | Collective::ReduceScatter | Collective::Broadcast | Collective::Reduce => {
            vec![NcclAlgorithm::Ring]
        }
        Collective::AllToAll | Collective::SendRecv => vec![NcclAlgorithm::PointToPoint],
    };
    let mut found = Vec::new();
    for algorithm in algorithms {
        for &protocol in &inputs.protocols {
            let of_calls = inputs.calls.map(|calls| point_to_point::pieces(inputs, protocol, calls, size));
            let pieces = of_calls.unwrap_or_else(|| match (inputs.collective, algorithm) {
                (Collective::AllReduce, NcclAlgorithm::Ring) => ring::pieces(inputs, protocol, size),
                (Collective::AllReduce, NcclAlgorithm::Tree) => tree::pieces(inputs, protocol, size),
                (Collective::AllReduce, NcclAlgorithm::Nvls) if inputs.nodes == 1 => {
                    nvls::pieces(inputs, protocol, size)
                }
                (Collective::AllReduce, NcclAlgorithm::NvlsTree) if inputs.nodes > 1 => {
                    nvls::tree_pieces(inputs, protocol, size)
                }
                (Collective::AllGather | Collective::ReduceScatter, NcclAlgorithm::Ring) => {
                    one_pass::ring_pieces(inputs, protocol, size)
                }
                (Collective::Broadcast | Collective::Reduce, NcclAlgorithm::Ring) => {
                    one_pass::chain_pieces(inputs, protocol, size)
                }
                (Collective::AllToAll, NcclAlgorithm::PointToPoint) => {
                    point_to_point::pieces(inputs, protocol, Calls::AllToAll, size)
                }
                (Collective::SendRecv, NcclAlgorithm::PointToPoint) => {
                    point_to_point::pieces(inputs, protocol, Calls::Shift, size)
                }
                (_, _) => None,
            });
            found.extend(pieces.map(|pieces| {
                let time_us = pieces.time_us(inputs.ranks(), size).max(inputs.launches_us()) + inputs.host_s * 1e6;
                Candidate { algorithm, protocol, time_us, pieces }
            }));
        }
    }
    found
}

/// The fastest allowed candidate; of equally fast ones the first.
pub fn fastest(inputs: &MeasuredInputs, message_bytes: u64) -> Option<Candidate> {
    candidates(inputs, message_bytes).into_iter().min_by(|a, b| a.time_us.total_cmp(&b.time_us))
}
