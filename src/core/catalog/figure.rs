//! A figure with its unit, its source and its grade.

use serde::{Deserialize, Serialize};

use crate::units::grouped;

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

    /// The number with its unit, as it is displayed: `900 GB/s`, `1 NIC per GPU`, `yes`.
    pub fn label(&self) -> String {
        let Figure { value, unit, .. } = self;
        if YES_OR_NO.contains(&unit.as_str()) {
            return if *value > 0.0 { "yes" } else { "no" }.to_owned();
        }
        let counted = COUNTED.iter().find_map(|(many, one)| Some((*one, unit.strip_prefix(many)?)));
        match counted {
            Some((one, rest)) if *value == 1.0 => format!("{value} {one}{rest}"),
            Some(_) if value.fract() == 0.0 => format!("{} {unit}", grouped(*value as u64)),
            Some(_) | None => format!("{value} {unit}"),
        }
    }
}

/// Units of figures that are a question.
const YES_OR_NO: [&str; 2] = ["yes = 1", "no = 0"];
/// Units that are counts: several, and one.
const COUNTED: [(&str, &str); 13] = [
    ("GPUs", "GPU"),
    ("NICs", "NIC"),
    ("nodes", "node"),
    ("NVSwitches", "NVSwitch"),
    ("switches", "switch"),
    ("lanes", "lane"),
    ("rounds", "round"),
    ("PEs", "PE"),
    ("dies", "die"),
    ("wafers", "wafer"),
    ("cycles", "cycle"),
    ("chips", "chip"),
    ("cards", "card"),
];

/// The type of a text of [`figures`]: a string, or the type that is given.
macro_rules! text_type {
    () => {
        String
    };
    ($given:ty) => {
        $given
    };
}
pub(crate) use text_type;

/// Declares a struct of figures and the method that lists them: first its texts, then its figures, then the figures that
/// may be missing.
macro_rules! figures {
    ($(#[$doc:meta])* $name:ident {
        $($(#[$text_doc:meta])* $text:ident $(: $text_type:ty)?,)* ;
        $($(#[$figure_doc:meta])* $figure:ident,)* ;
        $($(#[$option_doc:meta])* $option:ident,)*
    }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $($(#[$text_doc])* pub $text: $crate::catalog::figure::text_type!($($text_type)?),)*
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

            /// All figures, to change them.
            #[allow(dead_code, reason = "only constants that are scaled are changed")]
            pub(crate) fn figures_mut(&mut self) -> impl Iterator<Item = &mut $crate::catalog::figure::Figure> {
                let options: Vec<Option<&mut $crate::catalog::figure::Figure>> = vec![$(self.$option.as_mut(),)*];
                let figures: Vec<&mut $crate::catalog::figure::Figure> = vec![$(&mut self.$figure,)*];
                figures.into_iter().chain(options.into_iter().flatten())
            }
        }
    };
}
pub(crate) use figures;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_read_as_a_person_would_say_them() {
        let label = |value: f64, unit: &str| {
            let (unit, source) = (unit.to_owned(), String::new());
            Figure { value, unit, grade: Grade::Published, source, absorbs_unknown_cost: false }.label()
        };
        assert_eq!(label(1.0, "NICs per GPU"), "1 NIC per GPU");
        assert_eq!(label(8.0, "NICs per node"), "8 NICs per node");
        assert_eq!(
            (label(1.0, "NVSwitches"), label(4.0, "NVSwitches")),
            ("1 NVSwitch".to_owned(), "4 NVSwitches".to_owned())
        );
        assert_eq!((label(1.0, "yes = 1"), label(0.0, "no = 0")), ("yes".to_owned(), "no".to_owned()));
        assert_eq!((label(900.0, "GB/s"), label(1.0, "ns")), ("900 GB/s".to_owned(), "1 ns".to_owned()));
        assert_eq!(label(1024.0, "GPUs"), "1,024 GPUs");
    }
}
