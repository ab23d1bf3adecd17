//! Logs of nccl-tests.

use crate::compare::ClusterFlags;
use crate::nccl_log::{NcclLog, read_log};
use crate::session::log_figure::LogFigure;
use crate::session::log_window::{LogWindow, log_diagnostics};
use crate::session::session::Session;

impl Session {
    pub(super) fn open_log(&mut self, name: &str, text: &str) {
        match read_log(name, text) {
            Ok(log) => self.show_log(name, log),
            Err(error) => self.diagnostics = Some(log_diagnostics(name, &error)),
        }
    }

    /// Opens a log that has been read.
    pub fn show_log(&mut self, name: &str, log: NcclLog) {
        self.diagnostics = None;
        self.scenes = false;
        self.path_field = None;
        self.log = Some(LogWindow::new(name, log, &self.catalog));
    }

    pub(super) fn compare_log(&mut self, flags: ClusterFlags) {
        if let Some(log) = &mut self.log {
            log.set(flags, &self.catalog);
        }
    }

    /// Compares the open log with a cluster in which one figure is as typed.
    pub(super) fn type_log_figure(&mut self, figure: LogFigure, typed: &str) {
        if let Some(log) = &mut self.log {
            log.type_figure(figure, typed, &self.catalog);
        }
    }
}
