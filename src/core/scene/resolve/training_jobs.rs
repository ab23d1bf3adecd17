//! The jobs of a training run, per kind of machine: model, parallelism, software, prices.

use super::checker::{CAPACITIES, Checker};
use crate::catalog::{GpuTraining, PrecisionRate, RangedFigure, WaferClusterMachine, WaferTraining};
use crate::model::{
    GpuJob, JobField, JobProblem, ModelShape, Parallel, Recompute, Sharding, TrainingJob, WaferJob, WaferMode,
    check_gpu_job, check_shape, check_wafer_job, memory_warning,
};
use crate::scene::diagnostic::accepted;
use crate::scene::schema::FabricFile;
use crate::scene::{FabricTraining, ModelFile, ParallelFile, ShapeFile, TrainingFile};
use crate::units::{BytesPerSec, grouped, plain, quoted};

/// Most GPUs of a fabric.
const MAX_GPUS: u64 = 1_000_000;

/// A model with its usual sequence.
#[derive(Clone, Debug)]
pub(super) struct Model {
    pub name: String,
    shape: ModelShape,
    sequence: Option<u64>,
}

impl Checker<'_> {
    /// The model by id or by shape.
    pub(super) fn model(&mut self, training: &TrainingFile) -> Option<Model> {
        const PATH: &str = "workload.training.model";
        let model = match &training.model {
            ModelFile::Named(id) => match self.catalog.training().model(id) {
                Some(model) => Model { name: model.name.clone(), shape: model.into(), sequence: Some(model.sequence) },
                None => {
                    let known = self.catalog.training().models.iter().map(|model| model.id.as_str());
                    let hint = accepted(id, known);
                    self.wrong(
                        PATH,
                        format!("unknown model `{}`", quoted(id)),
                        format!("{hint}, or (layers: ..., width: ...)"),
                    );
                    return None;
                }
            },
            ModelFile::Shape(shape) => {
                Model { name: "a model of its own".to_owned(), shape: shape_of(shape), sequence: None }
            }
        };
        let wrongs = check_shape(&model.shape);
        for wrong in &wrongs {
            let field = match wrong.field {
                JobField::Layers => "layers",
                JobField::Heads => "heads",
                JobField::KvHeads => "kv_heads",
                JobField::Ffn => "ffn",
                JobField::Matrices => "matrices",
                JobField::Vocabulary => "vocabulary",
                JobField::Experts => "experts",
                JobField::TopK => "top_k",
                JobField::Width
                | JobField::Sequence
                | JobField::GlobalBatch
                | JobField::MicroBatch
                | JobField::Chips
                | JobField::Tensor
                | JobField::Pipeline
                | JobField::VirtualStages
                | JobField::Context
                | JobField::Expert
                | JobField::Mode => "width",
            };
            self.wrong(format!("{PATH}.{field}"), wrong.problem.clone(), wrong.hint.clone());
        }
        wrongs.is_empty().then_some(model)
    }

    fn sequence(&mut self, training: &TrainingFile, model: &Model) -> Option<u64> {
        let found = training.sequence.or(model.sequence);
        if found.is_none() {
            self.wrong("workload.training", "the field `sequence` is missing", "add `sequence: 8192`");
        }
        found
    }

    /// Refuses fields that this kind of machine does not have.
    fn only_parallel(&mut self, index: usize, parallel: &ParallelFile, machine: &str, known: &[&str]) -> bool {
        let Ok(serde_json::Value::Object(given)) = serde_json::to_value(parallel) else { return true };
        let unknown: Vec<&String> = given.keys().filter(|field| !known.contains(&field.as_str())).collect();
        for field in &unknown {
            let problem = format!("{field} has no effect on {machine}");
            self.wrong(
                format!("fabrics.{index}.parallel.{field}"),
                problem,
                format!("accepted here: {}", known.join(", ")),
            );
        }
        unknown.is_empty()
    }

    /// A catalog figure, or the one of the scene, which has no range.
    fn own_figure(
        &mut self,
        (index, field): (usize, &str),
        given: Option<f64>,
        figure: &RangedFigure,
        range: std::ops::RangeInclusive<f64>,
    ) -> Option<RangedFigure> {
        let Some(value) = given else { return Some(figure.clone()) };
        if range.contains(&value) {
            return Some(RangedFigure {
                value,
                low: None,
                high: None,
                source: "set in the scene".to_owned(),
                ..figure.clone()
            });
        }
        let hint = format!("accepted: {} to {}", range.start(), range.end());
        self.wrong(format!("fabrics.{index}.parallel.{field}"), format!("{field} is {}", plain(value)), hint);
        None
    }

    fn job_problems(&mut self, index: usize, file: &FabricFile, problems: &[JobProblem]) {
        let given = file.parallel.as_ref();
        for wrong in problems {
            let own = |field: &str| format!("fabrics.{index}.parallel.{field}");
            let path = match wrong.field {
                JobField::Sequence => "workload.training.sequence".to_owned(),
                JobField::GlobalBatch => "workload.training.global_batch".to_owned(),
                JobField::MicroBatch if given.is_some_and(|given| given.micro_batch.is_some()) => own("micro_batch"),
                JobField::MicroBatch => "workload.training.micro_batch".to_owned(),
                JobField::Chips if given.is_some_and(|given| given.chips.is_some()) => own("chips"),
                JobField::Chips => format!("fabrics.{index}.nodes"),
                JobField::Tensor => own("tensor"),
                JobField::Pipeline => own("pipeline"),
                JobField::VirtualStages => own("virtual"),
                JobField::Context => own("context"),
                JobField::Expert => own("expert"),
                JobField::Mode => own("mode"),
                JobField::Layers
                | JobField::Width
                | JobField::Heads
                | JobField::KvHeads
                | JobField::Ffn
                | JobField::Matrices
                | JobField::Vocabulary
                | JobField::Experts
                | JobField::TopK => "workload.training.model".to_owned(),
            };
            // A fault of the workload appears once, not for every fabric.
            let is_known = self.wrongs.iter().any(|known| known.path == path && known.problem == wrong.problem);
            if !is_known {
                self.wrong(path, wrong.problem.clone(), wrong.hint.clone());
            }
        }
    }

    /// GPUs that take part: all of the nodes, or as many as the scene says.
    fn gpus(&mut self, index: usize, file: &FabricFile, given: &ParallelFile, domain: u64) -> Option<u32> {
        let nodes = file.nodes;
        let most = nodes.saturating_mul(domain);
        if nodes == 0 || most > MAX_GPUS {
            let problem = format!("{} nodes of {domain} GPUs", grouped(nodes));
            self.wrong(
                format!("fabrics.{index}.nodes"),
                problem,
                format!("accepted: 1 to {}", grouped(MAX_GPUS / domain)),
            );
            return None;
        }
        if nodes > 1 && file.network.is_none() {
            let names: Vec<&str> = self.catalog.networks().map(|network| network.id.as_str()).collect();
            let problem = format!("{nodes} nodes need a network between them");
            self.wrong(format!("fabrics.{index}.network"), problem, format!("accepted: {}", names.join(", ")));
            return None;
        }
        let chips = given.chips.map_or(most, u64::from);
        if chips == 0 || chips > most {
            let problem = format!("{} GPUs, but the nodes have {}", grouped(chips), grouped(most));
            self.wrong(format!("fabrics.{index}.parallel.chips"), problem, format!("accepted: 1 to {}", grouped(most)));
            return None;
        }
        u32::try_from(chips).ok()
    }

    /// A job on GPUs.
    pub(super) fn gpu_training(
        &mut self,
        index: usize,
        file: &FabricFile,
        training: &TrainingFile,
        model: &Model,
        gpu: &GpuTraining,
    ) -> Option<FabricTraining> {
        let given = file.parallel.clone().unwrap_or_default();
        let own = |field: &str| format!("fabrics.{index}.parallel.{field}");
        let known = [
            "chips",
            "tensor",
            "pipeline",
            "virtual",
            "context",
            "expert",
            "sharding",
            "recompute",
            "overlap",
            "parameter_bytes",
            "gradient_bytes",
            "stack",
            "precision",
            "micro_batch",
            "goodput",
            "price",
            "rent",
            "queue_days",
        ];
        let all_known = self.only_parallel(index, &given, &gpu.name, &known);
        let constants = self.catalog.training().constants.clone();
        let rates: Vec<(&str, &PrecisionRate)> =
            gpu.precisions.iter().map(|rate| (rate.precision.as_str(), rate)).collect();
        let usual = rates.first().map_or("bf16", |(name, _)| *name);
        let (path, word) = match (&given.precision, &training.precision) {
            (Some(word), _) => (own("precision"), word.as_str()),
            (None, Some(word)) => ("workload.training.precision".to_owned(), word.as_str()),
            (None, None) => (String::new(), gpu.rate("bf16").map_or(usual, |_| "bf16")),
        };
        let rate = self.choice(&path, "precision", word, &rates).cloned();
        let sharding =
            self.choice(&own("sharding"), "sharding", given.sharding.as_deref().unwrap_or("zero1"), &Sharding::WORDS);
        let recompute = self.choice(
            &own("recompute"),
            "recomputation",
            given.recompute.as_deref().unwrap_or("none"),
            &Recompute::WORDS,
        );
        let overlaps = [("tensor", 0), ("data", 1), ("pipeline", 2)];
        let mut overlap = [given.overlap.is_none(); 3];
        for (place, word) in given.overlap.iter().flatten().enumerate() {
            let found = self.choice(&own(&format!("overlap.{place}")), "kind of collective", word, &overlaps)?;
            overlap[found] = true;
        }
        let stacks = self.catalog.training().stacks.clone();
        let stacks: Vec<(&str, f64)> = stacks.iter().map(|stack| (stack.id.as_str(), stack.speed.value)).collect();
        let stack = self.choice(&own("stack"), "software stack", given.stack.as_deref().unwrap_or("nemo"), &stacks);
        let gradient_bytes = given.gradient_bytes.unwrap_or(2.0);
        if ![1.0, 2.0, 4.0, 8.0].contains(&gradient_bytes) {
            self.wrong(
                own("gradient_bytes"),
                format!("{} bytes per gradient", plain(gradient_bytes)),
                "accepted: 1, 2, 4, 8",
            );
            return None;
        }
        let gpus = self.gpus(index, file, &given, gpu.domain_gpus.value.round().max(1.0) as u64);
        let goodput = self.own_figure((index, "goodput"), given.goodput, &constants.goodput, 0.01..=1.0);
        let price = self.own_figure((index, "price"), given.price, &gpu.capex, 1.0..=1e12);
        let rent = self.own_figure((index, "rent"), given.rent, &gpu.rent, 0.0..=1e9);
        let queue = self.queue_days(index, &given);
        let sequence = self.sequence(training, model);
        if !all_known {
            return None;
        }
        let rate = rate?;
        let usual_bytes = if rate.peak_tflop_s.value > gpu.rate("bf16").map_or(f64::MAX, |rate| rate.peak_tflop_s.value)
        {
            1
        } else {
            2
        };
        let job = GpuJob {
            shape: model.shape,
            sequence: sequence?,
            global_batch: training.global_batch,
            micro_batch: given.micro_batch.or(training.micro_batch).unwrap_or(1),
            gpus: gpus?,
            parallel: Parallel {
                tensor: given.tensor.unwrap_or(1),
                pipeline: given.pipeline.unwrap_or(1),
                virtual_stages: given.virtual_stages.unwrap_or(1),
                context: given.context.unwrap_or(1),
                expert: given.expert.unwrap_or(1),
            },
            rate16: gpu.rate("bf16").cloned().unwrap_or_else(|| rate.clone()),
            rate,
            sharding: sharding?,
            recompute: recompute?,
            gradient_bytes: gradient_bytes as u32,
            parameter_bytes: given.parameter_bytes.unwrap_or(usual_bytes),
            sequence_parallel: true,
            fused_attention: true,
            overlap_tensor: overlap[0],
            overlap_data: overlap[1],
            overlap_pipeline: overlap[2],
            stack_speed: stack?,
            gpu: gpu.clone(),
            constants,
        };
        let problems = check_gpu_job(&job);
        self.job_problems(index, file, &problems);
        if !problems.is_empty() {
            return None;
        }
        Some(FabricTraining {
            warnings: memory_warning(&job).into_iter().collect(),
            job: TrainingJob::Gpu(Box::new(job)),
            fabric: file.clone(),
            goodput: goodput?,
            price: price?,
            rent: Some(rent?),
            power_kw: gpu.power_kw.clone(),
            queue_days: queue?,
        })
    }

    fn queue_days(&mut self, index: usize, given: &ParallelFile) -> Option<f64> {
        let days = given.queue_days.unwrap_or(0.0);
        if (0.0..=10_000.0).contains(&days) {
            return Some(days);
        }
        let path = format!("fabrics.{index}.parallel.queue_days");
        self.wrong(path, format!("{} days of waiting", plain(days)), "accepted: 0 to 10,000");
        None
    }

    /// A job on wafers.
    pub(super) fn wafer_training(
        &mut self,
        index: usize,
        file: &FabricFile,
        training: &TrainingFile,
        model: &Model,
        (machine, wafer): (&WaferClusterMachine, &WaferTraining),
    ) -> Option<FabricTraining> {
        let given = file.parallel.clone().unwrap_or_default();
        let own = |field: &str| format!("fabrics.{index}.parallel.{field}");
        let known = [
            "chips",
            "mode",
            "io",
            "gradient_bytes",
            "sparsity",
            "sparse_gain",
            "efficiency",
            "goodput",
            "price",
            "rent",
            "queue_days",
        ];
        let all_known = self.only_parallel(index, &given, &machine.name, &known);
        let constants = self.catalog.training().constants.clone();
        let most = machine.wafers.count();
        let wafers = match given.chips {
            Some(wafers) if (1..=most).contains(&wafers) => Some(wafers),
            Some(wafers) => {
                let problem = format!("{} wafers, but a {} has at most {most}", grouped(wafers.into()), machine.name);
                self.wrong(own("chips"), problem, format!("accepted: 1 to {most}"));
                None
            }
            None => {
                let problem = "the number of wafers is missing";
                self.wrong(format!("fabrics.{index}"), problem, "add `parallel: (chips: 64)`");
                None
            }
        };
        let mode =
            self.choice(&own("mode"), "mode", given.mode.as_deref().unwrap_or("weight-streaming"), &WaferMode::WORDS);
        let mut fabric = file.clone();
        let io = match &given.io {
            None => {
                // The link of a wafer into the tree is its I/O. One that cannot be read is reported with the fabric.
                let link = file.params.link_capacity.as_ref().and_then(|text| BytesPerSec::parse(text).ok());
                Some(link.unwrap_or(BytesPerSec(wafer.io_gb_s.value * 1e9)))
            }
            Some(text) => {
                fabric.params.link_capacity = Some(text.clone());
                let rate = self.unit(&own("io"), BytesPerSec::parse(text));
                if rate.is_some_and(|rate| !CAPACITIES.contains(&rate.0)) {
                    let accepted = "accepted: 1KB/s to 1000TB/s";
                    self.wrong(own("io"), format!("`{}` is out of range", quoted(text)), accepted);
                }
                rate.filter(|rate| CAPACITIES.contains(&rate.0))
            }
        };
        let share = |checker: &mut Self, field: &str, value: Option<f64>, usual: f64, most: f64| {
            let value = value.unwrap_or(usual);
            if (0.0..=most).contains(&value) {
                return Some(value);
            }
            checker.wrong(own(field), format!("{field} is {}", plain(value)), format!("accepted: 0 to {most}"));
            None
        };
        let sparsity = share(self, "sparsity", given.sparsity, 0.0, 0.99);
        let gain = share(self, "sparse_gain", given.sparse_gain, 1.0, 1.0);
        let efficiency = self.own_figure((index, "efficiency"), given.efficiency, &wafer.efficiency, 0.001..=1.0);
        let gradient_bytes =
            self.own_figure((index, "gradient_bytes"), given.gradient_bytes, &wafer.gradient_bytes, 0.25..=8.0);
        let goodput = self.own_figure((index, "goodput"), given.goodput, &constants.wafer_goodput, 0.01..=1.0);
        let price = self.own_figure((index, "price"), given.price, &wafer.capex, 1.0..=1e12);
        let rent = match given.rent {
            None => None,
            Some(rent) => Some(self.own_figure((index, "rent"), Some(rent), &wafer.capex, 0.0..=1e9)?),
        };
        let queue = self.queue_days(index, &given);
        let sequence = self.sequence(training, model);
        if !all_known {
            return None;
        }
        let (efficiency, gradient_bytes) = (efficiency?, gradient_bytes?);
        let mut wafer = wafer.clone();
        wafer.efficiency = efficiency.clone();
        wafer.gradient_bytes = gradient_bytes.clone();
        let job = WaferJob {
            shape: model.shape,
            sequence: sequence?,
            global_batch: training.global_batch,
            wafers: wafers?,
            mode: mode?,
            io_bytes_s: io?.0,
            weight_bytes: wafer.weight_bytes.value,
            gradient_bytes: gradient_bytes.value,
            sparsity: sparsity?,
            sparse_gain: gain?,
            efficiency: efficiency.value,
            wafer,
            constants,
        };
        let problems = check_wafer_job(&job);
        self.job_problems(index, file, &problems);
        if !problems.is_empty() {
            return None;
        }
        let mut warnings = Vec::new();
        if job.sparsity > 0.0 {
            warnings.push("Sparsity assumes that sparse training keeps the quality of the model.".to_owned());
        }
        Some(FabricTraining {
            fabric,
            goodput: goodput?,
            price: price?,
            rent,
            power_kw: job.wafer.power_kw.clone(),
            queue_days: queue?,
            job: TrainingJob::Wafer(Box::new(job)),
            warnings,
        })
    }
}

fn shape_of(file: &ShapeFile) -> ModelShape {
    ModelShape {
        layers: file.layers,
        width: file.width,
        heads: file.heads,
        kv_heads: file.kv_heads.unwrap_or(file.heads),
        ffn: file.ffn.unwrap_or(file.width.saturating_mul(4)),
        matrices: file.matrices.unwrap_or(2),
        vocabulary: file.vocabulary,
        experts: file.experts.unwrap_or(0),
        top_k: file.top_k.unwrap_or(0),
    }
}
