//! A training step: how long it takes, where its time goes, and its timeline.

use super::calls::CallTime;
use super::layer::LayerTimeline;
use super::tasks::StepTask;
use super::waits::Wait;
use crate::units::Femtos;

/// Longest step that is played: the clock of the engine ends at 18,000 s.
pub(super) const MAX_STEP_S: f64 = 10_000.0;

/// Where the time of a step goes, on the stage that works most. The parts add up to the step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StepParts {
    /// Compute at the dense peak, nothing computed twice.
    pub ideal: Femtos,
    /// What kernels take beyond that.
    pub kernels: Femtos,
    /// Compute waits for tensor-parallel collectives.
    pub tensor: Femtos,
    /// Compute waits for context-parallel collectives.
    pub context: Femtos,
    /// Compute waits for exchanges of experts.
    pub expert: Femtos,
    /// Compute waits for a send between stages.
    pub sends: Femtos,
    /// Compute waits for another stage.
    pub bubble: Femtos,
    /// Compute waits for gradients or parameters of the data-parallel ranks.
    pub data: Femtos,
    /// Compute waits for weights, gradients or activations at wafer I/O.
    pub streaming: Femtos,
    /// Compute is slower because of hidden communication.
    pub slow_down: Femtos,
    /// The optimizer, and what a step always takes.
    pub optimizer: Femtos,
    /// The slowest of all nodes.
    pub straggler: Femtos,
}

/// A part of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StepPart {
    /// Compute at the dense peak.
    Ideal,
    /// Kernels beyond that.
    Kernels,
    /// Waits for tensor-parallel collectives.
    Tensor,
    /// Waits for context-parallel collectives.
    Context,
    /// Waits for exchanges of experts.
    Expert,
    /// Compute is slower beside communication.
    SlowDown,
    /// Waits for sends between stages.
    Sends,
    /// Waits for another stage.
    Bubble,
    /// Waits for gradients or parameters.
    Data,
    /// Waits for wafer I/O.
    WaferIo,
    /// The optimizer.
    Optimizer,
    /// The slowest of all nodes.
    Straggler,
}

impl StepPart {
    /// Its id in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            StepPart::Ideal => "ideal_compute",
            StepPart::Kernels => "kernel_efficiency",
            StepPart::Tensor => "tensor",
            StepPart::Context => "context",
            StepPart::Expert => "expert",
            StepPart::SlowDown => "slow_down",
            StepPart::Sends => "pipeline_sends",
            StepPart::Bubble => "pipeline_bubble",
            StepPart::Data => "data",
            StepPart::WaferIo => "wafer_io",
            StepPart::Optimizer => "optimizer",
            StepPart::Straggler => "straggler",
        }
    }

    /// Whether it is part of what the network costs.
    pub fn is_network(self) -> bool {
        match self {
            StepPart::Ideal | StepPart::Kernels | StepPart::Bubble | StepPart::Optimizer => false,
            StepPart::Tensor
            | StepPart::Context
            | StepPart::Expert
            | StepPart::SlowDown
            | StepPart::Sends
            | StepPart::Data
            | StepPart::WaferIo
            | StepPart::Straggler => true,
        }
    }
}

impl StepParts {
    /// All parts, in the order of a waterfall.
    pub fn by_part(&self) -> [(StepPart, Femtos); 12] {
        [
            (StepPart::Ideal, self.ideal),
            (StepPart::Kernels, self.kernels),
            (StepPart::Tensor, self.tensor),
            (StepPart::Context, self.context),
            (StepPart::Expert, self.expert),
            (StepPart::SlowDown, self.slow_down),
            (StepPart::Sends, self.sends),
            (StepPart::Bubble, self.bubble),
            (StepPart::Data, self.data),
            (StepPart::WaferIo, self.streaming),
            (StepPart::Optimizer, self.optimizer),
            (StepPart::Straggler, self.straggler),
        ]
    }

    /// All parts with their ids, in the order of a waterfall.
    pub fn all(&self) -> [(&'static str, Femtos); 12] {
        self.by_part().map(|(part, time)| (part.as_str(), time))
    }

    /// Their sum.
    pub fn total(&self) -> Femtos {
        self.all().into_iter().fold(Femtos(0), |sum, (_, part)| sum + part)
    }

    /// What the network costs: waiting for it, compute that it slows down, and the slowest node, for which all others wait.
    pub fn exposed(&self) -> Femtos {
        self.waiting() + self.slow_down + self.straggler
    }

    /// Compute is idle while a collective, a send or a stream runs, as read off the timeline.
    pub fn waiting(&self) -> Femtos {
        self.tensor + self.context + self.expert + self.sends + self.data + self.streaming
    }
}

/// A part of a timeline that repeats and is kept once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Repeat {
    /// From here the part is played again.
    pub start: Femtos,
    /// Its length.
    pub period: Femtos,
    /// How often it is played beyond the one that is kept. Later tasks are later by `count` periods.
    pub count: u64,
    /// Microbatches of one period.
    pub microbatches: u64,
}

/// The tasks of a step.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StepTimeline {
    /// Tasks by start; empty if they were not asked for. One rank of each pipeline stage, or one wafer: the others do the same.
    pub tasks: Vec<StepTask>,
    /// What compute waits for, of the tasks that are kept.
    pub waits: Vec<Wait>,
    /// What repeats in the steady state of a long step.
    pub repeat: Option<Repeat>,
    /// Passes through one layer, forward and backward; all layers are alike. Empty on wafers.
    pub layer: [LayerTimeline; 2],
    /// Layers of each chunk, by stage.
    pub layers: Vec<Vec<u32>>,
    /// The distinct collectives that the engine played, which tasks refer to by their place.
    pub calls: Vec<CallTime>,
}

/// A training step on one fabric.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// How long it takes.
    pub time: Femtos,
    /// The least that it could take: compute at the dense peak, or what must pass the busiest link.
    pub floor: Femtos,
    /// Where the time goes.
    pub parts: StepParts,
    /// Communication that runs behind compute, on the same stage.
    pub hidden: Femtos,
    /// The stage whose parts these are.
    pub stage: u32,
    /// Tokens of a step.
    pub tokens: f64,
    /// Model FLOP of a step.
    pub flop: f64,
    /// GPUs or wafers.
    pub chips: u32,
    /// Dense 16-bit peak of a chip, FLOP/s.
    pub peak_flop_s: f64,
    /// Microbatches of a step.
    pub microbatches: u64,
    /// Data-parallel ranks.
    pub data: u32,
    /// Tokens of a microbatch on one rank.
    pub microbatch_tokens: f64,
    /// Its tasks.
    pub timeline: StepTimeline,
}

impl Step {
    /// Tokens per second.
    pub fn tokens_per_s(&self) -> f64 {
        self.tokens / self.time.secs()
    }

    /// Model FLOP per second of one chip.
    pub fn flop_s(&self) -> f64 {
        self.flop / self.time.secs() / f64::from(self.chips)
    }

    /// Model FLOP utilisation: share of the dense 16-bit peak.
    pub fn mfu(&self) -> f64 {
        self.flop_s() / self.peak_flop_s
    }
}
