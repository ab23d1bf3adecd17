//! Why a command failed.

use crate::catalog::CatalogError;
use crate::compare::ClusterError;
use crate::nccl_log::LogError;
use crate::scene::Diagnostics;
use crate::sweep::SweepError;

/// Exit status of an interrupted command, as in shells.
pub(super) const INTERRUPTED: u8 = 130;

/// Why a command failed; `main` prints it once.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// A scene is rejected.
    #[error("{0}")]
    Diagnostics(#[from] Diagnostics),
    /// The catalog cannot be read.
    #[error("error: {0}")]
    Catalog(#[from] CatalogError),
    /// A log cannot be read.
    #[error("{0}")]
    Log(#[from] LogError),
    /// A cluster cannot be compared.
    #[error("error: {0}")]
    Cluster(#[from] ClusterError),
    /// A sweep cannot start.
    #[error("error: {0}")]
    Sweep(SweepError),
    /// A link does not lead to a scene.
    #[error("error: {0}")]
    Link(#[from] crate::session::LinkError),
    /// A scene has no file of the format.
    #[error("error: {0}")]
    Export(#[from] crate::export::ExportError),
    /// A value is rejected, or a run is refused.
    #[error("error: {0}")]
    Value(String),
    /// A picture could not be drawn.
    #[cfg(feature = "app")]
    #[error("{0}")]
    Render(#[from] crate::app::RenderError),
    /// A session cannot start.
    #[error("{0}")]
    Session(#[from] crate::session::SessionError),
    /// There is no display.
    #[cfg(feature = "app")]
    #[error("error: {0}")]
    NoDisplay(#[from] crate::app::NoDisplay),
    /// There is no graphics adapter.
    #[cfg(feature = "app")]
    #[error("error: {0}")]
    NoAdapter(#[from] crate::app::NoAdapter),
    /// The user interrupted it; the results so far have been printed.
    #[error("interrupted")]
    Interrupted,
    /// A result could not be written.
    #[error("error: cannot write the result: {0}")]
    Write(#[from] std::io::Error),
}

impl From<SweepError> for CommandError {
    fn from(error: SweepError) -> CommandError {
        match error {
            // Diagnostics print their own heading.
            SweepError::Diagnostics(diagnostics) => CommandError::Diagnostics(*diagnostics),
            other @ (SweepError::Malformed(_)
            | SweepError::Values { .. }
            | SweepError::Unbounded { .. }
            | SweepError::TooMany { .. }
            | SweepError::Twice(_)
            | SweepError::Nothing) => CommandError::Sweep(other),
        }
    }
}
