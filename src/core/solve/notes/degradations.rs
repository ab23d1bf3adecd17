//! Notes on slow and broken links, late ranks and other traffic.

use crate::fabric::LinkId;
use crate::solve::note::{Note, NoteCode};
use crate::solve::run::FabricRun;
use crate::units::grouped;

/// Most links that a note lists by name.
const MAX_LISTED: usize = 3;

/// The notes on what is slow, broken or late.
pub(super) fn notes(run: &FabricRun) -> Vec<Note> {
    let mut notes = Vec::new();
    let scene = &run.scene;
    // Of the scene: a measured run narrows slow links to what the model says of them.
    let given = scene.fabric();
    let changed = given.changed();
    if !changed.is_empty() {
        let word = |&(link, share): &(LinkId, f64)| match share {
            0.0 => format!("{} is down", run.fabric.link_name(link)),
            // 50 %, not 50.00 %.
            _ => format!("{} at {} %", run.fabric.link_name(link), (1e4 * share).round() / 100.0),
        };
        let mut words: Vec<String> = changed.iter().take(MAX_LISTED).map(word).collect();
        if changed.len() > MAX_LISTED {
            words.push(format!("and {} more", changed.len() - MAX_LISTED));
        }
        notes.push(Note::new(NoteCode::LinksChanged, words.join(", ")));
    }
    let late = scene.delays.start.iter().filter(|delay| delay.0 > 0).count();
    if late > 0 {
        let text = format!(
            "{} of {} ranks start late, the last one by {}",
            grouped(late as u64),
            grouped(scene.delays.start.len() as u64),
            scene.delays.last_start()
        );
        notes.push(Note::new(NoteCode::LateRanks, text));
    }
    if run.has_fixed_rates() {
        let text = "so many sends are not simulated one by one: inside a node each stream keeps its mean rate in the ring \
                    without faults";
        notes.push(Note::new(NoteCode::FixedRates, text));
    }
    for traffic in &scene.traffic {
        let (from, to) = (scene.rank_name(traffic.from), scene.rank_name(traffic.to));
        let text = format!("other traffic: {} from {from} to {to}", traffic.rate);
        notes.push(Note::new(NoteCode::OtherTraffic, text));
    }
    notes
}
