//! The clock of a training run: an instant and a window on an axis from months to nanoseconds.

use crate::training::RunTime;

/// Seconds on the screen in which playback crosses the window.
const WINDOW_S: f64 = 12.0;
/// The shortest window: 10 ns.
const MIN_WINDOW: RunTime = RunTime(10_000_000);
/// Where the playhead stays while the window follows it, as a share of the window.
const FOLLOWS_AT: f64 = 0.75;

/// An instant of a run, and the window that is shown around it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RunClock {
    /// The instant.
    pub at: RunTime,
    /// Start and length of the window; `None` for the whole run.
    window: Option<(RunTime, RunTime)>,
}

impl RunClock {
    /// Start and length of the window in a run of this length.
    pub fn window(&self, run: RunTime) -> (RunTime, RunTime) {
        let (start, length) = self.window.unwrap_or((RunTime(0), run));
        let length = length.clamp(MIN_WINDOW.min(run), run);
        (start.min(run.since(length)), length)
    }

    /// Sets the window. One that is as long as the run follows the run.
    pub(super) fn set_window(&mut self, start: RunTime, length: RunTime, run: RunTime) {
        self.window = (length < run).then_some((start, length));
        self.window = self.window.map(|_| self.window(run));
    }

    /// Zooms by a factor; a position keeps its place in the window.
    pub(super) fn zoom(&mut self, factor: f64, around: RunTime, run: RunTime) {
        let (start, length) = self.window(run);
        let wanted = (length.0 as f64 / factor.clamp(1e-6, 1e6)).clamp(MIN_WINDOW.min(run).0 as f64, run.0 as f64);
        let share = around.since(start).0.min(length.0) as f64 / length.0.max(1) as f64;
        let wanted = RunTime(wanted as u128);
        // In whole femtoseconds: the start of a narrow window has more digits than a float.
        let start = (start + around.since(start).min(length)).since(wanted.scaled(share));
        self.set_window(start, wanted, run);
        self.keep_in_window(run);
    }

    /// Moves the window by a share of it.
    pub(super) fn pan(&mut self, share: f64, run: RunTime) {
        let (start, length) = self.window(run);
        let by = length.scaled(share.abs());
        let start = if share < 0.0 { start.since(by) } else { start + by };
        self.set_window(start, length, run);
        self.keep_in_window(run);
    }

    /// Moves to an instant. A window that does not contain it follows.
    pub(super) fn seek(&mut self, at: RunTime, run: RunTime) {
        self.at = at.min(run);
        let (start, length) = self.window(run);
        if self.at < start || self.at > start + length {
            self.set_window(self.at.since(length.scaled(0.5)), length, run);
        }
    }

    /// The playhead stays visible.
    fn keep_in_window(&mut self, run: RunTime) {
        let (start, length) = self.window(run);
        self.at = self.at.clamp(start, start + length);
    }

    /// Advances by seconds on the screen, `speed` times as fast as usual. Returns whether the end is reached.
    pub(super) fn advance(&mut self, screen_s: f64, speed: f64, backwards: bool, run: RunTime) -> bool {
        let (start, length) = self.window(run);
        let by = length.scaled(screen_s.max(0.0) / WINDOW_S * speed);
        self.at = if backwards { self.at.since(by) } else { (self.at + by).min(run) };
        let limit = length.scaled(if backwards { 1.0 - FOLLOWS_AT } else { FOLLOWS_AT });
        let ahead = if backwards { self.at < start + limit } else { self.at > start + limit };
        if ahead && self.window.is_some() {
            self.set_window(self.at.since(limit), length, run);
        }
        self.at == if backwards { RunTime(0) } else { run }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RUN: RunTime = RunTime(14_000_000_000_000_000_000_000);

    #[test]
    fn zooming_from_months_to_nanoseconds_and_back_keeps_the_place() {
        let mut clock = RunClock::default();
        let around = RunTime(RUN.0 / 3 + 123_456_789);
        clock.seek(around, RUN);
        while clock.window(RUN).1 > RunTime(1_000_000_000) {
            clock.zoom(1.5, around, RUN);
            let (start, length) = clock.window(RUN);
            assert!(start <= around && around <= start + length);
        }
        let (start, length) = clock.window(RUN);
        let share = around.since(start).0 as f64 / length.0 as f64;
        assert!((share - 1.0 / 3.0).abs() < 0.02, "{share}");
        while clock.window(RUN).1 < RUN {
            clock.zoom(0.5, around, RUN);
        }
        assert_eq!((clock.window(RUN), clock.at), ((RunTime(0), RUN), around));
    }

    #[test]
    fn playback_crosses_a_window_in_twelve_seconds_and_the_window_follows() {
        let mut clock = RunClock::default();
        assert!(!clock.advance(6.0, 1.0, false, RUN));
        assert_eq!(clock.at, RunTime(RUN.0 / 2));
        assert!(clock.advance(7.0, 1.0, false, RUN));
        clock.set_window(RunTime(RUN.0 / 2), RunTime(1_000_000), RUN);
        clock.seek(RunTime(RUN.0 / 2), RUN);
        for _ in 0..100 {
            clock.advance(1.0, 1.0, false, RUN);
            let (start, length) = clock.window(RUN);
            assert!(start <= clock.at && clock.at <= start + length);
        }
        assert!(clock.window(RUN).0 > RunTime(RUN.0 / 2));
    }

    #[test]
    fn windows_stay_inside_the_run() {
        let mut clock = RunClock::default();
        clock.set_window(RUN, RunTime(RUN.0 / 4), RUN);
        assert_eq!(clock.window(RUN).0, RunTime(RUN.0 - RUN.0 / 4));
        clock.pan(-9.0, RUN);
        assert_eq!(clock.window(RUN).0, RunTime(0));
        clock.seek(RUN, RUN);
        let (start, length) = clock.window(RUN);
        assert_eq!(start + length, RUN);
        assert_eq!(clock.window(RunTime(1_000)).1, RunTime(1_000), "a shorter run");
    }
}
