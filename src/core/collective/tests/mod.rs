//! Proof of every plan by meaning: the transfers are followed symbolically, and at the end every rank must hold every
//! rank's contribution to every byte exactly once.

mod fabrics;
mod faults;
mod gpu;
mod groups;
mod heads;
mod many_ranks;
mod operations;
mod symbolic;
mod wafer;
mod wafer_operations;
