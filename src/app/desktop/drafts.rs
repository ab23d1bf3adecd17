//! Changes of the user's own lesson and story that no file holds, kept in the data folder: the next start has them again, however the
//! window was closed.

use std::path::{Path, PathBuf};

use bevy::prelude::*;

use super::save::save;
use crate::app::schedule::FrameSystems;
use crate::app::state::OpenSession;
use crate::lesson::OwnFile;
use crate::session::{OwnKind, Session};

/// The files, by kind.
const DRAFTS: [(OwnKind, &str); 2] = [(OwnKind::Lesson, "draft-lesson.ron"), (OwnKind::Story, "draft-story.ron")];

/// The folder, and what was seen last of each kind.
#[derive(Resource)]
struct Drafts {
    folder: PathBuf,
    seen: [Seen; 2],
}

/// The own lesson or story, and the text that its file holds.
#[derive(PartialEq)]
struct Seen {
    own: Option<OwnFile>,
    saved_text: Option<String>,
}

impl Seen {
    fn now(session: &Session, kind: OwnKind) -> Seen {
        Seen { own: session.own(kind), saved_text: session.saved_text(kind).map(str::to_owned) }
    }
}

/// Takes the drafts of the last time into the session, and keeps those of this one.
pub(super) fn plugin(folder: &Path, session: &mut Session) -> impl FnOnce(&mut App) + use<> {
    for (kind, file) in DRAFTS {
        if let Ok(text) = std::fs::read_to_string(folder.join(file)) {
            session.take_draft(kind, &text);
        }
    }
    let seen = DRAFTS.map(|(kind, _)| Seen::now(session, kind));
    let drafts = Drafts { folder: folder.to_owned(), seen };
    move |app: &mut App| {
        app.insert_resource(drafts).add_systems(Update, keep.in_set(FrameSystems::Publish));
    }
}

/// Writes what has changed and no file holds, and removes what a file holds now. Once for each change, also if the folder refuses.
fn keep(open: Res<OpenSession>, mut drafts: ResMut<Drafts>) {
    if !open.is_changed() {
        return;
    }
    let Drafts { folder, seen } = &mut *drafts;
    for ((kind, file), seen) in DRAFTS.into_iter().zip(seen) {
        let now = Seen::now(&open.0, kind);
        if now == *seen {
            continue;
        }
        let path = folder.join(file);
        let done = match now.own.as_ref().filter(|_| open.0.is_unsaved(kind)) {
            Some(own) => save(&path, own.to_ron().as_bytes()).map(drop),
            None if path.exists() => std::fs::remove_file(&path),
            None => Ok(()),
        };
        if let Err(error) = done {
            warn!("cannot keep the draft in {}: {error}", path.display());
        }
        *seen = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::{BeatField, Field};
    use crate::session::{Done, EditorIntent, Effect, FileContent, Intent, StoryIntent};

    fn app(folder: &Path) -> App {
        let mut session = Session::first_look().expect("the first look");
        let add = plugin(folder, &mut session);
        let mut app = App::new();
        app.insert_resource(OpenSession(session));
        add(&mut app);
        app.update();
        app
    }

    fn send(app: &mut App, intent: Intent) -> Option<Effect> {
        let effect = app.world_mut().resource_mut::<OpenSession>().0.apply(intent);
        app.update();
        effect
    }

    #[test]
    fn a_story_that_was_changed_and_never_saved_is_there_after_a_restart() {
        let folder = std::env::temp_dir().join(format!("fabricscope-drafts-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let draft = folder.join("draft-story.ron");
        let mut first = app(&folder);
        let Some(Effect::Save { content: FileContent::Own { text, .. }, .. }) =
            send(&mut first, Intent::Story(StoryIntent::SaveBeat))
        else {
            panic!("a beat")
        };
        let saved = |text: &str| {
            Intent::ReportDone(Done::SavedOwn {
                kind: OwnKind::Story,
                path: "mine.ron".to_owned(),
                text: text.to_owned(),
            })
        };
        send(&mut first, saved(&text));
        assert!(!draft.exists(), "a file holds it");
        send(&mut first, Intent::Editor(EditorIntent::Open(OwnKind::Story)));
        let notes = Field::Beat(BeatField::Notes);
        send(&mut first, Intent::Editor(EditorIntent::SetField(notes, "Wait.".to_owned())));
        assert!(draft.exists());
        drop(first);
        let mut second = app(&folder);
        let own = second.world().resource::<OpenSession>().0.own(OwnKind::Story).expect("the story");
        let OwnFile::Story(story) = &own else { panic!("a story") };
        assert_eq!(story.beats[0].notes, "Wait.");
        assert!(draft.exists(), "until it is saved");
        send(&mut second, saved(&own.to_ron()));
        assert!(!draft.exists());
        std::fs::write(&draft, "(").expect("a file");
        assert!(app(&folder).world().resource::<OpenSession>().0.own(OwnKind::Story).is_none(), "a broken draft");
        std::fs::remove_dir_all(&folder).expect("the folder");
    }
}
