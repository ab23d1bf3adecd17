//! Applies intents: the one place that changes a session.
//!
//! | file | contents |
//! |---|---|
//! | `dispatch` | one arm for each intent |
//! | `scene` | opening, changing, undo and redo |
//! | `playback` | clock and events |
//! | `run` | training runs: window and instant, one collective on the stage |
//! | `view` | camera, selection and time span |
//! | `first_start` | the first start |
//! | `path` | the field for a path, messages about files and the clipboard |
//! | `editor` | the editor of the user's own lesson or story |
//! | `lesson` | the course and the open lesson |
//! | `story` | the open story, beat by beat |
//! | `log` | logs of nccl-tests |
//! | `sweep` | the sweep panel |

mod dispatch;
mod editor;
mod first_start;
mod import;
mod lesson;
#[cfg(test)]
mod lesson_stage_tests;
mod log;
mod path;
mod playback;
mod run;
mod scene;
#[cfg(test)]
mod scene_tests;
mod solving;
mod story;
#[cfg(test)]
mod story_tests;
mod sweep;
#[cfg(test)]
mod tests;
mod view;
