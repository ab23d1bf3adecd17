//! The catalog: machines and networks as data. Each figure has a unit, a source and a grade.
//!
//! The entries are RON files in `assets/catalog/`, built into the program.

mod bands;
mod bundled;
mod error;
mod figure;
mod machine;
mod nccl;
mod training;

pub use bands::{Band, HealthyBands, Widening};
pub use bundled::Catalog;
pub use error::CatalogError;
pub use figure::{Figure, Grade};
pub use machine::{FreeMachine, Machine, Network, NvlinkMachine, WaferClusterMachine, WaferMachine};
pub use nccl::{GenerationTiming, NcclTiming, NetworkTiming};
pub use training::{
    CatalogModel, GpuTraining, PrecisionRate, RangeEnd, RangedFigure, Stack, TrainingCatalog, TrainingConstants,
    WaferTraining,
};
