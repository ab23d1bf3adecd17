//! Groups of ranks as they are written: `all`, `0..8`, `0..64 by 8`, `0, 2, 4..8`, `groups of 8`, `groups of 4 by 8`.

use crate::units::{grouped, quoted};

/// Why a text is not groups of ranks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RankText {
    pub problem: String,
    pub hint: String,
}

const HINT: &str = "accepted: `all`, `0..8` (without 8), `0..64 by 8`, `0, 2, 4..8`, `groups of 8`, `groups of 4 by 8` (every 8th rank)";

/// The groups, each in ascending order of ranks, without a rank that is twice in one.
///
/// # Errors
/// A text of another form, ranks that do not exist or are named twice, or a number of replicas that the groups do not divide.
pub(super) fn rank_groups(text: &str, replicas: u32) -> Result<Vec<Vec<u32>>, RankText> {
    let unknown = || RankText { problem: format!("`{}` is not a group of ranks", quoted(text)), hint: HINT.to_owned() };
    let trimmed = text.trim();
    if trimmed == "all" {
        return Ok(vec![(0..replicas).collect()]);
    }
    if let Some(rest) = trimmed.strip_prefix("groups of") {
        let (size, stride) = rest.split_once("by").unwrap_or((rest, "1"));
        let number = |text: &str| text.trim().parse::<u32>().ok().filter(|number| *number > 0).ok_or_else(unknown);
        return groups_of(number(size)?, number(stride)?, replicas);
    }
    let mut group: Vec<u32> = Vec::new();
    for part in trimmed.split(',') {
        group.extend(range(part, replicas).ok_or_else(unknown)??);
    }
    let count = group.len();
    group.sort_unstable();
    group.dedup();
    if group.len() < count {
        let problem = format!("`{}` names a rank twice", quoted(text));
        return Err(RankText { problem, hint: "name each rank once".to_owned() });
    }
    Ok(vec![group])
}

/// Equal groups of all ranks, the ranks of each `stride` apart.
fn groups_of(size: u32, stride: u32, replicas: u32) -> Result<Vec<Vec<u32>>, RankText> {
    let block = u64::from(size) * u64::from(stride);
    if !u64::from(replicas).is_multiple_of(block) {
        let problem = if stride == 1 {
            format!("{} ranks are not groups of {size}", grouped(replicas.into()))
        } else {
            format!("{} ranks are not groups of {size}, {stride} apart", grouped(replicas.into()))
        };
        return Err(RankText { problem, hint: format!("accepted: a number of replicas that {block} divides") });
    }
    // It divides the replicas, so it is in their range.
    let block = block as u32;
    let starts = (0..replicas / block).flat_map(|at| (0..stride).map(move |place| at * block + place));
    Ok(starts.map(|start| (0..size).map(|number| start + number * stride).collect()).collect())
}

/// The ranks of `3`, `0..8` or `0..64 by 8`; `None` for a text of another form.
fn range(part: &str, replicas: u32) -> Option<Result<Vec<u32>, RankText>> {
    let missing = |rank: u32| RankText {
        problem: format!("there is no rank {}", grouped(rank.into())),
        hint: format!("accepted: 0 to {}", grouped(u64::from(replicas) - 1)),
    };
    let number = |text: &str| text.trim().parse::<u32>().ok();
    let Some((first, rest)) = part.split_once("..") else {
        let rank = number(part)?;
        return Some(if rank < replicas { Ok(vec![rank]) } else { Err(missing(rank)) });
    };
    let (end, stride) = rest.split_once("by").unwrap_or((rest, "1"));
    let (first, end) = (number(first)?, number(end)?);
    let stride = number(stride).filter(|stride| *stride > 0)?;
    if first >= end {
        return None;
    }
    if end > replicas {
        return Some(Err(missing(end - 1)));
    }
    Some(Ok((first..end).step_by(stride as usize).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_read_as_they_are_written() {
        let groups = |text: &str| rank_groups(text, 16).expect(text);
        assert_eq!(groups("all"), [(0..16).collect::<Vec<u32>>()]);
        assert_eq!(groups("0..4"), [[0, 1, 2, 3]]);
        assert_eq!(groups("0..16 by 8"), [[0, 8]]);
        assert_eq!(groups("5, 0..3"), [[0, 1, 2, 5]]);
        assert_eq!(groups("groups of 8"), [(0..8).collect::<Vec<u32>>(), (8..16).collect()]);
        assert_eq!(groups("groups of 2 by 8").len(), 8);
        assert_eq!(groups("groups of 2 by 8")[3], [3, 11]);
        assert_eq!(groups("groups of 2 by 2"), [[0, 2], [1, 3], [4, 6], [5, 7], [8, 10], [9, 11], [12, 14], [13, 15]]);
    }

    #[test]
    fn wrong_groups_say_what_is_wrong() {
        for (text, problem) in [
            ("8..4", "is not a group"),
            ("some", "is not a group"),
            ("groups of 0", "is not a group"),
            ("groups of 5", "16 ranks are not groups of 5"),
            ("groups of 4 by 8", "not groups of 4, 8 apart"),
            ("0..17", "there is no rank 16"),
            ("3, 3", "names a rank twice"),
            ("0..4, 2", "names a rank twice"),
        ] {
            let error = rank_groups(text, 16).expect_err(text);
            assert!(error.problem.contains(problem) && !error.hint.is_empty(), "{text}: {error:?}");
        }
    }
}
