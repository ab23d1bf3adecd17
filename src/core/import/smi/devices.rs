//! Names of GPUs beside a matrix: `GPU 0: NVIDIA H100 80GB HBM3`, as `nvidia-smi -L` and environment reports print them.

use crate::import::gpu_model::{GpuModel, by_device_name};

/// Words that the names of GPUs begin with.
const VENDORS: [&str; 6] = ["NVIDIA ", "Tesla ", "GeForce ", "Quadro ", "TITAN ", "AMD Instinct "];
/// The longest name.
const MAX_NAME: usize = 80;

/// The first GPU of a text that is known by name: from a list of devices, else from a table such as that of `nvidia-smi`.
pub(in crate::import) fn model_in(text: &str) -> Option<GpuModel> {
    let of_list = text.lines().filter_map(|line| listed_name(line).and_then(by_device_name)).next();
    of_list.or_else(|| text.lines().filter_map(name_in_table).next())
}

/// The name after `GPU 0:`.
pub(super) fn device_name(line: &str) -> Option<&str> {
    let (_, rest) = line.split_once("GPU ")?;
    let (number, name) = rest.split_once(':')?;
    is_number(number).then(|| plain_name(name)).flatten()
}

/// The name after `GPU 0:` or `GPU 0,1,2,3:`, at any place of a line.
fn listed_name(line: &str) -> Option<&str> {
    line.match_indices("GPU ").find_map(|(at, mark)| {
        let (numbers, name) = line.get(at + mark.len()..)?.split_once(':')?;
        numbers.split(',').all(|number| is_number(number.trim())).then(|| plain_name(name)).flatten()
    })
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.len() <= 4 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn plain_name(name: &str) -> Option<&str> {
    Some(name.split('(').next().unwrap_or(name).trim()).filter(|name| name.len() <= MAX_NAME)
}

/// The GPU of a row such as `|   0  NVIDIA H100 80GB HBM3   On |` or `0, NVIDIA H200, 143771 MiB`.
fn name_in_table(line: &str) -> Option<GpuModel> {
    VENDORS.iter().find_map(|vendor| {
        let rest = line.get(line.find(vendor)? + vendor.len()..)?;
        let name = rest.split([',', '|', '(', ';']).next().unwrap_or(rest).split("  ").next().unwrap_or(rest);
        let words: Vec<&str> = [vendor.trim()].into_iter().chain(name.split_whitespace()).take(7).collect();
        by_device_name(&words.join(" "))
    })
}
