//! The facts beside the rows: ranks, hosts, devices, versions, the operation, headings.

use std::collections::BTreeSet;

use super::line::{Word, whole};
use super::operation::Operation;
use super::public_text::{HEADINGS, device_name, version};

/// The most device names of a log: a machine has one or two kinds.
const MAX_DEVICE_NAMES: usize = 64;

/// The devices of a run.
#[derive(Clone, Debug, Default)]
pub(super) struct Devices {
    /// Group and rank of each.
    ranks: BTreeSet<(u64, u32)>,
    hosts: BTreeSet<String>,
    pub names: Vec<String>,
}

impl Devices {
    /// Whether the rank is already listed, so that another list must have begun.
    pub(super) fn lists(&self, line: &RankLine<'_>) -> bool {
        self.ranks.contains(&(line.group, line.rank))
    }

    pub(super) fn add(&mut self, group: u64, rank: u32, host: &str, name: &str) {
        self.ranks.insert((group, rank));
        if !host.is_empty() {
            self.hosts.insert(host.to_owned());
        }
        let name = device_name(name);
        if !name.is_empty() && self.names.len() < MAX_DEVICE_NAMES && !self.names.contains(&name) {
            self.names.push(name);
        }
    }

    /// Number of ranks of one communicator.
    ///
    /// Ranks count from 0, so that the highest is enough even if lines are missing. With several groups
    /// (`NCCL_TESTS_SPLIT`), each its own communicator, the ranks of the largest group count.
    pub(super) fn ranks(&self) -> Option<u32> {
        let groups: BTreeSet<u64> = self.ranks.iter().map(|(group, _)| *group).collect();
        if groups.len() <= 1 {
            return self.ranks.last().map(|(_, rank)| rank.saturating_add(1));
        }
        // In order of groups, so each group is one run.
        let (mut largest, mut count, mut current) = (0, 0, None);
        for (group, _) in &self.ranks {
            count = if current == Some(group) { count + 1 } else { 1 };
            current = Some(group);
            largest = largest.max(count);
        }
        Some(largest)
    }

    /// Number of ranks if only the first of every `per_process` is listed, as in the JSON of several GPUs per process.
    pub(super) fn ranks_listed_by_process(&self, per_process: u32) -> Option<u32> {
        let first_ones = per_process > 1 && self.ranks.iter().all(|(_, rank)| rank.is_multiple_of(per_process));
        let added = if first_ones { per_process - 1 } else { 0 };
        self.ranks().map(|ranks| ranks.saturating_add(added))
    }

    pub(super) fn nodes(&self) -> Option<u32> {
        if self.hosts.is_empty() { None } else { u32::try_from(self.hosts.len()).ok() }
    }
}

/// A line of the list of devices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RankLine<'a> {
    pub group: u64,
    pub rank: u32,
    pub pid: u64,
    pub host: &'a str,
    pub name: String,
}

/// Reads `Rank  3 Group  0 Pid   6902 on host device  3 [0000:0b:00] NVIDIA H100` (old: no group).
pub(super) fn rank_line<'a>(words: &[Word<'a>]) -> Option<RankLine<'a>> {
    let at = words.iter().position(|word| word.text == "Rank")?;
    let text = |index: usize| words.get(at + index).map_or("", |word| word.text);
    let rank = whole(text(1)).and_then(|rank| u32::try_from(rank).ok()).filter(|rank| *rank < 10_000_000)?;
    let (group, pid) = match text(2) {
        "Group" => (whole(text(3)).unwrap_or(0), 4),
        "Pid" => (0, 2),
        _ => return None,
    };
    let host = if text(pid) == "Pid" && text(pid + 2) == "on" { text(pid + 3) } else { "" };
    // The name follows the bus id, which is in brackets.
    let rest = words.get(at..).unwrap_or_default();
    let name = rest.iter().position(|word| word.text.ends_with(']')).and_then(|bus| rest.get(bus + 1..));
    let name: Vec<&str> = name.unwrap_or_default().iter().map(|word| word.text).collect();
    Some(RankLine { group, rank, pid: whole(text(pid + 1)).unwrap_or(0), host, name: name.join(" ") })
}

/// How many sizes a program says it will measure: `minBytes 8 maxBytes 1024 step: 2(factor)`, or `step: 8(bytes)`.
pub(super) fn announced_sizes(words: &[Word<'_>]) -> Option<u64> {
    let after = |key: &str| {
        let at = words.iter().position(|word| word.text == key)?;
        words.get(at + 1).map(|word| word.text)
    };
    let (least, most) = (whole(after("minBytes")?)?, whole(after("maxBytes")?)?);
    let (step, kind) = after("step:")?.split_once('(')?;
    let step = whole(step)?;
    if least == 0 || most < least {
        return None;
    }
    match kind {
        "factor)" if step > 1 => Some(1 + u64::from((most / least).ilog(step))),
        "bytes)" if step > 0 => Some(1 + (most - least) / step),
        _ => None,
    }
}

/// `# key: value` of saved tables.
pub(super) fn header_value<'a>(words: &[Word<'a>], key: &str) -> Option<&'a str> {
    match words {
        [hash, name, value, ..] if hash.text == "#" && name.text.strip_suffix(':') == Some(key) => Some(value.text),
        _ => None,
    }
}

/// Whether a line marks the tables below it as simulated: `# simulated by fabricscope 0.1.0, not measured`.
pub(super) fn is_simulation(words: &[Word<'_>]) -> bool {
    matches!(words, [hash, simulated, by, program, ..]
        if hash.text == "#" && simulated.text == "simulated" && by.text == "by" && program.text == "fabricscope")
}

/// NCCL's version, from `NCCL version 2.26.2+cuda12.8`, `RCCL version : 2.22.3`, `nccl-library=23007` or `# nccl: 2.26.2`.
pub(super) fn nccl_version(words: &[Word<'_>]) -> Option<String> {
    let is_version = |text: &str| text.starts_with(|c: char| c.is_ascii_digit()) && text.contains('.');
    for (at, pair) in words.windows(2).enumerate() {
        // The tag of MPI may precede it directly.
        if let [nccl, word] = pair
            && nccl.text.ends_with("CCL")
            && word.text == "version"
        {
            let after = words.get(at + 2..).unwrap_or_default().iter().find(|word| word.text != ":");
            if let Some(number) = after.filter(|word| is_version(word.text)) {
                return version(number.text);
            }
        }
    }
    let code = words.iter().find_map(|word| word.text.strip_prefix("nccl-library="));
    if let Some(code) = code.and_then(whole) {
        return version_of_code(code);
    }
    header_value(words, "nccl").and_then(version)
}

/// The version of NCCL for its code: 23007 is 2.30.7, and before 2.9, 2804 is 2.8.4.
pub(super) fn version_of_code(code: u64) -> Option<String> {
    let major_unit = if code >= 10_000 { 10_000 } else { 1_000 };
    let version = format!("{}.{}.{}", code / major_unit, code % major_unit / 100, code % 100);
    (code >= 1_000).then_some(version)
}

/// The operation in the name of a program: `build/all_reduce_perf` is an all-reduce; one that is not of nccl-tests is
/// unknown.
pub(super) fn program(word: &str) -> Option<Operation> {
    let (before, _) = word.split_once("_perf")?;
    let start = before.rfind(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).map_or(0, |at| at + 1);
    let name = before.get(start..).filter(|name| (1..=32).contains(&name.len()))?;
    Some(Operation::from_program(name).unwrap_or(Operation::Unknown))
}

/// A heading that people wrote above a table: `**BAD RESULTS**`, `## after the upgrade`, `#  BAD`, `before:`.
pub(super) fn heading(line: &str) -> Option<String> {
    let line = line.trim();
    let known = |text: &str| text.split(' ').any(|word| HEADINGS.contains(&word.to_ascii_lowercase().as_str()));
    let text = if let Some(bold) = line.strip_prefix("**") {
        bold.strip_suffix("**")?
    } else if let Some(markdown) = line.strip_prefix("##") {
        markdown.trim_start_matches('#')
    } else if let Some(comment) = line.strip_prefix('#') {
        Some(comment).filter(|comment| known(comment.trim()))?
    } else {
        line.strip_suffix(':').filter(|word| known(word))?
    };
    let text = text.trim().trim_end_matches(':');
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.' | ',' | '(' | ')' | '=');
    ((1..=60).contains(&text.len()) && text.chars().all(is_plain)).then(|| text.to_owned())
}
