//! Display list: layout and samples as quads that any renderer can draw.

pub mod bottleneck;
pub mod chips;
pub mod critical_path;
mod display_list;
pub mod links;
pub mod packets;
mod routers;
pub mod selection;
pub mod wafer;

pub use display_list::{Heat, Pes, Quad, QuadKind, filled, line};
pub use routers::pes;
