//! The inputs of the measured timing that a diagnosis changes.

use serde::Serialize;

/// The input of the timing that is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChangedInput {
    /// The rate of every hop inside a node, GB/s.
    Nvlink,
    /// The NICs in use per node.
    Nics,
    /// The share of its rate that the slowest NIC has.
    OneNic,
    /// The NICs in use per node, if less than one.
    Tcp,
    /// In-switch reduction: 1 or 0.
    Nvls,
    /// The extra time per call, µs.
    Host,
}

impl ChangedInput {
    /// Its id in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            ChangedInput::Nvlink => "nvlink",
            ChangedInput::Nics => "nics",
            ChangedInput::OneNic => "one-nic",
            ChangedInput::Tcp => "tcp",
            ChangedInput::Nvls => "nvls",
            ChangedInput::Host => "host",
        }
    }
}
