//! The field for a path, where no dialog of the system can be shown, and the message about what was saved or copied.

use super::open_editor::OwnKind;

/// Content of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileContent {
    /// The open scene, as RON: once it is saved, the file is the scene.
    Scene(String),
    /// The user's own lesson or story.
    Own {
        /// Which of them.
        kind: OwnKind,
        /// As RON.
        text: String,
        /// The name or path of the file that holds an earlier version; `None` if nothing was saved or opened.
        held_by: Option<String>,
    },
    /// Another text.
    Text(String),
    /// A picture.
    Bytes(Vec<u8>),
}

impl FileContent {
    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            FileContent::Scene(text) | FileContent::Own { text, .. } | FileContent::Text(text) => text.as_bytes(),
            FileContent::Bytes(bytes) => bytes,
        }
    }
}

/// What the path is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PathPurpose {
    /// Open a scene or a log.
    Open,
    /// Save a file.
    Save {
        /// Content of the file.
        content: FileContent,
    },
}

/// An entry of a folder that completes the typed path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// The whole path, with a separator at the end of a folder.
    pub path: String,
    /// The last part of the path, as it is shown.
    pub name: String,
}

/// The open field for a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathField {
    /// What the path is for.
    pub purpose: PathPurpose,
    /// The path as typed.
    pub path: String,
    /// Folders and files that begin with the typed path.
    pub completions: Vec<Completion>,
    /// There is a file of this name, and the user has not yet confirmed to replace it.
    pub needs_confirmation: bool,
}

impl PathField {
    pub(super) fn new(purpose: PathPurpose, path: String) -> PathField {
        PathField { purpose, path, completions: Vec::new(), needs_confirmation: false }
    }

    /// Takes a typed path.
    pub(super) fn set_path(&mut self, path: String) {
        self.path = path;
        self.needs_confirmation = false;
    }

    /// Takes the completions of a path, unless another one was typed meanwhile.
    pub(super) fn complete(&mut self, path: &str, completions: Vec<Completion>) {
        if self.path == path {
            self.completions = completions;
        }
    }
}

/// What has just been done outside the window. Nothing else on the screen shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Done {
    /// The scene was written.
    SavedScene {
        /// Where.
        path: String,
        /// As RON.
        text: String,
    },
    /// The user's own lesson or story was written.
    SavedOwn {
        /// Which of them.
        kind: OwnKind,
        /// Where.
        path: String,
        /// As RON.
        text: String,
    },
    /// Another scene was opened over one with changes, which undo brings back.
    KeptChanges {
        /// The name of the scene with changes.
        name: String,
    },
    /// Changes of the own lesson or story that were never saved are here again.
    FoundDraft(OwnKind),
    /// A changed fabric does not have the links or chips that were degraded; undo brings them back.
    DroppedDegradations {
        /// How many.
        count: usize,
    },
    /// Another file was written.
    Saved {
        /// Where.
        path: String,
        /// Its size, bytes.
        bytes: u64,
    },
    /// The scene is on the clipboard.
    CopiedScene {
        /// Its size, bytes.
        bytes: u64,
    },
    /// The HTML of a frame is on the clipboard.
    CopiedEmbedCode {
        /// Its characters.
        characters: u64,
    },
    /// A link is on the clipboard.
    CopiedLink {
        /// Characters of its fragment.
        characters: u64,
    },
}

/// A message about [`Done`]. The panels show it for some seconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DoneMessage {
    /// Counts the messages, so that each has seconds of its own.
    pub number: u64,
    /// What was done.
    pub done: Done,
}
