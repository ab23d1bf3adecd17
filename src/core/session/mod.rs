//! Session: the open scene, its runs, the clock, and the one place where intents are applied.
//!
//! Panels, keys, the page around the browser build and tests send [`Intent`]s. What only a window or a page can do (dialogs,
//! the clipboard) comes back as an [`Effect`].
//!
//! | file | contents |
//! |---|---|
//! | `session` | the state that panels read |
//! | `intent` | intents and effects |
//! | `apply` | applies intents, one arm for each |
//! | `change` | changes of the scene that are being solved |
//! | `class_poll`, `poll_question` | a question put to a class, with its votes; what it votes for |
//! | `clock` | the time of all fabrics: playing, loops, same or normalised |
//! | `run_clock` | instant and window of a training run, from months to nanoseconds |
//! | `call_stage` | one collective of a training step on the stage |
//! | `snapshot` | what a page keeps of a session over a reload |
//! | `query`, `query_job`, `query_export` | what a page asks of a session, and the work on the answer |
//! | `page_state` | the state as JSON, as a page publishes it |
//! | `link`, `link_place`, `link_error` | links: reading and writing them, the lessons and stories in them, their faults |
//! | `session_link` | the session as a link and from one |
//! | `undo` | undo, redo, and the runs before the last change |
//! | `sweep_job`, `sweep_point`, `quantity` | the open sweep, its points, and what it can draw |
//! | `path_field` | the field for a path, and messages about files and the clipboard |
//! | `log_figure` | figures of the cluster of a log that can be typed |
//! | `open_editor` | the editor of the user's own lesson or story |
//! | `own_files` | which files hold them, and when an opened one becomes the user's own |
//! | `open_lesson` | an open lesson: its step, filled, and the work of the learner |
//! | `shown_lesson` | what may be asked of it, and its step as it is shown |
//! | `open_story` | an open story: its beat, filled, and where the talk is |
//! | `speaker_view`, `speaker_command` | what only the speaker sees, and what that view asks for |
//! | `talk_time`, `blank_screen` | how long a talk has lasted; its pauses |
//! | `stored_talk`, `resume_talk` | its place, for a reload or after a crash; going on there |
//! | `open_log` | an open log of nccl-tests and its comparison with the model |
//! | `open_exports`, `session_export` | the window of exports; the session as files of other programs |
//! | `picture` | pictures and films of the screen |
//! | `open_import` | what a file is, and the report of an imported one |
//! | `log_runs` | its runs as curves |
//! | `log_scene`, `log_stage` | its cluster as a scene, with a change that may explain it; that scene on the stage |
//! | `first_start` | the first start of the program: a question, its outcome, three ways to go on |
//! | `hidden_results` | whether results are hidden until they are predicted |
//! | `go_to_bottleneck` | moves the camera to the bottleneck |

mod apply;
mod blank_screen;
mod call_stage;
mod change;
mod class_poll;
mod clock;
mod first_start;
mod go_to_bottleneck;
mod hidden_results;
mod intent;
mod link;
mod link_error;
mod link_place;
mod log_figure;
mod log_runs;
mod log_scene;
mod log_stage;
mod open_editor;
mod open_exports;
mod open_import;
mod open_lesson;
mod open_log;
mod open_story;
mod own_files;
mod page_state;
mod path_field;
mod picture;
mod poll_question;
mod quantity;
mod query;
mod query_export;
mod query_job;
mod resume_talk;
mod run_clock;
#[expect(clippy::module_inception, reason = "the room is named after its main type")]
mod session;
mod session_export;
mod session_link;
mod shown_lesson;
mod snapshot;
mod speaker_command;
mod speaker_view;
mod stored_talk;
mod sweep_job;
mod sweep_point;
mod talk_time;
mod undo;

pub use blank_screen::BlankScreen;
pub use call_stage::CallStage;
pub use change::{SolveJob, SolveProgress, SolvedScene};
pub use class_poll::{ClassPoll, NextOfPoll, PollIntent, PollKind};
pub use clock::Clock;
pub use first_start::{FirstStart, FirstStep};
pub use go_to_bottleneck::go_to_bottleneck;
pub use intent::{Effect, Intent, PictureScale, RunRow, SweepIntent};
pub use link::{Link, LinkScene, LinkView, link_to};
pub use link_error::LinkError;
pub use link_place::LinkPlace;
pub use log_figure::LogFigure;
pub use log_runs::{Curve, RunCurve, run_name};
pub use log_scene::can_play;
pub use log_stage::LogStage;
pub use open_editor::{EditorIntent, OpenEditor, OwnKind, TakenSolution};
pub use open_exports::{FilmProgress, OpenExports};
pub use open_import::{OpenImport, Opening, import_diagnostics, opening};
pub use open_lesson::{OpenLesson, StageState};
pub use open_log::{ClusterGuess, GuessBasis, LogComparison, OpenLog, is_log, splits, usual_network};
pub use open_story::{OpenStory, StoryIntent, StorySource, TalkPart, is_teaching_material};
pub use page_state::PageState;
pub use path_field::{Completion, Done, DoneMessage, FileContent, PathField, PathPurpose};
pub use picture::{PictureKind, PictureSpec};
pub use quantity::Quantity;
pub use query::{Query, QueryError};
pub use query_job::QueryJob;
pub use run_clock::RunClock;
pub use session::{Session, SessionError};
pub use shown_lesson::{GivenAnswer, LessonIntent, LessonSource, ShownOption, ShownStep, StepClock, TaskOutcome};
pub use snapshot::Snapshot;
pub use speaker_command::SpeakerCommand;
pub use speaker_view::{SpeakerFigure, SpeakerTime, SpeakerView, SpeakerWarning};
pub use stored_talk::StoredTalk;
pub use sweep_job::SweepJob;
pub use sweep_point::{PointSolver, SolvedPoint};
pub use talk_time::TalkTime;
pub use undo::UndoStack;
