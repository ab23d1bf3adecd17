//! The collectives of a step: each distinct one is played once by the engine, on a slice of the fabric, and kept.

use std::collections::BTreeMap;

use super::error::StepError;
use crate::catalog::{Catalog, Machine};
use crate::collective::Collective;
use crate::scene::{FabricFile, ParamsFile, SceneFile, TimingChoice, WorkloadFile, check_document};
use crate::solve::{Outcome, solve};
use crate::units::{Bytes, Femtos, quoted};

/// A collective among equal ranks: what, how much, and how they lie on the fabric.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Call {
    /// The operation.
    pub operation: Collective,
    /// The message, as the operation counts it.
    pub bytes: u64,
    /// NVLink domains that the ranks lie in; 1 on a cluster of wafers.
    pub nodes: u32,
    /// Ranks in each of them.
    pub per_node: u32,
    /// Thousandths of the NICs that other traffic leaves.
    pub nic_thousandths: u32,
}

/// The result of a collective.
#[derive(Clone, Debug, PartialEq)]
pub struct CallTime {
    /// The collective.
    pub call: Call,
    /// How long it takes.
    pub time: Femtos,
    /// The least that it could take on the fabric.
    pub bound: Femtos,
    /// Id of the algorithm that ran; empty if there is nothing to do.
    pub algorithm: String,
}

/// Plays collectives on slices of one fabric and keeps their times.
#[derive(Clone, Debug)]
pub struct Calls<'a> {
    catalog: &'a Catalog,
    fabric: FabricFile,
    /// Every call costs nothing: a perfect interconnect.
    free: bool,
    solved: BTreeMap<Call, CallTime>,
}

/// The most fabrics whose collectives are kept: those of a scene, and of the values of a sweep that lie close together.
const MAX_FABRICS: usize = 64;

/// Times of collectives by the fabric on whose slices they were played, for steps that have some in common.
#[derive(Clone, Debug, Default)]
pub struct KnownCalls {
    /// The fabric that was used last comes last.
    of_fabrics: Vec<(FabricFile, BTreeMap<Call, CallTime>)>,
}

impl KnownCalls {
    /// Collectives on slices of a fabric, with the times that are known. [`KnownCalls::keep`] takes them back.
    pub fn take<'a>(&mut self, catalog: &'a Catalog, fabric: &FabricFile) -> Calls<'a> {
        let slices = slices_of(fabric);
        let known = self.of_fabrics.iter().position(|(known, _)| *known == slices);
        let solved = known.map_or_else(BTreeMap::new, |index| self.of_fabrics.remove(index).1);
        Calls { solved, ..Calls::new(catalog, fabric.clone()) }
    }

    /// Keeps the times of a fabric's collectives.
    pub fn keep(&mut self, calls: Calls<'_>) {
        if self.of_fabrics.len() >= MAX_FABRICS {
            self.of_fabrics.remove(0);
        }
        self.of_fabrics.push((slices_of(&calls.fabric), calls.solved));
    }

    /// How many collectives were played.
    pub fn count(&self) -> usize {
        self.of_fabrics.iter().map(|(_, solved)| solved.len()).sum()
    }
}

/// What the slices of a fabric depend on: a call has nodes, ranks and an algorithm of its own.
fn slices_of(fabric: &FabricFile) -> FabricFile {
    FabricFile {
        name: String::new(),
        nodes: Default::default(),
        algorithm: String::new(),
        parallel: None,
        ..fabric.clone()
    }
}

/// Share of the NICs that nobody else uses.
pub const ALL_NICS: u32 = 1000;

impl Call {
    /// Ranks that take part.
    pub fn ranks(&self) -> u32 {
        self.nodes.saturating_mul(self.per_node)
    }

    /// The operation with its ranks, for sentences.
    pub fn label(&self) -> String {
        let Call { operation, bytes, nodes, .. } = self;
        let place = if *nodes > 1 { format!(" in {nodes} nodes") } else { String::new() };
        format!("{} of {} among {} ranks{place}", operation.as_str(), Bytes(*bytes), self.ranks())
    }
}

impl<'a> Calls<'a> {
    /// Collectives on slices of this fabric: its machine, network, timing and parameters.
    pub fn new(catalog: &'a Catalog, fabric: FabricFile) -> Calls<'a> {
        Calls { catalog, fabric, free: false, solved: BTreeMap::new() }
    }

    /// The same fabric with links that cost nothing.
    pub fn perfect(&self) -> Calls<'a> {
        Calls { free: true, solved: BTreeMap::new(), ..self.clone() }
    }

    /// Whether links cost nothing.
    pub fn is_perfect(&self) -> bool {
        self.free
    }

    /// How long a collective takes. One rank, or no bytes, take no time.
    ///
    /// # Errors
    /// [`StepError::Collective`] if the fabric cannot run it.
    pub fn time(&mut self, call: Call) -> Result<CallTime, StepError> {
        if self.free || call.ranks() < 2 || call.bytes == 0 {
            return Ok(CallTime { call, time: Femtos(0), bound: Femtos(0), algorithm: String::new() });
        }
        if let Some(known) = self.solved.get(&call) {
            return Ok(known.clone());
        }
        let found = self.play(call).map_err(|problem| StepError::Collective { what: call.label(), problem })?;
        self.solved.insert(call, found.clone());
        Ok(found)
    }

    /// A scene with this collective alone, which the engine plays and the stage can show.
    pub fn scene(&self, call: Call) -> SceneFile {
        let mut fabric = self.fabric.clone();
        fabric.parallel = None;
        fabric.nodes = call.nodes.into();
        if call.nodes == 1 {
            fabric.network = None;
        }
        self.share_nics(call, &mut fabric.params);
        fabric.algorithm = match call.operation {
            Collective::AllGather | Collective::ReduceScatter => "ring",
            Collective::AllToAll => "direct",
            Collective::SendRecv => "shift",
            Collective::AllReduce | Collective::Broadcast | Collective::Reduce => "auto",
        }
        .to_owned();
        if matches!(self.catalog.get(&fabric.machine), Some(Machine::WaferCluster(_))) {
            "swarmx-tree".clone_into(&mut fabric.algorithm);
        }
        SceneFile {
            version: 1,
            title: quoted(&call.label()).to_string(),
            teaches: String::new(),
            claim: None,
            decide: Vec::new(),
            workload: WorkloadFile {
                collective: call.operation.as_str().to_owned(),
                message: format!("{}B", call.bytes),
                replicas: call.ranks(),
                seed: 1,
                training: None,
                sequence: Vec::new(),
            },
            fabrics: vec![fabric],
            view: Default::default(),
        }
    }

    /// The share of the NICs that other traffic leaves.
    fn share_nics(&self, call: Call, params: &mut ParamsFile) {
        if call.nic_thousandths >= ALL_NICS || call.nodes == 1 {
            return;
        }
        let share = f64::from(call.nic_thousandths) / f64::from(ALL_NICS);
        let network = self.fabric.network.as_deref().and_then(|id| self.catalog.get(id));
        let (Some(Machine::Network(network)), Some(Machine::Nvlink(machine))) =
            (network, self.catalog.get(&self.fabric.machine))
        else {
            return;
        };
        let nics = network.nics_of_node(machine, call.per_node);
        if TimingChoice::find(&self.fabric.timing) == Some(TimingChoice::Measured) {
            params.nics = Some(params.nics.unwrap_or(nics) * share);
        } else {
            let own = network.nic_gb_s.value * nics / f64::from(call.per_node);
            let given = params.nic_capacity.as_deref().and_then(|text| crate::units::BytesPerSec::parse(text).ok());
            let all = given.map_or(own * 1e9, |rate| rate.0);
            params.nic_capacity = Some(format!("{:.0}B/s", all * share));
        }
    }

    fn play(&self, call: Call) -> Result<CallTime, String> {
        let document = check_document("a collective of the step", self.scene(call), self.catalog)
            .map_err(|faults| faults.faults.first().map_or_else(String::new, |fault| fault.problem.clone()))?;
        let runs = solve(&document.scene);
        let run = runs.first().ok_or_else(|| "no fabric".to_owned())?;
        match &run.outcome {
            Outcome::Ran(result) => Ok(CallTime {
                call,
                time: result.time,
                bound: Femtos::from_secs(run.bound_s).min(result.time),
                algorithm: run.algorithm.clone(),
            }),
            Outcome::CannotRun => Err(run.notes.first().map_or_else(String::new, |note| note.text.clone())),
            Outcome::Failed(error) => Err(error.to_string()),
        }
    }
}
