//! The diagnosis of a log: whether the cluster is healthy and, if it is not, the single changes that explain it.

use super::cluster::Cluster;
use super::diagnosis_text::{self as text, Sizes};
use super::faster::faster_choice;
use super::log_machine::{DeviceMatch, machine_of_devices};
use super::log_verdict::{Headline, HealthyRange, Verdict, VerdictState};
use super::predictor::{MeasuredRow, Predictor, measured_rows, sizes as count_sizes};
use super::root_causes::{Evidence, RootCauses};
use super::shape::{Break, breaks, slow_ranges};
use crate::catalog::{Band, Catalog, Widening};
use crate::nccl_log::LogRun;

/// The least message of a log that is compared with the model.
pub const LARGE_BYTES: u64 = 1 << 20;
/// From this message on, rates determine the time, not start-up.
const RATE_BYTES: u64 = 32 << 20;
/// From this message on healthy clusters differ least: a loss that the mean over shorter ones hides shows here.
const LARGEST_BYTES: u64 = 1 << 30;
/// The longest messages decide alone if most take this much longer than the slowest healthy clusters: the model of one
/// cluster may be a little off at all of them.
const LONGEST_SLOW: f64 = 1.03;
/// A size that takes this much longer than the slowest healthy clusters is named, even in a healthy log.
const CONSPICUOUS: f64 = 1.25;
/// From this deviation on, NVLS may be off, though logs of equal hardware may differ by more: with it off, a log is only
/// a tenth to a fifth slower, but follows a different curve.
const NVLS_SUSPECTED: f64 = 0.05;
/// Messages of 1 to 32 MiB that take this much longer than predicted are slow, whatever the band: the slowest healthy logs
/// have jobs on part of a node, or plugins with a plateau.
const SLOW_BELOW_RATES: f64 = 1.6;
/// How much wider the band is with one GPU per node: a public log of two nodes is 32 % faster than the model (nccl-tests,
/// issue 232).
const SINGLE_GPUS: f64 = 1.4;
/// A log that is faster than the fastest healthy ones by this factor is of another machine.
const FASTER: f64 = 0.93;
/// The error that NVLS off must leave at most to be the explanation.
const NVLS_EXPLAINS: f64 = 0.03;
/// The error that another choice of NCCL must leave at most to be the explanation of a small loss.
const CHOICE_EXPLAINS: f64 = 0.02;

/// A run with its cluster, and the band of healthy ones.
struct Case<'a> {
    run: &'a LogRun,
    cluster: &'a Cluster,
    catalog: &'a Catalog,
    rows: Vec<MeasuredRow>,
    widening: Widening,
}

/// Diagnoses a log of a cluster.
pub(super) fn diagnose(run: &LogRun, cluster: &Cluster, devices: DeviceMatch, catalog: &Catalog) -> Verdict {
    let rows = measured_rows(run, cluster.operation, cluster.inputs.ranks());
    let case = Case { run, cluster, catalog, rows, widening: cluster.widening(catalog) };
    let verdict = case.by_times(devices);
    let headline = case.headline();
    let range = case.range(case.deciding().0);
    let band = range.map(|band| HealthyRange {
        low: band.low,
        high: band.high,
        beyond_fitted_nodes: case.widening.fitted_nodes,
        estimated_machine: case.widening.machine > 1.0,
    });
    let verdict = match run.is_wrong() {
        // Nothing that is measured with wrong sums is worth a cause.
        true => {
            let wrong = run.rows.iter().filter_map(|row| row.wrong).fold(0, u64::saturating_add);
            let text = text::wrong_sums(wrong, &verdict.text);
            Verdict::new(VerdictState::WrongSums, verdict.slower, text)
        }
        false => verdict,
    };
    Verdict { headline, band, ..verdict }
}

impl Case<'_> {
    fn band(&self, message_bytes: u64) -> Band {
        let single = if self.cluster.has_single_gpus() { SINGLE_GPUS } else { 1.0 };
        self.catalog.bands().band(message_bytes).widened(self.widening.factor() * single)
    }

    /// The sorted rows with sizes in a range.
    fn rows_of(&self, sizes: std::ops::Range<u64>) -> &[MeasuredRow] {
        let at = |bytes: u64| self.rows.partition_point(|row| row.message_bytes < bytes);
        self.rows.get(at(sizes.start)..at(sizes.end)).unwrap_or_default()
    }

    /// The rows that decide: those that show rates, or else those of 1 MiB and more. Where the rows that show rates are
    /// healthy together and most of the longest are slow, the longest decide.
    fn deciding(&self) -> (&[MeasuredRow], Sizes) {
        let rates = self.rows_of(RATE_BYTES..u64::MAX);
        if rates.is_empty() {
            let rows = self.rows_of(LARGE_BYTES..RATE_BYTES);
            return (rows, Sizes::UpTo(rows.last().map_or(RATE_BYTES, |row| row.message_bytes)));
        }
        let predictor = Predictor::new(&self.cluster.inputs);
        let longest = self.rows_of(LARGEST_BYTES..u64::MAX);
        let is_slow =
            predictor.mean_slower(rates).zip(self.range(rates)).is_some_and(|(ratio, band)| ratio > band.high);
        // The median: one disturbed row says nothing about a rate.
        let most =
            predictor.median_slower(longest).is_some_and(|ratio| ratio > LONGEST_SLOW * self.band(LARGEST_BYTES).high);
        if !is_slow && most && count_sizes(longest) > 1 {
            return (longest, Sizes::From1Gib);
        }
        (rates, Sizes::From32Mib)
    }

    /// The geometric mean of the bands of rows.
    fn range(&self, rows: &[MeasuredRow]) -> Option<Band> {
        let mean = |side: fn(Band) -> f64| {
            let sum: f64 = rows.iter().map(|row| libm::log(side(self.band(row.message_bytes)))).sum();
            libm::exp(sum / rows.len() as f64)
        };
        (!rows.is_empty()).then(|| Band { low: mean(|band| band.low), high: mean(|band| band.high) })
    }

    /// busbw reached and expected at the largest message.
    fn headline(&self) -> Option<Headline> {
        let cluster = Predictor::new(&self.cluster.inputs);
        let largest = self.rows.last()?.message_bytes;
        // The best of the rows of the largest size: that is the busbw that the run reached.
        let row = self.rows.iter().find(|row| row.message_bytes == largest)?;
        let of = |seconds: f64| self.cluster.busbw_gb_s(row.message_bytes, seconds);
        Some(Headline {
            message_bytes: row.message_bytes,
            busbw_gb_s: of(row.seconds),
            expected_busbw_gb_s: of(cluster.seconds(row)?),
        })
    }

    fn evidence<'a>(
        &'a self,
        rates: &'a [MeasuredRow],
        breaks: &'a [Break],
        band: &'a dyn Fn(u64) -> Band,
    ) -> Evidence<'a> {
        let all = self.rows_of(0..u64::MAX);
        Evidence { inputs: &self.cluster.inputs, lanes: self.cluster.lanes, rates, all, breaks, band }
    }

    /// The diagnosis by the times alone.
    fn by_times(&self, devices: DeviceMatch) -> Verdict {
        let inputs = &self.cluster.inputs;
        let predictor = Predictor::new(inputs);
        let (rows, sizes) = self.deciding();
        let Some((ratio, range)) = predictor.mean_slower(rows).zip(self.range(rows)) else {
            let has_large = self.run.rows.iter().any(|row| row.message_bytes >= LARGE_BYTES);
            let why = if has_large { text::NO_PREDICTION } else { text::NO_LARGE_ROWS };
            return Verdict::new(VerdictState::Unknown, None, why.to_owned());
        };
        match devices {
            DeviceMatch::Other => {
                let own = machine_of_devices(&self.run.devices, self.catalog).map(|machine| machine.id.as_str());
                let text = text::other_machine(&self.run.devices, own);
                return Verdict::new(VerdictState::OtherMachine, Some(ratio), text);
            }
            DeviceMatch::Rccl => {
                return Verdict::new(VerdictState::OtherMachine, Some(ratio), text::OTHER_LIBRARY.to_owned());
            }
            DeviceMatch::Unnamed | DeviceMatch::Same => {}
        }
        let band = |bytes: u64| self.band(bytes);
        let breaks = breaks(&predictor, self.rows_of(0..u64::MAX), inputs);
        let evidence = self.evidence(rows, &breaks, &band);
        let small_loss = !sizes.are_short() && ratio > 1.0 + NVLS_SUSPECTED;
        let choice = small_loss.then(|| evidence.choice(NVLS_EXPLAINS, CHOICE_EXPLAINS)).flatten();
        let beyond = text::beyond(&self.widening, self.cluster.has_single_gpus());
        // The longest decide because most of them are slow, even if one that is fast lowers their mean.
        if ratio > range.high || choice.is_some() || sizes == Sizes::From1Gib {
            let RootCauses { explain, ruled_out } = evidence.root_causes();
            let slow_ranges = slow_ranges(&predictor, rows, band);
            let faster = explain.first().and_then(|change| faster_choice(self.cluster, change, self.rows.last()?));
            let mut found = explain.into_iter();
            let mut verdict = Verdict {
                change: found.next(),
                alternatives: found.collect(),
                ruled_out,
                slow_ranges,
                breaks: breaks.clone(),
                faster,
                ..Verdict::new(VerdictState::Below, Some(ratio), String::new())
            };
            let largest = rows.last().and_then(|row| predictor.slower(row));
            verdict.text = text::below(sizes, ratio, largest, &verdict);
            verdict.details =
                text::details(&verdict, &self.run.settings, count_sizes(rows) == 1).into_iter().chain(beyond).collect();
            return verdict;
        }
        if ratio < FASTER * range.low {
            let details = beyond.into_iter().collect();
            return Verdict { details, ..Verdict::new(VerdictState::Faster, Some(ratio), text::faster(sizes, ratio)) };
        }
        let rest = self.rows_of(LARGE_BYTES..RATE_BYTES);
        let of_rest = predictor.mean_slower(rest).zip(self.range(rest)).filter(|_| sizes == Sizes::From32Mib);
        match of_rest.filter(|(rest, range)| *rest > range.high.min(SLOW_BELOW_RATES * self.widening.machine)) {
            Some((rest, _)) => {
                // A cost per call shows in smaller messages, too.
                let small = self.rows_of(0..RATE_BYTES);
                let change =
                    Evidence { rates: small, all: small, ..evidence }.of_short(self.rows_of(LARGE_BYTES..u64::MAX));
                let text = text::slow_below_32_mib(ratio, rest, change.as_ref());
                let breaks_of = breaks.iter().map(Break::sentence);
                let details = change.iter().map(text::try_next).chain(breaks_of).chain(beyond).collect();
                Verdict {
                    change,
                    details,
                    breaks: breaks.clone(),
                    ..Verdict::new(VerdictState::SlowBelow32Mib, Some(ratio), text)
                }
            }
            None => {
                let faster = self.rows.last().and_then(|row| super::faster::without_settings(self.cluster, row));
                let text = text::healthy(sizes, ratio, range);
                let conspicuous = |bytes: u64| Band { high: self.band(bytes).high * CONSPICUOUS, ..self.band(bytes) };
                let slow_ranges = slow_ranges(&predictor, rows, conspicuous);
                let slow = slow_ranges.iter().map(text::slow_range);
                let breaks: Vec<Break> =
                    breaks.iter().copied().filter(|one| slow_ranges.iter().any(|slow| slow.meets(one))).collect();
                let details = slow.chain(breaks.iter().map(Break::sentence));
                let details = details.chain(faster.iter().map(text::faster_sentence)).chain(beyond).collect();
                Verdict {
                    faster,
                    details,
                    slow_ranges,
                    breaks,
                    ..Verdict::new(VerdictState::Healthy, Some(ratio), text)
                }
            }
        }
    }
}
