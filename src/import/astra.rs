//! The network file of ASTRA-sim's analytical backend: a kind, a count, a bandwidth and a latency for each dimension.

use super::error::ImportError;
use super::form::Form;
use super::imported::{Frame, Imported};
use super::report::ImportReport;
use crate::catalog::Catalog;
use crate::scene::{FabricFile, GraphFile, GraphLinkFile, TimingChoice};

/// Most ranks: a full mesh has a link for every two.
const MAX_RANKS: u32 = 1_024;
/// Most ranks of a full mesh.
const MAX_MESH: u32 = 128;
/// The longest file, bytes.
const MAX_BYTES: usize = 64 << 10;

/// The kind of a dimension.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum AstraDimension {
    Ring,
    Switch,
    FullyConnected,
}

/// One dimension.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Dimension {
    kind: AstraDimension,
    count: u32,
    gb_s: f64,
    latency_ns: f64,
}

/// Whether a text is such a file.
pub(super) fn begins(text: &str) -> bool {
    let has = |key: &str| text.lines().any(|line| line.trim_start().starts_with(key));
    has("topology:") && has("npus_count:")
}

/// The values of a key, written as `key: [ a, b ]` with a comment after it.
fn values<'a>(text: &'a str, key: &str) -> Result<(usize, Vec<&'a str>), ImportError> {
    let line = text.lines().enumerate().find(|(_, line)| line.trim_start().starts_with(key));
    let Some((index, line)) = line else {
        return Err(ImportError::whole(
            format!("has no `{key}`"),
            "accepted: topology, npus_count, bandwidth and latency",
        ));
    };
    let list = line.split('#').next().unwrap_or(line).trim_start().strip_prefix(key).unwrap_or_default().trim();
    let inner = list.strip_prefix('[').and_then(|list| list.strip_suffix(']')).ok_or_else(|| {
        ImportError::line(index + 1, format!("`{key}` is not a list in one line"), "accepted: such as [ 8, 4 ]")
    })?;
    Ok((index + 1, inner.split(',').map(str::trim).filter(|value| !value.is_empty()).collect()))
}

fn numbers(text: &str, key: &str, dimensions: usize) -> Result<Vec<f64>, ImportError> {
    let (line, values) = values(text, key)?;
    let read = |value: &&str| value.parse::<f64>().ok().filter(|number| *number > 0.0 && *number < 1e12);
    let numbers: Vec<f64> = values.iter().filter_map(read).collect();
    match numbers.len() == dimensions && values.len() == dimensions {
        true => Ok(numbers),
        false => Err(ImportError::line(
            line,
            format!("`{key}` needs {dimensions} numbers above 0"),
            "accepted: one for each dimension",
        )),
    }
}

fn read(text: &str) -> Result<Vec<Dimension>, ImportError> {
    if text.len() > MAX_BYTES {
        return Err(ImportError::whole("is larger than 64 KiB", "accepted: a network file of a few lines"));
    }
    let (line, kinds) = values(text, "topology:")?;
    if kinds.is_empty() || kinds.len() > 8 {
        return Err(ImportError::line(line, format!("{} dimensions", kinds.len()), "accepted: 1 or 2"));
    }
    let kind = |word: &&str| match *word {
        "Ring" => Ok(AstraDimension::Ring),
        "Switch" => Ok(AstraDimension::Switch),
        "FullyConnected" => Ok(AstraDimension::FullyConnected),
        other => {
            let problem = format!("the topology `{}` is not supported", crate::units::quoted(other));
            Err(ImportError::line(line, problem, "accepted: Ring, Switch, FullyConnected"))
        }
    };
    let kinds: Vec<AstraDimension> = kinds.iter().map(kind).collect::<Result<_, _>>()?;
    let n = kinds.len();
    let (counts, rates, latencies) =
        (numbers(text, "npus_count:", n)?, numbers(text, "bandwidth:", n)?, numbers(text, "latency:", n)?);
    let zipped = kinds.into_iter().zip(counts).zip(rates).zip(latencies);
    Ok(zipped
        .map(|(((kind, count), gb_s), latency_ns)| Dimension { kind, count: count as u32, gb_s, latency_ns })
        .collect())
}

/// Imports a network.
pub(super) fn import(text: &str, catalog: &Catalog) -> Result<Imported, ImportError> {
    let dimensions = read(text)?;
    let ranks = dimensions.iter().fold(1_u32, |ranks, dimension| ranks.saturating_mul(dimension.count));
    if !(2..=MAX_RANKS).contains(&ranks) {
        return Err(ImportError::whole(
            format!("the network has {ranks} ranks"),
            format!("accepted: 2 to {MAX_RANKS}"),
        ));
    }
    let mut report = ImportReport::default();
    for (place, dimension) in dimensions.iter().enumerate() {
        let Dimension { kind, count, gb_s, latency_ns } = dimension;
        let kind = match kind {
            AstraDimension::Ring => "Ring",
            AstraDimension::Switch => "Switch",
            AstraDimension::FullyConnected => "FullyConnected",
        };
        report.read(&format!("Dimension {}", place + 1), format!("{kind} of {count}, {gb_s} GB/s, {latency_ns} ns"));
    }
    report.guess("The bandwidth is that of a rank per direction, the latency that of each link.");
    let fabric = match dimensions.as_slice() {
        [one] => one_dimension(one, &mut report)?,
        [inside, between]
            if inside.kind == AstraDimension::Switch
                && between.kind == AstraDimension::Switch
                && inside.count <= 72 =>
        {
            cluster(inside, between, &mut report)
        }
        _ => {
            return Err(ImportError::whole(
                "a network of several dimensions that is not a switch of switches is not supported",
                "accepted: one dimension, or [ Switch, Switch ] with up to 72 ranks in the first",
            ));
        }
    };
    let frame = Frame::of_machine(Form::AstraNetwork, &format!("{ranks} ranks"), ranks);
    Imported::checked(Form::AstraNetwork, frame, vec![fabric], report, catalog)
}

fn one_dimension(dimension: &Dimension, report: &mut ImportReport) -> Result<FabricFile, ImportError> {
    let Dimension { kind, count, gb_s, latency_ns } = *dimension;
    if kind == AstraDimension::Switch {
        let mut fabric =
            FabricFile { name: "Switch".to_owned(), ..FabricFile::new("switch", None, TimingChoice::Ideal) };
        fabric.params.link_capacity = Some(format!("{gb_s}GB/s"));
        fabric.params.link_latency = Some(format!("{latency_ns}ns"));
        return Ok(fabric);
    }
    let link = |from: u32, to: u32, gb_s: f64| GraphLinkFile {
        from,
        to,
        capacity: Some(format!("{gb_s}GB/s")),
        latency: Some(format!("{latency_ns}ns")),
        bidirectional: true,
    };
    let (name, links) = if kind == AstraDimension::Ring {
        let count_links = if count == 2 { 1 } else { count };
        ("Ring", (0..count_links).map(|from| link(from, (from + 1) % count, gb_s)).collect())
    } else {
        if count > MAX_MESH {
            return Err(ImportError::whole(
                format!("a full mesh of {count} ranks"),
                format!("accepted: up to {MAX_MESH}"),
            ));
        }
        report.guess("The bandwidth of a rank is shared evenly by its links.");
        let share = gb_s / f64::from(count - 1);
        let pairs = (0..count).flat_map(|from| (from + 1..count).map(move |to| (from, to)));
        ("Full mesh", pairs.map(|(from, to)| link(from, to, share)).collect())
    };
    let graph = Some(GraphFile { chips: count, links });
    Ok(FabricFile { name: name.to_owned(), graph, ..FabricFile::new("graph", None, TimingChoice::Ideal) })
}

fn cluster(inside: &Dimension, between: &Dimension, report: &mut ImportReport) -> FabricFile {
    let machine = if inside.count <= 8 { "dgx-h100" } else { "gb200-nvl72" };
    report.guess("The first dimension is drawn as NVLink inside a node, the second as NICs and leaves.");
    let mut fabric = FabricFile {
        name: format!("{} nodes of {}", between.count, inside.count),
        nodes: u64::from(between.count),
        ..FabricFile::new(machine, (between.count > 1).then_some("ib-ndr"), TimingChoice::Ideal)
    };
    fabric.params.link_capacity = Some(format!("{}GB/s", inside.gb_s));
    fabric.params.link_latency = Some(format!("{}ns", inside.latency_ns));
    if between.count > 1 {
        fabric.params.nic_capacity = Some(format!("{}GB/s", between.gb_s));
        fabric.params.nic_latency = Some(format!("{}ns", between.latency_ns));
    }
    fabric
}
