//! A clicker goes through every story, and whatever else is pressed on a stage.

use std::sync::Arc;

use crate::catalog::Catalog;
use crate::lesson::{Course, check_story, read_story};
use crate::scene::Setting;
use crate::session::blank_screen::BlankScreen;
use crate::session::intent::{Effect, Intent};
use crate::session::open_editor::OwnKind;
use crate::session::open_story::{OpenStory, StoryIntent};
use crate::session::path_field::{Done, FileContent};
use crate::session::session::Session;
use crate::units::Femtos;

fn send(session: &mut Session, intent: StoryIntent) {
    session.apply(Intent::Story(intent));
}

fn story(id: &str) -> Session {
    let mut session = Session::first_look().expect("the first look");
    send(&mut session, StoryIntent::Open(id.to_owned()));
    session
}

fn open(session: &Session) -> &OpenStory {
    session.story.as_ref().expect("an open story")
}

/// What an audience sees.
fn seen(session: &Session) -> (String, Option<String>, Femtos, bool, bool) {
    let open = open(session);
    (open.shown.caption.clone(), open.shown.hero.clone(), session.clock.at, session.clock.playing, open.at_end)
}

#[test]
fn every_press_of_next_shows_something_new_up_to_the_end_of_every_story() {
    for file in &Course::bundled().stories {
        let mut session = story(&file.id);
        let mut beats = vec![0];
        for _ in 0..3 * file.beats.len() {
            assert_eq!(open(&session).shown.fault, None, "{} {}", file.id, open(&session).beat);
            assert!(!open(&session).shown.caption.is_empty());
            let before = seen(&session);
            send(&mut session, StoryIntent::Next);
            if open(&session).at_end {
                break;
            }
            assert_ne!(seen(&session), before, "{} {}", file.id, open(&session).beat);
            beats.push(open(&session).beat);
        }
        beats.dedup();
        assert_eq!(beats, (0..file.beats.len()).collect::<Vec<_>>(), "{}", file.id);
        assert!(open(&session).at_end, "{}: it says that it is over", file.id);
        let end = seen(&session);
        send(&mut session, StoryIntent::Next);
        assert_eq!(seen(&session), end, "the end stays");
        for beat in (0..file.beats.len()).rev() {
            send(&mut session, StoryIntent::Previous);
            assert_eq!((open(&session).beat, session.clock.playing), (beat, false), "{}", file.id);
        }
    }
}

#[test]
fn a_jump_shows_what_the_way_there_shows() {
    for file in &Course::bundled().stories {
        let (mut walking, mut jumping) = (story(&file.id), story(&file.id));
        for beat in (0..file.beats.len()).rev() {
            send(&mut jumping, StoryIntent::GoTo(beat));
            send(&mut jumping, StoryIntent::BackToBeat);
            send(&mut walking, StoryIntent::GoTo(0));
            while open(&walking).beat < beat {
                send(&mut walking, StoryIntent::Next);
            }
            send(&mut walking, StoryIntent::BackToBeat);
            assert_eq!(seen(&jumping), seen(&walking), "{} {beat}", file.id);
            assert_eq!(jumping.document, walking.document, "{} {beat}", file.id);
        }
    }
}

#[test]
fn what_plays_is_shown_to_its_end_before_the_next_beat() {
    let mut session = story("the-claim");
    let go = open(&session).file.beats.iter().position(|beat| beat.id == "go").expect("a beat");
    send(&mut session, StoryIntent::GoTo(go));
    let (_, until) = open(&session).shown.play.expect("a span");
    assert!(session.clock.playing);
    session.advance(1.0);
    assert!(session.clock.at > Femtos(0) && session.clock.at < until);
    send(&mut session, StoryIntent::Next);
    assert_eq!((open(&session).beat, session.clock.at, session.clock.playing), (go, until, false));
    send(&mut session, StoryIntent::PlayAgain);
    for _ in 0..80 {
        session.advance(0.1);
    }
    assert_eq!((session.clock.at, session.clock.playing), (until, false), "the span ends by itself");
    session.apply(Intent::TogglePlay);
    session.advance(0.5);
    assert!(session.clock.at > until, "and the speaker can let it run on");
    send(&mut session, StoryIntent::Next);
    assert_eq!(open(&session).beat, go + 1);
}

#[test]
fn a_live_change_is_gone_with_one_key_and_by_the_next_beat() {
    let mut session = story("the-claim");
    send(&mut session, StoryIntent::GoTo(5));
    let beat = (session.report(), seen(&session));
    let small = || Intent::Set(vec![Setting::parse("workload.message=1MiB").expect("a setting")]);
    session.apply(small());
    assert_ne!(session.report(), beat.0);
    send(&mut session, StoryIntent::BackToBeat);
    assert_eq!((session.report(), seen(&session)), beat);
    assert!(!session.undo.can_undo());
    session.apply(small());
    send(&mut session, StoryIntent::Next);
    send(&mut session, StoryIntent::Previous);
    assert_eq!(session.report(), beat.0);
}

#[test]
fn numbers_jump_and_one_escape_never_leaves() {
    let mut session = story("anatomy");
    for digit in [1, 0] {
        send(&mut session, StoryIntent::TypeDigit(digit));
    }
    send(&mut session, StoryIntent::GoToTyped);
    assert_eq!((open(&session).beat, open(&session).typed), (9, None));
    send(&mut session, StoryIntent::TypeDigit(2));
    send(&mut session, StoryIntent::Leave);
    assert_eq!((open(&session).typed, open(&session).leaving), (None, false), "it takes the number back");
    send(&mut session, StoryIntent::Leave);
    send(&mut session, StoryIntent::Next);
    send(&mut session, StoryIntent::Leave);
    assert!(open(&session).leaving);
    session.apply(Intent::ToggleBlank(BlankScreen::Black));
    let before = open(&session).beat;
    send(&mut session, StoryIntent::Next);
    assert!(session.blank.is_none() && open(&session).beat == before, "the picture comes back without moving on");
    send(&mut session, StoryIntent::Leave);
    assert!(session.story.is_some(), "a press in the dark does not count");
    send(&mut session, StoryIntent::Leave);
    assert!(session.story.is_none() && session.panels);
    assert_eq!(session.name, "first-look.ron");
}

#[test]
fn views_become_the_beats_of_a_story_that_passes_its_check_and_plays() {
    let mut session = Session::first_look().expect("the first look");
    let save = |session: &mut Session| match session.apply(Intent::Story(StoryIntent::SaveBeat)) {
        Some(Effect::Save { content: FileContent::Own { text, .. }, .. }) => {
            let done = Done::SavedOwn { kind: OwnKind::Story, path: "my-story.ron".to_owned(), text: text.clone() };
            session.apply(Intent::ReportDone(done));
            text
        }
        other => panic!("{other:?}"),
    };
    session.apply(Intent::Seek(Femtos(123_456_789_012)));
    save(&mut session);
    let small = Setting::parse("workload.message=1MiB").expect("a setting");
    session.apply(Intent::Set(vec![small]));
    let (small, at) = (session.report().fabrics, session.clock.at);
    save(&mut session);
    session.apply(Intent::OpenBundled(1));
    let other = session.report().fabrics;
    let text = save(&mut session);
    let story = read_story("my-story.ron", &text).unwrap_or_else(|rejected| panic!("{rejected}\n{text}"));
    let catalog = Arc::new(Catalog::bundled().expect("the catalog"));
    check_story(&story, &catalog).unwrap_or_else(|problems| panic!("{problems:?}\n{text}"));
    assert_eq!(story.beats.len(), 3);
    let mut session = Session::first_look().expect("the first look");
    session.apply(Intent::Load { name: "my-story.ron".to_owned(), text });
    assert_eq!((session.clock.at, session.clock.playing), (Femtos(123_456_789_012), false));
    send(&mut session, StoryIntent::Next);
    assert_eq!((session.report().fabrics, session.clock.at), (small, at));
    send(&mut session, StoryIntent::Next);
    assert_eq!(session.report().fabrics, other);
    send(&mut session, StoryIntent::GoTo(0));
    let text = save(&mut session);
    let longer = read_story("my-story.ron", &text).expect("a story");
    assert_eq!((longer.beats.len(), longer.beats[1].id.as_str()), (4, "view-4"), "it comes after the open beat");
}
