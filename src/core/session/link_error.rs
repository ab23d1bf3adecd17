//! The faults of links.

use crate::scene::UnpackError;

/// The version of packed scenes.
pub(super) const VERSION: &str = "1";
/// Longest text of a key, a version or a time that a message repeats.
const MAX_QUOTED: usize = 40;

/// The fault of a link.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum LinkError {
    /// Neither a scene nor a lesson or a story.
    #[error(
        "the link names no scene; accepted: #scene=NAME, #s=1.CHARACTERS, #lesson=ID&step=NUMBER, #story=ID&beat=ID"
    )]
    NoScene,
    /// A place in a lesson or a story, where only a scene is of use.
    #[error("the link leads to a lesson or a story, not to a scene; `fabricscope open` opens it")]
    NotAScene,
    /// A lesson that this program does not have.
    #[error("the link names the lesson `{found}`, which is not bundled{hint}")]
    UnknownLesson {
        /// The id, cut.
        found: String,
        /// A similar one, or nothing.
        hint: String,
    },
    /// A story that this program does not have.
    #[error("the link names the story `{found}`, which is not bundled{hint}")]
    UnknownStory {
        /// The id, cut.
        found: String,
        /// A similar one, or nothing.
        hint: String,
    },
    /// A beat that the story does not have.
    #[error("beat: `{found}` is not a beat of the story; accepted: {accepted}")]
    UnknownBeat {
        /// The id, cut.
        found: String,
        /// The ids of all beats.
        accepted: String,
    },
    /// A step that is not a number.
    #[error("step: `{found}` is not a number of a step")]
    Step {
        /// What stands there, cut.
        found: String,
    },
    /// A scene that this program does not have.
    #[error("the link names the scene `{found}`, which is not bundled{hint}")]
    UnknownScene {
        /// The name, cut.
        found: String,
        /// A similar one, or nothing.
        hint: String,
    },
    /// A link of a later program.
    #[error("the link has version `{found}`; this program reads version {VERSION}: use a newer one")]
    Version {
        /// The version, cut.
        found: String,
    },
    /// The packed scene is damaged.
    #[error("the scene of the link is not readable: {0}; copy the whole link again")]
    Packed(#[from] UnpackError),
    /// A clock that is not a number.
    #[error("t: `{found}` is not a number of picoseconds")]
    Time {
        /// What stands there, cut.
        found: String,
    },
    /// A view that is not known.
    #[error("v: `{found}` is not known; accepted: a letter of a fabric, then .matrix, .accumulated, .path, .stage")]
    View {
        /// What stands there, cut.
        found: String,
    },
    /// A setting that is not one.
    #[error("set: `{found}` is not PATH=VALUE")]
    Setting {
        /// What stands there, cut.
        found: String,
    },
}

impl LinkError {
    pub(super) fn unknown_scene(name: &str, near: Option<&str>) -> LinkError {
        LinkError::UnknownScene { found: cut(name), hint: suggestion(near) }
    }

    pub(super) fn unknown_lesson(id: &str, near: Option<&str>) -> LinkError {
        LinkError::UnknownLesson { found: cut(id), hint: suggestion(near) }
    }

    pub(super) fn unknown_story(id: &str, near: Option<&str>) -> LinkError {
        LinkError::UnknownStory { found: cut(id), hint: suggestion(near) }
    }

    pub(super) fn unknown_beat(id: &str, accepted: &[&str]) -> LinkError {
        LinkError::UnknownBeat { found: cut(id), accepted: accepted.join(", ") }
    }

    pub(super) fn step(number: &str) -> LinkError {
        LinkError::Step { found: cut(number) }
    }
}

fn suggestion(near: Option<&str>) -> String {
    near.map_or(String::new(), |near| format!("; did you mean `{near}`?"))
}

/// A text as a message repeats it.
pub(super) fn cut(text: &str) -> String {
    text.chars().filter(|character| !character.is_control()).take(MAX_QUOTED).collect()
}
