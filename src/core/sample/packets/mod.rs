//! Packets: samples of the streams at a fixed spacing in bytes, taken from the trace and never simulated.
//!
//! If a packet takes long enough over the picture, packets move at true speed. If it is faster, packets would flicker: the
//! same number of bytes per packet is then drawn as a flow at a readable speed, denser where the rate is higher, and the
//! screen says "flow, not to scale".
//!
//! | file | contents |
//! |---|---|
//! | `pace` | bytes per packet, speed, and the packets on one row of links |
//! | `chips` | packets on links between chips |
//! | `wafer` | packets on a wafer |
//! | `sampler` | all packets of a fabric, within their limit |

mod chips;
mod pace;
mod sampler;
#[cfg(test)]
mod tests;
mod wafer;

pub use pace::{LanePosition, PacketMark, PacketScale};
pub(crate) use sampler::packets;
