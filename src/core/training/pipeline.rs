//! The pipeline of a step: every stage's compute stream and NIC, pass by pass. What a stage waits for is read off here.

use super::error::StepError;
use super::order::{Pass, stage_order};
use super::tasks::{Lane, StepTask, StepTaskKind};
use super::waits::{Wait, WaitCause};
use crate::units::Femtos;

/// A collective with its place among the distinct ones of the step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Timed {
    pub time: Femtos,
    pub call: Option<u32>,
}

impl Timed {
    pub const NOTHING: Timed = Timed { time: Femtos(0), call: None };
}

/// What the data-parallel ranks exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DataExchange {
    /// Nothing.
    Nothing,
    /// Gradients are scattered and parameters gathered once per step, in so many buckets.
    Buckets { count: u32, scatter: Timed, gather: Timed, overlap: bool },
    /// Gradients are all-reduced once per step.
    AllReduce { count: u32, reduce: Timed, overlap: bool },
    /// Parameters are gathered before every pass through a chunk and gradients scattered behind it.
    Sharded { gather: Timed, scatter: Timed },
}

/// The times of a chunk of layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ChunkTimes {
    pub forward: Femtos,
    pub backward: Femtos,
}

/// A send between two stages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct StageSend {
    pub alone: Timed,
    /// While gradients or parameters move over the same NIC.
    pub beside: Timed,
    pub lane: Lane,
}

/// A pipeline and what its parts take.
#[derive(Clone, Debug)]
pub(super) struct Pipeline {
    /// By stage, then by chunk.
    pub chunks: Vec<Vec<ChunkTimes>>,
    pub microbatches: u32,
    /// Between each stage and the next, and between the last one and the first.
    pub sends: Vec<StageSend>,
    /// Sends run behind compute.
    pub overlap_sends: bool,
    pub data: DataExchange,
    pub data_lane: Lane,
    pub optimizer: Femtos,
}

/// Where the time of a stage goes. The parts add up to the end of the step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct StageParts {
    /// In passes.
    pub passes: Femtos,
    /// Waiting for another stage.
    pub bubble: Femtos,
    /// Waiting while a send is under way.
    pub sends: Femtos,
    /// Waiting for gradients or parameters of the data-parallel ranks.
    pub data: Femtos,
    pub optimizer: Femtos,
}

/// A pipeline that has been played.
#[derive(Clone, Debug)]
pub(super) struct Played {
    pub end: Femtos,
    /// By stage.
    pub parts: Vec<StageParts>,
    /// All data-parallel collectives of the stage with the most work.
    pub data_time: Vec<Femtos>,
    pub tasks: Vec<StepTask>,
    pub waits: Vec<Wait>,
}

struct StageState {
    order: Vec<Pass>,
    next: usize,
    /// Its compute stream is free.
    free: Femtos,
    /// Its NIC has no more collectives of the data-parallel ranks.
    nic: Femtos,
    /// When the parameters of each chunk are there for the first microbatch.
    parameters: Vec<Femtos>,
    /// When the parameters of the next pass are there.
    gathered: Femtos,
    buckets_sent: u32,
    parts: StageParts,
    data_time: Femtos,
}

struct Player<'a> {
    pipeline: &'a Pipeline,
    stages: Vec<StageState>,
    /// When the input of each pass arrives, and how long it was sent for: forward and backward, by stage, chunk and
    /// microbatch.
    arrivals: [Vec<Option<(Femtos, Femtos)>>; 2],
    tasks: Vec<StepTask>,
    waits: Vec<Wait>,
    record: bool,
}

impl Pipeline {
    fn stage_count(&self) -> u32 {
        self.chunks.len() as u32
    }

    fn chunk_count(&self) -> u32 {
        self.chunks.first().map_or(1, Vec::len) as u32
    }

    /// Plays the pipeline; the tasks are kept if they are asked for.
    ///
    /// # Errors
    /// [`StepError::Stuck`] for an order in which stages wait for each other.
    pub fn play(&self, record: bool) -> Result<Played, StepError> {
        let (stages, chunks) = (self.stage_count(), self.chunk_count());
        let passes = self.chunks.len() * chunks as usize * self.microbatches as usize;
        let stage = |number: u32| StageState {
            order: stage_order(number, stages, chunks, self.microbatches),
            next: 0,
            free: Femtos(0),
            nic: Femtos(0),
            parameters: Vec::new(),
            gathered: Femtos(0),
            buckets_sent: 0,
            parts: StageParts::default(),
            data_time: Femtos(0),
        };
        let mut player = Player {
            pipeline: self,
            stages: (0..stages).map(stage).collect(),
            arrivals: [vec![None; passes], vec![None; passes]],
            tasks: Vec::new(),
            waits: Vec::new(),
            record,
        };
        for stage in 0..stages {
            player.gather_at_start(stage);
        }
        loop {
            let mut moved = false;
            for stage in 0..stages {
                while player.advance(stage) {
                    moved = true;
                }
            }
            if !moved {
                break;
            }
        }
        if player.stages.iter().any(|stage| stage.next < stage.order.len()) {
            return Err(StepError::Stuck { pipeline: stages });
        }
        Ok(player.finish())
    }
}

impl Player<'_> {
    fn task(
        &mut self,
        stage: u32,
        (lane, kind): (Lane, StepTaskKind),
        (part, microbatch): (u32, u32),
        span: (Femtos, Femtos),
        call: Option<u32>,
    ) {
        if self.record && span.1 > span.0 {
            let microbatch = microbatch.into();
            self.tasks.push(StepTask { stage, lane, kind, part, microbatch, start: span.0, end: span.1, call });
        }
    }

    /// The compute stream of a stage waits.
    fn wait(&mut self, stage: u32, cause: WaitCause, start: Femtos, end: Femtos) {
        if self.record && end > start {
            self.waits.push(Wait { stage, cause, start, end });
        }
    }

    /// A data-parallel collective on the NIC of a stage, not before `ready`. Returns its end.
    fn collective(&mut self, stage: u32, (kind, part): (StepTaskKind, u32), timed: Timed, ready: Femtos) -> Femtos {
        let own = &mut self.stages[stage as usize];
        let start = ready.max(own.nic);
        own.nic = start + timed.time;
        own.data_time = own.data_time + timed.time;
        let lane = self.pipeline.data_lane;
        self.task(stage, (lane, kind), (part, 0), (start, start + timed.time), timed.call);
        start + timed.time
    }

    /// With overlap the parameters that the last step has changed are gathered behind the first microbatch.
    fn gather_at_start(&mut self, stage: u32) {
        let chunks = self.pipeline.chunk_count();
        let mut ends = vec![Femtos(0); chunks as usize];
        match self.pipeline.data {
            DataExchange::Buckets { count, gather, overlap: true, .. } => {
                let bucket_ends: Vec<Femtos> = (0..count)
                    .map(|bucket| self.collective(stage, (StepTaskKind::ParameterGather, bucket), gather, Femtos(0)))
                    .collect();
                for (chunk, end) in ends.iter_mut().enumerate() {
                    let needed = ((chunk as u64 + 1) * u64::from(count)).div_ceil(chunks.into());
                    *end = bucket_ends.get(needed.max(1) as usize - 1).copied().unwrap_or_default();
                }
            }
            DataExchange::Sharded { gather, .. } => {
                let end = self.collective(stage, (StepTaskKind::ParameterGather, 0), gather, Femtos(0));
                self.stages[stage as usize].gathered = end;
            }
            DataExchange::Nothing | DataExchange::Buckets { .. } | DataExchange::AllReduce { .. } => {}
        }
        self.stages[stage as usize].parameters = ends;
    }

    fn place(&self, stage: u32, chunk: u32, microbatch: u32) -> usize {
        let pipeline = self.pipeline;
        let row = stage as usize * pipeline.chunk_count() as usize + chunk as usize;
        row * pipeline.microbatches as usize + microbatch as usize
    }

    /// When the input of a pass is there, and how long it was sent for; `None` while its maker has not run.
    fn arrival(&self, stage: u32, pass: &Pass) -> Option<(Femtos, Femtos)> {
        let (last_stage, last_chunk) = (self.pipeline.stage_count() - 1, self.pipeline.chunk_count() - 1);
        if !pass.backward && stage == 0 && pass.chunk == 0 {
            return Some((Femtos(0), Femtos(0)));
        }
        if pass.backward && stage == last_stage && pass.chunk == last_chunk {
            // Its own forward pass stands before it in the order.
            return Some((Femtos(0), Femtos(0)));
        }
        self.arrivals[usize::from(pass.backward)][self.place(stage, pass.chunk, pass.microbatch)]
    }

    /// Where the output of a pass goes: stage and chunk.
    fn receiver(&self, stage: u32, pass: &Pass) -> Option<(u32, u32)> {
        let (stages, chunks) = (self.pipeline.stage_count(), self.pipeline.chunk_count());
        if pass.backward {
            match (stage, pass.chunk) {
                (0, 0) => None,
                (0, chunk) => Some((stages - 1, chunk - 1)),
                (stage, chunk) => Some((stage - 1, chunk)),
            }
        } else if stage + 1 < stages {
            Some((stage + 1, pass.chunk))
        } else {
            (pass.chunk + 1 < chunks).then_some((0, pass.chunk + 1))
        }
    }

    /// Plays the next pass of a stage if its input is there.
    fn advance(&mut self, stage: u32) -> bool {
        let own = &self.stages[stage as usize];
        let Some(&pass) = own.order.get(own.next) else { return false };
        let Some((arrival, sent)) = self.arrival(stage, &pass) else { return false };
        let is_last = own.next + 1 == own.order.len();
        let ready = own.free.max(arrival);
        let parameters = match self.pipeline.data {
            DataExchange::Sharded { .. } => own.gathered,
            DataExchange::Nothing | DataExchange::Buckets { .. } | DataExchange::AllReduce { .. } => {
                if pass.backward {
                    Femtos(0)
                } else {
                    own.parameters.get(pass.chunk as usize).copied().unwrap_or_default()
                }
            }
        };
        let start = ready.max(parameters);
        let times = self.pipeline.chunks[stage as usize][pass.chunk as usize];
        let time = if pass.backward { times.backward } else { times.forward };
        let end = start + time;
        // At the end of the wait the input is on its way.
        let (free, waited) = (own.free, ready.since(own.free));
        let sending = Femtos(ready.0 - waited.min(sent).0);
        self.wait(stage, WaitCause::Bubble, free, sending);
        self.wait(stage, WaitCause::Send, sending.max(free), ready);
        self.wait(stage, WaitCause::Data, ready, start);
        let own = &mut self.stages[stage as usize];
        own.parts.sends = own.parts.sends + waited.min(sent);
        own.parts.bubble = own.parts.bubble + waited.since(sent);
        own.parts.data = own.parts.data + start.since(ready);
        own.parts.passes = own.parts.passes + time;
        (own.next, own.free) = (own.next + 1, end);
        let kind = if pass.backward { StepTaskKind::Backward } else { StepTaskKind::Forward };
        self.task(stage, (Lane::Compute, kind), (pass.chunk, pass.microbatch), (start, end), None);
        if let DataExchange::Sharded { gather, scatter } = self.pipeline.data {
            if !is_last {
                let gathered = self.collective(stage, (StepTaskKind::ParameterGather, pass.chunk), gather, start);
                self.stages[stage as usize].gathered = gathered;
            }
            if pass.backward {
                self.collective(stage, (StepTaskKind::GradientScatter, pass.chunk), scatter, end);
            }
        }
        self.send(stage, &pass, end);
        if pass.backward && pass.microbatch + 1 == self.pipeline.microbatches {
            self.send_buckets(stage, pass.chunk, start, end);
        }
        true
    }

    /// Sends the output of a pass.
    fn send(&mut self, stage: u32, pass: &Pass, end: Femtos) {
        let Some((to, chunk)) = self.receiver(stage, pass) else { return };
        let pipeline = self.pipeline;
        let place = self.place(to, chunk, pass.microbatch);
        let is_next = to == (stage + 1) % pipeline.stage_count();
        let between = pipeline.sends.get(if is_next { stage } else { to } as usize);
        let (arrived, sent) = if let Some(send) = between.filter(|_| to != stage) {
            let beside = end < self.stages[stage as usize].nic;
            let timed = if beside { send.beside } else { send.alone };
            let arrived = end + timed.time;
            let which = (pass.chunk, pass.microbatch);
            self.task(stage, (send.lane, StepTaskKind::Send), which, (end, arrived), timed.call);
            if !pipeline.overlap_sends {
                let own = &mut self.stages[stage as usize];
                own.free = arrived;
                own.parts.sends = own.parts.sends + timed.time;
                self.wait(stage, WaitCause::Send, end, arrived);
            }
            (arrived, timed.time)
        } else {
            (end, Femtos(0))
        };
        self.arrivals[usize::from(pass.backward)][place] = Some((arrived, sent));
    }

    /// The gradients of a chunk are complete: those of its buckets that are full leave, spread over the last backward pass.
    fn send_buckets(&mut self, stage: u32, chunk: u32, start: Femtos, end: Femtos) {
        let (count, kind, timed) = match self.pipeline.data {
            DataExchange::Buckets { count, scatter, overlap: true, .. } => {
                (count, StepTaskKind::GradientScatter, scatter)
            }
            DataExchange::AllReduce { count, reduce, overlap: true } => {
                (count, StepTaskKind::GradientAllReduce, reduce)
            }
            DataExchange::Nothing
            | DataExchange::Buckets { .. }
            | DataExchange::AllReduce { .. }
            | DataExchange::Sharded { .. } => return,
        };
        let chunks = u64::from(self.pipeline.chunk_count());
        let done = chunks - u64::from(chunk);
        let mut bucket = self.stages[stage as usize].buckets_sent;
        // Bucket j is complete when (j + 1) / count of the gradients are.
        while bucket < count && (u64::from(bucket) + 1) * chunks <= done * u64::from(count) {
            let share = (f64::from(bucket) + 1.0) * chunks as f64 / f64::from(count) - (done - 1) as f64;
            let ready = start + end.since(start).scaled(share.clamp(0.0, 1.0));
            self.collective(stage, (kind, bucket), timed, ready);
            bucket += 1;
        }
        self.stages[stage as usize].buckets_sent = bucket;
    }

    /// Gradients that did not move behind compute, the optimizer, and parameters that nothing hides.
    fn finish(mut self) -> Played {
        let stages = self.pipeline.stage_count();
        let buckets =
            |count: u32, kind: StepTaskKind, timed: Timed| (0..count).map(move |bucket| (bucket, kind, timed));
        let (late, at_end): (Vec<_>, Vec<_>) = match self.pipeline.data {
            DataExchange::Buckets { count, scatter, gather, overlap: false } => (
                buckets(count, StepTaskKind::GradientScatter, scatter).collect(),
                buckets(count, StepTaskKind::ParameterGather, gather).collect(),
            ),
            DataExchange::AllReduce { count, reduce, overlap: false } => {
                (buckets(count, StepTaskKind::GradientAllReduce, reduce).collect(), Vec::new())
            }
            DataExchange::Nothing
            | DataExchange::Buckets { .. }
            | DataExchange::AllReduce { .. }
            | DataExchange::Sharded { .. } => (Vec::new(), Vec::new()),
        };
        for stage in 0..stages {
            let ready = self.stages[stage as usize].free;
            for (bucket, kind, timed) in &late {
                self.collective(stage, (*kind, *bucket), *timed, ready);
            }
        }
        // The norm of all gradients comes before the optimizer: it waits for the last stage.
        let computed = self.stages.iter().map(|stage| stage.free).max().unwrap_or_default();
        let exchanged = self.stages.iter().map(|stage| stage.free.max(stage.nic)).max().unwrap_or_default();
        let optimized = exchanged + self.pipeline.optimizer;
        let mut end = optimized;
        for stage in 0..stages {
            self.task(stage, (Lane::Compute, StepTaskKind::Optimizer), (0, 0), (exchanged, optimized), None);
            for (bucket, kind, timed) in &at_end {
                end = end.max(self.collective(stage, (*kind, *bucket), *timed, optimized));
            }
        }
        for (number, free) in (0..stages).zip(self.stages.iter().map(|stage| stage.free).collect::<Vec<_>>()) {
            self.wait(number, WaitCause::Bubble, free, computed);
            self.wait(number, WaitCause::Data, computed, exchanged);
            self.wait(number, WaitCause::Data, optimized, end);
        }
        for stage in &mut self.stages {
            let parts = &mut stage.parts;
            parts.bubble = parts.bubble + computed.since(stage.free);
            parts.data = parts.data + exchanged.since(computed) + end.since(optimized);
            parts.optimizer = self.pipeline.optimizer;
        }
        self.tasks.sort_by_key(|task| (task.start, task.stage, task.lane, task.end));
        Played {
            end,
            parts: self.stages.iter().map(|stage| stage.parts).collect(),
            data_time: self.stages.iter().map(|stage| stage.data_time).collect(),
            tasks: self.tasks,
            waits: self.waits,
        }
    }
}
