//! Texts of a talk with a story. Those of the story itself stand in its file.

use super::common::with_key;
use crate::ui::key_action::KeyAction;

pub(in crate::ui) const STORIES: &str = "STORIES FOR A TALK";
pub(in crate::ui) const END: &str = "That was the last beat.";
pub(in crate::ui) const LEAVE_AGAIN: &str = "Esc again leaves the story";
pub(in crate::ui) const NOTES: &str = "NOTES";
pub(in crate::ui) const NO_NOTES: &str = "This beat has no notes.";
pub(in crate::ui) const NEXT_BEAT: &str = "NEXT";
pub(in crate::ui) const TIME: &str = "TIME";
pub(in crate::ui) const NEXT: &str = "Next beat";
pub(in crate::ui) const PREVIOUS: &str = "Previous beat";
pub(in crate::ui) const LEAVE: &str = "Leave";
pub(in crate::ui) const SAVE_BEAT: &str = "Save this view as a beat…";
pub(in crate::ui) const SAVE_BEAT_TOOLTIP: &str = "The stage at this instant, as the next beat of a story of your own";
pub(in crate::ui) const BACK_TO_BEAT: &str = "Back to the beat";

/// The tooltip of the button that undoes live changes.
pub(in crate::ui) fn back_tooltip() -> String {
    with_key("Undo the live changes of this beat", KeyAction::BackToBeat)
}

/// A story in the list: how long it takes and how many beats it has.
pub(in crate::ui) fn entry_end(minutes: u32, beats: usize) -> String {
    format!("{beats} beats, {minutes} min")
}

/// The place in the story.
pub(in crate::ui) fn place(number: usize, of: usize) -> String {
    format!("{number} / {of}")
}

/// The number that is being typed.
pub(in crate::ui) fn typed(number: usize) -> String {
    format!("go to {number}")
}

pub(in crate::ui) fn fault(problem: &str) -> String {
    format!("This beat has an error: {problem}")
}

/// Minutes and seconds.
pub(in crate::ui) fn minutes(seconds: u32) -> String {
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// The time since the first beat, beside the plan.
pub(in crate::ui) fn elapsed(elapsed_s: u32, planned_s: u32) -> String {
    format!("{} since the start, planned {}", minutes(elapsed_s), minutes(planned_s))
}

/// How long the beat stands.
pub(in crate::ui) fn beat_time(seconds: u32) -> String {
    format!("this beat: {seconds} s")
}
