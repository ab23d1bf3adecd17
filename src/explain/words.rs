//! What parts, figures and links are called in sentences and tables.

use super::parts::TimeShare;
use super::{CostKind, CostSource};
use crate::fabric::{LinkClass, RateCapReason};
use crate::scene::{ChipMachine, FabricKind};
use crate::solve::{FabricRun, Parameter, ParameterKind};

/// A share in percent: whole from 10 % on, else two digits.
pub fn percent(share: f64) -> String {
    let value = 100.0 * share;
    let size = value.abs();
    if size >= 99.95 || size == 0.0 {
        format!("{value:.0} %")
    } else if size >= 99.5 {
        format!("{value:.1} %")
    } else if size >= 9.95 {
        format!("{value:.0} %")
    } else if size >= 0.995 {
        format!("{value:.1} %")
    } else if size >= 0.01 {
        format!("{value:.2} %")
    } else {
        format!("{}below 0.01 %", if value < 0.0 { "minus " } else { "" })
    }
}

/// A link class as it is called on this fabric.
pub fn class_name(run: &FabricRun, class: LinkClass) -> &'static str {
    match (&run.scene.kind, class) {
        (FabricKind::Chips(chips), LinkClass::NvLink) if matches!(chips.machine, ChipMachine::Free(_)) => "link",
        _ => class.name(),
    }
}

/// What a figure belongs to: a link class, or nothing.
pub fn parameter_class(run: &FabricRun, parameter: Parameter) -> Option<&'static str> {
    parameter.class.map(|class| match (parameter.of, class) {
        // One figure of the machine: a wavelet per cycle.
        (ParameterKind::Capacity, LinkClass::MeshLink) => "mesh links and ramps",
        _ => class_name(run, class),
    })
}

/// Whether a figure is no link's but a rate that was fitted to what NCCL achieves.
pub fn is_fitted(parameter: Parameter) -> bool {
    matches!(parameter.class, Some(class) if fitted(class).is_some())
}

/// What a rate cap that stands for NCCL's software limits.
fn fitted(class: LinkClass) -> Option<&'static str> {
    match class {
        LinkClass::RateCap(RateCapReason::Rounds) => Some("NCCL's rounds"),
        LinkClass::RateCap(RateCapReason::Channels) => Some("NCCL's channels"),
        _ => None,
    }
}

/// The links of a class as things: `NVLink`, `the NICs`, `mesh links`.
pub(super) fn things(run: &FabricRun, class: LinkClass) -> String {
    if let Some(software) = fitted(class) {
        return software.to_owned();
    }
    match class_name(run, class) {
        "NIC" => "the NICs".to_owned(),
        "leaf/spine" => "leaf/spine links".to_owned(),
        // NVLink is a name; links and ramps are things.
        name if name.ends_with("link") || name.ends_with("ramp") => format!("{name}s"),
        name => name.to_owned(),
    }
}

/// Whether the things of a class are many, in grammar.
pub(super) fn are_many(run: &FabricRun, class: LinkClass) -> bool {
    things(run, class).ends_with('s')
}

/// A part in words: `serialization on NVLink`, `latency of the NICs`, `software at each step`.
pub fn part_words(run: &FabricRun, part: &TimeShare) -> String {
    let Some(class) = part.class else { return part.what.words().to_owned() };
    let things = things(run, class);
    match (part.kind, class) {
        (CostKind::Serialization | CostKind::Contention, _) if fitted(class).is_some() => {
            format!("bytes passing {things} (a fitted rate, not a link)")
        }
        (CostKind::Latency, _) => format!("latency of {things}"),
        (_, LinkClass::Nic) => format!("{} at {things}", part.kind.word()),
        _ => format!("{} on {things}", part.kind.word()),
    }
}

/// A figure in words, for tables: `capacity of NVLink`, `latency of the NICs`, `start-up`.
pub fn figure_words(run: &FabricRun, parameter: Parameter) -> String {
    let Some(class) = parameter.class else { return parameter.of.word().to_owned() };
    if class == LinkClass::RateCap(RateCapReason::BackgroundTraffic) {
        return "rate of other traffic".to_owned();
    }
    let things = match parameter_class(run, parameter) {
        Some(both) if both.contains(" and ") => both.to_owned(),
        _ => things(run, class),
    };
    if is_fitted(parameter) { format!("rate of {things}") } else { format!("{} of {things}", parameter.of.word()) }
}

/// How a figure is spoken of in a sentence.
pub(super) struct Figure {
    /// A little better: `1 % more capacity`.
    pub little: String,
    /// Much better: `twice the capacity`.
    pub much: String,
    /// Whether the words are a plural.
    pub many: bool,
    /// What one wants of it: `more`, `less`.
    pub wanted: &'static str,
}

/// The figure that a part hangs on, as it is spoken of.
pub(super) fn figure(run: &FabricRun, parameter: Parameter, part: &TimeShare) -> Figure {
    let say = |little: &str, much: &str, many: bool, wanted: &'static str| Figure {
        little: little.to_owned(),
        much: much.to_owned(),
        many,
        wanted,
    };
    match (parameter.of, part.what) {
        (ParameterKind::Capacity, _) if is_fitted(parameter) => {
            say("1 % more of that rate", "twice that rate", false, "more")
        }
        (ParameterKind::Capacity, _) if parameter.class == Some(LinkClass::MeshLink) => {
            let both = parameter_class(run, parameter).unwrap_or_default();
            say(&format!("1 % more of {both} together"), &format!("twice the capacity of {both}"), false, "more")
        }
        (ParameterKind::Capacity, _) => say("1 % more capacity", "twice the capacity", false, "more"),
        (ParameterKind::Latency, _) => say("1 % less latency", "half the latency", false, "less"),
        (ParameterKind::Processing, CostSource::Cores) => say("1 % faster cores", "cores twice as fast", true, "less"),
        (ParameterKind::Processing, CostSource::Step) => {
            say("1 % faster software", "software twice as fast", false, "less")
        }
        (ParameterKind::Processing, _) => say("1 % less of it", "half of it", false, "less"),
        (ParameterKind::Launch, CostSource::Late) => say("1 % less lateness", "half the lateness", false, "less"),
        (ParameterKind::Launch, _) => say("1 % less start-up", "half the start-up", false, "less"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percents_have_as_many_digits_as_they_need() {
        let shares = [1.0, 0.9997, 0.997, 0.6312, 0.0631, 0.00631, 0.00001, 0.0, -0.03];
        let words = ["100 %", "100 %", "99.7 %", "63 %", "6.3 %", "0.63 %", "below 0.01 %", "0 %", "-3.0 %"];
        assert_eq!(shares.map(percent), words);
    }
}
