//! Texts of a talk with a story. Those of the story itself stand in its file.

use crate::ui::key_action::KeyAction;
use crate::ui::presenter_keys::talk_key_of;

pub(in crate::ui) const STORIES: &str = "STORIES FOR A TALK";
pub(in crate::ui) const END: &str = "That was the last beat.";
pub(in crate::ui) const LEAVE_AGAIN: &str = "Esc again to leave";
pub(in crate::ui) const NOTES: &str = "NOTES";
pub(in crate::ui) const NO_NOTES: &str = "This beat has no notes.";
pub(in crate::ui) const NEXT_BEAT: &str = "NEXT";
pub(in crate::ui) const TIME: &str = "TIME";
pub(in crate::ui) const NEXT: &str = "Next beat";
pub(in crate::ui) const PREVIOUS: &str = "Previous beat";
pub(in crate::ui) const LEAVE: &str = "Leave";
pub(in crate::ui) const SAVE_BEAT: &str = "Save this view as a beat…";
pub(in crate::ui) const SAVE_BEAT_TOOLTIP: &str = "The stage at this instant, as the next beat of a story of your own";
pub(in crate::ui) const OPEN_SPEAKER: &str = "Speaker view";
pub(in crate::ui) const CLOSE_SPEAKER: &str = "Close speaker view";
pub(in crate::ui) const CHANGED: &str = "Changed live";
pub(in crate::ui) const BACK_TO_BEAT: &str = "Back to the beat";

/// The tooltip of the button that undoes live changes.
pub(in crate::ui) fn back_tooltip() -> String {
    format!("Undo the live changes of this beat ({})", talk_key_of(KeyAction::BackToBeat))
}

/// The tooltip of the button that opens or closes the view of the speaker.
pub(in crate::ui) fn speaker_tooltip() -> String {
    format!("Notes, next beat, figures and time in a window of their own ({})", talk_key_of(KeyAction::ToggleSpeaker))
}

/// A story in the list: how long it takes and how many beats it has.
pub(in crate::ui) fn entry_end(minutes: u32, beats: usize) -> String {
    format!("{beats} beats, {minutes} min")
}

/// The place in the story.
pub(in crate::ui) fn place(number: usize, of: usize) -> String {
    format!("{number} / {of}")
}

/// A beat in a list.
pub(in crate::ui) fn beat(number: usize, caption: &str) -> String {
    format!("{number}  {caption}")
}

/// The caption after a change made live: what the changed runs come to.
pub(in crate::ui) fn changed(outcome: Option<String>) -> String {
    match outcome {
        Some(outcome) => format!("{CHANGED}: {outcome}"),
        None => CHANGED.to_owned(),
    }
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

pub(in crate::ui) const FORGET: &str = "Dismiss";

/// A talk that a crash has ended.
pub(in crate::ui) fn unfinished(title: &str, beat: usize, beats: usize) -> String {
    format!("The program ended during \"{title}\", at beat {beat} of {beats}.")
}

/// The button that goes on with it.
pub(in crate::ui) fn go_on(beat: usize) -> String {
    format!("Go on at beat {beat}")
}
