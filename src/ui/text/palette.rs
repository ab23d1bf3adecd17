//! Texts of the command palette.

pub(in crate::ui) const FIELD: &str = "Find a command";
pub(in crate::ui) const HINT: &str = "Find a command, a scene, a lesson or a story by name or key";
pub(in crate::ui) const NOTHING: &str = "No command has these words.";
pub(in crate::ui) const SCENES: &str = "Scenes";
pub(in crate::ui) const COURSE: &str = "Course";
pub(in crate::ui) const OPEN_COURSE: &str = "Course: all lessons and stories";

/// The entry that opens a bundled scene.
pub(in crate::ui) fn open_scene(title: &str) -> String {
    format!("Open: {title}")
}

/// The entry that opens a lesson.
pub(in crate::ui) fn open_lesson(title: &str) -> String {
    format!("Lesson: {title}")
}

/// The entry that presents a story.
pub(in crate::ui) fn present_story(title: &str) -> String {
    format!("Present: {title}")
}

/// The entry that saves a file.
pub(in crate::ui) fn save(name: &str) -> String {
    format!("Save: {name}")
}
