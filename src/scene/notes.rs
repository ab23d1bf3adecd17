//! Notes: what must be said beside a result so that it is read honestly. Codes are stable, texts are for people.

use serde::Serialize;

use super::{FabricKind, FabricRun, SwitchedAlgorithm, SwitchedFabric, WaferFabric, WaferLayout};
use crate::catalog::Figure;
use crate::collective::{Root, StripLayout};
use crate::units::{Femtos, significant};

/// One sentence about a result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Note {
    /// Stable, for scripts.
    pub code: &'static str,
    /// For people.
    pub text: String,
}

fn note(code: &'static str, text: String) -> Note {
    Note { code, text }
}

/// Which algorithm `auto` has picked.
pub(super) fn auto(picked: &str, among: &[&str]) -> Note {
    note("auto", format!("auto: {picked} is the fastest of {}", among.join(", ")))
}

/// Thousands apart, as in 883,350.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Why a message does not fit the machine's memory; `None` if it does.
pub(super) fn does_not_fit(run: &FabricRun) -> Option<Note> {
    match &run.scene.kind {
        FabricKind::Switched(fabric) => {
            let memory = fabric.machine.memory_gb.value * 1e9;
            (run.message.0 as f64 > memory).then(|| {
                let text = format!(
                    "does not fit: {} per GPU, {} has {} GB",
                    run.message, fabric.machine.chip, fabric.machine.memory_gb.value
                );
                note("does-not-fit", text)
            })
        }
        FabricKind::Wafer(fabric) => wafer_does_not_fit(run, fabric),
    }
}

fn wafer_does_not_fit(run: &FabricRun, fabric: &WaferFabric) -> Option<Note> {
    let usable = fabric.machine.pe_usable_kib.value * 1024.0;
    let per_pe = match &fabric.layout {
        WaferLayout::PerPe { .. } => run.message.0 as f64,
        WaferLayout::Strips { layout, .. } => layout.bytes_per_pe(&fabric.mesh, run.message),
    };
    if per_pe <= usable {
        return None;
    }
    let text = match &fabric.layout {
        WaferLayout::PerPe { .. } => format!(
            "does not fit: {} per PE, of which {} KiB of {} KiB are usable (estimate)",
            run.message, fabric.machine.pe_usable_kib.value, fabric.machine.pe_memory_kib.value
        ),
        WaferLayout::Strips { .. } => {
            let pes = run.elements as f64;
            format!(
                "does not fit: {} replicas of {} are {} GB; {} holds {} GB, of which {} GB are usable for them (estimate: \
                 {} of {} KiB in each of the {} PEs in use)",
                run.ranks,
                run.message,
                significant(run.ranks as f64 * run.message.0 as f64 / 1e9),
                fabric.machine.name,
                fabric.machine.memory_gb.value,
                significant(pes * usable / 1e9),
                fabric.machine.pe_usable_kib.value,
                fabric.machine.pe_memory_kib.value,
                grouped(run.elements),
            )
        }
    };
    Some(note("does-not-fit", text))
}

/// The notes of a run on its own.
pub(super) fn of(run: &FabricRun) -> Vec<Note> {
    match &run.scene.kind {
        FabricKind::Switched(fabric) => switched(run, fabric),
        FabricKind::Wafer(fabric) => wafer(run, fabric),
    }
}

fn switched(run: &FabricRun, fabric: &SwitchedFabric) -> Vec<Note> {
    let mut notes = Vec::new();
    if fabric.algorithm == SwitchedAlgorithm::Nvls {
        let text = "busbw may exceed the link: it counts 2(n-1)/n of the message, in-switch reduction puts S (1 + 1/n) on \
                    a link";
        notes.push(note("busbw-above-link", text.to_owned()));
    }
    let launch = fabric.delays.launch;
    if let (Some(result), true) = (run.result(), launch > Femtos(0)) {
        let without = result.time.since(launch);
        let text = format!(
            "launch, {} of {} µs, is software (grade: estimate); without it {} would need {} µs",
            launch,
            micros(result.time),
            fabric.algorithm.words().split(',').next().unwrap_or_default(),
            micros(without)
        );
        notes.push(note("launch", text));
    }
    if fabric.delays.step > Femtos(0) {
        let text = match fabric.algorithm {
            SwitchedAlgorithm::Nvls | SwitchedAlgorithm::DoubleBinaryTree => {
                "has no effect: this algorithm has no steps"
            }
            _ => "is software at each step (grade: estimate)",
        };
        notes.push(note("step-delay", format!("step delay, {}, {text}", fabric.delays.step)));
    }
    let machine = &fabric.machine;
    let latency_ns = fabric.switch.latency.secs() * 1e9;
    let parameters = [
        ("port", fabric.switch.capacity.to_string(), fabric.switch.capacity.0 / 1e9, &machine.port_gb_s),
        ("GPU-NVSwitch link", fabric.switch.latency.to_string(), latency_ns, &machine.link_latency_ns),
    ]
    .map(|(name, shown, value, figure)| format!("{name} {shown} ({})", grade(value, figure)));
    notes.push(note("nvlink-parameters", parameters.join(", ")));
    notes
}

fn wafer(run: &FabricRun, fabric: &WaferFabric) -> Vec<Note> {
    let mut notes = Vec::new();
    match &fabric.layout {
        WaferLayout::PerPe { .. } => {
            let text = format!("every PE is a rank with its own {}: replicas of the workload are ignored", run.message);
            notes.push(note("ranks-are-pes", text));
        }
        WaferLayout::Strips { layout, root, .. } => strips(&mut notes, run, fabric, layout, *root),
    }
    let machine = &fabric.machine;
    let parameters = [
        ("clock", format!("{} GHz", fabric.mesh.clock_hz / 1e9), fabric.mesh.clock_hz / 1e9, &machine.clock_ghz),
        ("hop", cycles(fabric.mesh.hop_cycles), fabric.mesh.hop_cycles, &machine.hop_cycles),
        ("T_R", cycles(fabric.mesh.ramp_cycles), fabric.mesh.ramp_cycles, &machine.ramp_cycles),
        ("turn", cycles(fabric.mesh.turn_cycles), fabric.mesh.turn_cycles, &machine.turn_cycles),
    ]
    .map(|(name, shown, value, figure)| format!("{name} {shown} ({})", grade(value, figure)));
    notes.push(note("wafer-parameters", parameters.join(", ")));
    notes
}

/// The catalog's grade of a figure, unless the scene departs from it.
fn grade(value: f64, figure: &Figure) -> &'static str {
    if (value - figure.value).abs() <= 1e-9 * figure.value.abs() { figure.grade.word() } else { "set here" }
}

fn strips(notes: &mut Vec<Note>, run: &FabricRun, fabric: &WaferFabric, layout: &StripLayout, root: Root) {
    notes.push(note("strips-derived", "strips: derived, never measured on silicon".to_owned()));
    let rounds = layout.rounds();
    let least = layout.strip_width / rounds;
    let at_once = layout.classes_per_round;
    if rounds > 1 {
        let from = if f64::from(at_once) == fabric.machine.classes_per_round.value { "24 colours" } else { "set here" };
        let mut text = format!(
            "{} column classes cross each strip edge, at most {at_once} at once ({from}): {rounds} rounds",
            layout.strip_width
        );
        // A class alone is bound by ramps, not by links: then more than latencies is added.
        if let (Some(result), true) = (run.result(), least > 1) {
            let added = added_by_rounds(fabric, layout, root, rounds);
            let in_one = micros(result.time.since(added));
            text.push_str(&format!(", which add {} µs ({in_one} µs in one)", micros(added)));
        }
        notes.push(note("colour-rounds", text));
    }
    if least == 1 {
        let text = "one column class at a time: ramps bind, which take sum and copy, not the links between PEs";
        notes.push(note("ramp-bound", text.to_owned()));
    }
    let needed = 2 * at_once.min(layout.strip_width);
    if f64::from(needed) > fabric.machine.colours.value {
        let text = format!(
            "not possible on this machine: {} classes at once need {needed} colours, a router has {}",
            needed / 2,
            fabric.machine.colours.value
        );
        notes.push(note("colours", text));
    }
    let text = "arbitration assumed: a PE's own column class first (round robin would add about 1 %)";
    notes.push(note("arbitration", text.to_owned()));
    if layout.idle_columns > 0 {
        let text = format!("{} of {} columns stay idle", layout.idle_columns, fabric.mesh.width);
        notes.push(note("idle-columns", text));
    }
}

/// What the second and later rounds add: one latency of the pattern each (engine-model section 4).
/// Streamed or not, a round's head passes once there and once back.
fn added_by_rounds(fabric: &WaferFabric, layout: &StripLayout, root: Root, rounds: u32) -> Femtos {
    let mesh = &fabric.mesh;
    let root = layout.root_strip(root);
    let distance = f64::from(root.max(layout.strips - 1 - root));
    let strip = f64::from(layout.strip_width) * mesh.hop_cycles;
    let round = distance * (2.0 * strip + mesh.processing_cycles()) + mesh.processing_cycles();
    mesh.cycles(f64::from(rounds - 1) * round)
}

fn cycles(number: f64) -> String {
    format!("{number} {}", if number == 1.0 { "cycle" } else { "cycles" })
}

/// Microseconds with three decimals, as in the field's tables.
fn micros(time: Femtos) -> String {
    format!("{:.3}", time.secs() * 1e6)
}

/// Says where the fabrics of a scene are not like for like.
pub(super) fn compare(runs: &mut [FabricRun]) {
    let facts: Vec<(String, u64, bool)> =
        runs.iter().map(|run| (run.scene.name.clone(), run.ranks, run.result().is_some())).collect();
    for (index, run) in runs.iter_mut().enumerate() {
        for (name, ranks, ran) in facts.iter().enumerate().filter(|(other, _)| *other != index).map(|(_, f)| f) {
            if *ranks != run.ranks && *ran && run.result().is_some() {
                let text =
                    format!("not like for like: {} ranks here, {} on {name}", grouped(run.ranks), grouped(*ranks));
                run.notes.push(note("ranks-differ", text));
            }
        }
    }
}
