//! Undo from scene to scene, and saving.

use crate::scene::{Setting, parse_scene};
use crate::session::intent::{Effect, Intent};
use crate::session::open_story::StoryIntent;
use crate::session::path_field::{Done, FileContent};
use crate::session::session::Session;
use crate::session::shown_lesson::LessonIntent;

fn changed_first_look() -> Session {
    let mut session = Session::first_look().expect("the first look");
    set(&mut session, "workload.message=512MiB");
    session
}

fn set(session: &mut Session, text: &str) {
    session.apply(Intent::Set(vec![Setting::parse(text).expect("a setting")]));
}

fn place(session: &Session) -> (&str, String, bool) {
    (&session.name, session.scene().message.to_string(), session.is_changed())
}

#[test]
fn undo_returns_from_another_scene_with_all_changes_and_redo_goes_there_again() {
    let mut session = changed_first_look();
    let before = session.report();
    session.apply(Intent::OpenBundled(2));
    assert!(matches!(session.done.take(), Some(message) if matches!(message.done, Done::KeptChanges { .. })));
    assert_eq!((session.name.as_str(), session.is_changed()), ("rack.ron", false));
    set(&mut session, "workload.message=1MiB");
    session.apply(Intent::Undo);
    assert_eq!((session.name.as_str(), session.is_changed()), ("rack.ron", false));
    session.apply(Intent::Undo);
    assert_eq!((place(&session), session.report()), (("first-look.ron", "512 MiB".to_owned(), true), before));
    session.apply(Intent::Undo);
    assert_eq!(place(&session), ("first-look.ron", "1 GiB".to_owned(), false));
    assert!(!session.undo.can_undo());
    for _ in 0..3 {
        session.apply(Intent::Redo);
    }
    assert_eq!(place(&session), ("rack.ron", "1 MiB".to_owned(), true));
    session.apply(Intent::Reset);
    assert_eq!((session.name.as_str(), session.is_changed()), ("rack.ron", false));
    // Nobody has to hear of a scene that was not changed.
    session.done = None;
    session.apply(Intent::OpenBundled(1));
    assert!(session.done.is_none() && session.undo.can_undo());
}

#[test]
fn a_scene_that_ends_a_lesson_or_a_talk_leaves_the_own_scene_to_undo() {
    let lesson = Intent::Lesson(LessonIntent::Open("latency-or-bytes".to_owned()));
    let story = Intent::Story(StoryIntent::Open("the-claim".to_owned()));
    for opens in [lesson, story] {
        let mut session = changed_first_look();
        session.apply(opens);
        assert!(session.lesson.is_some() || session.story.is_some());
        session.apply(Intent::OpenBundled(2));
        assert!(session.lesson.is_none() && session.story.is_none());
        session.apply(Intent::Undo);
        assert_eq!(place(&session), ("first-look.ron", "512 MiB".to_owned(), true));
    }
}

#[test]
fn undo_gives_up_a_scene_that_is_still_being_opened() {
    let mut session = changed_first_look();
    session.solve_in_background();
    session.apply(Intent::OpenBundled(2));
    let job = session.start_solving().expect("a job");
    session.apply(Intent::Undo);
    assert!(!session.accept_solved(job.finish()));
    assert_eq!(place(&session), ("first-look.ron", "512 MiB".to_owned(), true));
}

#[test]
fn changes_of_a_scene_that_waits_to_be_solved_are_steps_of_their_own() {
    let mut session = changed_first_look();
    session.solve_in_background();
    set(&mut session, "workload.message=256MiB");
    let job = session.start_solving().expect("a job");
    session.apply(Intent::OpenBundled(2));
    set(&mut session, "workload.message=1MiB");
    session.accept_solved(job.finish());
    let job = session.start_solving().expect("a job");
    session.accept_solved(job.finish());
    assert_eq!(place(&session), ("rack.ron", "1 MiB".to_owned(), true));
    let undo = |session: &mut Session| {
        session.apply(Intent::Undo);
        let job = session.start_solving().expect("a job");
        session.accept_solved(job.finish());
    };
    undo(&mut session);
    assert_eq!((session.name.as_str(), session.is_changed()), ("rack.ron", false));
    undo(&mut session);
    assert_eq!(place(&session), ("first-look.ron", "256 MiB".to_owned(), true));
}

#[test]
fn a_saved_scene_has_the_name_of_its_file_and_no_changes() {
    let mut session = changed_first_look();
    let Some(Effect::Save { name, content: FileContent::Scene(text) }) = session.apply(Intent::SaveScene) else {
        panic!("a scene to save")
    };
    assert_eq!(name, "first-look.ron");
    session.apply(Intent::ReportDone(Done::SavedScene { path: "/tmp/mine.ron".to_owned(), text: text.clone() }));
    assert_eq!(place(&session), ("/tmp/mine.ron", "512 MiB".to_owned(), false));
    session.apply(Intent::Undo);
    assert_eq!(place(&session), ("/tmp/mine.ron", "1 GiB".to_owned(), true), "the file holds the change");
    session.apply(Intent::Reset);
    assert_eq!(session.latest().to_ron(), text, "as saved");
    let Some(Effect::Save { name, .. }) = session.apply(Intent::SaveScene) else { panic!("a scene to save") };
    assert_eq!(name, "mine.ron");
    // What was written is not the scene that has come in the meantime.
    session.apply(Intent::OpenBundled(2));
    session.apply(Intent::ReportDone(Done::SavedScene { path: "/tmp/mine.ron".to_owned(), text: text.clone() }));
    assert_eq!(session.name, "rack.ron");
    parse_scene("mine.ron", &text, session.catalog()).expect("a scene");
}
