//! A question put to a class: votes per option, counted by the teacher, before and after a discussion.

/// Share of right votes from which a discussion pays, and from which it no longer does.
const DISCUSSION: (f64, f64) = (0.35, 0.70);
/// The most votes of an option that are counted.
const MAX_VOTES: u32 = 9_999;

/// A request to the poll of the open question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PollIntent {
    /// Show the question to the class, or take it away. The votes stay.
    Toggle,
    /// Set the votes for an option, by its place on the screen from 0.
    SetVotes(usize, u32),
    /// End the round: its votes are shown as bars.
    ShowVotes,
    /// Ask the same question again, after a discussion.
    VoteAgain,
}

/// What a teacher does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NextOfPoll {
    /// Enough learners are right to convince the others, and enough are not.
    Discuss,
    /// Play the runs.
    Play,
}

/// What a class votes for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PollKind {
    /// The options of the question.
    Options,
    /// Ranges of the number that the question asks for.
    Ranges,
}

/// The votes for the options of one question, in their order on the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassPoll {
    /// The step of the question.
    pub step: usize,
    /// What the options are.
    pub kind: PollKind,
    /// The options as shown, in their order on the screen.
    pub options: Vec<String>,
    /// The rounds that are counted, the first one first.
    pub rounds: Vec<Vec<u32>>,
    /// The round that is being counted.
    pub counting: Option<Vec<u32>>,
    /// The place of the option that is right; `None` if there is none today.
    pub(super) right: Option<usize>,
}

impl ClassPoll {
    /// A poll whose first round is being counted.
    pub(super) fn new(step: usize, (kind, options): (PollKind, Vec<String>), right: Option<usize>) -> ClassPoll {
        let counting = Some(vec![0; options.len()]);
        ClassPoll { step, kind, options, rounds: Vec::new(), counting, right }
    }

    pub(super) fn set_votes(&mut self, place: usize, votes: u32) {
        if let Some(own) = self.counting.as_mut().and_then(|round| round.get_mut(place)) {
            *own = votes.min(MAX_VOTES);
        }
    }

    /// Ends the round. One without votes was skipped and is not kept.
    pub(super) fn show_votes(&mut self) {
        let Some(round) = self.counting.take() else { return };
        if round.iter().any(|votes| *votes > 0) {
            self.rounds.push(round);
        } else if self.rounds.is_empty() {
            self.counting = Some(round);
        }
    }

    pub(super) fn vote_again(&mut self) {
        let options = self.options.len();
        if !self.rounds.is_empty() {
            self.counting.get_or_insert_with(|| vec![0; options]);
        }
    }

    /// The share of the votes of a round that an option has, by its place on the screen.
    pub fn share(&self, round: usize, place: usize) -> f64 {
        let Some(votes) = self.rounds.get(round) else { return 0.0 };
        let all: u32 = votes.iter().sum();
        votes.get(place).map_or(0.0, |own| f64::from(*own) / f64::from(all.max(1)))
    }

    /// The share of right votes of each round.
    pub fn right_shares(&self) -> Vec<f64> {
        let Some(right) = self.right else { return Vec::new() };
        (0..self.rounds.len()).map(|round| self.share(round, right)).collect()
    }

    /// What comes after the last round. It does not say which option is right.
    pub fn next(&self) -> Option<NextOfPoll> {
        let last = self.rounds.len().checked_sub(1)?;
        let share = self.share(last, self.right?);
        Some(if (DISCUSSION.0..=DISCUSSION.1).contains(&share) { NextOfPoll::Discuss } else { NextOfPoll::Play })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_asked_again_and_a_round_without_votes_is_not_kept() {
        let options = ["one", "two", "three", "four"].map(str::to_owned).to_vec();
        let mut poll = ClassPoll::new(1, (PollKind::Options, options), Some(2));
        poll.show_votes();
        assert_eq!((poll.rounds.len(), poll.counting.is_some()), (0, true), "nothing was counted");
        poll.set_votes(2, 6);
        poll.set_votes(0, 6);
        poll.set_votes(9, 6);
        poll.show_votes();
        assert_eq!(poll.share(0, 2), 0.5);
        assert_eq!(poll.next(), Some(NextOfPoll::Discuss));
        let nobody = ClassPoll { right: Some(3), ..poll.clone() };
        assert_eq!(nobody.next(), Some(NextOfPoll::Play), "nobody is there to convince the others");
        poll.vote_again();
        poll.show_votes();
        assert_eq!((poll.rounds.len(), poll.counting.is_some()), (1, false), "the second round was skipped");
        poll.vote_again();
        poll.set_votes(2, 12);
        poll.show_votes();
        assert_eq!((poll.share(0, 2), poll.share(1, 2)), (0.5, 1.0));
        assert_eq!(poll.next(), Some(NextOfPoll::Play));
    }
}
