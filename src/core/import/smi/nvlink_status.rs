//! `nvidia-smi nvlink -s`: the links of each GPU with their raw rates.

use std::collections::BTreeSet;

use super::cells::{tags, untagged};
use super::devices::device_name;
use crate::catalog::Catalog;
use crate::import::error::ImportError;
use crate::import::form::Form;
use crate::import::gpu_model::by_device_name;
use crate::import::imported::Imported;
use crate::import::machine::{MachineFacts, NvLinks, usual};
use crate::import::report::ImportReport;
use crate::units::{counted, significant};

/// Rates of data of a lane, GB/s, from NVLink 2 on. Later drivers print the raw rate: 25.781 or 26.562 for 25, 53.125 for 50.
const DATA_GB_S: [f64; 2] = [50.0, 25.0];
/// The most that a raw rate is above that of data: 17 to 16.
const MAX_RAW: f64 = 1.07;
/// Most GPUs.
const MAX_GPUS: usize = 128;
/// Most links of a GPU.
const MAX_LINKS: usize = 256;

/// The links of a GPU.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GpuLinks {
    /// Its number.
    pub gpu: u32,
    /// Its name.
    name: String,
    /// Raw rate of each active link, GB/s.
    pub active_gb_s: Vec<f64>,
    /// Links that are inactive.
    pub inactive: u32,
    /// The devices at the other ends, which `nvidia-smi nvlink -R` lists.
    remote: Vec<String>,
}

impl GpuLinks {
    /// Active links.
    pub fn lanes(&self) -> u32 {
        self.active_gb_s.len().max(self.remote.len()) as u32
    }
}

/// The rate of data of a lane whose rate a driver prints.
fn data_gb_s(printed_gb_s: f64) -> f64 {
    let fits = |data: &f64| (1.0..MAX_RAW).contains(&(printed_gb_s / data));
    DATA_GB_S.into_iter().find(fits).unwrap_or(printed_gb_s)
}

/// Whether a line is the first link of a GPU.
pub(in crate::import) fn begins(line: &str) -> bool {
    untagged(line).starts_with("Link 0:")
}

/// Reads the links of all GPUs of the first host. Also tells whether the text has those of other hosts.
///
/// # Errors
/// No GPU with a link, or too many GPUs.
fn read(text: &str) -> Result<(Vec<GpuLinks>, bool), ImportError> {
    let mut gpus: Vec<GpuLinks> = Vec::new();
    let mut writer = String::new();
    let (mut has_others, mut has_counters) = (false, false);
    // The GPU whose lines follow, and whether its links are known from lines above.
    let mut current: Option<(usize, bool)> = None;
    for (index, tagged) in text.lines().enumerate() {
        let line = untagged(tagged);
        if gpus.is_empty() {
            writer = tags(tagged);
        } else if tags(tagged) != writer {
            // Another host prints its links at the same time.
            has_others |= line.starts_with("Link ");
            continue;
        }
        if let Some((number, rate)) = line.strip_prefix("Link ").and_then(|rest| rest.split_once(':')) {
            let is_number = number.trim().parse::<u32>().is_ok();
            let own = current.filter(|_| is_number).and_then(|(at, again)| Some((gpus.get_mut(at)?, again)));
            let Some((gpu, again)) = own else { continue };
            let rate = rate.trim();
            let gb_s = rate.strip_suffix("GB/s").and_then(|rate| rate.trim().parse::<f64>().ok());
            if let Some(end) = rate.strip_prefix("Remote Device ") {
                // The list of the other ends may follow that of the states.
                let most = if again { gpu.active_gb_s.len() + gpu.inactive as usize } else { MAX_LINKS };
                gpu.remote.extend(
                    end.split_whitespace().next().filter(|_| gpu.remote.len() < most.min(MAX_LINKS)).map(str::to_owned),
                );
            } else if again {
                has_others |= gb_s.is_some() || rate.contains("inactive");
            } else if let Some(gb_s) = gb_s {
                if gb_s <= 0.0 || gb_s >= 1e4 {
                    return Err(ImportError::line(
                        index + 1,
                        "a link has no rate above 0",
                        "accepted: such as 26.562 GB/s",
                    ));
                }
                gpu.active_gb_s.push(gb_s);
            } else if rate.contains("inactive") {
                gpu.inactive += 1;
            } else {
                has_counters |= rate.contains(':');
            }
        } else if let Some(name) = device_name(line) {
            let number = line.split_once("GPU ").and_then(|(_, rest)| rest.split_once(':')).map(|(number, _)| number);
            let gpu = number.and_then(|number| number.parse().ok()).unwrap_or_default();
            if let Some(at) = gpus.iter().position(|known| known.gpu == gpu) {
                // The list of `nvidia-smi -L` may stand above the links and name each GPU too.
                let is_known = gpus.get(at).is_some_and(|known| known.lanes() > 0 || known.inactive > 0);
                current = Some((at, is_known));
                continue;
            }
            if gpus.len() >= MAX_GPUS {
                return Err(ImportError::line(index + 1, "too many GPUs", format!("accepted: 2 to {MAX_GPUS}")));
            }
            current = Some((gpus.len(), false));
            gpus.push(GpuLinks { gpu, name: name.to_owned(), ..GpuLinks::default() });
        }
    }
    if has_counters && gpus.iter().all(|gpu| gpu.lanes() == 0 && gpu.inactive == 0) {
        return Err(ImportError::whole(
            "is a list of counters or features of the links, which does not tell their states",
            "use the output of nvidia-smi nvlink -s",
        ));
    }
    match gpus.iter().any(|gpu| gpu.lanes() > 0) {
        true => Ok((gpus, has_others)),
        false => Err(ImportError::whole("no GPU has an active NVLink", "accepted: the output of nvidia-smi nvlink -s")),
    }
}

/// The number of devices at the other ends, if all GPUs lead to those of the first: they are switches. A GPU that has lost
/// links may lead to fewer.
fn remote_devices(gpus: &[GpuLinks]) -> Result<usize, ImportError> {
    let ends = |gpu: &GpuLinks| gpu.remote.iter().cloned().collect::<BTreeSet<String>>();
    let most = gpus.iter().map(ends).max_by_key(BTreeSet::len).unwrap_or_default();
    match gpus.iter().all(|gpu| ends(gpu).is_subset(&most)) {
        true => Ok(most.len()),
        false => Err(ImportError::whole(
            "the links lead from GPU to GPU, and the text does not tell which GPU has which bus id",
            "use the output of nvidia-smi topo -m",
        )),
    }
}

/// Imports the links as a switch: the text does not say where they lead.
pub(in crate::import) fn import(text: &str, catalog: &Catalog) -> Result<Imported, ImportError> {
    let (gpus, has_others) = read(text)?;
    let mut report = ImportReport::default();
    let active: Vec<u32> = gpus.iter().map(GpuLinks::lanes).collect();
    let usual_lanes = usual(&active).unwrap_or(1);
    let raw = gpus.iter().flat_map(|gpu| gpu.active_gb_s.iter().copied()).fold(0.0, f64::max);
    let model = gpus.iter().find_map(|gpu| by_device_name(&gpu.name));
    let listed = gpus.len() as u32;
    let last = gpus.iter().map(|gpu| gpu.gpu + 1).max().unwrap_or(listed).min(MAX_GPUS as u32).max(listed);
    report.read("GPUs", listed.to_string());
    if let Some(model) = model {
        report.read("GPU model", model.name);
    }
    report.read("NVLink", format!("{} per GPU", counted(usual_lanes as usize, "active link")));
    if raw > 0.0 {
        let data = data_gb_s(raw);
        let text = match data == raw {
            true => format!("{} GB/s", significant(data)),
            false => format!("{} GB/s raw, {} GB/s of data", significant(raw), significant(data)),
        };
        report.read("Rate of a link", text);
    }
    let remote = remote_devices(&gpus)?;
    if remote > 0 {
        report.read("Devices at the other ends", remote.to_string());
    }
    let mut lanes = vec![usual_lanes; last as usize];
    for gpu in &gpus {
        if let Some(own) = lanes.get_mut(gpu.gpu as usize) {
            *own = gpu.lanes();
        }
        if gpu.inactive > 0 && gpu.lanes() > 0 {
            report.warn(format!("GPU {} has {}.", gpu.gpu, counted(gpu.inactive as usize, "inactive link")));
        }
    }
    if last > listed {
        report.guess(format!("GPUs that the text leaves out are as those that it lists: {last} in all."));
    }
    if remote == 0 {
        report.guess("The links lead to switches; the text does not say where they lead.");
    }
    if has_others {
        report.leave_out("The links of other hosts: the first of the text is read, import each on its own.");
    }
    let facts =
        MachineFacts { gpus: last, nvlinks: NvLinks::Switch(lanes), model, pcie_gb_s: None, has_no_nvlink: false };
    Imported::of_machine(Form::NvlinkStatus, &facts, report, catalog)
}
