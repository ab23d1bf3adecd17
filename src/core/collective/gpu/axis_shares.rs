//! How a message is divided between the orders in which its parts go along the axes of a torus.
//!
//! Every order of a part loads all axes, the first one most. If the axes are alike, orders in rotation keep all of them busy
//! until the end. If they differ, no division does so exactly: the shares are found by search, with a model of streams that
//! share an axis evenly. It ignores latency, and agrees with the engine to the femtosecond without it.

use crate::plan::{AllReduceHalf, Halves};

/// The parts that a message is rounded to.
const GRAIN: u32 = 60;

/// An axis with more than one chip.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct LoadedAxis {
    pub length: u32,
    /// Bytes per second that a ring along it moves, all its rings together.
    pub capacity: f64,
}

/// An order of the axes, and its share of the message: the weight over all weights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct AxisOrder {
    pub axes: Vec<usize>,
    pub weight: u32,
}

/// The orders of up to three axes and their weights.
pub(super) fn axis_orders(axes: &[LoadedAxis], halves: Halves) -> Vec<AxisOrder> {
    let count = axes.len();
    let rotated = |first: usize| (0..count).map(|turn| (first + turn) % count).collect::<Vec<_>>();
    let uniform = axes.windows(2).all(|pair| pair[0] == pair[1]);
    if uniform {
        return (0..count).map(|first| AxisOrder { axes: rotated(first), weight: 1 }).collect();
    }
    let mirrored = |first: usize| rotated(first).into_iter().rev().collect::<Vec<_>>();
    let mut orders: Vec<Vec<usize>> = (0..count).map(rotated).chain((0..count).map(mirrored)).collect();
    orders.sort_unstable();
    orders.dedup();
    let weights = searched_weights(axes, &orders, halves);
    let divisor = weights.iter().copied().fold(0, common_divisor).max(1);
    let weighted = orders.into_iter().zip(weights).filter(|(_, weight)| *weight > 0);
    weighted.map(|(axes, weight)| AxisOrder { axes, weight: weight / divisor }).collect()
}

/// Weights from equal ones on, changed between two orders as long as that saves time: first much, then little.
fn searched_weights(axes: &[LoadedAxis], orders: &[Vec<usize>], halves: Halves) -> Vec<u32> {
    let count = orders.len() as u32;
    let mut weights = vec![GRAIN / count; orders.len()];
    let mut least = duration(axes, orders, &weights, halves);
    for step in [8, 4, 2, 1, 8, 4, 2, 1] {
        loop {
            let mut best = None;
            for (from, to) in (0..orders.len()).flat_map(|from| (0..orders.len()).map(move |to| (from, to))) {
                if from == to || weights[from] < step {
                    continue;
                }
                let mut changed = weights.clone();
                changed[from] -= step;
                changed[to] += step;
                let time = duration(axes, orders, &changed, halves);
                if time < least * (1.0 - 1e-9) {
                    (least, best) = (time, Some(changed));
                }
            }
            match best {
                Some(changed) => weights = changed,
                None => break,
            }
        }
    }
    weights
}

/// What an order still has to do.
struct Job {
    /// Axis and work of each of its turns, the next one last.
    turns: Vec<(usize, f64)>,
}

/// How long the orders take together: each goes on to its next axis when it is through with one, and those on the same axis
/// share it evenly.
fn duration(axes: &[LoadedAxis], orders: &[Vec<usize>], weights: &[u32], halves: Halves) -> f64 {
    let job = |(order, &weight): (&Vec<usize>, &u32)| {
        let mut left = f64::from(weight);
        let mut turns: Vec<(usize, f64)> = Vec::new();
        for &axis in order {
            let LoadedAxis { length, capacity } = axes[axis];
            turns.push((axis, left * f64::from(length - 1) / f64::from(length) / capacity));
            left /= f64::from(length);
        }
        match halves {
            Halves::Both => turns = turns.iter().chain(turns.iter().rev()).copied().collect(),
            Halves::Only(AllReduceHalf::ReduceScatter) => turns.reverse(),
            // The other half backwards, and the next turn is the last of the list.
            Halves::Only(AllReduceHalf::AllGather) => {}
        }
        Job { turns }
    };
    let mut jobs: Vec<Job> = orders.iter().zip(weights).filter(|(_, weight)| **weight > 0).map(job).collect();
    let mut time = 0.0;
    loop {
        jobs.retain(|job| !job.turns.is_empty());
        let mut users = vec![0.0; axes.len()];
        jobs.iter().filter_map(|job| job.turns.last()).for_each(|&(axis, _)| users[axis] += 1.0);
        let ends = jobs.iter().filter_map(|job| job.turns.last()).map(|&(axis, work)| work * users[axis]);
        let step = ends.fold(f64::INFINITY, f64::min);
        if !step.is_finite() {
            return time;
        }
        time += step;
        for job in &mut jobs {
            let Some((axis, work)) = job.turns.last_mut() else { continue };
            let before = *work;
            *work -= step / users[*axis];
            if *work <= before * 1e-12 {
                job.turns.pop();
            }
        }
    }
}

fn common_divisor(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { common_divisor(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axes<const N: usize>(of: [(u32, f64); N]) -> Vec<LoadedAxis> {
        of.iter().map(|&(length, capacity)| LoadedAxis { length, capacity }).collect()
    }

    /// Time of the chosen orders over the time in which all axes together could move everything.
    fn over_bound(axes: &[LoadedAxis], halves: Halves) -> f64 {
        let orders = axis_orders(axes, halves);
        let (lists, weights): (Vec<Vec<usize>>, Vec<u32>) =
            orders.into_iter().map(|order| (order.axes, order.weight)).unzip();
        let chips: f64 = axes.iter().map(|axis| f64::from(axis.length)).product();
        let all: f64 = axes.iter().map(|axis| axis.capacity).sum();
        let message = f64::from(weights.iter().sum::<u32>());
        let times = f64::from(halves.count());
        duration(axes, &lists, &weights, halves) / (times * message * (chips - 1.0) / chips / all)
    }

    #[test]
    fn equal_axes_are_all_busy_until_the_end() {
        for halves in [Halves::Both, Halves::ALL_GATHER, Halves::REDUCE_SCATTER] {
            for axes in [axes([(4, 1.0); 3]).as_slice(), &axes([(16, 2.0); 2]), &axes([(9, 2.0)])] {
                assert!((over_bound(axes, halves) - 1.0).abs() < 1e-9, "{axes:?}");
            }
        }
    }

    #[test]
    fn axes_that_differ_cost_little_more_than_their_bound() {
        // An UltraServer, slices of TPUs, and a thin box: with equal thirds the first would take 1.67 times its bound.
        for (axes, most) in [
            (axes([(4, 128.0), (4, 128.0), (4, 64.0)]), 1.2),
            (axes([(16, 90.0), (16, 90.0), (24, 90.0)]), 1.03),
            (axes([(4, 1.0), (4, 1.0), (8, 1.0)]), 1.1),
            (axes([(4, 1.0), (8, 1.0), (2, 1.0)]), 1.25),
        ] {
            for halves in [Halves::Both, Halves::ALL_GATHER] {
                let ratio = over_bound(&axes, halves);
                assert!(ratio > 1.0 - 1e-9 && ratio < most, "{axes:?}: {ratio}");
            }
        }
        let two = over_bound(&axes([(8, 0.5), (16, 1.0)]), Halves::Both);
        assert!((1.0..1.1).contains(&two), "{two}");
    }
}
