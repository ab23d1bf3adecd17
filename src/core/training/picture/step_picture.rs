//! A step as rows of spans: three streams for every pipeline stage, or for a wafer, in any window of its time.

use std::collections::BTreeMap;

use super::layers::{LayerItems, PassLayers, overlap};
use super::mix::Mix;
use super::row::{Item, Items};
use super::span::{Row, Span, SpanKind};
use crate::training::step::{Repeat, Step};
use crate::training::tasks::{Lane, StepTask, StepTaskKind};
use crate::training::waits::{Wait, WaitCause};
use crate::units::Femtos;

/// More repetitions than this in one window are one span.
const MAX_REPETITIONS: u64 = 32;
/// The streams of a stage of GPUs.
const GPU_LANES: [Lane; 3] = [Lane::Compute, Lane::NvLink, Lane::Nic];
/// The streams of a wafer.
const WAFER_LANES: [Lane; 3] = [Lane::Compute, Lane::WaferIn, Lane::WaferOut];

#[derive(Clone, Debug, PartialEq)]
struct RowItems {
    stage: u32,
    lane: Lane,
    items: Items,
    /// One layer on this lane, forward and backward.
    layer: [LayerItems; 2],
}

/// What a stream does at an instant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Doing {
    /// What it is: a pass, or the kernel of it.
    pub kind: SpanKind,
    /// The pass that a kernel belongs to.
    pub pass: Option<SpanKind>,
    /// The layer of the chunk, from 0.
    pub layer: Option<u32>,
    /// When it starts, from the start of the step.
    pub start: Femtos,
    /// When it ends.
    pub end: Femtos,
    /// What it consists of: a collective is exposed if compute waits for it.
    pub mix: Mix,
}

/// A piece of a window that looks like a piece of what is kept.
struct Piece {
    window: (Femtos, Femtos),
    shift: Femtos,
    microbatches: u64,
}

/// A step, ready to be drawn.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StepPicture {
    /// How long the step takes.
    pub time: Femtos,
    rows: Vec<RowItems>,
    layers: Vec<Vec<u32>>,
    repeat: Option<Repeat>,
}

impl StepPicture {
    /// The picture of a step whose tasks were kept.
    pub fn new(step: &Step) -> StepPicture {
        let timeline = &step.timeline;
        let is_wafer = timeline.layer.iter().all(|layer| layer.end == Femtos(0));
        let lanes = if is_wafer { WAFER_LANES } else { GPU_LANES };
        let shortened =
            timeline.repeat.map_or(Femtos(0), |repeat| Femtos(repeat.period.0.saturating_mul(repeat.count)));
        let end = step.time.since(shortened);
        let straggler = step.parts.straggler;
        let stages = u32::try_from(timeline.layers.len()).unwrap_or(u32::MAX);
        let sends: BTreeMap<Femtos, Femtos> = (timeline.waits.iter())
            .filter(|wait| wait.cause == WaitCause::Send)
            .map(|wait| (wait.end, wait.end.since(wait.start)))
            .collect();
        let mut rows = Vec::new();
        for stage in 0..stages {
            let mut waits: Vec<Wait> = timeline.waits.iter().filter(|wait| wait.stage == stage).copied().collect();
            if straggler > Femtos(0) {
                waits.push(Wait { stage, cause: WaitCause::Straggler, start: end.since(straggler), end });
            }
            waits.sort_by_key(|wait| (wait.start, wait.end));
            let network: Vec<Wait> = waits.iter().filter(|wait| wait.cause != WaitCause::Bubble).copied().collect();
            for lane in lanes {
                let layer = [false, true]
                    .map(|backward| LayerItems::new(&timeline.layer[usize::from(backward)], backward, lane));
                let own = timeline.tasks.iter().filter(|task| task.stage == stage);
                let mut items = Vec::new();
                for task in own {
                    if lane == Lane::Compute && task.lane == lane {
                        items.push(compute_item(task, &layer, &timeline.layers));
                    } else if task.lane == lane {
                        items.push(communication_item(task, &network, &sends, timeline));
                    } else if let Some(pass) = pass_on(task, &layer, &timeline.layers) {
                        items.push(pass);
                    }
                }
                if lane == Lane::Compute {
                    items.extend(waits.iter().map(|wait| Item {
                        start: wait.start,
                        end: wait.end,
                        kind: SpanKind::Wait(wait.cause),
                        mix: Mix::wait(wait.cause, wait.end.since(wait.start)),
                    }));
                }
                rows.push(RowItems { stage, lane, items: Items::new(items), layer });
            }
        }
        StepPicture { time: step.time, rows, layers: timeline.layers.clone(), repeat: timeline.repeat }
    }

    /// Pipeline stages; 1 on wafers.
    pub fn stages(&self) -> u32 {
        u32::try_from(self.layers.len()).unwrap_or(u32::MAX)
    }

    /// The streams of every stage.
    pub fn lanes(&self) -> Vec<Lane> {
        self.rows.iter().filter(|row| row.stage == 0).map(|row| row.lane).collect()
    }

    /// One pass through a layer, forward and backward; 0 on wafers.
    pub fn layer_time(&self) -> Femtos {
        self.rows.first().map_or(Femtos(0), |row| row.layer[0].end + row.layer[1].end)
    }

    /// What a stream does over the whole step.
    pub fn total(&self, stage: u32, lane: Lane) -> Mix {
        let Some(row) = self.row(stage, lane) else { return Mix::default() };
        let all = row.items.total();
        self.repeat.map_or(all, |repeat| all + row.items.mix_from(repeat.start, repeat.period).times(repeat.count))
    }

    fn row(&self, stage: u32, lane: Lane) -> Option<&RowItems> {
        self.rows.iter().find(|row| row.stage == stage && row.lane == lane)
    }

    fn pass_layers<'a>(&self, row: &'a RowItems, item: &Item) -> Option<PassLayers<'a>> {
        let SpanKind::Pass { backward, chunk, .. } = item.kind else { return None };
        let own = self.layers.get(row.stage as usize)?;
        let layer = &row.layer[usize::from(backward)];
        if layer.end == Femtos(0) {
            return None;
        }
        Some(PassLayers {
            layer,
            count: own.get(chunk as usize).copied()?,
            has_head: row.stage + 1 == self.stages() && chunk as usize + 1 == own.len(),
            is_compute: row.lane == Lane::Compute,
        })
    }

    /// The pieces of a window, each with what it is a repetition of. `None` stands for more repetitions than are drawn.
    fn pieces(&self, (from, to): (Femtos, Femtos)) -> Vec<Option<Piece>> {
        let whole = |window, shift, microbatches| Some(Piece { window, shift, microbatches });
        let Some(repeat) = self.repeat.filter(|repeat| repeat.period > Femtos(0) && repeat.count > 0) else {
            return vec![whole((from, to), Femtos(0), 0)];
        };
        let (start, period, count) = (repeat.start, repeat.period, repeat.count);
        let mut found = Vec::new();
        if from < start {
            found.push(whole((from, to.min(start)), Femtos(0), 0));
        }
        let first = from.since(start).0 / period.0;
        let last = to.since(start).0.div_ceil(period.0).min(count);
        if first < last && last - first > MAX_REPETITIONS {
            found.push(None);
        } else {
            for round in first..last {
                let shift = Femtos(round * period.0);
                let window = (from.max(start + shift), to.min(start + shift + period));
                let kept = (window.0.since(shift), window.1.since(shift));
                found.push(whole(kept, shift, round.saturating_mul(repeat.microbatches)));
            }
        }
        let shift = Femtos(count.saturating_mul(period.0));
        if to > start + shift {
            let kept = (from.max(start + shift).since(shift), to.since(shift));
            found.push(whole(kept, shift, count.saturating_mul(repeat.microbatches)));
        }
        found
    }

    /// The rows of some stages in a window from `from` to `to` since the start of the step. Spans shorter than a pixel
    /// are merged with their neighbours.
    pub fn rows(&self, (from, to): (Femtos, Femtos), pixel: Femtos, stages: &[u32]) -> Vec<Row> {
        let pixel = Femtos(pixel.0.max(1));
        let pieces = self.pieces((from, to.min(self.time)));
        let shown = self.rows.iter().filter(|row| stages.contains(&row.stage));
        shown
            .map(|row| {
                let mut spans = Vec::new();
                for piece in &pieces {
                    match piece {
                        Some(piece) => self.piece_spans(row, piece, pixel, &mut spans),
                        None => spans.extend(self.repeated(row, (from, to))),
                    }
                }
                Row { stage: row.stage, lane: row.lane, spans }
            })
            .collect()
    }

    fn piece_spans(&self, row: &RowItems, piece: &Piece, pixel: Femtos, spans: &mut Vec<Span>) {
        let begun = spans.len();
        let expand = |item: &Item, found: &mut Vec<Item>| {
            self.pass_layers(row, item).is_some_and(|layers| layers.expand(item, piece.window, pixel, found))
        };
        row.items.spans(piece.window, pixel, piece.shift, &expand, spans);
        for span in &mut spans[begun..] {
            span.kind = later(span.kind, piece.microbatches);
        }
    }

    /// All repetitions as one span.
    fn repeated(&self, row: &RowItems, (from, to): (Femtos, Femtos)) -> Option<Span> {
        let repeat = self.repeat?;
        let end = repeat.start + Femtos(repeat.period.0.saturating_mul(repeat.count));
        let mix = row.items.mix_from(repeat.start, repeat.period).times(repeat.count);
        let (start, end) = (repeat.start.max(from), end.min(to));
        (mix != Mix::default()).then_some(Span { start, end, kind: SpanKind::Merged, mix })
    }

    /// What a stream does at an instant of the step; `None` while it is idle.
    pub fn doing(&self, stage: u32, lane: Lane, at: Femtos) -> Option<Doing> {
        let row = self.row(stage, lane)?;
        let piece = self.pieces((at, at + Femtos(1))).into_iter().flatten().next()?;
        let kept = piece.window.0;
        let item = row.items.at(kept)?;
        let as_doing = |one: &Item, pass, layer| Doing {
            kind: later(one.kind, piece.microbatches),
            pass,
            layer,
            start: one.start + piece.shift,
            end: one.end + piece.shift,
            mix: one.mix,
        };
        let Some(layers) = self.pass_layers(row, item) else { return Some(as_doing(item, None, None)) };
        let mut finer = Vec::new();
        layers.expand(item, (kept, kept + Femtos(1)), Femtos(1), &mut finer);
        let inner = finer.iter().find(|part| part.start <= kept && kept < part.end)?;
        let pass = Some(later(item.kind, piece.microbatches));
        Some(as_doing(inner, pass, layers.layer_at(item, kept)))
    }

    /// The next instant at which a stream of a stage changes, or the last one before it.
    pub fn next_edge(&self, at: Femtos, forwards: bool) -> Option<Femtos> {
        let pieces = self.pieces((at, at + Femtos(1)));
        let piece = pieces.into_iter().flatten().next()?;
        let kept = piece.window.0;
        let edges = self.rows.iter().filter_map(|row| row.items.next_edge(kept, forwards));
        let nearest = if forwards { edges.min() } else { edges.max() };
        nearest.map(|edge| edge + piece.shift)
    }
}

/// The same span of a later microbatch.
fn later(kind: SpanKind, by: u64) -> SpanKind {
    match kind {
        SpanKind::Pass { backward, chunk, microbatch } => {
            SpanKind::Pass { backward, chunk, microbatch: microbatch + by }
        }
        SpanKind::Layer { backward, layer, microbatch } => {
            SpanKind::Layer { backward, layer, microbatch: microbatch + by }
        }
        SpanKind::Task { kind, part, microbatch, call } => {
            SpanKind::Task { kind, part, microbatch: microbatch + by, call }
        }
        SpanKind::Rest { .. } | SpanKind::Kernel(..) | SpanKind::Wait(_) | SpanKind::Merged => kind,
    }
}

fn is_backward(kind: StepTaskKind) -> Option<bool> {
    match kind {
        StepTaskKind::Forward => Some(false),
        StepTaskKind::Backward => Some(true),
        StepTaskKind::Send
        | StepTaskKind::ParameterGather
        | StepTaskKind::GradientScatter
        | StepTaskKind::GradientAllReduce
        | StepTaskKind::Optimizer
        | StepTaskKind::Straggler
        | StepTaskKind::WeightsIn
        | StepTaskKind::GradientsOut
        | StepTaskKind::ActivationsOut
        | StepTaskKind::ActivationsIn => None,
    }
}

fn layers_of(task: &StepTask, layers: &[Vec<u32>]) -> u64 {
    layers.get(task.stage as usize).and_then(|own| own.get(task.part as usize)).copied().unwrap_or(0).into()
}

/// A task of the compute stream.
fn compute_item(task: &StepTask, layer: &[LayerItems; 2], layers: &[Vec<u32>]) -> Item {
    let StepTask { part, microbatch, start, end, .. } = *task;
    let time = end.since(start);
    let (kind, mix) = match is_backward(task.kind) {
        Some(backward) => {
            let exposed = layer[usize::from(backward)].mix.exposed.0.saturating_mul(layers_of(task, layers));
            let exposed = Femtos(exposed).min(time);
            let mix = Mix { exposed, ..Mix::compute(backward, time.since(exposed)) };
            // On wafers a pass is one layer.
            let kind = if layer[usize::from(backward)].end == Femtos(0) {
                SpanKind::Layer { backward, layer: part, microbatch }
            } else {
                SpanKind::Pass { backward, chunk: part, microbatch }
            };
            (kind, mix)
        }
        None => {
            let kind = SpanKind::Task { kind: task.kind, part, microbatch, call: None };
            (kind, Mix { optimizer: time, ..Mix::default() })
        }
    };
    Item { start, end, kind, mix }
}

/// A collective, a send or a stream. What compute waits for is exposed.
fn communication_item(
    task: &StepTask,
    waits: &[Wait],
    sends: &BTreeMap<Femtos, Femtos>,
    timeline: &crate::training::step::StepTimeline,
) -> Item {
    let StepTask { kind, part, microbatch, start, end, .. } = *task;
    let call = task.call.and_then(|place| timeline.calls.get(place as usize)).map(|one| one.call);
    let exposed = match kind {
        // Its receiver waits until it is there.
        StepTaskKind::Send => sends.get(&end).copied().unwrap_or_default(),
        StepTaskKind::Forward
        | StepTaskKind::Backward
        | StepTaskKind::ParameterGather
        | StepTaskKind::GradientScatter
        | StepTaskKind::GradientAllReduce
        | StepTaskKind::Optimizer
        | StepTaskKind::Straggler
        | StepTaskKind::WeightsIn
        | StepTaskKind::GradientsOut
        | StepTaskKind::ActivationsOut
        | StepTaskKind::ActivationsIn => overlap(waits, start, end),
    };
    let mix = Mix::communication(end.since(start), exposed);
    Item { start, end, kind: SpanKind::Task { kind, part, microbatch, call }, mix }
}

/// The collectives inside a pass, on their lane.
fn pass_on(task: &StepTask, layer: &[LayerItems; 2], layers: &[Vec<u32>]) -> Option<Item> {
    let backward = is_backward(task.kind)?;
    let mix = layer[usize::from(backward)].mix.times(layers_of(task, layers));
    let StepTask { part, microbatch, start, end, .. } = *task;
    let kind = SpanKind::Pass { backward, chunk: part, microbatch };
    (mix != Mix::default()).then_some(Item { start, end, kind, mix })
}
