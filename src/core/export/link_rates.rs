//! The rate of every link over time.

use super::bins::binned;
use super::error::ExportError;
use super::piece::Piece;
use super::raw_pieces::{RawPiece, for_each_piece};
use super::source::{Resolution, SourceRun};
use crate::fabric::LinkId;
use crate::sample::{ListedLinks, Passage, listed_links};
use crate::scene::letter;
use crate::solve::FabricRun;
use crate::trace::Trace;
use crate::units::{Femtos, grouped};

/// Equal spans of a run whose changes are too many.
const AUTOMATIC_BINS: u32 = 500;

/// One link over the whole run.
#[derive(Clone, Debug)]
pub(super) struct LinkRates {
    /// Its class in the topology.
    pub class: u8,
    pub name: String,
    /// Bytes per second.
    pub capacity: f64,
    /// By time, without gaps in bins; with every change, idle times are left out.
    pub pieces: Vec<Piece>,
}

/// The links of one fabric that carry bytes.
#[derive(Clone, Debug)]
pub(super) struct FabricRates {
    pub links: Vec<LinkRates>,
    /// What was averaged or left out.
    pub notes: Vec<String>,
}

impl FabricRates {
    /// The number of all pieces.
    pub fn count(&self) -> u64 {
        self.links.iter().map(|link| link.pieces.len() as u64).sum()
    }
}

/// The rates of the links of a run, with at most `limit` pieces.
///
/// # Errors
/// Too many transfers, or too many pieces for the resolution.
pub(super) fn fabric_rates(
    source: SourceRun<'_>,
    resolution: Resolution,
    limit: u64,
) -> Result<FabricRates, ExportError> {
    let SourceRun { index, run } = source;
    let Some(result) = run.result() else {
        let note = format!("fabric {} did not run and is left out", letter(index));
        return Ok(FabricRates { links: Vec::new(), notes: vec![note] });
    };
    let trace = &result.played.trace;
    let listed = listed_links(run).ok_or_else(|| ExportError::TooManyTransfers {
        fabric: letter(index),
        transfers: u64::from(run.plan.transfer_count()),
    })?;
    let mut notes = notes(index, run, &listed);
    let built = match resolution {
        Resolution::Bins(bins) => build(run, trace, &listed, limit, |pieces| binned(pieces, trace.end(), bins)),
        Resolution::Changes => build(run, trace, &listed, limit, merged),
        Resolution::Automatic => match build(run, trace, &listed, limit, merged) {
            Err(ExportError::TooManyRows { .. }) => {
                let bins = u64::from(AUTOMATIC_BINS).min(limit / (listed.links.len() as u64).max(1)).max(1) as u32;
                notes.push(format!(
                    "fabric {}: more than {} changes of rate; means of {bins} equal spans instead",
                    letter(index),
                    grouped(limit)
                ));
                build(run, trace, &listed, limit, |pieces| binned(pieces, trace.end(), bins))
            }
            other => other,
        },
    };
    Ok(FabricRates { links: built?, notes })
}

fn notes(index: usize, run: &FabricRun, listed: &ListedLinks) -> Vec<String> {
    let fabric = letter(index);
    let mut notes = Vec::new();
    if let Some(selection) = &listed.selection {
        notes.push(format!("fabric {fabric}: {selection}"));
    }
    if !run.scene.traffic.is_empty() {
        notes.push(format!("fabric {fabric}: other traffic is left out"));
    }
    notes
}

fn build(
    run: &FabricRun,
    trace: &Trace,
    listed: &ListedLinks,
    limit: u64,
    mut shape: impl FnMut(&mut [RawPiece]) -> Vec<Piece>,
) -> Result<Vec<LinkRates>, ExportError> {
    let mut links = Vec::new();
    let mut rows = 0_u64;
    let mut raw = Vec::new();
    for &link in &listed.links {
        let Some(spec) = run.fabric.link(link) else { continue };
        raw.clear();
        for passage in passages_of(&listed.passages, link) {
            for_each_piece(run, trace, passage, |piece| raw.push(piece));
        }
        if raw.is_empty() {
            continue;
        }
        let pieces = shape(&mut raw);
        rows += pieces.len() as u64;
        if rows > limit {
            return Err(ExportError::TooManyRows { limit });
        }
        let name = run.fabric.link_name(link);
        links.push(LinkRates { class: spec.class, name, capacity: spec.capacity.0, pieces });
    }
    Ok(links)
}

fn passages_of(passages: &[Passage], link: LinkId) -> &[Passage] {
    let first = passages.partition_point(|passage| passage.link < link);
    let end = passages.partition_point(|passage| passage.link <= link);
    passages.get(first..end).unwrap_or_default()
}

/// All changes: streams that overlap are added, spans that follow each other at one rate are one.
fn merged(raw: &mut [RawPiece]) -> Vec<Piece> {
    raw.sort_by_key(|piece| (piece.from, piece.until));
    let mut pieces: Vec<Piece> = Vec::new();
    let mut active: Vec<RawPiece> = Vec::new();
    let mut next = raw.iter().peekable();
    let mut at = Femtos(0);
    loop {
        active.retain(|piece| piece.until > at);
        while let Some(piece) = next.next_if(|piece| piece.from <= at) {
            active.push(*piece);
        }
        let starts = next.peek().map(|piece| piece.from);
        let ends = active.iter().map(|piece| piece.until).min();
        let Some(until) = [starts, ends].into_iter().flatten().min() else { break };
        if !active.is_empty() {
            // From the smallest on, so that the sum does not depend on the order of the streams.
            let mut rates: Vec<f64> = active.iter().map(|piece| piece.rate).collect();
            rates.sort_by(f64::total_cmp);
            let rate = rates.iter().sum();
            let binding = active.iter().any(|piece| piece.binding);
            match pieces.last_mut() {
                Some(last) if last.until == at && last.rate == rate && last.binding == binding => last.until = until,
                _ => pieces.push(Piece { from: at, until, rate, binding }),
            }
        }
        at = until;
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(from: u64, until: u64, rate: f64) -> RawPiece {
        RawPiece { from: Femtos(from), until: Femtos(until), rate, binding: false }
    }

    #[test]
    fn streams_that_overlap_add_and_equal_spans_join() {
        let mut pieces = [raw(20, 30, 1.0), raw(0, 10, 1.0), raw(10, 20, 1.0), raw(25, 40, 2.0)];
        let piece = |from, until, rate| Piece { from: Femtos(from), until: Femtos(until), rate, binding: false };
        assert_eq!(merged(&mut pieces), [piece(0, 25, 1.0), piece(25, 30, 3.0), piece(30, 40, 2.0)]);
    }

    #[test]
    fn idle_times_have_no_piece() {
        let found = merged(&mut [raw(5, 10, 1.0), raw(20, 25, 1.0)]);
        assert_eq!(found.iter().map(|piece| (piece.from.0, piece.until.0)).collect::<Vec<_>>(), [(5, 10), (20, 25)]);
    }
}
