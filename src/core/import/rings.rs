//! A ring in the order of a file, as a scene: a chip for each rank, and a link to the next one.

use super::error::ImportError;
use super::form::Form;
use super::imported::{Frame, Imported};
use super::report::ImportReport;
use crate::catalog::Catalog;
use crate::scene::{ChipAlgorithm, FabricFile, GraphFile, GraphLinkFile, TimingChoice};
use crate::units::{counted, significant};

/// A ring and the rates of its links.
pub(super) struct RingScene {
    /// The form of the file.
    pub form: Form,
    /// The ranks or GPUs in the order of the ring.
    pub ring: Vec<u64>,
    /// The rate from each one to the next, GB/s.
    pub link_gb_s: Vec<f64>,
    /// What the numbers are.
    pub noun: &'static str,
}

/// Most members of a ring that are listed in a report.
const MAX_LISTED: usize = 64;

/// The bits of a GPU's number above which its host stands, where NVLink joins several hosts.
const HOST_SHIFT: u32 = 56;

/// Whether the members of rings are GPUs of several hosts.
fn has_hosts(ring: &[u64]) -> bool {
    ring.iter().any(|member| member >> HOST_SHIFT > 0)
}

/// A ring as a text: `0 3 1 2`; with hosts `0:0 0:3 1:0`.
pub(super) fn ring_text(ring: &[u64]) -> String {
    let with_host = has_hosts(ring);
    let member = |member: &u64| match with_host {
        true => format!("{}:{}", member >> HOST_SHIFT, member & ((1 << HOST_SHIFT) - 1)),
        false => member.to_string(),
    };
    let listed: Vec<String> = ring.iter().take(MAX_LISTED).map(member).collect();
    let more = if ring.len() > MAX_LISTED { " …" } else { "" };
    format!("{}{more}", listed.join(" "))
}

/// The different rings with the number of their channels, in the order in which they come.
pub(super) fn distinct(channels: &[Vec<u64>]) -> Vec<(&Vec<u64>, usize)> {
    let mut rings: Vec<(&Vec<u64>, usize)> = Vec::new();
    for channel in channels {
        match rings.iter_mut().find(|(ring, _)| *ring == channel) {
            Some((_, count)) => *count += 1,
            None => rings.push((channel, 1)),
        }
    }
    rings
}

/// The rings as findings.
pub(super) fn report_rings(channels: &[Vec<u64>], report: &mut ImportReport) {
    let rings = distinct(channels);
    for (index, (ring, count)) in rings.iter().take(8).enumerate() {
        report.read(&format!("Ring {index}"), format!("{} ({})", ring_text(ring), counted(*count, "channel")));
    }
    if rings.iter().any(|(ring, _)| has_hosts(ring)) {
        report.read("Numbers of the rings", "host:GPU");
    }
    if rings.len() > 1 {
        let others = rings.len() - 1;
        let differ = if others == 1 { "differs" } else { "differ" };
        let others = counted(others, "order");
        report.guess(format!("The scene draws ring 0 with the rate of all channels; {others} {differ} from it."));
    }
}

impl RingScene {
    /// The ring as a scene.
    pub(super) fn import(self, mut report: ImportReport, catalog: &Catalog) -> Result<Imported, ImportError> {
        let ranks = self.ring.len();
        if !(2..=1_024).contains(&ranks) {
            let problem = format!("the ring has {ranks} members");
            return Err(ImportError::whole(problem, "accepted: 2 to 1,024"));
        }
        let link = |(place, gb_s): (usize, &f64)| {
            let gb_s = if *gb_s > 0.0 { *gb_s } else { 1.0 };
            GraphLinkFile {
                from: place as u32,
                to: ((place + 1) % ranks) as u32,
                capacity: Some(format!("{}GB/s", significant(gb_s))),
                latency: None,
                bidirectional: true,
            }
        };
        let mut links: Vec<GraphLinkFile> = self.link_gb_s.iter().take(ranks).enumerate().map(link).collect();
        if ranks == 2 {
            // One link leads there and back.
            links.truncate(1);
        }
        let is_sorted = self.ring.iter().zip(0..).all(|(member, place)| *member == place);
        if !is_sorted {
            report.guess(format!(
                "Chips are numbered in the order of the ring: chip 0, 1, 2 … are {} {}.",
                self.noun,
                ring_text(&self.ring)
            ));
        }
        let graph = Some(GraphFile { chips: ranks as u32, links });
        let fabric = FabricFile {
            name: "NCCL's ring".to_owned(),
            graph,
            algorithm: ChipAlgorithm::Ring.id().to_owned(),
            ..FabricFile::new("graph", None, TimingChoice::Ideal)
        };
        let frame = Frame::of_machine(self.form, &format!("Ring of {ranks}"), ranks as u32);
        Imported::checked(self.form, frame, vec![fabric], report, catalog)
    }
}
