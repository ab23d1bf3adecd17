//! Phrases that the program's English does without.

/// Where a phrase is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// In texts that users read.
    Texts,
    /// In comments, those of the documentation too.
    Comments,
    /// In both.
    TextsAndComments,
}

/// A few words that are refused, and what to write.
#[derive(Clone, Copy, Debug)]
pub struct Phrase {
    /// Lower case; a `.` at the end stands for the end of a clause, one at the beginning for the start of a sentence.
    words: &'static str,
    /// Words shortly before it that make it good English: "there is no path".
    unless_after: &'static [&'static str],
    /// Words after it that do: "is no longer".
    unless_before: &'static [&'static str],
    pub scope: Scope,
    pub instead: &'static str,
}

const fn text(words: &'static str, instead: &'static str) -> Phrase {
    Phrase { words, unless_after: &[], unless_before: &[], scope: Scope::Texts, instead }
}

const fn anywhere(words: &'static str, instead: &'static str) -> Phrase {
    Phrase { words, unless_after: &[], unless_before: &[], scope: Scope::TextsAndComments, instead }
}

const fn no(words: &'static str) -> Phrase {
    Phrase {
        words,
        unless_after: &["there"],
        unless_before: &["longer", "more", "less", "fewer", "faster", "larger", "better"],
        scope: Scope::TextsAndComments,
        instead: "\"is not a …\", \"unknown …\"",
    }
}

const fn told(words: &'static str) -> Phrase {
    Phrase {
        words,
        unless_after: &[],
        unless_before: &["apart"],
        scope: Scope::TextsAndComments,
        instead: "who does what: \"the header names\", \"stored in\"",
    }
}

/// "move what is seen"
const fn what(words: &'static str) -> Phrase {
    text(words, "the noun: \"the selection\", \"the remaining share\"")
}

/// "What is selected." as the whole explanation of a field.
const fn what_opens(words: &'static str) -> Phrase {
    Phrase { scope: Scope::Comments, ..what(words) }
}

pub const PHRASES: [Phrase; 53] = [
    no("is no"),
    no("are no"),
    no("be no"),
    text("runs no", "\"does not run\""),
    text("holds no", "\"contains no\""),
    text("knows no", "\"there is no measured timing for\""),
    text("knows nothing of", "\"there is no measured timing for\""),
    told("is told"),
    told("are told"),
    told("be told"),
    told("was told"),
    anywhere("is said", "who says it, or nothing"),
    anywhere("are said", "who says it, or nothing"),
    anywhere("be said", "who says it, or nothing"),
    anywhere("was said", "who says it, or nothing"),
    anywhere("is spoken of", "\"is called\""),
    anywhere("is wanted", "\"is needed\", \"expected …\""),
    anywhere("are wanted", "\"are needed\", \"expected …\""),
    anywhere("is waited for", "\"waiting for …\""),
    anywhere("are waited for", "\"waiting for …\""),
    anywhere("be waited for", "\"wait for …\""),
    anywhere("one looks", "what happens: \"while the analysis runs\", \"camera moves\""),
    anywhere("one sees", "\"visible\""),
    anywhere("one holds", "\"each rank holds\""),
    anywhere("one wants", "who wants it"),
    anywhere("whoever", "the noun: \"the rank that\""),
    text("nobody", "the noun: \"no rank\", \"no public data\""),
    anywhere("speak to", "\"active\""),
    text("cannot be", "the active voice: \"cannot read FILE\", \"cannot write\"; \"failed\"; \"invalid\""),
    anywhere("cannot be.", "\"is impossible\", \"is invalid\""),
    anywhere("cannot be and", "\"is invalid and\""),
    anywhere("where there is one", "\"if it exists\", \"if possible\""),
    anywhere("where there is none", "\"if none exists\""),
    anywhere("where there are none", "\"if none exist\""),
    what("what is"),
    what("what are"),
    what_opens(".what is"),
    what_opens(".what are"),
    text("no whole number", "\"not a whole number\""),
    text("no share of", "\"not between 0 and 1\""),
    text("way round it", "\"alternate path\", \"reroute\""),
    text("way leads round", "\"alternate path\""),
    text("no way leads", "\"there is no path from … to …\""),
    text("take the last change back", "\"undo\""),
    anywhere("taken back", "\"undone\""),
    text("passed over", "\"skipped\", \"ignored\""),
    text("breaks off", "\"is truncated\", \"ends early\""),
    text("being tried", "\"running sensitivity analysis\""),
    text("on the mean", "\"on average\""),
    text("in its time", "nothing"),
    text("nowhere here", "\"not in this range\""),
    text("a click on", "\"click …\""),
    anywhere(".answers", "\"Returns\""),
];

impl Phrase {
    /// Offsets at which a text has the phrase.
    pub fn hits(&self, text: &str) -> Vec<usize> {
        let lower = text.to_ascii_lowercase();
        let starts_sentence = self.words.starts_with('.');
        let ends_clause = self.words.ends_with('.');
        let words = self.words.trim_matches('.');
        let is_hit = |at: usize| {
            let (before, after) = (&lower[..at], &lower[at + words.len()..]);
            let whole = !before.ends_with(is_word) && !after.starts_with(is_word);
            // "there is no path", "there would be no path"
            let mut last = before.split(|c: char| !is_word(c)).filter(|word| !word.is_empty()).rev().take(3);
            let next = after.trim_start().split(|c: char| !is_word(c)).next().unwrap_or("");
            let opens = before.trim_end().is_empty() || before.trim_end().ends_with(['.', ':', ';', '|']);
            let closes = after.trim_start().is_empty() || after.starts_with(['.', ',', ';', ':', ')']);
            let question = after.contains('?') && words.starts_with("what");
            whole
                && !question
                && !last.any(|word| self.unless_after.contains(&word))
                && !self.unless_before.contains(&next)
                && (!starts_sentence || opens)
                && (!ends_clause || closes)
        };
        lower.match_indices(words).map(|(at, _)| at).filter(|at| is_hit(*at)).collect()
    }

    /// The phrase as it is refused.
    pub fn words(&self) -> &'static str {
        self.words.trim_matches('.')
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[test]
fn phrases_are_found_as_whole_words_and_good_english_is_left_alone() {
    let found = |text: &str| PHRASES.iter().any(|phrase| phrase.scope != Scope::Texts && !phrase.hits(text).is_empty());
    for bad in [
        "`x` is no machine of the catalog",
        "Is no machine",
        "The bytes of a time that cannot be.",
        "what must be said beside a result",
        "What is seen of the fabric.",
        "Shows the card. Answers whether it did.",
        "glide to where one looks",
    ] {
        assert!(found(bad), "{bad}");
    }
    for good in [
        "there is no alternate path",
        "is no longer than the message",
        "transfers once its rows are told apart",
        "there would be no schedule",
        "this none",
        "says what is wrong",
        "the answers of a panel",
        "What is a collective?",
        "one lookup",
    ] {
        assert!(!found(good), "{good}");
    }
}
