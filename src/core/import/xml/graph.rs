//! NCCL's graph XML: the rings and trees that it found.

use super::tree::{Document, Element};
use crate::import::error::ImportError;

/// Most channels of a file.
const MAX_CHANNELS: usize = 1_024;

/// What a graph is, by its pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// A ring.
    Ring,
    /// A tree of some form.
    Tree,
    /// NVLS or CollNet.
    Switch,
}

/// One graph.
#[derive(Clone, Debug, PartialEq)]
pub struct NcclGraph {
    /// 0 ring, 1 tree, 2 CollNet chain, 3 NVLS, 4 CollNet direct.
    pub id: u64,
    /// Its pattern.
    pub pattern: Option<Pattern>,
    /// Rate of a channel inside a node, GB/s.
    pub intra_gb_s: f64,
    /// The kind of path inside a node: NVL, PIX, SYS and so on.
    pub intra: String,
    /// Whether it is written by an NCCL before 2.12.
    pub has_latency: bool,
    /// The GPUs of each channel, in order.
    pub channels: Vec<Vec<u64>>,
    /// Whether a channel begins and ends at a NIC.
    pub has_nics: bool,
    line: usize,
}

/// Reads all graphs.
///
/// # Errors
/// Another version, a pattern that is unknown, a GPU twice in a ring, rings of different lengths.
pub(in crate::import) fn read(document: &Document) -> Result<Vec<NcclGraph>, ImportError> {
    let root = document.elements.first().cloned().unwrap_or_default();
    if root.name != "graphs" {
        let problem = format!("begins with <{}>: the lines before it are missing", crate::units::quoted(&root.name));
        return Err(ImportError::line(root.line, problem, "use the whole file, from <graphs version=\"1\"> on"));
    }
    if root.get("version").is_some_and(|version| version != "1") {
        return Err(ImportError::line(root.line, "another version of NCCL's graphs", "accepted: version=\"1\""));
    }
    let mut graphs = Vec::new();
    for (place, element) in document.children(0).filter(|(_, element)| element.name == "graph") {
        graphs.push(graph(document, place, element)?);
    }
    if graphs.iter().map(|graph| graph.channels.len()).sum::<usize>() > MAX_CHANNELS {
        return Err(ImportError::whole("more than 1,024 channels", "accepted: the file of one job"));
    }
    Ok(graphs)
}

fn graph(document: &Document, place: usize, element: &Element) -> Result<NcclGraph, ImportError> {
    let mut channels = Vec::new();
    let mut has_nics = false;
    for (at, channel) in document.children(place).filter(|(_, channel)| channel.name == "channel") {
        has_nics |= document.children(at).any(|(_, child)| child.name == "net");
        let gpus = document.children(at).filter(|(_, child)| child.name == "gpu");
        let gpus = gpus.map(|(_, gpu)| device(gpu)).collect::<Result<Vec<u64>, ImportError>>()?;
        if gpus.is_empty() {
            return Err(ImportError::line(channel.line, "a channel has no GPU", "use the file as NCCL wrote it"));
        }
        channels.push(gpus);
    }
    let pattern = match element.number("pattern")? {
        Some(1..=3) => Some(Pattern::Tree),
        Some(4) => Some(Pattern::Ring),
        Some(5 | 6) => Some(Pattern::Switch),
        Some(other) if !channels.is_empty() => {
            return Err(ImportError::line(element.line, format!("pattern {other} of a graph"), "accepted: 1 to 6"));
        }
        Some(_) | None => None,
    };
    let gb_s = element.get("speedintra").and_then(|speed| speed.parse::<f64>().ok());
    let graph = NcclGraph {
        id: element.number("id")?.unwrap_or_default(),
        pattern,
        intra_gb_s: gb_s.filter(|gb_s| gb_s.is_finite() && *gb_s >= 0.0 && *gb_s < 1e6).unwrap_or_default(),
        intra: element.get("typeintra").unwrap_or_default().chars().filter(char::is_ascii_uppercase).take(8).collect(),
        has_latency: element.get("latencyinter").is_some(),
        channels,
        has_nics,
        line: element.line,
    };
    if pattern == Some(Pattern::Ring) {
        check_rings(&graph)?;
    }
    Ok(graph)
}

/// The number of a GPU: its rank if the file has it, else its device in hexadecimal.
fn device(gpu: &Element) -> Result<u64, ImportError> {
    if let Some(rank) = gpu.get("rank").and_then(|rank| rank.parse().ok()) {
        return Ok(rank);
    }
    let text = gpu.get("dev").unwrap_or_default();
    u64::from_str_radix(text.trim_start_matches("0x"), 16)
        .map_err(|_| ImportError::line(gpu.line, "a GPU has no number", "accepted: dev=\"0x1\""))
}

fn check_rings(graph: &NcclGraph) -> Result<(), ImportError> {
    let length = graph.channels.first().map_or(0, Vec::len);
    for channel in &graph.channels {
        let mut sorted = channel.clone();
        sorted.sort_unstable();
        sorted.dedup();
        if sorted.len() != channel.len() {
            return Err(ImportError::line(graph.line, "a GPU is twice in a ring", "use the file as NCCL wrote it"));
        }
        if channel.len() != length {
            return Err(ImportError::line(graph.line, "rings have different lengths", "use the file as NCCL wrote it"));
        }
    }
    Ok(())
}
