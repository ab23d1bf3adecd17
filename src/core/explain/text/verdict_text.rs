//! The verdict on a scene's claim in sentences: the result, the evidence, and the basis.

use super::labels::share_label_in_brackets;
use super::percent::percent;
use super::verdict_basis::basis_sentences;
use crate::explain::verdict::{
    Judgement, MEASURED_ERROR, SAME, has_measured_timing, judgements, longest_share, ranking,
};
use crate::scene::{Accepted, Decision, Distinguish, FabricKind, Measure, Ruling, Scene, fabric_labels};
use crate::solve::{FabricRun, Outcome};
use crate::units::{capitalised, grouped, significant};

/// The verdict on a scene's claim as one text; `None` if the scene makes no claim.
pub fn verdict(scene: &Scene, runs: &[FabricRun]) -> Option<String> {
    verdict_sentences(scene, runs).map(|sentences| sentences.join(" "))
}

/// The verdict on a scene's claim, the result first; `None` if the scene makes no claim.
pub fn verdict_sentences(scene: &Scene, runs: &[FabricRun]) -> Option<Vec<String>> {
    scene.claim.as_ref()?;
    if scene.training.is_some() {
        return None;
    }
    let judgements = judgements(&scene.decide, runs);
    let labels = fabric_labels(&scene.fabrics, Distinguish::ByAlgorithm);
    let mut times = RunTimes { runs, labels: &labels, introduced: vec![false; runs.len()] };
    let mut sentences = vec![result_sentence(&scene.decide, &judgements, &labels)];
    sentences.extend(judgements.iter().filter_map(|judgement| times.evidence(judgement)));
    if judgements.is_empty() {
        sentences.extend(times.ranked());
    }
    for index in 0..runs.len() {
        if !times.introduced[index] {
            sentences.extend(times.takes(index).map(|clause| format!("{clause}.")));
        }
    }
    sentences.extend(rank_counts(runs, &labels));
    sentences.extend(runs.iter().zip(&labels).filter_map(|(run, label)| cannot_run(run, label)));
    sentences.extend(basis_sentences(runs));
    Some(sentences)
}

/// Whether the figures support the claim, in one sentence.
fn result_sentence(decide: &[Decision], judgements: &[Judgement], labels: &[String]) -> String {
    if decide.is_empty() {
        return "No verdict: the scene sets no conditions for its claim.".to_owned();
    }
    if judgements.is_empty() {
        return "No verdict: the fabrics that decide the claim cannot run.".to_owned();
    }
    let all = judgements.len();
    let count = |wanted: Ruling| judgements.iter().filter(|judgement| judgement.ruling == wanted).count();
    let needs = format!(": the claim needs {}", conditions(decide, labels));
    let counted = [
        ("supported", count(Ruling::Supported)),
        ("contradicted", count(Ruling::Contradicted)),
        ("open", count(Ruling::Open)),
    ];
    let found: Vec<(&str, usize)> = counted.into_iter().filter(|(_, number)| *number > 0).collect();
    let result = match found.as_slice() {
        [(ruling, _)] => (*ruling).to_owned(),
        rulings => {
            let each: Vec<String> = rulings.iter().map(|(ruling, number)| format!("{ruling} in {number}")).collect();
            format!("{} of {all} comparisons", each.join(", "))
        }
    };
    let error = match count(Ruling::Open) == all {
        true => format!(", and the difference is within the {} error of the measured timing", percent(MEASURED_ERROR)),
        false => String::new(),
    };
    format!("{}{needs}{error}.", capitalised(&result))
}

/// Conditions with one limit, on several runs or against several.
struct ConditionGroup {
    of: Vec<usize>,
    to: Vec<usize>,
    accepted: Accepted,
}

/// The conditions of a claim as a clause after "needs". Conditions with one limit and one run in common share a clause.
fn conditions(decide: &[Decision], labels: &[String]) -> String {
    let mut clauses: Vec<String> = Vec::new();
    let mut groups: Vec<ConditionGroup> = Vec::new();
    for &Decision { of, measure, accepted } in decide {
        match measure {
            Measure::Part { kind } => {
                let (word, value) = limit_label(accepted);
                clauses.push(format!("{word} {} of the time of {} to be {kind}", percent(value), list(&[of], labels)));
            }
            Measure::Training { .. } => {}
            Measure::Time { to } => {
                let same =
                    |group: &&mut ConditionGroup| group.accepted == accepted && (group.to == [to] || group.of == [of]);
                match groups.iter_mut().find(same) {
                    Some(group) if group.to == [to] => group.of.push(of),
                    Some(group) => group.to.push(to),
                    None => groups.push(ConditionGroup { of: vec![of], to: vec![to], accepted }),
                }
            }
        }
    }
    clauses.extend(groups.iter().map(|group| {
        let (of, to) = (list(&group.of, labels), list(&group.to, labels));
        let each = if group.to.len() > 1 { "each of " } else { "" };
        match group.accepted {
            Accepted::AtMost(1.0) => format!("{of} to take no longer than {each}{to}"),
            Accepted::AtLeast(1.0) => format!("{of} to take at least as long as {each}{to}"),
            Accepted::AtLeast(_) | Accepted::AtMost(_) => {
                let (word, value) = limit_label(group.accepted);
                format!("{of} to take {word} {value}x as long as {each}{to}")
            }
        }
    }));
    clauses.join(", and ")
}

fn limit_label(accepted: Accepted) -> (&'static str, f64) {
    match accepted {
        Accepted::AtLeast(value) => ("at least", value),
        Accepted::AtMost(value) => ("at most", value),
    }
}

/// Runs by their labels: `"A", "B" and "C"`.
fn list(runs: &[usize], labels: &[String]) -> String {
    let quoted: Vec<String> =
        runs.iter().map(|&run| format!("\"{}\"", labels.get(run).map_or("", String::as_str))).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => String::new(),
    }
}

/// The time of a run as text, with the longest share of it if that is new.
struct TimeClause {
    time: String,
    share: Option<String>,
}

/// The runs of a scene, and which of them a sentence has introduced with the longest share of its time.
struct RunTimes<'a> {
    runs: &'a [FabricRun],
    labels: &'a [String],
    introduced: Vec<bool>,
}

impl RunTimes<'_> {
    /// The time of a run, the first time with the longest share of it: `53.69 ms, 99 % serialization on NVLink`.
    fn time(&mut self, index: usize) -> Option<TimeClause> {
        let run = self.runs.get(index)?;
        let time = run.result()?.time;
        let first = !std::mem::replace(&mut self.introduced[index], true);
        let share = longest_share(run, time)
            .filter(|_| first)
            .map(|share| format!("{} {}", percent(share.fraction_of(time)), share_label_in_brackets(run, &share)));
        Some(TimeClause { time: time.to_string(), share })
    }

    /// `"HGX B200" takes 53.69 ms (99 % serialization on NVLink)`.
    fn takes(&mut self, index: usize) -> Option<String> {
        let TimeClause { time, share } = self.time(index)?;
        let share = share.map_or(String::new(), |share| format!(" ({share})"));
        Some(format!("\"{}\" takes {time}{share}", self.labels[index]))
    }

    /// `"HGX B200" (53.69 ms, 99 % serialization on NVLink)`.
    fn reference(&mut self, index: usize) -> Option<String> {
        let TimeClause { time, share } = self.time(index)?;
        let share = share.map_or(String::new(), |share| format!(", {share}"));
        Some(format!("\"{}\" ({time}{share})", self.labels[index]))
    }

    /// The figures behind the verdict on a condition.
    fn evidence(&mut self, judgement: &Judgement) -> Option<String> {
        let decision = judgement.decision;
        match decision.measure {
            Measure::Part { kind } => {
                let run = self.runs.get(decision.of)?;
                self.introduced[decision.of] = true;
                let time = run.result()?.time;
                Some(format!(
                    "\"{}\" takes {time}, {} of it {kind}.",
                    self.labels[decision.of],
                    percent(judgement.figure)
                ))
            }
            Measure::Training { .. } => None,
            Measure::Time { to } => {
                let tie = match judgement.ruling {
                    Ruling::Open => {
                        format!(", a tie within the {} error of the measured timing", percent(MEASURED_ERROR))
                    }
                    Ruling::Supported | Ruling::Contradicted => String::new(),
                };
                let differences = differences(self.runs.get(decision.of)?, self.runs.get(to)?);
                let (takes, reference) = (self.takes(decision.of)?, self.reference(to)?);
                Some(format!("{takes}, {} {reference}{tie}.{differences}", as_long_as(judgement.figure)))
            }
        }
    }

    /// The runs of a claim without conditions, the fastest first.
    fn ranked(&mut self) -> Vec<String> {
        let ranking = ranking(self.runs);
        let Some(first) = ranking.fastest.and_then(|fastest| self.takes(fastest)) else { return Vec::new() };
        let fastest = if ranking.others.is_empty() { "" } else { ", the shortest time" };
        let mut sentences = vec![format!("{first}{fastest}.")];
        for comparison in ranking.others {
            let (run, to) = (&self.runs[comparison.run], &self.runs[comparison.to]);
            let Some((time, base)) = run.result().zip(to.result()) else { continue };
            let ratio = time.time.secs() / base.time.secs();
            let takes = self.takes(comparison.run).unwrap_or_default();
            sentences.push(format!(
                "{takes}, {} \"{}\".{}",
                as_long_as(ratio),
                self.labels[comparison.to],
                differences(run, to)
            ));
        }
        sentences
    }
}

/// "1.483x as long as".
fn as_long_as(ratio: f64) -> String {
    if (ratio - 1.0).abs() < SAME { "as long as".to_owned() } else { format!("{}x as long as", significant(ratio)) }
}

/// States that two runs on chips differ in algorithm or timing, as sentences after a space.
fn differences(run: &FabricRun, other: &FabricRun) -> String {
    let chips = |run: &FabricRun| matches!(run.scene.kind, FabricKind::Chips(_));
    let mut sentences = String::new();
    if !chips(run) || !chips(other) {
        return sentences;
    }
    if run.algorithm != other.algorithm {
        sentences.push_str(&format!(" The algorithms differ: {} and {}.", run.algorithm, other.algorithm));
    }
    if has_measured_timing(run) != has_measured_timing(other) {
        sentences.push_str(&format!(" The timings differ: {} and {}.", run.timing_id(), other.timing_id()));
    }
    sentences
}

/// The numbers of ranks, if they differ.
fn rank_counts(runs: &[FabricRun], labels: &[String]) -> Option<String> {
    let mut by_ranks: Vec<(u64, Vec<String>)> = Vec::new();
    for (run, label) in runs.iter().zip(labels).filter(|(run, _)| run.result().is_some()) {
        let name = format!("\"{label}\"");
        match by_ranks.iter_mut().find(|(ranks, _)| *ranks == run.ranks) {
            Some((_, names)) => names.push(name),
            None => by_ranks.push((run.ranks, vec![name])),
        }
    }
    let each: Vec<String> =
        by_ranks.iter().map(|(ranks, names)| format!("{} on {}", grouped(*ranks), names.join(", "))).collect();
    (each.len() > 1).then(|| format!("The numbers of ranks differ: {}.", each.join("; ")))
}

fn cannot_run(run: &FabricRun, label: &str) -> Option<String> {
    let why = match &run.outcome {
        Outcome::Ran(_) => return None,
        Outcome::CannotRun => run.notes.first().map(|note| note.text.clone()).unwrap_or_default(),
        Outcome::Failed(error) => error.to_string(),
    };
    Some(format!("\"{label}\" cannot run: {why}."))
}
