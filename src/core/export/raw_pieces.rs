//! The streams of one link as pieces of constant rate, at the times at which their bytes leave the link.

use crate::fabric::LinkId;
use crate::sample::Passage;
use crate::solve::FabricRun;
use crate::trace::Trace;
use crate::units::Femtos;

/// A span in which one stream has one rate on a link.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct RawPiece {
    pub from: Femtos,
    pub until: Femtos,
    /// Bytes per second.
    pub rate: f64,
    /// Whether the link limits the rate.
    pub binding: bool,
}

/// The pieces of a stream on a link. The last one ends with the last byte.
pub(super) fn for_each_piece(run: &FabricRun, trace: &Trace, passage: &Passage, mut add: impl FnMut(RawPiece)) {
    let transfer = run.plan.transfer(passage.transfer);
    let segments = trace.segments(passage.transfer);
    let mut left = transfer.bytes;
    let at_link = |arrival: Femtos| Femtos(arrival.0.saturating_sub(passage.behind.0));
    for (index, segment) in segments.iter().enumerate() {
        let until = match segments.get(index + 1) {
            Some(next) => next.from,
            None if segment.rate > 0.0 => segment.from + Femtos::from_secs(left.max(0.0) / segment.rate),
            None => segment.from,
        };
        left -= until.since(segment.from).secs() * segment.rate;
        let (from, until) = (at_link(segment.from), at_link(until));
        if until > from && segment.rate > 0.0 {
            let binding = limits(segment.binding, passage.link, transfer.cohort.copies, transfer.cohort.stride);
            add(RawPiece { from, until, rate: segment.rate * passage.weight, binding });
        }
    }
}

/// Whether a link, or its copy in the written stream of a cohort, is the one that limits a rate.
fn limits(binding: u32, link: LinkId, copies: u32, stride: i32) -> bool {
    if binding == link.0 {
        return true;
    }
    let distance = i64::from(link.0) - i64::from(binding);
    let stride = i64::from(stride);
    copies > 1 && stride != 0 && distance % stride == 0 && (distance / stride).abs() < i64::from(copies)
}
