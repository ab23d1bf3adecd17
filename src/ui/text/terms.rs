//! Terms with the figures of a run: what a tooltip adds to the entry of the glossary. A line that begins with `=`
//! continues the formula.

use crate::collective::{Algorithm, ChipAlgorithm, Collective, PerPeAlgorithm, XyPattern};
use crate::explain::CostKind;
use crate::explain::glossary::Term;
use crate::fabric::{LinkFigures, Topology};
use crate::solve::{FabricRun, RunResult};
use crate::units::{BytesPerSec, Femtos, grouped};

/// The formula of an algorithm is shown with figures if it is this near to the run.
const AGREES: f64 = 0.005;

/// The term of an operation.
pub(in crate::ui) fn of_operation(operation: Collective) -> Term {
    match operation {
        Collective::AllReduce => Term::AllReduce,
        Collective::AllGather => Term::AllGather,
        Collective::ReduceScatter => Term::ReduceScatter,
        Collective::AllToAll => Term::AllToAll,
        Collective::Broadcast => Term::Broadcast,
        Collective::Reduce => Term::Reduce,
        Collective::SendRecv => Term::SendRecv,
    }
}

/// The term of a part of the time.
pub(in crate::ui) fn of_cost(kind: CostKind) -> Term {
    match kind {
        CostKind::Latency => Term::Latency,
        CostKind::Serialization => Term::Serialization,
        CostKind::Contention => Term::Contention,
        CostKind::Processing => Term::Processing,
        CostKind::Launch => Term::Launch,
    }
}

/// The term of an algorithm, if it has one.
pub(in crate::ui) fn of_algorithm(algorithm: Algorithm) -> Option<Term> {
    Some(match algorithm {
        Algorithm::Chips(chips) => match chips {
            ChipAlgorithm::Ring | ChipAlgorithm::MultiRing | ChipAlgorithm::Snake => Term::Ring,
            ChipAlgorithm::Nvls | ChipAlgorithm::NvlsTree => Term::InSwitch,
            ChipAlgorithm::DoubleBinaryTree => Term::DoubleBinaryTree,
            ChipAlgorithm::HalvingDoubling => Term::HalvingDoubling,
            ChipAlgorithm::Direct => Term::Direct,
            ChipAlgorithm::Hierarchical => Term::Hierarchical,
            ChipAlgorithm::Chain => Term::Chain,
            ChipAlgorithm::Pairwise | ChipAlgorithm::Shift => return None,
        },
        Algorithm::PerPe(per_pe) => match per_pe {
            PerPeAlgorithm::Xy(XyPattern::Chain) => Term::Chain,
            PerPeAlgorithm::Xy(XyPattern::TwoPhase) => Term::TwoPhase,
            PerPeAlgorithm::Ring => Term::Ring,
            PerPeAlgorithm::Xy(XyPattern::Star | XyPattern::Tree | XyPattern::AutoGen)
            | PerPeAlgorithm::Snake
            | PerPeAlgorithm::CentreRooted
            | PerPeAlgorithm::Multicast => return None,
        },
        Algorithm::Strips(_) => Term::Strip,
        Algorithm::SwarmxTree => Term::WaferIo,
    })
}

/// `= 1 GiB / 1.343 ms = 799.5 GB/s`
pub(in crate::ui) fn algbw(run: &FabricRun, result: &RunResult) -> String {
    format!("= {} / {} = {}", run.message, result.time, BytesPerSec(result.algbw(run.message)))
}

/// `= 799.5 GB/s x 2 (8 - 1)/8 = 1.399 TB/s`
pub(in crate::ui) fn busbw(run: &FabricRun, result: &RunResult) -> String {
    let n = grouped(run.ranks);
    let factor = match run.scene.collective {
        Collective::AllReduce => format!(" x 2 ({n} - 1)/{n}"),
        Collective::AllGather | Collective::ReduceScatter | Collective::AllToAll => format!(" x ({n} - 1)/{n}"),
        Collective::Broadcast | Collective::Reduce | Collective::SendRecv => String::new(),
    };
    let algbw = BytesPerSec(result.algbw(run.message));
    let busbw = BytesPerSec(result.busbw(run.scene.collective, run.message, run.ranks));
    format!("= {algbw}{factor} = {busbw}")
}

/// `= 1.125 GiB / 1.343 ms = 899.3 GB/s`
pub(in crate::ui) fn wire_rate(result: &RunResult) -> String {
    let bytes = crate::units::Bytes(result.played.busiest_link.0 as u64);
    format!("= {bytes} / {} = {}", result.time, BytesPerSec(result.wire()))
}

/// The number of ranks: `n = 8`.
pub(in crate::ui) fn ranks(ranks: u64) -> String {
    format!("n = {}", grouped(ranks))
}

/// The message through one link: `S/c = 1 GiB / 900 GB/s = 1.193 ms`.
pub(in crate::ui) fn serialization(run: &FabricRun, links: LinkFigures) -> String {
    let time = run.message.0 as f64 / links.capacity.0;
    format!("S/c = {} / {} = {}", run.message, links.capacity, Femtos::from_secs(time))
}

/// Columns of a strip: `= 755 / 8 = 94, 3 idle`.
pub(in crate::ui) fn strips(columns: u32, strips: u32, width: u32) -> String {
    let idle = columns.saturating_sub(strips * width);
    format!("= {columns} / {strips} = {width}, {idle} idle")
}

/// A link of a wafer: `= 4 B x 0.875 GHz = 3.5 GB/s`.
pub(in crate::ui) fn wavelets(clock_hz: f64) -> String {
    format!("= 4 B x {} GHz = {}", clock_hz / 1e9, BytesPerSec(4.0 * clock_hz))
}

/// The formula of an algorithm around a switch with the figures of a run; empty if the formula is not that of the run.
pub(in crate::ui) fn algorithm(run: &FabricRun) -> String {
    let (Topology::Switch(switch), Some(result)) = (&run.fabric.topology, run.result()) else { return String::new() };
    if run.scene.collective != Collective::AllReduce {
        return String::new();
    }
    let (size, n) = (run.message.0 as f64, run.ranks as f64);
    let (c, h) = (switch.capacity.0, switch.latency.secs());
    let (bytes, rank) = (run.message, grouped(run.ranks));
    let (capacity, latency) = (switch.capacity, switch.latency);
    let around = format!("2 ({rank} - 1)/{rank} {bytes} / {capacity}");
    let (seconds, formula) = match run.scene.kind.algorithm() {
        Algorithm::Chips(ChipAlgorithm::Ring) => {
            let formula = format!("2 ({rank} - 1) ({bytes} / ({rank} x {capacity}) + 2 x {latency})");
            (2.0 * (n - 1.0) * (size / (n * c) + 2.0 * h), formula)
        }
        Algorithm::Chips(ChipAlgorithm::HalvingDoubling) => {
            let formula = format!("{around} + 2 log2({rank}) 2 x {latency}");
            (2.0 * (n - 1.0) / n * size / c + 4.0 * n.log2() * h, formula)
        }
        Algorithm::Chips(ChipAlgorithm::Direct) => {
            (2.0 * (n - 1.0) / n * size / c + 4.0 * h, format!("{around} + 4 x {latency}"))
        }
        Algorithm::Chips(ChipAlgorithm::Nvls) => {
            let formula = format!("{bytes} (1 + 1/{rank}) / {capacity} + 4 x {latency}");
            (size * (1.0 + 1.0 / n) / c + 4.0 * h, formula)
        }
        Algorithm::Chips(_) | Algorithm::PerPe(_) | Algorithm::Strips(_) | Algorithm::SwarmxTree => {
            return String::new();
        }
    };
    if (seconds / result.time.secs() - 1.0).abs() > AGREES {
        return String::new();
    }
    format!("= {formula} = {}", Femtos::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::explain::glossary::entry;
    use crate::session::Session;

    /// The terms that the panels name in their source, and those to which their entries lead.
    fn shown() -> BTreeSet<Term> {
        fn sources(folder: &std::path::Path, all: &mut String) {
            for file in std::fs::read_dir(folder).expect("the panels").flatten() {
                match file.path() {
                    path if path.is_dir() => sources(&path, all),
                    path => *all += &std::fs::read_to_string(path).expect("a source file"),
                }
            }
        }
        let mut all = String::new();
        sources(std::path::Path::new("src/ui"), &mut all);
        sources(std::path::Path::new("src/core/sample"), &mut all);
        let named = |term: &&Term| {
            let name = format!("Term::{term:?}");
            all.match_indices(&name).any(|(at, _)| !all[at + name.len()..].starts_with(char::is_alphanumeric))
        };
        let mut shown: BTreeSet<Term> = Term::ALL.iter().filter(named).copied().collect();
        loop {
            let next: BTreeSet<Term> =
                shown.iter().filter_map(|term| entry(*term)).flat_map(|entry| entry.see.clone()).collect();
            let before = shown.len();
            shown.extend(next);
            if shown.len() == before {
                return shown;
            }
        }
    }

    #[test]
    fn each_term_of_the_glossary_is_shown_by_a_panel_or_linked_from_one() {
        let missing: Vec<&Term> = Term::ALL.iter().filter(|term| !shown().contains(term)).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }

    #[test]
    fn formulas_with_figures_lead_to_the_result() {
        let mut session = Session::first_look().expect("the first look");
        let figures = |session: &Session| {
            let run = session.runs[0].clone();
            let result = run.result().expect("a result").clone();
            (algbw(&run, &result), busbw(&run, &result), algorithm(&run))
        };
        let (algbw, busbw, nvls) = figures(&session);
        assert_eq!(algbw, "= 1 GiB / 1.343 ms = 799.4 GB/s");
        assert_eq!(busbw, "= 799.4 GB/s x 2 (8 - 1)/8 = 1.399 TB/s");
        assert_eq!(nvls, "= 1 GiB (1 + 1/8) / 900 GB/s + 4 x 250 ns = 1.343 ms");
        for id in ["ring", "halving-doubling", "direct"] {
            let setting = crate::scene::Setting::parse(&format!("fabrics.0.algorithm={id}")).expect("a setting");
            session.apply(crate::session::Intent::Set(vec![setting]));
            let time = session.runs[0].result().expect("a result").time.to_string();
            let (_, _, formula) = figures(&session);
            assert!(formula.ends_with(&format!("= {time}")), "{id}: {formula}, {time}");
        }
    }
}
