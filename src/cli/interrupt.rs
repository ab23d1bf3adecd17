//! Ctrl-C during a sweep: the rows so far are printed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::error::INTERRUPTED;

/// A flag that an interrupt sets. A second interrupt ends the program at once, in case a point takes too long. The same
/// interrupt may arrive twice, for the program and for its process group, so that two in quick succession count as one.
pub(super) fn stopped_by_interrupt() -> Arc<AtomicBool> {
    const ONE_INTERRUPT: Duration = Duration::from_millis(300);
    let stop = Arc::new(AtomicBool::new(false));
    let flag = stop.clone();
    let mut first: Option<Instant> = None;
    // Without a handler, an interrupt ends the program.
    let _ = ctrlc::set_handler(move || {
        flag.store(true, Ordering::Relaxed);
        if first.get_or_insert_with(Instant::now).elapsed() > ONE_INTERRUPT {
            std::process::exit(i32::from(INTERRUPTED));
        }
    });
    stop
}
