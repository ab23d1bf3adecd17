//! The explanation of a run in sentences: root causes, the longest shares of the time with their re-runs, and the bounds.

use super::fabric_noun::links_noun;
use super::labels::share_label;
use super::percent::percent;
use super::root_cause_text::root_cause_sentences;
use super::upgrade_text::{MIN_CHANGE, improvement};
use crate::explain::attribution::TimeShare;
use crate::explain::cost::CostKind;
use crate::explain::elasticity::{Elasticities, parameter_of, saved_share};
use crate::explain::root_cause::RootCause;
use crate::explain::upgrade::Upgrade;
use crate::solve::{FabricRun, Parameter};
use crate::units::{Femtos, capitalised};

/// Shares below this fraction of the time get no sentence.
const MIN_SHARE: f64 = 0.01;
/// The most shares with a sentence.
const MAX_SHARES: usize = 3;
/// From this fraction on, a share is the whole time.
const WHOLE: f64 = 0.9995;
/// From this fraction on, the rest is more telling than the share.
const NEARLY_WHOLE: f64 = 0.98;
/// A saving below this fraction of half the share is called "only".
const DISAPPOINTING: f64 = 0.85;

/// The findings about a run.
#[derive(Clone, Copy, Debug)]
pub struct Findings<'a> {
    /// The shares of the time, the longest first.
    pub shares: &'a [TimeShare],
    /// The elasticities of its figures.
    pub elasticities: Option<&'a Elasticities>,
    /// Figures doubled or halved.
    pub upgrades: &'a [Upgrade],
    /// Degradations, with the time without them.
    pub root_causes: &'a [RootCause],
}

/// The explanation of a run; empty if it did not run.
pub fn explanation_sentences(run: &FabricRun, findings: Findings) -> Vec<String> {
    let Some(result) = run.result() else { return Vec::new() };
    let time = result.time;
    let mut sentences: Vec<String> =
        findings.root_causes.iter().filter_map(|cause| root_cause_sentences(run, cause, time)).collect();
    let long: Vec<&TimeShare> =
        findings.shares.iter().take(MAX_SHARES).filter(|share| share.fraction_of(time) >= MIN_SHARE).collect();
    let mut covered: Vec<Parameter> = Vec::new();
    for share in &long {
        let parameter = parameter_of(share);
        let first = !covered.contains(&parameter);
        covered.push(parameter);
        let mut paragraph = match contended(share, &long) {
            // The sentence about the other half covers both.
            Some(_) if !first => continue,
            Some(split) => split_sentence(run, &split, time),
            None => share_sentence(run, share, findings, time),
        };
        if first {
            for sentence in re_runs(run, share, findings, time) {
                paragraph.push(' ');
                paragraph.push_str(&sentence);
            }
        }
        sentences.push(paragraph);
    }
    sentences.push(bound_sentences(run, time, result.plan_bound_s));
    sentences
}

fn share_sentence(run: &FabricRun, share: &TimeShare, findings: Findings, time: Femtos) -> String {
    let fraction = share.fraction_of(time);
    let amount =
        if fraction >= WHOLE && findings.shares.len() > 1 { "Nearly all".to_owned() } else { percent(fraction) };
    format!("{amount} of the time is {}.", share_label(run, share))
}

/// Serialization and contention on the same links.
struct ContendedLinks<'a> {
    serialization: &'a TimeShare,
    contention: &'a TimeShare,
}

/// The two halves of the time on the links of a share, if it has both.
fn contended<'a>(share: &TimeShare, shares: &[&'a TimeShare]) -> Option<ContendedLinks<'a>> {
    let of = |kind: CostKind| shares.iter().find(|other| other.kind == kind && other.class == share.class).copied();
    let bytes = matches!(share.kind, CostKind::Serialization | CostKind::Contention);
    let (serialization, contention) = (of(CostKind::Serialization)?, of(CostKind::Contention)?);
    (bytes && share.class.is_some()).then_some(ContendedLinks { serialization, contention })
}

fn split_sentence(run: &FabricRun, links: &ContendedLinks, time: Femtos) -> String {
    let (own, waiting) = (links.serialization.fraction_of(time), links.contention.fraction_of(time));
    let all = own + waiting;
    let amount = if all >= WHOLE {
        "All".to_owned()
    } else if all >= NEARLY_WHOLE {
        format!("All but {}", percent(1.0 - all))
    } else {
        percent(all)
    };
    let on = links.serialization.class.map_or("", |class| links_noun(run, class).text);
    format!("{amount} of the time is spent on {on}: {} contention, {} serialization.", percent(waiting), percent(own))
}

/// What a change of the time is: `saves 12 %`, `adds 0.10 %`, `saves nothing`. `s` is the ending of the verb.
fn effect(saves: f64, s: &str) -> String {
    if saves.abs() < MIN_CHANGE {
        format!("save{s} nothing")
    } else if saves < 0.0 {
        format!("add{s} {}", percent(-saves))
    } else {
        format!("save{s} {}", percent(saves))
    }
}

/// The re-runs with the figure behind a share: one percent better, and twice as good.
fn re_runs(run: &FabricRun, share: &TimeShare, findings: Findings, time: Femtos) -> Vec<String> {
    let parameter = parameter_of(share);
    let phrase = improvement(parameter, share);
    let s = if phrase.plural { "" } else { "s" };
    // Times that change nothing are left out of the list of elasticities.
    let slight = findings.elasticities.map(|all| all.get(parameter).map_or(0.0, |one| one.saves));
    let tried = findings.upgrades.iter().find(|upgrade| upgrade.parameter == parameter);
    let double = tried.map(|upgrade| saved_share(time, upgrade.time));
    let nothing = |saves: Option<f64>| saves.is_none_or(|saves| saves.abs() < MIN_CHANGE);
    if slight.is_some() && nothing(slight) && nothing(double) {
        return vec![match double {
            Some(_) => format!("{} would save nothing (re-run): another path is as long.", phrase.double),
            None => format!("{} {}.", phrase.slight, effect(0.0, s)),
        }];
    }
    let mut sentences = Vec::new();
    if let Some(saves) = slight {
        let why = if saves < -MIN_CHANGE { ": another path takes over" } else { "" };
        sentences.push(format!("{} {}{why}.", phrase.slight, effect(saves, s)));
    }
    if let Some((upgrade, saves)) = tried.zip(double) {
        let behind = findings.shares.iter().filter(|other| parameter_of(other) == parameter);
        let half: f64 = 0.5 * behind.map(|share| share.fraction_of(time)).sum::<f64>();
        let short = saves < DISAPPOINTING * half && half - saves > MIN_SHARE;
        let amount = match short && saves >= MIN_CHANGE {
            true => format!("save only {}", percent(saves)),
            false => effect(saves, ""),
        };
        let next = match &upgrade.then {
            Some(then) if short => format!(". {}", next_bottleneck(run, then)),
            Some(_) | None => String::new(),
        };
        sentences.push(format!("{} would {amount} (re-run){next}.", phrase.double));
    }
    sentences
}

/// Where the time goes after an upgrade.
fn next_bottleneck(run: &FabricRun, then: &TimeShare) -> String {
    match (then.kind, then.class) {
        (CostKind::Serialization | CostKind::Contention, Some(class)) => {
            capitalised(&format!("{} then the bottleneck", links_noun(run, class).with_be()))
        }
        _ => capitalised(&format!("{} then takes more of the time", share_label(run, then))),
    }
}

fn bound_sentences(run: &FabricRun, time: Femtos, plan_bound_s: f64) -> String {
    let fraction = |bound_s: f64| (bound_s / time.secs()).min(1.0);
    let shown = |bound_s: f64| Femtos::from_secs(bound_s).to_string();
    let same = (plan_bound_s / run.bound_s - 1.0).abs() < 1.0 - WHOLE;
    let plan = match fraction(plan_bound_s) {
        reached if reached >= WHOLE => format!("The run reaches its plan bound of {}.", shown(plan_bound_s)),
        part => format!("The plan bound is {}, {} of the time.", shown(plan_bound_s), percent(part)),
    };
    let fabric = if same {
        "The fabric bound is the same.".to_owned()
    } else {
        format!("The fabric bound is {}, {} of the time.", shown(run.bound_s), percent(fraction(run.bound_s)))
    };
    format!("{plan} {fabric}")
}
