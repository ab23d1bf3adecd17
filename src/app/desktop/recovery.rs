//! The place in a talk, kept in the data folder while it lasts: after a crash, the next start offers to go on. One window
//! at a time keeps it, and drafts; others start and present as usual.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use bevy::prelude::*;

use super::drafts;
use super::progress::data_folder;
use super::save::save;
use crate::app::schedule::FrameSystems;
use crate::app::state::OpenSession;
use crate::session::{Session, StoredTalk};

/// The file of a talk that is under way.
const TALK: &str = "talk.json";
/// Locked by the window that keeps it; the system unlocks it when the process ends, however it ends.
const LOCK: &str = "talk.lock";

/// The file, the lock of this window, and what was written last.
#[derive(Resource)]
struct Kept {
    path: PathBuf,
    _lock: File,
    written: Option<StoredTalk>,
}

/// Offers the talk that a crash has ended, and keeps the place of the next one.
pub(super) fn plugin(session: &mut Session) -> impl FnOnce(&mut App) + use<> {
    let kept = data_folder().and_then(|folder| {
        let kept = keep_in(&folder, session)?;
        Some((kept, drafts::plugin(&folder, session)))
    });
    move |app: &mut App| {
        if let Some((kept, drafts)) = kept {
            drafts(app);
            app.insert_resource(kept)
                .add_systems(Update, keep.in_set(FrameSystems::Publish))
                .add_systems(Last, forget_at_exit);
        }
    }
}

/// Takes the lock, and reads the talk that the last window has left. Nothing without a folder, or while another window has
/// the lock.
fn keep_in(folder: &Path, session: &mut Session) -> Option<Kept> {
    std::fs::create_dir_all(folder).ok()?;
    let lock = File::options().create(true).truncate(false).write(true).open(folder.join(LOCK)).ok()?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock | TryLockError::Error(_)) => return None,
    }
    let path = folder.join(TALK);
    let left = std::fs::read_to_string(&path).ok();
    let talk = left.and_then(|text| StoredTalk::read(&text).ok());
    session.unfinished_talk.clone_from(&talk);
    Some(Kept { path, _lock: lock, written: talk })
}

/// Writes the place when it has changed, and removes it when there is neither a talk nor an offer.
fn keep(open: Res<OpenSession>, mut kept: ResMut<Kept>) {
    if !open.is_changed() {
        return;
    }
    // Until the speaker decides, the talk that was offered stays.
    let now = open.0.unfinished_talk.clone().or_else(|| open.0.stored_talk());
    let is_same = match (&now, &kept.written) {
        (Some(now), Some(written)) => now.is_same_place(written),
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    };
    if is_same {
        return;
    }
    let done = match &now {
        Some(talk) => save(&kept.path, talk.to_json().as_bytes()).map(drop),
        None => std::fs::remove_file(&kept.path),
    };
    if let Err(error) = done {
        warn!("cannot keep the place of the talk in {}: {error}", kept.path.display());
    }
    kept.written = now;
}

/// Who closes the window has ended the talk.
fn forget_at_exit(mut exits: MessageReader<AppExit>, kept: Res<Kept>) {
    if exits.read().any(|exit| *exit == AppExit::Success) {
        // Without the file there is nothing to forget.
        let _ = std::fs::remove_file(&kept.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::{Intent, StoryIntent};

    fn folder(name: &str) -> PathBuf {
        std::env::temp_dir().join(format!("fabricscope-{name}-{}", std::process::id()))
    }

    fn app(folder: &Path) -> App {
        let mut session = Session::first_look().expect("the first look");
        let kept = keep_in(folder, &mut session).expect("a folder");
        let mut app = App::new();
        app.add_message::<AppExit>()
            .insert_resource(OpenSession(session))
            .insert_resource(kept)
            .add_systems(Update, keep)
            .add_systems(Last, forget_at_exit);
        app.update();
        app
    }

    fn send(app: &mut App, intent: StoryIntent) {
        app.world_mut().resource_mut::<OpenSession>().0.apply(Intent::Story(intent));
        app.update();
    }

    fn offered(app: &App) -> Option<usize> {
        app.world().resource::<OpenSession>().0.unfinished_talk.as_ref().map(|talk| talk.beat)
    }

    #[test]
    fn a_talk_that_was_never_left_is_offered_by_the_next_start() {
        let folder = folder("recovery");
        let mut first = app(&folder);
        assert_eq!(offered(&first), None);
        send(&mut first, StoryIntent::Open("the-claim".to_owned()));
        send(&mut first, StoryIntent::GoTo(5));
        assert!(keep_in(&folder, &mut Session::first_look().expect("the first look")).is_none(), "another window");
        // Dropped without an exit: a crash.
        drop(first);
        let second = app(&folder);
        assert_eq!(offered(&second), Some(5));
        drop(second);
        let mut third = app(&folder);
        assert_eq!(offered(&third), Some(5), "until somebody decides");
        send(&mut third, StoryIntent::GoOn);
        send(&mut third, StoryIntent::GoTo(6));
        drop(third);
        let mut fourth = app(&folder);
        assert_eq!(offered(&fourth), Some(6));
        send(&mut fourth, StoryIntent::ForgetUnfinished);
        assert!(!folder.join(TALK).exists());
        send(&mut fourth, StoryIntent::Open("anatomy".to_owned()));
        assert!(folder.join(TALK).exists());
        fourth.world_mut().write_message(AppExit::Success);
        fourth.update();
        assert!(!folder.join(TALK).exists(), "closing the window ends the talk");
        std::fs::remove_dir_all(&folder).expect("the folder");
    }

    #[test]
    fn a_file_that_cannot_be_read_is_no_offer_and_stops_nothing() {
        let folder = folder("no-recovery");
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::write(folder.join(TALK), "{").expect("a file");
        let mut session = Session::first_look().expect("the first look");
        assert!(keep_in(&folder, &mut session).is_some() && session.unfinished_talk.is_none());
        assert!(keep_in(Path::new("/dev/null/nowhere"), &mut session).is_none());
        std::fs::remove_dir_all(&folder).expect("the folder");
    }
}
