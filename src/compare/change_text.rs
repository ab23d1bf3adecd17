//! The usual meaning of a change, as a clause after "as if".

use super::changed_input::ChangedInput;
use crate::nccl::MeasuredInputs;

/// Slower hops go through host memory, GB/s.
const HOST_MEMORY_GB_S: f64 = 8.0;
/// Slower hops cross PCIe, GB/s.
const PCIE_GB_S: f64 = 40.0;
/// Networks whose switches may add (SHARP), by the id of their constants.
const SHARP_NETWORKS: [&str; 2] = ["hdr", "ndr"];

/// The meaning of a change from `healthy` to `explains`.
pub(super) fn reading(inputs: &MeasuredInputs, parameter: ChangedInput, healthy: f64, explains: f64) -> String {
    let all = short(inputs.nics);
    match parameter {
        ChangedInput::Nvls => {
            "as if in-switch reduction (NVLS) were off (NCCL_NVLS_ENABLE=0, no multicast in the driver \
                               or virtual machine, or a forced algorithm)"
                .to_owned()
        }
        ChangedInput::Nvlink => {
            let meaning = if explains < HOST_MEMORY_GB_S {
                "P2P is off, so that every hop goes through host memory"
            } else if explains < PCIE_GB_S {
                "a hop crosses PCIe"
            } else {
                "only some NVLink lanes are in use, or a graph file limits them"
            };
            format!(
                "as if hops inside a node ran at {} GB/s instead of {} ({meaning})",
                short(explains),
                short(healthy)
            )
        }
        ChangedInput::Tcp => format!(
            "as if a node had {} GB/s to the network, {} of {all} NICs (TCP instead of RDMA, or P2P is off, so that every \
             hop goes through host memory)",
            short(inputs.nics_gb_s() * explains / healthy),
            short(explains)
        ),
        ChangedInput::Nics => format!(
            "as if {} of {all} NICs were in use (some NICs carry everything because a rail or GPUDirect is off, or one NIC \
             of {all} runs at {} of its rate and slows down the rings through all NICs)",
            short(explains),
            percent(explains / healthy)
        ),
        ChangedInput::OneNic => {
            let may_add = inputs.network.as_ref().is_some_and(|network| SHARP_NETWORKS.contains(&network.id.as_str()));
            let sharp = match may_add {
                true => {
                    ". If the switches of the network add (SHARP), which is not modelled, a healthy cluster looks the same"
                }
                false => "",
            };
            format!(
                "as if one NIC of {all} ran at {} of its rate and slowed down the rings through all NICs (like {} of {all} \
                 NICs in use){sharp}",
                percent(explains),
                short(explains * inputs.nics)
            )
        }
        ChangedInput::Host => format!(
            "as if every call took {} µs more (a slow host or network plugin; --host-us accounts for it)",
            short(explains - healthy)
        ),
    }
}

fn percent(share: f64) -> String {
    format!("{:.0} %", 100.0 * share)
}

/// Three digits, without zeros at the end.
fn short(value: f64) -> String {
    let digits = match value {
        value if value >= 100.0 => 0,
        value if value >= 10.0 => 1,
        value if value >= 1.0 => 2,
        _ => 3,
    };
    let text = format!("{value:.digits$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}
