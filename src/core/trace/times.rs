//! The instants and the rates of one transfer.

use crate::units::Femtos;

/// A span of constant rate of one transfer. It lasts until the next one, or until all bytes are delivered.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Segment {
    /// When it begins, in arrival time (at the farthest sink).
    pub from: Femtos,
    /// Bytes per second.
    pub rate: f64,
    /// The id of the link that limits the rate.
    pub binding: u32,
}

/// The instants of one transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    /// Its head leaves the source.
    pub start: Femtos,
    /// Its head arrives at the farthest sink.
    pub arrive: Femtos,
    /// It may flow: later than `arrive` only if it had to queue at a serial port.
    pub grant: Femtos,
    /// Its tail has arrived.
    pub end: Femtos,
}

/// The rates of one transfer, by time.
#[derive(Clone, Debug)]
pub enum Segments<'a> {
    /// Stored one by one.
    Many(&'a [Segment]),
    /// The only one.
    One([Segment; 1]),
    /// Computed for this call.
    Own(Vec<Segment>),
}

impl std::ops::Deref for Segments<'_> {
    type Target = [Segment];

    fn deref(&self) -> &[Segment] {
        match self {
            Segments::Many(segments) => segments,
            Segments::One(segment) => segment,
            Segments::Own(segments) => segments,
        }
    }
}
