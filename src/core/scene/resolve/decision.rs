//! What would decide a scene's claim: figures of its runs, and what the claim needs them to be.

use super::checker::Checker;
use crate::scene::letter;
use crate::scene::schema::{DecideFile, SceneFile};
use crate::units::quoted;

/// One condition of a claim.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Decision {
    /// The fabric, by its place in the scene.
    pub of: usize,
    /// What of it.
    pub measure: Measure,
    /// What the claim needs that to be.
    pub accepted: Accepted,
}

/// A figure of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Its time over that of another fabric.
    Time {
        /// The other fabric, by its place in the scene.
        to: usize,
    },
    /// A part of its time, as a share.
    Part {
        /// `serialization`, `contention`, `latency`, `processing` or `launch`.
        kind: &'static str,
    },
    /// A figure of its training run, or that over the figure of another fabric.
    Training {
        /// Which figure.
        figure: TrainingFigure,
        /// The other fabric, by its place in the scene.
        to: Option<usize>,
    },
}

/// A figure of a training run that a claim can be about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrainingFigure {
    /// Days of the run.
    Days,
    /// Days from the order to the end: waiting for the machine, then the run.
    DaysWithQueue,
    /// Days that a perfect interconnect would save.
    SavedDays,
    /// What the network costs, as a share of the step.
    ExposedShare,
    /// Waiting for other pipeline stages, as a share of the step.
    BubbleShare,
    /// Tokens per second.
    TokensPerSecond,
    /// Energy, MWh.
    Energy,
    /// Cost of an owned machine, $.
    OwnedCost,
}

impl TrainingFigure {
    /// All, with their words in scenes.
    pub const WORDS: [(&'static str, TrainingFigure); 8] = [
        ("days", TrainingFigure::Days),
        ("days_with_queue", TrainingFigure::DaysWithQueue),
        ("saved_days", TrainingFigure::SavedDays),
        ("exposed_share", TrainingFigure::ExposedShare),
        ("bubble_share", TrainingFigure::BubbleShare),
        ("tokens_per_s", TrainingFigure::TokensPerSecond),
        ("mwh", TrainingFigure::Energy),
        ("cost_owned", TrainingFigure::OwnedCost),
    ];
}

/// What a claim needs a figure to be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Accepted {
    /// This or more.
    AtLeast(f64),
    /// This or less.
    AtMost(f64),
}

/// What a part of the time may be.
const KINDS: [(&str, &str); 5] = [
    ("serialization", "serialization"),
    ("contention", "contention"),
    ("latency", "latency"),
    ("processing", "processing"),
    ("launch", "launch"),
];
/// Most conditions of a claim.
const MAX_DECISIONS: usize = 64;

impl Checker<'_> {
    /// The conditions of a scene's claim; those at fault are left out, and told.
    pub(crate) fn decisions(&mut self, file: &SceneFile) -> Vec<Decision> {
        if file.decide.len() > MAX_DECISIONS {
            let problem = format!("{} conditions", file.decide.len());
            self.wrong("decide", problem, format!("accepted: at most {MAX_DECISIONS}"));
            return Vec::new();
        }
        let names: Vec<&str> = file.fabrics.iter().map(|fabric| fabric.name.as_str()).collect();
        let each = file.decide.iter().enumerate();
        let is_training = file.workload.training.is_some();
        let one = |(number, decision)| self.decision(&format!("decide.{number}"), decision, &names, is_training);
        each.filter_map(one).collect()
    }

    fn decision(&mut self, path: &str, file: &DecideFile, names: &[&str], is_training: bool) -> Option<Decision> {
        let of = self.letter(&format!("{path}.of"), &file.of, names)?;
        if file.figure.is_some() != is_training || file.figure.is_some() && file.part.is_some() {
            let hint = if is_training {
                "accepted for a training run: figure: \"saved_days\", with or without to: \"A\""
            } else {
                "accepted: to: \"A\" (the time over that of A), or part: \"serialization\" (a share of the time)"
            };
            self.wrong(path, "a condition about another kind of workload", hint);
            return None;
        }
        if let Some(word) = &file.figure {
            let figure = self.choice(&format!("{path}.figure"), "figure", word, &TrainingFigure::WORDS)?;
            let to = match &file.to {
                Some(to) => Some(self.letter(&format!("{path}.to"), to, names)?),
                None => None,
            };
            let accepted = self.accepted_range(path, file)?;
            return Some(Decision { of, measure: Measure::Training { figure, to }, accepted });
        }
        let measure = match (&file.to, &file.part) {
            (Some(to), None) => Measure::Time { to: self.letter(&format!("{path}.to"), to, names)? },
            (None, Some(part)) => Measure::Part { kind: self.choice(&format!("{path}.part"), "part", part, &KINDS)? },
            _ => {
                let hint =
                    "accepted: to: \"A\" (the time over that of A), or part: \"serialization\" (a share of the time)";
                self.wrong(path, "a condition is about one figure", hint);
                return None;
            }
        };
        let accepted = self.accepted_range(path, file)?;
        Some(Decision { of, measure, accepted })
    }

    /// The limit of a condition.
    fn accepted_range(&mut self, path: &str, file: &DecideFile) -> Option<Accepted> {
        let usable = |value: f64| value.is_finite() && value > 0.0;
        match (file.at_least, file.at_most) {
            (Some(least), None) if usable(least) => Some(Accepted::AtLeast(least)),
            (None, Some(most)) if usable(most) => Some(Accepted::AtMost(most)),
            _ => {
                let hint = "accepted: at_least: 2, or at_most: 1.1";
                self.wrong(path, "a condition has one limit, above 0", hint);
                None
            }
        }
    }

    /// A fabric by its letter.
    fn letter(&mut self, path: &str, word: &str, names: &[&str]) -> Option<usize> {
        let found = (0..names.len()).find(|&index| letter(index) == word);
        if found.is_none() {
            let last = letter(names.len().saturating_sub(1));
            let accepted = format!("accepted: A to {last}");
            match names.iter().position(|name| *name == word) {
                Some(named) => {
                    let problem = format!("`{}` is not the letter of a fabric", quoted(word));
                    self.wrong(
                        path,
                        problem,
                        format!("write {} for the fabric of this name; {accepted}", letter(named)),
                    );
                }
                None => self.wrong(path, format!("no fabric `{}` in this scene", quoted(word)), accepted),
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;
    use crate::scene::parse::parse_scene;
    use crate::scene::presets::CLAIMS;

    #[test]
    fn conditions_are_checked_with_their_place_and_written_back() {
        let catalog = Catalog::bundled().expect("the catalog");
        let claim = CLAIMS.iter().find(|scene| scene.file.contains("one-slow-nic")).expect("the scene");
        let document = claim.load(&catalog).unwrap_or_else(|faults| panic!("{faults}"));
        let first = Decision { of: 1, measure: Measure::Time { to: 0 }, accepted: Accepted::AtMost(1.1) };
        assert_eq!(document.scene.decide.first(), Some(&first));
        let again = parse_scene("again", &document.to_ron(), &catalog).unwrap_or_else(|faults| panic!("{faults}"));
        assert_eq!(again.scene.decide, document.scene.decide);
        for (replaced, path, words) in [
            ("(of: \"F\", to: \"A\", at_most: 1.1)", "decide.0.of", "accepted: A to D"),
            ("(of: \"B\", to: \"NAME\", at_most: 1.1)", "decide.0.to", "write A for the fabric of this name"),
            ("(of: \"B\", at_most: 1.1)", "decide.0", "a condition is about one figure"),
            ("(of: \"B\", part: \"serialisation\", at_most: 1.1)", "decide.0.part", "did you mean `serialization`?"),
            ("(of: \"B\", to: \"A\")", "decide.0", "one limit, above 0"),
            ("(of: \"B\", to: \"A\", at_least: -1)", "decide.0", "one limit, above 0"),
        ] {
            let replaced = replaced.replace("NAME", &document.scene.fabrics[0].name);
            let text = claim.text.replacen("(of: \"B\", to: \"A\", at_most: 1.1)", &replaced, 1);
            let faults = parse_scene("claim", &text, &catalog).expect_err(&replaced);
            let fault = faults.faults.iter().find(|fault| fault.path == path);
            let fault = fault.unwrap_or_else(|| panic!("{replaced}: {faults}"));
            let said = format!("{} {}", fault.problem, fault.hint.clone().unwrap_or_default());
            assert!(said.contains(words) && fault.place.is_some(), "{replaced}: {said}");
        }
    }
}
