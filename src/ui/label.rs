//! Name and tooltip of a control.

use crate::explain::glossary::Term;

/// What a control is called and what its tooltip says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Label<'a> {
    /// The name, as shown and as read by screen readers.
    pub(super) name: &'a str,
    /// The tooltip: definition, formula, source; empty for none. Of a term, what follows its entry in the glossary; a line
    /// that begins with `=` continues its formula with figures.
    pub(super) tooltip: &'a str,
    /// The term of the glossary that it is.
    pub(super) term: Option<Term>,
}

impl<'a> Label<'a> {
    /// A label from its name and its tooltip.
    pub(super) const fn new(name: &'a str, tooltip: &'a str) -> Label<'a> {
        Label { name, tooltip, term: None }
    }

    /// A label that is a term of the glossary, and what its tooltip adds to the entry.
    pub(super) const fn from_term(term: Term, name: &'a str, tooltip: &'a str) -> Label<'a> {
        Label { name, tooltip, term: Some(term) }
    }
}
