//! The basis of a verdict: the figures behind the times with their grades, and the sources of the capacities.

use crate::scene::{ChipMachine, FabricKind, WaferFabric, WaferLayout};
use crate::solve::{FabricRun, NoteCode};

/// Notes that list the figures of a fabric, by their code.
const FIGURE_NOTES: [NoteCode; 2] = [NoteCode::LinkParameters, NoteCode::WaferParameters];

/// The figures and sources of all runs.
pub(super) fn basis_sentences(runs: &[FabricRun]) -> Vec<String> {
    let mut basis = Basis::default();
    for run in runs.iter().filter(|run| run.result().is_some()) {
        basis.add(run);
    }
    let mut sentences = Vec::new();
    if !basis.figures.is_empty() {
        sentences.push(format!("Based on: {}.", basis.figures.join("; ")));
    }
    if !basis.sources.is_empty() {
        sentences.push(format!("Sources: {}.", basis.sources.join("; ")));
    }
    sentences
}

/// Figures and sources, each once.
#[derive(Default)]
struct Basis {
    figures: Vec<String>,
    sources: Vec<String>,
}

impl Basis {
    fn add(&mut self, run: &FabricRun) {
        for note in run.notes.iter().filter(|note| FIGURE_NOTES.contains(&note.code)) {
            push_new(&mut self.figures, note.text.clone());
        }
        match &run.scene.kind {
            FabricKind::Chips(chips) => {
                if let Some(inputs) = &chips.measured {
                    let network =
                        inputs.network.as_ref().map_or(String::new(), |network| format!(" and {}", network.name));
                    let constants = format!("NCCL's constants of {}{network} (fitted)", inputs.generation.name);
                    push_new(&mut self.figures, constants);
                    push_new(&mut self.sources, "public logs of nccl-tests".to_owned());
                    return;
                }
                if let ChipMachine::Nvlink(machine) = &chips.machine {
                    push_new(&mut self.sources, first_clause(&machine.port_gb_s.source));
                }
                if let Some(network) = &chips.network {
                    push_new(&mut self.sources, first_clause(&network.nic_gb_s.source));
                }
            }
            FabricKind::Wafer(wafer) => {
                let clock = first_clause(&wafer.machine.clock_ghz.source);
                push_new(&mut self.sources, format!("{}, clock: {clock}", wafer.machine.name));
                if let WaferFabric { layout: WaferLayout::Strips { .. }, .. } = wafer {
                    push_new(&mut self.figures, "strips derived, never measured on silicon".to_owned());
                }
            }
            FabricKind::Wafers(wafers) => {
                push_new(&mut self.sources, first_clause(&wafers.machine.link_gb_s.source));
            }
        }
    }
}

fn push_new(list: &mut Vec<String>, text: String) {
    if !text.is_empty() && !list.contains(&text) {
        list.push(text);
    }
}

/// The first clause of a source, which is its name.
fn first_clause(source: &str) -> String {
    source.split([':', ';']).next().unwrap_or_default().trim().replace(" (S. Bekman)", "")
}
