//! The progress of a sweep on stderr: on a terminal one line that changes, in a file a line from time to time.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

use super::output::note;

/// The number of solved points on stderr.
pub(super) struct Progress {
    points: usize,
    /// What follows the numbers.
    label: &'static str,
    terminal: bool,
    began: Instant,
    printed: Option<Instant>,
}

impl Progress {
    /// A sweep that takes less prints no progress.
    const DELAY: Duration = Duration::from_secs(1);
    /// The interval on a terminal.
    const TERMINAL_INTERVAL: Duration = Duration::from_millis(100);
    /// The interval in a file.
    const FILE_INTERVAL: Duration = Duration::from_secs(5);

    pub fn new(points: usize, label: &'static str) -> Progress {
        Progress { points, label, terminal: std::io::stderr().is_terminal(), began: Instant::now(), printed: None }
    }

    /// Prints the number of solved points if it is time to.
    pub fn update(&mut self, done: usize) {
        let (first, again) = if self.terminal {
            (Self::TERMINAL_INTERVAL, Self::TERMINAL_INTERVAL)
        } else {
            (Self::DELAY, Self::FILE_INTERVAL)
        };
        let due = self.printed.map_or(self.began.elapsed() >= first, |printed| printed.elapsed() >= again);
        if !due || done >= self.points {
            return;
        }
        self.printed = Some(Instant::now());
        let line = format!("{done} of {} points{}", self.points, self.label);
        if self.terminal {
            let _ = write!(std::io::stderr(), "\r{line}");
        } else {
            note(&line);
        }
    }

    /// Clears the line on a terminal.
    pub fn end(&self) {
        if self.terminal && self.printed.is_some() {
            let width = format!("{0} of {0} points{1}", self.points, self.label).len();
            let _ = write!(std::io::stderr(), "\r{:width$}\r", "");
        }
    }
}
