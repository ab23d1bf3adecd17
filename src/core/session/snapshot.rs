//! What a page keeps of a session over a reload: the scene with its changes, the clock and the view.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::intent::Intent;
use super::link::{LinkStart, LinkView};
use super::link_place::LinkPlace;
use super::open_editor::{OwnKind, SavedAs};
use super::session::{Session, SessionError};
use super::shown_lesson::{LessonIntent, LessonSource};
use super::stored_talk::StoredTalk;
use crate::lesson::{LessonFile, StoryFile};
use crate::scene::{ClockMode, parse_scene};
use crate::units::Femtos;

/// The version of the format.
const VERSION: u32 = 1;

/// A session in a form that can be stored. Windows, selections, cameras and the steps of undo are left out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    version: u32,
    name: String,
    /// The scene as it was opened, as RON.
    opened: String,
    /// The scene as it is now, if it was changed.
    changed: Option<String>,
    clock: StoredClock,
    view: StoredView,
    /// The open lesson: then the scene is the one from before it.
    #[serde(default)]
    lesson: Option<StoredLesson>,
    /// The open story, as the lesson.
    #[serde(default)]
    story: Option<StoredTalk>,
    /// The user's own lesson and story, which may not be saved yet.
    #[serde(default)]
    own: (Option<LessonFile>, Option<StoryFile>),
    /// The files that hold them.
    #[serde(default)]
    saved_as: BTreeMap<OwnKind, SavedAs>,
    /// What the texts belong to: the revision, the clock mode and the name, which saving changes.
    #[serde(skip)]
    of: Option<(u64, ClockMode, String)>,
    /// The part of a link that says what is open, and the step or the beat that it was made for.
    #[serde(skip)]
    link: (LinkStart, Option<LinkPlace>),
}

/// The place in a lesson.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct StoredLesson {
    id: String,
    /// Name and text of a lesson that does not come with the program.
    #[serde(default)]
    file: Option<(String, String)>,
    step: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct StoredClock {
    at_fs: u64,
    /// The chosen speed; `None` follows the length of the run.
    speed: Option<f64>,
    playing: bool,
    backwards: bool,
    loop_fs: Option<(u64, u64)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct StoredView {
    active: usize,
    zoom: f32,
    panels: bool,
    matrix: bool,
    accumulated: bool,
    path: bool,
}

impl Snapshot {
    /// The session as it is now.
    pub fn new(session: &Session) -> Snapshot {
        let own = session.own_scene().version;
        Snapshot {
            version: VERSION,
            opened: own.opened.to_ron(),
            changed: (own.document != *own.opened).then(|| own.document.to_ron()),
            name: own.name,
            lesson: stored_lesson(session),
            story: session.stored_talk(),
            own: (session.own_lesson.clone(), session.own_story.clone()),
            saved_as: session.saved_as.clone(),
            clock: stored_clock(session),
            view: stored_view(session),
            of: Some((session.revision, session.clock.mode, session.name.clone())),
            link: (session.link_start(), session.link_place()),
        }
    }

    /// Takes over what has changed in the session. Cheap while the scene is the same, because its text is not written again.
    pub fn update(&mut self, session: &Session) {
        let is_same = |(revision, mode, name): &(u64, ClockMode, String)| {
            (*revision, *mode) == (session.revision, session.clock.mode) && *name == session.name
        };
        if self.of.as_ref().is_some_and(is_same) {
            self.clock = stored_clock(session);
            self.view = stored_view(session);
            self.lesson = stored_lesson(session);
            self.story = session.stored_talk();
            let place = session.link_place();
            if self.link.1 != place {
                self.link = (session.link_start(), place);
            }
            if (&self.own.0, &self.own.1) != (&session.own_lesson, &session.own_story) {
                self.own = (session.own_lesson.clone(), session.own_story.clone());
            }
            if self.saved_as != session.saved_as {
                self.saved_as.clone_from(&session.saved_as);
            }
        } else {
            *self = Snapshot::new(session);
        }
    }

    /// The fragment of a link to it, without `#`.
    pub fn link(&self) -> String {
        let StoredView { active, panels, matrix, accumulated, path, .. } = self.view;
        let view = LinkView { active, matrix, accumulated, path, stage_only: !panels };
        self.link.0.with_view(Femtos(self.clock.at_fs), view)
    }

    /// As text for storing.
    pub fn to_json(&self) -> String {
        // Strings and numbers always have a JSON form, except a speed that is not finite, which becomes null.
        serde_json::to_string(self).unwrap_or_default()
    }
}

fn stored_lesson(session: &Session) -> Option<StoredLesson> {
    let open = session.lesson.as_ref()?;
    let file = match &open.source {
        LessonSource::Bundled => None,
        LessonSource::File { name, text } => Some((name.clone(), text.clone())),
    };
    Some(StoredLesson { id: open.file.id.clone(), file, step: open.step })
}

fn stored_clock(session: &Session) -> StoredClock {
    let clock = &session.clock;
    StoredClock {
        at_fs: clock.at.0,
        speed: (!clock.has_automatic_speed()).then(|| clock.speed()),
        playing: clock.playing,
        backwards: clock.backwards,
        loop_fs: clock.looped.map(|(from, to)| (from.0, to.0)),
    }
}

fn stored_view(session: &Session) -> StoredView {
    StoredView {
        active: session.view.active,
        zoom: session.zoom,
        // A reload goes on with the panels, whatever the first start showed.
        panels: session.story.as_ref().map_or(session.panels, |open| open.panels_before)
            || session.first_start.is_some(),
        matrix: session.view.matrix,
        accumulated: session.view.accumulated,
        path: session.view.path,
    }
}

impl Session {
    /// The session that a snapshot was made of.
    ///
    /// # Errors
    /// Fails if the text is not a snapshot of this version, or if its scene has errors.
    pub fn resume(text: &str) -> Result<Session, SessionError> {
        let snapshot: Snapshot =
            serde_json::from_str(text).map_err(|error| SessionError::Snapshot(error.to_string()))?;
        if snapshot.version != VERSION {
            let found = snapshot.version;
            return Err(SessionError::Snapshot(format!("it has version {found}, this program reads {VERSION}")));
        }
        let mut session = Session::from_text(&snapshot.name, snapshot.changed.as_deref().unwrap_or(&snapshot.opened))?;
        if snapshot.changed.is_some() {
            session.opened = Arc::new(parse_scene(&snapshot.name, &snapshot.opened, &session.catalog)?);
        }
        let StoredClock { at_fs, speed, playing, backwards, loop_fs } = snapshot.clock;
        let clock = &mut session.clock;
        clock.set_speed(speed);
        clock.set_loop(loop_fs.map(|(from, to)| (Femtos(from), Femtos(to))));
        clock.seek(Femtos(at_fs));
        (clock.playing, clock.backwards) = (playing, backwards);
        let StoredView { active, zoom, panels, matrix, accumulated, path } = snapshot.view;
        session.view.active = active.min(session.runs.len().saturating_sub(1));
        session.zoom = if zoom.is_finite() { zoom.clamp(0.5, 3.0) } else { 1.0 };
        session.panels = panels;
        (session.view.matrix, session.view.accumulated, session.view.path) = (matrix, accumulated, path);
        (session.own_lesson, session.own_story) = snapshot.own;
        session.saved_as = snapshot.saved_as;
        if let Some(StoredLesson { id, file, step }) = snapshot.lesson {
            match file {
                Some((name, text)) => session.open_lesson_text(&name, &text),
                None => drop(session.apply(Intent::Lesson(LessonIntent::Open(id)))),
            }
            session.go_to_step(step);
        }
        if let Some(talk) = snapshot.story {
            session.open_stored_talk(talk);
        }
        Ok(session)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::{BeatField, Field, StepField};
    use crate::scene::Setting;
    use crate::session::intent::{Effect, Intent};
    use crate::session::open_editor::EditorIntent;
    use crate::session::open_story::StoryIntent;
    use crate::session::path_field::{Done, FileContent};

    #[test]
    fn a_session_goes_on_where_it_was() {
        let mut session = Session::first_look().expect("the first look");
        session.apply(Intent::Set(vec![Setting::parse("workload.message=512MiB").expect("a setting")]));
        session.apply(Intent::SetClockMode(ClockMode::Normalised));
        session.apply(Intent::Seek(Femtos::from_secs(100e-6)));
        session.apply(Intent::SetSpeed(Some(3e-6)));
        session.apply(Intent::Pause);
        session.apply(Intent::Activate(1));
        let mut again = Session::resume(&Snapshot::new(&session).to_json()).expect("a session");
        assert_eq!(again.report().fabrics, session.report().fabrics);
        assert_eq!(again.clock, session.clock);
        assert_eq!(again.view.active, 1);
        assert!(again.is_changed(), "reset returns to the scene as it was opened");
        again.apply(Intent::Reset);
        assert_eq!(again.report(), Session::first_look().expect("the first look").report());
    }

    #[test]
    fn a_snapshot_follows_clock_and_scene() {
        let mut session = Session::first_look().expect("the first look");
        let mut snapshot = Snapshot::new(&session);
        session.apply(Intent::Seek(Femtos::from_secs(100e-6)));
        snapshot.update(&session);
        assert_eq!(snapshot, Snapshot::new(&session));
        assert_eq!(snapshot.link(), session.link());
        session.apply(Intent::Set(vec![Setting::parse("workload.replicas=4").expect("a setting")]));
        snapshot.update(&session);
        assert_eq!(snapshot, Snapshot::new(&session));
    }

    #[test]
    fn a_reload_keeps_a_lesson_and_a_story_of_the_user_that_are_not_saved() {
        let mut session = Session::first_look().expect("the first look");
        let mut snapshot = Snapshot::new(&session);
        session.apply(Intent::Editor(EditorIntent::SaveStep));
        session.apply(Intent::Editor(EditorIntent::SetField(Field::Step(StepField::Text), "Mine.".to_owned())));
        let Some(Effect::Save { name: path, content: FileContent::Own { kind, text, .. } }) =
            session.apply(Intent::Story(StoryIntent::SaveBeat))
        else {
            panic!("a story is saved")
        };
        session.apply(Intent::ReportDone(Done::SavedOwn { kind, path, text }));
        let field = Field::Beat(BeatField::Notes);
        session.apply(Intent::Editor(EditorIntent::Open(OwnKind::Story)));
        session.apply(Intent::Editor(EditorIntent::SetField(field, "Mine.".to_owned())));
        snapshot.update(&session);
        let again = Session::resume(&snapshot.to_json()).expect("a session");
        assert!(again.own_lesson.is_some() && again.own_lesson == session.own_lesson);
        assert!(again.own_story.is_some() && again.own_story == session.own_story);
    }

    #[test]
    fn a_reload_within_a_lesson_keeps_its_step_and_the_scene_before_it() {
        let mut session = Session::first_look().expect("the first look");
        session.apply(Intent::Set(vec![Setting::parse("workload.message=512MiB").expect("a setting")]));
        let own = session.report();
        let mut snapshot = Snapshot::new(&session);
        session.apply(Intent::Lesson(LessonIntent::Open("out-of-the-box".to_owned())));
        session.apply(Intent::Lesson(LessonIntent::Next));
        snapshot.update(&session);
        let mut again = Session::resume(&snapshot.to_json()).expect("a session");
        assert_eq!(again.lesson.as_ref().map(|open| open.step), Some(1));
        again.apply(Intent::Lesson(LessonIntent::Close));
        assert_eq!(again.report(), own);
        again.apply(Intent::Reset);
        assert_eq!(again.report(), Session::first_look().expect("the first look").report());
    }

    #[test]
    fn a_reload_within_a_talk_goes_on_at_the_same_beat() {
        let mut session = Session::first_look().expect("the first look");
        let own = session.report();
        let mut snapshot = Snapshot::new(&session);
        session.apply(Intent::Story(StoryIntent::Open("the-claim".to_owned())));
        session.apply(Intent::Story(StoryIntent::GoTo(5)));
        session.apply(Intent::Story(StoryIntent::Next));
        snapshot.update(&session);
        let mut again = Session::resume(&snapshot.to_json()).expect("a session");
        let (here, there) = (session.story.as_ref().expect("a story"), again.story.as_ref().expect("a story"));
        assert_eq!((there.beat, &there.shown), (here.beat, &here.shown));
        assert_eq!((again.clock.at, again.panels), (session.clock.at, false));
        again.apply(Intent::Story(StoryIntent::Leave));
        again.apply(Intent::Story(StoryIntent::Leave));
        assert!(again.story.is_none() && again.panels);
        assert_eq!(again.report(), own);
    }

    #[test]
    fn what_is_no_snapshot_is_an_error() {
        let session = Session::first_look().expect("the first look");
        let text = Snapshot::new(&session).to_json();
        for (wrong, problem) in [
            ("{", "not readable"),
            ("[]", "not readable"),
            (&text.replace("\"version\":1", "\"version\":9"), "version 9"),
            (&text.replace("wse-3", "wse-9"), "unknown machine"),
        ] {
            let error = Session::resume(wrong).err().map(|error| error.to_string()).unwrap_or_default();
            assert!(error.contains(problem), "{problem}: {error}");
        }
    }
}
