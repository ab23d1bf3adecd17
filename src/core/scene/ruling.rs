//! The verdict on a claim in one word.

/// The verdict on one condition of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ruling {
    /// The condition holds.
    Supported,
    /// It does not hold.
    Contradicted,
    /// The figure is nearer to the condition than the error of the model.
    Open,
}

impl Ruling {
    /// Its word, also in expressions of lessons.
    pub fn as_str(self) -> &'static str {
        match self {
            Ruling::Supported => "supported",
            Ruling::Contradicted => "contradicted",
            Ruling::Open => "open",
        }
    }

    /// The verdict on a claim with these conditions: *open* if they differ, `None` without any.
    pub fn of_all(mut rulings: impl Iterator<Item = Ruling>) -> Option<Ruling> {
        let first = rulings.next()?;
        Some(if rulings.all(|ruling| ruling == first) { first } else { Ruling::Open })
    }
}
