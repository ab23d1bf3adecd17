//! The nouns for link classes and for the rate caps of the measured timing.

use crate::fabric::{LinkClass, NodeInterconnect, RateCapReason};
use crate::solve::{FabricRun, Parameter, ParameterKind};

/// Whether a class is a rate that was fitted to what NCCL achieves, and not a link.
pub(super) fn is_fitted_rate(class: LinkClass) -> bool {
    matches!(class, LinkClass::RateCap(RateCapReason::Rounds | RateCapReason::Channels))
}

/// Whether a class is the source of other traffic.
pub(super) fn is_other_traffic(class: LinkClass) -> bool {
    class == LinkClass::RateCap(RateCapReason::BackgroundTraffic)
}

/// Whether a figure is a rate that was fitted to what NCCL achieves, and not a figure of a link.
pub fn is_fitted(parameter: Parameter) -> bool {
    parameter.class.is_some_and(is_fitted_rate)
}

/// The label of a link class on this fabric.
pub fn class_label(run: &FabricRun, class: LinkClass) -> &'static str {
    match (class, run.fabric.topology.hub()) {
        (LinkClass::NvLink, Some(hub)) => hub.class_name(),
        _ => class.name(),
    }
}

/// The label of the link class of a figure, if it has one.
pub fn parameter_class_label(run: &FabricRun, parameter: Parameter) -> Option<&'static str> {
    parameter
        .class
        .map(|class| if is_wavelet_rate(parameter) { "mesh links and ramps" } else { class_label(run, class) })
}

/// Whether a figure is the capacity of a wafer's mesh links, which is that of its ramps too: a wavelet per cycle.
pub(super) fn is_wavelet_rate(parameter: Parameter) -> bool {
    parameter.of == ParameterKind::Capacity && parameter.class == Some(LinkClass::MeshLink)
}

/// A noun for a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Noun {
    /// With its article if it needs one.
    pub text: &'static str,
    /// Whether its verb is a plural.
    pub plural: bool,
}

impl Noun {
    /// The noun with "is" or "are".
    pub fn with_be(self) -> String {
        format!("{} {}", self.text, if self.plural { "are" } else { "is" })
    }
}

/// The links of a class as a noun: `NVLink`, `the NICs`, `mesh links`.
pub(super) fn links_noun(run: &FabricRun, class: LinkClass) -> Noun {
    let plural = |text: &'static str| Noun { text, plural: true };
    let singular = |text: &'static str| Noun { text, plural: false };
    match class {
        LinkClass::RateCap(RateCapReason::Rounds) => plural("NCCL's rounds"),
        LinkClass::RateCap(RateCapReason::Channels) => plural("NCCL's channels"),
        LinkClass::Nic => plural("the NICs"),
        LinkClass::LeafSpine => plural("leaf/spine links"),
        LinkClass::MeshLink => plural("mesh links"),
        LinkClass::Ramp => plural("ramps"),
        LinkClass::SwarmX => plural("SwarmX links"),
        LinkClass::Link => plural("links"),
        LinkClass::NvLink => match run.fabric.topology.hub() {
            Some(NodeInterconnect::Switch) => plural("links"),
            Some(NodeInterconnect::Cable) => singular("the cable"),
            Some(NodeInterconnect::NvSwitch | NodeInterconnect::NvLinkBridge | NodeInterconnect::PcieSwitch) | None => {
                singular(class_label(run, class))
            }
        },
        LinkClass::Host | LinkClass::RateCap(RateCapReason::BackgroundTraffic | RateCapReason::Operations) => {
            singular(class.name())
        }
    }
}
