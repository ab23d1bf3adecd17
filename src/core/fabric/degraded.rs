//! One fabric: a topology with its slow and broken links, rate caps, and scaled link classes.

use super::kinds::Topology;
use super::link::{LinkFigures, LinkId, LinkSpec};
use super::link_class::LinkClass;
use super::rate_cap::{RateCap, RateCapReason};
use crate::units::{BytesPerSec, Femtos};

/// One fabric: its topology, and what is slow or down in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Fabric {
    /// Its links, all of them whole.
    pub topology: Topology,
    /// Share of its capacity that a link has left, by ascending id; 0 is a link that is down.
    changed: Vec<(LinkId, f64)>,
    /// Limits on single streams. Their link ids follow those of the topology.
    rate_caps: Vec<RateCap>,
    /// Factors on the capacity of whole classes.
    scaled: Vec<(LinkClass, f64)>,
}

impl From<Topology> for Fabric {
    fn from(topology: Topology) -> Fabric {
        Fabric { topology, changed: Vec::new(), rate_caps: Vec::new(), scaled: Vec::new() }
    }
}

impl Fabric {
    /// Another topology with the scaled classes of this fabric, and nothing slow or down.
    pub fn whole(&self, topology: Topology) -> Fabric {
        Fabric { scaled: self.scaled.clone(), ..Fabric::from(topology) }
    }

    /// Leaves links a share of their capacity; shares of one link multiply.
    pub fn slow(&mut self, links: impl IntoIterator<Item = (LinkId, f64)>) {
        self.changed.extend(links);
        self.changed.sort_by_key(|&(link, _)| link);
        self.changed.dedup_by(|later, kept| {
            let same = later.0 == kept.0;
            if same {
                kept.1 *= later.1;
            }
            same
        });
    }

    /// Adds a link that limits one stream and returns its id; the number is part of its name.
    pub fn add_rate_cap(&mut self, figures: LinkFigures, reason: RateCapReason, number: u32) -> LinkId {
        self.rate_caps.push(RateCap { figures, reason, number });
        LinkId(self.link_count() - 1)
    }

    /// The limit that a link stands for. `None` for links of the topology.
    fn rate_cap(&self, id: LinkId) -> Option<&RateCap> {
        self.rate_caps.get(id.0.checked_sub(self.topology.link_count())? as usize)
    }

    /// Why a link limits a stream. `None` for links of the topology.
    pub fn rate_cap_reason(&self, id: LinkId) -> Option<RateCapReason> {
        self.rate_cap(id).map(|cap| cap.reason)
    }

    /// The links that are slow or down, by ascending id, with the share of capacity that is left.
    pub fn changed(&self) -> &[(LinkId, f64)] {
        &self.changed
    }

    /// The changed links with ids from `low` to `high`, both included.
    #[inline]
    pub fn changed_between(&self, low: LinkId, high: LinkId) -> &[(LinkId, f64)] {
        let first = self.changed.partition_point(|&(link, _)| link < low);
        let end = self.changed.partition_point(|&(link, _)| link <= high);
        &self.changed[first..end.max(first)]
    }

    /// Whether a link has no capacity left.
    pub fn is_down(&self, link: LinkId) -> bool {
        self.share(link) <= 0.0
    }

    /// The share of its capacity that a link has left.
    pub fn share(&self, link: LinkId) -> f64 {
        let found = self.changed.binary_search_by_key(&link, |&(link, _)| link);
        found.map_or(1.0, |place| self.changed[place].1)
    }

    /// Number of links: valid ids are smaller.
    #[inline]
    pub fn link_count(&self) -> u32 {
        self.topology.link_count() + self.rate_caps.len() as u32
    }

    /// The figures of a link. `None` for an id that this fabric does not have.
    #[inline]
    pub fn link(&self, id: LinkId) -> Option<LinkSpec> {
        let spec = self.unscaled(id)?;
        if self.scaled.is_empty() {
            return Some(spec);
        }
        let class = self.class(id);
        let factors = self.scaled.iter().filter(|(scaled, _)| *scaled == class).map(|(_, factor)| factor);
        Some(LinkSpec { capacity: BytesPerSec(spec.capacity.0 * factors.product::<f64>()), ..spec })
    }

    fn unscaled(&self, id: LinkId) -> Option<LinkSpec> {
        if self.is_rate_cap(id) {
            return self.rate_cap(id).map(|cap| cap.figures.spec(u8::MAX));
        }
        let spec = self.topology.link(id)?;
        if self.changed.is_empty() {
            return Some(spec);
        }
        Some(LinkSpec { capacity: BytesPerSec(spec.capacity.0 * self.share(id)), ..spec })
    }

    /// The name of a link, such as `GPU 3 → NVSwitch`.
    pub fn link_name(&self, id: LinkId) -> String {
        self.rate_cap(id).map_or_else(|| self.topology.link_name(id), RateCap::name)
    }

    /// Whether a link is a rate cap instead of one of the topology.
    pub fn is_rate_cap(&self, id: LinkId) -> bool {
        id.0 >= self.topology.link_count()
    }

    /// The class of a link.
    #[inline]
    pub fn class(&self, id: LinkId) -> LinkClass {
        self.rate_cap(id).map_or_else(|| self.topology.class(id), |cap| LinkClass::RateCap(cap.reason))
    }

    /// The classes of its links, rate caps last.
    pub fn classes(&self) -> Vec<LinkClass> {
        let mut classes = self.topology.classes().to_vec();
        for cap in &self.rate_caps {
            let class = LinkClass::RateCap(cap.reason);
            if classes.last() != Some(&class) {
                classes.push(class);
            }
        }
        classes
    }

    /// Multiplies the capacity of all links of a class, also of rate caps that are added later.
    pub fn scale_capacity(&mut self, class: LinkClass, factor: f64) {
        self.scaled.push((class, factor));
    }

    /// See [`Topology::wavelet_cycle`].
    pub fn wavelet_cycle(&self) -> Femtos {
        self.topology.wavelet_cycle()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fabric::NodeInterconnect;
    use crate::fabric::cluster::Cluster;
    use crate::fabric::switch::Switch;
    use crate::units::BytesPerSec;

    #[test]
    fn scaling_a_class_leaves_the_others_as_they_are() {
        let figures = LinkFigures { capacity: BytesPerSec(400e9), latency: Femtos(1000) };
        let mut topology = Topology::Cluster(Cluster {
            hub: NodeInterconnect::NvSwitch,
            nodes: 3,
            gpus_per_node: 2,
            nvlink: figures,
            host: figures,
            nic: figures,
            nodes_per_leaf: 4,
        });
        let before = Fabric::from(topology.clone());
        topology.scale_latency(LinkClass::Nic, 3.0);
        let mut after = Fabric::from(topology);
        after.scale_capacity(LinkClass::Nic, 2.0);
        for id in (0..before.link_count()).map(LinkId) {
            let (old, new) = (before.link(id).expect("a link"), after.link(id).expect("a link"));
            let (capacity, latency) = if before.class(id) == LinkClass::Nic { (2.0, 3) } else { (1.0, 1) };
            assert_eq!(new.capacity.0, old.capacity.0 * capacity, "{}", before.link_name(id));
            assert_eq!(new.latency.0, old.latency.0 * latency, "{}", before.link_name(id));
        }
    }

    #[test]
    fn rate_caps_are_a_class_of_their_own() {
        let switch =
            Switch { hub: NodeInterconnect::NvSwitch, ranks: 2, capacity: BytesPerSec(1e9), latency: Femtos(1) };
        let mut fabric = Fabric::from(Topology::Switch(switch));
        let figures = LinkFigures { capacity: BytesPerSec(5.0), latency: Femtos(0) };
        let source = LinkClass::RateCap(RateCapReason::BackgroundTraffic);
        fabric.scale_capacity(source, 2.0);
        let ids = [0, 1].map(|number| fabric.add_rate_cap(figures, RateCapReason::BackgroundTraffic, number));
        assert_eq!(fabric.classes(), [LinkClass::NvLink, source]);
        assert_eq!(ids.map(|id| fabric.link(id).map(|spec| spec.capacity.0)), [Some(10.0); 2]);
        assert_eq!(fabric.link(LinkId(0)).map(|spec| spec.capacity.0), Some(1e9));
    }
}
