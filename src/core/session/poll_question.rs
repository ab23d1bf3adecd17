//! The open question as a poll: its options, or the ranges of the number that it asks for.

use super::class_poll::{ClassPoll, PollIntent, PollKind};
use super::open_lesson::OpenLesson;
use crate::lesson::{AnswerFile, ExpressionError, QuestionFile, StepFile, number_ranges, right_option};

impl OpenLesson {
    /// Whether the open question can be put to a class: it has options, or asks for a number.
    pub fn can_poll(&self) -> bool {
        let Some(StepFile::Predict(question)) = self.step_file() else { return false };
        match &question.answer {
            None => true,
            Some(AnswerFile::Number(number)) => number.has_ranges(),
            Some(AnswerFile::Order(_)) => false,
        }
    }

    pub(super) fn apply_poll(&mut self, intent: PollIntent) {
        if !self.can_poll() {
            return;
        }
        let file = self.file.clone();
        let Some(StepFile::Predict(question)) = file.steps.get(self.step) else { return };
        if self.poll.as_ref().is_none_or(|poll| poll.step != self.step) {
            match self.new_poll(question) {
                Ok(poll) => self.poll = Some(poll),
                Err(error) => return self.keep_fault(error),
            }
        }
        let Some(poll) = &mut self.poll else { return };
        match intent {
            PollIntent::Toggle => self.shows_poll = !self.shows_poll,
            PollIntent::SetVotes(place, votes) => poll.set_votes(place, votes),
            PollIntent::ShowVotes => poll.show_votes(),
            PollIntent::VoteAgain => poll.vote_again(),
        }
    }

    fn new_poll(&mut self, question: &QuestionFile) -> Result<ClassPoll, ExpressionError> {
        if let Some(AnswerFile::Number(number)) = &question.answer {
            let lesson = self.file.id.clone();
            let ranges = number_ranges(&mut self.lab, (&lesson, self.step), (question, number))?;
            return Ok(ClassPoll::new(self.step, (PollKind::Ranges, ranges.texts), Some(ranges.right)));
        }
        let right = right_option(&mut self.lab, question);
        let right = self.shown.options.iter().position(|shown| Some(shown.option) == right);
        let options = self.shown.options.iter().map(|shown| shown.text.clone()).collect();
        Ok(ClassPoll::new(self.step, (PollKind::Options, options), right))
    }
}
