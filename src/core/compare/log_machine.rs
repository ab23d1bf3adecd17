//! The machine of a log, by the GPUs that it names.

use crate::catalog::{Catalog, NvlinkMachine};

/// What the device names of a log say about a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceMatch {
    /// The log names no GPU.
    Unnamed,
    /// It names the GPU of the machine.
    Same,
    /// It names another one.
    Other,
    /// It names none, but RCCL wrote it: all machines with measured timing have GPUs of NVIDIA.
    Rccl,
}

/// Words in the names of GPUs whose links are not those of the GPU without the word: PCIe cards, and pairs of them.
const OTHER_FORMS: [&str; 2] = ["NVL", "PCIE"];

fn upper_parts(name: &str) -> Vec<String> {
    name.to_uppercase().split(|c: char| !c.is_ascii_alphanumeric()).map(str::to_owned).collect()
}

/// Whether a device name is that of a machine's GPU: one of the names that the machine carries is in it, as whole words
/// (GB200 does not contain B200, nor H200 an H20), and the device has no other form than that name.
fn is_chip(device: &str, machine: &NvlinkMachine) -> bool {
    let device = upper_parts(device);
    machine.gpu_names.iter().map(|name| upper_parts(name)).any(|name| {
        let other_form = |word: &String| OTHER_FORMS.contains(&word.as_str()) && !name.contains(word);
        device.windows(name.len()).any(|part| part == name) && !device.iter().any(other_form)
    })
}

/// The machine with measured timing whose GPU a log names.
pub fn machine_of_devices<'a>(devices: &[String], catalog: &'a Catalog) -> Option<&'a NvlinkMachine> {
    catalog.measured_machines().find(|machine| devices.iter().any(|device| is_chip(device, machine)))
}

/// Compares the devices of a log with the GPU of a machine.
pub fn device_match(devices: &[String], rccl: bool, machine: &NvlinkMachine) -> DeviceMatch {
    match devices {
        [] if rccl => DeviceMatch::Rccl,
        [] => DeviceMatch::Unnamed,
        devices if devices.iter().any(|device| is_chip(device, machine)) => DeviceMatch::Same,
        _ => DeviceMatch::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_gpu_name_of_a_log_leads_to_its_machine() {
        let catalog = Catalog::bundled().expect("the catalog");
        let machine = |device: &str| machine_of_devices(&[device.to_owned()], &catalog).map(|found| found.id.as_str());
        for (device, id) in [
            ("NVIDIA A100-SXM4-80GB", Some("dgx-a100")),
            ("NVIDIA H100 80GB HBM3", Some("dgx-h100")),
            ("NVIDIA H100 PCIe", Some("h100-pcie-8")),
            ("NVIDIA H100 NVL", Some("h100-nvl-2")),
            ("NVIDIA H200", Some("dgx-h200")),
            ("NVIDIA H20", Some("hgx-h20")),
            ("NVIDIA H20-3e", Some("hgx-h20")),
            ("NVIDIA H800", Some("hgx-h800")),
            ("NVIDIA A800-SXM4-80GB", Some("hgx-a800")),
            ("NVIDIA L40S", Some("l40s-8")),
            ("NVIDIA GB10", Some("dgx-spark-2")),
            ("NVIDIA B200", Some("hgx-b200")),
            ("NVIDIA B300 SXM6 AC", Some("hgx-b300")),
            ("NVIDIA GB200", Some("gb200-nvl72")),
            ("NVIDIA GB300", Some("gb300-nvl72")),
            ("NVIDIA A100-PCIE-40GB", None),
            ("AMD Instinct MI300X", None),
        ] {
            assert_eq!(machine(device), id, "{device}");
        }
    }
}
