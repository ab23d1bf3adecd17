//! What a task lets the learner change, from the path of the setting.

/// A setting by its place in a scene.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SettingPlace {
    /// The fabric, from 0; `None` for the workload.
    pub fabric: Option<usize>,
    /// The degradation of the fabric, from 0.
    pub fault: Option<usize>,
    /// What it sets.
    pub kind: SettingKind,
}

/// What a setting sets, as far as a panel has a control or a name for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingKind {
    /// The message per rank.
    Message,
    /// The replicas.
    Replicas,
    /// The algorithm of a fabric.
    Algorithm,
    /// Its timing.
    Timing,
    /// Its nodes.
    Nodes,
    /// Its NICs per node.
    Nics,
    /// The clock of a wafer.
    Clock,
    /// The capacity that a degraded link keeps.
    RemainingCapacity,
    /// The link that is degraded.
    DegradedLink,
    /// Another one, which is called by the last word of its path.
    Other,
}

impl SettingPlace {
    /// Reads a path such as `fabrics.0.faults.1.capacity`.
    pub fn parse(path: &str) -> SettingPlace {
        let words: Vec<&str> = path.split('.').collect();
        let number = |word: &str| word.parse::<usize>().ok();
        let of_fabric = |fabric: &str, kind: SettingKind| SettingPlace { fabric: number(fabric), fault: None, kind };
        let of_workload = |kind: SettingKind| SettingPlace { fabric: None, fault: None, kind };
        match words.as_slice() {
            ["workload", "message"] => of_workload(SettingKind::Message),
            ["workload", "replicas"] => of_workload(SettingKind::Replicas),
            ["fabrics", fabric, "algorithm"] => of_fabric(fabric, SettingKind::Algorithm),
            ["fabrics", fabric, "timing"] => of_fabric(fabric, SettingKind::Timing),
            ["fabrics", fabric, "nodes"] => of_fabric(fabric, SettingKind::Nodes),
            ["fabrics", fabric, "params", "nics"] => of_fabric(fabric, SettingKind::Nics),
            ["fabrics", fabric, "params", "clock_ghz"] => of_fabric(fabric, SettingKind::Clock),
            ["fabrics", fabric, "faults", fault, end] => {
                let kind = match *end {
                    "capacity" => SettingKind::RemainingCapacity,
                    "link" => SettingKind::DegradedLink,
                    _ => SettingKind::Other,
                };
                SettingPlace { fault: number(fault), ..of_fabric(fabric, kind) }
            }
            ["fabrics", fabric, ..] => of_fabric(fabric, SettingKind::Other),
            _ => of_workload(SettingKind::Other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_leads_to_its_fabric_and_its_degradation() {
        let place = |fabric, fault, kind| SettingPlace { fabric, fault, kind };
        assert_eq!(SettingPlace::parse("workload.message"), place(None, None, SettingKind::Message));
        assert_eq!(SettingPlace::parse("fabrics.2.nodes"), place(Some(2), None, SettingKind::Nodes));
        let capacity = SettingPlace::parse("fabrics.0.faults.1.capacity");
        assert_eq!(capacity, place(Some(0), Some(1), SettingKind::RemainingCapacity));
        assert_eq!(SettingPlace::parse("fabrics.1.params.clock_ghz"), place(Some(1), None, SettingKind::Clock));
        assert_eq!(SettingPlace::parse("fabrics.1.params.hop_cycles"), place(Some(1), None, SettingKind::Other));
    }
}
