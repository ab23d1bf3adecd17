//! The results in words: for windows without side panels, and for readers of the page that do not see the canvas.

use super::hero;
use super::text::{hero as hero_text, summary as text, top_bar};
use crate::sample::FabricFrame;
use crate::session::Session;
use crate::solve::FabricRun;
use crate::units::Femtos;

/// The open scene in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// What was simulated and with which result, line by line. Changes with the scene only.
    pub results: Vec<String>,
    /// What the clock does. While it plays, this does not change.
    pub status: String,
}

/// Scene, results and clock in words. `frames` are the runs at the current instant, if they have been sampled.
pub fn summary(session: &Session, frames: &[FabricFrame]) -> Summary {
    let mut results = vec![top_bar::title(&session.scene().title, session.is_edited())];
    if session.hides_results() {
        results.push(hero_text::HIDDEN_BASIS.to_owned());
        let status = if session.clock.playing { text::PLAYING } else { text::PAUSED };
        return Summary { results, status: status.to_owned() };
    }
    match &session.training {
        // The collectives are only a part of it, for the picture.
        Some(training) => results.extend(training.runs.iter().enumerate().map(|(index, run)| {
            let name = session.scene().fabrics.get(index).map_or("", |fabric| fabric.name.as_str());
            text::training_run(index, name, run)
        })),
        None => results.extend(session.runs.iter().enumerate().map(|(index, run)| text::run(index, run))),
    }
    results.extend(fastest(session));
    results.extend(session.scene().claim.as_ref().map(|claim| text::claim(claim)));
    results.extend(session.verdict.iter().flatten().cloned());
    Summary { results, status: status(session, frames) }
}

fn status(session: &Session, frames: &[FabricFrame]) -> String {
    let clock = &session.clock;
    if clock.playing {
        return text::PLAYING.to_owned();
    }
    let mut sentences = vec![text::paused(clock.at, clock.duration)];
    for (index, run) in session.runs.iter().enumerate() {
        let Some(result) = run.result() else { continue };
        let share = session.local_time(run).0 as f64 / result.time.0.max(1) as f64;
        let bottleneck = frames.get(index).and_then(|frame| frame.bottleneck.as_ref());
        sentences.push(text::progress(index, share, bottleneck.map(|bottleneck| bottleneck.label()).as_deref()));
    }
    sentences.join(" ")
}

/// What each fabric takes, in a few words: its time, or the days of its training run.
pub(super) fn each_time(session: &Session) -> Vec<String> {
    match &session.training {
        _ if session.hides_results() => Vec::new(),
        Some(training) => training.runs.iter().enumerate().map(|(index, run)| text::days(index, run)).collect(),
        None => session.runs.iter().enumerate().map(|(index, run)| text::time(index, run)).collect(),
    }
}

/// The fastest fabric and by how much; `None` with fewer than two results.
pub(super) fn fastest(session: &Session) -> Option<String> {
    if session.hides_results() {
        return Some(hero_text::HIDDEN.to_owned());
    }
    if session.training.is_some() {
        return hero::Outcome::new(session).map(|outcome| format!("{}: {}", outcome.number, outcome.short));
    }
    let time = |(index, run): (usize, &FabricRun)| Some((index, run.result()?.time));
    let times: Vec<(usize, Femtos)> = session.runs.iter().enumerate().filter_map(time).collect();
    let fastest = times.iter().min_by_key(|(_, time)| *time)?;
    let slowest = times.iter().max_by_key(|(_, time)| *time)?;
    (times.len() > 1).then(|| text::fastest(*fastest, *slowest, times.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::Intent;

    #[test]
    fn the_results_name_every_run_and_the_fastest() {
        let session = Session::first_look().expect("the first look");
        let summary = summary(&session, &[]);
        assert_eq!(summary.results.len(), 4, "{summary:?}");
        assert!(summary.results[1].starts_with("A, HGX B200: 1.343 ms"), "{summary:?}");
        assert_eq!(summary.results[3], "B is 5.0x faster");
    }

    #[test]
    fn a_training_run_takes_days_not_the_time_of_a_collective() {
        let text = include_str!("../../scenes/months.ron");
        let session = Session::from_text("months.ron", text).expect("a session");
        let days = |index: usize| {
            let runs = &session.training.as_ref().expect("training runs").runs;
            hero_text::days(runs[index].as_ref().expect("a run").figures.days.usual)
        };
        assert_eq!(each_time(&session), [format!("A {}", days(0)), format!("B {}", days(1))]);
        let results = summary(&session, &[]).results;
        assert!(
            results[1].starts_with("A, ") && results[1].contains(" to ") && results[1].ends_with(" days"),
            "{results:?}"
        );
        assert!(results[3].ends_with("x: B trains fastest, ranges overlap"), "{results:?}");
    }

    #[test]
    fn a_question_is_read_without_its_answer() {
        let mut session = Session::first_look().expect("the first look");
        session.begin_first_start();
        let summary = summary(&session, &[]);
        assert!(!summary.results.iter().any(|line| line.contains("ms") || line.contains("faster")), "{summary:?}");
        assert_eq!(summary.status, "Paused.");
    }

    #[test]
    fn the_status_changes_when_the_clock_stops_not_while_it_runs() {
        let mut session = Session::first_look().expect("the first look");
        let playing = summary(&session, &[]).status;
        session.advance(1.0);
        assert_eq!(summary(&session, &[]).status, playing);
        session.apply(Intent::Seek(Femtos::from_secs(300e-6)));
        session.apply(Intent::Pause);
        assert_eq!(summary(&session, &[]).status, "Paused at 300 µs of 1.343 ms. A is at 22 %. B is done.");
    }
}
