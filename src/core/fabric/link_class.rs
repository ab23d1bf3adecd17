//! Link classes: links of the same kind, by which results are grouped.

use super::rate_cap::RateCapReason;

/// A class of links, both directions together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LinkClass {
    /// A GPU's port into its NVLink domain, or into another switch.
    NvLink,
    /// GPU to NIC.
    Host,
    /// NIC to leaf switch.
    Nic,
    /// Leaf to spine switch.
    LeafSpine,
    /// From router to router of a wafer.
    MeshLink,
    /// From a router into its core.
    Ramp,
    /// A link of the tree between wafers.
    SwarmX,
    /// A link of a mesh, a torus or a graph of chips.
    Link,
    /// A limit on the rate of one rank or stream.
    RateCap(RateCapReason),
}

impl LinkClass {
    /// Its name in results.
    pub fn name(self) -> &'static str {
        match self {
            LinkClass::NvLink => "NVLink",
            LinkClass::Host => "PCIe/C2C",
            LinkClass::Nic => "NIC",
            LinkClass::LeafSpine => "leaf/spine",
            LinkClass::MeshLink => "mesh link",
            LinkClass::Ramp => "ramp",
            LinkClass::SwarmX => "SwarmX link",
            LinkClass::Link => "link",
            LinkClass::RateCap(reason) => reason.label(),
        }
    }
}
