//! A training step on a GPU cluster, from compute terms and collectives that the engine plays.

use super::calls::{ALL_NICS, Call, CallTime, Calls};
use super::error::StepError;
use super::groups::Groups;
use super::layer::{LayerCalls, LayerTimeline, layer_timelines};
use super::pipeline::{ChunkTimes, DataExchange, Pipeline, StageSend, Timed};
use super::stages::{chunk_layers, stage_layers};
use super::steady::play_all;
use super::step::{MAX_STEP_S, Step, StepParts, StepTimeline};
use super::tasks::Lane;
use crate::collective::Collective;
use crate::model::{GpuCompute, GpuJob, Sharding, Uncertain};
use crate::units::Femtos;

/// Most buckets of gradients: beyond that they are larger.
const MAX_BUCKETS: f64 = 4096.0;
/// Least parameters of a bucket per data-parallel rank, as in Megatron-LM.
const BUCKET_PER_RANK: f64 = 1e6;

/// The collectives of a step, in a fixed order.
#[derive(Default)]
struct Distinct {
    calls: Vec<CallTime>,
}

impl Distinct {
    fn keep(&mut self, call: &CallTime) -> Timed {
        if call.time == Femtos(0) {
            return Timed::NOTHING;
        }
        let known = self.calls.iter().position(|one| one.call == call.call);
        let place = known.unwrap_or(self.calls.len());
        if known.is_none() {
            self.calls.push(call.clone());
        }
        Timed { time: call.time, call: u32::try_from(place).ok() }
    }
}

/// The collectives of a layer.
fn layer_calls(job: &GpuJob, groups: &Groups, calls: &mut Calls) -> Result<LayerCalls, StepError> {
    let (tokens, width) = (job.tokens(), f64::from(job.shape.width));
    let tensor = f64::from(job.parallel.tensor);
    let activations = tokens * width * 2.0;
    // Keys and values of the whole sequence, of the heads of one tensor-parallel rank.
    let whole = job.micro_batch as f64 * job.sequence as f64;
    let keys_values = 4.0 * whole * width * job.shape.kv_width_share() / tensor;
    let routed = 2.0 * tokens * width * f64::from(job.shape.top_k) / tensor;
    Ok(LayerCalls {
        tensor_gather: calls.time(groups.tensor.call(Collective::AllGather, activations))?,
        tensor_scatter: calls.time(groups.tensor.call(Collective::ReduceScatter, activations))?,
        context_gather: calls.time(groups.context.call(Collective::AllGather, keys_values))?,
        context_scatter: calls.time(groups.context.call(Collective::ReduceScatter, keys_values))?,
        expert: calls.time(groups.expert.call(Collective::AllToAll, routed))?,
    })
}

/// Bytes that a layer has per data-parallel rank when its parameters are gathered or its gradients scattered.
fn layer_bytes(job: &GpuJob, each: u32) -> f64 {
    let parameters = job.shape.parameters();
    let own = parameters.layer - parameters.experts + parameters.experts / f64::from(job.parallel.expert);
    own / f64::from(job.parallel.tensor) * f64::from(each)
}

/// What the data-parallel ranks exchange, with NICs of which sends leave so many thousandths.
fn data_exchange(
    job: &GpuJob,
    groups: &Groups,
    (calls, distinct): (&mut Calls, &mut Distinct),
    nic_thousandths: u32,
) -> Result<DataExchange, StepError> {
    let ranks = groups.replicas;
    if job.replicas() < 2 {
        return Ok(DataExchange::Nothing);
    }
    let mut timed = |operation: Collective, bytes: f64| {
        let call = Call { nic_thousandths, ..ranks.call(operation, bytes) };
        calls.time(call).map(|time| distinct.keep(&time))
    };
    if job.sharding == Sharding::Fsdp {
        let gather = timed(Collective::AllGather, layer_bytes(job, job.parameter_bytes.max(1)))?;
        let scatter = timed(Collective::ReduceScatter, layer_bytes(job, job.gradient_bytes))?;
        return Ok(DataExchange::Sharded { gather, scatter });
    }
    let own = job.own_parameters();
    let bucket = job.constants.bucket_parameters.value.max(BUCKET_PER_RANK * f64::from(job.replicas()));
    let count = (own / bucket).ceil().clamp(1.0, MAX_BUCKETS);
    let (each, overlap) = (own / count, job.overlap_data);
    let count = count as u32;
    if job.parameter_bytes == 0 || job.sharding == Sharding::None {
        let reduce = timed(Collective::AllReduce, each * f64::from(job.gradient_bytes))?;
        return Ok(DataExchange::AllReduce { count, reduce, overlap });
    }
    let scatter = timed(Collective::ReduceScatter, each * f64::from(job.gradient_bytes))?;
    let gather = timed(Collective::AllGather, each * f64::from(job.parameter_bytes))?;
    Ok(DataExchange::Buckets { count, scatter, gather, overlap })
}

/// The parts of a pass through a layer that hidden gathers and scatters of parameters slow down.
fn sharded_slow_down(data: &DataExchange, layer: &[LayerTimeline; 2], slow_down: f64) -> [Femtos; 2] {
    let (forward, backward) = match data {
        DataExchange::Sharded { gather, scatter } => (gather.time, gather.time + scatter.time),
        DataExchange::Nothing | DataExchange::Buckets { .. } | DataExchange::AllReduce { .. } => (Femtos(0), Femtos(0)),
    };
    [forward.min(layer[0].end).scaled(slow_down), backward.min(layer[1].end).scaled(slow_down)]
}

/// The lane of a collective among ranks in so many nodes.
fn lane(nodes: u32) -> Lane {
    if nodes > 1 { Lane::Nic } else { Lane::NvLink }
}

/// Plays a step. The job must have passed its checks.
///
/// # Errors
/// As [`StepError`] says.
pub fn gpu_step(job: &GpuJob, calls: &mut Calls, uncertain: &Uncertain, record: bool) -> Result<Step, StepError> {
    let compute = GpuCompute::new(job);
    let stages = job.parallel.pipeline;
    let layers = stage_layers(job.shape.layers, stages);
    let most_layers = layers.iter().copied().max().unwrap_or(1);
    let microbatches = job.microbatches();
    let pass_s = f64::from(most_layers) * (compute.layer.forward() + compute.layer.backward()) + compute.head;
    let about_s = pass_s * (microbatches as f64 + f64::from(stages));
    if about_s > MAX_STEP_S {
        return Err(StepError::TooLong { seconds: about_s });
    }
    let groups = Groups::new(job);
    let mut distinct = Distinct::default();
    let layer_calls = layer_calls(job, &groups, calls)?;
    for call in [
        &layer_calls.tensor_gather,
        &layer_calls.tensor_scatter,
        &layer_calls.context_gather,
        &layer_calls.context_scatter,
        &layer_calls.expert,
    ] {
        distinct.keep(call);
    }
    let layer = layer_timelines(&compute.layer, &layer_calls, job.overlap_tensor, uncertain);
    // One stage is played layer by layer, several chunk by chunk.
    let chunks = if stages == 1 { job.shape.layers } else { job.parallel.virtual_stages };
    let send_bytes = job.tokens() * f64::from(job.shape.width) * 2.0 / f64::from(job.parallel.tensor);
    let mut sends: Vec<StageSend> = Vec::with_capacity(groups.stages.len());
    for group in &groups.stages {
        let alone = distinct.keep(&calls.time(group.call(Collective::SendRecv, send_bytes))?);
        sends.push(StageSend { alone, beside: alone, lane: lane(group.nodes) });
    }
    let far = groups.far_stages();
    let send = calls.time(far.call(Collective::SendRecv, send_bytes))?;
    let pass = layer[0].end + layer[1].end;
    // A stage sends each chunk's output forward and its gradient backward, per microbatch.
    let busy_s = 2.0 * f64::from(chunks) * send.time.secs();
    let share = (busy_s / (pass.secs() * f64::from(most_layers)).max(1e-15)).min(0.9);
    let shares_nics = stages > 1 && far.nodes > 1 && groups.replicas.nodes > 1;
    let left = if shares_nics { ALL_NICS - (share * f64::from(ALL_NICS)) as u32 } else { ALL_NICS };
    let data = data_exchange(job, &groups, (&mut *calls, &mut distinct), left)?;
    let is_beside = shares_nics && !matches!(data, DataExchange::Nothing);
    for (send, group) in sends.iter_mut().zip(&groups.stages).filter(|(_, group)| is_beside && group.nodes > 1) {
        // Two streams on one NIC: each gets half.
        let half = Call { nic_thousandths: ALL_NICS / 2, ..group.call(Collective::SendRecv, send_bytes) };
        send.beside = distinct.keep(&calls.time(half)?);
    }
    let slow = sharded_slow_down(&data, &layer, uncertain.slow_down);
    let head = [compute.head / 3.0, compute.head * 2.0 / 3.0].map(Femtos::from_secs);
    let split: Vec<Vec<u32>> =
        layers.iter().enumerate().map(|(stage, own)| chunk_layers(*own, chunks, stage == 0)).collect();
    let chunk = |stage: usize, chunk: usize, own: u32| {
        let has_head = stage + 1 == split.len() && chunk + 1 == split[stage].len();
        let time = |pass: usize| {
            let passes = Femtos((layer[pass].end + slow[pass]).0.saturating_mul(own.into()));
            passes + if has_head { head[pass] } else { Femtos(0) }
        };
        ChunkTimes { forward: time(0), backward: time(1) }
    };
    let pipeline = Pipeline {
        chunks: split
            .iter()
            .enumerate()
            .map(|(stage, own)| own.iter().enumerate().map(|(place, own)| chunk(stage, place, *own)).collect())
            .collect(),
        microbatches: 0,
        sends,
        overlap_sends: job.overlap_pipeline,
        data,
        data_lane: lane(groups.replicas.nodes),
        optimizer: Femtos::from_secs(compute.optimizer),
    };
    let played = play_all(pipeline, microbatches, record)?;
    let stage = played.busiest;
    let own = &played.parts[stage];
    let counted = |time: Femtos| Femtos(time.0.saturating_mul(u64::from(layers[stage])).saturating_mul(microbatches));
    let both = |part: fn(&super::layer::LayerParts) -> Femtos| counted(part(&layer[0].parts) + part(&layer[1].parts));
    let has_head = stage + 1 == layers.len();
    let head_time = if has_head { Femtos((head[0] + head[1]).0.saturating_mul(microbatches)) } else { Femtos(0) };
    let all_compute = both(|parts| parts.compute) + head_time;
    let ideal_of = |stage: usize| {
        let head = if stage + 1 == layers.len() { compute.ideal_head } else { 0.0 };
        microbatches as f64 * (f64::from(layers[stage]) * compute.ideal_layer + head)
    };
    let ideal = Femtos::from_secs(ideal_of(stage)).min(all_compute);
    // As many nodes of 8 as there are, whatever the domain.
    let spread = (2.0 * libm::log((f64::from(job.gpus) / 8.0).floor().max(1.0001))).sqrt();
    let straggler = played.end.scaled(uncertain.straggler * spread);
    let parts = StepParts {
        ideal,
        kernels: all_compute.since(ideal),
        tensor: both(|parts| parts.tensor),
        context: both(|parts| parts.context),
        expert: both(|parts| parts.expert),
        sends: own.sends,
        bubble: own.bubble,
        data: own.data,
        streaming: Femtos(0),
        slow_down: both(|parts| parts.slow_down) + counted(slow[0] + slow[1]),
        optimizer: own.optimizer,
        straggler,
    };
    let time = played.end + straggler;
    let most_ideal = (0..layers.len()).map(ideal_of).fold(0.0, f64::max);
    let floor = Femtos::from_secs(most_ideal * (1.0 - 1e-12));
    if time < floor {
        return Err(StepError::FasterThanBound { time, bound: floor });
    }
    if time.secs() > MAX_STEP_S {
        return Err(StepError::TooLong { seconds: time.secs() });
    }
    let tokens = job.global_batch as f64 * job.sequence as f64;
    Ok(Step {
        time,
        floor,
        parts,
        hidden: both(|parts| parts.hidden) + played.data_time[stage].since(own.data),
        stage: stage as u32,
        tokens,
        flop: job.shape.step_flop_per_token(job.sequence) * tokens,
        chips: job.gpus,
        peak_flop_s: job.rate16.peak_tflop_s.value * 1e12,
        microbatches,
        data: job.data(),
        microbatch_tokens: job.tokens(),
        timeline: StepTimeline {
            tasks: played.tasks,
            waits: played.waits,
            repeat: played.repeat,
            layer,
            layers: split,
            calls: distinct.calls,
        },
    })
}
