//! How an algorithm was picked, and how runs of a scene compare.

use crate::nccl::cost_table::TableEntry;
use crate::solve::note::{Note, NoteCode};
use crate::solve::run::FabricRun;
use crate::units::{Femtos, grouped, significant};

/// The algorithm that `auto` picked.
pub(in crate::solve) fn auto(picked: &str, among: &[&str]) -> Note {
    Note::new(NoteCode::Auto, format!("auto: {picked} is the fastest of {}", among.join(", ")))
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
    (algorithm, ideal): (&str, Femtos),
    measured: Femtos,
    wafers: &[(String, Femtos)],
) -> Note {
    let ratio = |time: Femtos, wafer: Femtos| significant(time.secs() / wafer.secs());
    let each = wafers
        .iter()
        .map(|(name, wafer)| format!("{}x {name} instead of {}x", ratio(ideal, *wafer), ratio(measured, *wafer)));
    let text = format!(
        "measured timing here, a cycle model there. With ideal timing ({algorithm}): {ideal}, {}",
        each.collect::<Vec<_>>().join(", ")
    );
    Note::new(NoteCode::IdealRatio, text)
}

/// Adds a note to runs whose number of ranks differs from that of another one.
pub(in crate::solve) fn compare(runs: &mut [FabricRun]) {
    let facts: Vec<(String, u64, bool)> =
        runs.iter().map(|run| (run.scene.name.clone(), run.ranks, run.result().is_some())).collect();
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
