//! The changes that a diagnosis tries on a cluster: choices of NCCL, whole numbers, and rates that are scanned.

use super::changed_input::{Changed, ChangedInput, Choice};
use super::predictor::{MeasuredRow, Predictor};
use crate::nccl::{MeasuredInputs, NcclAlgorithm, net_peer_channels};

/// The steps of a scan from the lowest to the highest value, in equal ratios.
const SCAN_STEPS: u32 = 160;
/// The highest value of a scan that differs from the healthy one, as a share of it.
const MAX_SCANNED: f64 = 0.97;
/// The largest distance of a number of NICs from a whole number that it may mean.
const WHOLE_NICS: f64 = 0.25;
/// The same, as a share of the number, below which the scan hardly meets one by chance.
const EXACT: f64 = 0.02;
/// Fewer NICs than this are not a NIC but a different path.
const ONE_NIC: f64 = 0.75;
/// The highest extra cost of a call, µs.
const MAX_CALL_US: f64 = 1e5;
/// The highest extra cost of a step, µs: more is a different path.
const MAX_STEP_US: f64 = 200.0;

/// The kinds of changes by what they may fit: the more freedom, the less a small error means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Freedom {
    /// One of a few choices: an algorithm, or in-switch reduction.
    Choice,
    /// A choice that NCCL does not make by itself for long messages: a protocol.
    RareChoice,
    /// A whole number: lanes, NICs.
    Whole,
    /// A choice and a whole number, or a whole number of what is rarely limited.
    ChoiceAndWhole,
    /// Any number.
    Number,
}

/// A change with the cluster that it makes.
pub(super) struct Candidate {
    pub changed: Changed,
    pub freedom: Freedom,
    pub inputs: MeasuredInputs,
}

/// Decides whether a cluster is possible: no row may be faster than it allows.
pub(super) type Allows<'a> = &'a dyn Fn(&MeasuredInputs) -> bool;

/// The choices of NCCL that differ from those of the healthy cluster.
pub(super) fn choices(inputs: &MeasuredInputs) -> Vec<Candidate> {
    let choice = |parameter, choice, inputs| Candidate {
        changed: Changed::choice(parameter, choice),
        freedom: if parameter == ChangedInput::Protocol { Freedom::RareChoice } else { Freedom::Choice },
        inputs,
    };
    let mut found: Vec<Candidate> = nvls_off(inputs).into_iter().collect();
    // The size decides the protocol of point-to-point calls.
    let grouped = inputs.algorithms == [NcclAlgorithm::PointToPoint];
    if inputs.algorithms.len() > 1 {
        for &algorithm in &inputs.algorithms {
            let only = MeasuredInputs { algorithms: vec![algorithm], ..inputs.clone() };
            found.push(choice(ChangedInput::Algorithm, Choice::Algorithm(algorithm), only));
        }
    }
    if inputs.protocols.len() > 1 && !grouped {
        for &protocol in &inputs.protocols {
            let only = MeasuredInputs { protocols: vec![protocol], ..inputs.clone() };
            found.push(choice(ChangedInput::Protocol, Choice::Protocol(protocol), only));
        }
    }
    found
}

/// In-switch reduction that is off; `None` if the cluster has none.
fn nvls_off(inputs: &MeasuredInputs) -> Option<Candidate> {
    let has = |algorithm| inputs.algorithms.contains(&algorithm);
    if !inputs.nvls || !(has(NcclAlgorithm::Nvls) || has(NcclAlgorithm::NvlsTree)) {
        return None;
    }
    let changed = Changed::number(ChangedInput::Nvls, 1.0, 0.0);
    Some(Candidate { changed, freedom: Freedom::Choice, inputs: MeasuredInputs { nvls: false, ..inputs.clone() } })
}

/// Whole numbers of lanes and NICs.
pub(super) fn whole_numbers(inputs: &MeasuredInputs, lanes: f64) -> Vec<Candidate> {
    let mut found = Vec::new();
    // Without in-switch reduction, lanes are a rate of hops, which is scanned.
    if inputs.nvls {
        for count in 1..lanes as u32 {
            let count = f64::from(count);
            let changed = Changed::number(ChangedInput::Lanes, lanes, count);
            found.push(Candidate { changed, freedom: Freedom::Whole, inputs: with_lanes(inputs, count / lanes) });
        }
    }
    // Inside a node, and with NVLS, the model spreads the rate of the lanes over any number of channels.
    let grouped = inputs.algorithms == [NcclAlgorithm::PointToPoint];
    if inputs.nodes > 1 && !inputs.nvls && !grouped {
        let healthy = f64::from(inputs.channels);
        for channels in 1..inputs.channels {
            let changed = Changed::number(ChangedInput::Channels, healthy, f64::from(channels));
            let inputs = MeasuredInputs { channels, ..inputs.clone() };
            found.push(Candidate { changed, freedom: Freedom::ChoiceAndWhole, inputs });
        }
    }
    if inputs.nodes > 1 && grouped {
        let healthy = net_peer_channels(inputs);
        for channels in [1, 2, 4, 8].into_iter().filter(|&channels| channels < healthy) {
            let changed = Changed::number(ChangedInput::PeerChannels, f64::from(healthy), f64::from(channels));
            let inputs = MeasuredInputs { net_peer_channels: Some(channels), ..inputs.clone() };
            found.push(Candidate { changed, freedom: Freedom::Whole, inputs });
        }
    }
    if inputs.nodes > 1 && inputs.algorithms.len() > 1 {
        for &algorithm in &inputs.algorithms {
            // NICs are missed by halves: one of two per switch, one socket of two, all but one.
            for nics in [1.0, 0.25 * inputs.nics, 0.5 * inputs.nics] {
                if nics < 1.0 || nics.fract() != 0.0 || nics >= inputs.nics {
                    continue;
                }
                let number = Changed::number(ChangedInput::AlgorithmAndNics, inputs.nics, nics);
                let changed = Changed { choice: Some(Choice::Algorithm(algorithm)), ..number };
                let inputs = MeasuredInputs { algorithms: vec![algorithm], nics, ..inputs.clone() };
                found.push(Candidate { changed, freedom: Freedom::ChoiceAndWhole, inputs });
            }
        }
    }
    found
}

/// A cluster with a share of its lanes: rings, trees and switches lose in proportion.
fn with_lanes(inputs: &MeasuredInputs, share: f64) -> MeasuredInputs {
    let mut changed = inputs.clone();
    let generation = &mut changed.generation;
    generation.ring_gb_s.value *= share;
    generation.tree_gb_s.value *= share;
    for rate in [&mut generation.nvls_gb_s, &mut generation.nvls72_gb_s].into_iter().flatten() {
        rate.value *= share;
    }
    changed
}

/// An input that is scanned in equal ratios.
struct Scan {
    parameter: ChangedInput,
    healthy: f64,
    least: f64,
    set: fn(&mut MeasuredInputs, f64),
}

impl Scan {
    /// The value that explains the rows best, of those that are allowed; `None` if that is the healthy one.
    fn best(&self, inputs: &MeasuredInputs, rows: &[MeasuredRow], allows: Allows<'_>) -> Option<Candidate> {
        let ratio = libm::pow(self.healthy / self.least, 1.0 / f64::from(SCAN_STEPS));
        let mut value = self.least;
        let mut best: Option<(f64, f64, MeasuredInputs)> = None;
        for _ in 0..SCAN_STEPS {
            let mut changed = inputs.clone();
            (self.set)(&mut changed, value);
            if let Some(error) = Predictor::new(&changed).error(rows)
                && best.as_ref().is_none_or(|(least, ..)| error < *least)
                && allows(&changed)
            {
                best = Some((error, value, changed));
            }
            value *= ratio;
        }
        let (_, value, inputs) = best.filter(|(_, value, _)| *value < MAX_SCANNED * self.healthy)?;
        let changed = Changed::number(self.parameter, self.healthy, value);
        Some(Candidate { changed, freedom: Freedom::Number, inputs })
    }
}

/// The rate of every hop inside a node; without fast links there is no in-switch reduction either.
pub(super) fn nvlink(inputs: &MeasuredInputs, rows: &[MeasuredRow], allows: Allows<'_>) -> Option<Candidate> {
    let healthy = inputs.generation.ring_gb_s.value;
    let set = |inputs: &mut MeasuredInputs, gb_s: f64| {
        inputs.generation.ring_gb_s.value = gb_s;
        inputs.generation.tree_gb_s.value = gb_s;
        inputs.nvls = false;
    };
    Scan { parameter: ChangedInput::Nvlink, healthy, least: healthy / 1000.0, set }.best(inputs, rows, allows)
}

/// The NICs in use, or the one that slows the others down; `None` for one node.
pub(super) fn nics(inputs: &MeasuredInputs, rows: &[MeasuredRow], allows: Allows<'_>) -> Option<Candidate> {
    if inputs.nodes < 2 {
        return None;
    }
    let healthy = inputs.nics;
    let set = |inputs: &mut MeasuredInputs, nics: f64| inputs.nics = nics;
    let scan = Scan { parameter: ChangedInput::Nics, healthy, least: healthy / 1000.0, set };
    let found = scan.best(inputs, rows, allows)?;
    let value = found.changed.explains;
    if value < ONE_NIC {
        return Some(Candidate { changed: Changed::number(ChangedInput::Tcp, healthy, value), ..found });
    }
    let whole = value.round();
    let is_whole = whole >= 1.0 && whole <= healthy / 2.0 && (value - whole).abs() <= WHOLE_NICS;
    if is_whole || healthy < 2.0 {
        let exact = (value - whole).abs() <= EXACT * whole;
        return Some(Candidate { freedom: if exact { Freedom::Whole } else { Freedom::Number }, ..found });
    }
    Some(Candidate { changed: Changed::number(ChangedInput::OneNic, 1.0, value / healthy), ..found })
}

/// An extra cost of every step between nodes, or of every hop if there is one node.
pub(super) fn step(inputs: &MeasuredInputs, rows: &[MeasuredRow], allows: Allows<'_>) -> Option<Candidate> {
    let set = |inputs: &mut MeasuredInputs, us: f64| match &mut inputs.network {
        Some(network) => {
            let steps = [&mut network.a_ll_us, &mut network.a_ll128_us, &mut network.a_simple_us];
            let stages = [&mut network.t_ll_us, &mut network.t_ll128_us, &mut network.t_simple_us];
            let trees = [&mut network.a_nvls_us, &mut network.tau_us];
            steps.into_iter().chain(stages).chain(trees).for_each(|figure| figure.value += us);
        }
        None => {
            let generation = &mut inputs.generation;
            let steps = [&mut generation.a_ll_us, &mut generation.a_ll128_us, &mut generation.a_simple_us];
            steps.into_iter().chain(&mut generation.round_nvls_us).for_each(|figure| figure.value += us);
        }
    };
    let scan = Scan { parameter: ChangedInput::Step, healthy: MAX_STEP_US, least: 0.02, set };
    let found = scan.best(inputs, rows, allows)?;
    Some(Candidate { changed: Changed::number(ChangedInput::Step, 0.0, found.changed.explains), ..found })
}

/// An extra cost of every call, independent of the size: only messages of a few MiB and less show it.
pub(super) fn call(inputs: &MeasuredInputs, rows: &[MeasuredRow], allows: Allows<'_>) -> Option<Candidate> {
    let set = |inputs: &mut MeasuredInputs, us: f64| inputs.host_s += us * 1e-6;
    let scan = Scan { parameter: ChangedInput::Host, healthy: MAX_CALL_US, least: 1.0, set };
    let found = scan.best(inputs, rows, allows)?;
    let healthy = inputs.host_s * 1e6;
    let changed = Changed::number(ChangedInput::Host, healthy, healthy + found.changed.explains);
    Some(Candidate { changed, ..found })
}
