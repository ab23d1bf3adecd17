//! A training step on wafers: weights in, compute, gradients out, layer by layer.
//!
//! A layer computes while its own weights arrive. The weights of the next layer follow at once, those of the one after it when
//! the next has begun; a layer waits until the gradients of the layer before the last have left.

use super::calls::{ALL_NICS, Call, CallTime, Calls};
use super::error::StepError;
use super::step::{MAX_STEP_S, Repeat, Step, StepParts, StepTimeline};
use super::tasks::{Lane, StepTask, StepTaskKind};
use super::waits::{Wait, WaitCause};
use crate::collective::Collective;
use crate::model::{WaferJob, WaferMode, WaferPass, wafer_passes};
use crate::units::Femtos;

/// Tasks that are played one by one.
const MAX_UNITS: u64 = 100_000;

/// One thing whose weights stream: a layer, or embedding and output head together.
#[derive(Clone, Copy, Debug)]
struct Unit {
    forward: Femtos,
    weights: Femtos,
    weights_call: Option<u32>,
    gradients: Femtos,
    gradients_call: Option<u32>,
    spill: Femtos,
}

/// What the streams of a step take.
struct Streams {
    /// Layers in order, then embedding and head.
    units: Vec<Unit>,
    latency: Femtos,
}

struct Player<'a> {
    streams: &'a Streams,
    record: bool,
    tasks: Vec<StepTask>,
    waits: Vec<Wait>,
    compute: Femtos,
    last_start: Femtos,
    weights_free: Femtos,
    out_free: Femtos,
    /// When the gradients of the layer before the last had left.
    left: [Femtos; 2],
}

impl Player<'_> {
    fn task(
        &mut self,
        lane: Lane,
        kind: StepTaskKind,
        (part, microbatch): (u32, u64),
        (start, end): (Femtos, Femtos),
        call: Option<u32>,
    ) {
        if self.record && end > start {
            self.tasks.push(StepTask { stage: 0, lane, kind, part, microbatch, start, end, call });
        }
    }

    fn wait(&mut self, start: Femtos, end: Femtos) {
        if self.record && end > start {
            self.waits.push(Wait { stage: 0, cause: WaitCause::WaferIo, start, end });
        }
    }

    fn unit(&mut self, place: usize, microbatch: u64, backward: bool) {
        let Unit { forward, weights, weights_call, gradients, gradients_call, spill } = self.streams.units[place];
        let which = (place as u32, microbatch);
        let mut arrives = self.weights_free.max(self.last_start);
        if backward && spill > Femtos(0) {
            self.task(Lane::WaferIn, StepTaskKind::ActivationsIn, which, (arrives, arrives + spill), None);
            arrives = arrives + spill;
        }
        let arrived = arrives + weights;
        self.task(Lane::WaferIn, StepTaskKind::WeightsIn, which, (arrives, arrived), weights_call);
        self.weights_free = arrived;
        let latency = self.streams.latency;
        let start = self.compute.max(arrives + latency).max(self.left[0]);
        let time = if backward { Femtos(forward.0.saturating_mul(2)) } else { forward };
        let end = (start + time).max(arrived + latency);
        let kind = if backward { StepTaskKind::Backward } else { StepTaskKind::Forward };
        // What it waits for inside is shown as idle: compute is drawn at the end of the stream.
        self.task(Lane::Compute, kind, which, (Femtos(end.0 - time.0), end), None);
        self.wait(self.compute, Femtos(end.0 - time.0));
        (self.last_start, self.compute) = (start, end);
        let out = if backward { gradients } else { spill };
        let leaves = self.out_free.max(if backward { end } else { start });
        let gone = leaves + out;
        let kind = if backward { StepTaskKind::GradientsOut } else { StepTaskKind::ActivationsOut };
        self.task(Lane::WaferOut, kind, which, (leaves, gone), gradients_call.filter(|_| backward));
        if out > Femtos(0) {
            self.out_free = gone;
        }
        self.left = [self.left[1], gone];
    }
}

/// Streams that have been played.
#[derive(Default)]
struct Played {
    end: Femtos,
    tasks: Vec<StepTask>,
    waits: Vec<Wait>,
}

/// Plays the streams with this many microbatches.
fn play(streams: &Streams, microbatches: u64, record: bool) -> Played {
    let mut player = Player {
        streams,
        record,
        tasks: Vec::new(),
        waits: Vec::new(),
        compute: Femtos(0),
        last_start: Femtos(0),
        weights_free: Femtos(0),
        out_free: Femtos(0),
        left: [Femtos(0); 2],
    };
    let units = streams.units.len();
    for microbatch in 0..microbatches {
        (0..units).for_each(|place| player.unit(place, microbatch, false));
        (0..units).rev().for_each(|place| player.unit(place, microbatch, true));
    }
    // The last gradients climb the tree and are added; the next step may begin then.
    let end = player.compute.max(player.out_free + streams.latency);
    player.wait(player.compute, end);
    player.tasks.sort_by_key(|task| (task.start, task.lane, task.end));
    Played { end, tasks: player.tasks, waits: player.waits }
}

fn streams(
    job: &WaferJob,
    pass: &WaferPass,
    calls: &mut Calls,
    kept: &mut Vec<CallTime>,
) -> Result<Streams, StepError> {
    // One wafer hangs on the same link as one of two.
    let wafers = job.wafers.max(2);
    let parameters = job.shape.parameters();
    let left = 1.0 - job.sparsity;
    let mut timed = |operation: Collective, bytes: f64| {
        let bytes = bytes.round() as u64;
        calls.time(Call { operation, bytes, nodes: 1, per_node: wafers, nic_thousandths: ALL_NICS })
    };
    let latency = timed(Collective::Broadcast, 4.0)?.time;
    let mut unit = |parameters: f64, forward_s: f64, spill_s: f64| -> Result<Unit, StepError> {
        let weights = timed(Collective::Broadcast, parameters * left * job.weight_bytes)?;
        let gradients = timed(Collective::Reduce, parameters * left * job.gradient_bytes)?;
        let mut keep = |call: &CallTime| {
            if call.time > Femtos(0) && !kept.contains(call) {
                kept.push(call.clone());
            }
            kept.iter().position(|one| one == call).map(|place| place as u32)
        };
        let (weights_call, gradients_call) = (keep(&weights), keep(&gradients));
        Ok(Unit {
            forward: Femtos::from_secs(forward_s),
            weights: weights.time.since(latency),
            weights_call,
            gradients: gradients.time.since(latency),
            gradients_call,
            spill: Femtos::from_secs(spill_s),
        })
    };
    let layer = unit(parameters.layer, pass.layer_forward, pass.spill / f64::from(job.shape.layers))?;
    let head = unit(parameters.embedding, pass.head_forward, 0.0)?;
    let mut units = vec![layer; job.shape.layers as usize];
    units.push(head);
    Ok(Streams { units, latency })
}

/// A step with the weights on the wafers: one all-reduce of gradients, and a pipeline of layers to fill.
fn resident(
    job: &WaferJob,
    pass: &WaferPass,
    calls: &mut Calls,
    kept: &mut Vec<CallTime>,
) -> Result<Played, StepError> {
    let forward = Femtos::from_secs(pass.forward(job.shape.layers));
    let both = Femtos(forward.0.saturating_mul(3));
    let fill = both.scaled(1.0 / (pass.tokens / job.sequence as f64).max(1.0));
    let compute = Femtos(both.0.saturating_mul(pass.microbatches)) + fill;
    let third = Femtos(compute.0 / 3);
    let task =
        |lane, kind, (start, end), call| StepTask { stage: 0, lane, kind, part: 0, microbatch: 0, start, end, call };
    let mut tasks = vec![
        task(Lane::Compute, StepTaskKind::Forward, (Femtos(0), third), None),
        task(Lane::Compute, StepTaskKind::Backward, (third, compute), None),
    ];
    if job.wafers < 2 {
        return Ok(Played { end: compute, tasks, waits: Vec::new() });
    }
    let bytes = (job.streamed_parameters() * job.gradient_bytes).round() as u64;
    let (operation, per_node) = (Collective::AllReduce, job.wafers);
    let call = calls.time(Call { operation, bytes, nodes: 1, per_node, nic_thousandths: ALL_NICS })?;
    let (start, end) = (compute, compute + call.time);
    let mut waits = Vec::new();
    if end > start {
        tasks.push(task(Lane::WaferOut, StepTaskKind::GradientAllReduce, (start, end), Some(0)));
        waits.push(Wait { stage: 0, cause: WaitCause::WaferIo, start, end });
    }
    kept.push(call);
    Ok(Played { end, tasks, waits })
}

/// Plays a step. With a perfect interconnect the streams take no time.
///
/// # Errors
/// As [`StepError`] says.
pub fn wafer_step(job: &WaferJob, calls: &mut Calls, record: bool) -> Result<Step, StepError> {
    let pass = wafer_passes(job);
    let microbatches = pass.microbatches;
    let forward = pass.forward(job.shape.layers);
    let about_s = microbatches as f64 * (3.0 * forward).max(job.streaming_floor_s());
    if about_s > MAX_STEP_S {
        return Err(StepError::TooLong { seconds: about_s });
    }
    let mut kept = Vec::new();
    let mut repeat = None;
    let Played { end, tasks, waits } = match job.mode {
        WaferMode::Resident => resident(job, &pass, calls, &mut kept)?,
        WaferMode::WeightStreaming => {
            let mut streams = streams(job, &pass, calls, &mut kept)?;
            if calls.is_perfect() {
                streams.units.iter_mut().for_each(|unit| unit.spill = Femtos(0));
            }
            let units = 2 * streams.units.len() as u64;
            let first = (MAX_UNITS / units).clamp(3, 64);
            if microbatches <= first + 1 {
                play(&streams, microbatches, record)
            } else {
                let played = play(&streams, first, record);
                let one = played.end;
                let period = play(&streams, first + 1, false).end.since(one);
                let count = microbatches - first;
                repeat = Some(Repeat { start: Femtos(one.0 / 2), period, count, microbatches: 1 });
                Played { end: one + Femtos(period.0.saturating_mul(count)), ..played }
            }
        }
    };
    let head = Femtos::from_secs(pass.head_forward);
    let layer = Femtos::from_secs(pass.layer_forward);
    let forward = Femtos(layer.0.saturating_mul(job.shape.layers.into())) + head;
    let compute = Femtos(forward.0.saturating_mul(3).saturating_mul(microbatches)).min(end);
    let ideal_s = 3.0 * microbatches as f64 * (f64::from(job.shape.layers) * pass.ideal_layer + pass.ideal_head);
    let ideal = Femtos::from_secs(ideal_s).min(compute);
    let streaming = if calls.is_perfect() { 0.0 } else { job.streaming_floor_s() };
    let floor = Femtos::from_secs(ideal_s.max(streaming) * (1.0 - 1e-9));
    if end < floor {
        return Err(StepError::FasterThanBound { time: end, bound: floor });
    }
    let tokens = job.global_batch as f64 * job.sequence as f64;
    let moved = match job.mode {
        WaferMode::Resident => Femtos(0),
        WaferMode::WeightStreaming => {
            Femtos::from_secs(microbatches as f64 * (2.0 * job.weights_in_s()).max(job.gradients_out_s()))
        }
    };
    let waiting = end.since(compute);
    Ok(Step {
        time: end,
        floor,
        parts: StepParts { ideal, kernels: compute.since(ideal), streaming: waiting, ..StepParts::default() },
        hidden: if calls.is_perfect() { Femtos(0) } else { moved.since(waiting) },
        stage: 0,
        tokens,
        flop: job.shape.step_flop_per_token(job.sequence) * tokens,
        chips: job.wafers,
        peak_flop_s: job.wafer.peak_pflop_s.value * 1e15,
        microbatches,
        data: job.wafers,
        microbatch_tokens: pass.tokens,
        timeline: StepTimeline {
            tasks,
            waits,
            repeat,
            layer: Default::default(),
            layers: vec![vec![job.shape.layers]],
            calls: kept,
        },
    })
}
