//! The trace of a run: when every transfer started, arrived and ended, and at which rates it moved.
//!
//! Everything that is drawn or explained is a function of a trace and an instant. So scrubbing, reverse playback and
//! random access cost the same.
//!
//! | file | contents |
//! |---|---|
//! | `times` | instants and rates of one transfer |
//! | `store` | the trait that every form of a trace implements |
//! | `events` | every transfer as the event loop recorded it |
//! | `ring_starts` | the starts of the sends of a ring; the rest follows from slot and phase |
//! | `progressions` | the same for very many sends: what repeats from period to period is stored once |
//! | `representatives` | the transfers of some slots, for all slots |
//! | `segment_log` | the rates of all transfers as they are recorded |
//! | `fingerprint` | the hash of a trace |
//! | `trace` | the trace: one of these forms |

mod events;
mod fingerprint;
mod progressions;
mod representatives;
mod ring_starts;
mod segment_log;
mod store;
mod times;
#[expect(clippy::module_inception, reason = "the file of `Trace` itself; the module is the room")]
mod trace;

pub use events::EventTrace;
pub(crate) use progressions::{Progressions, Row};
pub(crate) use representatives::{LinksBySlot, RepresentativeTrace, SlotLinks};
pub(crate) use ring_starts::{RingPhaseTimes, RingStartsTrace, Starts, Turn};
pub(crate) use segment_log::SegmentLog;
pub use times::{Segment, Segments, Times};
pub use trace::Trace;
