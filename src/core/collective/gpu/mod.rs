//! Algorithms among chips: GPUs around switches, in clusters, on meshes, tori and graphs.

mod axis_shares;
mod binary_tree;
mod channel_rings;
mod cycles;
mod direct;
mod double_binary_tree;
mod exchange;
mod halving_doubling;
mod multi_rings;
mod nccl_tree;
mod nvls;
mod nvls_parts;
mod nvls_tree;
mod rate_cap;
mod ring;
mod rooted;
mod rooted_rails;

pub use channel_rings::{channel_rings, channel_rings_all_reduce};
pub use direct::{direct, direct_all_reduce};
pub use double_binary_tree::double_binary_tree_all_reduce;
pub use exchange::{measured_sends, pairwise_all_to_all, shift};
pub use halving_doubling::{FirstPartner, halving_doubling, halving_doubling_all_reduce};
pub use multi_rings::{has_multi_rings, multi_rings};
pub use nccl_tree::{nccl_tree_stream_count, nccl_tree_streams};
pub use nvls::{nvls_all_reduce, nvls_streams};
pub use nvls_parts::{nvls_half, nvls_rooted};
pub use nvls_tree::{nvls_tree_all_reduce, nvls_tree_stream_count, nvls_tree_streams};
pub use ring::{measured_rings, ring_all_reduce, ring_halves, ring_over};
pub use rooted::{Rooted, chain, double_binary_tree};
pub use rooted_rails::rooted_rails;
