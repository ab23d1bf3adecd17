//! JSON of profilers: read as a stream, with nothing kept that is not needed.
//!
//! | file | contents |
//! |---|---|
//! | `scalar` | values of any type, without failing over their type |
//! | `error` | errors of JSON with their line |
//! | `collective` | PyTorch's names of collectives and types |
//! | `trace` | events of a PyTorch profiler trace |
//! | `profiler` | one training step as a sequence |
//! | `inspector` | NCCL Inspector |

mod collective;
mod error;
pub(super) mod inspector;
pub(super) mod profiler;
pub(super) mod scalar;
pub(super) mod trace;

pub(super) use error::json_error;
