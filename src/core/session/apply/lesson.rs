//! The course and the open lesson.

use std::sync::Arc;

use crate::lesson::{
    AnswerFile, Course, LESSONS, LessonFile, OwnFile, Prediction, StepFile, StoredAnswer, read_lesson, read_texts,
};
use crate::scene::SceneDocument;
use crate::session::change::{Change, Comparison, Opened, SetAside};
use crate::session::intent::Effect;
use crate::session::open_lesson::{OpenLesson, StageState};
use crate::session::path_field::FileContent;
use crate::session::session::Session;
use crate::session::shown_lesson::{GivenAnswer, LessonIntent, LessonSource, StepClock};
use crate::session::undo::Version;
use crate::solve::FabricRun;
use crate::units::Femtos;

impl Session {
    pub(super) fn apply_lesson(&mut self, intent: LessonIntent) -> Option<Effect> {
        match intent {
            LessonIntent::ToggleCourse => (self.course, self.scenes) = (!self.course, false),
            LessonIntent::Open(id) => self.open_lesson(&id),
            LessonIntent::Close => self.close_lesson(),
            LessonIntent::Next => self.next_step(),
            LessonIntent::Back => {
                let step = self.lesson.as_ref().map_or(0, |open| open.step.saturating_sub(1));
                self.go_to_step(step);
            }
            LessonIntent::SetSure(sure) => {
                if let Some(open) = &mut self.lesson {
                    open.sure = Some(sure);
                }
            }
            LessonIntent::Answer(option) => self.choose(option),
            LessonIntent::Choose(place) => {
                let option = self.lesson.as_ref().and_then(|open| open.shown.options.get(place));
                if let Some(option) = option.map(|shown| shown.option) {
                    self.choose(option);
                }
            }
            LessonIntent::TypeNumber(text) => {
                let typed = self.lesson.as_mut().and_then(|open| open.typed(&text));
                if let Some(typed) = typed {
                    self.predict(Prediction::Number(typed));
                }
            }
            LessonIntent::ConfirmOrder => {
                if let Some(order) = self.lesson.as_ref().and_then(OpenLesson::order) {
                    self.predict(Prediction::Order(order));
                }
            }
            LessonIntent::Poll(intent) => {
                if let Some(open) = &mut self.lesson {
                    open.apply_poll(intent);
                }
            }
            LessonIntent::PlayRun(run) => {
                if let Some(open) = &mut self.lesson {
                    open.run = run;
                }
                self.stage_step(true);
            }
            LessonIntent::OpenHint => {
                if let Some(open) = &mut self.lesson {
                    open.open_hint();
                    let (id, step) = (open.file.id.clone(), open.step);
                    self.progress.task(&id, step).hints += 1;
                }
            }
            LessonIntent::SetOfLog(setting) => {
                if let Some(open) = &mut self.lesson {
                    open.set_of_log(setting);
                }
            }
            LessonIntent::Try => self.try_task(),
            LessonIntent::SaveResults => {
                let content = FileContent::Text(self.progress.write());
                return Some(Effect::Save { name: "fabricscope-results.json".to_owned(), content });
            }
        }
        None
    }

    fn open_lesson(&mut self, id: &str) {
        let Some(file) = self.files.lesson(id).cloned() else { return };
        self.enter_lesson(file, LessonSource::Bundled);
    }

    /// Opens a lesson from text. A fault is shown, and the open scene stays.
    pub fn open_lesson_text(&mut self, name: &str, text: &str) {
        match read_lesson(name, text) {
            Err(rejected) => self.diagnostics = Some(rejected),
            Ok(file) => {
                let own = OwnFile::Lesson(Box::new(file.clone()));
                let source = LessonSource::File { name: name.to_owned(), text: text.to_owned() };
                if self.enter_lesson(file, source) {
                    let is_own = self.adopt(name, own);
                    if let Some(open) = &mut self.lesson {
                        open.is_own = is_own;
                    }
                }
            }
        }
    }

    /// Shows the course in another language. A fault is shown, and the language stays.
    pub(super) fn open_texts(&mut self, name: &str, text: &str) {
        let texts = match read_texts(name, text) {
            Ok(texts) => texts,
            Err(rejected) => return self.diagnostics = Some(rejected),
        };
        let problems = texts.check(Course::bundled());
        if !problems.is_empty() {
            return self.show_problems(name, text, problems);
        }
        self.diagnostics = None;
        self.files = Arc::new(Course::bundled().with_texts(&texts));
        // The open lesson goes on in the new language.
        let open = self.lesson.as_ref().filter(|open| open.source == LessonSource::Bundled);
        match open.map(|open| (open.file.id.clone(), open.step)) {
            Some((id, step)) => {
                self.open_lesson(&id);
                self.go_to_step(step);
            }
            None => self.course = true,
        }
    }

    /// Opens a lesson at its first step. Returns whether it could be opened; if not, its faults are shown.
    pub(super) fn enter_lesson(&mut self, file: LessonFile, source: LessonSource) -> bool {
        let before = self.own_scene();
        let id = file.id.clone();
        match OpenLesson::new(self.files.clone(), (file, source.clone()), &self.catalog, before) {
            Ok(open) => {
                self.diagnostics = None;
                self.path_field = None;
                self.course = false;
                self.scenes = false;
                self.log = None;
                self.sweep_job = None;
                self.lesson = Some(open);
                self.end_story();
                self.stage_step(false);
                true
            }
            Err(problems) => {
                let (name, text) = match source {
                    LessonSource::File { name, text } => (name, text),
                    LessonSource::Bundled => {
                        let text = LESSONS.iter().find(|lesson| lesson.file.ends_with(&format!("/{id}.ron")));
                        text.map_or_else(Default::default, |one| (one.file.to_owned(), one.text.to_owned()))
                    }
                };
                self.show_problems(&name, &text, problems);
                false
            }
        }
    }

    fn close_lesson(&mut self) {
        let Some(OpenLesson { before, .. }) = self.lesson.take() else { return };
        self.return_to(before);
    }

    /// The scene of the user, which a lesson or a story sets aside.
    pub(in crate::session) fn own_scene(&self) -> SetAside {
        match (&self.lesson, &self.story) {
            (Some(open), _) => open.before.clone(),
            (None, Some(open)) => open.before.clone(),
            (None, None) => SetAside { version: self.version(), history: self.undo.history() },
        }
    }

    /// Puts a scene that was set aside back on the stage, with its versions.
    pub(super) fn return_to(&mut self, SetAside { version, history }: SetAside) {
        let Version { name, opened, document } = version;
        self.stage_document(document, Opened { name, opened, history });
    }

    fn next_step(&mut self) {
        let Some(open) = &self.lesson else { return };
        let (id, is_last, step) = (open.file.id.clone(), open.is_last(), open.step);
        if matches!(open.step_file(), Some(StepFile::Predict(_))) {
            self.answer(None);
        }
        if is_last {
            self.progress.lessons.entry(id).or_default().finished = true;
            self.close_lesson();
            self.course = true;
        } else {
            self.go_to_step(step + 1);
        }
    }

    pub(in crate::session) fn go_to_step(&mut self, step: usize) {
        let Some(open) = &mut self.lesson else { return };
        let follows = open.staged.is_some() && step == open.step + 1;
        open.go_to(step);
        let (id, step) = (open.file.id.clone(), open.step);
        self.progress.lessons.entry(id).or_default().step = step;
        self.stage_step(follows);
    }

    /// An option is the answer; a thing of an order gets its place.
    fn choose(&mut self, choice: usize) {
        let Some(open) = &mut self.lesson else { return };
        match open.answer_form() {
            None => self.predict(Prediction::Option(choice)),
            Some(AnswerFile::Order(_)) => open.place(choice),
            Some(AnswerFile::Number(_)) => {}
        }
    }

    /// Takes a prediction and goes on.
    fn predict(&mut self, prediction: Prediction) {
        if self.answer(Some(prediction)) {
            let step = self.lesson.as_ref().map_or(0, |open| open.step + 1);
            self.go_to_step(step);
        }
    }

    /// Keeps an answer, or that the question was skipped. Returns whether there was a question.
    fn answer(&mut self, prediction: Option<Prediction>) -> bool {
        let Some(open) = &mut self.lesson else { return false };
        let (id, sure) = (open.file.id.clone(), open.sure);
        let Some(GivenAnswer { step, prediction, right, .. }) = open.answer(prediction) else { return false };
        let engine = env!("CARGO_PKG_VERSION").to_owned();
        let answer = StoredAnswer { sure, right, engine, ..StoredAnswer::new(step, prediction.as_ref()) };
        self.progress.keep_answer(&id, answer);
        true
    }

    fn try_task(&mut self) {
        let latest = self.latest().clone();
        let Some(open) = &mut self.lesson else { return };
        let Some(settings) = open.try_scene(&latest) else { return };
        let reached = open.shown.outcome.as_ref().is_some_and(|outcome| outcome.reached);
        let (id, step) = (open.file.id.clone(), open.step);
        let task = self.progress.task(&id, step);
        task.tries += 1;
        // Once the goal is reached, tries that miss it are only counted.
        if reached || !task.passed {
            task.settings = settings.iter().map(|setting| format!("{}={}", setting.path, setting.value)).collect();
        }
        task.passed |= reached;
    }

    /// Puts the scene of the open step on the stage, and the clock into its state. A step that follows on the one before it may
    /// keep the stage of that.
    fn stage_step(&mut self, follows: bool) {
        let Some(open) = &self.lesson else { return };
        let document = open.scene(follows).unwrap_or_else(|| self.latest().clone());
        if let Some(open) = &mut self.lesson {
            open.staged = Some(document.clone());
        }
        let name = self.lesson.as_ref().map_or_else(String::new, |open| format!("{}.ron", open.file.id));
        let is_staged = name == self.name && document == *self.latest() && self.solve_progress().is_none();
        if is_staged {
            self.restart_clock();
        } else {
            // Changes within the step have versions of their own.
            let opened = Opened::new(&name, &document);
            self.stage_document(document, opened);
        }
    }

    pub(super) fn stage_document(&mut self, document: SceneDocument, opened: Opened) {
        let (opened, history) = (Some(opened), self.undo.history());
        let comparison = Comparison::WithNothing;
        self.request(Change { document, opened, comparison, restarts_clock: true, view: None, history });
    }

    /// The clock at the beginning of a step; nothing without a lesson.
    pub(super) fn set_lesson_clock(&mut self) {
        let Some(open) = &self.lesson else { return };
        let half = Femtos(self.clock.duration.0 / 2);
        match open.clock() {
            StepClock::Plays => {}
            StepClock::At(at) => {
                self.clock.playing = false;
                let clock = self.clock_at(at);
                let is_done =
                    |run: &FabricRun| run.result().is_some_and(|result| clock.local(result.time) >= result.time);
                // Once a run is done, the clock tells how long it takes.
                if !(self.hides_results() && self.runs.iter().any(is_done)) {
                    self.clock.seek(at);
                }
            }
            StepClock::Start => self.clock.playing = false,
            StepClock::Middle => {
                self.clock.playing = false;
                self.clock.seek(half);
            }
            StepClock::End => {
                self.clock.playing = false;
                self.clock.seek(self.clock.duration);
            }
        }
    }

    /// Whether the action of the open step was done.
    pub fn is_step_done(&self) -> bool {
        let state = StageState {
            has_selection: self.view.selection.is_some(),
            clock_moved: self.clock.at > Femtos(0),
            latest: self.latest(),
        };
        self.lesson.as_ref().is_none_or(|open| open.is_done(state))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::{Sure, log_setting};
    use crate::scene::Setting;
    use crate::session::intent::Intent;

    fn lesson() -> Session {
        let mut session = Session::first_look().expect("the first look");
        session.apply(Intent::Lesson(LessonIntent::Open("out-of-the-box".to_owned())));
        session
    }

    fn send(session: &mut Session, intent: LessonIntent) {
        session.apply(Intent::Lesson(intent));
    }

    fn open(session: &Session) -> &OpenLesson {
        session.lesson.as_ref().expect("an open lesson")
    }

    #[test]
    fn a_lesson_goes_from_a_prediction_to_a_task_and_returns_to_the_scene_before() {
        let mut session = lesson();
        let title = session.scene().title.clone();
        assert!(!session.clock.playing, "the stage stands still while the situation is read");
        assert!(open(&session).shown.text.contains("32 GPUs"), "{:?}", open(&session).shown);
        send(&mut session, LessonIntent::Next);
        assert_eq!(open(&session).shown.options.len(), 4);
        send(&mut session, LessonIntent::SetSure(Sure::Sure));
        send(&mut session, LessonIntent::Answer(0));
        let answer = open(&session).answer.clone().expect("an answer");
        assert!(!answer.right && answer.refutation.is_some(), "{answer:?}");
        assert!(session.clock.playing, "runs play after the prediction");
        send(&mut session, LessonIntent::PlayRun(1));
        assert_eq!(session.file().fabrics[0].algorithm, "ring");
        send(&mut session, LessonIntent::Next);
        send(&mut session, LessonIntent::Next);
        assert!(!session.is_step_done());
        session.apply(Intent::Seek(Femtos(1_000)));
        assert!(session.is_step_done());
        send(&mut session, LessonIntent::Next);
        send(&mut session, LessonIntent::Try);
        assert!(!session.is_step_done(), "the start misses the goal");
        send(&mut session, LessonIntent::OpenHint);
        assert_eq!((open(&session).shown.hints.len(), open(&session).shown.more_hints), (1, 2));
        let ring = Setting { path: "fabrics.0.algorithm".to_owned(), value: "ring".to_owned() };
        session.apply(Intent::Set(vec![ring]));
        send(&mut session, LessonIntent::Try);
        assert!(session.is_step_done(), "{:?}", open(&session).shown);
        send(&mut session, LessonIntent::Next);
        send(&mut session, LessonIntent::Next);
        assert!(session.lesson.is_none() && session.course);
        assert_ne!(session.scene().title, title, "the scene from before the lesson is back");
        let kept = &session.progress.lessons["out-of-the-box"];
        assert!(kept.finished && kept.tasks[0].passed && kept.tasks[0].tries == 2, "{kept:?}");
        assert_eq!(kept.answers[0].sure, Some(Sure::Sure));
    }

    /// Changes settings as the controls of the app do.
    fn change(session: &mut Session, settings: &[String]) {
        for text in settings {
            let setting = Setting::parse(text).expect("a setting");
            match log_setting(&setting.path) {
                Some(_) => send(session, LessonIntent::SetOfLog(setting)),
                None => drop(session.apply(Intent::Set(vec![setting]))),
            }
        }
    }

    #[test]
    fn the_controls_of_the_app_reach_the_goal_of_every_task() {
        let mut session = Session::first_look().expect("the first look");
        for lesson in &Course::bundled().lessons {
            for (step, file) in lesson.steps.iter().enumerate() {
                let StepFile::Task(task) = file else { continue };
                send(&mut session, LessonIntent::Open(lesson.id.clone()));
                session.go_to_step(step);
                change(&mut session, task.traps.first().map_or(&[], Vec::as_slice));
                send(&mut session, LessonIntent::Try);
                assert!(!session.is_step_done(), "{}: a trap", lesson.id);
                session.go_to_step(step);
                change(&mut session, &task.solution);
                assert_eq!(session.diagnostics, None, "{}", lesson.id);
                send(&mut session, LessonIntent::Try);
                assert!(session.is_step_done(), "{} {:?}", lesson.id, open(&session).shown);
            }
        }
    }

    #[test]
    fn after_a_lesson_the_own_scene_has_its_changes_and_its_undo() {
        let mut session = Session::first_look().expect("the first look");
        let first = session.report();
        session.apply(Intent::Set(vec![Setting::parse("workload.message=512MiB").expect("a setting")]));
        let changed = session.report();
        send(&mut session, LessonIntent::Open("out-of-the-box".to_owned()));
        let staged = session.report();
        assert!(!session.undo.can_undo(), "the lesson does not undo the user's own changes");
        session.apply(Intent::Set(vec![Setting::parse("workload.message=1KiB").expect("a setting")]));
        session.apply(Intent::Reset);
        assert_eq!(session.report(), staged, "a reset within a lesson stays in it");
        send(&mut session, LessonIntent::Close);
        assert_eq!((session.report(), session.is_changed()), (changed.clone(), true));
        session.apply(Intent::Undo);
        assert_eq!(session.report(), first);
        session.apply(Intent::Redo);
        assert_eq!(session.report(), changed);
    }

    #[test]
    fn a_step_at_fault_says_where_and_the_steps_and_lessons_around_it_stay_usable() {
        let text = include_str!("../../../../scenes/lessons/template.ron");
        let faulty = text.replace("{ring.A.time:us}, compared", "{rinx.A.time:us}, compared");
        let line = 1 + faulty.lines().position(|line| line.contains("rinx")).expect("the fault");
        let mut session = Session::first_look().expect("the first look");
        session.apply(Intent::Load { name: "mine.ron".to_owned(), text: faulty });
        let mut faults = Vec::new();
        while let Some(open) = &session.lesson {
            faults.extend(open.shown.fault.clone().map(|fault| (open.step, fault)));
            send(&mut session, LessonIntent::Next);
        }
        let [(3, fault)] = faults.as_slice() else { panic!("{faults:?}") };
        assert!(fault.contains(&format!("mine.ron:{line}: ")) && fault.contains("rinx"), "{fault}");
        let unreadable = text.replace("until: Select", "until: Selekt");
        session.apply(Intent::Load { name: "mine.ron".to_owned(), text: unreadable });
        let shown = session.diagnostics.clone().expect("a fault").to_string();
        assert!(session.lesson.is_none() && shown.contains("mine.ron:"), "{shown}");
        let no_run = text.replace("algorithm=ring\"]),", "algorithm=rinx\"]),");
        session.apply(Intent::Load { name: "mine.ron".to_owned(), text: no_run });
        let before = session.scene().title.clone();
        for _ in 0..3 {
            send(&mut session, LessonIntent::Next);
        }
        assert!(session.lesson.is_some(), "a run at fault closes nothing");
        send(&mut session, LessonIntent::Close);
        send(&mut session, LessonIntent::Open("late-rank".to_owned()));
        assert!(open(&session).shown.fault.is_none() && !before.is_empty());
    }

    #[test]
    fn texts_in_another_language_translate_the_open_lesson_and_a_file_at_fault_changes_nothing() {
        let mut session = lesson();
        send(&mut session, LessonIntent::Next);
        let file = |title: &str| {
            format!("(version: 1, language: \"de\", lessons: {{\"out-of-the-box\": {{\"title\": \"{title}\"}}}})")
        };
        session.apply(Intent::Load { name: "de.ron".to_owned(), text: file("Aus der Kiste") });
        assert_eq!((open(&session).file.title.as_str(), open(&session).step), ("Aus der Kiste", 1));
        session.apply(Intent::Load { name: "de.ron".to_owned(), text: file("{now.A.time}") });
        assert!(session.diagnostics.is_some());
        assert_eq!(open(&session).file.title, "Aus der Kiste");
    }

    #[test]
    fn every_lesson_can_be_skipped_to_its_end() {
        let mut session = Session::first_look().expect("the first look");
        for lesson in &Course::bundled().lessons {
            send(&mut session, LessonIntent::Open(lesson.id.clone()));
            for step in 0..lesson.steps.len() {
                assert_eq!(open(&session).step, step, "{}", lesson.id);
                assert_eq!(open(&session).shown.fault, None, "{} {step}", lesson.id);
                send(&mut session, LessonIntent::Next);
            }
            assert!(session.lesson.is_none(), "{}", lesson.id);
            assert!(session.progress.lessons[&lesson.id].answers.iter().all(|answer| answer.prediction().is_none()));
        }
        assert_eq!(session.name, "first-look.ron");
    }
}
