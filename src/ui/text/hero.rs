//! Texts of the hero line.

use super::common::{ALL_THE_SAME, are_equal};
use crate::scene::{FabricKind, letter};
use crate::solve::{FabricRun, NoteCode};
use crate::training::{RunFigures, Spread, days_in_digits};
use crate::units::{Femtos, capitalised, grouped, times};

/// A fabric with its time.
type Timed<'a> = ((usize, Femtos), &'a FabricRun);

/// The line in place of an outcome that is still to be predicted.
pub(in crate::ui) const HIDDEN_NUMBER: &str = "?";
pub(in crate::ui) const HIDDEN: &str = "Predict first";
pub(in crate::ui) const HIDDEN_BASIS: &str = "Times and rates are shown after your prediction.";

/// The ratio of two times: `5.0x`.
pub(in crate::ui) fn ratio(fastest: Femtos, slowest: Femtos) -> String {
    times(slowest.0 as f64 / fastest.0.max(1) as f64)
}

/// What the ratio means.
pub(in crate::ui) fn faster(fastest: Timed, slowest: Timed, results: usize) -> String {
    let ((first, short), run) = fastest;
    let ((last, long), other) = slowest;
    if are_equal(short, long) {
        return ALL_THE_SAME.to_owned();
    }
    let (first, last) = (named(first, run), named(last, other));
    if results > 2 {
        format!("{first} is the fastest, {last} the slowest")
    } else {
        format!("{first} is faster than {last}")
    }
}

/// The same in a few words.
pub(in crate::ui) fn short((fabric, time): (usize, Femtos), slowest: Femtos, results: usize) -> String {
    match (are_equal(time, slowest), results > 2) {
        (true, _) => ALL_THE_SAME.to_owned(),
        (false, true) => format!("{} is the fastest", letter(fabric)),
        (false, false) => format!("{} is faster", letter(fabric)),
    }
}

/// What a single fabric does.
pub(in crate::ui) fn single(run: &FabricRun) -> String {
    if let Some(sequence) = &run.scene.sequence {
        let operations = match sequence.operations.len() {
            1 => "One operation".to_owned(),
            count => format!("{} operations", grouped(count as u64)),
        };
        return format!("{operations} over {} ranks", grouped(run.ranks));
    }
    let ranks = grouped(run.ranks);
    format!("{} of {} over {ranks} ranks", capitalised(run.scene.collective.as_str()), run.message)
}

/// Days of training.
pub(in crate::ui) fn days(days: f64) -> String {
    format!("{} days", days_in_digits(days))
}

/// The days of a run, after those in the queue if there are any.
pub(in crate::ui) fn days_behind_queue(days: f64, queue: f64) -> String {
    if queue > 0.0 { format!("{} + {} days", days_in_digits(queue), days_in_digits(days)) } else { self::days(days) }
}

/// Which of several training runs takes the fewest days; of one, what it is.
/// A comparison that the ranges do not decide says so.
pub(in crate::ui) fn trains(
    (first, fast): (usize, &str),
    (last, slow): (usize, &str),
    (results, overlap): (usize, bool),
) -> String {
    let sentence = match results {
        1 => return format!("of training on {fast}"),
        2 => format!("{} {fast} trains faster than {} {slow}", letter(first), letter(last)),
        _ => format!("{} {fast} trains fastest, {} {slow} slowest", letter(first), letter(last)),
    };
    if overlap { format!("{sentence}, but their ranges overlap") } else { sentence }
}

/// The same in a few words.
pub(in crate::ui) fn trains_in_short(fastest: usize, overlap: bool) -> String {
    let end = if overlap { ", ranges overlap" } else { "" };
    format!("{} trains fastest{end}", letter(fastest))
}

/// Days with their range, by fabric: of the runs, and those that a perfect network would save.
pub(in crate::ui) fn ranges(runs: &[(usize, RunFigures)]) -> String {
    let each = |figure: fn(&RunFigures) -> Spread| {
        let each = runs.iter().map(|(index, of)| format!("{} {}", letter(*index), with_range(figure(of))));
        each.collect::<Vec<_>>().join(", ")
    };
    format!("days: {} · a perfect network saves {}", each(|of| of.days), each(|of| of.saved_days))
}

/// Days with their range: `164 (144 to 197)`.
pub(in crate::ui) fn with_range(days: Spread) -> String {
    let [low, usual, high] = [days.low, days.usual, days.high].map(days_in_digits);
    format!("{usual} ({low} to {high})")
}

fn named(index: usize, run: &FabricRun) -> String {
    format!("{} {}", letter(index), run.scene.name)
}

/// What the times rest on: `ideal timing`, or by fabric if it differs.
pub(in crate::ui) fn basis(runs: &[FabricRun]) -> String {
    let each: Vec<(usize, String)> = {
        let with_result = runs.iter().enumerate().filter(|(_, run)| run.result().is_some());
        with_result.map(|(index, run)| (index, basis_of(run))).collect()
    };
    match each.split_first() {
        Some(((_, first), rest)) if rest.iter().all(|(_, other)| other == first) => first.clone(),
        _ => {
            let lines = each.chunk_by(|(_, one), (_, next)| one == next).filter_map(|same| {
                let letters: Vec<String> = same.iter().map(|(index, _)| letter(*index)).collect();
                Some(format!("{}: {}", letters.join(", "), same.first()?.1))
            });
            lines.collect::<Vec<_>>().join(" · ")
        }
    }
}

fn basis_of(run: &FabricRun) -> String {
    let is_derived = run.notes.iter().any(|note| note.code == NoteCode::StripsDerived);
    match &run.scene.kind {
        FabricKind::Wafer(_) if is_derived => "cycle model, never measured on silicon".to_owned(),
        FabricKind::Wafer(_) => "cycle model".to_owned(),
        FabricKind::Chips(_) | FabricKind::Wafers(_) => format!("{} timing", run.timing_id()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::{Intent, Session};

    #[test]
    fn a_sequence_is_not_named_as_one_of_its_operations() {
        let mut session = Session::first_look().expect("the first look");
        session.apply(Intent::OpenLink("#scene=fsdp-layer".to_owned()));
        assert_eq!(single(&session.runs[0]), "7 operations over 16 ranks");
        session.apply(Intent::OpenLink("#scene=rack".to_owned()));
        assert_eq!(single(&session.runs[0]), "All-reduce of 256 MiB over 72 ranks");
    }
}
