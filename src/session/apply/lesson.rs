//! The course and the open lesson.

use crate::report::lesson::{Course, LESSONS, StepFile, StoredAnswer, diagnostics};
use crate::scene::SceneDocument;
use crate::session::change::{Change, Comparison, Opened, SetAside};
use crate::session::intent::Effect;
use crate::session::open_lesson::{GivenAnswer, LessonIntent, OpenLesson, StageState, StepClock};
use crate::session::path_field::FileContent;
use crate::session::session::Session;
use crate::units::Femtos;

impl Session {
    pub(super) fn apply_lesson(&mut self, intent: LessonIntent) -> Option<Effect> {
        match intent {
            LessonIntent::ToggleCourse => self.course = !self.course,
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
            LessonIntent::Answer(option) => {
                self.answer(Some(option));
                let step = self.lesson.as_ref().map_or(0, |open| open.step + 1);
                self.go_to_step(step);
            }
            LessonIntent::PlayRun(run) => {
                if let Some(open) = &mut self.lesson {
                    open.run = run;
                }
                self.stage_step();
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
        let course = Course::bundled();
        let Some(file) = course.lesson(id).cloned() else { return };
        let before = self.own_scene();
        let text = LESSONS.iter().find(|lesson| lesson.file.ends_with(&format!("/{id}.ron")));
        match OpenLesson::new(course, file, &self.catalog, before) {
            Ok(open) => {
                self.course = false;
                self.scenes = false;
                self.log = None;
                self.sweep_job = None;
                self.lesson = Some(open);
                self.end_story();
                self.stage_step();
            }
            Err(problems) => {
                let (name, text) = text.map_or(("", ""), |lesson| (lesson.file, lesson.text));
                self.diagnostics = Some(diagnostics(name, text, problems));
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
            (None, None) => SetAside {
                name: self.name.clone(),
                document: self.latest().clone(),
                opened: self.opened.clone(),
                history: self.undo.history(),
            },
        }
    }

    /// Puts a scene that was set aside back on the stage, with its versions.
    pub(super) fn return_to(&mut self, SetAside { name, document, opened, history }: SetAside) {
        self.stage_document(document, Opened { name, earlier: Some((opened, history)) });
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
        open.go_to(step);
        let (id, step) = (open.file.id.clone(), open.step);
        self.progress.lessons.entry(id).or_default().step = step;
        self.stage_step();
    }

    fn answer(&mut self, option: Option<usize>) {
        let Some(open) = &mut self.lesson else { return };
        let (id, sure) = (open.file.id.clone(), open.sure);
        let Some(GivenAnswer { step, right, .. }) = open.answer(option) else { return };
        let engine = env!("CARGO_PKG_VERSION").to_owned();
        self.progress.keep_answer(&id, StoredAnswer { step, option, sure, right, engine });
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

    /// Puts the scene of the open step on the stage, and the clock into its state.
    fn stage_step(&mut self) {
        let Some(open) = &self.lesson else { return };
        let document = open.scene().unwrap_or_else(|| self.latest().clone());
        if let Some(open) = &mut self.lesson {
            open.staged = Some(document.clone());
        }
        let name = self.lesson.as_ref().map_or_else(String::new, |open| format!("{}.ron", open.file.id));
        let is_staged = name == self.name && document == *self.latest() && self.solve_progress().is_none();
        if is_staged {
            self.restart_clock();
        } else {
            // Changes within the step have versions of their own.
            self.stage_document(document, Opened::new(&name));
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
    use crate::report::lesson::{Sure, log_setting};
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
            assert!(session.progress.lessons[&lesson.id].answers.iter().all(|answer| answer.option.is_none()));
        }
        assert_eq!(session.name, "first-look.ron");
    }
}
