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
}

/// Words in the names of GPUs whose links are not those of the machines of the catalog: PCIe cards, and pairs of them.
const OTHER_FORMS: [&str; 2] = ["NVL", "PCIE"];

/// Whether a device name is that of a machine's GPU.
///
/// The last word of the chip's name must be a whole word of the device's: GB200 does not contain B200, nor H200 an H20.
fn is_chip(device: &str, machine: &NvlinkMachine) -> bool {
    let device = device.to_uppercase();
    let words: Vec<&str> = device.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    let chip = machine.chip.split(' ').next_back().unwrap_or_default().to_uppercase();
    words.contains(&chip.as_str()) && !OTHER_FORMS.iter().any(|form| words.contains(form))
}

/// The machine with measured timing whose GPU a log names.
pub fn machine_of_devices<'a>(devices: &[String], catalog: &'a Catalog) -> Option<&'a NvlinkMachine> {
    catalog.measured_machines().find(|machine| devices.iter().any(|device| is_chip(device, machine)))
}

/// Compares the devices of a log with the GPU of a machine.
pub fn device_match(devices: &[String], machine: &NvlinkMachine) -> DeviceMatch {
    match devices {
        [] => DeviceMatch::Unnamed,
        devices if devices.iter().any(|device| is_chip(device, machine)) => DeviceMatch::Same,
        _ => DeviceMatch::Other,
    }
}
