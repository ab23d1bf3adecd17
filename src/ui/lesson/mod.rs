//! The learner's screen: the list of lessons, and the open step beside the stage.
//!
//! | file | holds |
//! |---|---|
//! | `course` | the list of lessons with what was predicted and reached |
//! | `question` | options, a number, an order |
//! | `poll` | a question in large type for a class |
//! | `sentence` | sentences and notes |
//! | `step` | the open step: text, options, hints, buttons |

mod course;
mod poll;
mod question;
mod sentence;
mod step;

pub(super) use course::course_ui;
pub(super) use poll::{forget_poll, poll_ui};
pub(super) use step::{lesson_panel_ui, lesson_window_ui};
