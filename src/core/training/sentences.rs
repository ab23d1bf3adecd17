//! A training run in sentences: what a perfect network would save, and the verdict on a claim.

use super::error::StepError;
use super::run::Spread;
use super::solve::TrainingRun;
use crate::scene::{Accepted, Decision, Measure, Ruling, Scene, TrainingFigure};
use crate::units::{capitalised, grouped, significant};

/// Results by fabric.
pub type TrainingRuns = [Result<TrainingRun, StepError>];

/// Days in digits that can be read at a glance: `1.8`, `164`, `2,637`.
pub fn days_in_digits(days: f64) -> String {
    if days >= 9.95 { grouped(days.round() as u64) } else { format!("{days:.1}") }
}

/// One sentence for the screen.
pub fn saved_sentence(run: &TrainingRun) -> String {
    let saved = &run.figures.saved_days;
    format!(
        "On this job a perfect network would save {} days of {} ({} to {}): the network costs {:.1} % of the step.",
        days_in_digits(saved.usual),
        days_in_digits(run.figures.days.usual),
        days_in_digits(saved.low),
        days_in_digits(saved.high),
        100.0 * run.figures.exposed_share.usual
    )
}

/// A figure of a run with its range.
pub fn training_figure(run: &TrainingRun, figure: TrainingFigure) -> Spread {
    let step = run.step.time.secs();
    match figure {
        TrainingFigure::Days => run.figures.days,
        TrainingFigure::DaysWithQueue => run.figures.days_with_queue,
        TrainingFigure::SavedDays => run.figures.saved_days,
        TrainingFigure::ExposedShare => run.figures.exposed_share,
        TrainingFigure::BubbleShare => Spread::certain(run.step.parts.bubble.secs() / step),
        TrainingFigure::TokensPerSecond => {
            let tokens = run.step.tokens;
            Spread::new(tokens / step, &[tokens / run.long_s, tokens / run.short_s])
        }
        TrainingFigure::Energy => run.figures.mwh,
        TrainingFigure::OwnedCost => run.figures.cost_owned,
    }
}

fn label(figure: TrainingFigure) -> &'static str {
    match figure {
        TrainingFigure::Days => "days of training",
        TrainingFigure::DaysWithQueue => "days with the wait for the machine",
        TrainingFigure::SavedDays => "days that a perfect interconnect saves",
        TrainingFigure::ExposedShare => "share of the step that the network costs",
        TrainingFigure::BubbleShare => "share of the step in the pipeline bubble",
        TrainingFigure::TokensPerSecond => "tokens per second",
        TrainingFigure::Energy => "MWh",
        TrainingFigure::OwnedCost => "$ as an owned machine",
    }
}

/// A figure of one fabric over that of another. Fabrics of one machine are at the same end of its uncertain inputs; power and
/// electricity are those of one site. `None` without both results.
pub fn figure_ratio(
    (of, to): (usize, usize),
    which: TrainingFigure,
    scene: &Scene,
    runs: &TrainingRuns,
) -> Option<Spread> {
    let machine = |index: usize| scene.training.as_ref()?.fabrics.get(index).map(|own| own.fabric.machine.as_str());
    let [own, other] = [of, to].map(|index| {
        let run = runs.get(index)?.as_ref().ok()?;
        Some(match which {
            TrainingFigure::OwnedCost => run.figures.cost_at_one_site,
            TrainingFigure::Days
            | TrainingFigure::DaysWithQueue
            | TrainingFigure::SavedDays
            | TrainingFigure::ExposedShare
            | TrainingFigure::BubbleShare
            | TrainingFigure::TokensPerSecond
            | TrainingFigure::Energy => training_figure(run, which),
        })
    });
    let (own, other) = (own?, other?);
    let usual = own.usual / other.usual;
    let ratio = if machine(of) == machine(to) {
        Spread::new(usual, &[own.low / other.low, own.high / other.high])
    } else {
        Spread { low: own.low / other.high, usual, high: own.high / other.low }
    };
    // A share of a fabric without a pipeline or a network may be 0.
    [ratio.low, ratio.usual, ratio.high].iter().all(|value| value.is_finite()).then_some(ratio)
}

/// The ruling on one condition with its sentence; `None` if a fabric has no result.
fn judge(decision: &Decision, scene: &Scene, runs: &TrainingRuns) -> Option<(Ruling, String)> {
    let Measure::Training { figure: of, to } = decision.measure else { return None };
    let run = runs.get(decision.of)?.as_ref().ok()?;
    let own = training_figure(run, of);
    let name = |index: usize| scene.fabrics.get(index).map_or("", |fabric| fabric.name.as_str());
    let (measured, what) = match to {
        None => (own, format!("{} on \"{}\"", label(of), name(decision.of))),
        Some(to) => {
            let ratio = figure_ratio((decision.of, to), of, scene, runs)?;
            (ratio, format!("as the ratio of {} on \"{}\" to \"{}\"", label(of), name(decision.of), name(to)))
        }
    };
    let holds = |value: f64| match decision.accepted {
        Accepted::AtLeast(least) => value >= least,
        Accepted::AtMost(most) => value <= most,
    };
    let ruling = match (holds(measured.low), holds(measured.high)) {
        (true, true) => Ruling::Supported,
        (false, false) => Ruling::Contradicted,
        (true, false) | (false, true) => Ruling::Open,
    };
    let limit = match decision.accepted {
        Accepted::AtLeast(least) => format!("at least {}", significant(least)),
        Accepted::AtMost(most) => format!("at most {}", significant(most)),
    };
    let [low, usual, high] = [measured.low, measured.usual, measured.high].map(significant);
    let sentence = format!("The claim needs {limit} {what}; the model gives {usual} ({low} to {high}).");
    Some((ruling, sentence))
}

/// The verdict on a scene's claim in one word; `None` if it sets no condition whose fabrics have results.
pub fn training_ruling(scene: &Scene, runs: &TrainingRuns) -> Option<Ruling> {
    Ruling::of_all(scene.decide.iter().filter_map(|decision| judge(decision, scene, runs)).map(|(ruling, _)| ruling))
}

/// The verdict on a scene's claim, the result first; `None` if the scene makes no claim.
pub fn training_verdict(scene: &Scene, runs: &TrainingRuns) -> Option<Vec<String>> {
    scene.claim.as_ref()?;
    let judged: Vec<(Ruling, String)> =
        scene.decide.iter().filter_map(|decision| judge(decision, scene, runs)).collect();
    if judged.is_empty() {
        return Some(vec!["No verdict: no fabric that decides the claim has a result.".to_owned()]);
    }
    let count = |wanted: Ruling| judged.iter().filter(|(ruling, _)| *ruling == wanted).count();
    let all = scene.decide.len();
    let missing = all - judged.len();
    let result = match (count(Ruling::Supported), count(Ruling::Contradicted), count(Ruling::Open)) {
        (supported, _, _) if supported == all => "Supported over the whole range of the uncertain inputs.".to_owned(),
        (_, contradicted, _) if contradicted == all => {
            "Contradicted over the whole range of the uncertain inputs.".to_owned()
        }
        (_, _, open) if open == all => "Open: it depends on inputs that are not known well enough.".to_owned(),
        (supported, contradicted, open) => {
            let rulings = [
                ("supported", supported),
                ("contradicted", contradicted),
                ("open", open),
                ("without a result", missing),
            ];
            let each =
                rulings.iter().filter(|(_, count)| *count > 0).map(|(ruling, count)| format!("{ruling} in {count}"));
            capitalised(&format!("{} of {all} conditions.", each.collect::<Vec<_>>().join(", ")))
        }
    };
    let mut sentences = vec![result];
    sentences.extend(judged.into_iter().map(|(_, sentence)| sentence));
    for (fabric, run) in scene.fabrics.iter().zip(runs) {
        match run {
            Ok(run) => sentences.push(format!(
                "\"{}\" takes {} days ({} to {}).",
                fabric.name,
                days_in_digits(run.figures.days.usual),
                days_in_digits(run.figures.days.low),
                days_in_digits(run.figures.days.high)
            )),
            Err(error) => sentences.push(format!("\"{}\" has no result: {error}.", fabric.name)),
        }
    }
    sentences.push(
        "Based on a model fitted on 132 published steps (docs/training.md); prices are dated in the catalog."
            .to_owned(),
    );
    Some(sentences)
}
