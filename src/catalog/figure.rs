//! A figure with its unit, its source and its grade.

use serde::{Deserialize, Serialize};

/// How far a figure can be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Grade {
    /// Stated by a vendor, a paper, released code or a public measurement.
    Published,
    /// Computed from published figures.
    Derived,
    /// Nobody has stated it; the best guess, to be set by the user.
    Estimate,
}

impl Grade {
    /// The grade as it is shown.
    pub fn word(self) -> &'static str {
        match self {
            Grade::Published => "published",
            Grade::Derived => "derived",
            Grade::Estimate => "estimate",
        }
    }
}

/// One number of a data sheet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figure {
    /// The number, in `unit`.
    pub value: f64,
    /// The unit, as it is shown.
    pub unit: String,
    /// How far it can be trusted.
    pub grade: Grade,
    /// Where it stands, or how it was found.
    pub source: String,
}

impl Figure {
    /// The number as a count. Figures are checked on reading: finite and not negative.
    pub fn count(&self) -> u32 {
        self.value.round() as u32
    }
}
