//! Auto-Gen: a search over the pre-order reduction trees of a line of PEs (Near-Optimal Wafer-Scale Reduce, HPDC 2024;
//! recursion and objective as in its released code, spcl/spatial-collectives).
//!
//! In a pre-order tree the descendants of a PE follow it on the line. Its energy is the sum of the hops from every PE
//! to its parent, its depth the most additions in a row. The least energy of r PEs within depth d is
//!
//! `E(1, d) = 0`, `E(r, 0) = infinity` for r > 1, `E(r, d) = min over s of E(s, d-1) + E(r-s, d) + (r-s)`,
//!
//! where the last child of the root has s PEs and lies r-s hops away (the released recursion also tries `E(r, d-1)`,
//! which is never less). A table of it would take P^2 d steps. But E is convex in r: the minimum joins the steps
//! `E(r+1, d) - E(r, d)` of two convex sequences in ascending order. With c(d, k) for the number of steps equal to k
//! that gives `c(d, k) = c(d, k-1) + c(d-1, k)`, with one step of 1 for the second PE: `c(d, k) = C(d+k-1, k)`. So
//! E(r, d) is the sum of the r-1 least steps, and the same count gives the split. Tests compare this with the recursion.

use crate::fabric::Mesh;

/// The planner's choice for a line and a vector.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AutoGen {
    /// Depth of the tree: most additions in a row.
    pub depth: u32,
    /// Sum of the hops from every PE to its parent.
    pub energy: u64,
    /// The planner's estimate, cycles: `B E / (P-1) + (P-1) h + depth p`.
    ///
    /// It is neither a bound nor a result: it spreads the energy evenly over the links and ignores ramps. A star of one
    /// wavelet takes less, and a simulated tree may take less or more.
    pub cycles: f64,
}

/// The least energy of a pre-order tree of `nodes` PEs within `depth`, hops. `None` if no such tree exists: without
/// a PE, or with several PEs and no addition.
///
/// Computes one step per distance in the tree: at most `nodes`, at depth 1.
pub fn auto_gen_energy(nodes: u32, depth: u32) -> Option<u64> {
    let mut left = u64::from(nodes.checked_sub(1)?);
    if left > 0 && depth == 0 {
        return None;
    }
    let mut energy = 0_u64;
    for (hops, count) in steps(depth) {
        if left == 0 {
            break;
        }
        let taken = count.min(left);
        energy = energy.saturating_add(taken.saturating_mul(hops));
        left -= taken;
    }
    Some(energy)
}

/// Chooses the depth with the least `B E(P, d) / (P-1) + (P-1) h + d p`, and the smallest of equal ones; h is a hop, p
/// the processing of an addition (2 T_R + 1). `None` for a line of fewer than two PEs.
///
/// Tries all depths in O(P) steps, nearly all of them at depth 1.
pub fn auto_gen(mesh: &Mesh, length: u32, wavelets: f64) -> Option<AutoGen> {
    let links = length.checked_sub(1).filter(|&links| links > 0)?;
    let estimate = |depth: u32| {
        let energy = auto_gen_energy(length, depth)?;
        let serial = wavelets * energy as f64 / f64::from(links);
        let latency = f64::from(links) * mesh.hop_cycles + f64::from(depth) * mesh.processing_cycles();
        Some(AutoGen { depth, energy, cycles: serial + latency })
    };
    (1..=links).filter_map(estimate).min_by(|a, b| a.cycles.total_cmp(&b.cycles))
}

/// The parent of every PE in a pre-order tree of `length` PEs with the least energy within `depth`, which is taken as 1 at
/// least and `length - 1` at most. The root is its own parent.
pub(super) fn pre_order_parents(length: u32, depth: u32) -> Vec<u32> {
    let mut parents = vec![0; length as usize];
    let mut open = vec![(0, length, depth.clamp(1, length.saturating_sub(1).max(1)))];
    while let Some((root, mut size, depth)) = open.pop() {
        // The last child first: the rest is the same tree with one child less.
        while size > 1 {
            let child = last_child(size, depth);
            size -= child;
            parents[(root + size) as usize] = root;
            open.push((root + size, child, depth - 1));
        }
    }
    parents
}

/// Number of PEs of the last child's subtree, in a tree of `size` PEs (at least two) within `depth`.
///
/// It is the number of the child's steps among the `size - 2` least of the two joined sequences. Equal steps may be
/// divided freely. They go to the rest first, because smaller last children run faster (512 PEs, 64 wavelets: 738
/// cycles; in the opposite order 765).
fn last_child(size: u32, depth: u32) -> u32 {
    let mut left = u64::from(size - 2);
    let mut child = 1;
    let mut of_rest = 0;
    // The steps of the root's other PEs are one hop longer than in a tree of their own.
    for ((_, own), (_, of_child)) in steps(depth).zip(steps(depth - 1)) {
        left -= of_rest.min(left);
        let taken = of_child.min(left);
        child += taken as u32;
        left -= taken;
        if left == 0 {
            break;
        }
        of_rest = own;
    }
    child
}

/// The number of steps of 1, 2, 3, ... hops at a depth: `C(depth + k - 1, k)` steps of k hops. Numbers beyond 2^32 are
/// inexact, but never below 2^32.
fn steps(depth: u32) -> impl Iterator<Item = (u64, u64)> {
    let mut count = 1_u64;
    (1_u64..).map(move |hops| {
        count = count.saturating_mul(u64::from(depth) + hops - 1) / hops;
        (hops, count)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The recursion of the released code, unchanged.
    fn table(nodes: usize, depths: usize) -> Vec<Vec<Option<u64>>> {
        let mut energy = vec![vec![None; nodes + 1]; depths + 1];
        (0..=depths).for_each(|depth| energy[depth][1] = Some(0));
        for depth in 1..=depths {
            for size in 2..=nodes {
                let split = |child: usize| {
                    Some(energy[depth - 1][child]? + energy[depth][size - child]? + (size - child) as u64)
                };
                let best = (1..size).filter_map(split).chain(energy[depth - 1][size]).min();
                energy[depth][size] = best;
            }
        }
        energy
    }

    #[test]
    fn the_closed_form_equals_the_recursion() {
        let table = table(90, 90);
        for (depth, row) in table.iter().enumerate() {
            for (nodes, &expected) in row.iter().enumerate() {
                assert_eq!(auto_gen_energy(nodes as u32, depth as u32), expected, "{nodes} PEs within depth {depth}");
            }
        }
    }

    #[test]
    fn every_tree_has_its_order_energy_and_depth() {
        for length in 1..=90 {
            for depth in 1..length.max(2) {
                let parents = pre_order_parents(length, depth);
                let mut depths = vec![0; length as usize];
                let mut energy = 0;
                for place in 1..length {
                    let parent = parents[place as usize];
                    assert!(parent < place);
                    // Pre-order: the parent is the PE before, or one of the PEs above that.
                    let mut above = place - 1;
                    while above > parent {
                        above = parents[above as usize];
                    }
                    assert_eq!(above, parent, "PE {place} of {length} within depth {depth}");
                    depths[place as usize] = depths[parent as usize] + 1;
                    energy += u64::from(place - parent);
                }
                assert!(depths.iter().all(|&deep| deep <= depth));
                assert_eq!(Some(energy), auto_gen_energy(length, depth), "{length} PEs within depth {depth}");
            }
        }
    }

    #[test]
    fn short_lines_have_no_choice_of_depth() {
        assert_eq!(auto_gen_energy(0, 5), None);
        assert_eq!(auto_gen_energy(1, 0), Some(0));
        assert_eq!(auto_gen_energy(2, 0), None);
        assert_eq!(pre_order_parents(0, 3), Vec::<u32>::new());
        assert_eq!(pre_order_parents(4, 1), [0, 0, 0, 0]);
        assert_eq!(pre_order_parents(4, 99), [0, 0, 1, 2]);
    }
}
