//! The `measured` timing of a fabric: what NCCL takes on real clusters, as a plan that the engine plays.
//!
//! The model splits the time into pieces (`nccl`); here they become delays, loops, latencies, and rate caps for what
//! chunks and channels let through. None of them is computed from the total.

use super::measured_faults::RateShares;
use super::scaling::{ParameterKind, Scaling};
use crate::collective::{
    Channels, Collective, Delays, Halves, Loops, Plan, PlanError, Rooted, chain, measured_rings, measured_sends,
    nccl_tree_stream_count, nccl_tree_streams, nvls_streams, nvls_tree_stream_count, nvls_tree_streams,
};
use crate::fabric::{Fabric, LinkFigures, LinkId, RateCapReason, Topology};
use crate::nccl::{Candidate, MeasuredInputs, NcclAlgorithm, Pieces, candidates};
use crate::scene::{ChipFabric, FabricKind, FabricScene};
use crate::units::{Bytes, BytesPerSec, Femtos};

/// The candidate of a scene's algorithm: its fastest protocol, at the rates that faults leave. `None` with ideal timing, and
/// if the model has none.
pub(crate) fn candidate(scene: &FabricScene, message: Bytes) -> Option<Candidate> {
    let FabricKind::Chips(ChipFabric { measured: Some(inputs), algorithm, .. }) = &scene.kind else { return None };
    let wanted = algorithm.nccl()?;
    let left = RateShares::from_scene(scene).map(|shares| shares.on(inputs, wanted));
    let all = candidates(left.as_ref().unwrap_or(inputs), message.0);
    let of_it = all.into_iter().filter(|candidate| candidate.algorithm == wanted);
    of_it.min_by(|a, b| a.time_us.total_cmp(&b.time_us))
}

/// The halves of an all-reduce that a measured ring runs.
fn halves_of(collective: Collective) -> Halves {
    match collective {
        Collective::AllGather => Halves::ALL_GATHER,
        Collective::ReduceScatter => Halves::REDUCE_SCATTER,
        Collective::AllReduce
        | Collective::AllToAll
        | Collective::Broadcast
        | Collective::Reduce
        | Collective::SendRecv => Halves::Both,
    }
}

fn micros(us: f64) -> Femtos {
    Femtos::from_secs(us * 1e-6)
}

/// The fabric of a measured run, and its plan. Latencies of links are those of the candidate: its constants have been
/// measured end to end.
///
/// A slow link that the plan passes is the bottleneck: the rate caps are then those of whole links, and the link is as
/// narrow as the candidate's rate says. What no link of the plan shows, such as a NIC that is down, lowers the rate caps.
///
/// # Errors
/// [`PlanError::NotMeasured`] without a candidate; else as the plans.
pub(crate) fn plan(
    spec: &FabricScene,
    chips: &ChipFabric,
    message: Bytes,
    (candidate, scaling): (Option<&Candidate>, &Scaling),
) -> Result<(Fabric, Plan), PlanError> {
    let (Some(inputs), Some(candidate)) = (chips.measured.as_deref(), candidate) else {
        return Err(PlanError::NotMeasured);
    };
    let shares = RateShares::from_scene(spec);
    let measured = MeasuredPlan { spec, inputs, candidate, shares: shares.as_ref(), message, scaling };
    // Grouped sends have a cap per group of peers, which already has the rates that are left.
    let is_one_stream = !matches!(candidate.pieces, Pieces::PointToPoint { .. });
    if let Some(shares) = shares.as_ref().filter(|shares| is_one_stream && shares.has_slow_link())
        && let Some(whole) = candidates(inputs, message.0).into_iter().find(|one| one.is_same_choice(candidate))
        && whole.time_us < candidate.time_us
    {
        let (mut fabric, plan) = measured.with_caps(rate_gb_s(&whole.pieces))?;
        if shares.narrow(&mut fabric, &plan, measured.passed_gb_s(), message.0 as f64) {
            scaling.on_capacities(&mut fabric);
            return Ok((fabric, plan));
        }
    }
    let (mut fabric, plan) = measured.with_caps(rate_gb_s(&candidate.pieces))?;
    scaling.on_capacities(&mut fabric);
    Ok((fabric, plan))
}

/// What the rate caps of a candidate let through, all streams together, GB/s.
fn rate_gb_s(pieces: &Pieces) -> f64 {
    match pieces {
        Pieces::Ring { loops, .. } => loops.first().map_or(0.0, |one| one.rate_gb_s),
        Pieces::Stream { drain_gb_s, .. } => *drain_gb_s,
        Pieces::Chain { rate_gb_s, .. } => *rate_gb_s,
        // Each group of peers has a cap of its own.
        Pieces::PointToPoint { .. } => 0.0,
    }
}

/// Everything that a plan of the measured timing depends on.
struct MeasuredPlan<'a> {
    spec: &'a FabricScene,
    inputs: &'a MeasuredInputs,
    candidate: &'a Candidate,
    shares: Option<&'a RateShares>,
    message: Bytes,
    scaling: &'a Scaling,
}

impl MeasuredPlan<'_> {
    /// What the slowest link passes on from start to end, GB/s. Software of a ring's steps counts: the link waits for it,
    /// and a stream that is narrower hides it.
    fn passed_gb_s(&self) -> f64 {
        let MeasuredPlan { inputs, candidate, message, .. } = *self;
        match &candidate.pieces {
            Pieces::Ring { passes, start_us, .. } => {
                let ranks = f64::from(inputs.ranks());
                let bytes = message.0 as f64 * passes * (ranks - 1.0) / ranks;
                bytes / (candidate.time_us - inputs.host_s * 1e6 - start_us) / 1e3
            }
            Pieces::Stream { drain_gb_s: rate, .. } | Pieces::Chain { rate_gb_s: rate, .. } => *rate,
            Pieces::PointToPoint { .. } => 0.0,
        }
    }

    /// The plan with rate caps that let `all_gb_s` through together. Capacities are not scaled yet.
    fn with_caps(&self, all_gb_s: f64) -> Result<(Fabric, Plan), PlanError> {
        let MeasuredPlan { spec, inputs, candidate, shares, message, scaling } = *self;
        let mut fabric = spec.fabric();
        if let Some(shares) = shares {
            shares.on_nics(&mut fabric);
        }
        let (launch, processing) = (scaling.on(ParameterKind::Launch), scaling.on(ParameterKind::Processing));
        let ranks = inputs.ranks();
        let own = &spec.delays;
        match &candidate.pieces {
            Pieces::Ring { start_us, loops, .. } => {
                set_latencies(&mut fabric.topology, 0.0, 0.0);
                let first_link = cap(&mut fabric, ranks, all_gb_s * 1e9, RateCapReason::Channels);
                let loops = loops.iter().map(|one| Loops {
                    count: one.count as u32,
                    bytes: one.bytes,
                    step_delay: micros(one.step_delay_us * processing),
                });
                let delays = Delays { launch: micros((start_us + inputs.host_s * 1e6) * launch), ..own.clone() };
                let channels = Channels { loops: loops.collect(), first_link };
                let plan = measured_rings(&fabric, halves_of(spec.collective), &delays, &channels)?;
                Ok((fabric, plan))
            }
            Pieces::Chain { start_us, hop_us, .. } => {
                let delays = Delays { launch: micros((start_us + inputs.host_s * 1e6) * launch), ..own.clone() };
                set_latencies(&mut fabric.topology, hop_us / 2.0, hop_us / 2.0);
                scaling.on_latencies(&mut fabric.topology);
                let channels = cap(&mut fabric, 1, all_gb_s * 1e9, RateCapReason::Channels);
                let rooted = if spec.collective == Collective::Reduce { Rooted::Reduce } else { Rooted::Broadcast };
                let plan = chain(&fabric, rooted, message, &delays, Some(channels))?;
                Ok((fabric, plan))
            }
            Pieces::PointToPoint { start_us, fill_us, peer_bytes, inside, between } => {
                let delays = Delays {
                    launch: micros((start_us + inputs.host_s * 1e6) * launch),
                    fill: micros(fill_us * processing),
                    ..own.clone()
                };
                set_latencies(&mut fabric.topology, 0.0, 0.0);
                let [inside, between] = [inside, between].map(|group| {
                    let rate = group.map_or(0.0, |group| group.rate_gb_s * 1e9);
                    cap(&mut fabric, ranks, rate.max(1.0), RateCapReason::Channels)
                });
                let gpus = inputs.gpus_per_node;
                let cap_of = |from: u32, to: u32| {
                    let first = if from / gpus == to / gpus { inside } else { between };
                    LinkId(first.0 + from)
                };
                let plan = measured_sends(&fabric, (spec.collective, *peer_bytes), &delays, &cap_of)?;
                Ok((fabric, plan))
            }
            Pieces::Stream { start_us, inside_us, between_us, fill_us, .. } => {
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
                    NcclAlgorithm::Tree | NcclAlgorithm::Ring | NcclAlgorithm::PointToPoint => {
                        nccl_tree_stream_count(inputs.nodes, inputs.gpus_per_node)
                    }
                };
                let first_cap = cap(&mut fabric, streams, all_gb_s * 1e9 / f64::from(streams), RateCapReason::Rounds);
                let first_cap = Some(first_cap);
                let plan = match (candidate.algorithm, &fabric.topology) {
                    (NcclAlgorithm::Nvls, Topology::Switch(switch)) => {
                        nvls_streams(switch, message, &delays, first_cap)
                    }
                    (NcclAlgorithm::NvlsTree, Topology::Cluster(cluster)) => {
                        nvls_tree_streams(&fabric, cluster, message, &delays, first_cap)?
                    }
                    _ => nccl_tree_streams(&fabric, inputs.nodes, inputs.gpus_per_node, message, &delays, first_cap)?,
                };
                Ok((fabric, plan))
            }
        }
    }
}

/// Sets the latencies of NVLink and of NICs, µs.
fn set_latencies(topology: &mut Topology, nvlink_us: f64, nic_us: f64) {
    match topology {
        Topology::Switch(switch) => switch.latency = micros(nvlink_us),
        Topology::Cluster(cluster) => {
            cluster.nvlink.latency = micros(nvlink_us);
            cluster.host.latency = Femtos(0);
            cluster.nic.latency = micros(nic_us);
        }
        // Other topologies have no measured timing.
        Topology::Mesh(_)
        | Topology::Wafers(_)
        | Topology::Grid(_)
        | Topology::Torus(_)
        | Topology::FullMesh(_)
        | Topology::Graph(_) => {}
    }
}

/// Adds a rate cap for each rank or stream and returns the first.
fn cap(fabric: &mut Fabric, count: u32, bytes_per_s: f64, reason: RateCapReason) -> LinkId {
    let figures = LinkFigures { capacity: BytesPerSec(bytes_per_s), latency: Femtos(0) };
    let ids: Vec<LinkId> = (0..count).map(|number| fabric.add_rate_cap(figures, reason, number)).collect();
    ids.first().copied().unwrap_or(LinkId(0))
}
