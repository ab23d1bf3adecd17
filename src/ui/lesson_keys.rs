//! The keys of a lesson. They come before those of the key table while its step has a use for them.

use super::key_action::KeyAction;
use super::key_table::{KeyGroup, KeyLine, LineSummary, Shortcut, letter, line, plain, shortcut};
use super::keys::{Key, KeyPress};
use crate::lesson::StepFile;
use crate::session::{Intent, LessonIntent, OpenLesson, Session};

const GROUP: KeyGroup = KeyGroup::Learning;

const fn choose(place: u8, keys: &'static [KeyPress]) -> Shortcut {
    shortcut(KeyAction::Choose(place), keys, "an option")
}

/// The keys of a lesson.
pub const LEARNING: &[KeyLine] = &[
    KeyLine {
        group: GROUP,
        shortcuts: &[
            choose(0, &[letter('1')]),
            choose(1, &[letter('2')]),
            choose(2, &[letter('3')]),
            choose(3, &[letter('4')]),
            choose(4, &[letter('5')]),
            choose(5, &[letter('6')]),
        ],
        summary: Some(LineSummary { keys: "1 … 6", label: "the option of this number; of an order, the next thing" }),
    },
    line(GROUP, &[shortcut(KeyAction::GoOn, &[plain(Key::Enter)], "the next step; try a task; confirm an order")]),
];

/// The action of a key during a lesson; `None` if its step has no use for the key.
pub(super) fn lesson_action(press: KeyPress, open: &OpenLesson) -> Option<KeyAction> {
    let mut all = LEARNING.iter().flat_map(|line| line.shortcuts);
    let action = all.find(|shortcut| shortcut.keys.contains(&press))?.action;
    let is_question = matches!(open.step_file(), Some(StepFile::Predict(_)));
    let has_use = !open.shows_poll && (is_question || !matches!(action, KeyAction::Choose(_)));
    has_use.then_some(action)
}

/// What Enter does in the open step. It never skips a question.
pub(super) fn go_on(session: &Session) -> Option<Intent> {
    let open = session.lesson.as_ref()?;
    let intent = match open.step_file()? {
        StepFile::Predict(_) => {
            open.order()?;
            LessonIntent::ConfirmOrder
        }
        StepFile::Task(_) if !session.is_step_done() => LessonIntent::Try,
        StepFile::Task(_)
        | StepFile::Say(_)
        | StepFile::Play(_)
        | StepFile::Reveal(_)
        | StepFile::Do(_)
        | StepFile::Keep(_) => LessonIntent::Next,
    };
    Some(Intent::Lesson(intent))
}
