//! Texts of the course and of lessons. Those of a lesson itself stand in its file.

use crate::explain::percent;
use crate::lesson::LogSetting;
use crate::session::{ClassPoll, PollKind};
use crate::ui::label::Label;

pub(in crate::ui) const COURSE: &str = "Course";
pub(in crate::ui) const COURSE_TOOLTIP: &str = "Lessons: predict, play, see why, reach a goal";
pub(in crate::ui) const COURSE_INTRODUCTION: &str =
    "From one link to one wafer. Predict first, then watch. Every number is computed by this program when it is shown.";
pub(in crate::ui) const SAVE_RESULTS: &str = "Save my results…";
pub(in crate::ui) const SAVE_RESULTS_TOOLTIP: &str =
    "Predictions and tasks of all lessons, as a file that a teacher can replay";

pub(in crate::ui) const SAVE_STEP: &str = "Save this view as a lesson step…";
pub(in crate::ui) const SAVE_STEP_TOOLTIP: &str =
    "The stage at this instant, as a step of a lesson of your own; the first one brings a whole lesson";
pub(in crate::ui) const EDIT_LESSON: &str = "Edit my lesson…";
pub(in crate::ui) const EDIT_STORY: &str = "Edit my story…";

/// Names of the modules, from the first on.
const MODULES: [&str; 4] =
    ["BYTES AND STEPS", "CHOOSING AN ALGORITHM", "WHEN SOMETHING IS WRONG", "THE WAFER, AND THE CLAIM"];

pub(in crate::ui) fn module(number: u32) -> &'static str {
    let index = number.saturating_sub(1) as usize;
    MODULES.get(index).copied().unwrap_or("MORE LESSONS")
}

pub(in crate::ui) fn entry(order: u32, title: &str) -> String {
    format!("{order}. {title}")
}

pub(in crate::ui) fn entry_end(minutes: u32, state: &str) -> String {
    if state.is_empty() { format!("{minutes} min") } else { format!("{state}, {minutes} min") }
}

/// What was done in a lesson.
pub(in crate::ui) fn state(predicted: bool, reached: bool) -> &'static str {
    match (predicted, reached) {
        (true, true) => "predicted, goal reached",
        (true, false) => "predicted",
        (false, true) => "goal reached",
        (false, false) => "",
    }
}

pub(in crate::ui) fn step(number: usize, of: usize) -> String {
    format!("Step {number} of {of}")
}

pub(in crate::ui) fn fault(problem: &str) -> String {
    format!("This step has an error: {problem}")
}

/// What a setting of the comparison with a log is called.
pub(in crate::ui) fn log_setting(setting: LogSetting) -> Label<'static> {
    match setting {
        LogSetting::Nics => Label::new("NICs per node in use", "What the model assumes; the log does not say it"),
        LogSetting::Nodes => Label::new("Nodes", "What the model assumes about the cluster of the log"),
        LogSetting::Network => Label::new("Network", "The network between nodes, by its id, such as ib-ndr"),
        LogSetting::Algorithms => Label::new("Algorithms", "Those that NCCL may choose, separated by commas"),
    }
}

/// The value of a setting that the learner has not changed.
pub(in crate::ui) const AS_IN_LOG: &str = "as given";
pub(in crate::ui) const HOW_SURE: &str = "How sure are you?";
/// The field for a number.
pub(in crate::ui) fn number(unit: &str) -> String {
    if unit.is_empty() { "Your number".to_owned() } else { format!("Your number, {unit}") }
}

pub(in crate::ui) const PREDICT: &str = "Predict";

pub(in crate::ui) fn tolerance(within: f64) -> String {
    format!("A number within {} of the result is right.", percent(within))
}

pub(in crate::ui) const ORDER: &str =
    "Click them one after the other, the first one first. A second click takes one out.";

/// The place of a thing in an order.
pub(in crate::ui) fn place(number: usize) -> String {
    let ending = match number {
        1 => "st",
        2 => "nd",
        3 => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

pub(in crate::ui) const POLL: &str = "Ask the class…";
pub(in crate::ui) const POLL_TOOLTIP: &str = "The question in large type, with bars of the votes that you type";
pub(in crate::ui) const POLL_OF_RANGES: &str =
    "The question in large type with ranges to vote for, and bars of the votes that you type";
pub(in crate::ui) const VOTE: &str = "Everybody votes for one letter. Type the votes, or go on without them.";
pub(in crate::ui) const DISCUSS: &str = "Discuss it with a neighbour, then vote again.";
pub(in crate::ui) const GO_ON: &str = "Go on: the runs show the result.";
pub(in crate::ui) const SHOW_VOTES: &str = "Show the votes";
pub(in crate::ui) const VOTE_AGAIN: &str = "Ask again";
pub(in crate::ui) const END_POLL: &str = "Back to the lesson";

/// The letter of an option, for a class.
pub(in crate::ui) fn letter(place: usize) -> String {
    char::from(b'A' + (place % 26) as u8).to_string()
}

pub(in crate::ui) fn votes(votes: u32, share: f64) -> String {
    format!("{votes} ({})", percent(share))
}

pub(in crate::ui) fn votes_for(letter: &str) -> String {
    format!("Votes for {letter}")
}

pub(in crate::ui) fn round_of(letter: &str, round: usize) -> String {
    format!("{letter}, vote {round}")
}

/// How much of the class was right, for the result.
pub(in crate::ui) fn class(poll: &ClassPoll) -> Option<String> {
    let right = poll.right_shares();
    let first = percent(*right.first()?);
    let were_right = match poll.kind {
        PollKind::Options => "were right",
        PollKind::Ranges => "chose the right range",
    };
    Some(match right.last() {
        Some(last) if right.len() > 1 => {
            format!("In the class, {first} {were_right} at first, {} in the end.", percent(*last))
        }
        _ => format!("In the class, {first} {were_right}."),
    })
}

pub(in crate::ui) const WATCH: &str = "Watch the stage.";
pub(in crate::ui) const DONE: &str = "Done.";
pub(in crate::ui) const REACHED: &str = "Goal reached";
pub(in crate::ui) const NOT_YET: &str = "Not yet";
pub(in crate::ui) const TRY: &str = "Try it";
pub(in crate::ui) const BACK: &str = "Back";
pub(in crate::ui) const NEXT: &str = "Next";
pub(in crate::ui) const SKIP: &str = "Skip";
pub(in crate::ui) const SHOW_ME: &str = "Show me";
pub(in crate::ui) const FINISH: &str = "Finish";
pub(in crate::ui) const NEXT_LESSON: &str = "Next lesson";
pub(in crate::ui) const LEAVE: &str = "Leave";

pub(in crate::ui) fn run(number: usize, of: usize) -> String {
    format!("Run {number} of {of}")
}

pub(in crate::ui) fn hint(more: usize) -> String {
    match more {
        0 => "No more hints".to_owned(),
        1 => "Last hint".to_owned(),
        _ => "Hint".to_owned(),
    }
}

pub(in crate::ui) fn shown(holds: &str) -> String {
    format!("The result: {}.", lower(holds))
}

pub(in crate::ui) fn right(chosen: &str) -> String {
    format!("Your prediction is right: {}.", lower(chosen))
}

pub(in crate::ui) fn wrong(chosen: &str, holds: &str) -> String {
    format!("You predicted: {}. The result: {}.", lower(chosen), lower(holds))
}

/// Over an order as it came out; `right` is missing if the question was skipped.
pub(in crate::ui) fn order_verdict(right: Option<bool>) -> &'static str {
    match right {
        Some(true) => "Your order is right:",
        Some(false) => "Your order differs. The result:",
        None => "The result:",
    }
}

/// A thing of an order, with its predicted place if that is another one: `2. The chain (you: 1st)`.
pub(in crate::ui) fn thing_in_order(number: usize, thing: &str, predicted: Option<usize>) -> String {
    let predicted = predicted.filter(|predicted| *predicted != number);
    let predicted = predicted.map_or_else(String::new, |predicted| format!(" (you: {})", place(predicted)));
    format!("{number}. {thing}{predicted}")
}

/// A number or an order beside the result.
pub(in crate::ui) fn beside(given: &str, holds: &str, right: bool) -> String {
    let verdict = if right { "Your prediction is right" } else { "You predicted" };
    format!("{verdict}: {given}. The result: {holds}.")
}

pub(in crate::ui) fn belief(belief: &str, refutation: &str) -> String {
    format!("It is a common belief that {belief}. {refutation}")
}

/// An option after a colon.
fn lower(option: &str) -> String {
    let mut rest = option.chars();
    rest.next().map_or_else(String::new, |first| first.to_lowercase().chain(rest).collect())
}
