//! The first start of the program: a question, six seconds of the first look, the outcome and its reason, a change that
//! turns the outcome around, and three ways to go on. Anything else that the user does ends it.

/// Where the first start is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstStep {
    /// Which fabric is done first?
    Question,
    /// The clock runs until it is done.
    Plays,
    /// The ratio of the times.
    Outcome,
    /// Why it is what it is.
    Why,
    /// The user turns it around with the message size.
    Message,
    /// With the measured timing it is another one.
    Timing,
    /// Three ways to go on.
    Doors,
}

impl FirstStep {
    /// The step after this one. The last one has none.
    pub(super) fn next(self) -> Option<FirstStep> {
        match self {
            FirstStep::Question => Some(FirstStep::Plays),
            FirstStep::Plays => Some(FirstStep::Outcome),
            FirstStep::Outcome => Some(FirstStep::Why),
            FirstStep::Why => Some(FirstStep::Message),
            FirstStep::Message => Some(FirstStep::Timing),
            FirstStep::Timing => Some(FirstStep::Doors),
            FirstStep::Doors => None,
        }
    }
}

/// The first start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FirstStart {
    /// Where it is.
    pub step: FirstStep,
    /// The fabric that the user expects to be done first; `None` without an answer.
    pub guess: Option<usize>,
}
