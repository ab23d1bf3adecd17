//! In which order a pipeline stage works: one forward, one backward (1F1B), interleaved if a stage has several chunks.
//!
//! As in Megatron-LM: microbatches go in groups of as many as there are stages, each group through all chunks; the first
//! stages run ahead by a number of forward passes, then forward and backward alternate.

/// One pass of a microbatch through one chunk of a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pass {
    pub backward: bool,
    pub chunk: u32,
    pub microbatch: u32,
}

/// The forward passes of a stage in order, or mirrored the backward passes.
fn in_groups(stages: u32, chunks: u32, microbatches: u32, backward: bool) -> Vec<Pass> {
    let mut passes = Vec::with_capacity(chunks as usize * microbatches as usize);
    let mut first = 0;
    while first < microbatches {
        let last = (first + stages).min(microbatches);
        for chunk in 0..chunks {
            let chunk = if backward { chunks - 1 - chunk } else { chunk };
            passes.extend((first..last).map(|microbatch| Pass { backward, chunk, microbatch }));
        }
        first = last;
    }
    passes
}

/// Whether the last group of microbatches of an interleaved pipeline is not full.
pub(super) fn is_ragged(stages: u32, chunks: u32, microbatches: u32) -> bool {
    stages > 1 && chunks > 1 && !microbatches.is_multiple_of(stages)
}

/// The passes of a stage in the order of its compute stream.
pub(super) fn stage_order(stage: u32, stages: u32, chunks: u32, microbatches: u32) -> Vec<Pass> {
    if stages == 1 {
        return one_stage(chunks, microbatches);
    }
    let forward = in_groups(stages, chunks, microbatches, false);
    let backward = in_groups(stages, chunks, microbatches, true);
    let behind = stages - 1 - stage;
    let ahead = if chunks == 1 {
        behind
    } else if is_ragged(stages, chunks, microbatches) {
        // With a group that is not full, stages would wait for each other: all forward passes come first.
        chunks * microbatches
    } else {
        2 * behind + (chunks - 1) * stages
    };
    let ahead = (ahead as usize).min(forward.len());
    let mut order = Vec::with_capacity(2 * forward.len());
    order.extend_from_slice(&forward[..ahead]);
    for (next, done) in forward[ahead..].iter().zip(&backward) {
        order.extend([*next, *done]);
    }
    order.extend_from_slice(&backward[forward.len() - ahead..]);
    order
}

/// One stage: every microbatch forward through all chunks, then backward.
fn one_stage(chunks: u32, microbatches: u32) -> Vec<Pass> {
    let pass = |backward, chunk, microbatch| Pass { backward, chunk, microbatch };
    let each = (0..microbatches).flat_map(|microbatch| {
        let forward = (0..chunks).map(move |chunk| pass(false, chunk, microbatch));
        forward.chain((0..chunks).rev().map(move |chunk| pass(true, chunk, microbatch)))
    });
    each.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stage_does_every_pass_once_and_forward_before_backward() {
        for (stages, chunks, microbatches) in [(1, 1, 3), (1, 4, 2), (4, 1, 8), (4, 3, 8), (4, 2, 6), (8, 6, 3)] {
            for stage in 0..stages {
                let order = stage_order(stage, stages, chunks, microbatches);
                assert_eq!(order.len() as u32, 2 * chunks * microbatches);
                for chunk in 0..chunks {
                    for microbatch in 0..microbatches {
                        let place = |backward| {
                            let pass = Pass { backward, chunk, microbatch };
                            let places: Vec<usize> =
                                order.iter().enumerate().filter(|(_, one)| **one == pass).map(|(at, _)| at).collect();
                            assert_eq!(places.len(), 1, "{pass:?} of stage {stage}");
                            places[0]
                        };
                        assert!(place(false) < place(true));
                    }
                }
            }
        }
    }
}
