//! Which layers a pipeline stage has, and how they are split into its chunks.

/// Layers of each stage. Where they do not divide, the last stage has one fewer (it has the output head too), then the first
/// (it has the embedding), then others from the end.
pub(super) fn stage_layers(layers: u32, stages: u32) -> Vec<u32> {
    let most = layers.div_ceil(stages.max(1));
    let mut found = vec![most; stages as usize];
    let mut missing = most * stages - layers;
    let last = found.len().saturating_sub(1);
    let places = [last, 0].into_iter().chain((1..last).rev());
    for place in places {
        if missing == 0 {
            break;
        }
        if let Some(own) = found.get_mut(place) {
            (*own, missing) = (*own - 1, missing - 1);
        }
    }
    found
}

/// Layers of each chunk of a stage; the short chunks come last, on the first stage first.
pub(super) fn chunk_layers(layers: u32, chunks: u32, is_first: bool) -> Vec<u32> {
    let most = layers.div_ceil(chunks.max(1));
    let short = most * chunks - layers;
    let is_short = |chunk: u32| if is_first { chunk < short } else { chunk >= chunks - short };
    (0..chunks).map(|chunk| if is_short(chunk) { most - 1 } else { most }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_are_spread_as_evenly_as_they_can_be() {
        assert_eq!(stage_layers(126, 8), [15, 16, 16, 16, 16, 16, 16, 15]);
        assert_eq!(stage_layers(5, 1), [5]);
        for (layers, stages) in [(80, 7), (9, 8), (126, 16), (7, 7)] {
            let found = stage_layers(layers, stages);
            assert_eq!(found.iter().sum::<u32>(), layers);
            assert!(found.iter().all(|own| layers.div_ceil(stages) - own <= 1 && *own > 0));
        }
        assert_eq!(chunk_layers(15, 8, true), [1, 2, 2, 2, 2, 2, 2, 2]);
        assert_eq!(chunk_layers(15, 8, false), [2, 2, 2, 2, 2, 2, 2, 1]);
    }
}
