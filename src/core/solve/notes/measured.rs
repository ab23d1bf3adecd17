//! Notes on the measured timing: what it rests on, and links that differ from the data sheet.

use crate::fabric::{LinkFigures, Topology};
use crate::nccl::{MeasuredInputs, Protocol};
use crate::scene::{ChipFabric, ChipMachine};
use crate::solve::measured_faults::RateShares;
use crate::solve::note::{Note, NoteCode};
use crate::solve::run::FabricRun;
use crate::units::{Femtos, significant};

/// The notes of a run with measured timing.
pub(super) fn notes(run: &FabricRun, fabric: &ChipFabric, inputs: &MeasuredInputs) -> Vec<Note> {
    let mut notes = vec![basis(run, inputs)];
    notes.extend(run.measured.as_ref().and_then(|candidate| flags(candidate.protocol)));
    notes.extend(links(fabric, inputs));
    notes.extend(lowered(run, inputs));
    notes
}

/// What faults leave of the measured rates.
fn lowered(run: &FabricRun, inputs: &MeasuredInputs) -> Option<Note> {
    let algorithm = run.measured.as_ref()?.algorithm;
    let shares = RateShares::from_scene(&run.scene)?;
    // 50 %, not 50.00 %.
    let percent = |share: f64| (1e4 * share).round() / 100.0;
    let mut parts = Vec::new();
    if shares.nvlink < 1.0 {
        let class = run.fabric.topology.hub().unwrap_or_default().class_name();
        parts.push(format!("{} % on {class}, where every GPU waits for the slowest port", percent(shares.nvlink)));
    }
    let nics = shares.nics(algorithm);
    if nics < 1.0 && inputs.nodes > 1 {
        let why = match (shares.slowest_nic < 1.0, shares.nics_up < 1.0) {
            (true, true) => "where the slowest NIC holds back the others and some are down",
            (true, false) => "where the slowest NIC holds back the others",
            (false, _) => "where some are down",
        };
        parts.push(format!("{} % on the NICs of a node, {why}", percent(nics)));
    }
    let text = format!("faults leave of the measured rates: {}", parts.join("; "));
    (!parts.is_empty()).then(|| Note::new(NoteCode::RatesLowered, text))
}

/// What the measured timing rests on.
fn basis(run: &FabricRun, inputs: &MeasuredInputs) -> Note {
    let protocol = run.measured.as_ref().map_or("", |candidate| candidate.protocol.name());
    let fill = match run.plan.fill() {
        Femtos(0) => String::new(),
        fill => format!(", fill of the pipeline {fill} (fitted)"),
    };
    let text = format!(
        "measured timing: start-up {} ({}){fill}, protocol {protocol}, constants fitted on public nccl-tests logs of {}{}; the \
         algorithm is the model's pick, not NCCL's",
        run.plan.launch(),
        run.launch_grade(),
        inputs.generation.name,
        inputs.network.as_ref().map_or(String::new(), |network| format!(" and {}", network.name)),
    );
    Note::new(NoteCode::TimingMeasured, text)
}

/// What a protocol sends in addition to the message.
fn flags(protocol: Protocol) -> Option<Note> {
    let text = match protocol {
        Protocol::Ll => "LL sends a flag with every 4 bytes: twice the bytes shown here are on the links",
        Protocol::Ll128 => {
            "LL128 sends 8 bytes of flags with every 120: 7 % more than the bytes shown here are on the links"
        }
        Protocol::Simple => return None,
    };
    Some(Note::new(NoteCode::WireIsPayload, text))
}

/// Links of a measured cluster that differ from the data sheet: an unusual number of NICs, and rates of the model above a
/// line rate.
fn links(fabric: &ChipFabric, inputs: &MeasuredInputs) -> Vec<Note> {
    let mut notes = Vec::new();
    let (ChipMachine::Nvlink(machine), Some(network), Topology::Cluster(cluster)) =
        (&fabric.machine, &fabric.network, &fabric.topology)
    else {
        return notes;
    };
    let usual = network.nics_of_node(machine, inputs.gpus_per_node);
    if inputs.idle_nics > 0.0 {
        let text = format!(
            "{} of {} NICs of a node are in use: its GPUs drive no more, each sends through its own port",
            significant(inputs.nics),
            significant(inputs.nics + inputs.idle_nics)
        );
        notes.push(Note::new(NoteCode::NicsIdle, text));
    }
    if inputs.nics != usual {
        let mut text = format!("{} NICs of a node are in use; the usual number is {usual}", significant(inputs.nics));
        if inputs.nics.fract() != 0.0 {
            text.push_str(
                ". A fraction adds up what the NICs carry, as if the channels avoided the slow one; a slow NIC in `faults` \
                 holds back every channel that uses it",
            );
        }
        notes.push(Note::new(NoteCode::NicsInUse, text));
    }
    let above = |links: &LinkFigures, line_gb_s: f64| links.capacity.0 > line_gb_s * 1e9 * (1.0 + 1e-9);
    let line_gb_s = network.nic_gb_s.value;
    if above(&cluster.nic, line_gb_s * inputs.nics / f64::from(inputs.gpus_per_node)) {
        let text = format!(
            "NIC links carry {} GB/s per NIC here, above the line rate of {}: this is the model's constant for {} \
             (fitted)",
            significant(inputs.nics_gb_s() / inputs.nics),
            significant(line_gb_s),
            network.name
        );
        notes.push(Note::new(NoteCode::NicAboveLineRate, text));
    }
    if above(&cluster.nvlink, machine.port_gb_s.value) {
        let text = format!(
            "{} carries {} here, above its {} GB/s: one ring stands for channels that leave a node at different GPUs; a \
             port carries only its share of them",
            cluster.hub.class_name(),
            cluster.nvlink.capacity,
            significant(machine.port_gb_s.value)
        );
        notes.push(Note::new(NoteCode::NvlinkAboveLineRate, text));
    }
    notes
}
