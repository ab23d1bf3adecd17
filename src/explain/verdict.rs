//! The answer to a scene's claim, made from its figures: who is the fastest, by how much, and what the time is spent on.

use super::{critical_path, part_words, parts, percent};
use crate::scene::{FabricRun, Outcome, Scene, grouped};
use crate::units::{Femtos, significant};

/// Times that differ by less are equal, relatively.
const SAME: f64 = 1e-9;

/// The verdict on a scene's claim as text; `None` where the scene makes none.
pub fn verdict(scene: &Scene, runs: &[FabricRun]) -> Option<String> {
    verdict_sentences(scene, runs).map(|sentences| sentences.join(" "))
}

/// The verdict on a scene's claim, sentence by sentence, the fastest fabric first; `None` where the scene makes none.
pub fn verdict_sentences(scene: &Scene, runs: &[FabricRun]) -> Option<Vec<String>> {
    scene.claim.as_ref()?;
    let mut ran: Vec<(&FabricRun, Femtos)> = runs.iter().filter_map(|run| Some((run, run.result()?.time))).collect();
    // A stable sort: of equals the first of the scene is named first.
    ran.sort_by_key(|&(_, time)| time);
    let mut sentences: Vec<String> = Vec::new();
    if let Some(&(fastest, best)) = ran.first() {
        let is = if ran.len() > 1 { "is the fastest:" } else { "takes" };
        sentences.push(format!("{} {is} {best}{}.", fastest.scene.name, mostly(fastest, best)));
        for &(run, time) in &ran[1..] {
            let ratio = time.secs() / best.secs();
            let ratio =
                if ratio - 1.0 < SAME { "as long".to_owned() } else { format!("{}x as long", significant(ratio)) };
            sentences.push(format!("{} takes {ratio}: {time}{}.", run.scene.name, mostly(run, time)));
        }
        for &(run, _) in ran[1..].iter().filter(|(run, _)| run.ranks != fastest.ranks) {
            let (ours, theirs) = (grouped(fastest.ranks), grouped(run.ranks));
            let (fastest, name) = (&fastest.scene.name, &run.scene.name);
            sentences.push(format!("Not like for like: {ours} ranks on {fastest}, {theirs} on {name}."));
        }
    }
    for run in runs {
        let why = match &run.outcome {
            Outcome::Ran(_) => continue,
            Outcome::CannotRun => run.notes.first().map(|note| note.text.clone()).unwrap_or_default(),
            Outcome::Failed(error) => error.to_string(),
        };
        sentences.push(format!("{} cannot run: {why}.", run.scene.name));
    }
    Some(sentences)
}

/// The longest part of a run's time, in brackets.
fn mostly(run: &FabricRun, time: Femtos) -> String {
    let path = critical_path(run).ok();
    let longest = path.and_then(|path| parts(&path, time).first().copied());
    longest.map_or(String::new(), |part| {
        format!(" ({} {})", percent(part.time.secs() / time.secs()), part_words(run, &part))
    })
}
