//! A figure with its unit, its source and its grade.

use serde::{Deserialize, Serialize};

/// How well a figure is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Grade {
    /// Stated by a vendor, a paper, released code or a public measurement.
    Published,
    /// Computed from published figures.
    Derived,
    /// Found by fitting a model to measurements.
    Fitted,
    /// Not published: an estimate that scenes should set when the value is known.
    Estimate,
}

impl Grade {
    /// The grade as it appears in the catalog files and on the screen.
    pub fn as_str(self) -> &'static str {
        match self {
            Grade::Published => "published",
            Grade::Derived => "derived",
            Grade::Fitted => "fitted",
            Grade::Estimate => "estimate",
        }
    }
}

/// One number of the catalog, as from a data sheet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figure {
    /// The number, in `unit`.
    pub value: f64,
    /// The unit, as it is displayed.
    pub unit: String,
    /// How well the number is known.
    pub grade: Grade,
    /// The publication that states the number, or how it was determined.
    pub source: String,
    /// Whether the number absorbs cost of unknown origin in a fit. Such a number is not a fact about hardware.
    #[serde(default, skip_serializing)]
    pub absorbs_unknown_cost: bool,
}

impl Figure {
    /// The number as a count, rounded. The catalog contains finite numbers of 0 or more only.
    pub fn count(&self) -> u32 {
        self.value.round() as u32
    }
}

/// Declares a struct of figures and the method that lists them: first its texts, then its figures, then the figures that
/// may be missing.
macro_rules! figures {
    ($(#[$doc:meta])* $name:ident {
        $($(#[$text_doc:meta])* $text:ident,)* ;
        $($(#[$figure_doc:meta])* $figure:ident,)* ;
        $($(#[$option_doc:meta])* $option:ident,)*
    }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $($(#[$text_doc])* pub $text: String,)*
            $($(#[$figure_doc])* pub $figure: Figure,)*
            $($(#[$option_doc])* pub $option: Option<Figure>,)*
        }

        impl $name {
            /// All figures with the names of their fields, in the order of the file.
            pub fn figures(&self) -> Vec<(&'static str, &$crate::catalog::figure::Figure)> {
                let figures = vec![$((stringify!($figure), &self.$figure),)*];
                let options: Vec<Option<(&'static str, &$crate::catalog::figure::Figure)>> =
                    vec![$(self.$option.as_ref().map(|figure| (stringify!($option), figure)),)*];
                figures.into_iter().chain(options.into_iter().flatten()).collect()
            }
        }
    };
}
pub(crate) use figures;
