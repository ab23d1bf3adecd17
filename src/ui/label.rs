//! Name and tooltip of a control.

/// What a control is called and what its tooltip says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Label<'a> {
    /// The name, as shown and as read by screen readers.
    pub(super) name: &'a str,
    /// The tooltip: definition, formula, source; empty for none.
    pub(super) tooltip: &'a str,
}

impl<'a> Label<'a> {
    /// A label from its name and its tooltip.
    pub(super) const fn new(name: &'a str, tooltip: &'a str) -> Label<'a> {
        Label { name, tooltip }
    }
}
