//! One stream of one stage as a row of items, from which the spans of any window are cut. Items below a pixel are merged, so
//! that a row has a bounded number of spans.

use super::mix::Mix;
use super::span::{Span, SpanKind};
use crate::units::Femtos;

/// Something on a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Item {
    pub start: Femtos,
    pub end: Femtos,
    pub kind: SpanKind,
    pub mix: Mix,
}

/// The items of a row by start, with sums up to each of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Items {
    items: Vec<Item>,
    /// The mix of all items before each one, and of all.
    before: Vec<Mix>,
    /// The latest end of the items up to each one.
    ends: Vec<Femtos>,
}

impl Items {
    pub fn new(mut items: Vec<Item>) -> Items {
        items.sort_by_key(|item| (item.start, item.end));
        let mut before = vec![Mix::default()];
        let mut ends = Vec::with_capacity(items.len());
        let (mut sum, mut latest) = (Mix::default(), Femtos(0));
        for item in &items {
            sum = sum + item.mix;
            latest = latest.max(item.end);
            before.push(sum);
            ends.push(latest);
        }
        Items { items, before, ends }
    }

    /// The mix of everything.
    pub fn total(&self) -> Mix {
        self.before.last().copied().unwrap_or_default()
    }

    /// The mix of the items that start within a period.
    pub fn mix_from(&self, start: Femtos, period: Femtos) -> Mix {
        let place = |at: Femtos| self.items.partition_point(|item| item.start < at);
        let sum = |index: usize| self.before.get(index).copied().unwrap_or_default();
        sum(place(start + period)) - sum(place(start))
    }

    /// The item at an instant.
    pub fn at(&self, at: Femtos) -> Option<&Item> {
        let first = self.ends.partition_point(|end| *end <= at);
        self.items.get(first..)?.iter().take_while(|item| item.start <= at).find(|item| item.end > at)
    }

    /// Items from `from` on, as indices, in a window.
    fn range(&self, from: Femtos, to: Femtos) -> (usize, usize) {
        (self.ends.partition_point(|end| *end <= from), self.items.partition_point(|item| item.start < to))
    }

    /// The next start or end of an item after an instant, or before it.
    pub fn next_edge(&self, at: Femtos, forwards: bool) -> Option<Femtos> {
        let edges = |item: &Item| [item.start, item.end];
        if forwards {
            let first = self.ends.partition_point(|end| *end <= at);
            let near = self.items.get(first..)?.iter().take(4).flat_map(edges);
            near.filter(|edge| *edge > at).min()
        } else {
            let last = self.items.partition_point(|item| item.start < at);
            let near = self.items.get(..last)?.iter().rev().take(4).flat_map(edges);
            near.filter(|edge| *edge < at).max()
        }
    }

    /// The spans of a window, `shift` later. `expand` cuts an item into finer ones, or returns `false`.
    pub fn spans(
        &self,
        (from, to): (Femtos, Femtos),
        pixel: Femtos,
        shift: Femtos,
        expand: &dyn Fn(&Item, &mut Vec<Item>) -> bool,
        found: &mut Vec<Span>,
    ) {
        let (mut next, last) = self.range(from, to);
        let clip = |start: Femtos, end: Femtos| (start.max(from) + shift, end.min(to) + shift);
        while next < last {
            let item = &self.items[next];
            if item.end.since(item.start) >= pixel {
                let mut finer = Vec::new();
                if expand(item, &mut finer) {
                    for part in finer.iter().filter(|part| part.end > from && part.start < to) {
                        let (start, end) = clip(part.start, part.end);
                        found.push(Span { start, end, kind: part.kind, mix: part.mix });
                    }
                } else if item.end > from {
                    let (start, end) = clip(item.start, item.end);
                    found.push(Span { start, end, kind: item.kind, mix: item.mix });
                }
                next += 1;
                continue;
            }
            // All short items that start within a pixel are one span. A long one ends it.
            let until = item.start + pixel;
            let mut after = next + self.items[next..last].partition_point(|other| other.start < until);
            if after > next + 1 {
                let ending = &self.items[after - 1];
                if ending.end.since(ending.start) >= pixel {
                    after -= 1;
                }
            }
            let after = after.max(next + 1);
            let (start, end) = clip(item.start, self.ends[after - 1].max(item.end));
            let mix = self.before[after] - self.before[next];
            let kind = if after == next + 1 { item.kind } else { SpanKind::Merged };
            if end > start {
                found.push(Span { start, end, kind, mix });
            }
            next = after;
        }
    }
}
