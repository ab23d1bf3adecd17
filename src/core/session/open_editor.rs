//! The editor of the user's own lesson or story.

use serde::{Deserialize, Serialize};

use crate::lesson::{Attempt, Field, NewPart, OwnFile, PartList, Problem, StepNotes};

/// Which of the user's files is edited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum OwnKind {
    /// The lesson.
    Lesson,
    /// The story.
    Story,
}

impl From<&OwnFile> for OwnKind {
    fn from(file: &OwnFile) -> OwnKind {
        match file {
            OwnFile::Lesson(_) => OwnKind::Lesson,
            OwnFile::Story(_) => OwnKind::Story,
        }
    }
}

/// A file that holds the user's own lesson or story.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SavedAs {
    /// Name or path.
    pub(super) path: String,
    /// What it held when it was saved or opened last, as RON in the layout of this program.
    pub(super) text: String,
}

/// A request to the editor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EditorIntent {
    /// Add what is on the stage to the user's own lesson, as a step after the one that is edited.
    SaveStep,
    /// Edit the user's own lesson or story. An open one that is a file becomes the user's own.
    Open(OwnKind),
    /// Close the editor. The file stays.
    Close,
    /// Edit another part.
    Select(usize),
    /// Move the part one place up, or down.
    Move {
        /// Whether up.
        up: bool,
    },
    /// Delete the part.
    Delete,
    /// Add a part after it.
    Add(NewPart),
    /// Add an entry to a list of the part.
    AddItem(PartList),
    /// Delete an entry of a list of the part.
    DeleteItem(PartList, usize),
    /// Let the task change one more setting, by its path.
    Permit(String),
    /// Play a run in the part, or do not.
    SetPlayed(String, bool),
    /// Make what the stage has changed of the start of the task its solution.
    TakeSolution,
    /// Change a text of the part or of the whole.
    SetField(Field, String),
    /// Check the file as `lesson check` does.
    Check,
    /// Open the file as a learner or an audience sees it, at the part.
    Try,
    /// Save the file.
    Save,
}

/// What was taken from the stage as the solution of a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakenSolution {
    /// How it went when it was tried; `None` if the stage has changed nothing that the task permits.
    pub tried: Option<Attempt>,
    /// Paths of settings that differ too and that the task does not permit.
    pub left_out: Vec<String>,
}

/// The editor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenEditor {
    /// The file.
    pub kind: OwnKind,
    /// The part that is edited.
    pub part: usize,
    /// The faults that the last check found; `None` if the file has changed since.
    pub faults: Option<Vec<Problem>>,
    /// The settings that the part could permit, and the faults of its conditions.
    pub notes: StepNotes,
    /// What was taken from the stage last; `None` once the file has changed.
    pub taken: Option<TakenSolution>,
}

impl OpenEditor {
    /// An editor at a part.
    pub(super) fn new(kind: OwnKind, part: usize) -> OpenEditor {
        OpenEditor { kind, part, faults: None, notes: StepNotes::default(), taken: None }
    }
}
