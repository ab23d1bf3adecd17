//! Texts of the results in a line, and for readers that do not see the canvas.

use super::common::{ALL_THE_SAME, CANNOT_RUN, are_equal, times_as_long};
use super::hero;
use crate::scene::letter;
use crate::solve::FabricRun;
use crate::training::{StepError, TrainingRun};
use crate::ui::results::reason;
use crate::units::{BytesPerSec, Femtos};

pub(in crate::ui) const PLAYING: &str = "Playing.";
pub(in crate::ui) const PAUSED: &str = "Paused.";
pub(in crate::ui) const RESULTS: &str = "Results";

/// A run with its result, or why it has none.
pub(in crate::ui) fn run(index: usize, run: &FabricRun) -> String {
    let name = format!("{}, {}", letter(index), run.scene.name);
    match run.result() {
        Some(result) if run.scene.sequence.is_some() => {
            let operations = run.plan.operations().len();
            let noun = if operations == 1 { "operation" } else { "operations" };
            format!("{name}: {}, {operations} {noun}, {} ranks", result.time, run.ranks)
        }
        Some(result) => {
            let busbw = BytesPerSec(result.busbw(run.scene.collective, run.message, run.ranks));
            format!("{name}: {}, busbw {busbw}, {} ranks, {}", result.time, run.ranks, run.message)
        }
        None => format!("{name} {CANNOT_RUN}: {}", reason(run)),
    }
}

/// Time of a run in a line: `A 1.343 ms`.
pub(in crate::ui) fn time(index: usize, run: &FabricRun) -> String {
    let time = run.result().map_or_else(|| CANNOT_RUN.to_owned(), |result| result.time.to_string());
    format!("{} {time}", letter(index))
}

/// A training run with its days, or why it has none.
pub(in crate::ui) fn training_run(index: usize, name: &str, run: &Result<TrainingRun, StepError>) -> String {
    match run {
        Ok(run) => format!("{}, {name}: {} days", letter(index), hero::with_range(run.figures.days)),
        Err(error) => format!("{}, {name} {CANNOT_RUN}: {error}", letter(index)),
    }
}

/// Days of a training run in a line: `A 164 days`.
pub(in crate::ui) fn days(index: usize, run: &Result<TrainingRun, StepError>) -> String {
    let days = run.as_ref().map_or_else(|_| CANNOT_RUN.to_owned(), |run| hero::days(run.figures.days.usual));
    format!("{} {days}", letter(index))
}

/// How much faster the fastest of several runs is than the slowest.
pub(in crate::ui) fn fastest(fastest: (usize, Femtos), slowest: (usize, Femtos), runs: usize) -> String {
    let first = letter(fastest.0);
    if are_equal(fastest.1, slowest.1) {
        ALL_THE_SAME.to_owned()
    } else if runs > 2 {
        format!("{first} is fastest, {} takes {}", letter(slowest.0), times_as_long(slowest.1, fastest.1))
    } else {
        format!("{first} is {} faster", hero::ratio(fastest.1, slowest.1))
    }
}

pub(in crate::ui) fn claim(claim: &str) -> String {
    format!("Claim: {claim}")
}

pub(in crate::ui) fn paused(at: Femtos, duration: Femtos) -> String {
    format!("Paused at {at} of {duration}.")
}

/// How far a run is, and what holds it up.
pub(in crate::ui) fn progress(index: usize, share: f64, bottleneck: Option<&str>) -> String {
    let fabric = letter(index);
    if share >= 1.0 {
        return format!("{fabric} is done.");
    }
    let bottleneck = bottleneck.map_or(String::new(), |label| format!(", {label}"));
    format!("{fabric} is at {:.0} %{bottleneck}.", 100.0 * share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_have_the_digits_that_tell_runs_apart() {
        let of_two = |slow: u64| fastest((1, Femtos(1_000)), (0, Femtos(slow)), 2);
        assert_eq!(of_two(4_955), "B is 5.0x faster");
        assert_eq!(of_two(1_020), "B is 1.02x faster");
        assert_eq!(of_two(1_004), "All take about the same time");
        let of_three = fastest((1, Femtos(1_000)), (2, Femtos(3_000)), 3);
        assert_eq!(of_three, "B is fastest, C takes 3.0x as long");
    }
}
