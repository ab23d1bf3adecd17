//! What a log says: version, ranks, rings with the NIC of each hop, channels, environment, and calls.

use std::collections::{BTreeMap, BTreeSet};

use super::connection::{ChannelLine, Via, channel_line};
use super::line::{LogPart, after, parts};
use super::writers::Seen;
use crate::import::error::ImportError;

/// Most ranks of a communicator; larger numbers of a rank are damage.
const MAX_RANKS: u32 = 4_194_304;

/// Longest line that is read, bytes.
const MAX_LINE: usize = 64 << 10;
/// Most connections of a log.
const MAX_EDGES: usize = 2_000_000;
/// Most calls that become a sequence.
const MAX_CALLS: usize = 4_096;
/// Variables of NCCL that explain a result, and whose values hold no name of a person or a host.
const SHOWN_VARIABLES: [&str; 14] = [
    "NCCL_ALGO",
    "NCCL_PROTO",
    "NCCL_NVLS_ENABLE",
    "NCCL_CROSS_NIC",
    "NCCL_NET_GDR_LEVEL",
    "NCCL_P2P_DISABLE",
    "NCCL_P2P_LEVEL",
    "NCCL_SHM_DISABLE",
    "NCCL_IB_DISABLE",
    "NCCL_MIN_NCHANNELS",
    "NCCL_MAX_NCHANNELS",
    "NCCL_CUMEM_ENABLE",
    "NCCL_BUFFSIZE",
    "NCCL_NTHREADS",
];

/// A call of an operation, from the lines of `NCCL_DEBUG_SUBSYS=COLL`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The operation as NCCL writes it.
    pub operation: String,
    /// Elements, of a rank.
    pub count: u64,
    /// NCCL's number of the type.
    pub datatype: u32,
    /// Ranks.
    pub ranks: Option<u32>,
}

/// NCCL's search for rings, from the lines of `NCCL_DEBUG_SUBSYS=GRAPH`.
#[derive(Clone, Debug, PartialEq)]
pub struct Search {
    /// Channels that it found.
    pub channels: u32,
    /// Rate of a channel inside a node and between nodes, GB/s.
    pub gb_s: (f64, f64),
    /// The kinds of path inside a node and to the NIC.
    pub paths: String,
}

/// A log that was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NcclDebugLog {
    /// NCCL's version.
    pub version: Option<String>,
    /// Whether it is RCCL, so that the GPUs are of AMD.
    pub is_rccl: bool,
    /// Ranks of the largest communicator.
    pub ranks: u32,
    /// Whether they are only as many as its connections name.
    pub ranks_are_guessed: bool,
    /// Whether NVLink joins its hosts.
    pub has_multi_node_nvlink: bool,
    /// Its nodes, if the log says.
    pub nodes: Option<u32>,
    /// Ranks of a node, if the log says.
    pub local_ranks: Option<u32>,
    /// Ranks whose own lines are in the log.
    pub seen_ranks: BTreeSet<u64>,
    /// Channels of collectives, and of NVLS.
    pub channels: Option<u32>,
    /// Channels of NVLS.
    pub nvls_channels: Option<u32>,
    /// Whether the GPUs can use NVLS.
    pub has_nvls: Option<bool>,
    /// The network: IB, Socket.
    pub network: Option<String>,
    /// The network that libfabric drives: EFA, Slingshot.
    pub provider: Option<String>,
    /// Rings of channels that are whole.
    pub rings: BTreeMap<u32, Vec<u64>>,
    /// Channels whose ring is not whole.
    pub unknown_channels: usize,
    /// How ranks are connected in rings.
    pub connections: BTreeMap<(u64, u64), Via>,
    /// The NICs that each connection of a ring over the network uses; its channels may have one each.
    pub nics: BTreeMap<(u64, u64), BTreeSet<u32>>,
    /// Variables that explain results.
    pub environment: BTreeMap<String, String>,
    /// NCCL's search for rings.
    pub search: Option<Search>,
    /// Rates of the links that its picture of the machine has, GB/s, by kind: NVL, PCI, NET.
    pub system_gb_s: BTreeMap<String, f64>,
    /// Names of GPUs.
    pub devices: Vec<String>,
    /// Whether a rank says that it cannot reach others directly.
    pub lacks_p2p: bool,
    /// The calls of one rank, in order.
    pub calls: Vec<Call>,
}

/// Lines about rings while they are read.
#[derive(Default)]
struct Edges {
    /// For each channel the successors of each rank, from `Ring` lines.
    neighbours: BTreeMap<u32, BTreeMap<u64, BTreeSet<u64>>>,
    /// The same from connections, before the trees connect.
    connected: BTreeMap<u32, BTreeMap<u64, BTreeSet<u64>>>,
    /// Writers whose rings are connected: what follows are trees.
    done: BTreeSet<String>,
    count: usize,
}

/// Whether a text holds a communicator or a ring of NCCL, and not only its version and warnings.
pub(in crate::import) fn names_a_job(text: &str) -> bool {
    text.lines().filter(|line| line.len() <= MAX_LINE).flat_map(parts).any(|part| {
        let has_ranks = ["nRanks ", "nranks "].iter().any(|word| after::<u32>(part.text, word).is_some());
        has_ranks || channel_line(part.text).is_some()
    })
}

/// Reads a log.
///
/// # Errors
/// No line of NCCL, or no communicator and no ring.
pub(in crate::import) fn read(text: &str) -> Result<NcclDebugLog, ImportError> {
    let mut log = NcclDebugLog::default();
    let mut edges = Edges::default();
    let mut whole = BTreeMap::new();
    let mut caller: Option<String> = None;
    let mut seen = Seen::default();
    for line in text.lines().filter(|line| line.len() <= MAX_LINE) {
        if log.version.is_none() {
            log.version = version(line);
            log.is_rccl = log.version.is_some() && line.contains("RCCL version");
        }
        if let Some(device) = device(line).filter(|_| log.devices.len() < 4_096) {
            log.devices.push(device);
        }
        for part in parts(line) {
            log.part(&part, &mut edges, &mut whole, &mut caller, &mut seen);
        }
    }
    if log.ranks == 0 {
        let ranks = whole.values().map(|ring: &Vec<u64>| ring.len()).max();
        let channels = edges.neighbours.values().chain(edges.connected.values());
        let ends = channels.flatten().flat_map(|(from, to)| [*from].into_iter().chain(to.iter().copied()));
        let seen = ends.filter(|rank| *rank < u64::from(MAX_RANKS)).max().map(|rank| rank as usize + 1);
        log.ranks_are_guessed = ranks.is_none();
        log.ranks = ranks.or(seen).unwrap_or_default() as u32;
    }
    if log.ranks == 0 {
        return Err(ImportError::whole(
            "has no communicator and no ring of NCCL",
            "run the job with NCCL_DEBUG=INFO and keep the lines of its start",
        ));
    }
    log.has_nvls = seen.has_nvls(log.ranks);
    if log.nodes.is_none() && log.local_ranks.is_none() {
        log.nodes = seen.nodes(log.ranks);
    }
    log.take_rings(whole, edges);
    Ok(log)
}

impl NcclDebugLog {
    fn part(
        &mut self,
        part: &LogPart<'_>,
        edges: &mut Edges,
        whole: &mut BTreeMap<u32, Vec<u64>>,
        caller: &mut Option<String>,
        seen: &mut Seen,
    ) {
        let text = part.text;
        if let Some(line) = channel_line(text) {
            match line {
                ChannelLine::Ring { channel, channels, ranks } => {
                    self.channels = self.channels.max(channels);
                    // A later communicator of more ranks takes the place of a smaller one.
                    if whole.get(&channel).is_none_or(|known: &Vec<u64>| known.len() < ranks.len()) {
                        whole.insert(channel, ranks);
                    }
                }
                ChannelLine::Neighbours { channel, before, rank, after } => {
                    edges.add(false, channel, before, rank);
                    edges.add(false, channel, rank, after);
                    self.seen_ranks.insert(rank);
                }
                ChannelLine::Edge { channel, from, to, via } => {
                    if !edges.done.contains(part.writer) {
                        edges.add(true, channel, from, to);
                        self.has_multi_node_nvlink |= via == Via::MultiNode;
                        if let Via::Net { nic, .. } = via {
                            self.nics.entry((from, to)).or_default().insert(nic);
                        }
                        self.connections.entry((from, to)).or_insert(via);
                    }
                }
            }
            return;
        }
        if text.starts_with("Connected all rings") {
            edges.done.insert(part.writer.to_owned());
        } else if text.contains("nRanks ") || text.contains("nranks ") {
            self.communicator(text, part.writer, seen);
        }
        if let Some(channels) = text.split(" coll channels").next().filter(|_| text.contains(" coll channels")) {
            self.channels = channels.rsplit(' ').next().and_then(|number| number.parse().ok()).max(self.channels);
            let nvls = text.split(" nvls channels").next().filter(|_| text.contains(" nvls channels"));
            let nvls = nvls.and_then(|text| text.rsplit(' ').next()).and_then(|number| number.parse().ok());
            self.nvls_channels = nvls.max(self.nvls_channels);
        }
        if text.starts_with("NVLS multicast support is") {
            seen.nvls(part.writer, !text.contains("is not available"));
        }
        if text.contains("P2P not supported") || text.starts_with("P2P is disabled") {
            self.lacks_p2p = true;
        }
        if let Some(network) = text.strip_prefix("Using network ") {
            self.network = known_network(network).or(self.network.take());
        }
        // The plugin of AWS and HPE tells which network its library drives.
        if let Some((_, provider)) = text.to_ascii_lowercase().split_once("selected provider is ") {
            self.provider = known_provider(provider).or(self.provider.take());
        }
        if let Some((name, value)) = text.split_once(" set by environment to ") {
            self.variable(name.trim(), value);
        }
        if text.starts_with("Pattern 4,") && self.search.is_none() {
            self.search = search(text);
        }
        self.system_line(text);
        self.call(part, caller);
    }

    fn communicator(&mut self, text: &str, writer: &str, seen: &mut Seen) {
        let ranks: Option<u32> = after(text, "nRanks ").or_else(|| after(text, "nranks "));
        let Some(ranks) = ranks.filter(|ranks| (1..=MAX_RANKS).contains(ranks)) else { return };
        if text.contains("sendbuff") {
            return;
        }
        seen.communicator(writer, ranks, after(text, "rank "), text.contains("Init COMPLETE"));
        if ranks >= self.ranks {
            if ranks > self.ranks {
                self.has_multi_node_nvlink = false;
            }
            self.ranks = ranks;
            self.has_multi_node_nvlink |= after::<u32>(text, "MNNVL ") == Some(1);
            self.nodes = after(text, "nNodes ").or(self.nodes);
            self.local_ranks = after(text, "localRanks ").or(self.local_ranks);
            let rank: Option<u64> = after(text, "rank ");
            self.seen_ranks.extend(rank.filter(|rank| *rank < u64::from(ranks)));
        }
    }

    fn variable(&mut self, name: &str, value: &str) {
        let value = value.trim().trim_end_matches('.');
        let is_plain =
            value.len() <= 40 && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b",:;_-^.".contains(&byte));
        if SHOWN_VARIABLES.contains(&name) && is_plain && !value.is_empty() {
            self.environment.insert(name.to_owned(), value.to_owned());
        }
    }

    /// `+ NVL[240.0] - NVS/0`: the rate of a kind of link.
    fn system_line(&mut self, text: &str) {
        let Some(rest) = text.trim_start().strip_prefix("+ ") else { return };
        let Some((kind, rest)) = rest.split_once('[') else { return };
        let rate = rest.split(']').next().and_then(|rate| rate.parse::<f64>().ok());
        if let Some(rate) = rate.filter(|rate| *rate > 0.0 && *rate < 4_000.0)
            && let Some(kind) = ["NVL", "PCI", "NET", "SYS", "XGMI"].into_iter().find(|known| *known == kind)
        {
            let known = self.system_gb_s.entry(kind.to_owned()).or_insert(rate);
            *known = known.max(rate);
        }
    }

    /// The calls of the first process that makes one.
    fn call(&mut self, part: &LogPart<'_>, caller: &mut Option<String>) {
        let Some((operation, _)) = part.text.split_once(": opCount ") else { return };
        let operation = operation.trim();
        let is_word =
            !operation.is_empty() && operation.len() <= 20 && operation.bytes().all(|byte| byte.is_ascii_alphabetic());
        if !is_word || self.calls.len() > MAX_CALLS {
            return;
        }
        if caller.get_or_insert_with(|| part.writer.to_owned()) != part.writer {
            return;
        }
        let (Some(count), Some(datatype)) = (after(part.text, "count "), after(part.text, "datatype ")) else { return };
        let ranks = part.text.split_once("[nranks=").and_then(|(_, rest)| super::line::leading(rest));
        self.calls.push(Call { operation: operation.to_owned(), count, datatype, ranks });
    }

    /// Rings in the order of trust: whole lines, lines of neighbours, connections.
    fn take_rings(&mut self, whole: BTreeMap<u32, Vec<u64>>, edges: Edges) {
        let ranks = self.ranks as usize;
        self.rings = whole.into_iter().filter(|(_, ring)| is_permutation(ring, ranks)).collect();
        let known: BTreeSet<u32> = edges.neighbours.keys().chain(edges.connected.keys()).copied().collect();
        for channel in known {
            if self.rings.contains_key(&channel) {
                continue;
            }
            let found = [edges.neighbours.get(&channel), edges.connected.get(&channel)];
            match found.into_iter().flatten().find_map(|next| cycle(next, ranks)) {
                Some(ring) => {
                    self.rings.insert(channel, ring);
                }
                None => self.unknown_channels += 1,
            }
        }
        self.channels = self.channels.max(self.rings.keys().last().map(|channel| channel + 1));
    }
}

impl Edges {
    fn add(&mut self, is_connected: bool, channel: u32, from: u64, to: u64) {
        if self.count >= MAX_EDGES || channel > 1_024 {
            return;
        }
        self.count += 1;
        let channels = if is_connected { &mut self.connected } else { &mut self.neighbours };
        channels.entry(channel).or_default().entry(from).or_default().insert(to);
    }
}

fn is_permutation(ring: &[u64], ranks: usize) -> bool {
    let members: BTreeSet<u64> = ring.iter().copied().collect();
    ring.len() == ranks && members.len() == ranks && members.last().is_none_or(|last| *last < ranks as u64)
}

/// The cycle of all ranks, beginning with rank 0, if each has one successor.
fn cycle(next: &BTreeMap<u64, BTreeSet<u64>>, ranks: usize) -> Option<Vec<u64>> {
    let mut ring = vec![0];
    while ring.len() <= ranks {
        let after = next.get(ring.last()?)?;
        let after = *after.first().filter(|_| after.len() == 1)?;
        if after == 0 {
            break;
        }
        ring.push(after);
    }
    is_permutation(&ring, ranks).then_some(ring)
}

fn version(line: &str) -> Option<String> {
    let (_, rest) = line.split_once("CCL version ")?;
    // RCCL writes `RCCL version : 2.22.3-develop:75b5c5e`.
    let rest = rest.trim_start_matches([' ', ':']);
    let word = rest.split(|c: char| c.is_whitespace() || matches!(c, '+' | '-')).next()?;
    let is_version = word.len() <= 12 && word.starts_with(|c: char| c.is_ascii_digit());
    (is_version && word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')).then(|| word.to_owned())
}

/// The GPU of `#  Rank  0 … device  0 [0x0f] NVIDIA H800`.
fn device(line: &str) -> Option<String> {
    let (_, rest) = line.split_once(" device ").filter(|(before, _)| before.contains("Rank"))?;
    let (_, name) = rest.split_once(']')?;
    Some(name.trim().chars().take(60).collect())
}

/// Networks by the words of NCCL; another name may be anything.
fn known_network(name: &str) -> Option<String> {
    let known = [
        "IB",
        "Socket",
        "AWS Libfabric",
        "Libfabric",
        "OFI",
        "FasTrak",
        "FastRak",
        "GPUDirectTCPX",
        "gIB",
        "RoCE",
        "SHARP",
        "UCX",
    ];
    known.into_iter().find(|known| name.trim().starts_with(known)).map(str::to_owned)
}

/// The networks behind libfabric.
fn known_provider(name: &str) -> Option<String> {
    let known = [("efa", "EFA"), ("cxi", "Slingshot"), ("verbs", "IB"), ("tcp", "Socket")];
    known.into_iter().find(|(provider, _)| name.starts_with(provider)).map(|(_, network)| network.to_owned())
}

/// `Pattern 4, crossNic 0, nChannels 12, bw 20.000000/20.000000, type NVL/PIX, sameChannels 1`
fn search(text: &str) -> Option<Search> {
    let channels = after(text, "nChannels ")?;
    let rates = text.split_once("bw ").or_else(|| text.split_once("speed "))?.1.split([',', ' ']).next()?;
    let (intra, inter) = rates.split_once('/')?;
    let rate = |text: &str| text.parse::<f64>().ok().filter(|rate| rate.is_finite() && *rate >= 0.0 && *rate < 1e5);
    let paths: String = text
        .split_once("type ")?
        .1
        .chars()
        .take_while(|c| c.is_ascii_uppercase() || *c == '/' || c.is_ascii_digit())
        .take(16)
        .collect();
    Some(Search { channels, gb_s: (rate(intra)?, rate(inter)?), paths })
}
