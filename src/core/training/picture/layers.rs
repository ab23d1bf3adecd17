//! A pass cut into its layers, and a layer into its kernels and collectives.

use super::mix::Mix;
use super::row::Item;
use super::span::SpanKind;
use crate::training::layer::LayerTimeline;
use crate::training::tasks::Lane;
use crate::training::waits::Wait;
use crate::units::Femtos;

/// A layer is drawn if it has so many pixels.
const PIXELS_OF_LAYER: u64 = 3;
/// Kernels are drawn if their layer has so many pixels.
const PIXELS_OF_KERNELS: u64 = 40;

/// One layer on one lane.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct LayerItems {
    /// Kernels or collectives, and on the compute lane what it waits for.
    items: Vec<Item>,
    /// All of them.
    pub mix: Mix,
    /// How long the layer takes.
    pub end: Femtos,
}

/// How much of a span lies in waits.
pub(super) fn overlap(waits: &[Wait], start: Femtos, end: Femtos) -> Femtos {
    let first = waits.partition_point(|wait| wait.end <= start);
    let near = waits.get(first..).unwrap_or_default().iter().take_while(|wait| wait.start < end);
    near.fold(Femtos(0), |sum, wait| sum + wait.end.min(end).since(wait.start.max(start)))
}

impl LayerItems {
    pub fn new(layer: &LayerTimeline, backward: bool, lane: Lane) -> LayerItems {
        let mut items: Vec<Item> = layer
            .tasks
            .iter()
            .filter(|task| task.lane == lane)
            .map(|task| {
                let time = task.end.since(task.start);
                let mix = match lane {
                    Lane::Compute => Mix::compute(backward, time),
                    Lane::NvLink | Lane::Nic | Lane::WaferIn | Lane::WaferOut => {
                        Mix::communication(time, overlap(&layer.waits, task.start, task.end))
                    }
                };
                Item { start: task.start, end: task.end, kind: SpanKind::Kernel(task.kind, task.call), mix }
            })
            .collect();
        if lane == Lane::Compute {
            items.extend(layer.waits.iter().map(|wait| Item {
                start: wait.start,
                end: wait.end,
                kind: SpanKind::Wait(wait.cause),
                mix: Mix::wait(wait.cause, wait.end.since(wait.start)),
            }));
        }
        items.sort_by_key(|item| item.start);
        let mix = items.iter().fold(Mix::default(), |sum, item| sum + item.mix);
        LayerItems { items, mix, end: layer.end }
    }
}

/// A pass of which the layers are known.
#[derive(Clone, Copy, Debug)]
pub(super) struct PassLayers<'a> {
    /// One layer on the lane of the row.
    pub layer: &'a LayerItems,
    /// Layers of the chunk.
    pub count: u32,
    /// Whether what the layers leave of the pass is the output head.
    pub has_head: bool,
    /// Whether the row is that of compute.
    pub is_compute: bool,
}

impl PassLayers<'_> {
    /// Cuts a pass into layers or kernels as fine as pixels allow, within the window. Returns `false` if they are too short.
    pub fn expand(&self, pass: &Item, (from, to): (Femtos, Femtos), pixel: Femtos, found: &mut Vec<Item>) -> bool {
        let SpanKind::Pass { backward, microbatch, .. } = pass.kind else { return false };
        let time = pass.end.since(pass.start);
        let count = u64::from(self.count);
        let layers = Femtos(self.layer.end.0.saturating_mul(count));
        if self.count == 0 || self.layer.end.0 < PIXELS_OF_LAYER.saturating_mul(pixel.0) {
            return false;
        }
        let rest = time.since(layers);
        // The head follows the last layer, so its gradients come first. Other rests are spread over the layers.
        let (head, spread) = if self.has_head { (rest, Femtos(0)) } else { (Femtos(0), Femtos(rest.0 / count)) };
        let pitch = (self.layer.end + spread).0.max(1);
        let first_start = if backward { pass.start + head } else { pass.start };
        if head > Femtos(0) && self.is_compute {
            let start = if backward { pass.start } else { Femtos(pass.end.0 - head.0) };
            let kind = SpanKind::Rest { backward };
            found.push(Item { start, end: start + head, kind, mix: Mix::compute(backward, head) });
        }
        let first = from.since(first_start).0 / pitch;
        let last = to.since(first_start).0.div_ceil(pitch).min(count);
        let with_kernels = self.layer.end.0 >= PIXELS_OF_KERNELS.saturating_mul(pixel.0);
        for place in first..last {
            let start = first_start + Femtos(place * pitch);
            let layer = (if backward { count - 1 - place } else { place }) as u32;
            if with_kernels {
                let moved = |item: &Item| Item { start: start + item.start, end: start + item.end, ..*item };
                found.extend(self.layer.items.iter().map(moved));
            } else {
                let kind = SpanKind::Layer { backward, layer, microbatch };
                found.push(Item { start, end: start + self.layer.end, kind, mix: self.layer.mix });
            }
            if spread > Femtos(0) && self.is_compute {
                let start = start + self.layer.end;
                let mix = Mix::compute(backward, spread);
                found.push(Item { start, end: start + spread, kind: SpanKind::Rest { backward }, mix });
            }
        }
        found.sort_by_key(|item| item.start);
        true
    }

    /// Which layer of a pass runs at an instant, by its place in the chunk.
    pub fn layer_at(&self, pass: &Item, at: Femtos) -> Option<u32> {
        let SpanKind::Pass { backward, .. } = pass.kind else { return None };
        let rest = pass.end.since(pass.start).since(Femtos(self.layer.end.0.saturating_mul(self.count.into())));
        let (head, spread) = if self.has_head { (rest, 0) } else { (Femtos(0), rest.0 / u64::from(self.count.max(1))) };
        let start = if backward { pass.start + head } else { pass.start };
        let place = at.since(start).0 / (self.layer.end.0 + spread).max(1);
        let place = u32::try_from(place).ok().filter(|place| at >= start && *place < self.count)?;
        Some(if backward { self.count - 1 - place } else { place })
    }
}
