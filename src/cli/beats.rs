//! The beats of an open story: what commands read, and their pictures.

use std::path::Path;
#[cfg(feature = "app")]
use std::time::Instant;

use super::error::CommandError;
use super::output::note;
#[cfg(feature = "app")]
use super::waiting::Waiting;
use crate::session::{OpenStory, Session};

/// The open story; the command has opened it.
pub(super) fn opened(session: &Session) -> Result<&OpenStory, CommandError> {
    session.story.as_ref().ok_or_else(|| CommandError::Value("the story has no beats".to_owned()))
}

/// A drawn beat.
pub(super) struct DrawnPicture {
    /// The name of its file.
    pub(super) name: String,
    /// How long it took, seconds.
    pub(super) draw_s: f64,
}

/// Draws every beat; into a folder, if one is given. Returns the pictures; none without the app.
#[cfg(feature = "app")]
pub(super) fn draw(session: Session, folder: Option<&Path>) -> Result<Vec<DrawnPicture>, CommandError> {
    let started = Instant::now();
    let waiting = Waiting::new("drawing the beats");
    let drawn = crate::app::draw_beats(session, folder);
    drop(waiting);
    let drawn = drawn?.into_iter().map(|(name, draw_s)| DrawnPicture { name, draw_s }).collect::<Vec<_>>();
    note(&format!("{} beats drawn in {:.1} s", drawn.len(), started.elapsed().as_secs_f64()));
    Ok(drawn)
}

#[cfg(not(feature = "app"))]
pub(super) fn draw(_: Session, _: Option<&Path>) -> Result<Vec<DrawnPicture>, CommandError> {
    note("this build has no app, so no beat was drawn");
    Ok(Vec::new())
}
