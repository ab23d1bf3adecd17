//! Plans whose transfers are computed from their ids: a ring of 1,024 ranks is two million sends, and its rule needs a
//! few numbers.

mod channel_rings;
mod half;
mod multi_rings;
mod rings;
mod switch_exchange;
mod symmetric;

pub use channel_rings::ChannelRings;
pub use half::{AllReduceHalf, Halves};
pub use multi_rings::{MultiRings, RingPart, RingSet};
pub use rings::{Channels, Loops, RankOrder, RingPhase, RingRule};
pub use switch_exchange::{Exchange, SwitchExchange};
pub use symmetric::SymmetricRule;
