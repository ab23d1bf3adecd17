//! Texts of the editor of lessons and stories.

use crate::lesson::{Field, NewPart, PartKind};

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
pub(in crate::ui) const IN_FILE: &str =
    "The rest of this step is edited in the file; docs/teaching.md lists its fields.";
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
pub(in crate::ui) const PARTS: [(NewPart, &str); 5] = [
    (NewPart::Text, "text"),
    (NewPart::Number, "question, a number"),
    (NewPart::Options, "question, options"),
    (NewPart::Result, "result"),
    (NewPart::Action, "action"),
];

pub(in crate::ui) const ADD_OPTION: &str = "Add an option";

/// The name of a field.
pub(in crate::ui) fn field(field: Field) -> String {
    let name = match field {
        Field::Id => "Name of the file",
        Field::Title => "Title",
        Field::Aim => "What a learner can do afterwards",
        Field::Text => "Text",
        Field::Hint => "How",
        Field::Figure => "The figure that decides",
        Field::Unit => "Unit",
        Field::Within => "Right within, %",
        Field::OptionText(index) => return format!("Option {}", index + 1),
        Field::OptionWhen(index) => return format!("Option {} is right when", index + 1),
        Field::OptionBelief(index) => return format!("Option {}: the belief behind it, if it is wrong", index + 1),
        Field::Caption => "Caption, at most twelve words",
        Field::Hero => "Large figure, if any",
        Field::Notes => "Notes for the speaker",
        Field::Seconds => "Seconds",
    };
    name.to_owned()
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
