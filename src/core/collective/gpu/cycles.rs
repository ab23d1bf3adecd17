//! Hamiltonian cycles of a full mesh that share no directed link.

/// Seven directed cycles through 8 ranks that use every directed link once, found by search. For 4 and 6 ranks there is no
/// such set; for larger even numbers there is one, but [`disjoint_cycles`] returns one cycle less.
const OF_EIGHT: [[u32; 8]; 7] = [
    [0, 5, 6, 3, 7, 2, 1, 4],
    [0, 4, 2, 3, 5, 7, 1, 6],
    [0, 3, 2, 7, 5, 4, 6, 1],
    [0, 7, 6, 2, 4, 1, 5, 3],
    [0, 6, 7, 4, 3, 1, 2, 5],
    [0, 2, 6, 5, 1, 3, 4, 7],
    [0, 1, 7, 3, 6, 4, 5, 2],
];

/// Directed cycles through all ranks, from rank 0, of which no two share a link from one rank to another: `n - 1` for odd
/// numbers, 2 and 8, else `n - 2`. With one rank none.
///
/// For odd n a zigzag through n - 1 ranks is turned (n - 1) / 2 times, and each is closed through the last rank (Walecki). For
/// even n the same is done with n - 2 zigzags of which each leaves out a pairing. Every cycle is used in both directions.
pub(super) fn disjoint_cycles(ranks: u32) -> Vec<Vec<u32>> {
    match ranks {
        0 | 1 => Vec::new(),
        2 => vec![vec![0, 1]],
        8 => OF_EIGHT.iter().map(|cycle| cycle.to_vec()).collect(),
        _ => both_directions(ranks),
    }
}

/// Walecki's cycles in both directions: a zigzag over the ranks of a circle, closed through one rank at its centre. For
/// even n the circle has an odd number of ranks.
fn both_directions(ranks: u32) -> Vec<Vec<u32>> {
    let circle = ranks - 1;
    let cycles = (0..circle / 2).map(|turn| {
        let zigzag = (0..circle).map(|step| {
            let offset = if step % 2 == 1 { step.div_ceil(2) } else { circle - step / 2 };
            (turn + offset) % circle
        });
        let mut cycle = vec![circle];
        cycle.extend(zigzag);
        cycle
    });
    let directions = cycles.flat_map(|cycle| {
        let back = cycle.iter().rev().copied().collect();
        [cycle, back]
    });
    directions.map(from_zero).collect()
}

/// The same cycle from rank 0 on.
fn from_zero(mut cycle: Vec<u32>) -> Vec<u32> {
    let first = cycle.iter().position(|&rank| rank == 0).unwrap_or(0);
    cycle.rotate_left(first);
    cycle
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_cycles_share_a_link_and_each_visits_every_rank() {
        for ranks in 2..=41 {
            let cycles = disjoint_cycles(ranks);
            let expected = if ranks % 2 == 1 || ranks == 2 || ranks == 8 { ranks - 1 } else { ranks - 2 };
            assert_eq!(cycles.len() as u32, expected, "{ranks} ranks");
            let mut links = BTreeSet::new();
            for cycle in &cycles {
                assert_eq!(cycle.iter().copied().collect::<BTreeSet<u32>>().len() as u32, ranks, "{cycle:?}");
                for (at, &from) in cycle.iter().enumerate() {
                    let to = cycle[(at + 1) % cycle.len()];
                    assert!(links.insert((from, to)), "{ranks} ranks: {from} to {to} twice");
                }
            }
        }
    }
}
