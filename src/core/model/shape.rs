//! The shape of a transformer, its parameters and its FLOP.

use crate::catalog::CatalogModel;

/// The shape of a decoder-only transformer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ModelShape {
    /// Layers.
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
    /// Experts that a token visits; 0 for a dense model.
    pub top_k: u32,
}

/// Numbers of parameters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Parameters {
    /// Of one layer, all experts included.
    pub layer: f64,
    /// Of the experts of one layer.
    pub experts: f64,
    /// Of the embedding and the output head together.
    pub embedding: f64,
}

/// Forward FLOP of a layer per token.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LayerFlop {
    /// Queries, keys and values.
    pub qkv: f64,
    /// The projection behind attention.
    pub projection: f64,
    /// Into the feed-forward part, gate included.
    pub up: f64,
    /// Out of the feed-forward part.
    pub down: f64,
}

impl LayerFlop {
    /// All matrix products.
    pub fn total(&self) -> f64 {
        self.qkv + self.projection + self.up + self.down
    }
}

/// Forward FLOP per token of a model.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Flop {
    /// Matrix products of one layer.
    pub layer: LayerFlop,
    /// Attention scores of one layer, all of them.
    pub attention: f64,
    /// The output head.
    pub head: f64,
}

impl From<&CatalogModel> for ModelShape {
    fn from(model: &CatalogModel) -> ModelShape {
        let CatalogModel { layers, width, heads, kv_heads, ffn, matrices, vocabulary, experts, top_k, .. } = *model;
        ModelShape { layers, width, heads, kv_heads, ffn, matrices, vocabulary, experts, top_k }
    }
}

impl ModelShape {
    fn kv_share(&self) -> f64 {
        f64::from(self.kv_heads) / f64::from(self.heads)
    }

    /// Experts that a token visits; a dense model has one.
    pub fn visited(&self) -> f64 {
        f64::from(self.top_k.max(1))
    }

    /// Width of keys over that of queries.
    pub fn kv_width_share(&self) -> f64 {
        self.kv_share()
    }

    /// Numbers of parameters.
    pub fn parameters(&self) -> Parameters {
        let width = f64::from(self.width);
        let attention = width * width * (2.0 + 2.0 * self.kv_share());
        let ffn = f64::from(self.matrices) * width * f64::from(self.ffn);
        Parameters {
            layer: attention + ffn * f64::from(self.experts.max(1)),
            experts: ffn * f64::from(self.experts),
            embedding: 2.0 * f64::from(self.vocabulary) * width,
        }
    }

    /// All parameters.
    pub fn total_parameters(&self) -> f64 {
        let parameters = self.parameters();
        f64::from(self.layers) * parameters.layer + parameters.embedding
    }

    /// Forward FLOP per token with sequences of this length.
    pub fn flop(&self, sequence: u64) -> Flop {
        let width = f64::from(self.width);
        let ffn = 2.0 * width * f64::from(self.ffn) * self.visited();
        Flop {
            layer: LayerFlop {
                qkv: 2.0 * width * width * (1.0 + 2.0 * self.kv_share()),
                projection: 2.0 * width * width,
                up: ffn * (f64::from(self.matrices) - 1.0),
                down: ffn,
            },
            attention: 4.0 * sequence as f64 * width,
            head: 2.0 * width * f64::from(self.vocabulary),
        }
    }

    /// Model FLOP of a training step per token: forward and twice that for backward, attention counted whole, as MFU does.
    pub fn step_flop_per_token(&self, sequence: u64) -> f64 {
        let flop = self.flop(sequence);
        3.0 * (f64::from(self.layers) * (flop.layer.total() + flop.attention) + flop.head)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::TrainingCatalog;

    #[test]
    fn parameters_and_flop_are_those_that_are_published() {
        let catalog = TrainingCatalog::bundled().expect("the files");
        let shape = |id: &str| ModelShape::from(catalog.model(id).expect("a model"));
        // Billions of parameters, and model FLOP of one sequence as NVIDIA states them for NeMo.
        for (id, billions, sequence, flop) in [
            ("gpt3-175b", 175.2, 2048, 2.20e15),
            ("llama-3-8b", 8.03, 8192, 4.74e14),
            ("llama-3-70b", 70.6, 8192, 3.94e15),
            ("llama-3-405b", 405.8, 8192, 2.17e16),
        ] {
            let shape = shape(id);
            assert!(
                (shape.total_parameters() / billions / 1e9 - 1.0).abs() < 0.005,
                "{id} {}",
                shape.total_parameters()
            );
            let own = shape.step_flop_per_token(sequence) * sequence as f64;
            assert!((own / flop - 1.0).abs() < 0.012, "{id} {own}");
        }
        assert!((shape("grok-1").total_parameters() / 316e9 - 1.0).abs() < 0.01);
        assert!((shape("gpt-4-moe").total_parameters() / 1833e9 - 1.0).abs() < 0.01);
    }
}
