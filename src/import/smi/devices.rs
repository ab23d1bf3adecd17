//! Names of GPUs beside a matrix: `GPU 0: NVIDIA H100 80GB HBM3`, as `nvidia-smi -L` and environment reports print them.

use crate::import::gpu_model::{GpuModel, by_device_name};

/// The first GPU of a text that is known by name.
pub(in crate::import) fn model_in(text: &str) -> Option<GpuModel> {
    text.lines().filter_map(|line| device_name(line).and_then(by_device_name)).next()
}

/// The name after `GPU 0:`.
pub(super) fn device_name(line: &str) -> Option<&str> {
    let (_, rest) = line.split_once("GPU ")?;
    let (number, name) = rest.split_once(':')?;
    let is_number = !number.is_empty() && number.len() <= 4 && number.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| name.split('(').next().unwrap_or(name).trim()).filter(|name| name.len() <= 80)
}
