//! Display list: layouts and samples as quads, lanes and packets that any renderer can draw. No Bevy.
//!
//! | file | contents |
//! |---|---|
//! | `scene` | draws the stage: the order of everything |
//! | `display_list` | quads, lanes, heats and PEs |
//! | `chips`, `links`, `packets` | chips, lanes and packets |
//! | `wafer`, `routers` | a wafer: rim, dies, bottlenecks; its visible PEs |
//! | `bottleneck`, `critical_path`, `degradation`, `selection` | marks over them |

mod bottleneck;
mod chips;
mod critical_path;
mod degradation;
mod display_list;
mod links;
mod packets;
mod routers;
mod scene;
mod selection;
#[cfg(test)]
mod tests;
mod wafer;

pub use display_list::{DisplayList, Heat, Lane, LinkLevel, Pes, Quad, QuadKind, filled, line};
pub use links::lanes;
pub use packets::{PacketDot, PacketPlace, PacketStyle};
pub use scene::{ChipState, FabricScene, StageScene, draw_stage};
