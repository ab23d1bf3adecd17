//! A span in which a link has one rate.

use crate::units::Femtos;

/// A span of constant rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Piece {
    pub from: Femtos,
    pub until: Femtos,
    /// Bytes per second.
    pub rate: f64,
    /// Whether the link limits a stream.
    pub binding: bool,
}

impl Piece {
    /// The bytes that leave the link in the span.
    pub fn bytes(&self) -> f64 {
        self.rate * self.until.since(self.from).secs()
    }
}
