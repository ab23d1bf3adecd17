//! Notes on wafers: strips, rounds, and the figures that were used.

use super::grades::grade;
use crate::collective::{Root, StripLayout};
use crate::scene::{WaferFabric, WaferLayout, WafersFabric};
use crate::solve::note::{Note, NoteCode};
use crate::solve::run::FabricRun;
use crate::units::Femtos;

/// The notes of a run over wafers under a tree.
pub(super) fn cluster_notes(fabric: &WafersFabric) -> Vec<Note> {
    let (tree, machine) = (&fabric.tree, &fabric.machine);
    let capacity = grade(tree.links.capacity.0 / 1e9, &machine.link_gb_s);
    let latency = grade(tree.links.latency.secs() * 1e9, &machine.hop_latency_ns);
    let streamed = "gradients stream out of each wafer as they are formed and are added in the tree: no wafer stores the \
                    message, and the optimizer runs at the root (Cerebras, weight streaming)";
    let text = format!(
        "{} wafers, {} levels of SwarmX 1:{}, link {} ({capacity}), hop {} ({latency})",
        tree.wafers,
        tree.depth(),
        tree.fan_out,
        tree.links.capacity,
        tree.links.latency
    );
    vec![Note::new(NoteCode::Streamed, streamed), Note::new(NoteCode::LinkParameters, text)]
}

/// The notes of a run on one wafer.
pub(super) fn notes(run: &FabricRun, fabric: &WaferFabric) -> Vec<Note> {
    let mut notes = Vec::new();
    match &fabric.layout {
        WaferLayout::PerPe { .. } => {
            let text = format!("every PE is a rank with its own {}: replicas of the workload are ignored", run.message);
            notes.push(Note::new(NoteCode::RanksArePes, text));
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
    notes.push(Note::new(NoteCode::WaferParameters, parameters.join(", ")));
    notes
}

fn strips(notes: &mut Vec<Note>, run: &FabricRun, fabric: &WaferFabric, layout: &StripLayout, root: Root) {
    notes.push(Note::new(
        NoteCode::StripsDerived,
        "strips are derived from the cycle model and were never measured on silicon",
    ));
    let rounds = layout.rounds();
    let least = layout.strip_width / rounds;
    let at_once = layout.classes_per_round;
    if rounds > 1 {
        let from = if f64::from(at_once) == fabric.machine.classes_per_round.value { "24 colours" } else { "set here" };
        let mut text = format!(
            "{} column classes cross each strip edge, at most {at_once} at once ({from}): {rounds} rounds",
            layout.strip_width
        );
        // For a class alone the ramps are the bottleneck: then rounds add more than latencies.
        if let (Some(result), true) = (run.result(), least > 1) {
            let added = added_by_rounds(fabric, layout, root, rounds);
            match run.scene.sequence {
                Some(_) => text.push_str(&format!(", which add {} µs to an all-reduce", micros(added))),
                None => {
                    let in_one = micros(result.time.since(added));
                    text.push_str(&format!(", which add {} µs ({in_one} µs in one)", micros(added)));
                }
            }
        }
        notes.push(Note::new(NoteCode::ColourRounds, text));
    }
    if least == 1 {
        let text = "one column class at a time: the ramps, which carry sum and copy, are the bottleneck, not the links between PEs";
        notes.push(Note::new(NoteCode::RampBound, text));
    }
    let needed = 2 * at_once.min(layout.strip_width);
    if f64::from(needed) > fabric.machine.colours.value {
        let text = format!(
            "not possible on this machine: {} classes at once need {needed} colours, a router has {}",
            needed / 2,
            fabric.machine.colours.value
        );
        notes.push(Note::new(NoteCode::Colours, text));
    }
    let text = "arbitration assumed: a PE's own column class first (round robin would add about 1 %)";
    notes.push(Note::new(NoteCode::Arbitration, text));
    if layout.idle_columns > 0 {
        let text = format!("{} of {} columns are idle", layout.idle_columns, fabric.mesh.width);
        notes.push(Note::new(NoteCode::IdleColumns, text));
    }
}

/// The time that the second and later rounds add: one latency of the pattern each (engine-model section 4). Streamed or
/// not, the head of a round crosses the wafer once there and once back.
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
