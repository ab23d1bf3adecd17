//! A matrix as users paste it: cells between tabs or blanks, in markdown, with tags before each line, cut or wrapped.

/// How two devices are joined, the closest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cell {
    /// The device itself.
    Own,
    /// This many NVLink lanes.
    NvLink(u32),
    /// One PCIe bridge.
    OneBridge,
    /// Several PCIe bridges.
    Bridges,
    /// Through the CPU.
    HostBridge,
    /// Between PCIe roots of a NUMA node.
    Node,
    /// Between NUMA nodes.
    System,
    /// Not told.
    NotAvailable,
}

impl Cell {
    /// Reads a cell.
    pub(super) fn parse(text: &str) -> Option<Cell> {
        Some(match text {
            "X" => Cell::Own,
            "PIX" => Cell::OneBridge,
            "PXB" => Cell::Bridges,
            "PHB" => Cell::HostBridge,
            "NODE" => Cell::Node,
            // Drivers before 2018 write SOC.
            "SYS" | "SOC" => Cell::System,
            "N/A" => Cell::NotAvailable,
            _ => {
                let lanes: u32 = text.strip_prefix("NV").filter(|rest| rest.len() <= 3)?.parse().ok()?;
                Cell::NvLink(lanes)
            }
        })
    }

    /// As `nvidia-smi` writes it.
    pub(super) fn label(self) -> String {
        match self {
            Cell::Own => "X".to_owned(),
            Cell::NvLink(lanes) => format!("NV{lanes}"),
            Cell::OneBridge => "PIX".to_owned(),
            Cell::Bridges => "PXB".to_owned(),
            Cell::HostBridge => "PHB".to_owned(),
            Cell::Node => "NODE".to_owned(),
            Cell::System => "SYS".to_owned(),
            Cell::NotAvailable => "N/A".to_owned(),
        }
    }

    /// The lanes of an NVLink.
    pub(super) fn lanes(self) -> u32 {
        match self {
            Cell::NvLink(lanes) => lanes,
            Cell::Own
            | Cell::OneBridge
            | Cell::Bridges
            | Cell::HostBridge
            | Cell::Node
            | Cell::System
            | Cell::NotAvailable => 0,
        }
    }
}

/// Whether a word may stand before every line: the tag of a rank, a host or a container, or a time.
fn is_tag(word: &str) -> bool {
    // Container engines write `2024-03-01T10:00:00Z stdout F` before each line.
    let is_of_container = matches!(word, "stdout" | "stderr" | "F" | "P");
    is_of_container || is_time(word) && word.contains([':', '-', '/']) || word.ends_with([':', '>', ']'])
}

/// Whether a word may be a date or a time, which differs from line to line.
fn is_time(word: &str) -> bool {
    word.len() >= 8 && word.starts_with(|c: char| c.is_ascii_digit())
}

/// A line without its tags, and the tags that are the same in all lines of one writer.
fn split_tags(line: &str) -> (String, &str) {
    let (mut tags, mut rest) = (String::new(), line);
    loop {
        let trimmed = rest.trim_start_matches(' ');
        let word = trimmed.split([' ', '\t']).next().unwrap_or_default();
        // MPI's `[1,0]<stdout>:` stands directly before the text.
        let word = word.find(">:").and_then(|at| word.get(..at + 2)).unwrap_or(word);
        let after = trimmed.get(word.len()..).unwrap_or_default();
        if !is_tag(word) || after.trim().is_empty() {
            return (tags, rest);
        }
        if !is_time(word) {
            tags.push_str(word);
        }
        rest = after;
    }
}

/// A line without its tags.
pub(super) fn untagged(line: &str) -> &str {
    split_tags(line).1.trim()
}

/// The tags before a line, such as `node1:` or `[1,0]<stdout>:`, without times.
pub(super) fn tags(line: &str) -> String {
    split_tags(line).0
}

/// A line as cells: between tabs if it has any, else between blanks, without tags, quotes and bars.
pub(super) fn cells(line: &str) -> Vec<String> {
    let (_, plain) = split_tags(line);
    let plain = plain.trim_matches(|c: char| c == '"' || c == '\r' || c == '`' || c == '>');
    let has_bars = plain.trim_start().starts_with('|');
    let cell = |text: &str| text.trim().to_owned();
    if has_bars {
        let inner = plain.trim().trim_matches('|');
        return inner.split('|').map(cell).collect();
    }
    if plain.contains('\t') {
        return plain.split('\t').map(cell).collect();
    }
    plain.split_whitespace().map(str::to_owned).collect()
}

/// Whether a word is a cell of `nvidia-smi topo -p2p`, which tells what is supported and not how devices are joined.
pub(super) fn is_peer_status(word: &str) -> bool {
    matches!(word, "OK" | "NS" | "CNS" | "GNS" | "TNS" | "DR" | "U")
}

/// The number of `GPU3`.
pub(super) fn gpu_number(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("GPU").filter(|digits| digits.len() <= 4 && !digits.is_empty())?;
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
}
