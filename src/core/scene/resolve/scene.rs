//! The meaning of a scene as a whole, and of each fabric by its machine.

use std::sync::Arc;

use super::checker::{Checker, Wrong};
use crate::catalog::{Catalog, Machine};
use crate::collective::Collective;
use crate::scene::algorithm::{AUTO, NCCL_TABLE, choices, with_algorithm};
use crate::scene::diagnostic::accepted;
use crate::scene::schema::{FabricFile, SceneFile, VERSION};
use crate::scene::{
    ChipFabric, ClockMode, FabricKind, FabricScene, MAX_FABRICS, MAX_RANKS, Scene, TimingChoice, letter,
};
use crate::units::{Bytes, Fnv64, grouped, one_line, quoted};

/// Most characters of a title, a name or a claim.
const MAX_TEXT: usize = 200;
/// Most characters of what a scene teaches.
const MAX_TEACHES: usize = 1_000;

/// Resolves a scene.
///
/// # Errors
/// Every error of meaning; never an empty list.
pub(crate) fn check(file: &SceneFile, catalog: &Catalog) -> Result<Scene, Vec<Wrong>> {
    let mut checker = Checker::new(catalog);
    let scene = checker.scene(file);
    match scene {
        Some(scene) if checker.wrongs.is_empty() => Ok(scene),
        _ => Err(checker.wrongs),
    }
}

/// Fingerprint of the values of a scene, whatever the layout of its text.
pub(super) fn hash(file: &SceneFile) -> String {
    let mut hash = Fnv64::default();
    // A scene always has a JSON form: its keys are strings and its numbers were checked to be finite.
    hash.write(serde_json::to_string(file).unwrap_or_default().as_bytes());
    format!("{:016x}", hash.finish())
}

impl Checker<'_> {
    fn scene(&mut self, file: &SceneFile) -> Option<Scene> {
        if file.version != VERSION {
            let problem = format!("unknown version {}", file.version);
            self.wrong("version", problem, format!("accepted: {VERSION}"));
        }
        let collectives = Collective::ALL.map(|collective| (collective.as_str(), collective));
        let collective = self.choice("workload.collective", "collective", &file.workload.collective, &collectives);
        if file.workload.training.is_some() {
            if !file.workload.sequence.is_empty() {
                self.wrong("workload.sequence", "a training run has no sequence", "remove one of the two");
                return None;
            }
            return self.training_scene(file);
        }
        if file.workload.message.is_empty() {
            self.wrong("workload", "the field `message` is missing", "add `message: ...`");
            return None;
        }
        let message = self.unit("workload.message", Bytes::parse(&file.workload.message));
        let replicas = file.workload.replicas;
        let possible = (2..=MAX_RANKS).contains(&replicas);
        if !possible {
            let (given, most) = (grouped(replicas.into()), grouped(MAX_RANKS.into()));
            let operation = collective.unwrap_or_default().with_article();
            let problem = format!("replicas is {given}; {operation} needs at least 2, and the limit is {most}");
            self.wrong("workload.replicas", problem, format!("accepted: 2 to {most}"));
        }
        let sequence = match collective.zip(message).filter(|_| possible) {
            Some((collective, message)) => self.operations(&file.workload, collective, message).map(Arc::new),
            None => None,
        };
        if file.fabrics.is_empty() || file.fabrics.len() > MAX_FABRICS {
            let problem = format!("{} fabrics", file.fabrics.len());
            self.wrong("fabrics", problem, format!("accepted: 1 to {MAX_FABRICS} fabrics"));
            return None;
        }
        self.texts(file);
        let clocks = [("same", ClockMode::Same), ("normalised", ClockMode::Normalised)];
        let clock = self.choice("view.clock", "clock", &file.view.clock, &clocks);
        let decide = self.decisions(file);
        let fabrics: Vec<Option<FabricScene>> = file
            .fabrics
            .iter()
            .enumerate()
            .map(|(index, fabric)| {
                let scene = self.fabric(index, fabric, (collective?, replicas), file.workload.seed)?;
                match &sequence {
                    Some(sequence) => self.with_sequence(index, scene, (sequence, replicas)),
                    None => Some(scene),
                }
            })
            .collect();
        if !possible {
            // What machines say of such a number adds nothing.
            self.wrongs.retain(|wrong| !wrong.follows_from_replicas);
        }
        Some(Scene {
            title: one_line(&file.title).into_owned(),
            teaches: one_line(&file.teaches).into_owned(),
            claim: file.claim.as_deref().map(|claim| one_line(claim).into_owned()),
            decide,
            message: message?,
            replicas,
            seed: file.workload.seed,
            fabrics: fabrics.into_iter().collect::<Option<_>>()?,
            training: None,
            clock: clock?,
            hash: hash(file),
        })
    }

    /// Refuses texts that no table, legend or caption has room for.
    pub(super) fn texts(&mut self, file: &SceneFile) {
        let names = file.fabrics.iter().enumerate();
        let names = names.map(|(index, fabric)| (format!("fabrics.{index}.name"), &fabric.name, MAX_TEXT));
        let of_scene = [("title", &file.title, MAX_TEXT), ("teaches", &file.teaches, MAX_TEACHES)];
        let of_scene = of_scene.into_iter().chain(file.claim.iter().map(|claim| ("claim", claim, MAX_TEXT)));
        for (path, text, most) in of_scene.map(|(path, text, most)| (path.to_owned(), text, most)).chain(names) {
            let length = text.chars().count();
            if length > most {
                let problem = format!("the text has {} characters", grouped(length as u64));
                self.wrong(path, problem, format!("accepted: at most {} characters", grouped(most as u64)));
            }
        }
    }

    pub(super) fn fabric(
        &mut self,
        index: usize,
        file: &FabricFile,
        (collective, replicas): (Collective, u32),
        seed: u64,
    ) -> Option<FabricScene> {
        let at = |field: &str| format!("fabrics.{index}.{field}");
        let Some(machine) = self.catalog.get(&file.machine) else {
            let hint = accepted(&file.machine, self.catalog.machine_ids());
            self.wrong(at("machine"), format!("unknown machine `{}`", quoted(&file.machine)), hint);
            return None;
        };
        let timing = TimingChoice::find(&file.timing);
        let kind = match machine {
            Machine::Nvlink(machine) => FabricKind::Chips(self.nvlink(index, file, machine, replicas)?),
            _ if timing != Some(TimingChoice::Ideal) => {
                self.choice(&at("timing"), "timing", &file.timing, &[(TimingChoice::Ideal.as_str(), ())])?;
                return None;
            }
            Machine::Free(machine) => FabricKind::Chips(self.free(index, file, machine, replicas)?),
            Machine::Wafer(machine) => FabricKind::Wafer(self.wafer(index, file, machine, replicas)?),
            Machine::WaferCluster(machine) => FabricKind::Wafers(self.wafers(index, file, machine, replicas)?),
            Machine::Network(network) => {
                let hint = accepted(&file.machine, self.catalog.machine_ids());
                self.wrong(at("machine"), format!("`{}` is a network, not a machine", network.id), hint);
                return None;
            }
        };
        let mut kind = kind;
        if let FabricKind::Chips(ChipFabric { measured: Some(inputs), .. }) = &mut kind {
            inputs.collective = collective;
        }
        let mut fabric = FabricScene {
            name: one_line(&file.name).into_owned(),
            collective,
            sequence: None,
            algorithm: file.algorithm.clone(),
            kind,
            delays: self.delays(index, file)?,
            changed: Vec::new(),
            traffic: Vec::new(),
            oversubscription: self.oversubscription(index, file),
        };
        self.faults(index, &file.faults, seed, &mut fabric);
        let Some(&(first, _)) = choices(&fabric).first() else {
            let known: Vec<&str> = fabric.collectives().into_iter().map(Collective::as_str).collect();
            let problem = format!(
                "no algorithm for {} on {} as fabric {} uses it",
                collective.with_article(),
                machine.name(),
                letter(index)
            );
            self.wrong("workload.collective", problem, format!("accepted there: {}", known.join(", ")));
            return None;
        };
        let table = file.algorithm == NCCL_TABLE && timing == Some(TimingChoice::Measured);
        let played = if file.algorithm == AUTO || table { first } else { &file.algorithm };
        let resolved = with_algorithm(&fabric, played);
        if resolved.is_none() {
            let mut known = vec![AUTO];
            if timing == Some(TimingChoice::Measured) {
                known.push(NCCL_TABLE);
            }
            known.extend(choices(&fabric).iter().map(|(id, _)| *id));
            let is_usual = collective == Collective::AllReduce;
            let operation = if is_usual { String::new() } else { format!("{} on ", collective.with_article()) };
            let problem =
                format!("unknown algorithm `{}` for {operation}{} as it is used here", quoted(played), machine.name());
            self.wrong(at("algorithm"), problem, accepted(played, known));
        }
        resolved
    }
}
