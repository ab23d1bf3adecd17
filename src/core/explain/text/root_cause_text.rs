//! Root causes in sentences: the degradation, its share of the time, and the time without it.

use super::percent::percent;
use crate::explain::root_cause::{PathMeeting, RootCause};
use crate::fabric::LinkId;
use crate::scene::Degradation;
use crate::solve::FabricRun;
use crate::units::{Femtos, grouped, significant};

/// The least change of the time, as a share, for which a degradation off the critical path is mentioned.
const MIN_MENTIONED: f64 = 1e-3;

/// A root cause; `None` if it neither lies on the path nor costs time.
pub(super) fn root_cause_sentences(run: &FabricRun, cause: &RootCause, time: Femtos) -> Option<String> {
    let saves = cause.repaired.map(|repaired| 1.0 - repaired.secs() / time.secs());
    let costs = saves.is_some_and(|saves| saves.abs() >= MIN_MENTIONED);
    if cause.on_path == Femtos(0) && !costs {
        return None;
    }
    let [degradation] = cause.degradations.as_slice() else {
        let repaired = cause.repaired.filter(|_| costs)?;
        return Some(format!("All degradations repaired: {}", re_run(repaired, time)));
    };
    let first = format!("{}{}.", degradation_clause(run, cause, degradation), path_clause(cause, degradation, time));
    let Some(repaired) = cause.repaired else { return Some(first) };
    let without = match degradation {
        Degradation::Links { .. } | Degradation::SlowChip { .. } => "Repaired",
        Degradation::Late(ranks) if ranks.len() == 1 => "On time",
        Degradation::Late(_) => "All on time",
        Degradation::Traffic(_) => "Without it",
    };
    Some(format!("{first} {without}: {}", re_run(repaired, time)))
}

/// The share of the time that the path spends on a degradation.
fn path_clause(cause: &RootCause, degradation: &Degradation, time: Femtos) -> String {
    if cause.on_path == Femtos(0) {
        return String::new();
    }
    let spent = percent(cause.on_path.secs() / time.secs());
    match degradation {
        Degradation::Late(_) => format!(", {spent} of the time"),
        // After the clause about the other direction.
        Degradation::Links { links, .. } if links.len() > 1 => format!(", and takes {spent} of the time"),
        Degradation::Links { .. } | Degradation::SlowChip { .. } => format!(" and takes {spent} of the time"),
        Degradation::Traffic(_) => String::new(),
    }
}

/// "2.070 ms, 33 % less (re-run)."
fn re_run(repaired: Femtos, time: Femtos) -> String {
    let saves = 1.0 - repaired.secs() / time.secs();
    if repaired == time {
        format!("{repaired}, as before (re-run).")
    } else if saves < 0.0 {
        format!("{repaired}, {} more (re-run).", percent(-saves))
    } else {
        format!("{repaired}, {} less (re-run).", percent(saves))
    }
}

fn degradation_clause(run: &FabricRun, cause: &RootCause, degradation: &Degradation) -> String {
    match degradation {
        Degradation::Links { links, share } => {
            let link = match cause.meets {
                PathMeeting::Link(link) => link,
                PathMeeting::Nothing | PathMeeting::LateRank { .. } => links.first().copied().unwrap_or(LinkId(0)),
            };
            let name = run.fabric.link_name(link);
            let both = links.len() > 1;
            if *share == 0.0 {
                return format!("{name} is down{}", if both { ", as is the other direction" } else { "" });
            }
            let other = if both { ", as does the other direction" } else { "" };
            format!("{name} runs at {}{other}", part_of(*share, "rate"))
        }
        Degradation::SlowChip { chip, share, .. } => {
            format!("{} runs at {}", run.scene.rank_name(*chip), part_of(*share, "speed"))
        }
        Degradation::Late(ranks) => {
            let last = ranks.iter().copied().max_by_key(|rank| run.scene.delays.start_of(*rank)).unwrap_or(0);
            let (rank, delay) = match cause.meets {
                PathMeeting::LateRank { rank, delay } => (rank, delay),
                PathMeeting::Nothing | PathMeeting::Link(_) => (last, run.scene.delays.start_of(last)),
            };
            let others = match ranks.len() {
                1 => String::new(),
                count => format!(" (one of {} late ranks)", grouped(count as u64)),
            };
            format!("{}{others} starts {delay} late", run.scene.rank_name(rank))
        }
        Degradation::Traffic(traffic) => {
            let (from, to) = (run.scene.rank_name(traffic.from), run.scene.rank_name(traffic.to));
            format!("Other traffic sends {} from {from} to {to}", traffic.rate)
        }
    }
}

/// "half its rate", "25 % of its speed".
fn part_of(share: f64, quantity: &str) -> String {
    if share == 0.5 {
        return format!("half its {quantity}");
    }
    let digits = significant(100.0 * share);
    format!("{} % of its {quantity}", digits.trim_end_matches('0').trim_end_matches('.'))
}
