//! What a file says about the machine of a job, and the fabric of a scene for it.

use super::gpu_model::{GEN4, GpuModel, by_switch_lanes};
use super::islands::join_islands;
use super::report::{ImportReport, numbered};
use crate::catalog::{Catalog, Machine};
use crate::scene::{FabricFile, FaultFile, GraphFile, GraphLinkFile, TimingChoice};
use crate::units::significant;

/// How the GPUs of a node are joined by NVLink or xGMI.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NvLinks {
    /// Not at all, or the file does not say.
    None,
    /// To switches: the lanes of each GPU.
    Switch(Vec<u32>),
    /// To switches that join some of the GPUs each: the lanes of each GPU, and the GPUs of each island.
    Islands {
        /// The lanes of each GPU.
        ports: Vec<u32>,
        /// The GPUs of each island of two or more.
        islands: Vec<Vec<u32>>,
    },
    /// Directly: two GPUs and the lanes between them.
    Mesh(Vec<(u32, u32, u32)>),
}

/// The machine of a file: one node of it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct MachineFacts {
    /// GPUs of a node.
    pub gpus: u32,
    /// What joins them.
    pub nvlinks: NvLinks,
    /// The model, if the file names it.
    pub model: Option<GpuModel>,
    /// Rate of a GPU's PCIe port per direction, GB/s, if the file has it.
    pub pcie_gb_s: Option<f64>,
    /// Whether there is no NVLink for sure, and not only no word about it.
    pub has_no_nvlink: bool,
}

/// The most frequent value above 0.
pub(super) fn usual(values: &[u32]) -> Option<u32> {
    let mut counts = std::collections::BTreeMap::new();
    values.iter().filter(|value| **value > 0).for_each(|value| *counts.entry(*value).or_insert(0) += 1);
    counts.into_iter().max_by_key(|(value, count)| (*count, *value)).map(|(value, _)| value)
}

/// A rate as a scene writes it: `25GB/s`, `56.25GB/s`, to a MB/s.
fn rate(gb_s: f64) -> String {
    format!("{}GB/s", (gb_s * 1000.0).round() / 1000.0)
}

fn shown_rate(gb_s: f64) -> String {
    format!("{} GB/s", short(gb_s))
}

/// A number with at most four digits and without zeros at the end of its decimals.
pub(super) fn short(value: f64) -> String {
    let text = significant(value);
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

impl MachineFacts {
    /// The fabrics of a scene: the machine, and if it has faults, the same machine without them.
    pub(super) fn fabrics(&self, catalog: &Catalog, report: &mut ImportReport) -> Vec<FabricFile> {
        let fabric = match &self.nvlinks {
            NvLinks::Switch(lanes) => self.switched(lanes, catalog, report),
            NvLinks::Islands { ports, islands } => self.switched_islands(ports, islands, report),
            NvLinks::Mesh(edges) => self.mesh(edges, catalog, report),
            NvLinks::None => self.pcie(catalog, report),
        };
        if fabric.faults.is_empty() {
            return vec![fabric];
        }
        let repaired = FabricFile { name: "Repaired".to_owned(), faults: Vec::new(), ..fabric.clone() };
        vec![FabricFile { name: "As imported".to_owned(), ..fabric }, repaired]
    }

    fn switched(&self, lanes: &[u32], catalog: &Catalog, report: &mut ImportReport) -> FabricFile {
        let all = self.all_lanes(lanes);
        let model = self.model.or_else(|| {
            let guess = by_switch_lanes(all, lanes.len())?;
            let others = match all {
                18 => ": H100, H200, B200 and GB200 have as many",
                12 => "",
                8 => ": A800 has as many",
                _ => "",
            };
            report.guess(format!("The file names no GPU. {} is the usual one with {all} lanes{others}.", guess.name));
            Some(guess)
        });
        let preset = model.and_then(|model| self.preset(model, all, catalog));
        let (mut fabric, port_gb_s) = match preset {
            Some((machine, name, port_gb_s)) => {
                (FabricFile { name, ..FabricFile::new(machine, None, TimingChoice::Ideal) }, port_gb_s)
            }
            None => {
                let lane_gb_s = model.map(|model| model.lane_gb_s).filter(|rate| *rate > 0.0).unwrap_or(25.0);
                let port_gb_s = f64::from(all) * lane_gb_s;
                report.guess(format!(
                    "{} per lane: {} per GPU and direction, and a latency of the catalog.",
                    shown_rate(lane_gb_s),
                    shown_rate(port_gb_s)
                ));
                let name =
                    model.map_or("GPUs around a switch".to_owned(), |model| format!("{} around a switch", model.name));
                let mut fabric = FabricFile { name, ..FabricFile::new("switch", None, TimingChoice::Ideal) };
                fabric.params.link_capacity = Some(rate(port_gb_s));
                (fabric, port_gb_s)
            }
        };
        self.warn_of_lanes(lanes, all, report);
        let pcie_gb_s = self.pcie_gb_s.or(model.map(|model| model.pcie_gb_s)).unwrap_or(GEN4);
        for (gpu, &have) in lanes.iter().enumerate().filter(|(_, have)| **have < all) {
            let share = match have {
                0 => pcie_gb_s / port_gb_s,
                have => f64::from(have) / f64::from(all),
            };
            let share = (share * 1000.0).round().clamp(1.0, 999.0) / 1000.0;
            for link in [format!("GPU {gpu} -> NVSwitch"), format!("NVSwitch -> GPU {gpu}")] {
                fabric.faults.push(FaultFile { link: Some(link), capacity: Some(share), ..FaultFile::default() });
            }
        }
        let off: Vec<usize> = with_lanes(lanes, 0);
        if !off.is_empty() {
            let reach = if off.len() == 1 { "reaches" } else { "reach" };
            let (gpus, rate) = (numbered("GPU", &off), shown_rate(pcie_gb_s));
            report.guess(format!("{gpus} {reach} the others over PCIe at {rate}."));
        }
        fabric
    }

    /// The lanes of a GPU with all of its lanes: those of the model, else the most that a GPU has if boards have so many, else
    /// the most frequent number.
    fn all_lanes(&self, lanes: &[u32]) -> u32 {
        let usual = usual(lanes).unwrap_or(1);
        let of_model = self.model.map(|model| model.most_lanes).filter(|most| *most >= usual);
        let most = lanes.iter().copied().max().filter(|most| by_switch_lanes(*most, lanes.len()).is_some());
        of_model.or(most).unwrap_or(usual)
    }

    /// GPUs with fewer lanes than all, or with none.
    fn warn_of_lanes(&self, lanes: &[u32], all: u32, report: &mut ImportReport) {
        let mut numbers: Vec<u32> = lanes.iter().copied().filter(|have| *have < all).collect();
        numbers.sort_unstable();
        numbers.dedup();
        for have in numbers {
            let gpus = with_lanes(lanes, have);
            let one = gpus.len() == 1;
            let named = match gpus.len() == lanes.len() {
                true => "All GPUs".to_owned(),
                false => numbered("GPU", &gpus),
            };
            report.warn(match have {
                0 => format!(
                    "{named} {} not on NVLink, the others are: {}, or the fabric manager is down.",
                    if one { "is" } else { "are" },
                    if one { "it has fallen off" } else { "they have fallen off" }
                ),
                have => format!("{named} {} {have} of {all} NVLink lanes.", if one { "has" } else { "have" }),
            });
        }
        if let Some(model) = self.model.filter(|model| model.most_lanes > 0 && all > model.most_lanes) {
            let (name, most) = (model.name, model.most_lanes);
            report.warn(format!("{all} NVLink lanes per GPU are more than the {most} of {name}: is it another GPU?"));
        }
    }

    /// The machine of the catalog for a model, its name, and the rate of a port.
    fn preset<'a>(&self, model: GpuModel, lanes: u32, catalog: &'a Catalog) -> Option<(&'a str, String, f64)> {
        let Machine::Nvlink(machine) = catalog.get(model.machine?)? else { return None };
        let fits = machine.lanes.value == f64::from(lanes) && machine.gpus.value >= f64::from(self.gpus);
        fits.then(|| (machine.id.as_str(), machine.name.clone(), machine.port_gb_s.value))
    }

    fn mesh(&self, edges: &[(u32, u32, u32)], catalog: &Catalog, report: &mut ImportReport) -> FabricFile {
        let first = edges.first().map_or(1, |(_, _, lanes)| *lanes);
        let n = self.gpus as usize;
        let is_full = edges.len() == n * n.saturating_sub(1) / 2 && edges.iter().all(|(_, _, lanes)| *lanes == first);
        let preset = self.model.and_then(|model| match catalog.get(model.machine?)? {
            Machine::Free(free)
                if is_full && free.chips.as_ref().is_some_and(|chips| chips.value == f64::from(self.gpus)) =>
            {
                Some(free)
            }
            Machine::Free(_)
            | Machine::Nvlink(_)
            | Machine::Wafer(_)
            | Machine::WaferCluster(_)
            | Machine::Network(_) => None,
        });
        if let Some(free) = preset {
            return FabricFile { name: free.name.clone(), ..FabricFile::new(&free.id, None, TimingChoice::Ideal) };
        }
        let off: Vec<usize> =
            (0..n).filter(|gpu| edges.iter().all(|(from, to, _)| ![*from, *to].contains(&(*gpu as u32)))).collect();
        if !off.is_empty() {
            let has = if off.len() == 1 { "has" } else { "have" };
            report.warn(format!("{} {has} no NVLink, and the other GPUs have it.", numbered("GPU", &off)));
        }
        let lanes: Vec<(u32, u32, f64)> = edges.iter().map(|&(from, to, lanes)| (from, to, f64::from(lanes))).collect();
        let name = self.model.map_or("Direct NVLinks".to_owned(), |model| format!("{} x {}", self.gpus, model.name));
        self.graph(name, edges, &lanes, report)
    }

    /// Islands around switches: a scene has one switch, so that the lanes of a GPU go to the GPUs of its island in equal parts.
    fn switched_islands(&self, ports: &[u32], islands: &[Vec<u32>], report: &mut ImportReport) -> FabricFile {
        self.warn_of_lanes(ports, self.all_lanes(ports), report);
        let port = |gpu: &u32| ports.get(*gpu as usize).copied().unwrap_or(0);
        let mut lanes: Vec<(u32, u32, f64)> = Vec::new();
        for island in islands {
            let others = island.len().saturating_sub(1).max(1) as f64;
            for (place, from) in island.iter().enumerate() {
                let later = island.iter().skip(place + 1);
                lanes.extend(later.map(|to| (*from, *to, f64::from(port(from).min(port(to))) / others)));
            }
        }
        let edges: Vec<(u32, u32, u32)> = lanes.iter().map(|&(from, to, _)| (from, to, 1)).collect();
        report.guess(
            "Each island of NVLink is drawn with direct links that share the lanes of a GPU evenly: a scene has one switch.",
        );
        let name = self.model.map_or("Islands".to_owned(), |model| format!("{} x {}", self.gpus, model.name));
        self.graph(name, &edges, &lanes, report)
    }

    /// Links between GPUs with their lanes, and PCIe between their islands.
    fn graph(
        &self,
        name: String,
        edges: &[(u32, u32, u32)],
        lanes: &[(u32, u32, f64)],
        report: &mut ImportReport,
    ) -> FabricFile {
        let lane_gb_s = self.model.map(|model| model.lane_gb_s).filter(|rate| *rate > 0.0);
        let lane_gb_s = lane_gb_s.unwrap_or_else(|| {
            report.guess("25 GB/s per lane and direction, as from V100 to H200; the file names no GPU.");
            25.0
        });
        let mut links: Vec<GraphLinkFile> =
            lanes.iter().map(|&(from, to, lanes)| link(from, to, lanes * lane_gb_s)).collect();
        let pcie_gb_s = self.pcie_gb_s.or(self.model.map(|model| model.pcie_gb_s)).unwrap_or(GEN4);
        let joints = join_islands(self.gpus, edges);
        if !joints.is_empty() {
            report.guess(format!(
                "Islands of NVLink are joined by PCIe at {}, drawn as links between neighbouring islands.",
                shown_rate(pcie_gb_s)
            ));
        }
        links.extend(joints.into_iter().map(|(from, to)| link(from, to, pcie_gb_s)));
        report.guess("500 ns of latency per link, a round figure of the catalog.");
        let graph = Some(GraphFile { chips: self.gpus, links });
        FabricFile { name, graph, ..FabricFile::new("graph", None, TimingChoice::Ideal) }
    }

    fn pcie(&self, catalog: &Catalog, report: &mut ImportReport) -> FabricFile {
        let preset = self.model.and_then(|model| match catalog.get(model.machine?)? {
            // Cards without NVLink have their PCIe port in the catalog: as many lanes as PCIe has.
            Machine::Nvlink(machine) if machine.switches.value == 1.0 && machine.gpus.value >= f64::from(self.gpus) => {
                Some(machine)
            }
            Machine::Nvlink(machine) if !self.has_no_nvlink => Some(machine),
            Machine::Nvlink(_)
            | Machine::Free(_)
            | Machine::Wafer(_)
            | Machine::WaferCluster(_)
            | Machine::Network(_) => None,
        });
        if let Some(machine) = preset {
            if !self.has_no_nvlink {
                report.guess(format!("The file says nothing about NVLink; {} has it.", machine.name));
            }
            return FabricFile {
                name: machine.name.clone(),
                ..FabricFile::new(&machine.id, None, TimingChoice::Ideal)
            };
        }
        let pcie_gb_s = self.pcie_gb_s.or(self.model.map(|model| model.pcie_gb_s));
        let pcie_gb_s = pcie_gb_s.unwrap_or_else(|| {
            report.guess("PCIe 4 x16, 31.5 GB/s per GPU and direction; the file names neither GPU nor rate.");
            GEN4
        });
        report.guess("PCIe bridges, sockets and the links between them are one switch that is never the bottleneck.");
        let name = self.model.map_or("GPUs over PCIe".to_owned(), |model| format!("{} over PCIe", model.name));
        let mut fabric = FabricFile { name, ..FabricFile::new("switch", None, TimingChoice::Ideal) };
        fabric.params.link_capacity = Some(rate(pcie_gb_s));
        fabric
    }
}

/// The GPUs that have so many lanes.
fn with_lanes(lanes: &[u32], wanted: u32) -> Vec<usize> {
    lanes.iter().enumerate().filter(|(_, have)| **have == wanted).map(|(gpu, _)| gpu).collect()
}

fn link(from: u32, to: u32, gb_s: f64) -> GraphLinkFile {
    GraphLinkFile { from, to, capacity: Some(rate(gb_s)), latency: None, bidirectional: true }
}
