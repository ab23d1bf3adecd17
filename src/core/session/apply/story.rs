//! The open story: from beat to beat, whatever a clicker sends.

use crate::lesson::{
    BundledText, Light, OwnFile, Problem, Rest, STORIES, StageView, StoryFile, diagnostics, read_story,
};
use crate::session::change::Opened;
use crate::session::intent::Effect;
use crate::session::open_editor::OwnKind;
use crate::session::open_story::{OpenStory, StoryIntent, StorySource};
use crate::session::session::Session;
use crate::session::undo::UndoStack;
use crate::units::Femtos;

/// Seconds on the screen that the span of a beat plays.
const PLAYED_S: f64 = 6.0;

impl Session {
    pub(super) fn apply_story(&mut self, intent: StoryIntent) -> Option<Effect> {
        if let Some(open) = &mut self.story {
            // The view of the speaker comes and goes without a key on the stage.
            if let StoryIntent::NoteSpeaker(is_open) = intent {
                open.speaker = is_open;
                return None;
            }
            // In the dark, any key brings the picture back and does nothing else.
            if self.blank.take().is_some() {
                open.leaving = false;
                return None;
            }
            open.leaving &= intent == StoryIntent::Leave;
            let is_number = matches!(intent, StoryIntent::TypeDigit(_) | StoryIntent::GoToTyped);
            let was_typing = open.typed.is_some();
            open.typed = open.typed.filter(|_| is_number);
            // Esc takes a number back before it asks to leave.
            if was_typing && intent == StoryIntent::Leave {
                return None;
            }
        }
        match intent {
            StoryIntent::Open(id) => self.open_bundled_story(&id),
            StoryIntent::Next => self.next_beat(),
            StoryIntent::Previous => self.previous_beat(),
            StoryIntent::GoTo(beat) => {
                self.go_to_beat(beat, true);
                if let Some(open) = self.story.as_mut().filter(|open| open.beat == 0) {
                    open.time.restart();
                }
            }
            StoryIntent::GoToLast => {
                let last = self.story.as_ref().map_or(0, |open| open.file.beats.len());
                self.go_to_beat(last, true);
            }
            StoryIntent::PlayAgain => self.show_beat_again(true),
            StoryIntent::BackToBeat => self.show_beat_again(false),
            StoryIntent::TypeDigit(digit) => {
                if let Some(open) = &mut self.story {
                    let number = open.typed.unwrap_or(0) * 10 + usize::from(digit);
                    open.typed = Some(number.min(999));
                }
            }
            StoryIntent::GoToTyped => match self.story.as_mut().and_then(|open| open.typed.take()) {
                Some(number) => self.go_to_beat(number.saturating_sub(1), true),
                None => self.next_beat(),
            },
            StoryIntent::Toggle(part) => {
                if let Some(open) = &mut self.story {
                    open.toggle(part);
                }
            }
            StoryIntent::Circle(place) => {
                if let Some(open) = &mut self.story {
                    open.circle = Some(place);
                }
            }
            StoryIntent::RestartTime => {
                if let Some(open) = &mut self.story {
                    open.time.restart();
                }
            }
            // Taken note of above.
            StoryIntent::NoteSpeaker(_) => {}
            StoryIntent::ToggleSpeaker => {
                let open = self.story.as_ref()?;
                return Some(if open.speaker { Effect::CloseSpeaker } else { Effect::OpenSpeaker });
            }
            StoryIntent::GoOn => {
                if let Some(talk) = self.unfinished_talk.take() {
                    self.open_stored_talk(talk);
                }
            }
            StoryIntent::ForgetUnfinished => self.unfinished_talk = None,
            StoryIntent::SaveBeat => return self.save_beat(),
            StoryIntent::Leave => self.leave_story(),
        }
        None
    }

    /// Takes the present time for the time of the talk, seconds from any origin.
    pub fn report_time(&mut self, now_s: f64) {
        if let Some(open) = &mut self.story {
            open.time.report(now_s);
        }
    }

    /// Adds what is on the stage to the user's own story: after the open beat if that story is presented, else at its end. A
    /// file on the stage becomes the own story first. The beat belongs to it when it is saved.
    fn save_beat(&mut self) -> Option<Effect> {
        let open = self.story.as_ref().filter(|open| open.source != StorySource::Bundled);
        let place = open.map(|open| open.beat + 1);
        let other = open.filter(|open| !open.is_own).map(|open| (open.file.clone(), open.source.clone()));
        if let Some((file, StorySource::File { name, .. })) = other {
            if !self.adopt(&name, OwnFile::Story(Box::new((*file).clone()))) {
                self.refuse_other_file(OwnKind::Story);
                return None;
            }
            if let Some(open) = &mut self.story {
                open.is_own = true;
            }
        }
        let scene = self.latest().file.clone();
        let view = StageView { scene: &scene, at: self.clock.at };
        let story = match self.own_story.clone() {
            Some(mut story) => {
                story.add_view(view, place.unwrap_or(story.beats.len()));
                story
            }
            None => StoryFile::from_view(view),
        };
        self.story_in_saving = Some(story.clone());
        Some(self.save_own(OwnKind::Story, &OwnFile::Story(Box::new(story))))
    }

    fn open_bundled_story(&mut self, id: &str) {
        let Some(file) = self.files.story(id).cloned() else { return };
        let text = STORIES.iter().find(|story| story.file.ends_with(&format!("/{id}.ron")));
        let BundledText { file: name, text } = text.copied().unwrap_or(BundledText { file: "", text: "" });
        if let Err(problems) = self.enter_story(file, StorySource::Bundled) {
            self.diagnostics = Some(diagnostics(name, text, problems));
        }
    }

    /// Opens a story from text. A fault is shown, and the open scene stays.
    pub fn open_story_text(&mut self, name: &str, text: &str) {
        let source = StorySource::File { name: name.to_owned(), text: text.to_owned() };
        match read_story(name, text) {
            Err(rejected) => self.diagnostics = Some(rejected),
            Ok(file) => {
                let own = OwnFile::Story(Box::new(file.clone()));
                match self.enter_story(file, source) {
                    Ok(()) => {
                        let is_own = self.adopt(name, own);
                        if let Some(open) = &mut self.story {
                            open.is_own = is_own;
                        }
                    }
                    Err(problems) => self.diagnostics = Some(diagnostics(name, text, problems)),
                }
            }
        }
    }

    pub(super) fn enter_story(&mut self, file: StoryFile, source: StorySource) -> Result<(), Vec<Problem>> {
        if file.beats.is_empty() {
            return Err(vec![Problem::new("beats", "the story has no beats")]);
        }
        let panels = self.story.as_ref().map_or(self.panels, |open| open.panels_before);
        let mut open = OpenStory::new(file, source, &self.catalog, (self.own_scene(), panels))?;
        open.speaker = self.story.as_ref().is_some_and(|before| before.speaker);
        self.lesson = None;
        self.log = None;
        self.sweep_job = None;
        self.diagnostics = None;
        self.path_field = None;
        (self.course, self.scenes, self.help, self.palette_open) = (false, false, false, false);
        self.panels = false;
        self.story = Some(open);
        self.stage_beat(true);
        Ok(())
    }

    fn next_beat(&mut self) {
        let Some(open) = &mut self.story else { return };
        // Another talk is under way.
        self.unfinished_talk = None;
        open.circle = None;
        if open.at_end {
            return;
        }
        // What plays is seen to its end first. A beat that stands goes on at once.
        if open.plays && open.shown.play.is_some() {
            open.plays = false;
            self.set_story_clock();
        } else if open.is_last() {
            open.at_end = true;
        } else {
            let next = open.beat + 1;
            self.go_to_beat(next, true);
        }
    }

    fn previous_beat(&mut self) {
        let Some(open) = &mut self.story else { return };
        open.circle = None;
        if std::mem::take(&mut open.at_end) {
            return;
        }
        let before = open.beat.saturating_sub(1);
        self.go_to_beat(before, false);
    }

    pub(in crate::session) fn go_to_beat(&mut self, beat: usize, plays: bool) {
        let Some(open) = &mut self.story else { return };
        open.go_to(beat);
        self.stage_beat(plays);
    }

    fn show_beat_again(&mut self, plays: bool) {
        let beat = self.story.as_ref().map_or(0, |open| open.beat);
        self.go_to_beat(beat, plays);
    }

    fn leave_story(&mut self) {
        let Some(open) = &mut self.story else { return };
        if !open.leaving {
            open.leaving = true;
            return;
        }
        let before = open.before.clone();
        self.end_story();
        self.return_to(before);
    }

    /// Ends the story without its scene from before: another one takes the stage.
    pub(super) fn end_story(&mut self) {
        if let Some(open) = self.story.take() {
            self.panels = open.panels_before;
        }
    }

    /// Puts the run of the open beat on the stage, and the clock where the beat begins or stands.
    fn stage_beat(&mut self, plays: bool) {
        let Some(open) = &mut self.story else { return };
        open.plays = plays;
        let name = format!("{}.ron", open.file.id);
        let Some(solved) = open.run() else { return };
        self.diagnostics = None;
        self.view = self.view.for_another_scene();
        // What a beat says is to be seen on the map.
        self.view.matrix = false;
        let is_staged = name == self.name && solved.document == *self.latest() && self.solve_progress().is_none();
        if is_staged {
            self.undo = UndoStack::default();
            self.restart_clock();
        } else if solved.training.is_some() {
            let opened = Opened::new(&name, &solved.document);
            self.stage_document(solved.document.clone(), opened);
        } else {
            self.show_at_once(solved.document.clone(), solved.runs.clone(), &name);
        }
    }

    /// The clock at the beginning or at the end of a beat, whose runs are on the stage; nothing without a story.
    pub(super) fn set_story_clock(&mut self) {
        let Some(open) = &self.story else { return };
        // Where there is room for one fabric only, it is the one that the beat speaks of.
        if let Some(fabric) = open.shown.light.iter().find_map(Light::fabric) {
            self.view.active = fabric.min(self.document.scene.fabrics.len().saturating_sub(1));
        }
        let clock = &mut self.clock;
        clock.set_loop(None);
        match open.shown.play.filter(|_| open.plays && !self.view.reduced_motion) {
            Some((from, until)) => {
                clock.set_speed(Some(until.since(from).secs() / PLAYED_S));
                clock.seek(from);
                (clock.playing, clock.backwards) = (true, false);
            }
            None => {
                let at = match open.shown.rest {
                    Rest::Start => Femtos(0),
                    Rest::Middle => Femtos(clock.duration.0 / 2),
                    Rest::At(at) => at,
                };
                clock.seek(at);
                clock.playing = false;
            }
        }
    }

    /// Ends the play of a beat where its span ends.
    pub(in crate::session) fn end_beat(&mut self) {
        let Some(open) = &mut self.story else { return };
        let Some((_, until)) = open.shown.play.filter(|_| open.plays) else { return };
        if self.clock.at >= until.min(self.clock.duration) {
            open.plays = false;
            self.clock.seek(until);
            self.clock.playing = false;
        }
    }
}
