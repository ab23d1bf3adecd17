//! What the hero line of a session says.

use crate::explain::CostKind;
use crate::scene::TrainingFigure;
use crate::session::Session;
use crate::solve::FabricRun;
use crate::training::{RunFigures, StepError, TrainingRun, figure_ratio};
use crate::ui::text::hero as text;
use crate::units::{Femtos, TimeScale};

/// The outcome of a scene in one line.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::ui) struct Outcome {
    /// The ratio of the slowest to the fastest time; with one fabric, its time.
    pub(in crate::ui) number: String,
    /// What the number means.
    pub(in crate::ui) sentence: String,
    /// The same in a few words.
    pub(in crate::ui) short: String,
    /// What it rests on.
    pub(in crate::ui) basis: String,
    /// A bar for each fabric with a result, in the order of the scene.
    pub(in crate::ui) bars: Vec<Bar>,
}

/// The time of a fabric as a bar.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::ui) struct Bar {
    /// Number of the fabric.
    pub(in crate::ui) fabric: usize,
    /// Its time as a share of the longest.
    pub(in crate::ui) length: f32,
    /// How much of it is over, 0 to 1.
    pub(in crate::ui) progress: f32,
    /// Its time, in the unit of all.
    pub(in crate::ui) time: String,
    /// The part of its time that is lit, and its share; nothing if the whole bar is.
    pub(in crate::ui) lit: Option<(CostKind, f32)>,
}

/// The times of all results, with the numbers of their fabrics.
fn times(session: &Session) -> Vec<(usize, Femtos)> {
    let time = |(index, run): (usize, &FabricRun)| Some((index, run.result()?.time));
    session.runs.iter().enumerate().filter_map(time).collect()
}

/// The unit in which the times of all results are compared, with at least so many digits; `None` for units of their own.
pub(in crate::ui) fn time_scale(session: &Session, least_digits: i32) -> Option<TimeScale> {
    TimeScale::new(&times(session).iter().map(|(_, time)| *time).collect::<Vec<_>>(), least_digits)
}

impl Outcome {
    /// The outcome of the open scene; `None` without a result.
    pub(in crate::ui) fn new(session: &Session) -> Option<Outcome> {
        if session.hides_results() {
            return Some(Outcome::hidden());
        }
        match &session.training {
            Some(training) => Outcome::of_training(session, &training.runs),
            None => Outcome::of_runs(session),
        }
    }

    /// The line before a prediction.
    fn hidden() -> Outcome {
        Outcome {
            number: text::HIDDEN_NUMBER.to_owned(),
            sentence: text::HIDDEN.to_owned(),
            short: text::HIDDEN.to_owned(),
            basis: text::HIDDEN_BASIS.to_owned(),
            bars: Vec::new(),
        }
    }

    /// The days of training runs. Bars have the wait for the machine in them.
    fn of_training(session: &Session, runs: &[Result<TrainingRun, StepError>]) -> Option<Outcome> {
        let figures =
            |(index, run): (usize, &Result<TrainingRun, StepError>)| Some((index, run.as_ref().ok()?.figures));
        let results: Vec<(usize, RunFigures)> = runs.iter().enumerate().filter_map(figures).collect();
        let by_days = |a: &&(usize, RunFigures), b: &&(usize, RunFigures)| a.1.days.usual.total_cmp(&b.1.days.usual);
        let (fastest, short) = results.iter().min_by(by_days)?;
        let (slowest, long) = results.iter().max_by(by_days)?;
        let longest = results.iter().map(|(_, of)| of.days_with_queue.usual).fold(0.0, f64::max);
        let progress = |fabric: usize| {
            let run = runs.get(fabric).and_then(|run| run.as_ref().ok());
            run.map_or(0.0, |run| {
                (session.run_clock.at.secs() / run.schedule.length().secs().max(1e-30)).min(1.0) as f32
            })
        };
        let bars = results.iter().map(|(fabric, of)| Bar {
            fabric: *fabric,
            length: (of.days_with_queue.usual / longest) as f32,
            progress: progress(*fabric),
            time: text::days_behind_queue(of.days.usual, of.days_with_queue.usual - of.days.usual),
            lit: None,
        });
        let name = |index: usize| session.scene().fabrics.get(index).map_or("", |fabric| fabric.name.as_str());
        let number = if results.len() == 1 {
            text::days(short.days.usual)
        } else {
            crate::units::times(long.days.usual / short.days.usual)
        };
        // Whether the next one may be as fast.
        let others = results.iter().filter(|(index, _)| index != fastest);
        let overlap = others.min_by(by_days).is_some_and(|(next, _)| {
            figure_ratio((*fastest, *next), TrainingFigure::Days, session.scene(), runs)
                .is_some_and(|ratio| ratio.high >= 1.0)
        });
        let (first, last) = ((*fastest, name(*fastest)), (*slowest, name(*slowest)));
        let sentence = text::trains(first, last, (results.len(), overlap));
        Some(Outcome {
            number,
            short: match results.len() {
                1 => sentence.clone(),
                _ => text::trains_in_short(*fastest, overlap),
            },
            sentence,
            basis: text::ranges(&results),
            bars: bars.collect(),
        })
    }

    /// The times of runs.
    fn of_runs(session: &Session) -> Option<Outcome> {
        let times = times(session);
        let fastest = *times.iter().min_by_key(|(_, time)| *time)?;
        let slowest = *times.iter().max_by_key(|(_, time)| *time)?;
        let scale = time_scale(session, 3);
        let shown = |time: Femtos| scale.map_or_else(|| time.to_string(), |scale| scale.text(time));
        let bars = times.iter().filter_map(|&(fabric, time)| {
            let at = session.local_time(session.runs.get(fabric)?);
            let share = |of: Femtos, all: Femtos| of.0 as f32 / all.0.max(1) as f32;
            let (length, progress) = (share(time, slowest.1), share(at, time).min(1.0));
            Some(Bar { fabric, length, progress, time: shown(time), lit: None })
        });
        let basis = text::basis(&session.runs);
        let run = session.runs.get(fastest.0)?;
        let (number, sentence, short) = if times.len() == 1 {
            (shown(fastest.1), text::single(run), run.scene.name.clone())
        } else {
            let other = session.runs.get(slowest.0)?;
            let sentence = text::faster((fastest, run), (slowest, other), times.len());
            (text::ratio(fastest.1, slowest.1), sentence, text::short(fastest, slowest.1, times.len()))
        };
        Some(Outcome { number, sentence, short, basis, bars: bars.collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::Intent;
    use crate::training::RunTime;

    #[test]
    fn the_first_look_is_five_times_faster_on_the_wafer() {
        let mut session = Session::first_look().expect("the first look");
        session.apply(Intent::Seek(Femtos::from_secs(271.1e-6)));
        let outcome = Outcome::new(&session).expect("two results");
        assert_eq!(outcome.number, "5.0x");
        assert_eq!(outcome.sentence, "B WSE-3 is faster than A HGX B200");
        assert_eq!(outcome.short, "B is faster");
        assert_eq!(outcome.basis, "A: ideal timing · B: cycle model, never measured on silicon");
        let times: Vec<&str> = outcome.bars.iter().map(|bar| bar.time.as_str()).collect();
        assert_eq!(times, ["1,343 µs", "271 µs"]);
        assert!(outcome.bars[0].length == 1.0 && (outcome.bars[1].length - 0.2018).abs() < 1e-3);
        assert!((outcome.bars[0].progress - 0.2018).abs() < 1e-3 && outcome.bars[1].progress == 1.0);
    }

    #[test]
    fn a_question_has_no_outcome_beside_it() {
        let mut session = Session::first_look().expect("the first look");
        session.begin_first_start();
        let outcome = Outcome::new(&session).expect("a line");
        assert_eq!((outcome.number.as_str(), outcome.bars.len()), ("?", 0));
    }

    #[test]
    fn a_training_run_shows_its_days_not_its_gradients() {
        let text = include_str!("../../../scenes/months.ron");
        let mut session = Session::from_text("months.ron", text).expect("a scene");
        let outcome = Outcome::new(&session).expect("two results");
        assert!(outcome.bars.iter().all(|bar| bar.time.ends_with(" days")), "{outcome:?}");
        // 8 days of 162 in the closed formulas of the model (docs/training.md); the range is 2 to 19 there, with one goodput.
        assert!(outcome.basis.starts_with("days: A 164 (144 to 197), B 155 ("), "{}", outcome.basis);
        assert!(outcome.basis.contains("a perfect network saves A 10 (1.6 to 24), B 1.0"), "{}", outcome.basis);
        assert!(outcome.bars.iter().all(|bar| bar.progress == 0.0), "{outcome:?}");
        // At the end of the shorter run it is done, and the longer one nearly.
        let lengths: Vec<RunTime> = session.training_runs().map(|(_, run)| run.schedule.length()).collect();
        session.apply(Intent::SeekRun(lengths[1]));
        let outcome = Outcome::new(&session).expect("two results");
        assert!(outcome.bars[0].progress > 0.9 && outcome.bars[0].progress < 1.0, "{outcome:?}");
        assert_eq!(outcome.bars[1].progress, 1.0);
    }

    #[test]
    fn a_single_fabric_shows_its_time_and_equal_ones_say_so() {
        let one = r#"(version: 1, title: "One", teaches: "", workload: (message: "1GiB", replicas: 8), fabrics: [(name: "Box", machine: "hgx-b200", algorithm: "nvls")])"#;
        let session = Session::from_text("one.ron", one).expect("a scene");
        let outcome = Outcome::new(&session).expect("a result");
        assert_eq!((outcome.number.as_str(), outcome.bars.len()), ("1.343 ms", 1));
        assert_eq!(outcome.sentence, "All-reduce of 1 GiB over 8 ranks");
        let two = one.replace("[(", r#"[(name: "Other", machine: "hgx-b200", algorithm: "nvls"), ("#);
        let session = Session::from_text("two.ron", &two).expect("a scene");
        let outcome = Outcome::new(&session).expect("two results");
        assert_eq!((outcome.number.as_str(), outcome.sentence.as_str()), ("1.00x", "All take about the same time"));
        assert_eq!(outcome.basis, "ideal timing");
    }
}
