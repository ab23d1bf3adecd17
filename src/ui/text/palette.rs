//! Texts of the command palette.

pub(in crate::ui) const FIELD: &str = "Find a command";
pub(in crate::ui) const HINT: &str = "Find a command or a scene by name or key";
pub(in crate::ui) const NOTHING: &str = "No command has these words.";
pub(in crate::ui) const SCENES: &str = "Scenes";

/// The entry that opens a bundled scene.
pub(in crate::ui) fn open_scene(title: &str) -> String {
    format!("Open: {title}")
}
