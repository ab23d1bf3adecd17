//! What the stage shows in the steps of a lesson.

use crate::lesson::{OwnFile, StepFile, read_lesson};
use crate::scene::Setting;
use crate::session::intent::Intent;
use crate::session::open_lesson::OpenLesson;
use crate::session::session::Session;
use crate::session::shown_lesson::LessonIntent;

fn send(session: &mut Session, intent: LessonIntent) {
    session.apply(Intent::Lesson(intent));
}

fn open(session: &Session) -> &OpenLesson {
    session.lesson.as_ref().expect("a lesson")
}

#[test]
fn a_step_without_a_scene_of_its_own_shows_that_of_the_lesson_wherever_it_is_opened_from() {
    let text = include_str!("../../../../scenes/lessons/template.ron");
    let mut lesson = read_lesson("mine.ron", text).expect("a lesson");
    let question = lesson.steps.iter().position(|step| matches!(step, StepFile::Predict(_))).expect("a question");
    let mut session = Session::first_look().expect("the first look");
    let whole = OwnFile::Lesson(Box::new(lesson.clone())).to_ron();
    session.apply(Intent::Load { name: "mine.ron".to_owned(), text: whole });
    session.go_to_step(question);
    let of_question = session.latest().clone();
    lesson.steps.drain(..question);
    let first = OwnFile::Lesson(Box::new(lesson)).to_ron();
    session.apply(Intent::OpenBundled(1));
    session.apply(Intent::Load { name: "first.ron".to_owned(), text: first });
    assert!(matches!(open(&session).step_file(), Some(StepFile::Predict(_))));
    assert_eq!(session.latest().file.fabrics, of_question.file.fabrics);
    // Within the lesson, a question may be about what the learner has just changed.
    send(&mut session, LessonIntent::Close);
    send(&mut session, LessonIntent::Open("latency-or-bytes".to_owned()));
    session.apply(Intent::Set(vec![Setting::parse("workload.message=3MiB").expect("a setting")]));
    let follows = open(&session).file.steps.get(1).is_some_and(|step| matches!(step, StepFile::Predict(_)));
    send(&mut session, LessonIntent::Next);
    assert_eq!(session.latest().scene.message.to_string() == "3 MiB", follows);
}
