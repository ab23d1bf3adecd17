//! The meaning of a scene whose workload is a training run. Each fabric gets a job, and a part of it for the picture: one bucket
//! of gradients among ranks that hold the same parameters.

use super::checker::Checker;
use super::scene::hash;
use crate::catalog::{Machine, RangeEnd};
use crate::collective::Collective;
use crate::model::{GpuJob, TrainingJob};
use crate::scene::diagnostic::accepted;
use crate::scene::schema::{FabricFile, SceneFile};
use crate::scene::{ClockMode, FabricScene, FabricTraining, MAX_FABRICS, Scene, TrainingFile, TrainingScene};
use crate::units::{Bytes, one_line, plain, quoted};

/// One bucket of gradients: 64 million parameters of 2 bytes.
const SHOWN_BYTES: u64 = 128_000_000;
/// Most nodes or wafers of the part that is shown.
const SHOWN_NODES: u32 = 64;
/// Most tokens of a run.
const MAX_TOKENS: f64 = 1e18;

impl Checker<'_> {
    /// A scene whose workload is a training run.
    pub(super) fn training_scene(&mut self, file: &SceneFile) -> Option<Scene> {
        let training = file.workload.training.as_ref()?;
        for (field, given) in
            [("message", !file.workload.message.is_empty()), ("replicas", file.workload.replicas != 0)]
        {
            if given {
                let problem = format!("a training run has no {field}");
                self.wrong(format!("workload.{field}"), problem, "leave it out: it follows from the model");
            }
        }
        if file.fabrics.is_empty() || file.fabrics.len() > MAX_FABRICS {
            let problem = format!("{} fabrics", file.fabrics.len());
            self.wrong("fabrics", problem, format!("accepted: 1 to {MAX_FABRICS} fabrics"));
            return None;
        }
        self.texts(file);
        let clocks = [("same", ClockMode::Same), ("normalised", ClockMode::Normalised)];
        let clock = self.choice("view.clock", "clock", &file.view.clock, &clocks);
        let decide = self.decisions(file);
        let ends = [("low", RangeEnd::Low), ("default", RangeEnd::Usual), ("high", RangeEnd::High)];
        let word = training.range.as_deref().unwrap_or("default");
        let end = self.choice("workload.training.range", "end of the range", word, &ends);
        let (model, tokens) = (self.model(training), self.tokens(training));
        let model = model?;
        let jobs: Vec<Option<FabricTraining>> = file
            .fabrics
            .iter()
            .enumerate()
            .map(|(index, fabric)| self.fabric_training(index, fabric, training, &model))
            .collect();
        let jobs: Vec<FabricTraining> = jobs.into_iter().collect::<Option<_>>()?;
        let seed = file.workload.seed;
        let shown: Vec<Option<FabricScene>> = jobs
            .iter()
            .enumerate()
            .map(|(index, job)| {
                let (part, ranks) = shown_part(job);
                self.fabric(index, &part, (Collective::AllReduce, ranks), seed)
            })
            .collect();
        let replicas = jobs.first().map_or(2, |job| shown_part(job).1);
        Some(Scene {
            title: one_line(&file.title).into_owned(),
            teaches: one_line(&file.teaches).into_owned(),
            claim: file.claim.as_deref().map(|claim| one_line(claim).into_owned()),
            decide,
            message: Bytes(SHOWN_BYTES),
            replicas,
            seed,
            fabrics: shown.into_iter().collect::<Option<_>>()?,
            training: Some(TrainingScene { model: model.name, tokens: tokens?, end: end?, fabrics: jobs }),
            clock: clock?,
            hash: hash(file),
        })
    }

    fn tokens(&mut self, training: &TrainingFile) -> Option<f64> {
        let of_model = match &training.model {
            crate::scene::ModelFile::Named(id) => self.catalog.training().model(id).map(|model| model.tokens as f64),
            crate::scene::ModelFile::Shape(_) => None,
        };
        let Some(tokens) = training.tokens.or(of_model) else {
            let problem = "a model of its own needs the tokens of its run";
            self.wrong("workload.training", problem, "add `tokens: 15e12`");
            return None;
        };
        if (1.0..=MAX_TOKENS).contains(&tokens) {
            return Some(tokens);
        }
        self.wrong("workload.training.tokens", format!("{} tokens", plain(tokens)), "accepted: 1 to 1e18");
        None
    }

    fn fabric_training(
        &mut self,
        index: usize,
        file: &FabricFile,
        training: &TrainingFile,
        model: &super::training_jobs::Model,
    ) -> Option<FabricTraining> {
        let at = |field: &str| format!("fabrics.{index}.{field}");
        if !file.faults.is_empty() {
            self.wrong(at("faults"), "a training run takes no faults", "leave them out: goodput stands for failures");
            return None;
        }
        let catalog = self.catalog;
        let known = catalog.training();
        match catalog.get(&file.machine) {
            Some(Machine::Nvlink(machine)) => match known.gpu_of(&machine.id) {
                Some(gpu) => self.gpu_training(index, file, training, model, gpu),
                None => self.untrained(index, file),
            },
            Some(Machine::WaferCluster(machine)) => match known.wafer_of(&machine.id) {
                Some(wafer) => self.wafer_training(index, file, training, model, (machine, wafer)),
                None => self.untrained(index, file),
            },
            Some(Machine::Wafer(_) | Machine::Free(_) | Machine::Network(_)) => self.untrained(index, file),
            None => {
                let hint = accepted(&file.machine, catalog.machine_ids());
                self.wrong(at("machine"), format!("unknown machine `{}`", quoted(&file.machine)), hint);
                None
            }
        }
    }

    /// A machine without figures for training.
    fn untrained(&mut self, index: usize, file: &FabricFile) -> Option<FabricTraining> {
        let known = self.catalog.training();
        let gpus = known.gpus.iter().flat_map(|gpu| gpu.machines.iter().map(String::as_str));
        let names: Vec<&str> = gpus.chain(known.wafers.iter().map(|wafer| wafer.machine.as_str())).collect();
        let problem = format!("no figures for training on `{}`", quoted(&file.machine));
        self.wrong(format!("fabrics.{index}.machine"), problem, format!("accepted: {}", names.join(", ")));
        None
    }
}

/// The part of a fabric that is shown, with its ranks.
fn shown_part(training: &FabricTraining) -> (FabricFile, u32) {
    let mut part = FabricFile { parallel: None, ..training.fabric.clone() };
    let ranks = match &training.job {
        TrainingJob::Wafer(job) => {
            part.nodes = 1;
            job.wafers.clamp(2, SHOWN_NODES)
        }
        TrainingJob::Gpu(job) => {
            let (nodes, per_node) = shown_ranks(job);
            part.nodes = nodes.into();
            nodes * per_node
        }
    };
    if part.nodes == 1 {
        part.network = None;
    }
    (part, ranks)
}

/// Nodes and ranks per node with the same parameters; without any, the tensor-parallel ranks of one node.
fn shown_ranks(job: &GpuJob) -> (u32, u32) {
    let per_node = (job.domain() / job.parallel.tensor.max(1)).max(1);
    let replicas = job.replicas();
    if replicas < 2 {
        return (1, job.parallel.tensor.max(2).min(job.domain().max(2)));
    }
    let here = (1..=per_node.min(replicas)).rev().find(|count| replicas.is_multiple_of(*count)).unwrap_or(1);
    ((replicas / here).clamp(1, SHOWN_NODES), here)
}
