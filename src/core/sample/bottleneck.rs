//! The bottleneck of a fabric at an instant, or why there is none, and its label.

use crate::fabric::{LinkId, NodeInterconnect};
use crate::units::{BytesPerSec, Femtos, grouped};

/// The bottleneck at an instant, as marked and labelled on the stage.
#[derive(Clone, Debug, PartialEq)]
pub struct BottleneckMark {
    /// The link that `explain` names; `None` if no link limits progress.
    pub link: Option<LinkId>,
    /// That link and those that are as full; empty if no link limits progress. On a wafer one link stands for the identical
    /// ones beside it.
    pub links: Vec<LinkId>,
    /// How many links each of `links` stands for.
    pub identical: u64,
    /// What limits progress.
    pub cause: BottleneckCause,
}

/// What limits the progress of a fabric.
#[derive(Clone, Debug, PartialEq)]
pub enum BottleneckCause {
    /// Full links.
    Links {
        /// Which links.
        group: LinkGroup,
        /// Their utilisation, percent.
        percent: f64,
    },
    /// No byte is on a link that limits it: heads or tails are on their way, or a step of software runs.
    Latency,
    /// The same in a sequence with computations: one of them may run.
    LatencyOrComputation,
    /// The same, and the critical path is in cores that add or deliver.
    Cores,
    /// The same, and the critical path is on links: bytes have left the link that limited them.
    InFlight,
    /// Software before the first byte.
    Launch {
        /// Its duration.
        launch: Femtos,
        /// How well the duration is known.
        grade: &'static str,
    },
    /// A pipeline is filling.
    PipelineFill {
        /// Its duration.
        fill: Femtos,
    },
    /// A limit of the measured timing on a rank or a stream.
    RateCap {
        /// What limits the rate.
        limit: &'static str,
        /// The rate.
        rate: BytesPerSec,
    },
    /// Too many transfers: the run is not drawn and its links are not sampled.
    NotDrawn {
        /// Number of transfers.
        transfers: u64,
    },
}

/// The links of a bottleneck, for its label.
#[derive(Clone, Debug, PartialEq)]
pub enum LinkGroup {
    /// One link, by name.
    One(String),
    /// Identical links on a wafer: their number and class.
    SideBySide(u64, &'static str),
    /// Identical links at each strip edge: their number and class.
    AtStripEdges(u64, &'static str),
    /// Ports of a switch.
    Ports {
        /// What the switch is.
        hub: NodeInterconnect,
        /// The number of full links and of all links, one for each direction of a port; `None` if only some were sampled.
        count: Option<[usize; 2]>,
    },
    /// Links of one or several classes.
    Classes {
        /// The classes; empty if the fabric has only one.
        classes: Vec<&'static str>,
        /// Number of links; `None` if only some were sampled.
        count: Option<u64>,
    },
}

impl BottleneckMark {
    /// No link is the bottleneck, for another reason.
    pub(crate) fn without_links(cause: BottleneckCause) -> BottleneckMark {
        BottleneckMark { link: None, links: Vec::new(), identical: 0, cause }
    }

    /// Whether bytes are on their way, and no link limits them.
    pub(crate) fn waits(&self) -> bool {
        matches!(
            self.cause,
            BottleneckCause::Latency
                | BottleneckCause::LatencyOrComputation
                | BottleneckCause::Cores
                | BottleneckCause::InFlight
        )
    }

    /// Whether it stands for several links.
    pub fn is_plural(&self) -> bool {
        self.identical > 1 || self.links.len() > 1
    }

    /// The label on the stage: `bottleneck: all 8 NVLink ports, 100 %`.
    pub fn label(&self) -> String {
        match &self.cause {
            BottleneckCause::Links { group, percent } => format!("bottleneck: {}, {percent} %", group.label()),
            BottleneckCause::Latency => "no bottleneck now: waiting on latency".to_owned(),
            BottleneckCause::LatencyOrComputation => "no bottleneck now: computing, or waiting on latency".to_owned(),
            BottleneckCause::Cores => "no bottleneck now: cores adding and delivering".to_owned(),
            BottleneckCause::InFlight => "no bottleneck now: bytes on their way".to_owned(),
            BottleneckCause::Launch { launch, grade } => format!("launch, {launch} ({grade})"),
            BottleneckCause::PipelineFill { fill } => format!("filling the pipeline, {fill} (fitted)"),
            BottleneckCause::RateCap { limit, rate } => {
                format!("bottleneck: {limit}, {rate} each (measured timing, fitted)")
            }
            BottleneckCause::NotDrawn { transfers } => format!("{} transfers: too many to draw", grouped(*transfers)),
        }
    }

    /// The same in fewer words, for a narrow place: `3 of 16 directions of NVLink ports, 100 %`.
    pub fn short_label(&self) -> String {
        match &self.cause {
            BottleneckCause::Links { group, percent } => format!("{}, {percent} %", group.label()),
            BottleneckCause::RateCap { limit, rate } => format!("{limit}, {rate} each (fitted)"),
            BottleneckCause::Latency
            | BottleneckCause::LatencyOrComputation
            | BottleneckCause::Cores
            | BottleneckCause::InFlight
            | BottleneckCause::Launch { .. }
            | BottleneckCause::PipelineFill { .. }
            | BottleneckCause::NotDrawn { .. } => self.label(),
        }
    }
}

impl LinkGroup {
    /// The links in words: `1,170 row links side by side`.
    pub fn label(&self) -> String {
        match self {
            LinkGroup::One(name) => name.clone(),
            LinkGroup::SideBySide(count, class) => format!("{} {class}s side by side", grouped(*count)),
            LinkGroup::AtStripEdges(count, class) => format!("{} {class}s at each strip edge", grouped(*count)),
            LinkGroup::Ports { hub, count } => {
                let ports = format!("{}s", hub.port());
                match count {
                    Some([4, 4]) => format!("both {ports}"),
                    Some([full, all]) if full == all && *all > 3 => format!("all {} {ports}", all / 2),
                    Some([full, all]) => format!("{full} of {all} directions of {ports}"),
                    None => ports,
                }
            }
            LinkGroup::Classes { classes, count } => {
                let classes = match classes.as_slice() {
                    [] => None,
                    [class] => Some((*class).to_owned()),
                    [first, second] => Some(format!("{first} and {second}")),
                    many => Some(format!("{} link classes", many.len())),
                };
                match (count, classes) {
                    (Some(count), Some(classes)) => format!("{} links ({classes})", grouped(*count)),
                    (Some(count), None) => format!("{} links", grouped(*count)),
                    (None, Some(classes)) => classes,
                    (None, None) => "links".to_owned(),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_name_the_links_and_their_utilisation() {
        let label = |group: LinkGroup| {
            let cause = BottleneckCause::Links { group, percent: 100.0 };
            BottleneckMark { link: Some(LinkId(0)), links: vec![LinkId(0)], identical: 1, cause }.label()
        };
        assert_eq!(
            label(LinkGroup::Ports { hub: NodeInterconnect::NvSwitch, count: Some([3, 16]) }),
            "bottleneck: 3 of 16 directions of NVLink ports, 100 %"
        );
        let all = LinkGroup::Ports { hub: NodeInterconnect::NvSwitch, count: Some([16, 16]) };
        assert_eq!(label(all), "bottleneck: all 8 NVLink ports, 100 %");
        let both = LinkGroup::Ports { hub: NodeInterconnect::NvSwitch, count: Some([4, 4]) };
        assert_eq!(label(both), "bottleneck: both NVLink ports, 100 %");
        assert_eq!(label(LinkGroup::SideBySide(1_170, "row link")), "bottleneck: 1,170 row links side by side, 100 %");
        let classes = LinkGroup::Classes { classes: vec!["NIC to leaf", "leaf to NIC"], count: Some(64) };
        assert_eq!(label(classes), "bottleneck: 64 links (NIC to leaf and leaf to NIC), 100 %");
        assert_eq!(label(LinkGroup::Classes { classes: Vec::new(), count: Some(8) }), "bottleneck: 8 links, 100 %");
        let waiting = BottleneckMark::without_links(BottleneckCause::Latency);
        assert_eq!(waiting.label(), "no bottleneck now: waiting on latency");
    }
}
