//! Rings and connections: `Channel 00/16 : 0 3 1`, `Ring 00 : 15 -> 0 -> 3`, `Channel 00/0 : 5[5] -> 0[0] [send] via NET/IB/0`.

use super::line::leading;

/// How two ranks are connected.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Via {
    /// Directly, over NVLink or PCIe.
    P2p,
    /// Over NVLink between hosts of a rack.
    MultiNode,
    /// Through memory of the host.
    SharedMemory,
    /// Over a NIC of this number; with GPUDirect RDMA or without.
    Net {
        /// The NIC's number.
        nic: u32,
        /// Whether the NIC reaches the memory of the GPU.
        gdr: bool,
    },
    /// Something else.
    Other,
}

/// A line about channels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ChannelLine {
    /// A whole ring of a channel, and how many channels there are.
    Ring { channel: u32, channels: Option<u32>, ranks: Vec<u64> },
    /// A rank between two others.
    Neighbours { channel: u32, before: u64, rank: u64, after: u64 },
    /// A connection from a rank to another.
    Edge { channel: u32, from: u64, to: u64, via: Via },
}

/// Most ranks of a ring line.
const MAX_RANKS: usize = 65_536;

/// Reads a line about channels; `None` for other lines and torn ones.
pub(super) fn channel_line(text: &str) -> Option<ChannelLine> {
    let text = text.trim_start();
    let is_ring = text.starts_with("Ring ");
    let rest = text.strip_prefix("Channel ").or_else(|| text.strip_prefix("Ring "))?;
    let channel: u32 = leading(rest)?;
    let (head, body) = rest.split_once(':')?;
    if body.contains(" via ") {
        return edge(channel, body);
    }
    // RCCL ends its lines with the communicator.
    let body = body.split_once(" comm 0x").map_or(body, |(body, _)| body);
    if body.contains("->") {
        let numbers: Vec<u64> = body.split("->").map(|part| part.trim().parse().ok()).collect::<Option<_>>()?;
        let [before, rank, after] = numbers.as_slice() else { return None };
        return is_ring.then_some(ChannelLine::Neighbours { channel, before: *before, rank: *rank, after: *after });
    }
    // NCCL 2.4 writes `Channel 00 :`, and versions before it `Ring 00 :`, without the number of channels.
    let channels: Option<u32> = head.split_once('/').and_then(|(_, count)| leading(count));
    let words = body.split_whitespace();
    // Later versions cut the line and end it with `...`.
    let ranks: Vec<u64> = words.take(MAX_RANKS).map(|word| word.parse().ok()).collect::<Option<_>>()?;
    (ranks.len() > 1).then_some(ChannelLine::Ring { channel, channels, ranks })
}

fn edge(channel: u32, body: &str) -> Option<ChannelLine> {
    let (ends, via) = body.split_once(" via ")?;
    let (from, to) = ends.split_once("->")?;
    let rank = |text: &str| -> Option<u64> {
        let text = text.trim();
        let (digits, rest) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
        (rest.is_empty() || rest.starts_with(['[', ' '])).then(|| digits.parse().ok())?
    };
    Some(ChannelLine::Edge { channel, from: rank(from)?, to: rank(to)?, via: via_of(via) })
}

fn via_of(text: &str) -> Via {
    if text.starts_with("P2P/MNNVL") {
        return Via::MultiNode;
    }
    if text.starts_with("P2P") {
        return Via::P2p;
    }
    if text.starts_with("SHM") || text.starts_with("direct shared memory") {
        return Via::SharedMemory;
    }
    if let Some(rest) = text.strip_prefix("NET/") {
        let nic = rest.split('/').nth(1).and_then(leading);
        return nic.map_or(Via::Other, |nic| Via::Net { nic, gdr: rest.contains("GDRDMA") });
    }
    Via::Other
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_of_all_versions_are_read() {
        let edge = |text: &str| match channel_line(text) {
            Some(ChannelLine::Edge { channel, from, to, via }) => (channel, from, to, via),
            other => panic!("{text}: {other:?}"),
        };
        assert_eq!(edge("Ring 00 : 3 -> 10 [send] via NET/IB/0/GDRDMA"), (0, 3, 10, Via::Net { nic: 0, gdr: true }));
        assert_eq!(
            edge("Ring 01 : 15[41000] -> 0[1b000] [receive] via NET/IB/0"),
            (1, 15, 0, Via::Net { nic: 0, gdr: false })
        );
        assert_eq!(edge("Channel 03/0 : 5[b7000] -> 0[1b000] via P2P/IPC"), (3, 5, 0, Via::P2p));
        let pxn = "Channel 00/0 : 5[5] -> 0[0] [send] via NET/IB/2(4)/GDRDMA";
        assert_eq!(edge(pxn), (0, 5, 0, Via::Net { nic: 2, gdr: true }));
        assert_eq!(edge("Channel 01 : 3[4] -> 0[1] via SHM/direct/direct"), (1, 3, 0, Via::SharedMemory));
        assert_eq!(edge("Channel 02/0 : 3[3] -> 4[0] via P2P/MNNVL"), (2, 3, 4, Via::MultiNode));
        assert_eq!(edge("Ring 00 : 0[1b000] -> 7[41000] via direct shared memory").3, Via::SharedMemory);
    }

    #[test]
    fn rings_and_neighbours_are_read_and_torn_lines_are_not() {
        let ring = channel_line("Channel 00/16 :    0   3   1   2");
        assert_eq!(ring, Some(ChannelLine::Ring { channel: 0, channels: Some(16), ranks: vec![0, 3, 1, 2] }));
        for old in ["Channel 01 :    0   3   1   2", "Ring 01 :    0   3   1   2"] {
            let ranks = vec![0, 3, 1, 2];
            assert_eq!(channel_line(old), Some(ChannelLine::Ring { channel: 1, channels: None, ranks }), "{old}");
        }
        let of_rccl = channel_line("Channel 02/04 :    0   1 comm 0xa9f9f10 nRanks 02 busId c1000");
        assert_eq!(of_rccl, Some(ChannelLine::Ring { channel: 2, channels: Some(4), ranks: vec![0, 1] }));
        let of_rccl = channel_line("Ring 0 : 6 -> 0 -> 1 comm 0xa9f9f10 nRanks 08 busId c1000");
        assert_eq!(of_rccl, Some(ChannelLine::Neighbours { channel: 0, before: 6, rank: 0, after: 1 }));
        let neighbours = channel_line("Ring 00 : 15 -> 0 -> 3");
        assert_eq!(neighbours, Some(ChannelLine::Neighbours { channel: 0, before: 15, rank: 0, after: 3 }));
        for torn in [
            "Channel 00/16 :    0   3   1 ...",
            "Ring 00 : 15 -> 0 -> 3nodea:12",
            "Channel 00",
            "Ring 0",
            "Channel 00/0 : 5[5] -> via P2P",
        ] {
            assert_eq!(channel_line(torn), None, "{torn}");
        }
    }
}
