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
const LATENCY: &str = "latency:";
/// Most links of a network of several dimensions.
const MAX_LINKS: usize = 10_000;
/// Most values of a list that are read.
const MAX_VALUES: usize = 64;
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

/// The values of a key: `key: [ a, b ]`, a single value, or lines `- a` below it; each may stand in quotes.
fn values<'a>(text: &'a str, key: &str) -> Result<(usize, Vec<&'a str>), ImportError> {
    let plain = |line: &'a str| line.split('#').next().unwrap_or(line).trim();
    let mut lines = text.lines().map(plain).enumerate();
    let Some((index, line)) = lines.find(|(_, line)| line.starts_with(key)) else {
        return Err(ImportError::whole(
            format!("has no `{key}`"),
            "accepted: topology, npus_count, bandwidth and latency",
        ));
    };
    let value = |value: &'a str| value.trim().trim_matches(['"', '\'']).trim();
    let list = line.strip_prefix(key).unwrap_or_default().trim();
    let listed: Vec<&str> = if list.is_empty() {
        lines.map_while(|(_, line)| line.strip_prefix('-')).map(value).take(MAX_VALUES).collect()
    } else if list.starts_with('[') || list.ends_with(']') {
        let inner = list.strip_prefix('[').and_then(|list| list.strip_suffix(']')).ok_or_else(|| {
            ImportError::line(
                index + 1,
                format!("the list of `{key}` does not end in its line"),
                "accepted: such as [ 8, 4 ]",
            )
        })?;
        inner.split(',').map(value).take(MAX_VALUES).collect()
    } else {
        vec![value(list)]
    };
    Ok((index + 1, listed.into_iter().filter(|value| !value.is_empty()).collect()))
}

fn numbers(text: &str, key: &str, dimensions: usize) -> Result<Vec<f64>, ImportError> {
    let (line, values) = values(text, key)?;
    // A latency may be 0.
    let least = if key == LATENCY { 0.0 } else { f64::MIN_POSITIVE };
    let read = |value: &&str| value.parse::<f64>().ok().filter(|number| (least..1e12).contains(number));
    let numbers: Vec<f64> = values.iter().filter_map(read).collect();
    match numbers.len() == dimensions && values.len() == dimensions {
        true => Ok(numbers),
        false => Err(ImportError::line(
            line,
            format!(
                "`{key}` has {} values, or one that is not a number above 0; `topology` has {dimensions}",
                values.len()
            ),
            "accepted: one number for each dimension",
        )),
    }
}

fn read(text: &str) -> Result<Vec<Dimension>, ImportError> {
    if text.len() > MAX_BYTES {
        return Err(ImportError::whole("is larger than 64 KiB", "accepted: a network file of a few lines"));
    }
    let (line, kinds) = values(text, "topology:")?;
    if kinds.is_empty() || kinds.len() > 8 {
        return Err(ImportError::line(line, format!("{} dimensions", kinds.len()), "accepted: 1 to 8"));
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
        (numbers(text, "npus_count:", n)?, numbers(text, "bandwidth:", n)?, numbers(text, LATENCY, n)?);
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
    // A dimension of one rank has no links.
    let wide: Vec<Dimension> = dimensions.iter().copied().filter(|dimension| dimension.count > 1).collect();
    let fabric = match wide.as_slice() {
        [one] => one_dimension(one, &mut report)?,
        [inside, between]
            if inside.kind == AstraDimension::Switch
                && between.kind == AstraDimension::Switch
                && inside.count <= 72 =>
        {
            cluster(inside, between, &mut report)
        }
        several if several.iter().all(|dimension| dimension.kind != AstraDimension::Switch) => {
            product(several, &mut report)?
        }
        _ => {
            return Err(ImportError::whole(
                "a network of several dimensions with a switch that is not a switch of switches is not supported",
                "accepted: one dimension, Ring and FullyConnected in any number, or [ Switch, Switch ] with up to 72 ranks in the \
                 first",
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
    let (name, links) = if kind == AstraDimension::Ring {
        let count_links = if count == 2 { 1 } else { count };
        ("Ring", (0..count_links).map(|from| link(from, (from + 1) % count, gb_s, latency_ns)).collect())
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
        ("Full mesh", pairs.map(|(from, to)| link(from, to, share, latency_ns)).collect())
    };
    let graph = Some(GraphFile { chips: count, links });
    Ok(FabricFile { name: name.to_owned(), graph, ..FabricFile::new("graph", None, TimingChoice::Ideal) })
}

/// Rings and full meshes of several dimensions, as a graph: a rank has its links in each of them.
fn product(dimensions: &[Dimension], report: &mut ImportReport) -> Result<FabricFile, ImportError> {
    let ranks: u32 = dimensions.iter().map(|dimension| dimension.count).product();
    let mut links = Vec::new();
    let mut stride = 1;
    for dimension in dimensions {
        let Dimension { kind, count, gb_s, latency_ns } = *dimension;
        // In a ring each rank has the link to the next one; in a full mesh one to every later rank.
        let (steps, gb_s) = match kind {
            AstraDimension::Ring | AstraDimension::Switch => (1, gb_s),
            AstraDimension::FullyConnected => (count - 1, gb_s / f64::from(count - 1)),
        };
        for from in 0..ranks {
            let place = from / stride % count;
            for step in 1..=steps {
                let to = (place + step) % count;
                // A pair has one link; two ranks in a ring are a pair.
                if to > place || kind == AstraDimension::Ring && count > 2 {
                    links.push(link(from, from - place * stride + to * stride, gb_s, latency_ns));
                }
            }
            if links.len() > MAX_LINKS {
                let problem = format!("a network of {ranks} ranks with more than {MAX_LINKS} links");
                return Err(ImportError::whole(
                    problem,
                    "accepted: fewer ranks in the dimensions that are FullyConnected",
                ));
            }
        }
        stride *= count;
    }
    if dimensions.iter().any(|dimension| dimension.kind == AstraDimension::FullyConnected) {
        report.guess("The bandwidth of a rank is shared evenly by its links of a full mesh.");
    }
    let counts: Vec<String> = dimensions.iter().map(|dimension| dimension.count.to_string()).collect();
    let graph = Some(GraphFile { chips: ranks, links });
    Ok(FabricFile { name: counts.join(" x "), graph, ..FabricFile::new("graph", None, TimingChoice::Ideal) })
}

/// A link of both directions.
fn link(from: u32, to: u32, gb_s: f64, latency_ns: f64) -> GraphLinkFile {
    GraphLinkFile {
        from,
        to,
        capacity: Some(format!("{gb_s}GB/s")),
        latency: Some(format!("{latency_ns}ns")),
        bidirectional: true,
    }
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
