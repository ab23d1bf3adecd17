//! What a log tells by the process that wrote a line: the hosts of the ranks, and which communicator a line about NVLS is of.
//!
//! Names of hosts and processes are compared here and never leave this room.

use std::collections::{BTreeMap, BTreeSet};

/// Most writers whose lines are told apart.
const MAX_WRITERS: usize = 100_000;

/// A process and thread while its lines are read.
#[derive(Debug, Default)]
struct Writer {
    /// Ranks of the communicator that it is setting up.
    open: Option<u32>,
    /// What it said about NVLS before it named a communicator.
    pending: Option<bool>,
}

/// What the writers of a log said.
#[derive(Debug, Default)]
pub(super) struct Seen {
    writers: BTreeMap<String, Writer>,
    /// Ranks of the largest communicator about which a line about NVLS is, and what the first such line says.
    nvls: Option<(u32, bool)>,
    /// Ranks of the largest communicator, and those of each host.
    hosts: (u32, BTreeMap<String, BTreeSet<u64>>),
}

impl Seen {
    fn writer(&mut self, name: &str) -> Option<&mut Writer> {
        if self.writers.len() >= MAX_WRITERS && !self.writers.contains_key(name) {
            return None;
        }
        Some(self.writers.entry(name.to_owned()).or_default())
    }

    fn take_nvls(&mut self, ranks: u32, is_available: bool) {
        // Of equal communicators the first counts: the others may be those of a later job.
        if self.nvls.is_none_or(|(known, _)| ranks > known) {
            self.nvls = Some((ranks, is_available));
        }
    }

    /// A line about NVLS. It stands before or after the one that names the communicator, by version.
    pub(super) fn nvls(&mut self, name: &str, is_available: bool) {
        let Some(writer) = self.writer(name) else { return };
        match writer.open {
            Some(ranks) => self.take_nvls(ranks, is_available),
            None => writer.pending = Some(is_available),
        }
    }

    /// A line about a communicator.
    pub(super) fn communicator(&mut self, name: &str, ranks: u32, rank: Option<u64>, is_complete: bool) {
        if ranks > self.hosts.0 {
            self.hosts = (ranks, BTreeMap::new());
        }
        if let (Some(host), Some(rank)) = (host(name), rank)
            && ranks == self.hosts.0
            && rank < u64::from(ranks)
        {
            self.hosts.1.entry(host.to_owned()).or_default().insert(rank);
        }
        let Some(writer) = self.writer(name) else { return };
        writer.open = (!is_complete).then_some(ranks);
        if let Some(is_available) = writer.pending.take() {
            self.take_nvls(ranks, is_available);
        }
    }

    /// Whether the GPUs of the communicator of so many ranks can use NVLS.
    pub(super) fn has_nvls(&self, ranks: u32) -> Option<bool> {
        let of_ranks = self.nvls.filter(|(known, _)| *known == ranks).map(|(_, is_available)| is_available);
        // A log without the lines of its communicators.
        let pending = || self.writers.values().find_map(|writer| writer.pending);
        of_ranks.or_else(pending).or(self.nvls.map(|(_, is_available)| is_available))
    }

    /// The nodes of so many ranks, if the log has the lines of all and each host has as many.
    pub(super) fn nodes(&self, ranks: u32) -> Option<u32> {
        let hosts = &self.hosts.1;
        let first = hosts.values().next()?.len();
        let is_even = hosts.values().all(|own| own.len() == first);
        (self.hosts.0 == ranks && is_even && first * hosts.len() == ranks as usize).then_some(hosts.len() as u32)
    }
}

/// The host of `host:pid:tid`; old versions write `pid:tid`.
fn host(writer: &str) -> Option<&str> {
    let mut parts = writer.rsplitn(3, ':');
    let (thread, process, host) = (parts.next()?, parts.next()?, parts.next()?);
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    (is_number(thread) && is_number(process) && !host.is_empty()).then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_about_nvls_is_of_the_communicator_beside_it() {
        let mut seen = Seen::default();
        seen.nvls("a:1:2", true);
        seen.communicator("a:1:2", 16, Some(0), false);
        seen.communicator("a:1:2", 16, Some(0), true);
        seen.nvls("a:1:2", false);
        seen.communicator("a:1:2", 8, Some(0), false);
        assert_eq!(seen.has_nvls(16), Some(true));
    }

    #[test]
    fn hosts_are_nodes_if_all_ranks_are_known() {
        let mut seen = Seen::default();
        for rank in 0..4_u64 {
            assert_eq!(seen.nodes(4), None);
            seen.communicator(&format!("h{}:{rank}:1", rank / 2), 4, Some(rank), false);
        }
        assert_eq!(seen.nodes(4), Some(2));
        assert_eq!((host("10.0.0.1:7:9"), host("7:9")), (Some("10.0.0.1"), None));
    }
}
