//! `open`: the app in a window.

use std::path::Path;

use super::error::CommandError;
use crate::app;
use crate::scene::read_text;
use crate::session::{Intent, Session};

/// Opens the app, with a scene file or with the first look.
///
/// # Errors
/// A scene that is rejected (no window is opened for it), or a machine that cannot draw.
pub(super) fn open(scene: Option<&Path>, reduced_motion: bool) -> Result<(), CommandError> {
    let mut session = match scene {
        Some(path) => Session::from_text(&path.display().to_string(), &read_text(path)?)?,
        None => Session::first_look()?,
    };
    session.apply(Intent::ReduceMotion(reduced_motion));
    app::run_desktop(session)?;
    Ok(())
}
