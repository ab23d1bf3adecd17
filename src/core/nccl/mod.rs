//! How long NCCL takes on real clusters: the measured timing, as arithmetic.
//!
//! | file | contents |
//! |---|---|
//! | `collective` | the operations, with their message size and bus bandwidth |
//! | `types` | algorithms, protocols, generations of GPUs |
//! | `inputs` | a cluster as the model sees it |
//! | `candidates` | every algorithm and protocol with its time, and the fastest of them |
//! | `ring`, `tree`, `nvls` | the parts of the time of an all-reduce, per algorithm |
//! | `one_pass`, `point_to_point` | those of the other operations |
//! | `pieces` | these parts as types, and their sum |
//! | `ceiling` | the highest bus bandwidth that an algorithm can reach |
//! | `cost_table` | NCCL's own cost model, and the candidate that it picks |

mod candidates;
mod ceiling;
mod collective;
pub mod cost_table;
mod inputs;
mod nvls;
mod one_pass;
mod pieces;
mod point_to_point;
mod ring;
mod tree;
mod types;

pub use candidates::{Candidate, candidates, fastest};
pub use ceiling::{busbw_ceiling_gb_s, wire_share};
pub use collective::Collective;
pub use inputs::{MeasuredInputs, NodeNics};
pub use pieces::{PeerGroup, Pieces, RingLoop};
pub(crate) use point_to_point::net_peer_channels;
pub use types::{Calls, Generation, HostCpu, NcclAlgorithm, Protocol};

#[cfg(test)]
mod operation_tests;
#[cfg(test)]
mod tests;
