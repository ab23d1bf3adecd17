//! What was read from a file, what was guessed, and what was left out.

use serde::Serialize;

/// A figure that stands in the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What it is: a noun.
    pub what: String,
    /// Its value with unit.
    pub value: String,
}

/// The report of an import.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ImportReport {
    /// What the file says.
    pub read: Vec<Finding>,
    /// What the file does not say and the scene needs, a sentence each.
    pub guessed: Vec<String>,
    /// What the file says and the scene does not show, a sentence each.
    pub left_out: Vec<String>,
    /// A fault of the machine or the file, a sentence each.
    pub warnings: Vec<String>,
}

/// Most sentences of a kind: a damaged file could give one for each line.
const MAX_SENTENCES: usize = 40;

/// Most numbers of a list in a sentence.
const MAX_NUMBERS: usize = 16;

/// Most GPUs whose nearest NICs are listed.
const MAX_LISTED: usize = 72;

impl ImportReport {
    pub(super) fn read(&mut self, what: &str, value: impl Into<String>) {
        self.read.push(Finding { what: what.to_owned(), value: value.into() });
    }

    pub(super) fn guess(&mut self, sentence: impl Into<String>) {
        add(&mut self.guessed, sentence.into());
    }

    pub(super) fn leave_out(&mut self, sentence: impl Into<String>) {
        add(&mut self.left_out, sentence.into());
    }

    pub(super) fn warn(&mut self, sentence: impl Into<String>) {
        add(&mut self.warnings, sentence.into());
    }

    /// The NICs nearest to each GPU, and how near they are.
    pub(super) fn nearest_nics<N: std::fmt::Display>(&mut self, gpus: impl ExactSizeIterator<Item = (Vec<usize>, N)>) {
        let more = gpus.len().saturating_sub(MAX_LISTED);
        let mut listed: Vec<String> = (0_usize..)
            .zip(gpus.take(MAX_LISTED))
            .map(|(gpu, (nics, nearness))| {
                let nics: Vec<String> = nics.iter().map(usize::to_string).collect();
                format!("GPU {gpu}: {} ({nearness})", nics.join(", "))
            })
            .collect();
        if more > 0 {
            listed.push(format!("and {more} more GPUs"));
        }
        self.read("Nearest NICs", listed.join("; "));
    }

    /// The value of a finding.
    pub fn value(&self, what: &str) -> Option<&str> {
        self.read.iter().find(|finding| finding.what == what).map(|finding| finding.value.as_str())
    }
}

/// Things with their numbers: `GPU 3`, `GPUs 3 and 5`, `GPUs 0, 1 and 3`, `GPUs 4 to 7`.
pub(super) fn numbered(noun: &str, numbers: &[usize]) -> String {
    if let [first, _, _, .., last] = numbers
        && numbers.iter().copied().eq(*first..=*last)
    {
        return format!("{noun}s {first} to {last}");
    }
    let texts: Vec<String> = numbers.iter().take(MAX_NUMBERS).map(usize::to_string).collect();
    match texts.as_slice() {
        [] => format!("no {noun}"),
        [one] => format!("{noun} {one}"),
        [..] if numbers.len() > MAX_NUMBERS => {
            format!("{noun}s {} and {} more", texts.join(", "), numbers.len() - MAX_NUMBERS)
        }
        [first @ .., last] => format!("{noun}s {} and {last}", first.join(", ")),
    }
}

fn add(sentences: &mut Vec<String>, sentence: String) {
    if sentences.len() < MAX_SENTENCES && !sentences.contains(&sentence) {
        sentences.push(sentence);
    }
}
