//! The inputs of a comparison with their sources.

use serde::Serialize;

/// Where an input comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum InputFrom {
    /// A flag of the command, or a choice in the window.
    Flag,
    /// The log.
    Log,
    /// NCCL's or the catalog's default.
    Default,
}

impl InputFrom {
    /// The source in words.
    pub(super) fn label(self) -> &'static str {
        match self {
            InputFrom::Flag => "flags",
            InputFrom::Log => "the log",
            InputFrom::Default => "default",
        }
    }
}

/// An input of the timing with its source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct InputSource {
    /// The input, by the name of its flag.
    pub input: &'static str,
    /// Its value.
    pub value: String,
    /// Its source.
    pub from: InputFrom,
}
