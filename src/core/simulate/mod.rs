//! The engine: simulates a plan on a fabric and records when everything happened.
//!
//! Streams, not packets (a fluid model): a transfer moves over its whole route at one rate, rates are max-min fair, heads
//! and tails move at the link latencies, dependencies release on a head, a tail or a free port. The engine knows neither
//! machines nor algorithms.
//!
//! | file | contents |
//! |---|---|
//! | `error` | why a plan cannot be simulated, and the limits of a run |
//! | `cost` | memory and work of a run, and the budget of a scene |
//! | `resources` | merges links that always behave identically, drops those that can never limit a rate |
//! | `max_min` | max-min fair rates of the streams that share links |
//! | `sharing` | the streams that share links now, by component |
//! | `dep_graph` | dependencies by transfer, in both directions |
//! | `event_queue` | the events to come, one per transfer |
//! | `event_loop` | the event loop |
//! | `bounds` | times that no run of a plan can beat: its longest path and its busiest link |
//! | `played` | the result of a simulation |
//! | `by_events` | checks a plan and simulates every transfer of it |
//! | `ring_links` | the links of the paths of all slots of rings |
//! | `ring_fast_path` | simulates rings in which no two slots share a link |
//! | `ring_progressions` | the same for very many sends, as arithmetic progressions |
//! | `shared_rings` | rates of rings that meet at the ports of degraded clusters, with too many sends for the event loop |
//! | `symmetric_fast_path` | simulates the representatives of a symmetric plan |
//! | `replay_cache` | plays a run again with other figures, for its end |
//! | `dispatch` | chooses between the three |
//! | `local_excess` | what links seem to carry above their capacity in their own time |

mod bounds;
mod by_events;
mod cost;
mod dep_graph;
mod dispatch;
mod error;
mod event_loop;
mod event_queue;
mod local_excess;
mod max_min;
mod played;
mod replay_cache;
mod resources;
mod ring_fast_path;
mod ring_links;
mod ring_progressions;
mod shared_rings;
mod sharing;
mod symmetric_fast_path;

pub use bounds::PlanBounds;
pub use by_events::play_by_events;
pub use cost::{Budget, Cost, MAX_TRACE_BYTES, estimate};
pub use dispatch::{check, play, play_within};
pub use error::{Budgeted, SimulateError, TooLarge};
pub use local_excess::{LocalExcess, local_excess};
pub use played::Played;
pub use replay_cache::{Original, ReplayCache};

#[cfg(test)]
mod tests;
