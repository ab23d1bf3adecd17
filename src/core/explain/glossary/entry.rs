//! The entries of the glossary, read from RON.

use std::sync::LazyLock;

use serde::Deserialize;

use super::term::Term;

/// What the glossary says of a term.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The term.
    pub id: Term,
    /// The term as it is written.
    pub term: String,
    /// What it means, in one sentence without a full stop.
    pub meaning: String,
    /// Its formula; empty for none.
    #[serde(default)]
    pub formula: String,
    /// Its units; empty for none.
    #[serde(default)]
    pub unit: String,
    /// The terms beside which it is read.
    #[serde(default)]
    pub see: Vec<Term>,
}

/// Entries under a heading.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// The heading.
    pub heading: String,
    /// The entries.
    pub entries: Vec<Entry>,
}

/// All groups. The test below rules out that the text cannot be read.
static GROUPS: LazyLock<Vec<Group>> =
    LazyLock::new(|| ron::from_str(include_str!("../../../../assets/glossary.ron")).unwrap_or_default());

/// The groups of the glossary, in order.
pub fn groups() -> &'static [Group] {
    &GROUPS
}

/// The entry of a term. A test holds that each has one.
pub fn entry(term: Term) -> Option<&'static Entry> {
    groups().iter().flat_map(|group| &group.entries).find(|entry| entry.id == term)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries() -> Vec<&'static Entry> {
        groups().iter().flat_map(|group| &group.entries).collect()
    }

    #[test]
    fn each_term_has_exactly_one_entry() {
        let read: Result<Vec<Group>, _> = ron::from_str(include_str!("../../../../assets/glossary.ron"));
        assert_eq!(read.map(|groups| groups.len()), Ok(groups().len()));
        for term in Term::ALL {
            let found = entries().iter().filter(|entry| entry.id == *term).count();
            assert_eq!(found, 1, "{term:?}");
        }
        assert_eq!(entries().len(), Term::ALL.len());
    }

    #[test]
    fn entries_are_one_plain_sentence() {
        for entry in entries() {
            let words = entry.meaning.split_whitespace().count();
            assert!((3..=25).contains(&words), "{}: {words} words", entry.term);
            assert!(!entry.meaning.ends_with('.'), "{}", entry.term);
            assert!(entry.meaning.starts_with(|first: char| first.is_uppercase() || first.is_numeric()));
            assert!(!entry.see.contains(&entry.id), "{} leads to itself", entry.term);
        }
    }
}
