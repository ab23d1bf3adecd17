//! The screen without a picture, for a pause of a talk.

use serde::Serialize;

/// What the screen shows in place of the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum BlankScreen {
    /// Nothing: everybody looks at the speaker.
    Black,
    /// Light, to write on.
    White,
}
