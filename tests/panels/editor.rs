//! The editor of lessons of the user's own: steps from views, runs that play, tasks.

use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use fabricscope::lesson::{NewPart, StepFile, TaskFile};
use fabricscope::session::{EditorIntent, Intent, LessonIntent, Session};

use crate::lesson::{click, course, open};
use crate::screen::{Screen, screen_of};

#[test]
fn a_view_becomes_a_lesson_that_is_edited_checked_and_tried() {
    let mut harness = course();
    click(&mut harness, "Save this view as a lesson step…");
    assert!(harness.query_by_label_contains("1. Text: ").is_some());
    let before = harness.state().session.own_file().expect("a file").len();
    click(&mut harness, "result");
    assert_eq!(harness.state().session.own_file().expect("a file").len(), before + 1);
    harness.get_by_role_and_label(egui::accesskit::Role::MultilineTextInput, "Text").click();
    harness.run();
    harness.event(egui::Event::Text("It takes {b.A.time}. ".to_owned()));
    harness.run();
    click(&mut harness, "Check");
    assert!(harness.query_by_label_contains("unknown run `b`").is_some());
    click(&mut harness, "Delete");
    click(&mut harness, "Check");
    assert!(
        harness.query_by_label_contains("5: `Write here what to remember.`").is_some(),
        "it is still to be written"
    );
    click(&mut harness, "Try it");
    assert_eq!(open(&harness).file.id, "my-lesson");
    harness.state_mut().session.apply(Intent::Lesson(LessonIntent::ToggleCourse));
    harness.run();
    click(&mut harness, "Edit my lesson…");
    assert!(harness.query_by_label_contains("1. Text: ").is_some());
}

fn edit(harness: &mut Harness<'static, Screen>, intent: EditorIntent) {
    harness.state_mut().session.apply(Intent::Editor(intent));
    harness.run();
}

/// An editor with a new step after the first one, in a window without anything below its edge.
fn editor_with(part: NewPart) -> Harness<'static, Screen> {
    let session = Session::first_look().expect("the first look");
    let mut harness = screen_of(session, [1440.0, 1800.0]);
    edit(&mut harness, EditorIntent::SaveStep);
    edit(&mut harness, EditorIntent::Add(part));
    harness
}

fn step(harness: &Harness<'static, Screen>) -> StepFile {
    let session = &harness.state().session;
    let part = session.editor.as_ref().expect("an editor").part;
    session.own_file().expect("a file").step(part).cloned().expect("a step")
}

fn task(harness: &Harness<'static, Screen>) -> TaskFile {
    match step(harness) {
        StepFile::Task(task) => task,
        other => panic!("{other:?}"),
    }
}

fn type_into(harness: &mut Harness<'static, Screen>, field: &str, text: &str) {
    harness.get_by_role_and_label(egui::accesskit::Role::TextInput, field).click();
    harness.run();
    harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
    harness.event(egui::Event::Text(text.to_owned()));
    harness.run();
}

#[test]
fn a_task_is_written_without_the_file() {
    let mut harness = editor_with(NewPart::Task);
    type_into(&mut harness, "Condition 1", "A.tme < 1ms");
    assert!(harness.query_by_label_contains("Not accepted: ").is_some(), "it is checked while it is typed");
    type_into(&mut harness, "Condition 1", "A.time < 0.8 * a.A.time");
    assert!(harness.query_by_label_contains("Not accepted: ").is_none());
    click(&mut harness, "Another setting: Permit a setting…");
    harness.get_by_role_and_label(egui::accesskit::Role::Button, "Message size").click();
    harness.run();
    assert_eq!(task(&harness).may_change, ["workload.message"]);
    click(&mut harness, "Use the settings of the stage");
    assert!(harness.query_by_label_contains("settings of the start").is_some(), "the stage is as the start");
    harness.state_mut().session.apply(Intent::Set(vec![
        fabricscope::scene::Setting::parse("workload.message=256MiB").expect("a setting"),
        fabricscope::scene::Setting::parse("fabrics.0.params.link_latency=1us").expect("a setting"),
    ]));
    harness.run();
    click(&mut harness, "Use the settings of the stage");
    assert_eq!(task(&harness).solution, ["workload.message=256MiB"]);
    assert!(harness.query_by_label_contains("These settings reach the goal").is_some());
    let left_out = "differs in more than the task permits: fabrics.0.params.link_latency";
    assert!(harness.query_by_label_contains(left_out).is_some());
    click(&mut harness, "Delete hint 1");
    click(&mut harness, "Add a hint");
    type_into(&mut harness, "Hint 1", "Smaller.");
    type_into(&mut harness, "Text when the goal is reached", "It takes {A.time}.");
    let task = task(&harness);
    assert_eq!((task.hints.as_slice(), task.done.as_str()), (["Smaller.".to_owned()].as_slice(), "It takes {A.time}."));
    click(&mut harness, "Take out Message size");
    assert!(harness.query_by_label("No setting yet.").is_some());
}

#[test]
fn the_runs_of_a_step_are_checked() {
    let mut harness = editor_with(NewPart::Play);
    let played = |harness: &Harness<'static, Screen>| match step(harness) {
        StepFile::Play(play) => play.runs,
        other => panic!("{other:?}"),
    };
    assert_eq!(played(&harness), ["a"]);
    click(&mut harness, "a (1st)");
    assert!(played(&harness).is_empty());
    click(&mut harness, "a");
    assert_eq!(played(&harness), ["a"]);
    harness.state_mut().session.apply(Intent::Lesson(LessonIntent::ToggleCourse));
}
