//! Links that join groups of GPUs without a link between them.

/// The GPUs in groups that the edges join, each in order; a GPU without an edge is alone.
pub(super) fn islands(gpus: u32, edges: &[(u32, u32, u32)]) -> Vec<Vec<u32>> {
    let mut island: Vec<u32> = (0..gpus).collect();
    for &(from, to, _) in edges {
        let (Some(&from), Some(&to)) = (island.get(from as usize), island.get(to as usize)) else { continue };
        let (low, high) = (from.min(to), from.max(to));
        island.iter_mut().filter(|one| **one == high).for_each(|one| *one = low);
    }
    let mut ids = island.clone();
    ids.sort_unstable();
    ids.dedup();
    let members = |id: u32| island.iter().zip(0..).filter(move |(one, _)| **one == id).map(|(_, gpu)| gpu);
    ids.into_iter().map(|id| members(id).collect()).collect()
}

/// Two GPUs for each joint between the islands that the edges leave: from the last GPU of an island to the first of the next, in
/// a ring.
pub(super) fn join_islands(gpus: u32, edges: &[(u32, u32, u32)]) -> Vec<(u32, u32)> {
    let islands = islands(gpus, edges);
    let ends: Vec<(u32, u32)> = islands.iter().filter_map(|island| Some((*island.first()?, *island.last()?))).collect();
    match ends.as_slice() {
        [] | [_] => Vec::new(),
        [(_, last), (first, _)] => vec![(*last, *first)],
        several => {
            let next = several.iter().cycle().skip(1);
            several.iter().zip(next).map(|((_, last), (first, _))| (*last, *first)).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn islands_are_what_edges_join() {
        assert_eq!(islands(5, &[(0, 4, 1), (2, 1, 1)]), [vec![0, 4], vec![1, 2], vec![3]]);
    }

    #[test]
    fn islands_are_joined_in_a_ring() {
        assert_eq!(join_islands(4, &[(0, 1, 4), (1, 2, 4), (2, 3, 4)]), []);
        assert_eq!(join_islands(4, &[(0, 1, 4), (2, 3, 4)]), [(1, 2)]);
        assert_eq!(join_islands(6, &[(0, 1, 4), (2, 3, 4), (5, 4, 4)]), [(1, 2), (3, 4), (5, 0)]);
        assert_eq!(join_islands(3, &[(0, 2, 4), (9, 1, 4)]), [(2, 1)]);
    }
}
