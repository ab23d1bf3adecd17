//! The usual meaning of a change, as a clause after "as if".

use super::changed_input::{Changed, ChangedInput, Choice};
use crate::nccl::{Collective, MeasuredInputs, NcclAlgorithm};

/// Slower hops go through host memory, GB/s.
const HOST_MEMORY_GB_S: f64 = 8.0;
/// Slower hops cross PCIe, GB/s.
const PCIE_GB_S: f64 = 40.0;
/// The largest distance from a whole number of lanes that a rate may have and still mean it, as a share of it.
const WHOLE_LANES: f64 = 0.03;
/// Networks whose switches may add (SHARP), by the id of their constants.
const SHARP_NETWORKS: [&str; 2] = ["hdr", "ndr"];

/// The meaning of a change of a healthy cluster whose GPUs have `lanes` NVLink lanes.
pub(super) fn reading(inputs: &MeasuredInputs, lanes: f64, changed: &Changed) -> String {
    let Changed { parameter, healthy, explains, choice } = *changed;
    let all = short(inputs.nics);
    let choice = choice.map_or("", Choice::name);
    let (slows, slowed) = if inputs.algorithms == [NcclAlgorithm::PointToPoint] {
        ("all calls wait for it", "all calls waited for it")
    } else {
        ("slows down the rings through all NICs", "slowed down the rings through all NICs")
    };
    match parameter {
        ChangedInput::Nvls => {
            "as if in-switch reduction (NVLS) were off (NCCL_NVLS_ENABLE=0, no multicast in the driver \
                               or virtual machine, or a forced algorithm)"
                .to_owned()
        }
        ChangedInput::Algorithm => {
            format!(
                "as if NCCL used the {choice} algorithm for every message (NCCL_ALGO, a tuner plugin, or its own choice)"
            )
        }
        ChangedInput::AlgorithmAndNics => format!(
            "as if NCCL used the {choice} algorithm over {} of {all} NICs (NCCL_IB_HCA, or NICs that are not found)",
            short(explains)
        ),
        ChangedInput::Protocol => {
            format!("as if NCCL used the protocol {choice} for every message (NCCL_PROTO, or a tuner plugin)")
        }
        ChangedInput::Channels => format!(
            "as if {} of {} channels were in use (NCCL_MAX_NCHANNELS, NCCL_MAX_CTAS, or a limit of the job)",
            short(explains),
            short(healthy)
        ),
        ChangedInput::Lanes => format!(
            "as if {} of {} NVLink lanes of every GPU were in use, with in-switch reduction (lanes that are down, or a GPU \
             with fewer lanes, such as H800)",
            short(explains),
            short(healthy)
        ),
        ChangedInput::PeerChannels => format!(
            "as if every remote peer had {} channels instead of {} (NCCL_NCHANNELS_PER_NET_PEER, or the rule of another \
             release of NCCL)",
            short(explains),
            short(healthy)
        ),
        ChangedInput::Step => format!(
            "as if every step {} took {} µs more{}",
            if inputs.nodes > 1 { "between nodes" } else { "inside the node" },
            short(explains),
            if inputs.nodes > 1 {
                " on all NICs (GPUDirect RDMA is off, PCIe settings, a slow proxy thread)"
            } else {
                ""
            }
        ),
        ChangedInput::Nvlink => {
            let meaning = if explains < HOST_MEMORY_GB_S {
                "P2P is off, so that every hop goes through host memory"
            } else if explains < PCIE_GB_S {
                "a hop crosses PCIe"
            } else {
                "only some NVLink lanes are in use, or a graph file limits them"
            };
            let whole = lanes * explains / healthy;
            let count = match explains >= PCIE_GB_S && (whole - whole.round()).abs() < WHOLE_LANES * whole {
                true => format!(", as {} of {} lanes would give", short(whole.round()), short(lanes)),
                false => String::new(),
            };
            format!(
                "as if hops inside a node ran at {} GB/s instead of {}{count} ({meaning})",
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
             of {all} runs at {} of its rate and {slows})",
            short(explains),
            percent(explains / healthy)
        ),
        ChangedInput::OneNic => {
            // Only sums gain from switches that add.
            let sums = inputs.calls.is_none() && inputs.collective == Collective::AllReduce;
            let may_add =
                sums && inputs.network.as_ref().is_some_and(|network| SHARP_NETWORKS.contains(&network.id.as_str()));
            let sharp = match may_add {
                true => {
                    ". If the switches of the network add (SHARP), which is not modelled, a healthy cluster looks the same"
                }
                false => "",
            };
            format!(
                "as if one NIC of {all} ran at {} of its rate and {slowed}, or all of them did \
                 (like {} of {all} NICs in use){sharp}",
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
