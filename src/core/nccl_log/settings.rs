//! What the command line and the environment of a run set: `NCCL_ALGO=Tree`, `-x NCCL_PROTO=Simple`, `-g 8`.
//!
//! Only what the timing depends on is kept. Names of hosts, users, paths and devices are not.

use super::line::{Word, whole};

/// Settings of a run that its timing depends on; `None` is NCCL's default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// `NCCL_ALGO`: the algorithms that NCCL may choose.
    pub algorithms: Option<String>,
    /// `NCCL_PROTO`: the protocols that NCCL may choose.
    pub protocols: Option<String>,
    /// `NCCL_NVLS_ENABLE`: whether in-switch reduction is allowed.
    pub nvls: Option<bool>,
    /// `NCCL_MIN_NCHANNELS`, `NCCL_MIN_CTAS`.
    pub least_channels: Option<u32>,
    /// `NCCL_MAX_NCHANNELS`, `NCCL_MAX_CTAS`.
    pub most_channels: Option<u32>,
    /// `NCCL_IB_HCA`: the number of NICs that it lists.
    pub nics: Option<u32>,
    /// Whether RDMA is off: `NCCL_IB_DISABLE=1`, `NCCL_NET=Socket`.
    pub rdma_off: bool,
    /// Whether transfers between GPUs of a node are off: `NCCL_P2P_DISABLE=1`, `NCCL_P2P_LEVEL=LOC`.
    pub p2p_off: bool,
    /// `-g`: GPUs per process, that is, per thread of it.
    pub gpus_per_process: Option<u32>,
    /// Whether NCCL reports that it uses sockets: `NET/Socket : Using`, `Using network Socket`.
    pub sockets: bool,
    /// Whether NCCL reports that NVLS is not available.
    pub nvls_unavailable: bool,
    /// Whether NCCL reports that GPUDirect RDMA is disabled.
    pub gdr_disabled: bool,
    /// `NCCL_NCHANNELS_PER_NET_PEER`: channels of point-to-point calls per remote peer.
    pub net_peer_channels: Option<u32>,
}

impl Settings {
    /// Reads `NAME=VALUE` words, and the options of the benchmark if the line starts one.
    pub(super) fn read(&mut self, words: &[Word<'_>]) {
        let texts = || words.iter().map(|word| word.text.trim_matches(['"', '\'', ',', ';']));
        texts().for_each(|text| self.read_assignment(text));
        // NCCL_DEBUG=INFO: `NCCL_ALGO set by environment to Tree.`
        for five in words.windows(6) {
            if let [name, set, by, environment, to, value] = five
                && (set.text, by.text, environment.text, to.text) == ("set", "by", "environment", "to")
            {
                self.variable(name.text, value.text.trim_end_matches('.'));
            }
        }
        // The first line of the program itself.
        let own = words.windows(2).find(|pair| matches!(pair, [name, _] if name.text == "nGpus"));
        let own = own.and_then(|pair| pair.get(1)).and_then(|value| whole(value.text));
        self.gpus_per_process = own.and_then(|n| u32::try_from(n).ok()).filter(|n| *n > 0).or(self.gpus_per_process);
        if texts().any(|text| text.contains("_perf")) {
            let option = |names: [&str; 2]| {
                let after = words.windows(2).find(|pair| matches!(pair, [name, _] if names.contains(&name.text)));
                after
                    .and_then(|pair| pair.get(1))
                    .and_then(|value| whole(value.text))
                    .and_then(|n| u32::try_from(n).ok())
            };
            self.gpus_per_process = option(["-g", "--ngpus"]).filter(|gpus| *gpus > 0).or(self.gpus_per_process);
        }
    }

    /// Reads what NCCL reports of itself with NCCL_DEBUG=INFO.
    pub(super) fn read_info(&mut self, line: &str) {
        let says = |texts: &[&str]| texts.iter().any(|text| line.contains(text));
        self.sockets |= says(&["NET/Socket : Using", "Using network Socket"]);
        self.nvls_unavailable |=
            says(&["NVLS multicast support is not available", "NVLS multicast support is disabled"]);
        self.gdr_disabled |= says(&["GPU Direct RDMA Disabled", "GPUDirect RDMA Disabled"]);
    }

    /// Reads `NAME=VALUE`.
    pub(super) fn read_assignment(&mut self, text: &str) {
        if let Some((name, value)) = text.split_once('=') {
            self.variable(name, value);
        }
    }

    /// Takes a variable of the environment.
    pub(super) fn variable(&mut self, name: &str, value: &str) {
        let name = name.rsplit(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).next().unwrap_or(name);
        let count = || whole(value).and_then(|n| u32::try_from(n).ok()).filter(|n| *n > 0);
        let short = || (!value.is_empty() && value.len() <= 64).then(|| value.to_owned());
        match name {
            "NCCL_ALGO" => self.algorithms = short(),
            "NCCL_PROTO" => self.protocols = short(),
            "NCCL_NVLS_ENABLE" => self.nvls = whole(value).map(|flag| flag > 0),
            "NCCL_MIN_NCHANNELS" | "NCCL_MIN_CTAS" => self.least_channels = count(),
            "NCCL_MAX_NCHANNELS" | "NCCL_MAX_CTAS" => self.most_channels = count(),
            "NCCL_IB_HCA" => self.nics = listed(value),
            "NCCL_IB_DISABLE" => self.rdma_off = whole(value) == Some(1),
            "NCCL_NET" => self.rdma_off |= value.eq_ignore_ascii_case("socket"),
            "NCCL_NCHANNELS_PER_NET_PEER" => self.net_peer_channels = count().filter(|count| *count <= 64),
            "NCCL_P2P_DISABLE" => self.p2p_off = whole(value) == Some(1),
            "NCCL_P2P_LEVEL" => self.p2p_off |= value.eq_ignore_ascii_case("loc") || value == "0",
            _ => {}
        }
    }
}

/// The number of NICs in `mlx5_0,mlx5_1` or `=mlx5_0:1`; a list of exclusions (`^mlx5_2`) or of prefixes (`mlx5`) has none.
fn listed(value: &str) -> Option<u32> {
    let list = value.trim_start_matches('=');
    let names: Vec<&str> = list.split(',').filter(|name| !name.is_empty()).collect();
    // `mlx5` alone is the beginning of many names.
    let whole_names = names.iter().all(|name| name.contains('_') && name.ends_with(|c: char| c.is_ascii_digit()));
    let counted = !value.starts_with('^') && !names.is_empty() && whole_names;
    counted.then(|| u32::try_from(names.len()).ok()).flatten()
}
