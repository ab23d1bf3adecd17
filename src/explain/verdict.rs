//! The answer to a scene's claim, made from its figures: what is held against what, whether that bears the claim out, what
//! the time is spent on, and what the figures rest on.

use super::critical_path;
use super::words::{part_words, percent};
use crate::explain::parts;
use crate::scene::{Accepted, ChipMachine, Decision, FabricKind, Measure, Scene, WaferFabric, WaferLayout};
use crate::solve::{FabricRun, Outcome};
use crate::units::grouped;
use crate::units::{Femtos, significant};

/// Times that differ by less are equal, relatively.
const SAME: f64 = 1e-9;
/// How far the measured timing is off (docs/validation.md: the bar of the geometric mean over logs, from 1 MiB on).
const MEASURED_ERROR: f64 = 0.10;

/// What the figures say to one of the claim's conditions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ruling {
    /// It holds.
    Holds,
    /// It does not.
    Fails,
    /// It is nearer than the model's error.
    Open,
}

/// The verdict on a scene's claim as text; `None` where the scene makes none.
pub fn verdict(scene: &Scene, runs: &[FabricRun]) -> Option<String> {
    verdict_sentences(scene, runs).map(|sentences| sentences.join(" "))
}

/// The verdict on a scene's claim, sentence by sentence: first whether the figures support it; `None` where the scene
/// makes none.
pub fn verdict_sentences(scene: &Scene, runs: &[FabricRun]) -> Option<Vec<String>> {
    scene.claim.as_ref()?;
    let mut told = Told { runs, spent: vec![false; runs.len()] };
    let mut rulings = Vec::new();
    let mut compared = Vec::new();
    for decision in &scene.decide {
        if let Some((ruling, sentence)) = told.judged(decision) {
            rulings.push(ruling);
            compared.push(sentence);
        }
    }
    let mut sentences = vec![conclusion(&scene.decide, &rulings, runs)];
    sentences.extend(compared);
    if rulings.is_empty() {
        sentences.extend(told.against_the_fastest());
    }
    for index in 0..runs.len() {
        if !told.spent[index]
            && let Some(run) = told.with_time(index)
        {
            sentences.push(format!("{run}."));
        }
    }
    sentences.extend(not_alike(runs));
    for run in runs {
        let why = match &run.outcome {
            Outcome::Ran(_) => continue,
            Outcome::CannotRun => run.notes.first().map(|note| note.text.clone()).unwrap_or_default(),
            Outcome::Failed(error) => error.to_string(),
        };
        sentences.push(format!("\"{}\" cannot run: {why}.", run.scene.name));
    }
    sentences.extend(rests_on(runs));
    Some(sentences)
}

/// Whether the figures support the claim.
fn conclusion(decide: &[Decision], rulings: &[Ruling], runs: &[FabricRun]) -> String {
    let count = |wanted: Ruling| rulings.iter().filter(|ruling| **ruling == wanted).count();
    let (all, holds, fails, open) = (rulings.len(), count(Ruling::Holds), count(Ruling::Fails), count(Ruling::Open));
    // Where all conditions are the same one it is told once.
    let needed = |decision: &Decision| needs(decision, runs);
    let same = decide.first().map(needed).filter(|first| decide.iter().all(|other| needed(other) == *first));
    let mixed = [holds, fails, open].iter().filter(|number| **number > 0).count() > 1;
    let needs = match (same, mixed) {
        (Some(needs), true) => format!(" needs {needs}"),
        (Some(needs), false) => format!(", which needs {needs}"),
        (None, true) => " is put to the test".to_owned(),
        (None, false) => String::new(),
    };
    let error = percent(MEASURED_ERROR);
    match (holds, fails, open) {
        _ if decide.is_empty() => "The scene does not say what would decide its claim.".to_owned(),
        (0, 0, 0) => "What would decide the claim cannot run.".to_owned(),
        (_, 0, 0) => format!("The figures support the claim{needs}."),
        (0, _, 0) => format!("The figures contradict the claim{needs}."),
        (0, 0, _) => {
            format!(
                "The figures leave the claim open{needs}: they are nearer than the measured timing's error, {error}."
            )
        }
        _ => {
            let said = [(holds, "support it in"), (fails, "contradict it in"), (open, "leave it open in")];
            let said = said.iter().filter(|(number, _)| *number > 0).map(|(number, words)| format!("{words} {number}"));
            let said: Vec<String> = said.collect();
            let (last, before) = said.split_last().map_or(("", String::new()), |(last, rest)| (last, rest.join(", ")));
            format!("The claim{needs} in {all} comparisons: the figures {before} and {last}.")
        }
    }
}

/// What a condition needs, in words.
fn needs(decision: &Decision, runs: &[FabricRun]) -> String {
    let (word, value) = match decision.accepted {
        Accepted::AtLeast(value) => ("at least", value),
        Accepted::AtMost(value) => ("at most", value),
    };
    match decision.measure {
        Measure::Time { .. } if decision.accepted == Accepted::AtMost(1.0) => "the first to take no longer".to_owned(),
        Measure::Time { .. } if decision.accepted == Accepted::AtLeast(1.0) => "the first to take longer".to_owned(),
        Measure::Time { .. } => format!("the first to take {word} {value}x as long"),
        Measure::Part { kind } => {
            let name = runs.get(decision.of).map_or("", |run| run.scene.name.as_str());
            format!("{word} {} of the time of \"{name}\" to be {kind}", percent(value))
        }
    }
}

/// Runs, and of which it has been told what their time is spent on.
struct Told<'a> {
    runs: &'a [FabricRun],
    spent: Vec<bool>,
}

impl Told<'_> {
    /// `"HGX B200": 53.69 ms`, at first with what most of it is spent on.
    fn with_time(&mut self, index: usize) -> Option<String> {
        let run = &self.runs[index];
        let time = run.result()?.time;
        let mostly = if self.spent[index] { String::new() } else { mostly(run, time) };
        self.spent[index] = true;
        Some(format!("\"{}\": {time}{mostly}", run.scene.name))
    }

    /// What the figures say to a condition; `None` where it cannot run.
    fn judged(&mut self, decision: &Decision) -> Option<(Ruling, String)> {
        let of = self.runs.get(decision.of)?;
        let time = of.result()?.time;
        match decision.measure {
            Measure::Part { kind } => {
                let path = critical_path(of).ok()?;
                let own = parts(&path, time).into_iter().filter(|part| part.kind.word() == kind);
                let share = own.map(|part| part.time.secs()).sum::<f64>() / time.secs();
                let ruling = ruling(share, decision.accepted, error_of(of));
                let name = &of.scene.name;
                self.spent[decision.of] = true;
                Some((ruling, format!("\"{name}\": {time}, {} of it {kind}.", percent(share))))
            }
            Measure::Time { to } => {
                let other = self.runs.get(to)?;
                let ratio = time.secs() / other.result()?.time.secs();
                let error = error_of(of).max(error_of(other));
                let ruling = ruling(ratio, decision.accepted, error);
                let long = if (ratio - 1.0).abs() < SAME {
                    "as long as".to_owned()
                } else {
                    format!("{}x as long as", significant(ratio))
                };
                let tie = match ruling {
                    Ruling::Open => format!(", a tie within the measured timing's error of {}", percent(error)),
                    Ruling::Holds | Ruling::Fails => String::new(),
                };
                let by = by_other_means(of, other);
                let (of, other) = (self.with_time(decision.of)?, self.with_time(to)?);
                Some((ruling, format!("{of}, {long} {other}{tie}{by}.")))
            }
        }
    }

    /// Without conditions every run is held against its like without faults, or else against the fastest.
    fn against_the_fastest(&mut self) -> Vec<String> {
        let runs = self.runs;
        let mut ran: Vec<(usize, Femtos)> =
            runs.iter().enumerate().filter_map(|(index, run)| Some((index, run.result()?.time))).collect();
        // A stable sort: of equals the first of the scene is named first.
        ran.sort_by_key(|&(_, time)| time);
        let Some(&(fastest, best)) = ran.first() else { return Vec::new() };
        let first = self.with_time(fastest).unwrap_or_default();
        let mut sentences = vec![match ran.len() {
            1 => format!("{first}."),
            _ => format!("{first}, the fastest."),
        }];
        for &(index, time) in &ran[1..] {
            let run = &runs[index];
            let whole = |other: &(usize, Femtos)| {
                let other = &runs[other.0];
                !run.scene.troubles().is_empty()
                    && other.scene.troubles().is_empty()
                    && (other.machine_id(), &other.algorithm) == (run.machine_id(), &run.algorithm)
                    && other.ranks == run.ranks
            };
            let (against, base) = ran.iter().copied().find(whole).unwrap_or((fastest, best));
            let ratio = time.secs() / base.secs();
            let long = if (ratio - 1.0).abs() < SAME { String::new() } else { format!("{}x ", significant(ratio)) };
            let by = by_other_means(run, &runs[against]);
            let shown = self.with_time(index).unwrap_or_default();
            sentences.push(format!("{shown}, {long}as long as \"{}\"{by}.", runs[against].scene.name));
        }
        sentences
    }
}

/// Whether a figure is what is accepted, whatever the error does to it.
fn ruling(figure: f64, accepted: Accepted, error: f64) -> Ruling {
    let (low, high) = (figure / (1.0 + error), figure * (1.0 + error));
    let holds = |figure: f64| match accepted {
        Accepted::AtLeast(least) => figure >= least * (1.0 - SAME),
        Accepted::AtMost(most) => figure <= most * (1.0 + SAME),
    };
    match (holds(low), holds(high)) {
        (true, true) => Ruling::Holds,
        (false, false) => Ruling::Fails,
        _ => Ruling::Open,
    }
}

/// How far the time of a run may be off. Ideal timing is a model with figures of its own, not an estimate of a log.
fn error_of(run: &FabricRun) -> f64 {
    if run.timing_id() == "measured" { MEASURED_ERROR } else { 0.0 }
}

/// Says so where two runs of the same kind of machine play different algorithms, or keep different time.
fn by_other_means(of: &FabricRun, other: &FabricRun) -> String {
    let kinds = (&of.scene.kind, &other.scene.kind);
    let mut means = Vec::new();
    if matches!(kinds, (FabricKind::Chips(_), FabricKind::Chips(_))) && of.algorithm != other.algorithm {
        means.push(format!("{} there, {} here", other.algorithm, of.algorithm));
    }
    if of.timing_id() != other.timing_id() && matches!(kinds, (FabricKind::Chips(_), FabricKind::Chips(_))) {
        means.push(format!("{} timing there, {} here", other.timing_id(), of.timing_id()));
    }
    if means.is_empty() { String::new() } else { format!(" (not by the same means: {})", means.join("; ")) }
}

/// Where fabrics have different numbers of ranks.
fn not_alike(runs: &[FabricRun]) -> Option<String> {
    let mut by_ranks: Vec<(u64, Vec<String>)> = Vec::new();
    for run in runs.iter().filter(|run| run.result().is_some()) {
        let name = format!("\"{}\"", run.scene.name);
        match by_ranks.iter_mut().find(|(ranks, _)| *ranks == run.ranks) {
            Some((_, names)) => names.push(name),
            None => by_ranks.push((run.ranks, vec![name])),
        }
    }
    let each: Vec<String> =
        by_ranks.iter().map(|(ranks, names)| format!("{} ranks on {}", grouped(*ranks), names.join(", "))).collect();
    (each.len() > 1).then(|| format!("Not like for like: {}.", each.join("; ")))
}

/// The longest part of a run's time, in brackets.
fn mostly(run: &FabricRun, time: Femtos) -> String {
    let path = critical_path(run).ok();
    let longest = path.and_then(|path| parts(&path, time).first().copied());
    longest.map_or(String::new(), |part| {
        // Brackets in brackets are hard to read.
        let words = part_words(run, &part).replace(" (a fitted rate, not a link)", ", a fitted rate");
        format!(" ({} {words})", percent(part.time.secs() / time.secs()))
    })
}

/// The figures behind the times with their grades, and where the capacities among them come from.
fn rests_on(runs: &[FabricRun]) -> Vec<String> {
    let (mut figures, mut sources) = (Vec::<String>::new(), Vec::<String>::new());
    let add = |list: &mut Vec<String>, text: String| {
        if !text.is_empty() && !list.contains(&text) {
            list.push(text);
        }
    };
    for run in runs.iter().filter(|run| run.result().is_some()) {
        let named = [crate::solve::NoteCode::LinkParameters, crate::solve::NoteCode::WaferParameters];
        for note in run.notes.iter().filter(|note| named.contains(&note.code)) {
            add(&mut figures, note.text.clone());
        }
        match &run.scene.kind {
            FabricKind::Chips(chips) => {
                if let Some(inputs) = &chips.measured {
                    let network =
                        inputs.network.as_ref().map_or(String::new(), |network| format!(" and {}", network.name));
                    let name = format!("NCCL's constants of {}{network} (fitted)", inputs.generation.name);
                    add(&mut figures, name);
                    add(&mut sources, "public logs of nccl-tests".to_owned());
                    continue;
                }
                match &chips.machine {
                    ChipMachine::Nvlink(machine) => add(&mut sources, clause(&machine.port_gb_s.source)),
                    ChipMachine::Free(_) => {}
                }
                if let Some(network) = &chips.network {
                    add(&mut sources, clause(&network.nic_gb_s.source));
                }
            }
            FabricKind::Wafer(wafer) => {
                add(
                    &mut sources,
                    format!("{}, clock: {}", wafer.machine.name, clause(&wafer.machine.clock_ghz.source)),
                );
                if let WaferFabric { layout: WaferLayout::Strips { .. }, .. } = wafer {
                    add(&mut figures, "strips derived, never measured on silicon".to_owned());
                }
            }
            FabricKind::Wafers(wafers) => add(&mut sources, clause(&wafers.machine.link_gb_s.source)),
        }
    }
    let mut sentences = Vec::new();
    if !figures.is_empty() {
        sentences.push(format!("Rests on: {}.", figures.join("; ")));
    }
    if !sources.is_empty() {
        sentences.push(format!("Sources: {}.", sources.join("; ")));
    }
    sentences
}

/// The first clause of a source, which names it.
fn clause(source: &str) -> String {
    source.split([':', ';']).next().unwrap_or_default().trim().replace(" (S. Bekman)", "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_nearer_than_the_error_is_left_open() {
        let (least, most) = (Accepted::AtLeast(1.0), Accepted::AtMost(1.0));
        let cases = [
            (1.005, least, 0.0, Ruling::Holds),
            (1.005, least, 0.1, Ruling::Open),
            (1.2, least, 0.1, Ruling::Holds),
            (0.8, least, 0.1, Ruling::Fails),
            (1.0, most, 0.0, Ruling::Holds),
            (1.05, most, 0.1, Ruling::Open),
            (2.0, most, 0.1, Ruling::Fails),
        ];
        for (figure, accepted, error, expected) in cases {
            assert_eq!(ruling(figure, accepted, error), expected, "{figure} {accepted:?} {error}");
        }
    }
}
