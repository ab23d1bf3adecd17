//! `nvidia-smi topo -m`: which GPUs share NVLinks, and which NIC is near to which GPU.

use std::borrow::Cow;

use super::cells::{Cell, cells, gpu_number, is_peer_status, tags};
use super::devices::model_in;
use crate::catalog::Catalog;
use crate::import::error::ImportError;
use crate::import::form::Form;
use crate::import::imported::Imported;
use crate::import::machine::{MachineFacts, NvLinks, usual};
use crate::import::report::{ImportReport, numbered};
use crate::units::counted;

/// Most GPUs of a matrix.
const MAX_GPUS: usize = 128;
/// Most NICs of a matrix.
const MAX_NICS: usize = 512;
/// Most matrices after the first that are compared with it.
const MAX_OTHERS: usize = 64;
/// Most cells of a line that are read.
const MAX_CELLS: usize = 1_024;

/// A matrix that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TopoMatrix {
    /// For each GPU the cells to all GPUs.
    pub gpus: Vec<Vec<Cell>>,
    /// For each NIC the cells to all GPUs.
    pub nics: Vec<Vec<Cell>>,
    /// NUMA nodes that GPUs belong to, if the matrix lists them.
    pub numa_nodes: Vec<u32>,
    /// Whether columns or parts of the legend are missing.
    pub is_cut: bool,
}

/// A row while it is read.
struct Row {
    name: String,
    line: usize,
    cells: Vec<Cell>,
    rest: Vec<String>,
}

/// Whether a line is the header of a matrix: GPU0 first, and no cell after it.
fn is_header(words: &[String]) -> bool {
    let mut filled = words.iter().filter(|word| !word.is_empty());
    filled.next().and_then(|word| gpu_number(word)) == Some(0)
        && filled.next().is_none_or(|word| Cell::parse(word).is_none())
}

/// Whether a word is the name of a row: a device, such as `GPU3`, `NIC0` or `mlx5_0`.
fn is_device(word: &str) -> bool {
    let digits = word.trim_end_matches(|c: char| c.is_ascii_digit());
    gpu_number(word).is_some()
        || (digits.len() < word.len()
            && digits.starts_with(|c: char| c.is_ascii_alphabetic())
            && Cell::parse(word).is_none())
}

impl TopoMatrix {
    /// Whether a line may begin a matrix.
    pub(in crate::import) fn begins(line: &str) -> bool {
        let is_escaped = line.contains("GPU0\\tGPU1");
        is_escaped
            || line.contains("GPU0") && {
                let words = cells(line);
                let first = words.iter().find(|word| !word.is_empty());
                let is_row = first.is_some_and(|word| word == "GPU0") && words.iter().any(|word| word == "X");
                is_row || is_header(&words)
            }
    }

    /// Reads the first matrix of a text.
    ///
    /// # Errors
    /// No matrix, a row that is missing or short, or too many GPUs.
    pub fn read(text: &str) -> Result<TopoMatrix, ImportError> {
        let (names, rows) = rows(text)?;
        let gpu_rows: Vec<&Row> = rows.iter().filter(|row| gpu_number(&row.name).is_some()).collect();
        let of_header = names.iter().filter(|name| gpu_number(name).is_some()).count();
        let count = gpu_rows.len().max(of_header);
        if count > MAX_GPUS {
            return Err(ImportError::whole(
                format!("the matrix has {count} GPUs"),
                format!("accepted: 2 to {MAX_GPUS}"),
            ));
        }
        let mut matrix = TopoMatrix::default();
        for gpu in 0..count {
            let row = gpu_rows.iter().find(|row| gpu_number(&row.name) == Some(gpu as u32)).ok_or_else(|| {
                ImportError::whole(
                    format!("the row of GPU{gpu} is missing"),
                    "paste the whole output of nvidia-smi topo -m",
                )
            })?;
            let Some(square) = row.cells.get(..count) else {
                let problem = format!("the row of GPU{gpu} has {} of {count} cells", row.cells.len());
                return Err(ImportError::line(row.line, problem, "paste the whole output of nvidia-smi topo -m"));
            };
            matrix.gpus.push(square.to_vec());
            if let Some(numa) = numa_node(row) {
                matrix.numa_nodes.push(numa);
            }
        }
        if matrix.gpus.is_empty() {
            return Err(ImportError::whole("has no row of a GPU", "paste the whole output of nvidia-smi topo -m"));
        }
        matrix.numa_nodes.sort_unstable();
        matrix.numa_nodes.dedup();
        for row in rows.iter().filter(|row| gpu_number(&row.name).is_none()).take(MAX_NICS) {
            match row.cells.get(..count) {
                Some(cells) => matrix.nics.push(cells.to_vec()),
                None => matrix.is_cut = true,
            }
        }
        let columns = gpu_rows.iter().map(|row| row.cells.len()).min().unwrap_or_default();
        let is_even =
            gpu_rows.iter().all(|row| row.cells.len() == columns && row.cells.last() != Some(&Cell::NotAvailable));
        let named = match names.is_empty() {
            true if is_even => columns.saturating_sub(count),
            true => 0,
            false => names.len().saturating_sub(of_header),
        };
        let named = named.min(MAX_NICS);
        if matrix.nics.len() < named && columns >= count + named {
            // Rows of NICs are missing; the rows of the GPUs have the same cells.
            matrix.is_cut = true;
            let row = |gpu: usize| gpu_rows.iter().find(|row| gpu_number(&row.name) == Some(gpu as u32));
            let cell = |gpu: usize, nic: usize| row(gpu)?.cells.get(count + nic).copied();
            matrix.nics = (0..named).map(|nic| (0..count).filter_map(|gpu| cell(gpu, nic)).collect()).collect();
        }
        matrix.is_cut |= columns < count + matrix.nics.len();
        Ok(matrix)
    }

    /// The NICs nearest to a GPU, and how near they are.
    pub fn near_nics(&self, gpu: usize) -> (Vec<usize>, Option<Cell>) {
        let cell = |nic: &Vec<Cell>| nic.get(gpu).copied();
        let nearest = self.nics.iter().filter_map(cell).min();
        let near = self.nics.iter().enumerate().filter(|(_, nic)| cell(nic) == nearest).map(|(index, _)| index);
        (near.collect(), nearest)
    }
}

/// A text in which tabs and line breaks are written out (`GPU0\\tGPU1\\n`), as JSON and programs do, as plain text.
fn unescaped(text: &str) -> Cow<'_, str> {
    match text.contains("GPU0\\tGPU1") || text.contains("GPU0\\t X") {
        true => Cow::Owned(text.replace("\\n", "\n").replace("\\t", "\t")),
        false => Cow::Borrowed(text),
    }
}

/// The header's names and the rows of the first matrix.
fn rows(text: &str) -> Result<(Vec<String>, Vec<Row>), ImportError> {
    let (mut names, mut rows): (Vec<String>, Vec<Row>) = (Vec::new(), Vec::new());
    let (mut has_legend, mut is_peer_matrix, mut writer) = (false, false, String::new());
    for (index, line) in text.lines().enumerate() {
        if line.len() > MAX_CELLS * 16 {
            return Err(ImportError::line(
                index + 1,
                "a line of more than 16 KiB",
                "accepted: the output of nvidia-smi topo -m",
            ));
        }
        let words = cells(line);
        if !rows.is_empty() && tags(line) != writer {
            // Another host prints its matrix at the same time.
            continue;
        }
        has_legend |= words.first().is_some_and(|word| word.starts_with("Legend"));
        if has_legend && !rows.is_empty() {
            break;
        }
        if rows.is_empty() && is_header(&words) {
            names = words.into_iter().filter(|word| is_device(word)).collect();
            has_legend = false;
            continue;
        }
        let Some(at) = words.iter().position(|word| !word.is_empty()) else { continue };
        let (first, values) = (words.get(at).cloned().unwrap_or_default(), words.get(at + 1..).unwrap_or_default());
        let taken: Vec<Cell> = values.iter().map_while(|word| Cell::parse(word)).take(MAX_CELLS).collect();
        if is_device(&first) && values.iter().any(|word| is_peer_status(word)) {
            if rows.iter().any(|row| row.cells.len() > 1) {
                break;
            }
            (names, is_peer_matrix) = (Vec::new(), true);
            continue;
        }
        let is_row = is_device(&first) && (taken.len() > 1 || taken.first() == Some(&Cell::Own));
        if is_row && rows.iter().any(|row| row.name == first) {
            break;
        }
        if is_row {
            let rest = values.get(taken.len()..).unwrap_or_default().to_vec();
            if rows.is_empty() {
                writer = tags(line);
            }
            rows.push(Row { name: first, line: index + 1, cells: taken, rest });
        } else if let Some(row) = rows.last_mut()
            && row.rest.iter().all(String::is_empty)
            && Cell::parse(&first).is_some()
        {
            // A row that was wrapped at the terminal's width.
            let more: Vec<Cell> = words.iter().skip(at).map_while(|word| Cell::parse(word)).take(MAX_CELLS).collect();
            row.rest = words.get(at + more.len()..).unwrap_or_default().to_vec();
            row.cells.extend(more);
        }
        if rows.len() > MAX_GPUS + MAX_NICS {
            return Err(ImportError::line(
                index + 1,
                "too many rows",
                format!("accepted: {MAX_GPUS} GPUs and {MAX_NICS} NICs"),
            ));
        }
    }
    if rows.is_empty() && is_peer_matrix {
        return Err(ImportError::whole(
            "is the matrix of `nvidia-smi topo -p2p`, which lists supported features and not the links of the GPUs",
            "use the output of nvidia-smi topo -m",
        ));
    }
    Ok((names, rows))
}

/// The NUMA node of a row: the cell after the CPU affinity.
fn numa_node(row: &Row) -> Option<u32> {
    row.rest.get(1)?.parse().ok()
}

/// The matrices after the first, of other hosts or other times, and how many of them have other cells between GPUs.
fn other_matrices(text: &str, first: &TopoMatrix) -> (usize, usize) {
    let is_first_row = |line: &str| {
        let words = cells(line);
        let mut filled = words.iter().filter(|word| !word.is_empty());
        filled.next().and_then(|word| gpu_number(word)) == Some(0)
            && filled.next().and_then(|word| Cell::parse(word)) == Some(Cell::Own)
            && !words.iter().any(|word| is_peer_status(word))
    };
    // The lines of each writer, from each row of a GPU 0 to the next.
    let mut matrices: Vec<(String, String)> = Vec::new();
    for line in text.lines().filter(|line| line.len() <= MAX_CELLS * 16) {
        let writer = tags(line);
        if is_first_row(line) && matrices.len() <= MAX_OTHERS {
            matrices.push((writer, format!("{line}\n")));
        } else if let Some((_, own)) = matrices.iter_mut().rev().find(|(tags, _)| *tags == writer) {
            own.push_str(line);
            own.push('\n');
        }
    }
    let others = matrices.iter().skip(1).filter_map(|(_, text)| TopoMatrix::read(text).ok());
    others.fold((0, 0), |(count, different), other| (count + 1, different + usize::from(other.gpus != first.gpus)))
}

fn counted_matrices(count: usize) -> String {
    if count == 1 { "1 other matrix".to_owned() } else { format!("{count} other matrices") }
}

/// Imports a matrix.
pub(in crate::import) fn import(text: &str, catalog: &Catalog) -> Result<Imported, ImportError> {
    let text = &*unescaped(text);
    let matrix = TopoMatrix::read(text)?;
    let mut report = ImportReport::default();
    let (n, model) = (matrix.gpus.len(), model_in(text));
    let (nvlinks, odd) = matrix.links(model)?;
    report.read("GPUs", n.to_string());
    if let Some(model) = model {
        report.read("GPU model", model.name);
    }
    match &nvlinks {
        NvLinks::None => report.read("NVLink", "none"),
        NvLinks::Switch(lanes) => {
            report.read("NVLink", format!("{} lanes per GPU to switches", usual(lanes).unwrap_or(0)))
        }
        NvLinks::Islands { ports, islands } => {
            let lanes = usual(ports).unwrap_or(0);
            report.read("NVLink", format!("{lanes} lanes per GPU to switches, in {} islands", islands.len()));
        }
        NvLinks::Mesh(edges) => report.read("NVLink", counted(edges.len(), "direct connection")),
    }
    report_nics(&matrix, &mut report);
    if !matrix.numa_nodes.is_empty() {
        report.read("NUMA nodes", matrix.numa_nodes.len().to_string());
    }
    let asymmetric = matrix.asymmetric_pairs();
    if let Some(&(from, to)) = asymmetric.first() {
        let pairs = match asymmetric.len() {
            1 => String::new(),
            pairs => format!(", and so do those of {}", counted(pairs - 1, "other pair")),
        };
        // A pair that cannot be right behind switches has a warning of its own.
        let counts = if odd.contains(&(from, to)) { "" } else { "; the one with fewer lanes counts" };
        report.warn(format!("The cells of {} differ by direction{pairs}{counts}.", numbered("GPU", &[from, to])));
    }
    matrix.warn_of_odd_pairs(&odd, &mut report);
    if let NvLinks::Islands { islands, .. } = &nvlinks {
        report.warn(format!(
            "NVLink joins the GPUs in {} islands around switches: is this the text of several hosts, or is a switch down?",
            islands.len()
        ));
    }
    if matrix.is_cut {
        report.warn("The matrix is cut: columns or rows of NICs are missing.");
    }
    let near_bridge = (0..n).any(|gpu| matrix.near_nics(gpu).1.is_some_and(|cell| cell <= Cell::Bridges));
    let has_lanes = model.is_none_or(|model| model.lane_gb_s > 0.0);
    if nvlinks == NvLinks::None && n >= 8 && near_bridge && has_lanes {
        report.warn("No GPU has NVLink, though NICs are near as in HGX boxes: is the fabric manager running?");
    }
    let (others, different) = other_matrices(text, &matrix);
    if others > 0 {
        report.leave_out(format!("{}: the first of the text is read.", counted_matrices(others)));
    }
    if different > 0 {
        report.warn(format!(
            "{} of the text, of another host or another time, {} from the first: import each on its own.",
            counted_matrices(different),
            if different == 1 { "differs" } else { "differ" }
        ));
    }
    report.leave_out("NICs, CPUs and NUMA nodes: the scene is one node, and its collectives use NVLink or PCIe.");
    let facts =
        MachineFacts { gpus: n as u32, has_no_nvlink: nvlinks == NvLinks::None, nvlinks, model, pcie_gb_s: None };
    Imported::of_machine(Form::TopoMatrix, &facts, report, catalog)
}

fn report_nics(matrix: &TopoMatrix, report: &mut ImportReport) {
    if matrix.nics.is_empty() {
        return;
    }
    report.read("NICs", matrix.nics.len().to_string());
    report.nearest_nics((0..matrix.gpus.len()).map(|gpu| {
        let (nics, cell) = matrix.near_nics(gpu);
        (nics, cell.map(Cell::label).unwrap_or_default())
    }));
}
