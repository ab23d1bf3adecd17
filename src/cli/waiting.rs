//! A line on stderr while a command takes long: only on a terminal, and only after two seconds.

use std::io::{IsTerminal, Write};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// A command that takes less shows nothing.
const DELAY: Duration = Duration::from_secs(2);
/// The interval between two lines.
const INTERVAL: Duration = Duration::from_secs(1);

/// Shows that a command is at work until it is dropped.
pub(super) struct Waiting {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Waiting {
    /// Begins to wait. `doing` is what the command does, such as "simulating".
    pub fn new(doing: &'static str) -> Waiting {
        if !std::io::stderr().is_terminal() {
            return Waiting { stop: None, thread: None };
        }
        let (stop, stopped) = channel::<()>();
        let show = move || {
            let began = Instant::now();
            let mut width = 0;
            let mut interval = DELAY;
            while stopped.recv_timeout(interval) == Err(RecvTimeoutError::Timeout) {
                interval = INTERVAL;
                let line = format!("{doing}, {} s (Ctrl-C stops)", began.elapsed().as_secs());
                width = width.max(line.len());
                let _ = write!(std::io::stderr(), "\r{line}");
            }
            if width > 0 {
                let _ = write!(std::io::stderr(), "\r{:width$}\r", "");
            }
        };
        // Without a thread the command is silent.
        Waiting { stop: Some(stop), thread: std::thread::Builder::new().spawn(show).ok() }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.stop.take();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
