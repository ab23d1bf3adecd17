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
    /// Found by fitting a model to measurements.
    Fitted,
    /// Nobody has stated it; the best guess, to be set by the user.
    Estimate,
}

impl Grade {
    /// The grade as it is shown.
    pub fn word(self) -> &'static str {
        match self {
            Grade::Published => "published",
            Grade::Derived => "derived",
            Grade::Fitted => "fitted",
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
    /// Whether it takes up cost of unknown origin in a fit, and says nothing of hardware. Its source says so.
    pub fn is_no_hardware_fact(&self) -> bool {
        self.source.contains("no hardware fact")
    }

    /// The number as a count. Figures are checked on reading: finite and not negative.
    pub fn count(&self) -> u32 {
        self.value.round() as u32
    }
}

/// Declares a struct of figures once, and with it the list of all: texts; figures; figures that may be missing.
macro_rules! figures {
    ($(#[$doc:meta])* $name:ident { $($(#[$text_doc:meta])* $text:ident,)* ; $($(#[$figure_doc:meta])* $figure:ident,)* ; $($(#[$option_doc:meta])* $option:ident,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $($(#[$text_doc])* pub $text: String,)*
            $($(#[$figure_doc])* pub $figure: Figure,)*
            $($(#[$option_doc])* pub $option: Option<Figure>,)*
        }

        impl $name {
            /// All figures with their names.
            pub fn figures(&self) -> Vec<(&'static str, &$crate::catalog::figure::Figure)> {
                let figures = vec![$((stringify!($figure), &self.$figure),)*];
                let options: Vec<Option<(&'static str, &$crate::catalog::figure::Figure)>> = vec![$(self.$option.as_ref().map(|figure| (stringify!($option), figure)),)*];
                figures.into_iter().chain(options.into_iter().flatten()).collect()
            }
        }
    };
}
pub(crate) use figures;
