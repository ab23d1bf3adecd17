//! The first start, from the question to the doors; and the side panels that it shows.

use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use fabricscope::session::{FirstStep, Intent, Session};

use crate::screen::{Screen, screen, screen_of};
use crate::typography::{faults_of, painted_words};

/// The first start with reduced motion. The harness pauses the clock, which would end it.
fn started() -> Harness<'static, Screen> {
    let mut session = Session::first_look().expect("the first look");
    session.apply(Intent::ReduceMotion(true));
    let mut harness = screen_of(session, [592.0, 333.0]);
    harness.state_mut().session.begin_first_start();
    harness.run();
    harness
}

fn step(harness: &Harness<'static, Screen>) -> Option<FirstStep> {
    harness.state().session.first_start.map(|first| first.step)
}

#[test]
fn the_question_hides_how_long_the_runs_take_in_every_window() {
    // The points of windows of 1280 x 720, 1440 x 900 and 1920 x 1080, enlarged for an audience.
    for size in [[592.0, 333.0], [533.0, 333.0], [1280.0, 720.0]] {
        let mut session = Session::first_look().expect("the first look");
        session.apply(Intent::ReduceMotion(true));
        let mut harness = screen_of(session, size);
        harness.state_mut().session.begin_first_start();
        harness.run();
        let told: Vec<String> =
            painted_words(&harness).into_iter().filter(|line| line.contains("1,343") || line.contains("271")).collect();
        assert!(told.is_empty(), "{size:?}: {told:?}");
    }
}

#[test]
fn on_a_phone_the_whole_question_stands_above_its_answers() {
    let size = [390.0, 844.0];
    let mut session = Session::first_look().expect("the first look");
    session.apply(Intent::ReduceMotion(true));
    let mut harness = screen_of(session, size);
    harness.state_mut().session.begin_first_start();
    harness.run();
    let question = harness.get_by_label_contains("Eight copies of a model").rect();
    for answer in ["Eight GPUs", "One wafer", "Show me"] {
        let rect = harness.get_by_label(answer).rect();
        assert!(rect.top() >= question.bottom() && rect.right() <= size[0], "{answer}: {rect:?}, {question:?}");
    }
    assert_eq!(faults_of(&harness, "first start", size), Vec::<String>::new());
}

fn click(harness: &mut Harness<'static, Screen>, name: &str) {
    harness.get_by_label(name).click();
    harness.run();
}

#[test]
fn the_question_leads_to_the_outcome_and_through_all_steps_to_the_doors() {
    let mut harness = started();
    assert!(harness.query_all_by_label_contains("Which machine is done first?").count() == 1);
    click(&mut harness, "One wafer");
    assert_eq!(step(&harness), Some(FirstStep::Outcome), "with reduced motion the end is shown at once");
    assert!(harness.query_all_by_label_contains("Right. The wafer is done first.").count() == 1);
    assert!(harness.query_all_by_label_contains("5.0x").count() > 0);
    click(&mut harness, "Why?");
    assert!(harness.query_all_by_label_contains("1,170 links").count() == 1);
    click(&mut harness, "Make the GPUs win");
    let small = fabricscope::scene::Setting::parse("workload.message=64KiB").expect("a setting");
    harness.state_mut().session.apply(Intent::Set(vec![small]));
    harness.run();
    assert!(harness.query_all_by_label_contains("A HGX B200 is faster").count() > 0, "the outcome turns around");
    assert!(harness.query_by_label_contains("With 64 KiB the GPUs win").is_some(), "the goal is reached");
    click(&mut harness, "Continue");
    click(&mut harness, "Measured timing");
    assert!(harness.query_all_by_label_contains("B WSE-3 is faster").count() > 0, "and back");
    click(&mut harness, "Continue");
    assert_eq!(step(&harness), Some(FirstStep::Doors));
    click(&mut harness, "Explore");
    assert_eq!(step(&harness), None);
    let session = &harness.state().session;
    assert!(session.panels && !session.is_changed(), "the scene is the first look again");
}

#[test]
fn any_key_ends_the_first_start_and_does_nothing_else() {
    let harness = started();
    let session = &harness.state().session;
    let context = fabricscope::ui::KeyContext { session, views: &[], frames: &[] };
    let key = fabricscope::ui::KeyPress::plain(fabricscope::ui::Key::Character('m'));
    let action = fabricscope::ui::action_for(key, session).expect("an action");
    assert_eq!(action.intents(&context), [Intent::EndFirstStart]);
}

#[test]
fn side_panels_collapse_to_a_button_and_come_back() {
    let mut harness = screen();
    assert!(harness.query_by_label("Operation: All-reduce").is_some());
    click(&mut harness, "Collapse the parameters");
    assert!(harness.query_by_label("Operation: All-reduce").is_none());
    click(&mut harness, "Show the parameters");
    assert!(harness.query_by_label("Operation: All-reduce").is_some());
    click(&mut harness, "Collapse the results");
    assert!(harness.query_by_label("RESULT").is_none());
}
