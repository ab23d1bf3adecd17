//! The settings of a log as inputs of the timing, and where each input comes from.

use super::cluster_flags::{ClusterFlags, LogCluster};
use super::input_source::{InputFrom, InputSource};
use crate::nccl::{Collective, MeasuredInputs, NcclAlgorithm, Protocol, candidates};
use crate::nccl_log::Settings;
use crate::units::plain;

/// The settings of a log that a comparison uses.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Used {
    algorithms: bool,
    protocols: bool,
    nvls: bool,
    channels: bool,
}

/// NCCL's names of the algorithms of an all-reduce.
const ALGORITHMS: [(&str, NcclAlgorithm); 4] = [
    ("ring", NcclAlgorithm::Ring),
    ("tree", NcclAlgorithm::Tree),
    ("nvls", NcclAlgorithm::Nvls),
    ("nvlstree", NcclAlgorithm::NvlsTree),
];
/// NCCL's names of the protocols.
const PROTOCOLS: [(&str, Protocol); 3] =
    [("ll", Protocol::Ll), ("ll128", Protocol::Ll128), ("simple", Protocol::Simple)];

/// The names in `Ring,Tree`, `^NVLS` (all but these), or the part for an all-reduce of `allreduce:ring;broadcast:tree`.
/// `None` if none is known.
fn listed<T: Copy + PartialEq>(text: &str, names: &[(&str, T)]) -> Option<Vec<T>> {
    let parts = text.split(';').map(|part| part.split_once(':').unwrap_or(("", part)));
    let mut of_all_reduce =
        parts.filter(|(operation, _)| operation.is_empty() || operation.eq_ignore_ascii_case("allreduce"));
    let list = of_all_reduce.next_back()?.1;
    let (excludes, list) = list.strip_prefix('^').map_or((false, list), |list| (true, list));
    let given: Vec<&str> = list.split(',').map(str::trim).collect();
    let named = |name: &str| given.iter().any(|given| given.eq_ignore_ascii_case(name));
    let kept: Vec<T> = names.iter().filter(|(name, _)| named(name) != excludes).map(|(_, one)| *one).collect();
    (!kept.is_empty()).then_some(kept)
}

/// Sets the inputs that the log sets and the flags do not.
pub(super) fn apply(
    settings: &Settings,
    flags: &ClusterFlags,
    inputs: &mut MeasuredInputs,
    notes: &mut Vec<String>,
) -> Used {
    let mut used = Used::default();
    let before = inputs.clone();
    // NCCL_PROTO does not apply to point-to-point calls.
    let grouped = inputs.algorithms == [NcclAlgorithm::PointToPoint];
    let all_reduce = inputs.calls.is_none() && inputs.collective == Collective::AllReduce;
    // The other operations have one algorithm each.
    if let Some(text) = settings.algorithms.as_ref().filter(|_| all_reduce && flags.algorithms.is_empty()) {
        match listed(text, &ALGORITHMS) {
            Some(algorithms) => (inputs.algorithms, used.algorithms) = (algorithms, true),
            None => notes.push("ignored NCCL_ALGO: none of its algorithms has measured timing".to_owned()),
        }
    }
    if let Some(text) = settings.protocols.as_ref().filter(|_| !grouped && flags.protocols.is_empty()) {
        match listed(text, &PROTOCOLS) {
            Some(protocols) => (inputs.protocols, used.protocols) = (protocols, true),
            None => notes.push("ignored NCCL_PROTO: it names no protocol of NCCL".to_owned()),
        }
    }
    if settings.nvls == Some(false) && flags.algorithms.is_empty() && inputs.nvls {
        (inputs.nvls, used.nvls) = (false, true);
    }
    if flags.channels.is_none() {
        let usual = inputs.channels;
        let most = settings.most_channels.unwrap_or(64).clamp(1, 64);
        inputs.channels = usual.max(settings.least_channels.unwrap_or(1)).min(most);
        used.channels = inputs.channels != usual;
        if used.channels {
            inputs.set_channels = Some(inputs.channels);
        }
        if used.channels && flags.nvls_channels.is_none() {
            inputs.nvls_channels = inputs.nvls_channels.max(settings.least_channels.unwrap_or(1)).min(most);
        }
    }
    if candidates(inputs, 1 << 30).is_empty() {
        notes.push("ignored NCCL_ALGO and NCCL_PROTO: this cluster has no prediction with them".to_owned());
        (inputs.algorithms, inputs.protocols, inputs.nvls) = (before.algorithms, before.protocols, before.nvls);
        used = Used { channels: used.channels, ..Used::default() };
    }
    used
}

/// The source of every input.
pub(super) fn sources(
    flags: &ClusterFlags,
    log: &LogCluster,
    inputs: &MeasuredInputs,
    used: &Used,
) -> Vec<InputSource> {
    let from = |flag: bool, log: bool| match (flag, log) {
        (true, _) => InputFrom::Flag,
        (false, true) => InputFrom::Log,
        (false, false) => InputFrom::Default,
    };
    let list = |names: Vec<&str>| names.join(", ");
    let in_log = log.ranks.is_some() || log.hosts.is_some();
    let machine = if flags.machine_from_log { InputFrom::Log } else { InputFrom::Flag };
    let mut sources = vec![
        InputSource { input: "machine", value: flags.machine.clone(), from: machine },
        InputSource { input: "nodes", value: inputs.nodes.to_string(), from: from(flags.nodes.is_some(), in_log) },
        InputSource {
            input: "gpus-per-node",
            value: inputs.gpus_per_node.to_string(),
            from: from(flags.gpus_per_node.is_some(), in_log),
        },
    ];
    if let Some(network) = flags.network.as_ref().filter(|_| inputs.nodes > 1) {
        let listed = log.settings.nics.is_some_and(|nics| f64::from(nics) == inputs.nics);
        let nics = from(flags.nics.is_some(), listed);
        let rate = from(flags.nic_gbit_s.is_some(), false);
        sources.push(InputSource { input: "network", value: network.clone(), from: InputFrom::Flag });
        sources.push(InputSource { input: "nics", value: plain(inputs.nics), from: nics });
        sources.push(InputSource { input: "nic-gbit", value: plain(inputs.nic_gbit_s), from: rate });
    }
    let algorithms = list(inputs.algorithms.iter().map(|one| one.name()).collect());
    let protocols = list(inputs.protocols.iter().map(|one| one.name()).collect());
    let rest = [
        ("channels", inputs.channels.to_string(), from(flags.channels.is_some(), used.channels)),
        ("nvls-channels", inputs.nvls_channels.to_string(), from(flags.nvls_channels.is_some(), used.channels)),
        ("nvls", if inputs.nvls { "on" } else { "off" }.to_owned(), from(false, used.nvls)),
        ("algorithms", algorithms, from(!flags.algorithms.is_empty(), used.algorithms)),
        ("protocols", protocols, from(!flags.protocols.is_empty(), used.protocols)),
        ("host-us", plain(inputs.host_s * 1e6), from(flags.host_s.is_some(), false)),
    ];
    sources.extend(rest.map(|(input, value, from)| InputSource { input, value, from }));
    if inputs.calls.is_some() || inputs.collective != Collective::AllReduce {
        // Rings have no choice, and point-to-point calls depend on the release.
        sources.retain(|source| !["nvls", "nvls-channels", "algorithms"].contains(&source.input));
        let peers = inputs.net_peer_channels.map_or("by NCCL's rule".to_owned(), |channels| channels.to_string());
        let of_peers = from(flags.net_peer_channels.is_some(), log.settings.net_peer_channels.is_some());
        let of_threads = from(flags.gpus_per_thread.is_some(), log.settings.gpus_per_process.is_some());
        let more = [
            ("nccl", format!("2.{}", inputs.nccl_minor), from(false, log.nccl_minor.is_some())),
            ("gpus-per-thread", inputs.gpus_per_thread.to_string(), of_threads),
            ("net-peer-channels", peers, of_peers),
        ];
        let shown = more.into_iter().filter(|(input, ..)| *input != "net-peer-channels" || inputs.nodes > 1);
        sources.extend(shown.map(|(input, value, from)| InputSource { input, value, from }));
    }
    sources
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_nccl_name_or_exclude() {
        use NcclAlgorithm::{Nvls, NvlsTree, Ring, Tree};
        for (text, expected) in [
            ("Ring", Some(vec![Ring])),
            ("ring,tree", Some(vec![Ring, Tree])),
            ("^NVLS", Some(vec![Ring, Tree, NvlsTree])),
            ("^NVLS,NVLSTree", Some(vec![Ring, Tree])),
            ("allreduce:tree;broadcast:ring", Some(vec![Tree])),
            ("broadcast:ring", None),
            ("CollnetDirect", None),
        ] {
            assert_eq!(listed(text, &ALGORITHMS), expected, "{text}");
        }
        assert_eq!(listed("^LL128", &PROTOCOLS), Some(vec![Protocol::Ll, Protocol::Simple]));
        assert_eq!(listed("nvls", &ALGORITHMS), Some(vec![Nvls]));
    }
}
