//! `nvidia-smi nvlink -s`: the links of each GPU with their raw rates.

use super::devices::device_name;
use crate::catalog::Catalog;
use crate::import::error::ImportError;
use crate::import::form::Form;
use crate::import::gpu_model::by_device_name;
use crate::import::imported::Imported;
use crate::import::machine::{MachineFacts, NvLinks, usual};
use crate::import::report::ImportReport;
use crate::units::significant;

/// Share of the raw rate that carries data: 26.562 GB/s are 25, 53.125 are 50.
const DATA_SHARE: f64 = 25.0 / 26.5625;
/// Most GPUs.
const MAX_GPUS: usize = 128;

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
}

/// Reads the links of all GPUs.
///
/// # Errors
/// No GPU with a link, or too many GPUs.
pub fn read(text: &str) -> Result<Vec<GpuLinks>, ImportError> {
    let mut gpus: Vec<GpuLinks> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if let Some((number, rate)) = line.trim().strip_prefix("Link ").and_then(|rest| rest.split_once(':')) {
            let is_number = number.trim().parse::<u32>().is_ok();
            let Some(gpu) = gpus.last_mut().filter(|_| is_number) else { continue };
            match rate.trim().strip_suffix("GB/s").and_then(|rate| rate.trim().parse::<f64>().ok()) {
                Some(rate) if rate > 0.0 && rate < 1e4 => gpu.active_gb_s.push(rate),
                Some(_) => {
                    return Err(ImportError::line(
                        index + 1,
                        "a link has no rate above 0",
                        "accepted: such as 26.562 GB/s",
                    ));
                }
                None if rate.contains("inactive") => gpu.inactive += 1,
                None => {}
            }
        } else if let Some(name) = device_name(line) {
            let number = line.split_once("GPU ").and_then(|(_, rest)| rest.split_once(':')).map(|(number, _)| number);
            let gpu = number.and_then(|number| number.parse().ok()).unwrap_or_default();
            // The list of `nvidia-smi -L` may stand above the links and name each GPU too.
            gpus.retain(|known| known.gpu != gpu || !known.active_gb_s.is_empty() || known.inactive > 0);
            if gpus.len() >= MAX_GPUS {
                return Err(ImportError::line(index + 1, "too many GPUs", format!("accepted: 2 to {MAX_GPUS}")));
            }
            gpus.push(GpuLinks { gpu, name: name.to_owned(), ..GpuLinks::default() });
        }
    }
    match gpus.iter().any(|gpu| !gpu.active_gb_s.is_empty()) {
        true => Ok(gpus),
        false => Err(ImportError::whole("no GPU has an active NVLink", "accepted: the output of nvidia-smi nvlink -s")),
    }
}

/// Imports the links as a switch: the text does not say where they lead.
pub(in crate::import) fn import(text: &str, catalog: &Catalog) -> Result<Imported, ImportError> {
    let gpus = read(text)?;
    let mut report = ImportReport::default();
    let active: Vec<u32> = gpus.iter().map(|gpu| gpu.active_gb_s.len() as u32).collect();
    let usual_lanes = usual(&active).unwrap_or(1);
    let raw = gpus.iter().flat_map(|gpu| gpu.active_gb_s.iter().copied()).fold(0.0, f64::max);
    let model = gpus.iter().find_map(|gpu| by_device_name(&gpu.name));
    let listed = gpus.len() as u32;
    let last = gpus.iter().map(|gpu| gpu.gpu + 1).max().unwrap_or(listed).min(MAX_GPUS as u32).max(listed);
    report.read("GPUs", listed.to_string());
    if let Some(model) = model {
        report.read("GPU model", model.name);
    }
    report.read("NVLink", format!("{usual_lanes} active links per GPU"));
    report.read(
        "Rate of a link",
        format!("{} GB/s raw, {} GB/s of data", significant(raw), significant(raw * DATA_SHARE)),
    );
    let mut lanes = vec![usual_lanes; last as usize];
    for gpu in &gpus {
        if let Some(own) = lanes.get_mut(gpu.gpu as usize) {
            *own = gpu.active_gb_s.len() as u32;
        }
        if gpu.inactive > 0 && !gpu.active_gb_s.is_empty() {
            report.warn(format!("GPU {} has {} inactive links.", gpu.gpu, gpu.inactive));
        }
    }
    if last > listed {
        report.guess(format!("GPUs that the text leaves out are as those that it lists: {last} in all."));
    }
    report.guess("The links lead to switches; the text does not say where they lead.");
    let facts =
        MachineFacts { gpus: last, nvlinks: NvLinks::Switch(lanes), model, pcie_gb_s: None, has_no_nvlink: false };
    Imported::of_machine(Form::NvlinkStatus, &facts, report, catalog)
}
