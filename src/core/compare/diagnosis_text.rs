//! The diagnosis of a log as text.

use super::change::Change;
use super::log_verdict::{FasterChoice, Verdict};
use super::root_causes::RuledOut;
use super::shape::{Break, SlowRange};
use crate::catalog::{Band, Widening};
use crate::nccl_log::Settings;
use crate::units::{Bytes, Femtos, grouped};

/// No row has a prediction.
pub(super) const NO_PREDICTION: &str = "Unknown: this cluster has no prediction with these algorithms and protocols.";
/// All rows are small.
pub(super) const NO_LARGE_ROWS: &str =
    "Unknown: the log has no row of 1 MiB or more, and start-up times alone do not show the rates of links.";
/// The log is RCCL's, the machine is not AMD's.
pub(super) const OTHER_LIBRARY: &str = "Another machine: the log is of RCCL, which runs on AMD GPUs. The predictions of this \
     machine say nothing about it, and no machine with AMD GPUs has measured timing.";

/// One size shows no curve.
const ONE_SIZE: &str = "One size does not show whether a rate or a cost is to blame: measure from 1 MiB to 8 GiB, and with \
     fewer nodes. A loss that grows with the nodes is congestion or loss of packets in the network.";
/// The most breaks that are named.
const MAX_BREAKS: usize = 3;

/// The messages that a diagnosis rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sizes {
    /// 32 MiB and more.
    From32Mib,
    /// 1 GiB and more, because only those are slow.
    From1Gib,
    /// From 1 MiB to the largest of the log, bytes, which is below 32 MiB.
    UpTo(u64),
}

impl Sizes {
    /// Whether the log has no messages that show rates.
    pub(super) fn are_short(self) -> bool {
        match self {
            Sizes::From32Mib | Sizes::From1Gib => false,
            Sizes::UpTo(_) => true,
        }
    }

    fn label(self) -> String {
        match self {
            Sizes::From32Mib => "messages of 32 MiB and more".to_owned(),
            Sizes::From1Gib => "messages of 1 GiB and more".to_owned(),
            Sizes::UpTo(largest) if largest < 2 << 20 => "messages of 1 MiB, the largest in this log,".to_owned(),
            Sizes::UpTo(largest) => format!("messages of 1 MiB to {}, the largest in this log,", Bytes(largest)),
        }
    }
}

/// The sums were wrong; `by_times` is what the times alone say.
pub(super) fn wrong_sums(wrong: u64, by_times: &str) -> String {
    let count = match wrong {
        0 => "the run's own check of its sums failed".to_owned(),
        1 => "1 element of its sums was wrong".to_owned(),
        wrong => format!("{} elements of its sums were wrong", grouped(wrong)),
    };
    format!(
        "Wrong results: {count}. Look for a faulty GPU, link or driver before its speed. By its times alone: {by_times}"
    )
}

/// The log names other GPUs; `own` is the machine that has them.
pub(super) fn other_machine(devices: &[String], own: Option<&str>) -> String {
    let what_to_do = match own {
        Some(id) => format!("choose its own with --machine {id}."),
        None => "no machine with these GPUs has measured timing.".to_owned(),
    };
    let devices = devices.join(", ");
    format!(
        "Another machine: the log names {devices}. The predictions of this machine say nothing about it; {what_to_do}"
    )
}

pub(super) fn healthy(sizes: Sizes, ratio: f64, range: Band) -> String {
    if ratio < range.low {
        return format!(
            "Healthy: {} are {}, a little faster than the spread of healthy clusters ({} to {}).",
            sizes.label(),
            difference(ratio),
            signed(range.low),
            signed(range.high)
        );
    }
    format!(
        "Healthy: {} are {}, within the spread of healthy clusters ({} to {}).",
        sizes.label(),
        difference(ratio),
        signed(range.low),
        signed(range.high)
    )
}

/// The cluster is slower; `largest` is measured over expected time of its largest message.
pub(super) fn below(sizes: Sizes, ratio: f64, largest: Option<f64>, verdict: &Verdict) -> String {
    if let ([range, ..], Some(largest), None) = (verdict.slow_ranges.as_slice(), largest, &verdict.change)
        && largest < range.slower.sqrt()
    {
        return format!(
            "Slower than predicted in part: messages {} take {} as long, but the largest is {}. No rate of a link does that.",
            range.sizes(),
            times(range.slower),
            difference(largest)
        );
    }
    let (sizes, times) = (sizes.label(), times(ratio));
    match (&verdict.change, verdict.breaks.first()) {
        (Some(change), _) => format!("Slower than predicted: {sizes} take {times} as long, {}.", change.reading),
        (None, None) => {
            format!("Slower than predicted: {sizes} take {times} as long, and no single change explains it.")
        }
        (None, Some(first)) => {
            let first = first.sentence();
            format!("Slower than predicted: {sizes} take {times} as long, and no single change explains it. {first}")
        }
    }
}

/// What else there is to say about a slow cluster.
///
/// `one_size` is whether all its rows have the same size.
pub(super) fn details(verdict: &Verdict, settings: &Settings, one_size: bool) -> Vec<String> {
    let mut out: Vec<String> = known_causes(settings).map(str::to_owned).collect();
    out.extend(verdict.alternatives.iter().map(|other| format!("As likely by these rows: {}.", other.reading)));
    // What to do comes before what else is known.
    let several = !verdict.alternatives.is_empty();
    let label = |number: usize| match (several, number) {
        (false, _) => "To check:",
        (true, 0) => "To check the first:",
        (true, 1) => "To check the second:",
        (true, _) => "To check the third:",
    };
    let steps = verdict.root_causes().enumerate();
    out.extend(steps.map(|(number, change)| format!("{} {}", label(number), change.next_step)));
    if verdict.change.is_none() && !one_size {
        out.push(next_without_change(verdict));
    }
    out.extend(verdict.ruled_out.iter().map(ruled_out));
    // The first of them is in the text if no change explains the log.
    let named = usize::from(verdict.change.is_none());
    out.extend(verdict.breaks.iter().skip(named).take(MAX_BREAKS).map(Break::sentence));
    if one_size {
        out.push(ONE_SIZE.to_owned());
    }
    out.extend(verdict.faster.iter().map(faster_sentence));
    out
}

/// What to run if no change explains the rows.
fn next_without_change(verdict: &Verdict) -> String {
    let sizes = verdict.slow_ranges.first().map_or(String::new(), |range| format!(" of messages {}", range.sizes()));
    format!(
        "To check: Run again with NCCL_DEBUG=INFO and NCCL_DEBUG_SUBSYS=INIT,ENV,TUNING, which print the algorithm, the \
         protocol, the channels and the network of the run. Compare those{sizes} with those of a message that is as fast as \
         predicted. Then set NCCL_ALGO=Ring and NCCL_ALGO=Tree in turn: one of them that is faster shows a wrong choice."
    )
}

/// A test to run next.
pub(super) fn try_next(change: &Change) -> String {
    format!("To check: {}", change.next_step)
}

/// Sizes that stand out in a healthy log.
pub(super) fn slow_range(range: &SlowRange) -> String {
    format!("Conspicuous: messages {} take {} as long as predicted.", range.sizes(), times(range.slower))
}

/// What the log itself turns off.
fn known_causes(settings: &Settings) -> impl Iterator<Item = &'static str> {
    let rdma = "The log turns RDMA off (NCCL_IB_DISABLE or NCCL_NET).";
    let p2p = "The log turns transfers between GPUs off (NCCL_P2P_DISABLE or NCCL_P2P_LEVEL).";
    let sockets = "NCCL reports in the log that it uses sockets (NET/Socket), not RDMA.";
    let nvls = "NCCL reports in the log that NVLS is not available.";
    let gdr = "NCCL reports in the log that GPUDirect RDMA is disabled: data goes through the memory of the host.";
    let known = [
        (settings.rdma_off, rdma),
        (settings.p2p_off, p2p),
        (settings.sockets, sockets),
        (settings.nvls_unavailable, nvls),
        (settings.gdr_disabled, gdr),
    ];
    known.into_iter().filter_map(|(is_known, text)| is_known.then_some(text))
}

fn ruled_out(one: &RuledOut) -> String {
    let rate = |seconds: f64| Femtos::from_secs(seconds);
    format!(
        "Ruled out: {}. A message of {} would then take at least {}, and takes {}.",
        one.change.reading,
        Bytes(one.message_bytes),
        rate(one.allowed_s),
        rate(one.measured_s)
    )
}

/// What would be faster.
pub(super) fn faster_sentence(faster: &FasterChoice) -> String {
    format!(
        "Faster: {} is expected to reach {:.0} GB/s at {}, more than {}.",
        faster.algorithm,
        faster.expected_busbw_gb_s,
        Bytes(faster.message_bytes),
        faster.instead_of
    )
}

/// The reasons for a wide band, if it is wide.
pub(super) fn beyond(widening: &Widening, single_gpus: bool) -> Option<String> {
    let nodes = widening.fitted_nodes.map(|fitted| match fitted {
        1 => "no log of this network is in its fit".to_owned(),
        fitted => format!("its logs have at most {fitted} nodes"),
    });
    let machine = (widening.machine > 1.0).then(|| "the constants of this machine are estimates".to_owned());
    let single = single_gpus.then(|| "no log of its fit has one GPU per node".to_owned());
    let reasons: Vec<String> = nodes.into_iter().chain(machine).chain(single).collect();
    let text = || format!("The model is beyond its range ({}): a wider spread counts as healthy.", reasons.join("; "));
    (!reasons.is_empty()).then(text)
}

pub(super) fn faster(sizes: Sizes, ratio: f64) -> String {
    format!(
        "Faster than predicted: {} take {:.0} % of the predicted time. The machine, the network or the number of NICs is \
         probably not that of the log.",
        sizes.label(),
        100.0 * ratio
    )
}

pub(super) fn slow_below_32_mib(large: f64, small: f64, change: Option<&Change>) -> String {
    let reason = match change {
        Some(change) => format!(", {}.", change.reading),
        None => {
            ". No rate of a link explains that. Possible causes are start-up, a network plugin, or a job on part of a \
                 node; the model has no term for it."
                .to_owned()
        }
    };
    format!(
        "Healthy from 32 MiB on ({}), but messages of 1 to 32 MiB take {} as long as predicted{reason}",
        difference(large),
        times(small)
    )
}

/// The measured time against the predicted one.
fn difference(ratio: f64) -> String {
    let percent = |share: f64| format!("{:.0} %", 100.0 * share);
    if (0.99..=1.01).contains(&ratio) {
        "as fast as predicted".to_owned()
    } else if ratio >= 1.0 {
        format!("{} slower than predicted", percent(ratio - 1.0))
    } else {
        format!("{} faster than predicted", percent(1.0 / ratio - 1.0))
    }
}

/// A limit of a band: "13 % faster", "7 % slower".
fn signed(ratio: f64) -> String {
    match ratio >= 1.0 {
        true => format!("{:.0} % slower", 100.0 * (ratio - 1.0)),
        false => format!("{:.0} % faster", 100.0 * (1.0 / ratio - 1.0)),
    }
}

/// "2.52x", "120x".
fn times(factor: f64) -> String {
    if factor < 10.0 { format!("{factor:.2}x") } else { format!("{factor:.0}x") }
}
