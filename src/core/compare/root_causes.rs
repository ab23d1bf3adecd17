//! The changes that explain a slow log, best first, and those that its rows rule out.

use serde::Serialize;

use super::candidates::{Candidate, Freedom, call, choices, nics, nvlink, step, whole_numbers};
use super::change::Change;
use super::changed_input::{Changed, ChangedInput, Choice};
use super::predictor::{MeasuredRow, Predictor, sizes, spread};
use super::shape::{Break, BreakKind};
use crate::catalog::Band;
use crate::nccl::MeasuredInputs;

/// A change explains a log if it leaves at most this share of its error.
const EXPLAINED: f64 = 0.5;
/// Changes whose errors differ by less cannot be told apart: the model itself is no better.
const SIMILAR: f64 = 0.03;
/// The same if the log has one size only.
const SIMILAR_AT_ONE_SIZE: f64 = 0.1;
/// A row contradicts a change if it takes less than this share of what the fastest healthy cluster would take with it: the
/// model of a degraded cluster is less exact than that of a healthy one.
const TOO_FAST: f64 = 0.87;
/// From this message on, only rates matter: shorter ones also depend on how a degraded cluster fills its pipeline.
const RATES_DECIDE_BYTES: u64 = 128 << 20;
/// A change that costs this much more than the best is not named, even if it leaves as little error.
const DEARER: f64 = 0.2;
/// A cost of every call or step may fit any curve a little; it must leave at most this error.
const COST_EXPLAINS: f64 = 0.15;
/// A cost per call that leaves less than this share of the error of the others over all sizes is the better explanation.
const ALL_SIZES: f64 = 0.5;
/// A rate above this share of the healthy one is the healthy one.
const NEARLY: f64 = 0.9;
/// busbw of a cluster that falls where the log has a break.
const BREAK: f64 = 0.97;
/// The most changes that are named.
const MAX_ROOT_CAUSES: usize = 3;

/// A slow cluster with the rows that show it.
pub(super) struct Evidence<'a> {
    pub inputs: &'a MeasuredInputs,
    /// NVLink lanes of a GPU.
    pub lanes: f64,
    /// The rows that show rates.
    pub rates: &'a [MeasuredRow],
    /// All rows of the run.
    pub all: &'a [MeasuredRow],
    /// Where the run changes.
    pub breaks: &'a [Break],
    /// Measured over expected time of healthy clusters, by message size.
    pub band: &'a dyn Fn(u64) -> Band,
}

/// A change that would explain most of a log, but allows less than a row of it shows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RuledOut {
    /// The change.
    #[serde(flatten)]
    pub change: Change,
    /// The message whose row contradicts it, bytes.
    pub message_bytes: u64,
    /// The measured time of that row, seconds.
    pub measured_s: f64,
    /// The least time that the change allows, seconds.
    pub allowed_s: f64,
}

/// What may explain a log, and what does not.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct RootCauses {
    /// The changes that explain it and cannot be told apart by its rows, the simplest first.
    pub explain: Vec<Change>,
    /// Changes that one of its rows contradicts.
    pub ruled_out: Vec<RuledOut>,
}

/// The share of its error that a change must pay for its freedom, at one size; more sizes leave less to chance.
fn price(freedom: Freedom) -> f64 {
    match freedom {
        Freedom::Choice => 0.0,
        Freedom::RareChoice => 0.25,
        Freedom::Whole => 0.12,
        Freedom::ChoiceAndWhole | Freedom::Number => 0.3,
    }
}

/// A candidate with its error, and with the price of its freedom added.
struct Scored {
    changed: Changed,
    freedom: Freedom,
    inputs: MeasuredInputs,
    error: f64,
    cost: f64,
}

impl Evidence<'_> {
    /// Error of the healthy cluster.
    fn before(&self, rows: &[MeasuredRow]) -> f64 {
        Predictor::new(self.inputs).error(rows).unwrap_or(f64::INFINITY)
    }

    /// The row that is most too fast for a cluster; `None` if it allows all.
    fn contradiction(&self, inputs: &MeasuredInputs) -> Option<RuledOutBy> {
        let cluster = Predictor::new(inputs);
        let long = self.rates.partition_point(|row| row.message_bytes < RATES_DECIDE_BYTES);
        let rows = match self.rates.get(long..) {
            None | Some([]) => self.rates,
            Some(rows) => rows,
        };
        let rows = spread(rows);
        let found = rows.iter().filter_map(|row| {
            let allowed_s = cluster.seconds(row)?;
            let share = row.seconds / (allowed_s * (self.band)(row.message_bytes).low);
            (share < TOO_FAST).then_some((share, RuledOutBy { row: *row, allowed_s }))
        });
        found.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, by)| by)
    }

    /// Tries every change.
    pub(super) fn root_causes(&self) -> RootCauses {
        let rates = spread(self.rates);
        let allows = |inputs: &MeasuredInputs| self.contradiction(inputs).is_none();
        let mut candidates = choices(self.inputs);
        candidates.extend(whole_numbers(self.inputs, self.lanes));
        candidates.extend(nvlink(self.inputs, &rates, &allows));
        candidates.extend(nics(self.inputs, &rates, &allows));
        candidates.extend(step(self.inputs, &rates, &allows));
        let mut scored = self.scored(candidates, &rates);
        self.drop_repeated(&mut scored);
        let calls = self.scored_call();
        if scored.is_empty() || self.explains_all_sizes(&calls, &scored) {
            scored = calls;
        }
        let explain = self.named(scored);
        let ruled_out = if explain.is_empty() { self.ruled_out(&rates) } else { Vec::new() };
        RootCauses { explain, ruled_out }
    }

    /// A cost per call, which shows in small messages, too; empty if it does not explain the rows.
    fn scored_call(&self) -> Vec<Scored> {
        let all = spread(self.all);
        let allows = |inputs: &MeasuredInputs| self.contradiction(inputs).is_none();
        self.scored(call(self.inputs, &all, &allows).into_iter().collect(), &all)
    }

    /// Whether a cost per call leaves far less error over all sizes than the others: they fit the long messages, and miss what
    /// it adds to short ones.
    fn explains_all_sizes(&self, calls: &[Scored], others: &[Scored]) -> bool {
        let all = spread(self.all);
        let error = |one: &Scored| Predictor::new(&one.inputs).error(&all).unwrap_or(f64::INFINITY);
        let least = others.iter().map(error).fold(f64::INFINITY, f64::min);
        calls.first().is_some_and(|call| call.error < ALL_SIZES * least)
    }

    /// Removes a rate of hops near the healthy one beside NVLS off: that scan is without NVLS too, and says the same.
    fn drop_repeated(&self, scored: &mut Vec<Scored>) {
        let off = scored.iter().find(|one| one.changed.parameter == ChangedInput::Nvls).map(|one| one.error);
        let Some(off) = off else { return };
        scored.retain(|one| {
            let repeats = one.changed.parameter == ChangedInput::Nvlink
                && one.changed.explains > NEARLY * self.inputs.generation.ring_gb_s.value;
            !repeats || one.error < off - SIMILAR
        });
    }

    /// What makes short messages slow: a choice of NCCL that fits the long ones of `from_1_mib` as well, or a cost per call.
    pub(super) fn of_short(&self, from_1_mib: &[MeasuredRow]) -> Option<Change> {
        let calls = self.scored_call();
        let short = spread(self.all);
        let error = |one: &Scored| Predictor::new(&one.inputs).error(&short).unwrap_or(f64::INFINITY);
        let most = calls.first().map_or(f64::INFINITY, |call| call.error + SIMILAR);
        let mut choices = self.scored(choices(self.inputs), &spread(from_1_mib));
        choices.retain(|one| one.error <= COST_EXPLAINS && error(one) <= most);
        let scored = if choices.is_empty() { calls } else { choices };
        self.named(scored).into_iter().next()
    }

    /// A choice of NCCL that explains a small loss: it must leave almost no error, `nvls_error` for NVLS off and
    /// `other_error` for the others.
    pub(super) fn choice(&self, nvls_error: f64, other_error: f64) -> Option<Change> {
        let most = |one: &Scored| if one.changed.parameter == ChangedInput::Nvls { nvls_error } else { other_error };
        let mut scored = self.scored(choices(self.inputs), &spread(self.rates));
        scored.retain(|one| one.error <= most(one));
        self.named(scored).into_iter().next()
    }

    /// The candidates that explain the rows and are not contradicted.
    fn scored(&self, candidates: Vec<Candidate>, rows: &[MeasuredRow]) -> Vec<Scored> {
        let before = self.before(rows);
        let number = sizes(rows).max(1) as f64;
        let scored = candidates.into_iter().filter_map(|Candidate { changed, freedom, inputs }| {
            let error = Predictor::new(&inputs).error(rows)?;
            let is_cost = matches!(changed.parameter, ChangedInput::Host | ChangedInput::Step);
            if error >= before * EXPLAINED || is_cost && error > COST_EXPLAINS {
                return None;
            }
            // The rest is expensive.
            if !self.breaks_too(&inputs) || self.contradiction(&inputs).is_some() {
                return None;
            }
            let rarity = self.rarity(changed.parameter);
            Some(Scored { changed, freedom, inputs, error, cost: rarity * (error + price(freedom) / number) })
        });
        scored.collect()
    }

    /// How much rarer a cause is than others with as much freedom.
    fn rarity(&self, parameter: ChangedInput) -> f64 {
        let several = self.inputs.nodes > 1;
        match parameter {
            // Between nodes NICs and NVLink limit the same rings, and NICs are the more common cause.
            ChangedInput::Nvlink if several => 3.0,
            ChangedInput::Lanes if several => 3.0,
            // Two things at once.
            ChangedInput::AlgorithmAndNics => 1.3,
            ChangedInput::Nvlink
            | ChangedInput::Lanes
            | ChangedInput::Nics
            | ChangedInput::OneNic
            | ChangedInput::Tcp
            | ChangedInput::Nvls
            | ChangedInput::Algorithm
            | ChangedInput::Protocol
            | ChangedInput::Channels
            | ChangedInput::PeerChannels
            | ChangedInput::Step
            | ChangedInput::Host => 1.0,
        }
    }

    /// Whether a cluster has the breaks of the run between messages that show rates: a rate alone has none.
    fn breaks_too(&self, inputs: &MeasuredInputs) -> bool {
        let Some(least) = self.rates.first().map(|row| row.message_bytes) else { return true };
        let cluster = Predictor::new(inputs);
        let rate = |bytes: u64| Some(bytes as f64 / cluster.candidate(bytes, true)?.time_us);
        let of_rates = self.breaks.iter().filter(|one| one.from_bytes >= least && one.kind != BreakKind::Fall);
        let falls = |one: &Break| {
            let rates = rate(one.to_bytes).zip(rate(one.from_bytes));
            rates.is_none_or(|(after, before)| after < BREAK * before)
        };
        of_rates.into_iter().all(falls)
    }

    /// The best of each input, as far as the rows cannot tell them apart.
    fn named(&self, mut scored: Vec<Scored>) -> Vec<Change> {
        // At one size, predictions as far apart as this are both right.
        let number = sizes(self.rates).max(1) as f64;
        let tolerance = SIMILAR.max(SIMILAR_AT_ONE_SIZE / number);
        // Two changes at once are not more likely than one that explains the rows.
        let is_double = |one: &Scored| one.changed.parameter == ChangedInput::AlgorithmAndNics;
        let singles = scored.iter().filter(|one| !is_double(one));
        let single = singles.min_by(|a, b| a.cost.total_cmp(&b.cost)).map(|one| (one.cost, one.freedom));
        let (single, freedom) = single.unzip();
        // One size is met by any number that is free: whole NICs that meet it as well say more.
        let by_chance = number == 1.0 && freedom == Some(Freedom::Number);
        for double in scored.iter_mut().filter(|one| is_double(one)) {
            let least = single.unwrap_or(0.0);
            let meets = by_chance && double.error <= SIMILAR_AT_ONE_SIZE;
            double.cost = if meets { least } else { double.cost.max(least) };
        }
        scored.sort_by(|a, b| {
            a.cost.total_cmp(&b.cost).then((is_double(a) != by_chance).cmp(&(is_double(b) != by_chance)))
        });
        let mut kinds: Vec<(ChangedInput, Option<Choice>)> = Vec::new();
        scored.retain(|one| {
            let kind = (
                one.changed.parameter,
                one.changed.choice.filter(|_| one.changed.parameter == ChangedInput::Algorithm),
            );
            let new = !kinds.contains(&kind);
            kinds.push(kind);
            new
        });
        let Some((cost, error)) = scored.first().map(|best| (best.cost, best.error)) else { return Vec::new() };
        let similar = scored
            .into_iter()
            .filter(|one| one.cost <= cost + SIMILAR || one.error <= error + tolerance && one.cost <= cost + DEARER);
        let change = |one: Scored| Change::new(self.inputs, self.lanes, one.changed, one.error);
        similar.take(MAX_ROOT_CAUSES).map(change).collect()
    }

    /// The rates that would explain the rows if no row contradicted them.
    fn ruled_out(&self, rates: &[MeasuredRow]) -> Vec<RuledOut> {
        let before = self.before(rates);
        let any = |_: &MeasuredInputs| true;
        let candidates = [nvlink(self.inputs, rates, &any), nics(self.inputs, rates, &any)];
        let ruled_out = candidates.into_iter().flatten().filter_map(|Candidate { changed, inputs, .. }| {
            let error = Predictor::new(&inputs).error(rates).filter(|error| *error < before)?;
            let by = self.contradiction(&inputs)?;
            let change = Change::new(self.inputs, self.lanes, changed, error);
            let RuledOutBy { row, allowed_s } = by;
            Some(RuledOut { change, message_bytes: row.message_bytes, measured_s: row.seconds, allowed_s })
        });
        ruled_out.collect()
    }
}

/// A row that is faster than a cluster allows.
struct RuledOutBy {
    row: MeasuredRow,
    allowed_s: f64,
}
