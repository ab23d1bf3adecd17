//! What a file is, decided by its content, and the reader for it.

use std::io::Read;

use super::error::ImportError;
use super::form::{Form, Unsupported};
use super::imported::Imported;
use super::json_form::json_form;
use super::plain_text::plain_text;
use super::recognised::Recognised;
use super::smi::topo_matrix::TopoMatrix;
#[cfg(not(target_arch = "wasm32"))]
use super::source::unreadable;
use super::source::{MAX_TEXT_BYTES, Source};
use super::{astra, chakra, json, nccl_debug, smi, xml};
use crate::catalog::Catalog;

use Recognised::{Refused, Supported};

/// Largest Chakra trace.
const MAX_CHAKRA_BYTES: u64 = 256 << 20;

/// First bytes of archives and of other packed files: zip, xz, zstd, bzip2, 7z.
const ARCHIVES: [&[u8]; 5] = [b"PK\x03\x04", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd", b"BZh", b"7z\xbc\xaf\x27\x1c"];
/// The mark of a tar archive, and its place.
const TAR: (usize, &[u8]) = (257, b"ustar");

/// What the first 64 KiB of a file tell about it; `None` if it is none of the forms.
pub fn recognise(head: &[u8]) -> Option<Recognised> {
    let is_tar = head.get(TAR.0..).is_some_and(|rest| rest.starts_with(TAR.1));
    if is_tar || ARCHIVES.iter().any(|mark| head.starts_with(mark)) {
        return Some(Refused(Unsupported::Archive));
    }
    if head.starts_with(b"SQLite format 3\0") {
        return Some(Refused(Unsupported::Sqlite));
    }
    let raw = String::from_utf8_lossy(head);
    let text = plain_text(&raw);
    let start = text.trim_start_matches('\u{feff}').trim_start();
    let root = start.starts_with('<').then(|| xml::tree::root_tag(start)).flatten();
    match root.as_deref() {
        // A copy without its first line begins inside the root.
        Some("system" | "cpu" | "pci") => return Some(Supported(Form::TopologyXml)),
        Some("graphs" | "graph") => return Some(Supported(Form::GraphXml)),
        Some("topology") => return Some(Refused(Unsupported::Hwloc)),
        Some(_) | None => {}
    }
    if matches!(head, [0x80, 2..=5, ..]) {
        return Some(Refused(Unsupported::Pickle));
    }
    let is_json = start.starts_with(['{', '[']);
    // Line breaks at the beginning of a text look like the lengths of protobuf.
    let is_binary = head.iter().any(|byte| byte.is_ascii_control() && !b"\t\n\r\x0c\x1b".contains(byte));
    if !is_json && is_binary && chakra::protobuf::begins(head) {
        return Some(Supported(Form::Chakra));
    }
    if is_json {
        let form = json_form(start);
        if form.is_some() {
            return form;
        }
    }
    // An issue may quote a file among other text.
    let quoted = xml::quoted_root(&text).map(|(_, form)| Supported(form));
    let is_page = matches!(root.as_deref(), Some("html" | "body" | "head")) || start.starts_with("<!DOCTYPE html");
    quoted.or_else(|| text_form(&text)).or(is_page.then_some(Refused(Unsupported::Html)))
}

/// Forms that are lines of text.
fn text_form(text: &str) -> Option<Recognised> {
    let rocm =
        ["ROCm System Management Interface", "rocm-smi --showtopo", "Link Type between two GPUs", "LINK TYPE TABLE"];
    if rocm.iter().any(|mark| text.contains(mark)) {
        return Some(Refused(Unsupported::RocmTopology));
    }
    // Lines of the NCCL Inspector with tags before them, or among those of the job.
    if text.lines().any(|line| line.contains("{\"header\"") && line.contains("_perf\"")) {
        return Some(Supported(Form::Inspector));
    }
    let is_log = text.lines().any(|line| line.contains("NCCL INFO ") || line.contains("CCL version "));
    let has_matrix = text.lines().any(TopoMatrix::begins);
    if is_log && (!has_matrix || nccl_debug::facts::names_a_job(text)) {
        return Some(Supported(Form::NcclDebugLog));
    }
    if has_matrix {
        return Some(Supported(Form::TopoMatrix));
    }
    let has_links = text.lines().any(smi::nvlink_status::begins) && text.contains("GPU ");
    if has_links || text.contains("NVLink information as all links are in") {
        return Some(Supported(Form::NvlinkStatus));
    }
    if astra::begins(text) {
        return Some(Supported(Form::AstraNetwork));
    }
    if text.contains("logical-dims") {
        return Some(Refused(Unsupported::AstraPacket));
    }
    if text.contains("\"topologies-per-dim\"") || text.contains("\"topology-name\"") {
        return Some(Refused(Unsupported::AstraJson));
    }
    let has = |key: &str| text.lines().any(|line| line.trim_start().starts_with(key));
    if has("infrastructure:") && has("devices:") {
        return Some(Refused(Unsupported::InfraGraph));
    }
    if text.contains("NVIDIA-SMI ") || has("GPU 0: ") {
        return Some(Refused(Unsupported::SmiList));
    }
    None
}

/// Imports what a reader gives.
///
/// # Errors
/// The content is none of the forms, is refused by name, is damaged, or passes a limit.
pub fn import(reader: impl Read, catalog: &Catalog) -> Result<Imported, ImportError> {
    let source = Source::open(reader)?;
    let form = match recognise(&source.head) {
        Some(Supported(form)) => form,
        Some(Refused(form)) => return Err(ImportError::whole(form.problem(), form.hint())),
        None => return Err(unknown(&source.head)),
    };
    match form {
        Form::TopoMatrix => smi::topo_matrix::import(&source.into_text(MAX_TEXT_BYTES)?, catalog),
        Form::NvlinkStatus => smi::nvlink_status::import(&source.into_text(MAX_TEXT_BYTES)?, catalog),
        Form::TopologyXml => xml::topology_import::import(&document(source)?, catalog),
        Form::GraphXml => xml::graph_import::import(&document(source)?, catalog),
        Form::NcclDebugLog => nccl_debug::import::import(&source.into_text(MAX_TEXT_BYTES)?, catalog),
        Form::Inspector => json::inspector::import(source.into_reader(), catalog),
        Form::ProfilerTrace => json::profiler::import(source.into_reader(), catalog),
        Form::Chakra => chakra::import::import_protobuf(&source.into_bytes(MAX_CHAKRA_BYTES)?, catalog),
        Form::ChakraJson => chakra::import::import_json(source.into_reader().take(MAX_TEXT_BYTES), catalog),
        Form::AstraNetwork => astra::import(&source.into_text(MAX_TEXT_BYTES)?, catalog),
    }
}

/// Imports a file.
///
/// # Errors
/// As [`import`], and if the file cannot be opened.
#[cfg(not(target_arch = "wasm32"))]
pub fn import_file(path: &std::path::Path, catalog: &Catalog) -> Result<Imported, ImportError> {
    let file = std::fs::File::open(path).map_err(|error| unreadable(&error))?;
    let metadata = file.metadata().map_err(|error| unreadable(&error))?;
    if metadata.is_dir() {
        return Err(ImportError::whole("is a directory", "give the path of a file in it"));
    }
    if metadata.len() > super::source::MAX_FILE_BYTES {
        return Err(ImportError::whole("is larger than 1 GiB", "keep the part of one job or one step"));
    }
    import(file, catalog)
}

/// The first 64 KiB of a file, inflated if it is gzip: what [`recognise`] takes.
///
/// # Errors
/// The file cannot be read.
#[cfg(not(target_arch = "wasm32"))]
pub fn head_of_file(path: &std::path::Path) -> Result<Vec<u8>, ImportError> {
    let file = std::fs::File::open(path).map_err(|error| unreadable(&error))?;
    Ok(Source::open(file)?.head)
}

fn document(source: Source<'_>) -> Result<xml::tree::Document, ImportError> {
    let text = source.into_text(xml::tree::MAX_XML_BYTES as u64)?;
    // Text before the root keeps its line breaks, so that errors name the lines of the file.
    let (before, xml) = match xml::quoted_root(&text) {
        Some((at, _)) if xml::tree::root_tag(text.trim_start()).is_none_or(|tag| !xml::is_root(&tag)) => {
            text.split_at_checked(at).unwrap_or(("", &text))
        }
        _ => ("", text.as_str()),
    };
    let breaks: String = before.chars().filter(|c| *c == '\n').collect();
    xml::tree::read(&(breaks + xml))
}

const ACCEPTED: &str = "accepted: nvidia-smi topo -m, NCCL topology or graph XML, an NCCL_DEBUG log, NCCL Inspector, a PyTorch profiler \
     trace, a Chakra trace, an ASTRA-sim network file; logs of nccl-tests go to `fabricscope compare`";

fn unknown(head: &[u8]) -> ImportError {
    match head.iter().all(u8::is_ascii_whitespace) {
        true => ImportError::whole("is empty", ACCEPTED),
        false => ImportError::whole("is none of the forms that can be imported", ACCEPTED),
    }
}
