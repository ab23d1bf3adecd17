//! What training takes from the catalog: shapes of models, compute and prices of machines, software stacks, constants.

use serde::{Deserialize, Serialize};

use super::error::CatalogError;
use super::figure::Grade;

/// The files of the entries, with their texts.
const MODELS: (&str, &str) = ("training/models.ron", include_str!("../../../assets/catalog/training/models.ron"));
const MACHINES: (&str, &str) = ("training/machines.ron", include_str!("../../../assets/catalog/training/machines.ron"));
const STACKS: (&str, &str) = ("training/stacks.ron", include_str!("../../../assets/catalog/training/stacks.ron"));
const CONSTANTS: (&str, &str) =
    ("training/constants.ron", include_str!("../../../assets/catalog/training/constants.ron"));

/// Which end of the range of an uncertain figure is meant. Low and high are those of the figure, not of a result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RangeEnd {
    /// The low end.
    Low,
    /// The value itself.
    #[default]
    Usual,
    /// The high end.
    High,
}

impl RangeEnd {
    /// The opposite end: a high efficiency makes a run short.
    pub fn opposite(self) -> RangeEnd {
        match self {
            RangeEnd::Low => RangeEnd::High,
            RangeEnd::Usual => RangeEnd::Usual,
            RangeEnd::High => RangeEnd::Low,
        }
    }
}

/// A figure with the range that it may lie in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RangedFigure {
    /// The number, in `unit`.
    pub value: f64,
    /// The low end, if the number is uncertain.
    #[serde(default)]
    pub low: Option<f64>,
    /// The high end, if the number is uncertain.
    #[serde(default)]
    pub high: Option<f64>,
    /// The unit, as it is displayed.
    pub unit: String,
    /// How well the number is known.
    pub grade: Grade,
    /// The publication that states the number, or how it was determined.
    pub source: String,
}

impl RangedFigure {
    /// The number at an end of its range.
    pub fn at(&self, end: RangeEnd) -> f64 {
        match end {
            RangeEnd::Low => self.low.unwrap_or(self.value),
            RangeEnd::Usual => self.value,
            RangeEnd::High => self.high.unwrap_or(self.value),
        }
    }
}

/// A model that a training workload can name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CatalogModel {
    /// Id in scenes.
    pub id: String,
    /// Name on the screen.
    pub name: String,
    /// Transformer layers.
    pub layers: u32,
    /// Hidden width.
    pub width: u32,
    /// Attention heads.
    pub heads: u32,
    /// Heads of keys and values.
    pub kv_heads: u32,
    /// Width of the feed-forward part, of one expert.
    pub ffn: u32,
    /// Matrices of the feed-forward part: 2, or 3 if it is gated.
    pub matrices: u32,
    /// Vocabulary.
    pub vocabulary: u32,
    /// Experts of a layer; 0 for a dense model.
    pub experts: u32,
    /// Experts that a token visits.
    pub top_k: u32,
    /// Usual sequence, tokens.
    pub sequence: u64,
    /// Tokens of the published run.
    pub tokens: u64,
    /// How well the shape is known.
    pub grade: Grade,
    /// Where it is published.
    pub source: String,
}

/// Compute of a GPU with one precision of its matrix products.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrecisionRate {
    /// Id in scenes: `fp16`, `bf16`, `fp8`, `fp4`.
    pub precision: String,
    /// Dense peak, TFLOP/s.
    pub peak_tflop_s: RangedFigure,
    /// Share of the peak that matrix products reach with the reference stack.
    pub gemm_share: RangedFigure,
    /// The share was set on one published step, which therefore tests nothing.
    #[serde(default)]
    pub untested: bool,
}

/// What training takes from a GPU.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GpuTraining {
    /// Id in tables of measured runs.
    pub id: String,
    /// Name on the screen.
    pub name: String,
    /// Machines of the catalog with this GPU.
    pub machines: Vec<String>,
    /// The network that tables of measured runs mean.
    pub network: String,
    /// GPUs of an NVLink domain that take part.
    pub domain_gpus: RangedFigure,
    /// Its precisions.
    pub precisions: Vec<PrecisionRate>,
    /// Memory rate, GB/s.
    pub hbm_gb_s: RangedFigure,
    /// Memory, GB.
    pub memory_gb: RangedFigure,
    /// Rated power, its share of node, network and storage included, kW.
    pub power_kw: RangedFigure,
    /// Price with its share of node, network and storage, $.
    pub capex: RangedFigure,
    /// Price per hour, $.
    pub rent: RangedFigure,
}

impl GpuTraining {
    /// The rates of a precision.
    pub fn rate(&self, precision: &str) -> Option<&PrecisionRate> {
        self.precisions.iter().find(|rate| rate.precision == precision)
    }
}

/// What training takes from a wafer and its memory outside.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WaferTraining {
    /// Id in tables of measured runs.
    pub id: String,
    /// Name on the screen.
    pub name: String,
    /// Cluster of the catalog with this wafer.
    pub machine: String,
    /// Dense peak, PFLOP/s.
    pub peak_pflop_s: RangedFigure,
    /// Share of the peak that very wide layers reach on one wafer.
    pub efficiency: RangedFigure,
    /// Wafer I/O in each direction, GB/s.
    pub io_gb_s: RangedFigure,
    /// Memory, GB.
    pub sram_gb: RangedFigure,
    /// Memory for layer inputs, GB.
    pub activation_gb: RangedFigure,
    /// Bytes of a weight in a pass.
    pub weight_bytes: RangedFigure,
    /// Bytes of a gradient.
    pub gradient_bytes: RangedFigure,
    /// Rated power, kW.
    pub power_kw: RangedFigure,
    /// Price, $.
    pub capex: RangedFigure,
}

/// A software stack.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stack {
    /// Id in scenes.
    pub id: String,
    /// Name on the screen.
    pub name: String,
    /// Speed of its kernels against the reference stack of the machine.
    pub speed: RangedFigure,
}

/// Constants that belong to no machine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainingConstants {
    /// Share of the bf16 peak that attention scores reach.
    pub attention_share: RangedFigure,
    /// Pieces of an overlapped tensor-parallel collective; 0 means one per rank.
    pub tensor_overlap_pieces: RangedFigure,
    /// Seconds of compute that a second of hidden communication costs.
    pub slow_down: RangedFigure,
    /// Share of a step that the slowest of many nodes adds, per spread of a normal distribution.
    pub straggler: RangedFigure,
    /// Share of the counted bytes that element-wise kernels move.
    pub element_wise: RangedFigure,
    /// Fixed time of a step, s.
    pub fixed_s: RangedFigure,
    /// Bytes that the optimizer moves per own parameter.
    pub optimizer_bytes: RangedFigure,
    /// Share of the memory rate that streaming kernels reach.
    pub memory_share: RangedFigure,
    /// Least parameters of a gradient bucket.
    pub bucket_parameters: RangedFigure,
    /// Width of a layer at which a wafer reaches half of its efficiency.
    pub wafer_half_width: RangedFigure,
    /// Exponent of the loss with the number of wafers.
    pub wafer_scaling_loss: RangedFigure,
    /// Share of the time of a GPU cluster that counts.
    pub goodput: RangedFigure,
    /// Share of the time of a wafer cluster that counts.
    pub wafer_goodput: RangedFigure,
    /// Days of one GPU between two interruptions of a run.
    pub interruption_days: RangedFigure,
    /// Days of one wafer between two interruptions of a run.
    pub wafer_interruption_days: RangedFigure,
    /// Seconds between two checkpoints.
    pub checkpoint_s: RangedFigure,
    /// Mean power over rated power.
    pub mean_power: RangedFigure,
    /// Power of the facility over power of the machines.
    pub pue: RangedFigure,
    /// Years of use.
    pub life_years: RangedFigure,
    /// Yearly cost of operation over the price.
    pub upkeep: RangedFigure,
    /// Price of electricity, $ per kWh.
    pub electricity: RangedFigure,
}

/// All that training takes from the catalog.
#[derive(Clone, Debug, PartialEq)]
pub struct TrainingCatalog {
    /// Models, in the order of lists.
    pub models: Vec<CatalogModel>,
    /// GPUs.
    pub gpus: Vec<GpuTraining>,
    /// Wafers.
    pub wafers: Vec<WaferTraining>,
    /// Software stacks.
    pub stacks: Vec<Stack>,
    /// Constants.
    pub constants: TrainingConstants,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Machines {
    gpus: Vec<GpuTraining>,
    wafers: Vec<WaferTraining>,
}

impl TrainingCatalog {
    /// Reads the entries that are built into the program.
    ///
    /// # Errors
    /// A file does not parse.
    pub fn bundled() -> Result<TrainingCatalog, CatalogError> {
        let Machines { gpus, wafers } = read(MACHINES)?;
        Ok(TrainingCatalog { models: read(MODELS)?, gpus, wafers, stacks: read(STACKS)?, constants: read(CONSTANTS)? })
    }

    /// The model with this id.
    pub fn model(&self, id: &str) -> Option<&CatalogModel> {
        self.models.iter().find(|model| model.id == id)
    }

    /// The GPU of a machine of the catalog.
    pub fn gpu_of(&self, machine: &str) -> Option<&GpuTraining> {
        self.gpus.iter().find(|gpu| gpu.machines.iter().any(|id| id == machine))
    }

    /// The wafer of a cluster of the catalog.
    pub fn wafer_of(&self, machine: &str) -> Option<&WaferTraining> {
        self.wafers.iter().find(|wafer| wafer.machine == machine)
    }

    /// The stack with this id.
    pub fn stack(&self, id: &str) -> Option<&Stack> {
        self.stacks.iter().find(|stack| stack.id == id)
    }
}

fn read<T: for<'a> Deserialize<'a>>((file, text): (&str, &str)) -> Result<T, CatalogError> {
    let options = ron::Options::default().with_default_extension(ron::extensions::Extensions::IMPLICIT_SOME);
    options.from_str(text).map_err(|problem| CatalogError { file: file.to_owned(), problem: problem.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_machine_and_network_of_a_gpu_or_wafer_is_in_the_catalog() {
        let catalog = crate::catalog::Catalog::bundled().expect("the catalog");
        let training = catalog.training();
        let named = training.gpus.iter().flat_map(|gpu| gpu.machines.iter().chain([&gpu.network]));
        for id in named.chain(training.wafers.iter().map(|wafer| &wafer.machine)) {
            assert!(catalog.get(id).is_some(), "{id}");
        }
    }

    #[test]
    fn ranges_contain_their_value_and_every_figure_has_a_source() {
        let text = [MACHINES.1, STACKS.1, CONSTANTS.1].concat();
        assert_eq!(text.matches("value:").count(), text.matches("source:").count());
        let constants = TrainingCatalog::bundled().expect("the files").constants;
        for figure in [&constants.slow_down, &constants.straggler, &constants.goodput, &constants.electricity] {
            assert!(figure.at(RangeEnd::Low) <= figure.value && figure.value <= figure.at(RangeEnd::High));
        }
    }
}
