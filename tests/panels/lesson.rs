//! The learner's screen: from the list of lessons through a prediction to the task and the end.

use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use fabricscope::session::{Intent, LessonIntent, OpenLesson};

use crate::screen::{Screen, screen, type_over};

fn open(harness: &Harness<'static, Screen>) -> OpenLesson {
    harness.state().session.lesson.clone().expect("an open lesson")
}

fn click(harness: &mut Harness<'static, Screen>, label: &str) {
    harness.get_by_label(label).click();
    harness.run();
}

fn course() -> Harness<'static, Screen> {
    let mut harness = screen();
    harness.state_mut().session.apply(Intent::Lesson(LessonIntent::ToggleCourse));
    harness.run();
    harness
}

#[test]
fn a_learner_predicts_sees_why_and_reaches_the_goal() {
    let mut harness = course();
    click(&mut harness, "Latency or bytes?");
    assert!(harness.query_by_label_contains("A ring of eight GPUs").is_some(), "{:?}", open(&harness).shown);
    click(&mut harness, "Next");
    assert_eq!(open(&harness).shown.options.len(), 4);
    click(&mut harness, "sure");
    click(&mut harness, "Half the time");
    let answer = open(&harness).answer.expect("an answer");
    assert!(!answer.right);
    assert!(harness.query_by_label_contains("The result").is_none(), "the result comes after the runs");
    click(&mut harness, "Run 2 of 2");
    click(&mut harness, "Next");
    assert!(harness.query_by_label_contains("The result: hardly any less time").is_some());
    let refutation = answer.refutation.expect("a belief is refuted");
    assert!(harness.query_by_label_contains(&refutation).is_some(), "{refutation}");
    click(&mut harness, "Next");
    click(&mut harness, "Skip");
    click(&mut harness, "Try it");
    assert!(harness.query_by_label("Not yet").is_some());
    click(&mut harness, "Hint");
    assert_eq!(open(&harness).shown.hints.len(), 1);
    let set = fabricscope::scene::Setting { path: "workload.message".to_owned(), value: "3584KiB".to_owned() };
    harness.state_mut().session.apply(Intent::Set(vec![set]));
    harness.run();
    click(&mut harness, "Try it");
    assert!(harness.query_by_label("Goal reached").is_some());
    click(&mut harness, "Next");
    click(&mut harness, "Finish");
    assert!(harness.state().session.lesson.is_none());
    assert!(harness.state().session.course, "the list of lessons follows the last step");
}

#[test]
fn nothing_is_locked_and_leaving_returns_to_the_scene_before() {
    let mut harness = course();
    let title = harness.state().session.scene().title.clone();
    click(&mut harness, "Latency or bytes?");
    click(&mut harness, "Next");
    click(&mut harness, "Show me");
    click(&mut harness, "Next");
    assert!(harness.query_by_label_contains("The result: ").is_some(), "what was skipped is shown all the same");
    click(&mut harness, "Leave");
    assert_eq!(harness.state().session.scene().title, title);
}

#[test]
fn the_task_of_a_log_is_solved_by_typing_what_the_model_assumes() {
    let mut harness = screen();
    harness.state_mut().session.apply(Intent::Lesson(LessonIntent::Open("read-a-log".to_owned())));
    harness.run();
    while !matches!(open(&harness).step_file(), Some(fabricscope::report::lesson::StepFile::Task(_))) {
        harness.state_mut().session.apply(Intent::Lesson(LessonIntent::Next));
    }
    harness.run();
    type_over(&mut harness, "Type NICs per node in use: as given", "2");
    click(&mut harness, "Try it");
    assert!(harness.query_by_label("Goal reached").is_some(), "{:?}", open(&harness).shown);
}
