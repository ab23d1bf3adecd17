//! The explanation in sentences, made from the figures.

use super::elasticity::{knob_of, saved};
use super::{Elasticities, Part, WhatIf};
use crate::fabric::LinkClass;
use crate::scene::{ChipMachine, FabricKind, FabricRun, Knob, Of, held_words};
use crate::units::Femtos;

/// Parts below this share of the time get no sentence.
const LEAST_SHARE: f64 = 0.01;
/// Most parts with a sentence.
const MOST_PARTS: usize = 3;

/// A share in percent: whole from 10 % on, else two digits.
pub fn percent(share: f64) -> String {
    let value = 100.0 * share;
    let size = value.abs();
    if size >= 99.95 || size == 0.0 {
        format!("{value:.0} %")
    } else if size >= 99.5 {
        format!("{value:.1} %")
    } else if size >= 9.95 {
        format!("{value:.0} %")
    } else if size >= 0.995 {
        format!("{value:.1} %")
    } else if size >= 0.01 {
        format!("{value:.2} %")
    } else {
        format!("{}below 0.01 %", if value < 0.0 { "minus " } else { "" })
    }
}

/// A link class as it is called on this fabric.
pub fn class_name(run: &FabricRun, class: LinkClass) -> &'static str {
    match (&run.scene.kind, class) {
        (FabricKind::Chips(chips), LinkClass::NvLink) if matches!(chips.machine, ChipMachine::Free(_)) => "link",
        _ => class.name(),
    }
}

/// What a figure belongs to: a link class, or nothing.
pub fn knob_class(run: &FabricRun, knob: Knob) -> Option<&'static str> {
    knob.class.map(|class| match (knob.of, class) {
        // One figure of the machine: a wavelet per cycle.
        (Of::Capacity, LinkClass::MeshLink) => "mesh links and ramps",
        _ => class_name(run, class),
    })
}

/// A part in words: `serialization on NVLink`, `latency on mesh links`, `software at each step`.
pub fn part_words(run: &FabricRun, part: &Part) -> String {
    match part.class {
        // No link of the fabric: what holds streams below what links could carry.
        Some(LinkClass::Private(name)) if held_words(name).is_some() => {
            format!("{}, held to {} (fitted)", part.kind.word(), held_words(name).unwrap_or_default())
        }
        Some(class) => {
            let name = class_name(run, class);
            // NVLink and NIC are names; links and ramps are things.
            let plural = if name.ends_with("link") || name.ends_with("ramp") { "s" } else { "" };
            format!("{} on {name}{plural}", part.kind.word())
        }
        None => part.what.words().to_owned(),
    }
}

fn figure(of: Of) -> &'static str {
    match of {
        Of::Capacity => "capacity",
        Of::Latency => "latency",
        Of::Processing => "of it",
        Of::Launch => "start-up",
    }
}

/// The longest parts, what one percent and what twice as much would change, and how far the run is from its bounds.
pub fn sentences(
    run: &FabricRun,
    parts: &[Part],
    elasticities: Option<&Elasticities>,
    what_ifs: &[WhatIf],
) -> Vec<String> {
    let Some(result) = run.result() else { return Vec::new() };
    let mut told: Vec<Knob> = Vec::new();
    let mut sentences = Vec::new();
    for part in parts.iter().take(MOST_PARTS) {
        let share = part.time.secs() / result.time.secs();
        if share < LEAST_SHARE {
            break;
        }
        let knob = knob_of(part);
        let mut sentence = format!("{} of the time is {}", percent(share), part_words(run, part));
        if !told.contains(&knob) {
            sentence.push_str(&worth(run, knob, elasticities, what_ifs, result.time));
            told.push(knob);
        }
        sentence.push('.');
        sentences.push(sentence);
    }
    sentences.push(bounds(run, result.time, result.plan_bound_s));
    sentences
}

fn worth(
    run: &FabricRun,
    knob: Knob,
    elasticities: Option<&Elasticities>,
    what_ifs: &[WhatIf],
    time: Femtos,
) -> String {
    let mut words = String::new();
    let found = elasticities.and_then(|all| all.all.iter().find(|one| one.knob == knob));
    let more = if knob.of == Of::Capacity { "more" } else { "less" };
    if let Some(one) = found {
        let of = figure(knob.of);
        words.push_str(&format!("; 1 % {more} {of} saves {}", percent(one.percent_saves.max(0.0))));
    }
    if let Some(tried) = what_ifs.iter().find(|what_if| what_if.knob == knob) {
        let times = if knob.of == Of::Capacity { "twice" } else { "half" };
        let of = figure(knob.of);
        let of = if knob.of == Of::Processing { of.to_owned() } else { format!("the {of}") };
        let class = if knob.class == Some(LinkClass::MeshLink) && knob.of == Of::Capacity {
            format!(" of {}", knob_class(run, knob).unwrap_or_default())
        } else {
            String::new()
        };
        let saves = percent(saved(time, tried.time).max(0.0));
        words.push_str(&format!("; {times} {of}{class} would save {saves} (re-run)"));
    }
    words
}

fn bounds(run: &FabricRun, time: Femtos, plan_bound_s: f64) -> String {
    let share = |bound_s: f64| percent((bound_s / time.secs()).min(1.0));
    let shown = |bound_s: f64| Femtos::from_secs(bound_s);
    format!(
        "The bound of this plan, {}, is {} of the time; that of any all-reduce on this fabric, {}, is {}.",
        shown(plan_bound_s),
        share(plan_bound_s),
        shown(run.bound_s),
        share(run.bound_s)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percents_have_as_many_digits_as_they_need() {
        let shares = [1.0, 0.9997, 0.997, 0.6312, 0.0631, 0.00631, 0.00001, 0.0, -0.03];
        let words = ["100 %", "100 %", "99.7 %", "63 %", "6.3 %", "0.63 %", "below 0.01 %", "0 %", "-3.0 %"];
        assert_eq!(shares.map(percent), words);
    }
}
