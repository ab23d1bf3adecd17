//! The user's own lesson and story: which files hold them, and when an opened file becomes the user's own.

use super::open_editor::{OwnKind, SavedAs};
use super::path_field::Done;
use super::session::Session;
use crate::lesson::{OwnFile, read_lesson, read_story};
use crate::scene::Diagnostics;

impl Session {
    /// The user's own lesson or story.
    pub fn own(&self, kind: OwnKind) -> Option<OwnFile> {
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
    /// left. An own one with changes that no file holds stays. Returns whether the opened one is the own one.
    pub(super) fn adopt(&mut self, path: &str, file: OwnFile) -> bool {
        let kind = OwnKind::from(&file);
        if self.is_unsaved(kind) {
            return self.saved_as.get(&kind).is_some_and(|saved| saved.path == path);
        }
        self.saved_as.insert(kind, SavedAs { path: path.to_owned(), text: file.to_ron() });
        self.set_own(file);
        true
    }

    /// The text of the file that holds the own lesson or story, or held an earlier version of it.
    pub fn saved_text(&self, kind: OwnKind) -> Option<&str> {
        self.saved_as.get(&kind).map(|saved| saved.text.as_str())
    }

    /// Whether the own lesson or story has changes that no file holds.
    pub fn is_unsaved(&self, kind: OwnKind) -> bool {
        let is_saved = |own: &OwnFile| self.saved_text(kind).is_some_and(|saved| saved == own.to_ron());
        self.own(kind).is_some_and(|own| !is_saved(&own))
    }

    /// Takes a draft that the last window has left as the own lesson or story, and says so. One that cannot be read is none.
    pub fn take_draft(&mut self, kind: OwnKind, text: &str) {
        let draft = match kind {
            OwnKind::Lesson => read_lesson("draft", text).ok().map(|lesson| OwnFile::Lesson(Box::new(lesson))),
            OwnKind::Story => read_story("draft", text).ok().map(|story| OwnFile::Story(Box::new(story))),
        };
        if let Some(draft) = draft.filter(|_| self.own(kind).is_none()) {
            self.set_own(draft);
            self.report_done(Done::FoundDraft(kind));
        }
    }

    /// Refuses to add a view to the file on the stage, since the own lesson or story has changes that no file holds.
    pub(super) fn refuse_other_file(&mut self, kind: OwnKind) {
        let (problem, hint) = match kind {
            OwnKind::Lesson => (
                "your own lesson has changes that no file holds, so this one cannot take its place",
                "save it in the editor (Scenes, Course, Edit my lesson), then save the view again",
            ),
            OwnKind::Story => (
                "your own story has changes that no file holds, so this one cannot take its place",
                "save it in the editor (Scenes, Course, Edit my story), then save the view again",
            ),
        };
        self.diagnostics = Some(Diagnostics::whole(&self.name, problem, Some(hint)));
    }

    /// Takes note of what a file holds. A beat that was saved belongs to the story from now on.
    pub(super) fn note_own_saved(&mut self, kind: OwnKind, path: &str, text: &str) {
        if let Some(story) = self.story_in_saving.take_if(|story| kind == OwnKind::Story && story.to_ron() == text) {
            self.own_story = Some(story);
        }
        self.saved_as.insert(kind, SavedAs { path: path.to_owned(), text: text.to_owned() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::{BeatField, Field, StoryFile};
    use crate::session::intent::{Effect, Intent};
    use crate::session::open_editor::EditorIntent;
    use crate::session::open_story::StoryIntent;
    use crate::session::path_field::FileContent;
    use crate::session::snapshot::Snapshot;

    /// Saves the view as a beat, but no file. Returns the story, its text, and the file that holds an earlier version.
    fn save_beat(session: &mut Session) -> (StoryFile, String, Option<String>) {
        match session.apply(Intent::Story(StoryIntent::SaveBeat)) {
            Some(Effect::Save { content: FileContent::Own { text, held_by, .. }, .. }) => {
                (read_story("mine.ron", &text).expect("a story"), text, held_by)
            }
            other => panic!("{other:?}"),
        }
    }

    fn write(session: &mut Session, path: &str, text: &str) {
        let (path, text) = (path.to_owned(), text.to_owned());
        session.apply(Intent::ReportDone(Done::SavedOwn { kind: OwnKind::Story, path, text }));
    }

    fn open(session: &mut Session, name: &str, text: &str) {
        session.apply(Intent::Load { name: name.to_owned(), text: text.to_owned() });
        assert!(session.story.is_some() && session.diagnostics.is_none());
    }

    fn leave(session: &mut Session) {
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
        // A save that was refused or given up leaves nothing behind.
        assert!(session.own(OwnKind::Story).is_none());
        open(&mut session, "talks/mine.ron", &text);
        leave(&mut session);
        let (story, longer, held_by) = save_beat(&mut session);
        assert_eq!((story.beats.len(), held_by.as_deref()), (2, Some("talks/mine.ron")));
        write(&mut session, "talks/mine.ron", &longer);
        // A reload keeps the story, and where it belongs.
        let mut session = Session::resume(&Snapshot::new(&session).to_json()).expect("a session");
        let (story, longest, held_by) = save_beat(&mut session);
        assert_eq!((story.beats.len(), held_by.as_deref()), (3, Some("talks/mine.ron")));
        write(&mut session, "talks/mine.ron", &longest);
        open(&mut session, "other.ron", &text.replace("my-story", "other"));
        leave(&mut session);
        let (story, _, held_by) = save_beat(&mut session);
        assert_eq!((story.id.as_str(), story.beats.len(), held_by.as_deref()), ("other", 2, Some("other.ron")));
    }

    #[test]
    fn another_file_never_takes_the_place_of_changes_that_no_file_holds() {
        let mut session = Session::first_look().expect("the first look");
        let (_, text, _) = save_beat(&mut session);
        open(&mut session, "mine.ron", &text);
        leave(&mut session);
        session.apply(Intent::Editor(EditorIntent::Open(OwnKind::Story)));
        session.apply(Intent::Editor(EditorIntent::SetField(Field::Beat(BeatField::Notes), "Wait.".to_owned())));
        session.apply(Intent::Editor(EditorIntent::Close));
        assert!(session.is_unsaved(OwnKind::Story));
        open(&mut session, "other.ron", &text.replace("my-story", "other"));
        assert_eq!(session.apply(Intent::Story(StoryIntent::SaveBeat)), None);
        let refused = session.diagnostics.take().expect("a sentence").to_string();
        assert!(refused.contains("has changes that no file holds") && refused.contains("Edit my story"), "{refused}");
        let Some(OwnFile::Story(own)) = session.own(OwnKind::Story) else { panic!("a story") };
        assert_eq!(own.beats[0].notes, "Wait.");
        write(&mut session, "mine.ron", &own.to_ron());
        // Now that nothing can be lost, the beat comes after the open one of the other file.
        let (story, _, held_by) = save_beat(&mut session);
        assert_eq!((story.id.as_str(), story.beats.len(), held_by.as_deref()), ("other", 2, Some("other.ron")));
    }
}
