//! Texts of the editor of lessons and stories.

use super::lesson::log_setting as log_name;
use super::lesson::place;
use super::parameters::setting_name;
use crate::lesson::{
    Attempt, BeatField, Field, HeadField, NewPart, PartKind, PartList, RunFile, SettingPlace, StepField, TaskFile,
    log_setting,
};
use crate::scene::letter;
use crate::session::TakenSolution;

pub(in crate::ui) const CHECK: &str = "Check";
pub(in crate::ui) const TRY: &str = "Try it";
pub(in crate::ui) const SAVE: &str = "Save…";
pub(in crate::ui) const UP: &str = "Up";
pub(in crate::ui) const DOWN: &str = "Down";
pub(in crate::ui) const DELETE: &str = "Delete";
pub(in crate::ui) const DELETE_OPTION: &str = "Delete this option";
pub(in crate::ui) const PASSES: &str = "The check finds no faults.";
pub(in crate::ui) const ADD: &str = "Add after it:";
pub(in crate::ui) const BY_VIEW: &str = "New ones come from the stage: close this, set the stage, then save the view.";
pub(in crate::ui) const FIGURES: &str =
    "Numbers are expressions in curly brackets, such as {a.A.time:us}. Names with digits are quoted as ‹H100›.";

pub(in crate::ui) fn heading(title: &str) -> String {
    format!("Edit: {title}")
}

pub(in crate::ui) fn part(kind: PartKind) -> &'static str {
    match kind {
        PartKind::Say => "Text",
        PartKind::Predict => "Question",
        PartKind::Play => "Runs play",
        PartKind::Reveal => "Result",
        PartKind::Do => "Action",
        PartKind::Task => "Task",
        PartKind::Keep => "To remember",
        PartKind::Beat => "Beat",
    }
}

/// The name of a part in the list.
pub(in crate::ui) fn entry(number: usize, kind: PartKind, text: &str) -> String {
    format!("{number}. {}: {text}", part(kind))
}

/// What can be added to a lesson.
pub(in crate::ui) const PARTS: [(NewPart, &str); 7] = [
    (NewPart::Text, "text"),
    (NewPart::Number, "question, a number"),
    (NewPart::Options, "question, options"),
    (NewPart::Result, "result"),
    (NewPart::Play, "runs that play"),
    (NewPart::Action, "action"),
    (NewPart::Task, "task"),
];

pub(in crate::ui) const ADD_OPTION: &str = "Add an option";

/// The name of a field.
pub(in crate::ui) fn field(field: Field) -> String {
    let name = match field {
        Field::Head(HeadField::Id) => "Name of the file",
        Field::Head(HeadField::Title) => "Title",
        Field::Head(HeadField::Aim) => "What a learner can do afterwards",
        Field::Step(StepField::Text) => "Text",
        Field::Step(StepField::Action) => "How",
        Field::Step(StepField::Figure) => "The figure that decides",
        Field::Step(StepField::Unit) => "Unit",
        Field::Step(StepField::Within) => "Right within, %",
        Field::Step(StepField::OptionText(index)) => return format!("Option {}", index + 1),
        Field::Step(StepField::OptionWhen(index)) => return format!("Option {} is right when", index + 1),
        Field::Step(StepField::OptionBelief(index)) => {
            return format!("Option {}: the belief behind it, if it is wrong", index + 1);
        }
        Field::Step(StepField::Start) => START_RUN,
        Field::Step(StepField::Goal(index)) => return format!("Condition {}", index + 1),
        Field::Step(StepField::Hint(index)) => return format!("Hint {}", index + 1),
        Field::Step(StepField::Done) => "Text when the goal is reached",
        Field::Beat(BeatField::Caption) => "Caption, at most twelve words",
        Field::Beat(BeatField::Hero) => "Large figure, if any",
        Field::Beat(BeatField::Notes) => "Notes for the speaker",
        Field::Beat(BeatField::Seconds) => "Seconds",
    };
    name.to_owned()
}

/// Why what is typed is not accepted.
pub(in crate::ui) fn field_fault(problem: &str) -> String {
    format!("Not accepted: {problem}")
}

pub(in crate::ui) const PLAYED: &str = "Check the runs to play, the first one first.";

/// A run of the lesson by its name, with its settings.
pub(in crate::ui) fn run(name: &str, run: &RunFile) -> String {
    let scene = run.inline.as_ref().map(|scene| scene.title.as_str()).or(run.scene.as_deref());
    let parts = scene.into_iter().chain(run.set.iter().map(String::as_str));
    let parts = parts.collect::<Vec<_>>().join(" ");
    if parts.is_empty() { name.to_owned() } else { format!("{name}: {parts}") }
}

/// A run that a step may play, with its place.
pub(in crate::ui) fn played(name: &str, known: Option<&RunFile>, at: Option<usize>) -> String {
    let at = at.map_or_else(String::new, |at| format!(" ({})", place(at + 1)));
    let run = known.map_or_else(|| format!("{name}: unknown run"), |known| run(name, known));
    format!("{run}{at}")
}

pub(in crate::ui) const START: &str = "START";
pub(in crate::ui) const START_RUN: &str = "Run that it starts from";
pub(in crate::ui) const MAY_CHANGE: &str = "THE LEARNER MAY CHANGE";
pub(in crate::ui) const NO_SETTING: &str = "No setting yet.";
pub(in crate::ui) const ANOTHER_SETTING: &str = "Another setting";
pub(in crate::ui) const PERMIT: &str = "Permit a setting…";
pub(in crate::ui) const GOALS: &str = "GOAL";
pub(in crate::ui) const ADD_GOAL: &str = "Add a condition";
pub(in crate::ui) const HINTS: &str = "HINTS, FROM VAGUE TO PLAIN";
pub(in crate::ui) const ADD_HINT: &str = "Add a hint";
pub(in crate::ui) const SOLUTION: &str = "SOLUTION";
pub(in crate::ui) const NO_SOLUTION: &str = "No solution yet.";
pub(in crate::ui) const TAKE_SOLUTION: &str = "Use the settings of the stage";
pub(in crate::ui) const HOW_TO_SOLVE: &str = "Try it shows the task. Change the stage until the goal is reached, then open this editor again and use its settings.";

/// A setting that a task may permit: `A: Link latency`.
pub(in crate::ui) fn setting(path: &str) -> String {
    if let Some(setting) = log_setting(path) {
        return format!("Log: {}", log_name(setting).name);
    }
    let name = setting_name(path);
    let fabric = SettingPlace::parse(path).fabric;
    fabric.map_or_else(|| name.clone(), |fabric| format!("{}: {name}", letter(fabric)))
}

/// The button that takes a setting out.
pub(in crate::ui) fn forbid(path: &str) -> String {
    format!("Take out {}", setting(path))
}

/// The button that deletes an entry of a list.
pub(in crate::ui) fn delete_item(list: PartList, index: usize) -> String {
    let name = match list {
        PartList::Options => "option",
        PartList::Settings => "setting",
        PartList::Goals => "condition",
        PartList::Hints => "hint",
    };
    format!("Delete {name} {}", index + 1)
}

/// What was taken from the stage, and whether it reaches the goal.
pub(in crate::ui) fn taken(taken: &TakenSolution) -> Vec<String> {
    let outcome = match &taken.tried {
        None => "The stage has the settings of the start. Change one that the task permits.".to_owned(),
        Some(Attempt::Reached) => "These settings reach the goal.".to_owned(),
        Some(Attempt::Missed(conditions)) => {
            format!("These settings do not reach the goal: {} is false.", conditions.join(", "))
        }
        Some(Attempt::NotPermitted(reason) | Attempt::Rejected(reason)) => {
            format!("These settings do not reach the goal: {reason}.")
        }
    };
    let left_out = (!taken.left_out.is_empty())
        .then(|| format!("The stage differs in more than the task permits: {}.", taken.left_out.join(", ")));
    std::iter::once(outcome).chain(left_out).collect()
}

/// What the file has of a task beyond the fields of the editor; `None` if nothing.
pub(in crate::ui) fn kept(task: &TaskFile) -> Option<String> {
    let count = |number: usize, one: &str, many: &str| match number {
        0 => None,
        1 => Some(format!("one {one}")),
        number => Some(format!("{number} {many}")),
    };
    let parts = [
        count(task.traps.len(), "trap", "traps"),
        count(task.also.len(), "other solution", "other solutions"),
        task.changes.map(|most| format!("the limit of changes ({most})")),
        task.smallest.as_ref().map(|path| format!("the smallest value ({path})")),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| format!("Kept as the file has it: {}.", parts.join(", ")))
}

/// A fault, with the number of its part.
pub(in crate::ui) fn fault(part: Option<usize>, problem: &str) -> String {
    match part {
        Some(part) => format!("{}: {problem}", part + 1),
        None => problem.to_owned(),
    }
}

/// No belief.
pub(in crate::ui) const NO_BELIEF: &str = "none";
