//! One layer of a microbatch on a GPU, forward or backward: compute on one stream, collectives on another. What of the
//! collectives is exposed is read off here.

use super::calls::Call;
use super::calls::CallTime;
use super::tasks::{Lane, LayerTask, LayerTaskKind};
use super::waits::{Wait, WaitCause};
use crate::model::{LayerTimes, Uncertain};
use crate::units::Femtos;

/// The collectives of a layer. Those of a group of one take no time.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct LayerCalls {
    pub tensor_gather: CallTime,
    pub tensor_scatter: CallTime,
    pub context_gather: CallTime,
    pub context_scatter: CallTime,
    pub expert: CallTime,
}

/// Where the time of a pass through a layer goes. The parts add up to its end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LayerParts {
    /// Compute without slow-down.
    pub compute: Femtos,
    /// Compute waits for a tensor-parallel collective.
    pub tensor: Femtos,
    /// Compute waits for a context-parallel collective.
    pub context: Femtos,
    /// Compute waits for an exchange of experts.
    pub expert: Femtos,
    /// Compute is slower because of hidden communication.
    pub slow_down: Femtos,
    /// Collectives that run behind compute.
    pub hidden: Femtos,
}

/// A pass through one layer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LayerTimeline {
    /// Tasks by start.
    pub tasks: Vec<LayerTask>,
    /// What compute waits for, by start.
    pub waits: Vec<Wait>,
    /// When the pass ends.
    pub end: Femtos,
    /// Where its time goes.
    pub parts: LayerParts,
}

struct Builder<'a> {
    calls: &'a LayerCalls,
    overlap: bool,
    pieces: f64,
    slow_down: f64,
    made: LayerTimeline,
}

impl Builder<'_> {
    fn task(&mut self, lane: Lane, kind: LayerTaskKind, start: Femtos, end: Femtos, call: Option<Call>) {
        if end > start {
            self.made.tasks.push(LayerTask { lane, kind, start, end, call });
        }
    }

    /// A collective on its lane.
    fn collective(&mut self, kind: LayerTaskKind, call: &CallTime, start: Femtos, end: Femtos) {
        self.task(lane_of(call), kind, start, end, Some(call.call));
    }

    fn wait(&mut self, cause: WaitCause, start: Femtos, end: Femtos) {
        if end <= start {
            return;
        }
        self.made.waits.push(Wait { stage: 0, cause, start, end });
        let parts = &mut self.made.parts;
        let part = match cause {
            WaitCause::Context => &mut parts.context,
            WaitCause::Expert => &mut parts.expert,
            WaitCause::Tensor
            | WaitCause::Send
            | WaitCause::Bubble
            | WaitCause::Data
            | WaitCause::WaferIo
            | WaitCause::Straggler => &mut parts.tensor,
        };
        *part = *part + end.since(start);
    }

    /// Compute with nothing beside it.
    fn compute(&mut self, kind: LayerTaskKind, seconds: f64) {
        self.compute_beside(kind, Femtos::from_secs(seconds), Femtos(0));
    }

    /// Compute with so much communication behind it. Returns its end.
    fn compute_beside(&mut self, kind: LayerTaskKind, time: Femtos, hidden: Femtos) -> Femtos {
        let slow = hidden.scaled(self.slow_down);
        let end = self.made.end + time + slow;
        self.task(Lane::Compute, kind, self.made.end, end, None);
        let parts = &mut self.made.parts;
        parts.compute = parts.compute + time;
        parts.slow_down = parts.slow_down + slow;
        parts.hidden = parts.hidden + hidden;
        self.made.end = end;
        end
    }

    /// A collective that nothing hides.
    fn exposed(&mut self, (kind, waits): (LayerTaskKind, WaitCause), call: &CallTime) {
        let end = self.made.end + call.time;
        self.collective(kind, call, self.made.end, end);
        self.wait(waits, self.made.end, end);
        self.made.end = end;
    }

    /// Activations are gathered, then multiplied. With overlap the product of the first piece starts when it is there.
    fn gather_then(&mut self, kind: LayerTaskKind, seconds: f64) {
        let (call, start) = (&self.calls.tensor_gather.clone(), self.made.end);
        let gather = (LayerTaskKind::TensorGather, WaitCause::Tensor);
        if !self.overlap || call.time == Femtos(0) {
            self.exposed(gather, call);
            self.compute(kind, seconds);
            return;
        }
        let first = call.time.scaled(1.0 / self.pieces);
        let (rest, time) = (call.time.since(first), Femtos::from_secs(seconds));
        self.collective(gather.0, call, start, start + call.time);
        self.wait(gather.1, start, start + first);
        self.made.end = start + first;
        let end = self.compute_beside(kind, time, rest.min(time));
        self.wait(gather.1, end, start + call.time);
        self.made.end = end.max(start + call.time);
    }

    /// Products are reduce-scattered. With overlap each piece leaves when it is there, so the last one stays exposed.
    fn then_scatter(&mut self, kind: LayerTaskKind, seconds: f64) {
        let call = &self.calls.tensor_scatter.clone();
        let scatter = (LayerTaskKind::TensorScatter, WaitCause::Tensor);
        if !self.overlap || call.time == Femtos(0) {
            self.compute(kind, seconds);
            self.exposed(scatter, call);
            return;
        }
        let time = Femtos::from_secs(seconds);
        let (last, first_product) = (call.time.scaled(1.0 / self.pieces), time.scaled(1.0 / self.pieces));
        let start = self.made.end + first_product;
        let end = self.compute_beside(kind, time, call.time.since(last).min(time));
        let sent = (start + call.time).max(end + last);
        self.collective(scatter.0, call, Femtos(sent.0.saturating_sub(call.time.0)), sent);
        self.wait(scatter.1, end, sent);
        self.made.end = sent;
    }

    /// Keys and values move behind attention.
    fn attention(&mut self, seconds: f64, calls: &[&CallTime]) {
        let (start, time) = (self.made.end, Femtos::from_secs(seconds));
        let mut moved = start;
        for call in calls {
            self.collective(LayerTaskKind::KeysAndValues, call, moved, moved + call.time);
            moved = moved + call.time;
        }
        let end = self.compute_beside(LayerTaskKind::Attention, time, moved.since(start).min(time));
        self.wait(WaitCause::Context, end, moved);
        self.made.end = end.max(moved);
    }

    fn forward(&mut self, times: &LayerTimes) {
        let expert = &self.calls.expert.clone();
        self.compute(LayerTaskKind::ElementWise, times.element_wise / 2.0);
        self.gather_then(LayerTaskKind::Qkv, times.gemm.qkv);
        self.attention(times.attention, &[&self.calls.context_gather]);
        self.then_scatter(LayerTaskKind::Projection, times.gemm.projection);
        self.compute(LayerTaskKind::ElementWise, times.element_wise / 2.0);
        self.exposed((LayerTaskKind::ExpertDispatch, WaitCause::Expert), expert);
        self.gather_then(LayerTaskKind::Up, times.gemm.up);
        self.then_scatter(LayerTaskKind::Down, times.gemm.down);
        self.exposed((LayerTaskKind::ExpertCombine, WaitCause::Expert), expert);
    }

    fn backward(&mut self, times: &LayerTimes) {
        let expert = &self.calls.expert.clone();
        if times.recomputes_all {
            self.forward(times);
        }
        self.exposed((LayerTaskKind::ExpertDispatch, WaitCause::Expert), expert);
        self.gather_then(LayerTaskKind::Down, 2.0 * times.gemm.down);
        self.then_scatter(LayerTaskKind::Up, 2.0 * times.gemm.up);
        self.exposed((LayerTaskKind::ExpertCombine, WaitCause::Expert), expert);
        self.compute(LayerTaskKind::ElementWise, times.element_wise);
        self.gather_then(LayerTaskKind::Projection, 2.0 * times.gemm.projection);
        self.compute(LayerTaskKind::Attention, times.recomputed);
        let calls = [&self.calls.context_gather, &self.calls.context_scatter];
        self.attention(times.attention_backward * times.attention, &calls);
        self.then_scatter(LayerTaskKind::Qkv, 2.0 * times.gemm.qkv);
        self.compute(LayerTaskKind::ElementWise, times.element_wise);
    }
}

/// A collective inside a domain moves over NVLink, another one over NICs.
fn lane_of(call: &CallTime) -> Lane {
    if call.call.nodes > 1 { Lane::Nic } else { Lane::NvLink }
}

/// The passes through one layer: forward, backward.
pub(super) fn layer_timelines(
    times: &LayerTimes,
    calls: &LayerCalls,
    overlap_tensor: bool,
    uncertain: &Uncertain,
) -> [LayerTimeline; 2] {
    let ranks = f64::from(calls.tensor_gather.call.ranks());
    let pieces = if uncertain.tensor_pieces > 0.0 { uncertain.tensor_pieces } else { ranks };
    let builder = || Builder {
        calls,
        overlap: overlap_tensor,
        pieces: pieces.max(1.0),
        slow_down: uncertain.slow_down,
        made: LayerTimeline::default(),
    };
    let (mut forward, mut backward) = (builder(), builder());
    forward.forward(times);
    backward.backward(times);
    [forward, backward].map(|builder| builder.made)
}
