//! What a file is, decided by its content, and the reader for it.

use std::io::Read;

use super::error::ImportError;
use super::form::{Form, Unsupported};
use super::imported::Imported;
use super::json_form::json_form;
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

/// What the first 64 KiB of a file tell about it; `None` if it is none of the forms.
pub fn recognise(head: &[u8]) -> Option<Recognised> {
    let text = String::from_utf8_lossy(head);
    let start = text.trim_start_matches('\u{feff}').trim_start();
    if start.starts_with('<') {
        return match xml::tree::root_tag(start)?.as_str() {
            "system" => Some(Supported(Form::TopologyXml)),
            "graphs" => Some(Supported(Form::GraphXml)),
            "topology" => Some(Refused(Unsupported::Hwloc)),
            _ => None,
        };
    }
    if matches!(head, [0x80, 2..=5, ..]) {
        return Some(Refused(Unsupported::Pickle));
    }
    let is_json = start.starts_with(['{', '[']);
    if !is_json && chakra::protobuf::begins(head) {
        return Some(Supported(Form::Chakra));
    }
    if is_json {
        let form = json_form(start);
        if form.is_some() {
            return form;
        }
    }
    text_form(&text)
}

/// Forms that are lines of text.
fn text_form(text: &str) -> Option<Recognised> {
    if text.contains("ROCm System Management Interface") || text.contains("rocm-smi --showtopo") {
        return Some(Refused(Unsupported::RocmTopology));
    }
    if text.lines().any(|line| line.contains("NCCL INFO ") || line.contains("NCCL version ")) {
        return Some(Supported(Form::NcclDebugLog));
    }
    if text.lines().any(TopoMatrix::begins) {
        return Some(Supported(Form::TopoMatrix));
    }
    if text.lines().any(|line| line.trim_start().starts_with("Link 0:")) && text.contains("GPU ") {
        return Some(Supported(Form::NvlinkStatus));
    }
    if astra::begins(text) {
        return Some(Supported(Form::AstraNetwork));
    }
    if text.contains("logical-dims") {
        return Some(Refused(Unsupported::AstraPacket));
    }
    let has = |key: &str| text.lines().any(|line| line.trim_start().starts_with(key));
    if has("infrastructure:") && has("devices:") {
        return Some(Refused(Unsupported::InfraGraph));
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
    xml::tree::read(&source.into_text(xml::tree::MAX_XML_BYTES as u64)?)
}

const ACCEPTED: &str = "accepted: nvidia-smi topo -m, NCCL topology or graph XML, an NCCL_DEBUG log, NCCL Inspector, a PyTorch profiler \
     trace, a Chakra trace, an ASTRA-sim network file; logs of nccl-tests go to `fabricscope compare`";

fn unknown(head: &[u8]) -> ImportError {
    match head.iter().all(u8::is_ascii_whitespace) {
        true => ImportError::whole("is empty", ACCEPTED),
        false => ImportError::whole("is none of the forms that can be imported", ACCEPTED),
    }
}
