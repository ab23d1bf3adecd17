//! Texts of the arrangement of the panels.

/// The button that collapses the parameters or shows them.
pub(in crate::ui) fn parameters(collapsed: bool) -> &'static str {
    if collapsed { "Show the parameters" } else { "Collapse the parameters" }
}

/// The button that collapses the results or shows them.
pub(in crate::ui) fn results(collapsed: bool) -> &'static str {
    if collapsed { "Show the results" } else { "Collapse the results" }
}
