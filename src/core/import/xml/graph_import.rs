//! A ring of NCCL's graph XML as a scene.

use super::graph::{Pattern, read};
use super::tree::Document;
use crate::catalog::Catalog;
use crate::import::error::ImportError;
use crate::import::form::Form;
use crate::import::imported::Imported;
use crate::import::report::ImportReport;
use crate::import::rings::{RingScene, report_rings};
use crate::units::significant;

/// Imports the rings.
pub(in crate::import) fn import(document: &Document, catalog: &Catalog) -> Result<Imported, ImportError> {
    let graphs = read(document)?;
    let mut report = ImportReport::default();
    let with_channels = graphs.iter().filter(|graph| !graph.channels.is_empty()).count();
    report.read("Graphs", format!("{} ({with_channels} with channels)", graphs.len()));
    let ring = graphs.iter().find(|graph| graph.pattern == Some(Pattern::Ring) && !graph.channels.is_empty());
    let Some(ring) = ring else {
        return Err(ImportError::whole(
            "has no ring with channels",
            "accepted: a graph of pattern 4 with its channels",
        ));
    };
    if ring.channels.iter().all(|channel| channel.len() == 1) {
        return Err(ImportError::whole(
            "each node has one GPU, and the file holds the ring inside one node only",
            "use the log of NCCL_DEBUG=INFO, which has the ring through all nodes",
        ));
    }
    let total_gb_s = ring.intra_gb_s * ring.channels.len() as f64;
    report.read("Channels", ring.channels.len().to_string());
    report.read("Path inside a node", ring.intra.clone());
    report.read("Rate of a channel", format!("{} GB/s", significant(ring.intra_gb_s)));
    report_rings(&ring.channels, &mut report);
    if !ring.has_latency {
        report.warn("The file has no latencies: an NCCL before 2.12 wrote it.");
    }
    if matches!(ring.intra.as_str(), "SYS" | "PHB") {
        report.warn(format!(
            "The rings pass the CPU ({}). On a machine with NVLink this is a stale or wrong file, and NCCL_GRAPH_FILE should be unset.",
            ring.intra
        ));
    }
    report.leave_out("Trees and NVLS graphs: the scene plays the ring.");
    if ring.has_nics {
        report.leave_out("Other nodes: the file holds the rings of one.");
    }
    let scene = RingScene {
        form: Form::GraphXml,
        ring: ring.channels.first().cloned().unwrap_or_default(),
        link_gb_s: vec![total_gb_s; ring.channels.first().map_or(0, Vec::len)],
        noun: "GPU",
    };
    scene.import(report, catalog)
}
