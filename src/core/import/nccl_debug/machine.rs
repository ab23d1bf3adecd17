//! The machine of the catalog that a log fits: by the names of its GPUs, by what it says about NVLS, by how hosts are joined.

use super::connection::Via;
use super::facts::NcclDebugLog;
use crate::catalog::{Catalog, Machine};
use crate::import::gpu_model::{GpuModel, by_device_name, named};
use crate::import::report::ImportReport;
use crate::import::smi::devices::model_in;
use crate::scene::{FabricFile, TimingChoice};

impl NcclDebugLog {
    pub(super) fn nodes(&self) -> u32 {
        let by_local = self.local_ranks.filter(|local| *local > 0).map(|local| self.ranks.div_ceil(local));
        self.nodes.or(by_local).unwrap_or_else(|| self.ranks.div_ceil(8)).max(1)
    }

    /// The machine of the catalog that the log fits; `None` if the GPUs have no NVLink, or no machine fits.
    pub(super) fn machine(&self, text: &str, catalog: &Catalog, report: &mut ImportReport) -> Option<FabricFile> {
        let through_memory = self.connections.values().any(|via| *via == Via::SharedMemory) || self.lacks_p2p;
        let by_cpu = self
            .search
            .as_ref()
            .is_some_and(|search| !["NV", "XGMI"].iter().any(|kind| search.paths.starts_with(kind)));
        // Beside the log may stand a list of the GPUs.
        let model = self.devices.iter().find_map(|device| by_device_name(device)).or_else(|| model_in(text));
        if let Some(model) = model {
            report.read("GPU model", model.name);
        }
        if through_memory || by_cpu {
            return None;
        }
        let (model, guess) = match model {
            Some(model) => (model, None),
            None => self.guessed_model().map(|(model, guess)| (model, Some(guess)))?,
        };
        let (id, name, nodes) = match catalog.get(model.machine?)? {
            Machine::Nvlink(machine) => {
                let nodes = self.domains(machine.gpus.value as u32);
                let fits = f64::from(self.ranks.div_ceil(nodes)) <= machine.gpus.value;
                fits.then_some((&machine.id, &machine.name, nodes))?
            }
            Machine::Free(machine) => {
                let chips = machine.chips.as_ref().map_or(0.0, |chips| chips.value);
                (self.nodes() == 1 && chips == f64::from(self.ranks)).then_some((&machine.id, &machine.name, 1))?
            }
            Machine::Wafer(_) | Machine::WaferCluster(_) | Machine::Network(_) => return None,
        };
        guess.into_iter().for_each(|guess| report.guess(guess));
        if !self.has_multi_node_nvlink {
            self.guess_nodes(report);
        }
        let network = (nodes > 1).then(|| self.network_id(model, report));
        let shown = if nodes > 1 { format!("{nodes} x {name}") } else { name.clone() };
        Some(FabricFile { name: shown, nodes: u64::from(nodes), ..FabricFile::new(id, network, TimingChoice::Ideal) })
    }

    /// The model of a log that names none, and why.
    fn guessed_model(&self) -> Option<(GpuModel, String)> {
        let knows_nvls = self.has_nvls.is_some() || self.environment.contains_key("NCCL_NVLS_ENABLE");
        let is_direct = self.connections.values().any(|via| *via == Via::P2p);
        let (name, reason) = if self.is_rccl {
            ("MI300X", "is the usual GPU of 8 with RCCL")
        } else if self.has_multi_node_nvlink {
            ("GB200", "is the usual GPU of hosts that NVLink joins")
        } else {
            match self.has_nvls {
                Some(false) => ("A100", "fits what it says about NVLS"),
                Some(true) => ("H100", "fits what it says about NVLS"),
                None if knows_nvls => ("H100", "fits what it says about NVLS"),
                // Versions from 2.17 on say whether GPUs have NVLS.
                None if is_direct && self.ranks > 2 => {
                    ("A100", "is the usual GPU that reaches the others of its host directly")
                }
                None => return None,
            }
        };
        Some((named(name)?, format!("The log names no GPU; {name} {reason}.")))
    }

    /// NVLink domains of at most so many GPUs: hosts, or racks if NVLink joins hosts.
    fn domains(&self, most: u32) -> u32 {
        let least = self.ranks.div_ceil(most.max(1));
        match self.has_multi_node_nvlink && least < self.nodes() {
            // A scene spreads its ranks evenly.
            true => (least..self.nodes()).find(|nodes| self.ranks.is_multiple_of(*nodes)).unwrap_or(self.nodes()),
            false => self.nodes(),
        }
    }

    pub(super) fn guess_nodes(&self, report: &mut ImportReport) {
        if self.nodes.is_none() && self.local_ranks.is_none() && self.nodes() > 1 {
            report.guess(format!("{} nodes of 8 ranks each; the log does not say.", self.nodes()));
        }
    }

    /// Ranks of a node.
    pub(super) fn ranks_per_node(&self) -> u64 {
        u64::from(self.local_ranks.unwrap_or_else(|| self.ranks.div_ceil(self.nodes())).max(1))
    }

    fn network_id(&self, model: GpuModel, report: &mut ImportReport) -> &'static str {
        let nic_gb_s = self.system_gb_s.get("NET").copied();
        let is_slow = nic_gb_s.map_or(model.name == "A100", |gb_s| gb_s < 18.0);
        let by_name = match self.provider.as_deref().or(self.network.as_deref()) {
            Some("Socket") => Some("ethernet-100"),
            Some("Slingshot") => Some("slingshot-200"),
            Some("FasTrak" | "FastRak") => Some("gcp-tcpxo"),
            Some("GPUDirectTCPX") => Some("gcp-tcpx"),
            // AWS drives its NICs through libfabric; other networks behind it are named by their provider.
            Some("AWS Libfabric" | "Libfabric" | "OFI" | "EFA") => Some(if is_slow { "efa-100" } else { "efa" }),
            Some(_) | None => None,
        };
        if let Some(id) = by_name {
            let name = self.provider.as_deref().or(self.network.as_deref()).unwrap_or_default();
            report.guess(format!("The network is {id}: the log calls it {name}."));
            return id;
        }
        let (id, reason) = match nic_gb_s {
            Some(gb_s) if gb_s < 18.0 => ("roce-100", "by the rate of its NICs"),
            Some(gb_s) if gb_s < 35.0 => ("ib-hdr", "by the rate of its NICs"),
            Some(_) => ("ib-ndr", "by the rate of its NICs"),
            None if model.name == "A100" => ("ib-hdr", "the usual one of such boxes; the log has no rate"),
            None => ("ib-ndr", "the usual one of such boxes; the log has no rate"),
        };
        report.guess(format!("The network is {id}, {reason}."));
        id
    }
}
