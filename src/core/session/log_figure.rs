//! Figures of the cluster of a log that can be typed.

use crate::compare::{ClusterError, ClusterFlags};
use crate::units::{Femtos, quoted};

/// A figure of the cluster that a log is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFigure {
    /// NICs of a node.
    Nics,
    /// Channels of ring and tree.
    Channels,
    /// Channels of NVLS.
    NvlsChannels,
    /// Software time of each call.
    HostTime,
}

impl LogFigure {
    /// Longest host time per call that can be set, µs.
    pub const MAX_HOST_US: u32 = 200;

    /// The flags with this figure as typed.
    ///
    /// # Errors
    /// The text is not a value of this kind. Whether a cluster can have the value is found by the comparison.
    pub(super) fn typed(self, typed: &str, flags: &ClusterFlags) -> Result<ClusterFlags, ClusterError> {
        let refused =
            |kind: &str, hint: String| ClusterError { problem: format!("`{}` is not {kind}", quoted(typed)), hint };
        let count = || typed.parse().map_err(|_| refused("a whole number", "accepted: 1 to 64".to_owned()));
        let mut flags = flags.clone();
        match self {
            LogFigure::Nics => {
                let number = typed.parse().ok().filter(|nics: &f64| nics.is_finite() && *nics > 0.0);
                flags.nics = Some(number.ok_or_else(|| refused("a number of NICs", "accepted: above 0".to_owned()))?);
            }
            LogFigure::Channels => flags.channels = Some(count()?),
            LogFigure::NvlsChannels => flags.nvls_channels = Some(count()?),
            LogFigure::HostTime => {
                let most = f64::from(LogFigure::MAX_HOST_US) * 1e-6;
                let time = Femtos::parse(typed).ok().map(Femtos::secs).filter(|seconds| *seconds <= most);
                let accepted = format!("accepted: 0 us to {} us", LogFigure::MAX_HOST_US);
                flags.host_s = Some(time.ok_or_else(|| refused("a host time per call", accepted))?);
            }
        }
        Ok(flags)
    }
}
