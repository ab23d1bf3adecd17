//! The words of expressions: figures of a fabric, functions, parts of the time, classes of links.

use super::quantity::{Dimension, ValueType};
use crate::explain::CostKind;
use crate::fabric::LinkClass;
use crate::scene::TrainingFigure;
use crate::solve::ParameterKind;

/// A figure of one fabric of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FigureKind {
    /// Time of the collective.
    Time,
    /// Message over time.
    Algbw,
    /// algbw times the factor of the operation.
    Busbw,
    /// Bytes on the busiest link over the time.
    Wire,
    /// The fabric bound.
    Bound,
    /// The plan bound.
    PlanBound,
    /// Bytes per rank.
    Message,
    /// Ranks of the collective.
    Ranks,
    /// Chips or PEs that take part.
    Elements,
    /// NVLink domains.
    Nodes,
    /// Columns of a mesh or a wafer.
    Columns,
    /// Rows of a mesh or a wafer.
    Rows,
    /// Links of the fabric.
    Links,
    /// Bytes of memory of a wafer's machine.
    Memory,
    /// Whether it ran.
    Runs,
    /// The algorithm that ran.
    Algorithm,
    /// The fabric's name.
    Name,
    /// A figure of a training run.
    Training(TrainingFigure),
}

const PLAIN: ValueType = ValueType::Number(Dimension::PLAIN);
const SECONDS: ValueType = ValueType::Number(Dimension::SECONDS);
const RATE: ValueType = ValueType::Number(Dimension::RATE);
const BYTES: ValueType = ValueType::Number(Dimension::BYTES);

/// Figures by name, with their types.
const FIGURES: [(&str, FigureKind, ValueType); 17] = [
    ("time", FigureKind::Time, SECONDS),
    ("algbw", FigureKind::Algbw, RATE),
    ("busbw", FigureKind::Busbw, RATE),
    ("wire", FigureKind::Wire, RATE),
    ("bound", FigureKind::Bound, SECONDS),
    ("plan_bound", FigureKind::PlanBound, SECONDS),
    ("message", FigureKind::Message, BYTES),
    ("ranks", FigureKind::Ranks, PLAIN),
    ("elements", FigureKind::Elements, PLAIN),
    ("nodes", FigureKind::Nodes, PLAIN),
    ("columns", FigureKind::Columns, PLAIN),
    ("rows", FigureKind::Rows, PLAIN),
    ("links", FigureKind::Links, PLAIN),
    ("memory", FigureKind::Memory, BYTES),
    ("runs", FigureKind::Runs, ValueType::Truth),
    ("algorithm", FigureKind::Algorithm, ValueType::Word),
    ("name", FigureKind::Name, ValueType::Word),
];

impl FigureKind {
    /// The figure with a name.
    pub fn find(name: &str) -> Option<FigureKind> {
        let own = FIGURES.iter().find(|(known, ..)| *known == name).map(|(_, kind, _)| *kind);
        let training = || TrainingFigure::WORDS.iter().find(|(known, _)| *known == name);
        own.or_else(|| training().map(|(_, figure)| FigureKind::Training(*figure)))
    }

    /// All names.
    pub fn names() -> impl Iterator<Item = &'static str> {
        FIGURES.iter().map(|(name, ..)| *name).chain(TrainingFigure::WORDS.iter().map(|(name, _)| *name))
    }

    /// Its type. Figures of training runs are plain numbers in their own units.
    pub fn value_type(self) -> ValueType {
        FIGURES.iter().find(|(_, kind, _)| *kind == self).map_or(PLAIN, |(.., value)| *value)
    }
}

/// A figure of a log beside the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFigure {
    /// The mean error from 1 MiB on.
    Error,
    /// The largest measured busbw.
    Busbw,
    /// The message of that row.
    Message,
    /// Ranks.
    Ranks,
}

/// Figures of a log by name.
const LOG_FIGURES: [(&str, LogFigure, ValueType); 4] = [
    ("error", LogFigure::Error, PLAIN),
    ("busbw", LogFigure::Busbw, RATE),
    ("message", LogFigure::Message, BYTES),
    ("ranks", LogFigure::Ranks, PLAIN),
];

impl LogFigure {
    /// The figure with a name.
    pub fn find(name: &str) -> Option<LogFigure> {
        LOG_FIGURES.iter().find(|(known, ..)| *known == name).map(|(_, figure, _)| *figure)
    }

    /// All names.
    pub fn names() -> impl Iterator<Item = &'static str> {
        LOG_FIGURES.iter().map(|(name, ..)| *name)
    }

    /// Its type.
    pub fn value_type(self) -> ValueType {
        LOG_FIGURES.iter().find(|(_, figure, _)| *figure == self).map_or(PLAIN, |(.., value)| *value)
    }
}

/// The word between a run and a figure of its log.
pub(super) const LOG: &str = "log";

/// Something to call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// `share(now.A, latency)`, `share(now.A, serialization, NIC)`: the share of the time.
    Share,
    /// The same as a time.
    Part,
    /// `elasticity(now.A, capacity, NIC)`: percent of time per percent.
    Elasticity,
    /// `what_if(now.A, capacity, NIC)`: the time with a capacity doubled or a time halved.
    WhatIf,
    /// `next(now.A, capacity, NIC)`: the bottleneck after that.
    Next,
    /// `capacity(now.A, NIC)`: of one link.
    Capacity,
    /// `latency(now.A, NIC)`: the latency of one link.
    Latency,
    /// `count(now.A, NIC)`: links of a class.
    Count,
    /// `binds(now.A, 0.5)`: the class of the bottleneck at a share of the time.
    Binds,
    /// `verdict(now)`: on the claim of its scene.
    Verdict,
    /// `setting(fabrics.0.params.nics)`: a number as the scene states it.
    Setting,
    /// `equal_at(workload.message, now.A.time, now.B.time, 1KiB, 1GiB)`: where two figures are equal.
    EqualAt,
    /// `largest(workload.message, now.B.runs, 1MiB, 16GiB)`: the largest value with which a condition holds.
    Largest,
    /// The smaller of two.
    Min,
    /// The larger of two.
    Max,
    /// Without sign.
    Abs,
}

const FUNCTIONS: [(&str, Function); 16] = [
    ("share", Function::Share),
    ("part", Function::Part),
    ("elasticity", Function::Elasticity),
    ("what_if", Function::WhatIf),
    ("next", Function::Next),
    ("capacity", Function::Capacity),
    ("latency", Function::Latency),
    ("count", Function::Count),
    ("binds", Function::Binds),
    ("verdict", Function::Verdict),
    ("setting", Function::Setting),
    ("equal_at", Function::EqualAt),
    ("largest", Function::Largest),
    ("min", Function::Min),
    ("max", Function::Max),
    ("abs", Function::Abs),
];

/// What a function takes at one position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Parameter {
    /// `now.A`.
    Fabric,
    /// `now`.
    Run,
    /// `latency`, a part of the time.
    Part,
    /// `capacity`, a figure that can be scaled.
    Figure,
    /// `NIC`; may be left out at the end.
    Class,
    /// `workload.message`.
    Path,
    /// An expression.
    Expression,
}

impl Function {
    /// The function with a name.
    pub fn find(name: &str) -> Option<Function> {
        FUNCTIONS.iter().find(|(known, _)| *known == name).map(|(_, function)| *function)
    }

    /// All names.
    pub fn names() -> impl Iterator<Item = &'static str> {
        FUNCTIONS.iter().map(|(name, _)| *name)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        FUNCTIONS.iter().find(|(_, function)| *function == self).map_or("", |(name, _)| *name)
    }

    /// What it takes.
    pub(super) fn parameters(self) -> &'static [Parameter] {
        use Parameter::{Class, Expression, Fabric, Figure, Part, Path, Run};
        match self {
            Function::Share | Function::Part => &[Fabric, Part, Class],
            Function::Elasticity | Function::WhatIf | Function::Next => &[Fabric, Figure, Class],
            Function::Capacity | Function::Latency | Function::Count => &[Fabric, Class],
            Function::Binds => &[Fabric, Expression],
            Function::Verdict => &[Run],
            Function::Setting => &[Path],
            Function::EqualAt => &[Path, Expression, Expression, Expression, Expression],
            Function::Largest => &[Path, Expression, Expression, Expression],
            Function::Min | Function::Max => &[Expression, Expression],
            Function::Abs => &[Expression],
        }
    }
}

/// Link classes by their names in expressions.
const CLASSES: [(&str, LinkClass); 8] = [
    ("NVLink", LinkClass::NvLink),
    ("PCIe", LinkClass::Host),
    ("NIC", LinkClass::Nic),
    ("spine", LinkClass::LeafSpine),
    ("mesh", LinkClass::MeshLink),
    ("ramp", LinkClass::Ramp),
    ("SwarmX", LinkClass::SwarmX),
    ("link", LinkClass::Link),
];

/// The class with a name.
pub(super) fn class(name: &str) -> Option<LinkClass> {
    CLASSES.iter().find(|(known, _)| *known == name).map(|(_, class)| *class)
}

/// All names of classes.
pub(super) fn class_names() -> impl Iterator<Item = &'static str> {
    CLASSES.iter().map(|(name, _)| *name)
}

/// The part of the time with a name.
pub(super) fn part(name: &str) -> Option<CostKind> {
    CostKind::ALL.into_iter().find(|kind| kind.as_str() == name)
}

/// All that can be scaled.
const SCALED: [ParameterKind; 4] =
    [ParameterKind::Capacity, ParameterKind::Latency, ParameterKind::Processing, ParameterKind::Launch];

/// The figure that can be scaled with a name.
pub(super) fn scaled(name: &str) -> Option<ParameterKind> {
    SCALED.into_iter().find(|kind| kind.as_str() == name)
}

/// All names of figures that can be scaled.
pub(super) fn scaled_names() -> impl Iterator<Item = &'static str> {
    SCALED.into_iter().map(ParameterKind::as_str)
}
