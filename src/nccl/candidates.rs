//! Every algorithm and protocol with its time, and the fastest of them.

use super::inputs::MeasuredInputs;
use super::pieces::Pieces;
use super::types::{NcclAlgorithm, Protocol};
use super::{nvls, ring, tree};

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

/// All allowed algorithms in the order of [`NcclAlgorithm::ALL`], each with its allowed protocols.
pub fn candidates(inputs: &MeasuredInputs, message_bytes: u64) -> Vec<Candidate> {
    let size = message_bytes as f64;
    let mut found = Vec::new();
    for algorithm in NcclAlgorithm::ALL.into_iter().filter(|algorithm| inputs.algorithms.contains(algorithm)) {
        for &protocol in &inputs.protocols {
            let pieces = match algorithm {
                NcclAlgorithm::Ring => ring::pieces(inputs, protocol, size),
                NcclAlgorithm::Tree => tree::pieces(inputs, protocol, size),
                NcclAlgorithm::Nvls if inputs.nodes == 1 => nvls::pieces(inputs, protocol, size),
                NcclAlgorithm::NvlsTree if inputs.nodes > 1 => nvls::tree_pieces(inputs, protocol, size),
                NcclAlgorithm::Nvls | NcclAlgorithm::NvlsTree => None,
            };
            found.extend(pieces.map(|pieces| {
                let time_us = pieces.time_us(inputs.ranks(), size) + inputs.host_s * 1e6;
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
