//! Texts of a claim and its verdict. The sentences of the verdict come from the core.

use crate::scene::Ruling;

pub(in crate::ui) const CLAIM: &str = "CLAIM";
pub(in crate::ui) const VERDICT: &str = "VERDICT";

pub(in crate::ui) const CHANGED: &str =
    "The scene has been changed. The verdict is about the runs as they are now, and the claim may not be.";

/// The word of the stamp.
pub(in crate::ui) fn ruling(ruling: Ruling) -> &'static str {
    match ruling {
        Ruling::Supported => "SUPPORTED",
        Ruling::Contradicted => "CONTRADICTED",
        Ruling::Open => "OPEN",
    }
}

/// What a condition compares: `One at half, compared with All NICs`.
pub(in crate::ui) fn condition(of: &str, to: Option<&str>) -> String {
    to.map_or_else(|| format!("Share of the time of {of}"), |to| format!("{of}, compared with {to}"))
}

/// A ratio or a share: `1.483x`, `66.2 %`.
pub(in crate::ui) fn figure(figure: f64, is_ratio: bool) -> String {
    match is_ratio {
        true if figure >= 100.0 => format!("{figure:.0}x"),
        true if figure >= 10.0 => format!("{figure:.1}x"),
        true => format!("{figure:.2}x"),
        false => format!("{:.1} %", 100.0 * figure),
    }
}

/// The limit of a condition: `the claim needs at most 1.10x`.
pub(in crate::ui) fn limit(at_least: bool, limit: &str) -> String {
    format!("the claim needs at {} {limit}", if at_least { "least" } else { "most" })
}

/// Conditions without a bar.
pub(in crate::ui) fn more(count: usize) -> String {
    format!("and {count} more, in the sentences below")
}
