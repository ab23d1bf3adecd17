//! Name and tooltip of a control.

/// What a control is called and what its tooltip says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ui) struct Label<'a> {
    /// The name, as shown and as read by screen readers.
    pub(in crate::ui) name: &'a str,
    /// The tooltip: definition, formula, source; empty for none.
    pub(in crate::ui) tooltip: &'a str,
}

impl<'a> Label<'a> {
    /// A label from its name and its tooltip.
    pub(in crate::ui) const fn new(name: &'a str, tooltip: &'a str) -> Label<'a> {
        Label { name, tooltip }
    }
}
