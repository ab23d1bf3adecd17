//! The `measured` timing of a fabric: what NCCL's all-reduce takes on real clusters, as a plan that the engine plays.
//!
//! The model splits the time into pieces (`nccl`); here they become delays, loops, latencies, and rate caps for what
//! chunks and channels let through. None of them is computed from the total.

use super::replay::{ParameterKind, Scaling};
use crate::collective::{
    Channels, Delays, Loops, Plan, PlanError, channel_ring_all_reduce, nccl_tree_stream_count, nccl_tree_streams,
    nvls_streams, nvls_tree_stream_count, nvls_tree_streams,
};
use crate::fabric::{Fabric, LinkFigures, LinkId, RateCapReason, Topology};
use crate::nccl::{Candidate, MeasuredInputs, NcclAlgorithm, Pieces, Protocol, candidates};
use crate::scene::{ChipAlgorithm, ChipFabric, FabricScene};
use crate::units::{Bytes, BytesPerSec, Femtos};

/// The candidate that an algorithm of a scene stands for: its fastest protocol. `None` if it has none here.
pub(crate) fn candidate(inputs: &MeasuredInputs, algorithm: ChipAlgorithm, message: Bytes) -> Option<Candidate> {
    let wanted = algorithm.nccl()?;
    let of_it = candidates(inputs, message.0).into_iter().filter(|candidate| candidate.algorithm == wanted);
    of_it.min_by(|a, b| a.time_us.total_cmp(&b.time_us))
}

/// How far the start-up of a measured run can be trusted.
pub(crate) fn start_grade(inputs: &MeasuredInputs, candidate: &Candidate) -> &'static str {
    let ring_or_tree = matches!(candidate.algorithm, NcclAlgorithm::Ring | NcclAlgorithm::Tree);
    let ll128 = ring_or_tree && candidate.protocol == Protocol::Ll128;
    if ll128 && inputs.generation.t0_ll128_us.is_no_hardware_fact() {
        "fitted; it takes up cost of unknown origin and is no hardware fact"
    } else {
        "fitted"
    }
}

fn micros(us: f64) -> Femtos {
    Femtos::from_secs(us * 1e-6)
}

/// The fabric of a measured run, and its plan. Latencies of links are those of the candidate: its constants have been
/// measured end to end.
///
/// # Errors
/// [`PlanError::NotMeasured`] where the model has nothing to say; else as the plans.
pub(crate) fn plan(
    spec: &FabricScene,
    chips: &ChipFabric,
    message: Bytes,
    scaling: &Scaling,
) -> Result<(Fabric, Plan), PlanError> {
    let inputs = chips.measured.as_deref();
    let found = inputs.and_then(|inputs| Some((inputs, candidate(inputs, chips.algorithm, message)?)));
    let Some((inputs, candidate)) = found else { return Err(PlanError::NotMeasured) };
    let mut fabric = spec.fabric();
    scaling.on_capacities(&mut fabric);
    let (launch, processing) = (scaling.on(ParameterKind::Launch), scaling.on(ParameterKind::Processing));
    let ranks = inputs.ranks();
    let own = &spec.delays;
    match &candidate.pieces {
        Pieces::Ring { start_us, loops } => {
            set_latencies(&mut fabric.topology, 0.0, 0.0);
            let rate = loops.first().map_or(0.0, |one| one.rate_gb_s * 1e9);
            let first_link = hold(&mut fabric, ranks, rate, RateCapReason::Channels);
            let loops = loops.iter().map(|one| Loops {
                count: one.count as u32,
                bytes: one.bytes,
                step_delay: micros(one.step_delay_us * processing),
            });
            let delays = Delays { launch: micros((start_us + inputs.host_s * 1e6) * launch), ..own.clone() };
            let channels = Channels { loops: loops.collect(), first_link };
            let plan = channel_ring_all_reduce(&fabric, &delays, &channels)?;
            Ok((fabric, plan))
        }
        Pieces::Stream { start_us, inside_us, between_us, fill_us, drain_gb_s, .. } => {
            let delays = Delays {
                launch: micros((start_us + inputs.host_s * 1e6) * launch),
                fill: micros(fill_us * processing),
                ..own.clone()
            };
            // A hop is two links: into a switch and out of it.
            set_latencies(&mut fabric.topology, inside_us / 2.0, between_us / 2.0);
            scaling.on_latencies(&mut fabric.topology);
            let streams = match candidate.algorithm {
                NcclAlgorithm::Nvls => ranks,
                NcclAlgorithm::NvlsTree => nvls_tree_stream_count(inputs.nodes, inputs.gpus_per_node),
                _ => nccl_tree_stream_count(inputs.nodes, inputs.gpus_per_node),
            };
            let held = hold(&mut fabric, streams, drain_gb_s * 1e9 / f64::from(streams), RateCapReason::Rounds);
            let held = Some(held);
            let plan = match (candidate.algorithm, &fabric.topology) {
                (NcclAlgorithm::Nvls, Topology::Switch(switch)) => nvls_streams(switch, message, &delays, held),
                (NcclAlgorithm::NvlsTree, Topology::Cluster(cluster)) => {
                    nvls_tree_streams(&fabric, cluster, message, &delays, held)?
                }
                _ => nccl_tree_streams(&fabric, (inputs.nodes, inputs.gpus_per_node), message, &delays, held)?,
            };
            Ok((fabric, plan))
        }
    }
}

/// Gives the links of a shape latencies: those of NVLink, and those of NICs.
fn set_latencies(topology: &mut Topology, nvlink_us: f64, nic_us: f64) {
    match topology {
        Topology::Switch(switch) => switch.latency = micros(nvlink_us),
        Topology::Cluster(cluster) => {
            cluster.nvlink.latency = micros(nvlink_us);
            cluster.host.latency = Femtos(0);
            cluster.nic.latency = micros(nic_us);
        }
        _ => {}
    }
}

/// Adds a rate cap for each rank or stream and returns the first.
fn hold(fabric: &mut Fabric, count: u32, bytes_per_s: f64, reason: RateCapReason) -> LinkId {
    let figures = LinkFigures { capacity: BytesPerSec(bytes_per_s), latency: Femtos(0) };
    let ids: Vec<LinkId> = (0..count).map(|number| fabric.add_rate_cap(figures, reason, number)).collect();
    ids.first().copied().unwrap_or(LinkId(0))
}
