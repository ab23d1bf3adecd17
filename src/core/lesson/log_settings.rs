//! Settings of a comparison with a log: `log.nics=2`, `log.algorithms=ring`.

use super::schema::LogFlagsFile;
use crate::scene::Setting;

/// What a setting of a log changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogSetting {
    /// NICs of a node in use.
    Nics,
    /// Nodes.
    Nodes,
    /// The network between nodes.
    Network,
    /// The algorithms that NCCL may choose.
    Algorithms,
}

/// The settings of a log by their paths.
pub(super) const LOG_PATHS: [(&str, LogSetting); 4] = [
    ("log.nics", LogSetting::Nics),
    ("log.nodes", LogSetting::Nodes),
    ("log.network", LogSetting::Network),
    ("log.algorithms", LogSetting::Algorithms),
];

/// The setting of a log that a path names; `None` for a path of the scene.
pub fn log_setting(path: &str) -> Option<LogSetting> {
    LOG_PATHS.iter().find(|(known, _)| *known == path).map(|(_, setting)| *setting)
}

/// Changes what a comparison assumes. Values that are not numbers are left out.
pub(super) fn apply(log: &mut LogFlagsFile, settings: &[Setting]) {
    for setting in settings {
        match log_setting(&setting.path) {
            Some(LogSetting::Nics) => log.nics = setting.value.parse().ok(),
            Some(LogSetting::Nodes) => log.nodes = setting.value.parse().ok(),
            Some(LogSetting::Network) => log.network = Some(setting.value.clone()),
            Some(LogSetting::Algorithms) => log.algorithms = setting.value.split(',').map(str::to_owned).collect(),
            None => {}
        }
    }
}
