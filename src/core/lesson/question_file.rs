//! The schema of questions: options of which one is right, a number to type, or things to put into order.

use serde::{Deserialize, Serialize};

/// A question. It has options, or another kind of answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuestionFile {
    /// The question.
    pub text: String,
    /// The figure that decides it. Options then cover every value of it; a number is compared with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// The possible predictions. Exactly one of them is right.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<OptionFile>,
    /// The kind of prediction, if there are no options.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<AnswerFile>,
}

/// One option of a question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OptionFile {
    /// As shown.
    pub text: String,
    /// When it is right.
    pub when: String,
    /// What those believe who choose it although it is wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub belief: Option<String>,
}

/// The kind of prediction, if there are no options.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum AnswerFile {
    /// The value of the figure that decides.
    Number(NumberFile),
    /// The order of things by a figure of each.
    Order(OrderFile),
}

/// A number to type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NumberFile {
    /// How far from the figure a right answer may be, as a share of it.
    pub within: f64,
    /// The unit in which it is asked and shown, such as `us`, `GiB`, `%`, `x`.
    pub unit: String,
    /// Ranges of wrong numbers, with the beliefs behind them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub beliefs: Vec<NumberBeliefFile>,
}

/// A range of wrong numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NumberBeliefFile {
    /// A condition; the figure that decides has the typed number as its value in it.
    pub when: String,
    /// What those believe who type such a number.
    pub belief: String,
}

/// Things to put into order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderFile {
    /// The things. The one with the smallest figure comes first.
    pub items: Vec<ItemFile>,
}

/// A thing to put into order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemFile {
    /// As shown.
    pub text: String,
    /// Its figure.
    pub by: String,
    /// What those believe who put it first although another one is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub belief: Option<String>,
}

impl QuestionFile {
    /// How many options or things are shown to choose from; none for a number.
    pub fn choices(&self) -> usize {
        match &self.answer {
            None => self.options.len(),
            Some(AnswerFile::Number(_)) => 0,
            Some(AnswerFile::Order(order)) => order.items.len(),
        }
    }

    /// The text of an option or a thing to choose.
    pub fn choice(&self, index: usize) -> Option<&str> {
        match &self.answer {
            None => self.options.get(index).map(|option| option.text.as_str()),
            Some(AnswerFile::Number(_)) => None,
            Some(AnswerFile::Order(order)) => order.items.get(index).map(|item| item.text.as_str()),
        }
    }

    /// The beliefs that its wrong answers name, with the end of their paths in the file.
    pub fn beliefs(&self) -> Vec<(String, &str)> {
        let mut found = Vec::new();
        for (index, option) in self.options.iter().enumerate() {
            found.extend(option.belief.as_deref().map(|belief| (format!("options.{index}.belief"), belief)));
        }
        match &self.answer {
            None => {}
            Some(AnswerFile::Number(number)) => found.extend(
                number
                    .beliefs
                    .iter()
                    .enumerate()
                    .map(|(index, range)| (format!("answer.beliefs.{index}.belief"), range.belief.as_str())),
            ),
            Some(AnswerFile::Order(order)) => {
                for (index, item) in order.items.iter().enumerate() {
                    found.extend(item.belief.as_deref().map(|belief| (format!("answer.items.{index}.belief"), belief)));
                }
            }
        }
        found
    }
}
