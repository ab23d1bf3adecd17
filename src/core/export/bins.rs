//! Mean rates in equal spans of a run.

use super::piece::Piece;
use super::raw_pieces::RawPiece;
use crate::units::Femtos;

/// The mean rate of each of `bins` equal spans from 0 to `end`. The spans together have all bytes of the pieces.
pub(super) fn binned(raw: &[RawPiece], end: Femtos, bins: u32) -> Vec<Piece> {
    let edge = |bin: u32| Femtos((u128::from(end.0) * u128::from(bin) / u128::from(bins.max(1))) as u64);
    let mut bytes = vec![0.0_f64; bins as usize];
    let mut binding = vec![false; bins as usize];
    for piece in raw {
        let first = bin_of(piece.from, end, bins);
        for bin in first..bins {
            let (from, until) = (edge(bin).max(piece.from), edge(bin + 1).min(piece.until));
            if edge(bin) >= piece.until {
                break;
            }
            if let (Some(sum), Some(limits)) = (bytes.get_mut(bin as usize), binding.get_mut(bin as usize)) {
                *sum += piece.rate * until.since(from).secs();
                *limits |= piece.binding && until > from;
            }
        }
    }
    let span = |(bin, (bytes, binding)): (usize, (&f64, &bool))| {
        let (from, until) = (edge(bin as u32), edge(bin as u32 + 1));
        let seconds = until.since(from).secs();
        let rate = if seconds > 0.0 { bytes / seconds } else { 0.0 };
        Piece { from, until, rate, binding: *binding }
    };
    bytes.iter().zip(&binding).enumerate().map(span).collect()
}

/// A bin that is not behind the one of an instant.
fn bin_of(at: Femtos, end: Femtos, bins: u32) -> u32 {
    (u128::from(at.0) * u128::from(bins) / u128::from(end.0.max(1))).min(u128::from(bins)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_keep_all_bytes() {
        let raw: Vec<RawPiece> = (0..97_u64)
            .map(|number| {
                let from = number * 1_013;
                let rate = 1e9 * (1 + number % 7) as f64;
                RawPiece { from: Femtos(from), until: Femtos(from + 13 * number + 1), rate, binding: false }
            })
            .collect();
        let bytes: f64 = raw.iter().map(|piece| piece.rate * piece.until.since(piece.from).secs()).sum();
        for bins in [1, 2, 7, 500, 99_999] {
            let binned = binned(&raw, Femtos(100_003), bins);
            assert_eq!(binned.len(), bins as usize);
            let sum: f64 = binned.iter().map(Piece::bytes).sum();
            assert!((sum / bytes - 1.0).abs() < 1e-9, "{bins}: {sum} of {bytes}");
        }
    }
}
