//! The view of the speaker: everything about the beat, in large type, with buttons that lead the talk.

use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use fabricscope::session::{BlankScreen, Intent, Session, SpeakerView, SpeakerWarning, StoryIntent, TalkPart};
use fabricscope::ui::{SpeakerStills, fonts, speaker_ui, style};

use crate::screen::screen_of;

fn show(ui: &mut egui::Ui, (session, ready): &mut (Session, bool)) {
    if !core::mem::replace(ready, true) {
        ui.ctx().set_fonts(fonts());
        ui.ctx().set_global_style(style(session.theme));
        return;
    }
    let Some(view) = SpeakerView::new(session, &[SpeakerWarning::SlowFrames]) else { return };
    for intent in speaker_ui(ui, &view, &SpeakerStills::default(), session.theme(), "09:41") {
        session.apply(intent);
    }
}

fn talk(story: &str, beat: usize) -> Session {
    let mut session = Session::first_look().expect("the first look");
    session.apply(Intent::Story(StoryIntent::Open(story.to_owned())));
    session.apply(Intent::Story(StoryIntent::GoTo(beat)));
    session.apply(Intent::Story(StoryIntent::BackToBeat));
    session
}

fn view_of(session: Session, size: [f32; 2]) -> Harness<'static, (Session, bool)> {
    let mut harness = Harness::builder().with_size(size).build_ui_state(show, (session, false));
    harness.run_steps(8);
    harness
}

fn click(harness: &mut Harness<(Session, bool)>, name: &str) {
    harness.get_by_label(name).click();
    harness.run_steps(3);
}

fn beat(harness: &Harness<(Session, bool)>) -> usize {
    harness.state().0.story.as_ref().expect("a talk").beat
}

#[test]
fn the_list_of_beats_follows_the_talk() {
    let mut harness = view_of(talk("the-claim", 0), [1180.0, 760.0]);
    for beat in [9, 0, 8] {
        harness.state_mut().0.apply(Intent::Story(StoryIntent::GoTo(beat)));
        harness.run_steps(20);
        let open = harness.state().0.story.as_ref().expect("a talk");
        let name = format!("{}  {}", beat + 1, open.file.beats[beat].caption);
        let rect = harness.get_by_label(&name).rect();
        let list = harness.get_by_label("BEATS").rect();
        assert!(rect.top() > list.bottom() && rect.bottom() < 700.0, "{name}: {rect:?}");
    }
}

#[test]
fn the_speaker_reads_now_next_notes_figures_and_time() {
    let session = talk("the-claim", 5);
    let open = session.story.as_ref().expect("a talk");
    let (caption, next) = (open.shown.caption.clone(), open.next_caption().expect("a next beat").to_owned());
    let start_s = open.planned_start_s();
    let time = session.runs[0].result().expect("a result").time.to_string();
    let harness = view_of(session, [1180.0, 760.0]);
    for words in [&caption, &next, "Beat 6 of 10", "Say nothing for two seconds", "09:41", time.as_str()] {
        assert!(harness.query_all_by_label_contains(words).next().is_some(), "{words}");
    }
    for warning in ["The stage is not full screen", "The stage draws fewer than 30 frames per second"] {
        assert!(harness.query_by_label(warning).is_some(), "{warning}");
    }
    let planned = format!("elapsed, planned {}:{:02} to", start_s / 60, start_s % 60);
    assert!(harness.query_by_label_contains(&planned).is_some(), "{planned}");
}

#[test]
fn buttons_lead_the_talk_and_clickers_still_reach_it() {
    let mut harness = view_of(talk("anatomy", 0), [1180.0, 760.0]);
    click(&mut harness, "Next");
    assert_eq!(beat(&harness), 1);
    click(&mut harness, "Previous");
    assert_eq!(beat(&harness), 0);
    let fifth = format!("5  {}", harness.state().0.story.as_ref().expect("a talk").captions[4]);
    click(&mut harness, &fifth);
    assert_eq!(beat(&harness), 4);
    click(&mut harness, "Black");
    assert_eq!(harness.state().0.blank, Some(BlankScreen::Black));
    assert!(harness.query_by_label("The stage is black").is_some());
    click(&mut harness, "Show the picture");
    assert_eq!(harness.state().0.blank, None);
    click(&mut harness, "Caption");
    assert!(harness.query_by_label("The caption is hidden").is_some());
    click(&mut harness, "Leave");
    click(&mut harness, "Leave now");
    assert!(harness.state().0.story.is_none());
    assert!(harness.ctx.memory(|memory| memory.focused().is_none()), "a clicker reaches the talk");
}

#[test]
fn every_button_has_room_in_a_small_window_too() {
    for size in [[1180.0, 760.0], [800.0, 600.0]] {
        let harness = view_of(talk("the-claim", 5), size);
        for name in ["Previous", "Next", "Again", "Back to the beat", "Black", "White", "Caption", "Leave"] {
            let rect = harness.get_by_label(name).rect();
            let window = egui::Rect::from_min_size(egui::Pos2::ZERO, size.into());
            assert!(window.contains_rect(rect), "{name} at {rect} in {size:?}");
            assert!(rect.height() >= 44.0, "{name}: a finger hits it");
        }
    }
}

#[test]
fn notes_are_never_on_the_stage_while_the_speaker_has_a_view() {
    let mut session = talk("the-claim", 5);
    session.apply(Intent::Story(StoryIntent::Toggle(TalkPart::Notes)));
    let mut harness = screen_of(session, [1920.0, 1080.0]);
    let spoken = "Say nothing for two seconds";
    assert!(harness.query_by_label_contains(spoken).is_some());
    harness.state_mut().session.apply(Intent::Story(StoryIntent::NoteSpeaker(true)));
    harness.run_steps(3);
    assert!(harness.query_by_label_contains(spoken).is_none());
    harness.state_mut().session.apply(Intent::Story(StoryIntent::NoteSpeaker(false)));
    harness.run_steps(3);
    assert!(harness.query_by_label_contains(spoken).is_some(), "the view was closed");
}

#[test]
fn a_click_on_the_stage_is_next_and_a_click_on_a_control_is_not() {
    let mut harness = screen_of(talk("anatomy", 0), [1280.0, 720.0]);
    let beat = |harness: &Harness<'static, crate::screen::Screen>| {
        harness.state().session.story.as_ref().expect("a talk").beat
    };
    let click_at = |harness: &mut Harness<'static, crate::screen::Screen>, at: egui::Pos2| {
        harness.hover_at(at);
        harness.run_steps(2);
        harness.drag_at(at);
        harness.run_steps(2);
        harness.drop_at(at);
        harness.run_steps(2);
    };
    // On the picture of a fabric, and on the caption.
    click_at(&mut harness, egui::pos2(300.0, 160.0));
    assert_eq!(beat(&harness), 1);
    assert!(harness.state().session.view.selection.is_none(), "nothing is selected");
    harness.run_steps(60);
    click_at(&mut harness, egui::pos2(30.0, 12.0));
    assert_eq!(beat(&harness), 2);
    harness.state_mut().session.apply(Intent::Story(StoryIntent::Toggle(TalkPart::Overview)));
    harness.run_steps(60);
    let title = harness.state().session.story.as_ref().expect("a talk").file.title.clone();
    let at = harness.get_by_label(&title).rect().center();
    click_at(&mut harness, at);
    assert_eq!(beat(&harness), 2, "a click into the list is not Next");
    let last = harness.state().session.story.as_ref().expect("a talk").captions.len();
    let caption = harness.state().session.story.as_ref().expect("a talk").captions[last - 1].clone();
    harness.get_by_label(&format!("{last}  {caption}")).click();
    harness.run_steps(3);
    assert_eq!(beat(&harness), last - 1);
    assert!(!harness.state().session.story.as_ref().expect("a talk").overview, "the list closes");
}

#[test]
fn a_click_with_shift_circles_a_place_until_next() {
    let mut harness = screen_of(talk("anatomy", 0), [1280.0, 720.0]);
    let talk =
        |harness: &Harness<'static, crate::screen::Screen>| harness.state().session.story.clone().expect("a talk");
    let at = egui::pos2(320.0, 180.0);
    harness.hover_at(at);
    harness.run_steps(2);
    let (button, modifiers) = (egui::PointerButton::Primary, egui::Modifiers::SHIFT);
    harness.event(egui::Event::ModifiersChanged(modifiers));
    for pressed in [true, false] {
        harness.event(egui::Event::PointerButton { pos: at, button, pressed, modifiers });
        harness.run_steps(2);
    }
    assert_eq!((talk(&harness).circle, talk(&harness).beat), (Some([250, 250]), 0));
    harness.state_mut().session.apply(Intent::Story(StoryIntent::Next));
    assert_eq!(talk(&harness).circle, None);
}

#[test]
fn pictures_of_a_rehearsal_stand_beside_the_words() {
    let session = talk("the-claim", 2);
    let open = session.story.as_ref().expect("a talk");
    let caption = open.shown.caption.clone();
    let show = move |ui: &mut egui::Ui, (ready, stills): &mut (bool, SpeakerStills)| {
        if !core::mem::replace(ready, true) {
            ui.ctx().set_fonts(fonts());
            ui.ctx().set_global_style(style(session.theme));
            let picture = egui::ColorImage::filled([640, 360], egui::Color32::DARK_BLUE);
            let texture = ui.ctx().load_texture("still", picture, egui::TextureOptions::LINEAR);
            *stills = SpeakerStills { now: Some(texture.clone()), next: Some(texture) };
            return;
        }
        let view = SpeakerView::new(&session, &[]).expect("a talk");
        speaker_ui(ui, &view, stills, session.theme(), "09:41");
    };
    for size in [[1180.0, 760.0], [900.0, 600.0]] {
        let mut harness =
            Harness::builder().with_size(size).build_ui_state(show.clone(), (false, SpeakerStills::default()));
        harness.run_steps(8);
        let window = egui::Rect::from_min_size(egui::Pos2::ZERO, size.into());
        let [now, next] = ["Picture of this beat at its end", "Picture of the next beat at its end"]
            .map(|name| harness.get_by_label(name).rect());
        for picture in [now, next] {
            assert!(window.contains_rect(picture), "{picture:?} in {window:?}");
            assert!((picture.aspect_ratio() - 16.0 / 9.0).abs() < 0.05, "{picture:?}");
        }
        assert!(!now.intersects(harness.get_by_label(&caption).rect()), "words stand beside the picture");
    }
}
