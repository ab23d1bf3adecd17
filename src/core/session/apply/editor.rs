//! The editor of the user's own lesson or story: views as steps, order, texts, check and file.

use std::path::Path;

use crate::lesson::{LessonFile, OwnFile, Problem, QuestionFigure, QuestionFigureKind, StageView};
use crate::scene::Diagnostics;
use crate::session::intent::Effect;
use crate::session::open_editor::{EditorIntent, OpenEditor, OwnKind, TakenSolution};
use crate::session::open_story::StorySource;
use crate::session::path_field::FileContent;
use crate::session::session::Session;
use crate::session::shown_lesson::LessonSource;
use crate::units::Femtos;

/// Units in which a new lesson asks for a time, with the shortest time for each.
const UNITS: [(&str, Femtos); 3] =
    [("s", Femtos(1_000_000_000_000_000)), ("ms", Femtos(1_000_000_000_000)), ("us", Femtos(1_000_000_000))];

impl Session {
    pub(super) fn apply_editor(&mut self, intent: EditorIntent) -> Option<Effect> {
        let effect = self.apply_to_editor(intent);
        // Nothing is solved for the notes.
        let notes = self.editor.as_ref().map(|editor| editor.part).zip(self.own_file());
        let notes = notes.map(|(part, file)| file.notes(part, &self.catalog));
        if let (Some(editor), Some(notes)) = (&mut self.editor, notes) {
            editor.notes = notes;
        }
        effect
    }

    fn apply_to_editor(&mut self, intent: EditorIntent) -> Option<Effect> {
        match intent {
            EditorIntent::SaveStep => self.save_step(),
            EditorIntent::Open(kind) => self.open_editor(kind),
            EditorIntent::Close => self.editor = None,
            EditorIntent::Select(part) => {
                if let Some(editor) = &mut self.editor {
                    (editor.part, editor.taken) = (part, None);
                }
            }
            EditorIntent::Move { up } => self.move_part(up),
            EditorIntent::Delete => self.edit(OwnFile::remove),
            EditorIntent::Add(part) => {
                let before = self.own_file().map_or(0, |file| file.len());
                self.edit(|file, index| file.add(index, part));
                let grown = self.own_file().is_some_and(|file| file.len() > before);
                if let Some(editor) = self.editor.as_mut().filter(|_| grown) {
                    editor.part = (editor.part + 1).min(before);
                }
            }
            EditorIntent::AddItem(list) => self.edit(|file, index| file.add_item(index, list)),
            EditorIntent::DeleteItem(list, item) => self.edit(|file, index| file.remove_item(index, list, item)),
            EditorIntent::Permit(path) => self.edit(|file, index| file.permit(index, &path)),
            EditorIntent::SetPlayed(run, played) => self.edit(|file, index| file.set_played(index, &run, played)),
            EditorIntent::TakeSolution => self.take_solution(),
            EditorIntent::SetField(field, text) => self.edit(|file, index| file.set(index, field, &text)),
            EditorIntent::Check => {
                let faults = self.own_file().map(|file| file.check(&self.catalog));
                if let Some(editor) = &mut self.editor {
                    editor.faults = faults;
                }
            }
            EditorIntent::Try => self.try_own(),
            EditorIntent::Save => {
                let kind = self.editor.as_ref()?.kind;
                let file = self.own_file()?;
                return Some(self.save_own(kind, &file));
            }
        }
        None
    }

    /// The file that is edited.
    pub fn own_file(&self) -> Option<OwnFile> {
        self.own(self.editor.as_ref()?.kind)
    }

    /// Whether there is a lesson or a story to edit.
    pub fn has_own(&self, kind: OwnKind) -> bool {
        match kind {
            OwnKind::Lesson => self.own_lesson.is_some() || self.lesson_of_file().is_some(),
            OwnKind::Story => self.own_story.is_some(),
        }
    }

    /// The open lesson, if it is a file of the user.
    fn lesson_of_file(&self) -> Option<&LessonFile> {
        let open = self.lesson.as_ref()?;
        (open.source != LessonSource::Bundled).then_some(&*open.file)
    }

    /// Makes the open lesson the user's own, if it is a file. Returns whether views can be added now.
    fn own_opened_lesson(&mut self) -> bool {
        let Some(open) = self.lesson.as_ref().filter(|open| !open.is_own) else { return true };
        let (LessonSource::File { name, .. }, file) = (open.source.clone(), open.file.clone()) else { return true };
        let is_own = self.adopt(&name, OwnFile::Lesson(Box::new((*file).clone())));
        if let Some(open) = &mut self.lesson {
            open.is_own = is_own;
        }
        is_own
    }

    /// Saves a file of the user's own, by default over the file that holds it already.
    pub(super) fn save_own(&self, kind: OwnKind, file: &OwnFile) -> Effect {
        let held_by = self.saved_as.get(&kind).map(|saved| saved.path.clone());
        let name = held_by
            .as_deref()
            .and_then(|path| Path::new(path).file_name())
            .map(|name| name.to_string_lossy().into_owned());
        let name = name.unwrap_or_else(|| format!("{}.ron", file.id()));
        Effect::Save { name, content: FileContent::Own { kind, text: file.to_ron(), held_by } }
    }

    /// Changes the file at the edited part. A check before it is out of date.
    fn edit(&mut self, change: impl FnOnce(&mut OwnFile, usize)) {
        let Some(mut file) = self.own_file() else { return };
        let Some(editor) = &mut self.editor else { return };
        change(&mut file, editor.part);
        (editor.faults, editor.taken) = (None, None);
        editor.part = editor.part.min(file.len().saturating_sub(1));
        self.set_own(file);
    }

    fn take_solution(&mut self) {
        let stage = self.latest().clone();
        let of_log = self.lesson.as_ref().map_or_else(Vec::new, |open| open.of_log.clone());
        let catalog = self.catalog.clone();
        let mut found = None;
        self.edit(|file, index| found = file.take_solution(index, (&stage, &of_log), &catalog));
        let taken = found.map(|(stage, tried)| TakenSolution { tried, left_out: stage.others });
        if let Some(editor) = &mut self.editor {
            editor.taken = taken;
        }
    }

    fn move_part(&mut self, up: bool) {
        let Some(part) = self.editor.as_ref().map(|editor| editor.part) else { return };
        let to = if up { part.checked_sub(1) } else { Some(part + 1) };
        let Some(to) = to.filter(|to| self.own_file().is_some_and(|file| *to < file.len())) else { return };
        self.edit(|file, part| file.move_part(part, to));
        if let Some(editor) = &mut self.editor {
            editor.part = to;
        }
    }

    fn open_editor(&mut self, kind: OwnKind) {
        if kind == OwnKind::Lesson && !self.own_opened_lesson() {
            return self.refuse_other_file(OwnKind::Lesson);
        }
        if self.has_own(kind) {
            let part = match kind {
                OwnKind::Lesson => self.lesson.as_ref().map_or(0, |open| open.step),
                OwnKind::Story => 0,
            };
            (self.course, self.scenes) = (false, false);
            self.editor = Some(OpenEditor::new(kind, part));
        }
    }

    /// Adds what is on the stage to the user's own lesson: after the step that is edited or open, else before the question.
    fn save_step(&mut self) {
        let Some(sought) = self.question_figure() else {
            let hint = "change the scene until a fabric can run, then save the view";
            self.diagnostics = Some(Diagnostics::whole(&self.name, "no fabric of this scene can run", Some(hint)));
            return;
        };
        if !self.own_opened_lesson() {
            return self.refuse_other_file(OwnKind::Lesson);
        }
        let scene = self.latest().file.clone();
        let view = StageView { scene: &scene, at: self.clock.at };
        let edited = self.editor.as_ref().filter(|editor| editor.kind == OwnKind::Lesson).map(|editor| editor.part + 1);
        let shown = self.lesson.as_ref().filter(|open| open.source != LessonSource::Bundled).map(|open| open.step + 1);
        let (lesson, place) = match self.own_lesson.clone() {
            None => (LessonFile::from_view(view, sought), 0),
            Some(mut lesson) => {
                let place = edited.or(shown).unwrap_or_else(|| lesson.place_of_views());
                lesson.add_view(view, place);
                let place = place.min(lesson.steps.len().saturating_sub(1));
                (lesson, place)
            }
        };
        self.own_lesson = Some(lesson);
        (self.course, self.scenes) = (false, false);
        self.editor = Some(OpenEditor::new(OwnKind::Lesson, place));
    }

    /// What a new lesson asks for: the time of the active fabric, or of the first one that runs.
    fn question_figure(&self) -> Option<QuestionFigure> {
        let active = self.view.active;
        if let Some(training) = &self.training {
            let runs = |fabric: usize| training.runs.get(fabric).is_some_and(Result::is_ok);
            let fabric = std::iter::once(active).chain(0..training.runs.len()).find(|fabric| runs(*fabric))?;
            return Some(QuestionFigure { fabric, kind: QuestionFigureKind::Days });
        }
        let time = |fabric: usize| Some((fabric, self.runs.get(fabric)?.result()?.time));
        let (fabric, time) = std::iter::once(active).chain(0..self.runs.len()).find_map(time)?;
        let unit = UNITS.iter().find(|(_, least)| time >= *least).map_or("ns", |(unit, _)| unit);
        Some(QuestionFigure { fabric, kind: QuestionFigureKind::Time(unit) })
    }

    /// Opens the edited file as a learner or an audience sees it, at the edited part.
    fn try_own(&mut self) {
        let Some(editor) = self.editor.clone() else { return };
        let Some(file) = self.own_file() else { return };
        let (name, text) = (format!("{}.ron", file.id()), file.to_ron());
        match file {
            OwnFile::Lesson(lesson) => {
                let source = LessonSource::File { name, text };
                if self.enter_lesson(*lesson, source) {
                    if let Some(open) = &mut self.lesson {
                        open.is_own = true;
                    }
                    self.go_to_step(editor.part);
                }
            }
            OwnFile::Story(story) => {
                let source = StorySource::File { name: name.clone(), text: text.clone() };
                match self.enter_story(*story, source) {
                    Ok(()) => {
                        if let Some(open) = &mut self.story {
                            open.is_own = true;
                        }
                        self.go_to_beat(editor.part, true);
                    }
                    Err(problems) => self.show_problems(&name, &text, problems),
                }
            }
        }
        if self.diagnostics.is_none() {
            self.editor = None;
        }
    }

    pub(super) fn show_problems(&mut self, name: &str, text: &str, problems: Vec<Problem>) {
        self.diagnostics = Some(crate::lesson::diagnostics(name, text, problems));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::catalog::Catalog;
    use crate::lesson::{
        BeatField, Course, Field, NewPart, PartKind, StepField, StepFile, check_lesson, check_story, read_lesson,
        read_story,
    };
    use crate::scene::Setting;
    use crate::session::intent::Intent;
    use crate::session::open_story::StoryIntent;
    use crate::session::path_field::Done;

    fn send(session: &mut Session, intent: EditorIntent) -> Option<Effect> {
        session.apply(Intent::Editor(intent))
    }

    fn saved(session: &mut Session) -> String {
        match send(session, EditorIntent::Save) {
            Some(Effect::Save { content: FileContent::Own { text, .. }, .. }) => text,
            other => panic!("{other:?}"),
        }
    }

    fn check(text: &str) -> Result<u32, Vec<Problem>> {
        let catalog = Arc::new(Catalog::bundled().expect("the catalog"));
        let course = Course::bundled();
        let lesson = read_lesson("my-lesson.ron", text).unwrap_or_else(|rejected| panic!("{rejected}\n{text}"));
        check_lesson(&lesson, course.beliefs.as_ref().expect("the beliefs"), &[], &catalog)
    }

    /// A lesson whose author has replaced what a new one brings.
    fn written(text: &str) -> String {
        let text = text.replace("Write here what a learner can do afterwards.", "Tell the times apart.");
        text.replace("Write here what to remember.", "Predict first.")
    }

    #[test]
    fn a_view_from_the_end_of_the_run_does_not_give_the_answer_away() {
        let mut session = Session::first_look().expect("the first look");
        session.apply(Intent::Pause);
        session.apply(Intent::Seek(session.clock.duration));
        send(&mut session, EditorIntent::SaveStep);
        let text = saved(&mut session);
        session.apply(Intent::Load { name: "my-lesson.ron".to_owned(), text });
        assert!(session.lesson.is_some() && session.hides_results(), "{:?}", session.diagnostics);
        assert_eq!(session.clock.at, Femtos(0));
    }

    #[test]
    fn the_check_names_the_texts_that_are_still_to_be_written() {
        let mut session = Session::first_look().expect("the first look");
        send(&mut session, EditorIntent::SaveStep);
        let last = session.own_file().expect("a file").len() - 1;
        send(&mut session, EditorIntent::Add(NewPart::Text));
        send(&mut session, EditorIntent::Check);
        let faults = session.editor.as_ref().and_then(|editor| editor.faults.clone()).expect("a check");
        let parts: Vec<Option<usize>> = faults.iter().map(OwnFile::part_of).collect();
        assert_eq!(parts, [None, Some(1), Some(last + 1)], "{faults:?}");
    }

    #[test]
    fn the_first_view_of_every_bundled_scene_is_a_lesson_that_passes_its_check() {
        for (index, scene) in crate::scene::menu().enumerate() {
            let mut session = Session::first_look().expect("the first look");
            session.apply(Intent::OpenBundled(index));
            send(&mut session, EditorIntent::SaveStep);
            let text = saved(&mut session);
            check(&written(&text)).unwrap_or_else(|problems| panic!("{}: {problems:?}\n{text}", scene.file));
        }
    }

    #[test]
    fn views_are_steps_that_a_learner_sees_as_they_were_saved() {
        let mut session = Session::first_look().expect("the first look");
        session.apply(Intent::Seek(Femtos(123_456_789_012)));
        send(&mut session, EditorIntent::SaveStep);
        session.apply(Intent::Set(vec![Setting::parse("workload.message=1MiB").expect("a setting")]));
        session.apply(Intent::Seek(Femtos(1_000_000)));
        let small = session.report().fabrics;
        send(&mut session, EditorIntent::SaveStep);
        send(&mut session, EditorIntent::SetField(Field::Step(StepField::Text), "Small messages.".to_owned()));
        let text = saved(&mut session);
        check(&written(&text)).unwrap_or_else(|problems| panic!("{problems:?}\n{text}"));
        let mut session = Session::first_look().expect("the first look");
        session.apply(Intent::Load { name: "my-lesson.ron".to_owned(), text });
        let seen = |session: &Session| (session.clock.at, session.clock.playing);
        assert_eq!(seen(&session), (Femtos(123_456_789_012), false), "{:?}", session.diagnostics);
        session.apply(Intent::Lesson(crate::session::LessonIntent::Next));
        assert_eq!((session.report().fabrics, seen(&session)), (small, (Femtos(1_000_000), false)));
        assert_eq!(session.lesson.as_ref().expect("a lesson").shown.text, "Small messages.");
    }

    #[test]
    fn steps_are_moved_deleted_and_added_and_the_check_names_the_step_at_fault() {
        let mut session = Session::first_look().expect("the first look");
        send(&mut session, EditorIntent::SaveStep);
        let kinds = |session: &Session| {
            let file = session.own_file().expect("a file");
            (0..file.len()).filter_map(|index| Some(file.part(index)?.0)).collect::<Vec<_>>()
        };
        let first = kinds(&session);
        assert_eq!(first[0], PartKind::Say);
        send(&mut session, EditorIntent::Move { up: true });
        assert_eq!(kinds(&session), first, "the first step has nothing above it");
        send(&mut session, EditorIntent::Move { up: false });
        assert_eq!(kinds(&session)[..2], [PartKind::Predict, PartKind::Say]);
        send(&mut session, EditorIntent::Move { up: true });
        send(&mut session, EditorIntent::Add(NewPart::Options));
        send(&mut session, EditorIntent::SetField(Field::Step(StepField::Figure), "a.A.time / 1us".to_owned()));
        send(&mut session, EditorIntent::SetField(Field::Step(StepField::Text), "How long is it?".to_owned()));
        let cases = [("Short", "answer2 < 10"), ("Long", "answer2 >= 20")];
        for (index, (text, when)) in cases.into_iter().enumerate() {
            send(&mut session, EditorIntent::SetField(Field::Step(StepField::OptionText(index)), text.to_owned()));
            send(&mut session, EditorIntent::SetField(Field::Step(StepField::OptionWhen(index)), when.to_owned()));
        }
        send(&mut session, EditorIntent::Check);
        let faults = session.editor.as_ref().and_then(|editor| editor.faults.clone()).expect("a check");
        assert_eq!(OwnFile::part_of(&faults[0]), Some(1), "the options leave a gap: {faults:?}");
        send(&mut session, EditorIntent::SetField(Field::Step(StepField::OptionWhen(1)), "answer2 >= 10".to_owned()));
        assert_eq!(session.editor.as_ref().and_then(|editor| editor.faults.clone()), None, "the check is out of date");
        send(&mut session, EditorIntent::Check);
        let faults = session.editor.as_ref().and_then(|editor| editor.faults.clone()).expect("a check");
        let is_unwritten = |fault: &Problem| fault.problem.contains("Write here");
        let (unwritten, others): (Vec<&Problem>, Vec<&Problem>) = faults.iter().partition(|fault| is_unwritten(fault));
        assert_eq!(unwritten.len(), 2, "{faults:?}");
        assert!(others.len() == 1 && OwnFile::part_of(others[0]) == Some(1), "its answer is not told: {others:?}");
        send(&mut session, EditorIntent::Delete);
        assert_eq!(kinds(&session), first);
        send(&mut session, EditorIntent::Try);
        assert!(session.editor.is_none() && session.lesson.is_some(), "{:?}", session.diagnostics);
        send(&mut session, EditorIntent::Open(OwnKind::Lesson));
        assert!(session.editor.is_some());
    }

    #[test]
    fn runs_and_a_task_are_written_in_the_editor_and_pass_the_check() {
        let mut session = Session::first_look().expect("the first look");
        send(&mut session, EditorIntent::SaveStep);
        session.apply(Intent::Set(vec![Setting::parse("workload.message=512MiB").expect("a setting")]));
        send(&mut session, EditorIntent::SaveStep);
        let place = |session: &Session, kind: PartKind| {
            let file = session.own_file().expect("a file");
            (0..file.len()).find(|index| file.part(*index).is_some_and(|(own, _)| own == kind)).expect("a step")
        };
        let play = place(&session, PartKind::Play);
        send(&mut session, EditorIntent::Select(play));
        send(&mut session, EditorIntent::SetPlayed("b".to_owned(), true));
        send(&mut session, EditorIntent::SetPlayed("a".to_owned(), false));
        send(&mut session, EditorIntent::SetPlayed("a".to_owned(), true));
        let reveal = place(&session, PartKind::Reveal);
        send(&mut session, EditorIntent::Select(reveal));
        send(&mut session, EditorIntent::Add(NewPart::Task));
        let notes = |session: &Session| session.editor.as_ref().expect("an editor").notes.clone();
        for path in ["workload.message", "workload.replicas", "fabrics.0.algorithm", "fabrics.0.params.link_latency"] {
            assert!(notes(&session).settings.iter().any(|own| own == path), "{path} {:?}", notes(&session));
        }
        let set = |session: &mut Session, field: StepField, text: &str| {
            send(session, EditorIntent::SetField(Field::Step(field), text.to_owned()));
        };
        for wrong in ["A.time <", "A.tme < 1ms", "A.time < 3", "A.time", ""] {
            set(&mut session, StepField::Goal(0), wrong);
            assert_eq!(notes(&session).faults.len(), 1, "{wrong}: {:?}", notes(&session));
        }
        set(&mut session, StepField::Goal(0), "A.time < 0.8 * a.A.time");
        assert!(notes(&session).faults.is_empty());
        send(&mut session, EditorIntent::Permit("workload.message".to_owned()));
        send(&mut session, EditorIntent::TakeSolution);
        let taken = session.editor.as_ref().and_then(|editor| editor.taken.clone()).expect("a solution");
        assert_eq!((taken.tried, taken.left_out), (Some(crate::lesson::Attempt::Reached), Vec::new()));
        set(&mut session, StepField::Text, "Make it faster.");
        set(&mut session, StepField::Hint(0), "Send less.");
        set(&mut session, StepField::Done, "It takes {A.time}.");
        let text = written(&saved(&mut session));
        check(&text).unwrap_or_else(|problems| panic!("{problems:?}\n{text}"));
        let lesson = read_lesson("my-lesson.ron", &text).expect("a lesson");
        let StepFile::Play(played) = &lesson.steps[play] else { panic!("{:?}", lesson.steps[play]) };
        assert_eq!(played.runs, ["b", "a"], "in the order in which they were checked");
        let StepFile::Task(task) = &lesson.steps[reveal + 1] else { panic!("{:?}", lesson.steps[reveal + 1]) };
        assert_eq!(
            (task.start.as_str(), task.solution.as_slice()),
            ("a", ["workload.message=512MiB".to_owned()].as_slice())
        );
        send(&mut session, EditorIntent::Select(play));
        for run in ["a", "b"] {
            send(&mut session, EditorIntent::SetPlayed(run.to_owned(), false));
        }
        send(&mut session, EditorIntent::Check);
        let faults = session.editor.as_ref().and_then(|editor| editor.faults.clone()).expect("a check");
        assert!(faults.iter().any(|fault| fault.problem.contains("needs a run")), "{faults:?}");
    }

    #[test]
    fn an_edited_task_keeps_what_the_editor_does_not_show() {
        let text = include_str!("../../../../scenes/lessons/algorithms/half-nodes.ron");
        let before = read_lesson("mine.ron", text).expect("a lesson");
        let place = before.steps.iter().position(|step| matches!(step, StepFile::Task(_))).expect("a task");
        let mut session = Session::first_look().expect("the first look");
        session.apply(Intent::Load { name: "mine.ron".to_owned(), text: text.to_owned() });
        send(&mut session, EditorIntent::Open(OwnKind::Lesson));
        send(&mut session, EditorIntent::Select(place));
        let hint = "Count the GPUs of a node.";
        send(&mut session, EditorIntent::SetField(Field::Step(StepField::Hint(0)), hint.to_owned()));
        let after = read_lesson("mine.ron", &saved(&mut session)).expect("a lesson");
        let mut expected = before;
        let StepFile::Task(task) = &mut expected.steps[place] else { panic!("a task") };
        assert!(!task.traps.is_empty() && task.changes.is_some(), "{task:?}");
        task.hints[0] = hint.to_owned();
        assert_eq!(after, expected);
    }

    #[test]
    fn the_beats_of_an_own_story_are_edited_too() {
        let mut session = Session::first_look().expect("the first look");
        for _ in 0..2 {
            let Some(Effect::Save { name: path, content: FileContent::Own { kind, text, .. } }) =
                session.apply(Intent::Story(StoryIntent::SaveBeat))
            else {
                panic!("a story is saved")
            };
            session.apply(Intent::ReportDone(Done::SavedOwn { kind, path, text }));
        }
        send(&mut session, EditorIntent::Open(OwnKind::Story));
        send(&mut session, EditorIntent::Select(1));
        send(&mut session, EditorIntent::SetField(Field::Beat(BeatField::Caption), "One wafer.".to_owned()));
        send(&mut session, EditorIntent::SetField(Field::Beat(BeatField::Notes), "Wait.".to_owned()));
        send(&mut session, EditorIntent::SetField(Field::Beat(BeatField::Seconds), "90".to_owned()));
        send(&mut session, EditorIntent::Move { up: true });
        let text = saved(&mut session);
        let story = read_story("my-story.ron", &text).unwrap_or_else(|rejected| panic!("{rejected}\n{text}"));
        check_story(&story, &Arc::new(Catalog::bundled().expect("the catalog"))).expect("a story");
        assert_eq!((story.beats[0].caption.as_str(), story.beats[0].seconds, story.minutes), ("One wafer.", 90, 2));
        send(&mut session, EditorIntent::Delete);
        send(&mut session, EditorIntent::Delete);
        assert!(session.own_file().is_some_and(|file| file.is_empty()));
        send(&mut session, EditorIntent::Try);
        assert!(session.diagnostics.is_some() && session.editor.is_some(), "an empty story does not open");
    }
}
