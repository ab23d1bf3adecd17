//! A talk on the stage: the audience sees one sentence at a time, the speaker has notes beside it.

use egui_kittest::kittest::Queryable;
use fabricscope::scene::Setting;
use fabricscope::session::{Intent, Session, StoryIntent, TalkPart};

use crate::screen::screen_of;

#[test]
fn the_stage_shows_the_caption_and_the_notes_only_while_they_are_wanted() {
    let mut session = Session::first_look().expect("the first look");
    session.apply(Intent::Story(StoryIntent::Open("the-claim".to_owned())));
    let mut harness = screen_of(session, [1920.0, 1080.0]);
    let shown = |harness: &egui_kittest::Harness<'static, crate::screen::Screen>| {
        harness.state().session.story.as_ref().expect("a story").shown.clone()
    };
    let done =
        harness.state().session.story.as_ref().expect("a story").file.beats.iter().position(|beat| beat.id == "done");
    for intent in [StoryIntent::GoTo(done.expect("a beat")), StoryIntent::BackToBeat] {
        harness.state_mut().session.apply(Intent::Story(intent));
    }
    harness.run();
    let beat = shown(&harness);
    assert!(harness.query_by_label(&beat.caption).is_some());
    let hero = beat.hero.clone().expect("a figure");
    assert!(harness.query_by_label_contains(&hero).is_some(), "{hero}");
    assert!(harness.query_by_label_contains("6 / 10").is_some());
    // Figures and their units do not part on the screen: a sentence without any is looked for.
    let spoken = "Say nothing for two seconds";
    assert!(beat.notes.contains(spoken));
    assert!(harness.query_by_label_contains(spoken).is_none());
    assert!(harness.query_by_label("Panels").is_none(), "no control is in the picture");
    harness.state_mut().session.apply(Intent::Story(StoryIntent::Toggle(TalkPart::Notes)));
    harness.run_steps(3);
    assert!(harness.query_by_label_contains(spoken).is_some());
    harness.state_mut().session.apply(Intent::TogglePanels);
    harness.run_steps(3);
    harness.get_by_label("Next beat").click();
    harness.run_steps(3);
    assert_ne!(shown(&harness).caption, beat.caption, "with panels, a click goes on, too");
}

#[test]
fn after_a_change_made_live_caption_and_figure_are_those_of_the_changed_runs() {
    let mut session = Session::first_look().expect("the first look");
    session.apply(Intent::Story(StoryIntent::Open("the-claim".to_owned())));
    let mut harness = screen_of(session, [1920.0, 1080.0]);
    let open = |harness: &egui_kittest::Harness<'static, crate::screen::Screen>| {
        harness.state().session.story.clone().expect("a story")
    };
    let done = open(&harness).file.beats.iter().position(|beat| beat.id == "done").expect("a beat");
    for intent in [StoryIntent::GoTo(done), StoryIntent::BackToBeat] {
        harness.state_mut().session.apply(Intent::Story(intent));
    }
    harness.run();
    let beat = open(&harness).shown;
    let hero = beat.hero.clone().expect("a figure");
    let setting = Setting::parse("workload.message=1 KiB").expect("a setting");
    harness.state_mut().session.apply(Intent::Set(vec![setting]));
    harness.run_steps(3);
    assert!(harness.query_by_label(&beat.caption).is_none(), "a sentence about other runs");
    assert!(harness.query_by_label_contains("Changed live: A HGX B200 is faster than B").is_some());
    assert!(harness.query_by_label_contains(&hero).is_none(), "a figure of other runs");
    harness.state_mut().session.apply(Intent::Story(StoryIntent::BackToBeat));
    harness.run_steps(3);
    assert!(harness.query_by_label(&beat.caption).is_some() && harness.query_by_label_contains(&hero).is_some());
}
