//! The operations of a trace in an order that its dependencies allow, and what each of them waits for.

use std::collections::{BTreeMap, BTreeSet};

use super::node::{COLLECTIVE, COMPUTATION, Node, RECEIVE, SEND};
use crate::import::error::ImportError;
use crate::import::operations::Operation;
use crate::scene::Collective;

/// Operations that a node which is none waits for, at most.
const MAX_PASSED_ON: usize = 64;

/// What became of the nodes.
#[derive(Debug, Default)]
pub(super) struct Played {
    /// The operations, each after those that it waits for.
    pub operations: Vec<Operation>,
    /// Nodes of a collective without operation or size.
    pub without_size: usize,
    /// Dependencies on nodes that the file does not have.
    pub missing: usize,
    /// Receives, which their sends stand for.
    pub receives: usize,
}

/// What of a trace is played.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Counted {
    /// Whether the order of the program counts, and not only the data.
    pub control: bool,
    /// Whether computations take their time.
    pub computations: bool,
}

/// The collective of a number in Chakra's schema.
fn collective(number: u64) -> Option<Collective> {
    Some(match number {
        0 => Collective::AllReduce,
        1 => Collective::Reduce,
        2 => Collective::AllGather,
        5 => Collective::Broadcast,
        6 => Collective::AllToAll,
        7 | 8 => Collective::ReduceScatter,
        _ => return None,
    })
}

/// What a node plays; `None` if it only passes dependencies on.
fn work(node: &Node, (ranks, counted): (u32, Counted), played: &mut Played) -> Option<Operation> {
    match node.kind {
        COLLECTIVE => {
            let known = node.comm_type.and_then(collective).zip(node.comm_size.filter(|bytes| *bytes > 0));
            let Some((collective, bytes)) = known else {
                played.without_size += 1;
                return None;
            };
            // Sizes are those of a rank: what it gives to an all-gather.
            let factor = if collective == Collective::AllGather { u64::from(ranks) } else { 1 };
            Some(Operation::collective(collective, bytes.saturating_mul(factor).min(1 << 50)))
        }
        SEND => {
            let bytes = node.comm_size.filter(|bytes| *bytes > 0)?;
            Some(Operation::collective(Collective::SendRecv, bytes.min(1 << 50)))
        }
        RECEIVE => {
            played.receives += 1;
            None
        }
        COMPUTATION if counted.computations && node.duration_us > 0 => {
            Some(Operation::compute((node.duration_us as f64 * 1e-6).min(3_600.0)))
        }
        _ => None,
    }
}

/// Plays the nodes of a trace.
///
/// # Errors
/// Nodes that wait for each other, or an id twice.
pub(super) fn play(nodes: &[Node], ranks: u32, counted: Counted) -> Result<Played, ImportError> {
    let mut played = Played::default();
    let mut places = BTreeMap::new();
    for (place, node) in nodes.iter().enumerate() {
        if places.insert(node.id, place).is_some() {
            return Err(ImportError::whole(
                format!("two nodes have the id {}", node.id),
                "accepted: an id of its own for each node",
            ));
        }
    }
    let mut followers: Vec<Vec<usize>> = vec![Vec::new(); nodes.len()];
    let mut waits: Vec<usize> = vec![0; nodes.len()];
    for (place, node) in nodes.iter().enumerate() {
        for id in node.data.iter().chain(node.control.iter().filter(|_| counted.control)) {
            match places.get(id) {
                Some(&before) => {
                    if let (Some(list), Some(own)) = (followers.get_mut(before), waits.get_mut(place)) {
                        list.push(place);
                        *own += 1;
                    }
                }
                None => played.missing += 1,
            }
        }
    }
    let mut ready: BTreeSet<usize> =
        waits.iter().enumerate().filter(|(_, waits)| **waits == 0).map(|(place, _)| place).collect();
    // The operations that each node passes on to its followers.
    let mut passed: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); nodes.len()];
    let mut done = 0;
    while let Some(place) = ready.pop_first() {
        done += 1;
        let Some(node) = nodes.get(place) else { continue };
        let mut own = std::mem::take(passed.get_mut(place).unwrap_or(&mut BTreeSet::new()));
        if let Some(operation) = work(node, (ranks, counted), &mut played) {
            let at = played.operations.len();
            played.operations.push(operation.after(own.into_iter().collect()));
            own = BTreeSet::from([at]);
        }
        for &follower in followers.get(place).map(Vec::as_slice).unwrap_or_default() {
            if let Some(list) = passed.get_mut(follower) {
                list.extend(&own);
                while list.len() > MAX_PASSED_ON {
                    // The earliest are the ones that the others wait for most likely.
                    list.pop_first();
                }
            }
            if let Some(waits) = waits.get_mut(follower) {
                *waits -= 1;
                if *waits == 0 {
                    ready.insert(follower);
                }
            }
        }
    }
    if done < nodes.len() {
        let stuck = waits.iter().position(|waits| *waits > 0).and_then(|place| nodes.get(place));
        let id = stuck.map_or(0, |node| node.id);
        return Err(ImportError::whole(
            format!("node {id} is in or behind a circle of nodes that wait for each other"),
            "accepted: dependencies without a circle",
        ));
    }
    Ok(played)
}
