//! The user's own lesson and story: which files hold them, and when an opened file becomes the user's own.

use super::open_editor::{OwnKind, SavedAs};
use super::session::Session;
use crate::lesson::OwnFile;

impl Session {
    /// The user's own lesson or story.
    pub(super) fn own(&self, kind: OwnKind) -> Option<OwnFile> {
        match kind {
            OwnKind::Lesson => self.own_lesson.clone().map(|lesson| OwnFile::Lesson(Box::new(lesson))),
            OwnKind::Story => self.own_story.clone().map(|story| OwnFile::Story(Box::new(story))),
        }
    }

    /// Makes a lesson or a story the user's own.
    pub(super) fn set_own(&mut self, file: OwnFile) {
        match file {
            OwnFile::Lesson(lesson) => self.own_lesson = Some(*lesson),
            OwnFile::Story(story) => self.own_story = Some(*story),
        }
    }

    /// Makes a lesson or a story that was opened from a file the user's own, so that views are added to it also after it was
    /// left. An own one with changes that no file holds stays.
    pub(super) fn adopt(&mut self, path: &str, file: OwnFile) {
        let kind = OwnKind::from(&file);
        let is_saved = |own: OwnFile| self.saved_as.get(&kind).is_some_and(|saved| saved.text == own.to_ron());
        if self.own(kind).is_none_or(is_saved) {
            self.note_own_saved(kind, path, file.to_ron());
            self.set_own(file);
        }
    }

    /// Takes note of what a file holds.
    pub(super) fn note_own_saved(&mut self, kind: OwnKind, path: &str, text: String) {
        self.saved_as.insert(kind, SavedAs { path: path.to_owned(), text });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::{StoryFile, read_story};
    use crate::session::intent::{Effect, Intent};
    use crate::session::open_story::StoryIntent;
    use crate::session::path_field::{Done, FileContent};
    use crate::session::snapshot::Snapshot;

    /// Saves the view as a beat. Returns the text and the file that holds an earlier version.
    fn save_beat(session: &mut Session) -> (StoryFile, String, Option<String>) {
        match session.apply(Intent::Story(StoryIntent::SaveBeat)) {
            Some(Effect::Save { content: FileContent::Own { text, held_by, .. }, .. }) => {
                (read_story("mine.ron", &text).expect("a story"), text, held_by)
            }
            other => panic!("{other:?}"),
        }
    }

    fn open(session: &mut Session, name: &str, text: &str) {
        session.apply(Intent::Load { name: name.to_owned(), text: text.to_owned() });
        assert!(session.story.is_some() && session.diagnostics.is_none());
        for _ in 0..2 {
            session.apply(Intent::Story(StoryIntent::Leave));
        }
        assert!(session.story.is_none());
    }

    #[test]
    fn a_story_that_was_opened_and_left_grows_also_after_a_restart() {
        let mut session = Session::first_look().expect("the first look");
        let (_, text, held_by) = save_beat(&mut session);
        assert_eq!(held_by, None);
        let mut session = Session::first_look().expect("the first look");
        open(&mut session, "talks/mine.ron", &text);
        let (story, text, held_by) = save_beat(&mut session);
        assert_eq!((story.beats.len(), held_by.as_deref()), (2, Some("talks/mine.ron")));
        // A reload keeps the beat that is not saved, and where the story belongs.
        let mut session = Session::resume(&Snapshot::new(&session).to_json()).expect("a session");
        let (story, longer, held_by) = save_beat(&mut session);
        assert_eq!((story.beats.len(), held_by.as_deref()), (3, Some("talks/mine.ron")));
        // Another file does not take the place of beats that no file holds.
        open(&mut session, "other.ron", &text.replace("my-story", "other"));
        let (story, ..) = save_beat(&mut session);
        assert_eq!((story.id.as_str(), story.beats.len()), ("my-story", 4));
        let path = "talks/mine.ron".to_owned();
        let Some(OwnFile::Story(own)) = session.own(OwnKind::Story) else { panic!("a story") };
        assert_ne!(own.to_ron(), longer);
        session.apply(Intent::ReportDone(Done::SavedOwn { kind: OwnKind::Story, path, text: own.to_ron() }));
        open(&mut session, "other.ron", &text.replace("my-story", "other"));
        let (story, _, held_by) = save_beat(&mut session);
        assert_eq!((story.id.as_str(), story.beats.len(), held_by.as_deref()), ("other", 3, Some("other.ron")));
    }
}
