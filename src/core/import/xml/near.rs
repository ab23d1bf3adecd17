//! How near a NIC is to a GPU, from the tree of PCIe.

use super::tree::Document;

/// The distance between two devices, the nearest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Nearness {
    /// One PCIe bridge between (PIX).
    OneBridge,
    /// Several PCIe bridges between (PXB).
    Bridges,
    /// Through the CPU (PHB).
    HostBridge,
    /// Between CPUs (SYS).
    System,
}

impl Nearness {
    /// As `nvidia-smi` writes it.
    pub fn label(self) -> &'static str {
        match self {
            Nearness::OneBridge => "PIX",
            Nearness::Bridges => "PXB",
            Nearness::HostBridge => "PHB",
            Nearness::System => "SYS",
        }
    }
}

/// The distance between two PCI devices of a document.
pub(super) fn nearness(document: &Document, from: usize, to: usize) -> Nearness {
    let above: Vec<usize> = document.above(from).collect();
    let common = document.above(to).enumerate().find_map(|(steps, at)| {
        let own = above.iter().position(|other| *other == at)?;
        Some((at, steps.max(own)))
    });
    let Some((at, steps)) = common else { return Nearness::System };
    match document.elements.get(at).map(|element| element.name.as_str()) {
        Some("pci") if steps == 0 => Nearness::OneBridge,
        Some("pci") => Nearness::Bridges,
        Some("cpu") => Nearness::HostBridge,
        Some(_) | None => Nearness::System,
    }
}
