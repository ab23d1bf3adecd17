//! A matrix as users paste it: cells between tabs or blanks, in markdown, with colour codes, cut or wrapped.

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

/// A line as cells: between tabs if it has any, else between blanks, without colour codes, quotes and bars.
pub(super) fn cells(line: &str) -> Vec<String> {
    let plain = without_colours(line);
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

fn without_colours(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line.chars().peekable();
    while let Some(c) = rest.next() {
        if c != '\u{1b}' {
            out.push(c);
        } else if rest.next_if_eq(&'[').is_some() {
            while rest.next_if(|c| matches!(c, ' '..='?')).is_some() {}
            rest.next();
        }
    }
    out
}

/// The number of `GPU3`.
pub(super) fn gpu_number(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("GPU").filter(|digits| digits.len() <= 4 && !digits.is_empty())?;
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
}
