//! What the time of a run is spent on.

/// The kind of cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CostKind {
    /// The first byte on its way.
    Latency,
    /// Bytes that have to pass this rank's port on any route.
    Serialization,
    /// Other streams on shared links: of ranks that meet there, or of other traffic.
    Contention,
    /// Cores that add, software between steps, and pipelines that fill.
    Processing,
    /// Software before the first byte, and ranks that start late.
    Launch,
}

impl CostKind {
    /// All kinds.
    pub const ALL: [CostKind; 5] =
        [CostKind::Latency, CostKind::Serialization, CostKind::Contention, CostKind::Processing, CostKind::Launch];

    /// Its id in JSON and in scene files.
    pub fn as_str(self) -> &'static str {
        match self {
            CostKind::Latency => "latency",
            CostKind::Serialization => "serialization",
            CostKind::Contention => "contention",
            CostKind::Processing => "processing",
            CostKind::Launch => "launch",
        }
    }
}

/// The source of a cost within its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CostSource {
    /// A link.
    Link,
    /// Cores that add and deliver.
    Cores,
    /// Software at each step.
    Step,
    /// A pipeline that fills.
    Fill,
    /// A computation of a sequence.
    Computation,
    /// Software before the first byte.
    Launch,
    /// A rank that starts late.
    Late,
}

impl CostSource {
    /// A short description, also the value of `what` in `explain --json`. Costs on links are named by their link class.
    pub fn label(self) -> &'static str {
        match self {
            CostSource::Link => "links",
            CostSource::Cores => "cores adding and delivering",
            CostSource::Step => "software at each step",
            CostSource::Fill => "filling the pipeline (fitted)",
            CostSource::Computation => "computation",
            CostSource::Launch => "start-up",
            CostSource::Late => "ranks that come late",
        }
    }
}
