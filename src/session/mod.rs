//! Session: the open scene, its runs, the clock, and the one place where intents are applied.

mod apply_view;
mod clock;
mod go_to;
mod intent;
mod log_window;
mod state;
mod sweep_window;
mod undo;

pub use clock::Clock;
pub use go_to::to_binding;
pub use intent::{Effect, Intent, SweepIntent};
pub use log_window::{Curve, LogComparison, LogWindow, is_log, splits, usual_network};
pub use state::{Session, SessionError};
pub use sweep_window::{Quantity, Sweeping};
pub use undo::Edits;
