//! Inputs of a run that are not known well.

use crate::catalog::RangedFigure;

/// Which input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum InputKind {
    /// Pieces of a hidden tensor-parallel collective.
    TensorPieces,
    /// Slow-down of compute beside communication.
    SlowDown,
    /// What the slowest of all nodes adds.
    Straggler,
    /// Efficiency of a wafer.
    Efficiency,
    /// Bytes of a gradient.
    GradientBytes,
    /// Share of the time that counts.
    Goodput,
    /// Price of a chip.
    Price,
    /// Mean power over rated power.
    MeanPower,
    /// Power of the facility over power of the machines.
    Pue,
    /// Price of electricity.
    Electricity,
    /// Rent of a chip.
    Rent,
}

impl InputKind {
    /// Its id in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            InputKind::TensorPieces => "tensor_overlap_pieces",
            InputKind::SlowDown => "slow_down",
            InputKind::Straggler => "straggler",
            InputKind::Efficiency => "efficiency",
            InputKind::GradientBytes => "gradient_bytes",
            InputKind::Goodput => "goodput",
            InputKind::Price => "price",
            InputKind::MeanPower => "mean_power",
            InputKind::Pue => "pue",
            InputKind::Electricity => "electricity",
            InputKind::Rent => "rent",
        }
    }
}

/// An uncertain input of a result.
#[derive(Clone, Debug, PartialEq)]
pub struct UncertainInput {
    /// Which one.
    pub kind: InputKind,
    /// At the ends of its range and in the middle.
    pub figure: RangedFigure,
}
