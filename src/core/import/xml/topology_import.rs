//! A machine from NCCL's topology XML.

use super::topology::{TopologyXml, XmlGpu, XmlLink};
use super::tree::Document;
use crate::catalog::Catalog;
use crate::import::error::ImportError;
use crate::import::form::Form;
use crate::import::gpu_model::{GpuModel, by_architecture, by_pci_device, named};
use crate::import::imported::Imported;
use crate::import::machine::{MachineFacts, NvLinks, usual};
use crate::import::report::{ImportReport, numbered};
use crate::units::{counted, significant};

impl TopologyXml {
    /// What joins the GPUs.
    pub fn nvlinks(&self) -> NvLinks {
        let lanes = self.lanes();
        if lanes.iter().all(|lanes| *lanes == 0) {
            return NvLinks::None;
        }
        let place = |busid: &str| self.gpus.iter().position(|gpu| gpu.busid == busid);
        let is_switch =
            self.gpus.iter().flat_map(|gpu| &gpu.links).any(|link| link.is_switch || place(&link.target).is_none());
        if is_switch {
            return NvLinks::Switch(lanes);
        }
        let mut edges = std::collections::BTreeMap::new();
        for (from, gpu) in self.gpus.iter().enumerate() {
            for link in &gpu.links {
                let Some(to) = place(&link.target).filter(|to| *to != from) else { continue };
                let ends = edges.entry((from.min(to) as u32, from.max(to) as u32)).or_insert([0, 0]);
                ends[usize::from(from > to)] += link.lanes;
            }
        }
        // Both ends should agree; a link that only one end has is not there.
        let agreed = edges.into_iter().map(|((from, to), [there, back])| (from, to, there.min(back)));
        NvLinks::Mesh(agreed.filter(|(_, _, lanes)| *lanes > 0).collect())
    }

    /// Different switches that the GPUs name, if those can be seen.
    pub fn switches(&self) -> usize {
        let links = self.gpus.iter().flat_map(|gpu| &gpu.links).filter(|link| link.is_switch && !link.is_hidden());
        let targets: std::collections::BTreeSet<&str> = links.map(|link| link.target.as_str()).collect();
        targets.len()
    }

    fn model(&self, report: &mut ImportReport) -> Option<GpuModel> {
        let first = self.gpus.first()?;
        if let Some(model) = first.device.as_deref().and_then(by_pci_device) {
            report.read("GPU model", model.name);
            return Some(model);
        }
        if self.gpus.iter().all(|gpu| gpu.sm.is_none() && gpu.device.is_none()) && self.gpus.len() == 8 {
            // The files of clouds for their boxes of 8: generation 4 is A100, generation 5 is H100.
            let name = match first.pcie?.gt_s {
                gt_s if gt_s > 20.0 => "H100",
                gt_s if gt_s > 10.0 => "A100",
                _ => return None,
            };
            report.guess(format!("The file names no GPU. Boxes of 8 with such a PCIe have {name}."));
            return named(name);
        }
        let sm = first.sm.filter(|_| !self.is_rccl)?;
        let lanes = usual(&self.lanes()).unwrap_or(0);
        let model = by_architecture(sm, lanes, self.is_arm)?;
        report.guess(format!("GPUs of architecture {sm} are taken for {}; the file does not name them.", model.name));
        Some(model)
    }
}

/// Imports a machine.
pub(in crate::import) fn import(document: &Document, catalog: &Catalog) -> Result<Imported, ImportError> {
    let topology = TopologyXml::read(document)?;
    let mut report = ImportReport::default();
    report.read("GPUs", topology.gpus.len().to_string());
    let model = topology.model(&mut report);
    let nvlinks = topology.nvlinks();
    report_links(&topology, &nvlinks, &mut report);
    warn_of_hidden_switches(&topology, &mut report);
    if let (NvLinks::Mesh(_), Some(&(from, to))) = (&nvlinks, topology.unequal_links().first()) {
        let more = match topology.unequal_links().len() {
            1 => String::new(),
            pairs => format!(", and of {}", counted(pairs - 1, "other pair")),
        };
        report.warn(format!(
            "The two ends of the link of {}{more} differ in their lanes: the fewer count, and a link with one end is left out.",
            numbered("GPU", &[from, to])
        ));
    }
    let pcie = topology.gpus.iter().filter_map(|gpu| gpu.pcie).find(|pcie| pcie.nccl_gb_s() > 3.0);
    if let Some(pcie) = pcie {
        let text = format!(
            "{} GT/s x{}: {} GB/s ({} for NCCL)",
            pcie.gt_s,
            pcie.lanes,
            significant(pcie.data_gb_s()),
            significant(pcie.nccl_gb_s())
        );
        report.read("PCIe of a GPU", text);
    }
    report_nics(&topology, &mut report);
    report.read("CPUs", topology.cpus.to_string());
    if topology.hosts > 1 {
        report.read("Hosts", topology.hosts.to_string());
        if topology.gpus_of_other_hosts == 0 {
            report.guess("All hosts are one NVLink domain.");
        } else {
            let gpus = counted(topology.gpus_of_other_hosts, "GPU");
            report.leave_out(format!("{gpus} of other hosts: each host has switches or links of its own."));
        }
    }
    report.leave_out("NICs and CPUs: the scene is one NVLink domain, and its collectives use NVLink or PCIe.");
    let facts = MachineFacts {
        gpus: topology.gpus.len() as u32,
        // A static file of a cloud lists PCIe only; a dump of a job lists NVLink if it has any.
        has_no_nvlink: nvlinks == NvLinks::None
            && topology.gpus.iter().any(|gpu| gpu.sm.is_some())
            && model.is_none_or(|model| model.lane_gb_s == 0.0),
        nvlinks,
        model,
        pcie_gb_s: pcie.map(|pcie| pcie.data_gb_s()),
    };
    Imported::of_machine(Form::TopologyXml, &facts, report, catalog)
}

/// A GPU whose switches cannot be seen among others whose can: its NVLinks may be down.
fn warn_of_hidden_switches(topology: &TopologyXml, report: &mut ImportReport) {
    let is_hidden = |gpu: &XmlGpu| !gpu.links.is_empty() && gpu.links.iter().all(XmlLink::is_hidden);
    let hidden: Vec<usize> =
        topology.gpus.iter().enumerate().filter(|(_, gpu)| is_hidden(gpu)).map(|(place, _)| place).collect();
    if hidden.len() * 2 < topology.gpus.len() {
        hidden.iter().for_each(|gpu| {
            report.warn(format!(
                "GPU {gpu} does not show which switches it reaches, and the others do: look at `nvidia-smi nvlink -R`."
            ));
        });
    }
}

fn report_links(topology: &TopologyXml, nvlinks: &NvLinks, report: &mut ImportReport) {
    let name = if topology.is_rccl { "xGMI" } else { "NVLink" };
    match nvlinks {
        NvLinks::None => report.read(name, "none in the file"),
        NvLinks::Switch(lanes) => {
            let switches = match topology.switches() {
                0 => "switches that the file does not show".to_owned(),
                1 => "1 switch".to_owned(),
                switches => format!("{switches} switches"),
            };
            report.read(name, format!("{} lanes per GPU to {switches}", usual(lanes).unwrap_or(0)));
        }
        NvLinks::Islands { ports, islands } => {
            let lanes = usual(ports).unwrap_or(0);
            report.read(name, format!("{lanes} lanes per GPU to switches, in {} islands", islands.len()));
        }
        NvLinks::Mesh(edges) => {
            let lanes = usual(&topology.lanes()).unwrap_or(0);
            report.read(name, format!("{lanes} lanes per GPU, {}", counted(edges.len(), "direct connection")));
        }
    }
}

fn report_nics(topology: &TopologyXml, report: &mut ImportReport) {
    if topology.virtual_ports > 0 {
        report.leave_out(format!("{} under CPUs, which are virtual.", counted(topology.virtual_ports, "port")));
    }
    if topology.odd_speeds > 0 {
        let (ports, has) =
            (counted(topology.odd_speeds, "port"), if topology.odd_speeds == 1 { "has" } else { "have" });
        report.warn(format!("{ports} {has} a speed above 3,200,000 Mb/s: is it in another unit?"));
    }
    if topology.nics.is_empty() {
        return;
    }
    let ports: usize = topology.nics.iter().map(|nic| nic.ports_mbit_s.len()).sum();
    report.read(
        "NICs",
        if ports == 0 {
            topology.nics.len().to_string()
        } else {
            format!("{} with {}", topology.nics.len(), counted(ports, "port"))
        },
    );
    let rates: Vec<f64> = topology.nics.iter().filter_map(|nic| nic.gb_s()).collect();
    if let (Some(low), Some(high)) = (rates.iter().copied().reduce(f64::min), rates.iter().copied().reduce(f64::max)) {
        let text =
            if low == high { significant(low) } else { format!("{} to {}", significant(low), significant(high)) };
        report.read("Rate of a NIC", format!("{text} GB/s"));
    }
    report.nearest_nics((0..topology.gpus.len()).map(|gpu| {
        let (nics, nearness) = topology.near_nics(gpu);
        (nics, nearness.map_or("-", |near| near.label()))
    }));
}
