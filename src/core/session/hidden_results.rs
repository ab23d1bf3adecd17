//! Results that are hidden until they are predicted: nobody predicts beside the answer.

use super::first_start::FirstStep;
use super::open_lesson::OpenLesson;
use super::open_story::OpenStory;
use super::session::Session;
use crate::lesson::StepFile;

impl Session {
    /// Whether panels and stage must not tell how long the runs take, nor what follows from that: the first start or the
    /// open lesson asks for a prediction.
    pub fn hides_results(&self) -> bool {
        let first = self.first_start.is_some_and(|first| matches!(first.step, FirstStep::Question | FirstStep::Plays));
        first || self.lesson.as_ref().is_some_and(OpenLesson::hides_results)
    }

    /// Whether the stage of an audience must not tell how long the runs take: the talk has not come to them.
    pub fn hides_times_of_talk(&self) -> bool {
        self.story.as_ref().is_some_and(OpenStory::hides_times)
    }
}

impl OpenStory {
    /// Whether neither this beat nor one before it plays or has a figure, while a later one does.
    fn hides_times(&self) -> bool {
        let first = self.file.beats.iter().position(|beat| !beat.play.is_empty() || beat.hero.is_some());
        first.is_some_and(|first| self.beat < first)
    }
}

impl OpenLesson {
    /// Whether the step is a question without an answer, or a text that leads to one: both have the same runs on the stage.
    fn hides_results(&self) -> bool {
        let steps = self.file.steps.get(self.step..).unwrap_or_default();
        let question = steps.iter().position(|step| !matches!(step, StepFile::Say(_)));
        let is_answered = |step: usize| self.answer.as_ref().is_some_and(|answer| answer.step >= step);
        question.is_some_and(|place| {
            matches!(steps.get(place), Some(StepFile::Predict(_))) && !is_answered(self.step + place)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::Course;
    use crate::session::intent::Intent;
    use crate::session::open_story::StoryIntent;
    use crate::session::shown_lesson::LessonIntent;

    fn send(session: &mut Session, intent: LessonIntent) {
        session.apply(Intent::Lesson(intent));
    }

    #[test]
    fn results_are_hidden_from_the_situation_to_the_answer_and_stay_visible_on_the_way_back() {
        let mut session = Session::first_look().expect("the first look");
        assert!(!session.hides_results());
        for lesson in &Course::bundled().lessons {
            send(&mut session, LessonIntent::Open(lesson.id.clone()));
            let question = lesson.steps.iter().position(|step| matches!(step, StepFile::Predict(_)));
            let question = question.expect("a question");
            for step in 0..=question {
                assert!(session.hides_results(), "{} {step}", lesson.id);
                send(&mut session, LessonIntent::Next);
            }
            assert!(!session.hides_results(), "{}: the question is skipped", lesson.id);
            send(&mut session, LessonIntent::Back);
            assert!(!session.hides_results(), "{}: the result is known", lesson.id);
        }
        send(&mut session, LessonIntent::Close);
        assert!(!session.hides_results());
    }

    #[test]
    fn a_talk_hides_times_until_it_plays() {
        let mut session = Session::first_look().expect("the first look");
        session.apply(Intent::Story(StoryIntent::Open("the-claim".to_owned())));
        let hidden: Vec<bool> = (0..6)
            .map(|_| {
                let hidden = session.hides_times_of_talk();
                session.apply(Intent::Story(StoryIntent::Next));
                hidden
            })
            .collect();
        assert_eq!(hidden, [true, true, true, true, false, false], "the fifth beat says go");
        session.apply(Intent::Story(StoryIntent::Open("months".to_owned())));
        assert!(!session.hides_times_of_talk(), "its first beat has a figure");
    }

    #[test]
    fn the_first_start_hides_results_until_the_first_fabric_is_done() {
        let mut session = Session::first_look().expect("the first look");
        session.begin_first_start();
        assert!(session.hides_results());
        session.apply(Intent::AnswerFirstStart(Some(0)));
        assert!(session.hides_results(), "the runs play, and nobody knows the end");
        for _ in 0..61 {
            session.advance(0.1);
        }
        assert!(!session.hides_results());
    }
}
