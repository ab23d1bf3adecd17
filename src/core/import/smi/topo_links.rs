//! What the cells of a matrix say about NVLink: lanes to switches, direct links, or neither.
//!
//! A cell with lanes means one of two things. Around switches it counts the lanes of a GPU, which all its pairs share; between
//! GPUs that are joined directly it counts the lanes of that pair alone. No GPU has more lanes than its model, so a row whose
//! cells add up to more is one of switches, even if some of its cells differ.

use super::cells::Cell;
use super::topo_matrix::TopoMatrix;
use crate::import::error::ImportError;
use crate::import::gpu_model::GpuModel;
use crate::import::islands::islands;
use crate::import::machine::{NvLinks, usual};
use crate::import::report::{ImportReport, numbered};
use crate::units::counted;

/// Most NVLink lanes of a GPU that the text does not name: boards with direct links have 18 at most.
const MAX_DIRECT_LANES: u32 = 18;
/// Most pairs that warnings name one by one.
const MAX_NAMED_PAIRS: usize = 8;

/// Two GPUs.
type Pair = (usize, usize);

impl TopoMatrix {
    /// The cell of two GPUs; if the two sides differ, the one with fewer lanes.
    fn pair(&self, from: usize, to: usize) -> Cell {
        let cell = |row: usize, column: usize| self.gpus.get(row).and_then(|row| row.get(column)).copied();
        let (there, back) =
            (cell(from, to).unwrap_or(Cell::NotAvailable), cell(to, from).unwrap_or(Cell::NotAvailable));
        if there.lanes() <= back.lanes() { there } else { back }
    }

    /// All pairs of GPUs.
    fn pairs(&self) -> impl Iterator<Item = Pair> + use<> {
        let n = self.gpus.len();
        (0..n).flat_map(move |from| (from + 1..n).map(move |to| (from, to)))
    }

    /// Pairs of GPUs whose two cells differ.
    pub fn asymmetric_pairs(&self) -> Vec<Pair> {
        let cell = |from: usize, to: usize| self.gpus.get(from).and_then(|row| row.get(to));
        self.pairs().filter(|&(from, to)| cell(from, to) != cell(to, from)).collect()
    }

    /// The lanes of a GPU in each of its pairs.
    fn lanes_of(&self, gpu: usize) -> Vec<u32> {
        (0..self.gpus.len()).filter(|other| *other != gpu).map(|other| self.pair(gpu, other).lanes()).collect()
    }

    /// The links between GPUs that have any.
    fn edges(&self) -> Vec<(u32, u32, u32)> {
        let edges = self.pairs().map(|(from, to)| (from as u32, to as u32, self.pair(from, to).lanes()));
        edges.filter(|(_, _, lanes)| *lanes > 0).collect()
    }

    /// Pairs that cannot be right if the GPUs of an island have so many lanes to switches: two of them reach each other with
    /// the lanes of the one that has fewer.
    fn odd_pairs(&self, ports: &[u32], islands: &[Vec<u32>]) -> Vec<Pair> {
        let is_together =
            |(a, b): Pair| islands.iter().any(|island| island.contains(&(a as u32)) && island.contains(&(b as u32)));
        let fewer = |(a, b): Pair| ports.get(a).copied().min(ports.get(b).copied()).unwrap_or(0);
        self.pairs().filter(|&(a, b)| is_together((a, b)) && self.pair(a, b).lanes() != fewer((a, b))).collect()
    }

    /// The lanes of each GPU to switches, and the pairs that do not fit them.
    fn ports(&self, islands: &[Vec<u32>]) -> (Vec<u32>, Vec<Pair>) {
        let n = self.gpus.len();
        // A GPU has as many as its best pair. If that cell is the odd one, it has as many as most of its pairs.
        let best: Vec<u32> = (0..n).map(|gpu| self.lanes_of(gpu).into_iter().max().unwrap_or(0)).collect();
        let most: Vec<u32> = (0..n).map(|gpu| usual(&self.lanes_of(gpu)).unwrap_or(0)).collect();
        let (of_best, of_most) = (self.odd_pairs(&best, islands), self.odd_pairs(&most, islands));
        if of_most.len() < of_best.len() { (most, of_most) } else { (best, of_best) }
    }

    /// What joins the GPUs, and the pairs whose cells do not fit that.
    ///
    /// # Errors
    /// The cells of a GPU add up to more lanes than it has, and do not look like switches either.
    pub(super) fn links(&self, model: Option<GpuModel>) -> Result<(NvLinks, Vec<Pair>), ImportError> {
        let n = self.gpus.len();
        let edges = self.edges();
        if edges.is_empty() {
            return Ok((NvLinks::None, Vec::new()));
        }
        let mut islands = islands(n as u32, &edges);
        islands.retain(|island| island.len() > 1);
        let (ports, odd) = self.ports(&islands);
        let most_lanes = model.map(|model| model.most_lanes).filter(|lanes| *lanes > 0).unwrap_or(MAX_DIRECT_LANES);
        let sum = |gpu: usize| self.lanes_of(gpu).into_iter().fold(0, u32::saturating_add);
        let overfull = (0..n).find(|gpu| sum(*gpu) > most_lanes && n > 2);
        let Some(overfull) = overfull else {
            let joined: usize = islands.iter().map(Vec::len).sum();
            let usual = usual(&ports).unwrap_or(0);
            // Boards of 4 GPUs have direct links: 3 x 2 lanes of a V100, 3 x 4 of an A100, 3 x 6 of an H100. No switch has 4
            // lanes or fewer for a GPU.
            let is_small_board = n == 4 && usual == 6 && ports.iter().all(|lanes| *lanes == usual);
            let is_switch = islands.len() == 1 && odd.is_empty() && joined > 2 && joined * 2 > n;
            let nvlinks = match is_switch && !is_small_board && usual > 4 {
                true => NvLinks::Switch(ports),
                false => NvLinks::Mesh(edges),
            };
            return Ok((nvlinks, Vec::new()));
        };
        let pairs: usize = islands.iter().map(|island| island.len() * (island.len() - 1) / 2).sum();
        if odd.len() * 2 > pairs {
            let owner = model.map_or("a GPU".to_owned(), |model| format!("{} GPUs", model.name));
            return Err(ImportError::whole(
                format!(
                    "the cells of GPU{overfull} add up to {} NVLink lanes, {owner} with direct links have up to {most_lanes}, and the \
                     cells differ too much for switches",
                    sum(overfull)
                ),
                "paste the whole output of nvidia-smi topo -m",
            ));
        }
        match islands.len() {
            1 => Ok((NvLinks::Switch(ports), odd)),
            _ => Ok((NvLinks::Islands { ports, islands }, odd)),
        }
    }

    /// Warnings about pairs of GPUs around switches whose cells do not fit the others.
    pub(super) fn warn_of_odd_pairs(&self, odd: &[Pair], report: &mut ImportReport) {
        for &(a, b) in odd.iter().take(MAX_NAMED_PAIRS) {
            let lanes = match self.pair(a, b).lanes() {
                0 => "no NVLink".to_owned(),
                lanes => counted(lanes as usize, "NVLink lane"),
            };
            report.warn(format!(
                "{} have {lanes} between them, and more to others. Behind switches a GPU has as many lanes to all: the scene leaves \
                 out the difference. `nvidia-smi nvlink -s` tells whether lanes are down.",
                numbered("GPU", &[a, b])
            ));
        }
        if odd.len() > MAX_NAMED_PAIRS {
            report.warn(format!("{} more pairs of GPUs differ in this way.", odd.len() - MAX_NAMED_PAIRS));
        }
    }
}
