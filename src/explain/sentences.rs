//! The explanation in sentences, made from the figures.

use super::CostKind;
use super::elasticity::{Elasticities, Upgrade};
use super::elasticity::{parameter_of, saved};
use super::parts::TimeShare;
use super::suspects::Suspect;
use super::suspects::suspicion;
use super::words::{are_many, figure, part_words, percent, things};
use crate::solve::{FabricRun, Parameter};
use crate::units::Femtos;

/// Parts below this share of the time get no sentence.
const MIN_SHARE: f64 = 0.01;
/// Most parts with a sentence.
const MAX_PARTS: usize = 3;
/// A share from here on is shown as 100 %.
const ALL: f64 = 0.9995;
/// Changes of the time below this share are none.
const NOTHING: f64 = 1e-6;
/// A saving below this share of what the part promises is called "only".
const DISAPPOINTS: f64 = 0.85;

/// What a run is explained by, as far as it is known.
#[derive(Clone, Copy, Debug)]
pub struct Findings<'a> {
    /// The path added up, the longest part first.
    pub parts: &'a [TimeShare],
    /// What each figure is worth.
    pub elasticities: Option<&'a Elasticities>,
    /// Figures doubled or halved.
    pub what_ifs: &'a [Upgrade],
    /// What is wrong with the fabric and matters.
    pub suspects: &'a [Suspect],
}

/// What is wrong, the longest parts, what one percent and what twice as much would change, and how far the run is from
/// its bounds.
pub fn sentences(run: &FabricRun, findings: Findings) -> Vec<String> {
    let Some(result) = run.result() else { return Vec::new() };
    let time = result.time;
    let mut told: Vec<Parameter> = Vec::new();
    let mut sentences: Vec<String> =
        findings.suspects.iter().filter_map(|suspect| suspicion(run, suspect, time)).collect();
    let long: Vec<&TimeShare> =
        findings.parts.iter().take(MAX_PARTS).filter(|part| share(part, time) >= MIN_SHARE).collect();
    for part in &long {
        let parameter = parameter_of(part);
        if told.contains(&parameter) && joined(part, &long).is_some() {
            // Told together with the other half.
            continue;
        }
        let worth = if told.contains(&parameter) { Vec::new() } else { worth(run, part, findings, time) };
        told.push(parameter);
        sentences.push(match joined(part, &long) {
            Some((own, waiting)) => {
                let all = share(own, time) + share(waiting, time);
                let whole = if all >= ALL {
                    "All of the time is spent".to_owned()
                } else if all >= 0.98 {
                    format!("All but {} is spent", percent(1.0 - all))
                } else {
                    format!("{} of the time is spent", percent(all))
                };
                let on = part.class.map_or(String::new(), |class| things(run, class));
                let split = format!(
                    "{whole} on {on}: {} waiting for others, {} own bytes.",
                    percent(share(waiting, time)),
                    percent(share(own, time))
                );
                worth
                    .iter()
                    .fold(split, |said, clause| format!("{said} {}.", capital(clause.trim_start_matches("yet "))))
            }
            None => {
                let most = if share(part, time) >= ALL && findings.parts.len() > 1 {
                    "Nearly all".to_owned()
                } else {
                    percent(share(part, time))
                };
                let mut said = format!("{most} of the time is {}", part_words(run, part));
                for clause in worth {
                    let joint = if clause.starts_with("yet ") { ", " } else { "; " };
                    said.push_str(joint);
                    said.push_str(&clause);
                }
                format!("{said}.")
            }
        });
    }
    sentences.push(bounds(run, time, result.plan_bound_s));
    sentences
}

fn share(part: &TimeShare, time: Femtos) -> f64 {
    part.time.secs() / time.secs()
}

/// Own bytes and waiting on the same links: the two parts that belong together.
fn joined<'a>(part: &TimeShare, parts: &[&'a TimeShare]) -> Option<(&'a TimeShare, &'a TimeShare)> {
    let of = |kind: CostKind| parts.iter().find(|other| other.kind == kind && other.class == part.class).copied();
    let own_or_waiting = matches!(part.kind, CostKind::Serialization | CostKind::Contention);
    of(CostKind::Serialization).zip(of(CostKind::Contention)).filter(|_| own_or_waiting && part.class.is_some())
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

/// What a change of the time is: `saves 12 %`, `costs 0.10 %`, `saves nothing`.
fn effect(saves: f64, many: bool) -> String {
    let s = if many { "" } else { "s" };
    if saves.abs() < NOTHING {
        format!("save{s} nothing")
    } else if saves < 0.0 {
        format!("cost{s} {}", percent(-saves))
    } else {
        format!("save{s} {}", percent(saves))
    }
}

/// What the figure behind a part is worth, clause by clause.
fn worth(run: &FabricRun, part: &TimeShare, findings: Findings, time: Femtos) -> Vec<String> {
    let parameter = parameter_of(part);
    let words = figure(run, parameter, part);
    let little = findings
        .elasticities
        .and_then(|all| all.all.iter().find(|one| one.parameter == parameter))
        .map(|one| one.saves);
    // Of times those that change nothing are left out of the list.
    let little = little.or(findings.elasticities.is_some().then_some(0.0));
    let tried = findings.what_ifs.iter().find(|what_if| what_if.parameter == parameter);
    let much = tried.map(|tried| saved(time, tried.time));
    let nothing = |saves: Option<f64>| saves.is_none_or(|saves| saves.abs() < NOTHING);
    if little.is_some() && nothing(little) && nothing(much) {
        return vec![match much {
            Some(_) => format!("yet {} of it saves nothing: another chain is as long", words.wanted),
            None => format!("{} {}", words.little, effect(0.0, words.many)),
        }];
    }
    let mut clauses = Vec::new();
    if let Some(saves) = little {
        let why = if saves < -NOTHING { ": another path takes over" } else { "" };
        clauses.push(format!("{} {}{why}", words.little, effect(saves, words.many)));
    }
    if let Some((tried, saves)) = tried.zip(much) {
        let verb = effect(saves, true);
        let promised: f64 =
            findings.parts.iter().filter(|other| parameter_of(other) == parameter).map(|part| share(part, time)).sum();
        let short = saves < DISAPPOINTS * 0.5 * promised && 0.5 * promised - saves > MIN_SHARE;
        let why = match &tried.then {
            Some(then) if short => format!(": then {}", then_binds(run, then)),
            _ => String::new(),
        };
        let only = if short && saves > 0.0 { " only" } else { "" };
        clauses.push(format!("{} would {verb}{only} (re-run){why}", words.much));
    }
    clauses
}

/// What takes the time instead.
fn then_binds(run: &FabricRun, then: &TimeShare) -> String {
    match (then.kind, then.class) {
        (CostKind::Serialization | CostKind::Contention, Some(class)) => {
            format!("{} bind{}", things(run, class), if are_many(run, class) { "" } else { "s" })
        }
        _ => format!("{} counts", part_words(run, then)),
    }
}

fn bounds(run: &FabricRun, time: Femtos, plan_bound_s: f64) -> String {
    let part = |bound_s: f64| (bound_s / time.secs()).min(1.0);
    let shown = |bound_s: f64| Femtos::from_secs(bound_s).to_string();
    let alike = (plan_bound_s / run.bound_s - 1.0).abs() < 1.0 - ALL;
    let plan = match part(plan_bound_s) {
        just if just >= ALL => format!("{} and takes just that", shown(plan_bound_s)),
        share => format!("{}, {} of it", shown(plan_bound_s), percent(share)),
    };
    let any = if alike {
        "Nor can any other all-reduce here.".to_owned()
    } else {
        format!("No all-reduce here can take less than {}, {} of it.", shown(run.bound_s), percent(part(run.bound_s)))
    };
    format!("This plan cannot take less than {plan}. {any}")
}
