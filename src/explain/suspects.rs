//! What is wrong with a fabric and matters: troubles of the scene on the critical path, by name, and the run without
//! them.

use super::words::percent;
use super::{CostSource, CriticalPath};
use crate::fabric::LinkId;
use crate::scene::Degradation;
use crate::solve::FabricRun;
use crate::units::grouped;
use crate::units::{Femtos, significant};

/// Most troubles that are tried one by one.
const MAX_TRIED: usize = 3;
/// What a trouble off the path must cost to be told, as a share of the time.
const MIN_TOLD: f64 = 1e-3;

/// A trouble that may be why a run is as long as it is; or all of them together.
#[derive(Clone, Debug, PartialEq)]
pub struct Suspect {
    /// What is wrong.
    pub troubles: Vec<Degradation>,
    /// How long the critical path is on its links, or waits for its ranks.
    pub on_path: Femtos,
    /// Of its links, or of its ranks, the one that the path waits for.
    pub named: Named,
    /// The time without it; `None` while that is not tried, or cannot be.
    pub mended: Option<Femtos>,
}

/// What of a trouble the critical path meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    /// Nothing.
    Nothing,
    /// This link.
    Link(LinkId),
    /// This rank, which comes so late.
    Rank(u32, Femtos),
}

/// The troubles of a run, those that the critical path meets first; of several also all of them together.
pub fn suspects(run: &FabricRun, path: &CriticalPath) -> Vec<Suspect> {
    let troubles = run.scene.troubles();
    let mut suspects: Vec<Suspect> = troubles.iter().map(|trouble| suspect(run, path, trouble)).collect();
    suspects.sort_by_key(|suspect| std::cmp::Reverse(suspect.on_path));
    let all = troubles.len();
    suspects.truncate(MAX_TRIED);
    if all > 1 {
        let on_path = suspects.iter().map(|suspect| suspect.on_path).max().unwrap_or_default();
        suspects.push(Suspect { troubles, on_path, named: Named::Nothing, mended: None });
    }
    suspects
}

fn suspect(run: &FabricRun, path: &CriticalPath, trouble: &Degradation) -> Suspect {
    let mut longest: Option<(Femtos, LinkId)> = None;
    let mut on_path = Femtos(0);
    let mut named = Named::Nothing;
    for step in &path.steps {
        let lasts = step.until.since(step.from);
        let slow = step.link.filter(|link| trouble.links().contains(link));
        if let Some(link) = slow {
            on_path = on_path + lasts;
            longest = longest.max(Some((lasts, link)));
        }
        if let (Degradation::Late(ranks), CostSource::Late) = (trouble, step.what) {
            on_path = on_path + lasts;
            // The rank whose delay the path shows.
            let delay = |rank: &u32| run.scene.delays.start_of(*rank);
            let rank = ranks.iter().min_by_key(|rank| delay(rank).0.abs_diff(lasts.0));
            named = rank.map_or(named, |rank| Named::Rank(*rank, delay(rank)));
        }
    }
    if let Some((_, link)) = longest {
        named = Named::Link(link);
    }
    Suspect { troubles: vec![trouble.clone()], on_path, named, mended: None }
}

impl Suspect {
    /// Plays the run again without it.
    pub fn mend(&mut self, run: &FabricRun) {
        self.mended = run.time_without(&self.troubles);
    }
}

/// A suspect in a sentence; `None` where it neither lies on the path nor costs anything.
pub(super) fn suspicion(run: &FabricRun, suspect: &Suspect, time: Femtos) -> Option<String> {
    let saves = suspect.mended.map(|mended| 1.0 - mended.secs() / time.secs());
    let costs = saves.is_some_and(|saves| saves.abs() >= MIN_TOLD);
    if suspect.on_path == Femtos(0) && !costs {
        return None;
    }
    let [trouble] = suspect.troubles.as_slice() else {
        // All together: told where that is more than the sum of one.
        return saves
            .filter(|_| costs)
            .map(|_| format!("With everything mended {}.", would_take(suspect, time).unwrap_or_default()));
    };
    let mut said = what_is_wrong(run, suspect, trouble);
    let spent = percent(suspect.on_path.secs() / time.secs());
    match trouble {
        _ if suspect.on_path == Femtos(0) => {}
        Degradation::Late(_) => said.push_str(&format!(", {spent} of the time")),
        Degradation::Links { .. } | Degradation::SlowChip { .. } => {
            said.push_str(&format!("; {spent} of the time is spent there"))
        }
        Degradation::Traffic(_) => {}
    }
    if let Some(then) = would_take(suspect, time) {
        let mended = match trouble {
            Degradation::Links { .. } | Degradation::SlowChip { .. } => "mended",
            Degradation::Late(ranks) if ranks.len() == 1 => "on time",
            Degradation::Late(_) => "with all on time",
            Degradation::Traffic(_) => "without it",
        };
        said.push_str(&format!("; {mended}, {then}"));
    }
    Some(format!("{said}."))
}

/// "it would take 2.070 ms, 33 % less (re-run)".
fn would_take(suspect: &Suspect, time: Femtos) -> Option<String> {
    let mended = suspect.mended?;
    let saves = 1.0 - mended.secs() / time.secs();
    Some(match saves {
        _ if mended == time => "it would take as long (re-run)".to_owned(),
        saves if saves < 0.0 => format!("it would take {mended}, {} more (re-run)", percent(-saves)),
        saves => format!("it would take {mended}, {} less (re-run)", percent(saves)),
    })
}

fn what_is_wrong(run: &FabricRun, suspect: &Suspect, trouble: &Degradation) -> String {
    let part = |share: f64, of: &str| match share {
        0.5 => format!("half its {of}"),
        share => format!("{} % of its {of}", significant(100.0 * share).trim_end_matches('0').trim_end_matches('.')),
    };
    match trouble {
        Degradation::Links { links, share } => {
            let link = match suspect.named {
                Named::Link(link) => link,
                _ => links.first().copied().unwrap_or(LinkId(0)),
            };
            let both = if links.len() > 1 { ", as does the way back" } else { "" };
            let name = run.fabric.link_name(link);
            if *share == 0.0 {
                return format!("{name} is cut{}", if links.len() > 1 { ", as is the way back" } else { "" });
            }
            format!("{name} runs at {}{both}", part(*share, "rate"))
        }
        Degradation::SlowChip { chip, share, .. } => {
            format!("{} runs at {}", run.scene.rank_name(*chip), part(*share, "speed"))
        }
        Degradation::Late(ranks) => {
            let last = ranks.iter().copied().max_by_key(|rank| run.scene.delays.start_of(*rank));
            let (rank, delay) = match suspect.named {
                Named::Rank(rank, delay) => (rank, delay),
                _ => last.map_or((0, Femtos(0)), |rank| (rank, run.scene.delays.start_of(rank))),
            };
            let others = match ranks.len() {
                1 => String::new(),
                many => format!(" (one of {} late ranks)", grouped(many as u64)),
            };
            format!("{}{others} comes {delay} late", run.scene.rank_name(rank))
        }
        Degradation::Traffic(traffic) => {
            let (from, to) = (run.scene.rank_name(traffic.from), run.scene.rank_name(traffic.to));
            format!("Other traffic, {} from {from} to {to}, is in the way", traffic.rate)
        }
    }
}
