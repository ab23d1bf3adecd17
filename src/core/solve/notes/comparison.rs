//! How an algorithm was picked, and how runs of a scene compare.

use crate::nccl::cost_table::TableEntry;
use crate::scene::{Distinguish, fabric_labels};
use crate::solve::choice::Choice;
use crate::solve::note::{Note, NoteCode};
use crate::solve::run::FabricRun;
use crate::units::{Femtos, grouped, significant};

/// The algorithm that `auto` picked, and those that it could not try.
pub(in crate::solve) fn auto(run: &FabricRun, choice: &Choice) -> Note {
    let tried: Vec<&str> = choice.tried.iter().map(|tried| tried.algorithm).collect();
    let tried = tried.join(", ");
    let picked = &run.algorithm;
    let text = match choice.untried_text() {
        None => format!("auto: {picked} is the fastest of {tried}"),
        Some(untried) if choice.tried.is_empty() => format!("auto: no algorithm can run here: {untried}"),
        Some(untried) if choice.unknown().is_empty() => {
            format!("auto: {picked} is the fastest of {tried}; not tried: {untried}")
        }
        Some(untried) => {
            format!("auto: {picked} is the fastest of the algorithms that could run ({tried}); not tried: {untried}")
        }
    };
    Note::new(NoteCode::Auto, text)
}

/// The algorithm that NCCL's own cost model picked.
pub(in crate::solve) fn table_pick(entry: &TableEntry) -> Note {
    let text = format!(
        "NCCL's own cost model picks {} with {} and expects {} µs (NCCL 2.30.7)",
        entry.algorithm.name(),
        entry.protocol.name(),
        significant(entry.time_us)
    );
    Note::new(NoteCode::NcclTable, text)
}

/// How a measured time and an ideal one compare with those of wafers, whose model has no software.
pub(in crate::solve) fn ideal_ratio(
    run: &FabricRun,
    ideal: Femtos,
    measured: Femtos,
    wafers: &[(String, Femtos)],
) -> Note {
    let ratio = |time: Femtos, wafer: Femtos| significant(time.secs() / wafer.secs());
    let each = wafers
        .iter()
        .map(|(name, wafer)| format!("{}x {name} instead of {}x", ratio(ideal, *wafer), ratio(measured, *wafer)));
    let unknown = run.choice.as_ref().map(Choice::unknown).unwrap_or_default();
    let untried = if unknown.is_empty() { String::new() } else { format!("; not tried: {}", unknown.join(", ")) };
    let text = format!(
        "measured timing here, a cycle model there. With ideal timing ({}{untried}): {ideal}, {}",
        run.algorithm,
        each.collect::<Vec<_>>().join(", ")
    );
    Note::new(NoteCode::IdealRatio, text)
}

/// Adds a note to runs whose number of ranks differs from that of another one.
pub(in crate::solve) fn compare(runs: &mut [FabricRun]) {
    let labels = fabric_labels(runs.iter().map(|run| &run.scene), Distinguish::ByAlgorithm);
    let fact = |(run, label): (&FabricRun, String)| (label, run.ranks, run.result().is_some());
    let facts: Vec<(String, u64, bool)> = runs.iter().zip(labels).map(fact).collect();
    for (index, run) in runs.iter_mut().enumerate() {
        for (name, ranks, ran) in facts.iter().enumerate().filter(|(other, _)| *other != index).map(|(_, f)| f) {
            if *ranks != run.ranks && *ran && run.result().is_some() {
                let text = format!(
                    "not comparable one to one: {} ranks here, {} on {name}",
                    grouped(run.ranks),
                    grouped(*ranks)
                );
                run.notes.push(Note::new(NoteCode::RanksDiffer, text));
            }
        }
    }
}
