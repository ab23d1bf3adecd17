//! The schema of lessons, stories and beliefs as they stand in their files.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::question_file::QuestionFile;
use crate::scene::SceneFile;

/// The only version so far.
pub const LESSON_VERSION: u32 = 1;

/// A lesson: predict, play, see why, do it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LessonFile {
    /// Version of the schema.
    pub version: u32,
    /// Its name in links and results, also that of its file.
    pub id: String,
    /// The part of the course.
    pub module: u32,
    /// The place in the course.
    pub order: u32,
    /// How long it takes.
    pub minutes: u32,
    /// Who profits.
    pub for_whom: Vec<Audience>,
    /// Lessons that come first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<String>,
    /// One line.
    pub title: String,
    /// What a learner can do afterwards, one line.
    pub aim: String,
    /// Words of the glossary that it uses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub terms: Vec<String>,
    /// The scene that its runs vary.
    pub scene: SceneSource,
    /// A log that its runs compare with the model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log: Option<String>,
    /// Variants of the scene by name.
    pub runs: BTreeMap<String, RunFile>,
    /// Expressions by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub figures: BTreeMap<String, String>,
    /// What happens, in order.
    pub steps: Vec<StepFile>,
    /// What its statements rest on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<String>,
}

/// Who a lesson is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Audience {
    /// New to the field.
    Student,
    /// Works with clusters.
    Engineer,
}

/// Where a scene comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum SceneSource {
    /// A bundled one, by its file below `scenes/`.
    Bundled(String),
    /// Written out in place.
    Inline(Box<SceneFile>),
}

/// A variant of the scene.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RunFile {
    /// A bundled scene instead of that of the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scene: Option<String>,
    /// A scene written out, instead of that of the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inline: Option<Box<SceneFile>>,
    /// Settings, such as `workload.message=4KiB`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub set: Vec<String>,
    /// What the comparison with the log assumes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log: Option<LogFlagsFile>,
    /// The learner has to find its settings.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub hidden: bool,
}

/// What a comparison with a log assumes; by default what the log says.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LogFlagsFile {
    /// Another bundled log than that of the lesson.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The id of the machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub machine: Option<String>,
    /// Nodes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nodes: Option<u32>,
    /// The id of the network.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network: Option<String>,
    /// NICs per node.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nics: Option<f64>,
    /// Algorithms that NCCL may choose.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub algorithms: Vec<String>,
}

/// One step of a lesson.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum StepFile {
    /// States the situation.
    Say(TextFile),
    /// A question before the answer is seen.
    Predict(QuestionFile),
    /// Plays runs.
    Play(PlayFile),
    /// Shows what came out, and why.
    Reveal(TextFile),
    /// One small action.
    Do(DoFile),
    /// A goal to reach by changing settings.
    Task(TaskFile),
    /// The sentence to keep.
    Keep(String),
}

/// A text over a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextFile {
    /// What it says; expressions stand in `{}`.
    pub text: String,
    /// The run on the stage; that of the step before by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<String>,
    /// The time at which the clock stands, an expression; by default the start, of a result the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
}

/// Runs that are played.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlayFile {
    /// One after the other.
    pub runs: Vec<String>,
}

/// One small action.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DoFile {
    /// What to do.
    pub text: String,
    /// The run on the stage; that of the step before by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<String>,
    /// When it is done.
    pub until: ActionFile,
    /// How.
    pub hint: String,
}

/// An action that the app recognises.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ActionFile {
    /// Something is selected on the stage.
    Select,
    /// The playhead was moved.
    Clock,
    /// A setting was changed.
    Change,
    /// The learner says so.
    Confirm,
}

/// A goal to reach by changing settings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaskFile {
    /// The goal.
    pub text: String,
    /// The run that it starts from.
    pub start: String,
    /// The paths of the settings that may change.
    pub may_change: Vec<String>,
    /// The most settings that may differ from the start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changes: Option<usize>,
    /// Conditions on the learner's run, whose fabrics are called by their letters alone: `A.time < 1ms`.
    pub accept: Vec<String>,
    /// The path whose value has to be the smallest whole number that is accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub smallest: Option<String>,
    /// From vague to plain.
    pub hints: Vec<String>,
    /// Settings that reach it.
    pub solution: Vec<String>,
    /// Other settings that reach it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<Vec<String>>,
    /// Settings that look right and are not.
    pub traps: Vec<Vec<String>>,
    /// The text when it is reached.
    pub done: String,
}

/// A talk in beats.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoryFile {
    /// Version of the schema.
    pub version: u32,
    /// Its name in links, also that of its file.
    pub id: String,
    /// One line.
    pub title: String,
    /// How long it takes.
    pub minutes: u32,
    /// The scene of its runs, unless they name their own.
    pub scene: SceneSource,
    /// Variants by name.
    pub runs: BTreeMap<String, RunFile>,
    /// Expressions by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub figures: BTreeMap<String, String>,
    /// What happens, in order.
    pub beats: Vec<BeatFile>,
}

/// One picture of a talk.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BeatFile {
    /// Its name in links.
    pub id: String,
    /// The run on the stage; that of the beat before by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<String>,
    /// At most twelve words.
    pub caption: String,
    /// The one large figure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hero: Option<String>,
    /// How long it stands.
    pub seconds: u32,
    /// The span that is played: `[from, until]`, expressions; with a single one the clock stands there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub play: Vec<String>,
    /// The lit parts: `fabric:A`, `chip:GPU 3`, `link:…`, `class:NIC`, `part:latency`; everything else is dimmed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub light: Vec<String>,
    /// For the speaker.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub notes: String,
}

/// The beliefs that options name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BeliefsFile {
    /// Version of the schema.
    pub version: u32,
    /// By id.
    pub beliefs: BTreeMap<String, BeliefFile>,
}

/// Something that many believe and that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BeliefFile {
    /// The belief, as a clause after "that".
    pub claim: String,
    /// Why it is wrong, one sentence.
    pub refutation: String,
}
