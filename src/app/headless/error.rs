//! The error of `fabricscope render`.

use super::offscreen::HeadlessError;
use crate::nccl_log::LogError;
use crate::scene::Diagnostics;
use crate::session::SessionError;
use crate::units::UnitError;

/// Why no picture was written.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// The scene or the catalog has an error.
    #[error("{0}")]
    Session(#[from] SessionError),
    /// A changed scene has errors.
    #[error("{0}")]
    Diagnostics(#[from] Diagnostics),
    /// The log cannot be read.
    #[error("{0}")]
    Log(#[from] LogError),
    /// A value on the command line is not accepted.
    #[error("error: {0}")]
    Value(String),
    /// An instant is not a time.
    #[error("error: {0}")]
    Unit(#[from] UnitError),
    /// The graphics failed.
    #[error("error: {0}")]
    Headless(#[from] HeadlessError),
    /// Writing a picture failed.
    #[error("error: cannot write {path}: {reason}")]
    Write {
        /// The file or folder.
        path: String,
        /// The reason.
        reason: String,
    },
}
