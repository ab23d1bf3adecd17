//! `present --rehearse`: every beat solved, filled, checked and drawn before anybody watches.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;

use serde::Serialize;

use super::beats::{DrawnPicture, draw, opened};
use super::error::CommandError;
use super::output::{print, print_json};
use crate::catalog::Catalog;
use crate::lesson::{Problem, StoryFile, check_story};
use crate::session::{Intent, Session, StoryIntent};

/// Version of the JSON.
const VERSION: u32 = 1;
/// A beat that takes longer to appear is a pause that the hall notices, seconds.
const MAX_APPEARS_S: f64 = 0.5;

/// A rehearsed story.
#[derive(Serialize)]
struct Rehearsal {
    version: u32,
    id: String,
    title: String,
    planned_s: u32,
    runs: usize,
    /// Solving all runs, before the first beat.
    solved_s: f64,
    beats: Vec<RehearsedBeat>,
    /// What `lesson check` finds.
    problems: Vec<String>,
}

/// A rehearsed beat.
#[derive(Serialize)]
struct RehearsedBeat {
    number: usize,
    id: String,
    run: Option<String>,
    /// When it is planned to begin.
    start_s: u32,
    /// How long it is planned to stand.
    seconds: u32,
    caption: String,
    hero: Option<String>,
    notes: String,
    /// Solving its run; `null` if a beat before it has the same run.
    solve_s: Option<f64>,
    /// From the key to a picture that can be drawn.
    show_s: f64,
    /// Drawing it; `null` without the app.
    draw_s: Option<f64>,
}

/// Rehearses the open story.
///
/// # Errors
/// A beat at fault, or a machine that cannot draw.
pub(super) fn rehearse(mut session: Session, solved_s: f64, as_json: bool) -> Result<(), CommandError> {
    let file = opened(&session)?.file.clone();
    let catalog = Arc::new(Catalog::bundled().map_err(|error| CommandError::Value(error.to_string()))?);
    let solve_s = solve_times(&file, &catalog)?;
    let mut beats = Vec::new();
    for (beat, solve_s) in solve_s.into_iter().enumerate() {
        let started = Instant::now();
        session.apply(Intent::Story(StoryIntent::GoTo(beat)));
        let show_s = started.elapsed().as_secs_f64();
        let open = opened(&session)?;
        if let Some(problem) = &open.shown.fault {
            return Err(CommandError::Value(format!("beat {}: {problem}", beat + 1)));
        }
        let shown = open.shown.clone();
        beats.push(RehearsedBeat {
            number: beat + 1,
            id: file.beats.get(beat).map_or_else(String::new, |beat| beat.id.clone()),
            run: file.run_of(beat).map(str::to_owned),
            start_s: open.planned_start_s(),
            seconds: open.planned_s(),
            caption: shown.caption,
            hero: shown.hero,
            notes: shown.notes,
            solve_s,
            show_s,
            draw_s: None,
        });
    }
    let problems = check_story(&file, &catalog).err().unwrap_or_default();
    for (beat, DrawnPicture { draw_s, .. }) in beats.iter_mut().zip(draw(session, None)?) {
        beat.draw_s = Some(draw_s);
    }
    let rehearsal = Rehearsal {
        version: VERSION,
        id: file.id.clone(),
        title: file.title.clone(),
        planned_s: beats.iter().map(|beat| beat.seconds).sum(),
        runs: file.runs.len(),
        solved_s,
        beats,
        problems: problems.iter().map(sentence).collect(),
    };
    if as_json { print_json(&rehearsal) } else { print(&plan(&rehearsal)) }
}

fn sentence(problem: &Problem) -> String {
    format!("{}: {}", problem.path, problem.problem)
}

/// How long the run of each beat takes, in a lab of its own; nothing for a run that an earlier beat has.
fn solve_times(file: &StoryFile, catalog: &Arc<Catalog>) -> Result<Vec<Option<f64>>, CommandError> {
    let failed = |problem: String| CommandError::Value(problem);
    let mut lab =
        file.lab(catalog).map_err(|found| failed(found.iter().map(sentence).collect::<Vec<_>>().join("; ")))?;
    let mut known = BTreeSet::new();
    let mut times = Vec::new();
    for beat in 0..file.beats.len() {
        let Some(run) = file.run_of(beat).filter(|run| known.insert(*run)) else {
            times.push(None);
            continue;
        };
        let started = Instant::now();
        lab.solved(Some(run)).map_err(failed)?;
        times.push(Some(started.elapsed().as_secs_f64()));
    }
    Ok(times)
}

/// The plan of the talk as a table.
fn plan(rehearsal: &Rehearsal) -> String {
    let Rehearsal { title, beats, planned_s, runs, solved_s, .. } = rehearsal;
    let mut out = format!("{title}: {} beats, {} planned\n", beats.len(), clock(*planned_s));
    out.push_str(&format!("{runs} runs solved in {solved_s:.1} s\n\n"));
    for beat in beats {
        let hero = beat.hero.as_ref().map_or(String::new(), |hero| format!("  [{hero}]"));
        let (number, at, seconds, caption) = (beat.number, clock(beat.start_s), beat.seconds, &beat.caption);
        out.push_str(&format!("{number:>2}  {at:>5}  {seconds:>3} s  {:<14}  {caption}{hero}\n", beat.id));
    }
    out.push_str("\nbeat   solve    show    draw\n");
    for beat in beats {
        let [solve, show, draw] = [beat.solve_s, Some(beat.show_s), beat.draw_s].map(milliseconds);
        out.push_str(&format!("{:>4}{solve:>8}{show:>8}{draw:>8}\n", beat.number));
    }
    for beat in beats.iter().filter(|beat| beat.show_s + beat.draw_s.unwrap_or_default() > MAX_APPEARS_S) {
        let seconds = beat.show_s + beat.draw_s.unwrap_or_default();
        out.push_str(&format!("\nbeat {} takes {seconds:.1} s to appear on this machine\n", beat.number));
    }
    for problem in &rehearsal.problems {
        out.push_str(&format!("\n{problem}\n"));
    }
    if rehearsal.problems.is_empty() {
        out.push_str("\nchecked: captions, figures and runs have no errors\n");
    }
    out
}

fn milliseconds(seconds: Option<f64>) -> String {
    seconds.map_or_else(|| "-".to_owned(), |seconds| format!("{:.0} ms", seconds * 1e3))
}

/// Minutes and seconds.
fn clock(seconds: u32) -> String {
    format!("{}:{:02}", seconds / 60, seconds % 60)
}
