//! Lessons and stories: files whose every number is an expression over the figures of runs, evaluated when it is shown.
//!
//! | file | contents |
//! |---|---|
//! | `schema`, `question_file`, `parse` | the files as they are written |
//! | `bundled` | the course that comes with the program |
//! | `quantity` | values with units, and the forms in which texts show them |
//! | `vocabulary`, `token`, `expression`, `expression_error` | words, tokens, syntax tree and faults of expressions |
//! | `typing` | their types, found before anything runs |
//! | `lab` | the runs of a lesson, solved as `run` solves them, once each |
//! | `evaluate`, `functions`, `search` | the value of an expression |
//! | `log_settings` | settings of a comparison with a log |
//! | `texts` | the texts of the course in another language |
//! | `text` | texts with expressions in them |
//! | `open`, `problem` | a lesson as a lab, and its faults with their lines |
//! | `answer` | which option holds, and whether a try reaches a goal |
//! | `prediction` | options, numbers and orders that were predicted, judged |
//! | `number_ranges` | a number as ranges that a class votes for |
//! | `beat`, `light` | the beats of a story, filled, and what they light |
//! | `setting_place` | what a task lets the learner change |
//! | `view_beat`, `view_lesson` | views as beats and steps |
//! | `own_file`, `own_field` | a lesson or a story of the user, as an editor changes it, and its texts |
//! | `task_settings` | settings that a task could permit, and what the stage has changed of its start |
//! | `check` | what `lesson check` refuses |
//! | `transcript` | a lesson played without a screen |
//! | `progress`, `grade` | what a learner has done, and this engine's judgement on it |
//! | `export`, `handout` | questions for other programs and for paper; a talk on paper |

mod answer;
mod beat;
mod bundled;
mod check;
mod evaluate;
mod export;
mod expression;
mod expression_error;
mod functions;
mod grade;
mod handout;
mod lab;
mod light;
mod log_settings;
mod number_ranges;
mod open;
mod own_field;
mod own_file;
mod parse;
mod prediction;
mod problem;
mod progress;
mod quantity;
mod question_file;
#[cfg(test)]
mod question_tests;
mod schema;
mod search;
mod setting_place;
mod task_settings;
#[cfg(test)]
mod tests;
mod text;
mod texts;
mod token;
mod transcript;
mod typing;
mod view_beat;
mod view_lesson;
mod vocabulary;

pub use answer::{Attempt, Sure, attempt, right_option, shown_order};
pub use beat::{Rest, ShownBeat};
pub use bundled::{BELIEFS, BundledText, Course, LESSONS, STORIES};
pub use check::{check_lesson, check_story};
pub use export::{gift, worksheet};
pub use expression::{Argument, Expression, FabricPlace, Node, Operator};
pub use expression_error::ExpressionError;
pub use grade::{BeliefCount, GradedRow, Grades, Labs};
pub use handout::{HandoutBeat, handout};
pub use lab::{Lab, MAX_SOLVES, Solved, Variant};
pub use light::Light;
pub use log_settings::{LogSetting, log_setting};
pub use number_ranges::{NumberRanges, number_ranges};
pub use own_field::{BeatField, Field, HeadField, StepField};
pub use own_file::{NewPart, OwnFile, PartKind, PartList, PartsLost, parts_lost};
pub use parse::{CourseFile, read_beliefs, read_course_file, read_lesson, read_story};
pub use prediction::{Judgement, Prediction, judge};
pub use problem::{Problem, diagnostics};
pub use progress::{LessonProgress, PROGRESS_VERSION, Progress, StoredAnswer, StoredTask};
pub use quantity::{Dimension, Form, Value, ValueType};
pub use question_file::{AnswerFile, ItemFile, NumberBeliefFile, NumberFile, OptionFile, OrderFile, QuestionFile};
pub use schema::{
    ActionFile, Audience, BeatFile, BeliefFile, BeliefsFile, DoFile, LESSON_VERSION, LessonFile, LogFlagsFile,
    PlayFile, RunFile, SceneSource, StepFile, StoryFile, TaskFile, TextFile,
};
pub use setting_place::{SettingKind, SettingPlace};
pub use task_settings::{StageSolution, StepNotes, changed_settings};
pub use text::{Template, filled};
pub use texts::{Texts, TextsFile, is_texts, read_texts};
pub use transcript::{Answer, PlayedStep, Transcript, Try, play_lesson};
pub use typing::Names;
pub use view_beat::StageView;
pub use view_lesson::{QuestionFigure, QuestionFigureKind};
pub use vocabulary::{FigureKind, Function, LogFigure};
