//! What may be at fault with a cluster: single changes of its inputs, each tried over its range, and their words.
//!
//! A log shows rates and times, not causes, so some faults look alike: NICs share a message evenly, so one NIC of eight
//! at half its rate holds up all rings as if only four were there. The words say so.

use serde::Serialize;

use super::error;
use crate::nccl::{MeasuredInputs, NcclAlgorithm, fastest};

/// A change that leaves no more error than this explains a log, whatever else would.
const EXPLAINED: f64 = 0.3;
/// Steps of a scan from its least to its greatest value, in equal ratios.
const SCAN_STEPS: u32 = 160;
/// How far from a whole number a number of NICs may be found and still mean it.
const WHOLE_NICS: f64 = 0.25;
/// Less than so many NICs is no NIC at all, but another way.
const ONE_NIC: f64 = 0.75;
/// A switch that explains a log about as well as a scanned rate does is the simpler reason.
const SIMPLER: f64 = 0.02;
/// Hops slower than this go through the host's memory, GB/s.
const HOST_MEMORY_GB_S: f64 = 8.0;
/// Hops slower than this cross PCIe, GB/s.
const PCIE_GB_S: f64 = 40.0;

/// One change that explains a log.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Change {
    /// What is changed: `nvlink`, `nics`, `one-nic`, `tcp`, `nvls`, `host`.
    pub parameter: &'static str,
    /// The value as the cluster should have it: GB/s of a hop, NICs of a node, the share of its rate that a NIC has,
    /// 1 for NVLS, µs of a call.
    pub healthy: f64,
    /// The value that explains the log.
    pub explains: f64,
    /// Error over the messages in question with it, as a fraction.
    pub error: f64,
    /// What that usually means.
    #[serde(skip)]
    pub reading: String,
}

/// The error of a cluster on (message, seconds), if it predicts any of them.
pub(super) fn error_with(inputs: &MeasuredInputs, rows: &[(u64, f64)]) -> Option<f64> {
    let predicted = |&(bytes, measured): &(u64, f64)| Some((fastest(inputs, bytes)?.time_us * 1e-6, measured));
    error(rows.iter().filter_map(predicted))
}

/// An input that is scanned.
struct Suspect {
    healthy: f64,
    least: f64,
    set: fn(&mut MeasuredInputs, f64),
}

impl Suspect {
    /// The value that explains the rows best, with its error; none if it is as good as healthy.
    fn best(&self, inputs: &MeasuredInputs, rows: &[(u64, f64)]) -> Option<(f64, f64)> {
        let ratio = libm::pow(self.healthy / self.least, 1.0 / f64::from(SCAN_STEPS));
        let mut value = self.least;
        let mut best: Option<(f64, f64)> = None;
        for _ in 0..SCAN_STEPS {
            let mut changed = inputs.clone();
            (self.set)(&mut changed, value);
            if let Some(error) = error_with(&changed, rows)
                && best.is_none_or(|(_, least)| error < least)
            {
                best = Some((value, error));
            }
            value *= ratio;
        }
        best.filter(|&(value, _)| value < 0.97 * self.healthy)
    }
}

/// The change of a rate, or of what is switched on, that explains large messages best.
pub(super) fn of_rates(inputs: &MeasuredInputs, rows: &[(u64, f64)]) -> Option<Change> {
    let nics = (inputs.nodes > 1).then(|| nics(inputs, rows)).flatten();
    let scanned = match (nics, nvlink(inputs, rows)) {
        // Between nodes NICs and NVLink bound the same rings: NICs are suspected first, unless NVLink explains much more.
        (Some(nics), Some(nvlink)) => {
            let poor = nics.error > EXPLAINED && nvlink.error < nics.error / 2.0;
            Some(if poor { nvlink } else { nics })
        }
        (first, second) => first.or(second),
    };
    match (nvls_off(inputs, rows), scanned) {
        (Some(off), Some(scanned)) if scanned.error + SIMPLER < off.error => Some(scanned),
        (Some(off), _) => Some(off),
        (None, scanned) => scanned,
    }
}

/// In-switch reduction that is not used: a suspect of its own, not a rate of 100 %.
pub(super) fn nvls_off(inputs: &MeasuredInputs, rows: &[(u64, f64)]) -> Option<Change> {
    let has = |algorithm| inputs.algorithms.contains(&algorithm);
    if !inputs.nvls || !(has(NcclAlgorithm::Nvls) || has(NcclAlgorithm::NvlsTree)) {
        return None;
    }
    let error = error_with(&MeasuredInputs { nvls: false, ..inputs.clone() }, rows)?;
    let reading = "as if in-switch reduction (NVLS) were off: NCCL_NVLS_ENABLE=0, no multicast in driver or virtual \
                   machine, or an algorithm that was forced";
    Some(Change { parameter: "nvls", healthy: 1.0, explains: 0.0, error, reading: reading.to_owned() })
}

/// The rate of every hop inside a node; without fast links there is no in-switch reduction either.
fn nvlink(inputs: &MeasuredInputs, rows: &[(u64, f64)]) -> Option<Change> {
    let healthy = inputs.generation.ring_gb_s.value;
    let set = |inputs: &mut MeasuredInputs, gb_s: f64| {
        inputs.generation.ring_gb_s.value = gb_s;
        inputs.generation.tree_gb_s.value = gb_s;
        inputs.nvls = false;
    };
    let (explains, error) = Suspect { healthy, least: healthy / 1000.0, set }.best(inputs, rows)?;
    let meaning = if explains < HOST_MEMORY_GB_S {
        "P2P is off: every hop goes through the host's memory"
    } else if explains < PCIE_GB_S {
        "a hop crosses PCIe"
    } else {
        "a part of the NVLink lanes is in use, or a graph file says so"
    };
    let reading =
        format!("as if hops inside a node ran at {} GB/s instead of {} ({meaning})", short(explains), short(healthy));
    Some(Change { parameter: "nvlink", healthy, explains, error, reading })
}

/// The NICs in use, or the one that holds up the others.
fn nics(inputs: &MeasuredInputs, rows: &[(u64, f64)]) -> Option<Change> {
    let healthy = inputs.nics;
    let set = |inputs: &mut MeasuredInputs, nics: f64| inputs.nics = nics;
    let (explains, error) = Suspect { healthy, least: healthy / 1000.0, set }.best(inputs, rows)?;
    let all = short(healthy);
    let share = explains / healthy;
    let percent = format!("{:.0} %", 100.0 * share);
    if explains < ONE_NIC {
        let gb_s = inputs.nics_gb_s() * share;
        let reading = format!(
            "as if a node had {} GB/s to the network, {} of {all} NICs (a TCP path instead of RDMA, or P2P off, so that \
             every hop goes through the host's memory)",
            short(gb_s),
            short(explains)
        );
        return Some(Change { parameter: "tcp", healthy, explains, error, reading });
    }
    let whole = explains.round();
    let is_whole = whole >= 1.0 && whole <= healthy / 2.0 && (explains - whole).abs() <= WHOLE_NICS;
    if is_whole || healthy < 2.0 {
        let reading = format!(
            "as if {} of {all} NICs were in use (a part of the NICs carries everything: a rail or GPUDirect is off; or one NIC \
             of {all} runs at {percent} of its rate and holds up the rings through all)",
            short(explains)
        );
        return Some(Change { parameter: "nics", healthy, explains, error, reading });
    }
    let sharp = if inputs.network.as_ref().is_some_and(|network| matches!(network.id.as_str(), "hdr" | "ndr")) {
        "; if the network's switches add (SHARP), that may be all: such a reduction, which is not modelled, looks like this"
    } else {
        ""
    };
    let reading = format!(
        "as if one NIC of {all} ran at {percent} of its rate and held up the rings through all (as {} of {all} NICs in use \
         would){sharp}",
        short(explains)
    );
    Some(Change { parameter: "one-nic", healthy: 1.0, explains: share, error, reading })
}

/// What every call costs more, whatever its size: it shows in messages of a few MiB only.
pub(super) fn of_calls(inputs: &MeasuredInputs, rows: &[(u64, f64)]) -> Option<Change> {
    let most_us = 1e5;
    // From the greatest down, so that the scan's ratio is that of the others.
    let set = |inputs: &mut MeasuredInputs, us: f64| inputs.host_s += us * 1e-6;
    let (explains, error) = Suspect { healthy: most_us, least: 1.0, set }.best(inputs, rows)?;
    let reading = format!(
        "as if every call took {} µs more (a slow host or network plugin; --host-us takes it into account)",
        short(explains)
    );
    let healthy = inputs.host_s * 1e6;
    Some(Change { parameter: "host", healthy, explains: healthy + explains, error, reading })
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
