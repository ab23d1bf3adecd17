//! The parts of a scene file about training: the workload, and how a fabric runs it. As written, before their meaning is checked.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// A training run as a workload.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainingFile {
    /// A model of the catalog, such as `llama-3-70b`, or a shape.
    pub model: ModelFile,
    /// Tokens of the whole run; those of the catalog's model by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokens: Option<f64>,
    /// Sequences of a step.
    pub global_batch: u64,
    /// Tokens of a sequence; that of the catalog's model by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sequence: Option<u64>,
    /// Sequences of a microbatch on GPUs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub micro_batch: Option<u64>,
    /// Precision of matrix products on GPUs: `fp16`, `bf16`, `fp8` or `fp4`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub precision: Option<String>,
    /// Which end of every uncertain input is meant: `low`, `default` or `high` exposure and cost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<String>,
}

/// A model by name or by shape.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum ModelFile {
    /// Id in the catalog.
    Named(String),
    /// A shape.
    Shape(ShapeFile),
}

/// The shape of a model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShapeFile {
    /// Layers.
    pub layers: u32,
    /// Hidden width.
    pub width: u32,
    /// Attention heads.
    pub heads: u32,
    /// Heads of keys and values; as many as `heads` by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kv_heads: Option<u32>,
    /// Width of the feed-forward part; four times the width by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ffn: Option<u32>,
    /// Matrices of the feed-forward part: 2, or 3 if it is gated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matrices: Option<u32>,
    /// Vocabulary.
    pub vocabulary: u32,
    /// Experts of a layer; none by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub experts: Option<u32>,
    /// Experts that a token visits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub top_k: Option<u32>,
}

impl<'de> Deserialize<'de> for ModelFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<ModelFile, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = ModelFile;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the id of a model, or its shape")
            }

            fn visit_str<E>(self, id: &str) -> Result<ModelFile, E> {
                Ok(ModelFile::Named(id.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<ModelFile, A::Error> {
                ShapeFile::deserialize(MapAccessDeserializer::new(map)).map(ModelFile::Shape)
            }
        }
        deserializer.deserialize_any(Either)
    }
}

/// How a fabric runs a training workload. Fields that a kind of machine does not have are refused.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ParallelFile {
    /// GPUs or wafers that take part; on GPUs all of the nodes by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chips: Option<u32>,
    /// Tensor-parallel ranks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tensor: Option<u32>,
    /// Pipeline stages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pipeline: Option<u32>,
    /// Virtual stages of a GPU (interleaving).
    #[serde(rename = "virtual", skip_serializing_if = "Option::is_none")]
    pub virtual_stages: Option<u32>,
    /// Context-parallel ranks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context: Option<u32>,
    /// Expert-parallel ranks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expert: Option<u32>,
    /// `none`, `zero1` or `fsdp`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sharding: Option<String>,
    /// `none`, `selective` or `full`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recompute: Option<String>,
    /// Which collectives run behind compute: any of `tensor`, `data`, `pipeline`; all by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overlap: Option<Vec<String>>,
    /// Bytes of a gathered parameter on the wire.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameter_bytes: Option<u32>,
    /// Bytes of a gradient on the wire.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gradient_bytes: Option<f64>,
    /// The software stack, by its id in the catalog.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stack: Option<String>,
    /// Precision of this fabric's matrix products, if it differs from that of the workload.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub precision: Option<String>,
    /// Sequences of a microbatch of this fabric, if they differ from that of the workload.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub micro_batch: Option<u64>,
    /// Where a wafer's weights are: `weight-streaming` or `resident`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<String>,
    /// Wafer I/O in each direction, such as `150GB/s`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub io: Option<String>,
    /// Share of the weights that are zero and left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sparsity: Option<f64>,
    /// Share of the left-out FLOP that saves time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sparse_gain: Option<f64>,
    /// Share of the time that counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub goodput: Option<f64>,
    /// Price of a GPU or wafer with all around it, $.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price: Option<f64>,
    /// Rent of a GPU or wafer, $ per hour.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rent: Option<f64>,
    /// Share of a wafer's peak that very wide layers reach.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub efficiency: Option<f64>,
    /// Days of waiting for the machine before the run starts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub queue_days: Option<f64>,
}
