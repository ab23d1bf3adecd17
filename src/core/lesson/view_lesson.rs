//! The view of a user as a lesson: a first view brings a whole lesson that passes its check, further ones are its steps.

use std::collections::BTreeMap;

use super::question_file::{AnswerFile, NumberFile, QuestionFile};
use super::schema::{Audience, LESSON_VERSION, LessonFile, PlayFile, RunFile, SceneSource, StepFile, TextFile};
use super::view_beat::{StageView, quoted_title, run_name, run_of_scene};
use crate::scene::letter;

/// What a view shows that can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuestionFigure {
    /// The fabric, by its index.
    pub fabric: usize,
    /// Its figure, and the unit in which it is asked.
    pub kind: QuestionFigureKind,
}

/// A figure that a new lesson asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuestionFigureKind {
    /// The time of a collective in this unit.
    Time(&'static str),
    /// The days of a training run.
    Days,
}

/// How near a right number is to the figure of a new question.
pub(super) const WITHIN: f64 = 0.2;

/// What a new lesson says where its author has to write.
const UNWRITTEN: [&str; 2] = ["Write here what a learner can do afterwards.", "Write here what to remember."];
/// The texts of a new part.
pub(super) const UNWRITTEN_TEXT: &str = "…";
pub(super) const UNWRITTEN_QUESTION: &str = "…?";

/// Whether a text only says what to write in its place.
pub(super) fn is_placeholder(text: &str) -> bool {
    UNWRITTEN.into_iter().chain([UNWRITTEN_TEXT, UNWRITTEN_QUESTION]).any(|unwritten| unwritten == text.trim())
}

impl LessonFile {
    /// A lesson about a view: it says what is shown, asks for a figure of it, plays it, and shows the figure.
    pub fn from_view(view: StageView, sought: QuestionFigure) -> LessonFile {
        let run = run_name(0);
        let (figure, unit) = match sought.kind {
            QuestionFigureKind::Time(unit) => ("time", unit),
            QuestionFigureKind::Days => ("days", "n"),
        };
        let figure = format!("{run}.{}.{figure}", letter(sought.fabric));
        let shown = match sought.kind {
            QuestionFigureKind::Time(_) => format!("{{{figure}}}."),
            QuestionFigureKind::Days => format!("{{{figure}:n}} days."),
        };
        let question = match sought.kind {
            QuestionFigureKind::Time(_) => format!("How long does {} take?", letter(sought.fabric)),
            QuestionFigureKind::Days => format!("How many days does {} take?", letter(sought.fabric)),
        };
        let mut lesson = LessonFile {
            version: LESSON_VERSION,
            id: "my-lesson".to_owned(),
            module: 1,
            order: 1,
            minutes: 5,
            for_whom: vec![Audience::Student, Audience::Engineer],
            needs: Vec::new(),
            title: view.scene.title.clone(),
            aim: UNWRITTEN[0].to_owned(),
            terms: Vec::new(),
            scene: SceneSource::Inline(Box::new(view.scene.clone())),
            log: None,
            runs: BTreeMap::from([(run.clone(), RunFile::default())]),
            figures: BTreeMap::new(),
            steps: Vec::new(),
            sources: Vec::new(),
        };
        let of = lesson.new_figure(&figure);
        let number = NumberFile { within: WITHIN, unit: unit.to_owned(), beliefs: Vec::new() };
        lesson.steps = vec![
            StepFile::Predict(QuestionFile {
                text: question,
                of: Some(of),
                options: Vec::new(),
                answer: Some(AnswerFile::Number(number)),
            }),
            StepFile::Play(PlayFile { runs: vec![run.clone()] }),
            StepFile::Reveal(TextFile { text: shown, run: Some(run), at: None }),
            StepFile::Keep(UNWRITTEN[1].to_owned()),
        ];
        lesson.add_view(view, 0);
        lesson
    }

    /// Adds a view as the step at a place. The text is the title of the scene, quoted: its digits are a name.
    pub fn add_view(&mut self, view: StageView, place: usize) {
        let run = run_of_scene(&self.scene, &mut self.runs, view.scene);
        let step = TextFile { text: quoted_title(view.scene), run: Some(run), at: Some(view.at.to_field()) };
        self.steps.insert(place.min(self.steps.len()), StepFile::Say(step));
    }

    /// Where a further view belongs: before the first question.
    pub fn place_of_views(&self) -> usize {
        let question = self.steps.iter().position(|step| matches!(step, StepFile::Predict(_)));
        question.unwrap_or(self.steps.len())
    }

    /// Names a figure.
    pub(super) fn new_figure(&mut self, expression: &str) -> String {
        let name = |number: usize| if number == 1 { "answer".to_owned() } else { format!("answer{number}") };
        let name = (1..).map(name).find(|name| !self.figures.contains_key(name)).unwrap_or_default();
        self.figures.insert(name.clone(), expression.to_owned());
        name
    }

    /// A figure to begin with: the first one of the lesson, else a time of its first run.
    pub(super) fn first_figure(&self) -> String {
        let first = || self.runs.keys().next().map_or_else(String::new, |run| format!("{run}.A.time"));
        self.figures.values().next().cloned().unwrap_or_else(first)
    }

    /// The unit of the first number that the lesson asks for.
    pub(super) fn usual_unit(&self) -> String {
        let unit = self.steps.iter().find_map(|step| match step {
            StepFile::Predict(QuestionFile { answer: Some(AnswerFile::Number(number)), .. }) => {
                Some(number.unit.clone())
            }
            StepFile::Predict(_)
            | StepFile::Say(_)
            | StepFile::Play(_)
            | StepFile::Reveal(_)
            | StepFile::Do(_)
            | StepFile::Task(_)
            | StepFile::Keep(_) => None,
        });
        unit.unwrap_or_else(|| "us".to_owned())
    }
}
