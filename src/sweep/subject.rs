//! What of a scene can be swept, to choose from: each with its values, what else must change with it, and where it
//! stands now.

use super::SweepError;
use super::over::Unit;
use super::over::{Axis, Over, Value};
use crate::catalog::Catalog;
use crate::fabric::{LinkFigures, Topology};
use crate::scene::{FabricKind, FabricScene, FaultEdit, FaultPlace, Scene, SceneDocument, Setting, letter};
use crate::units::BytesPerSec;

/// Rates that are tried, GB/s: those of real links, and some between.
const RATES_GB_S: [f64; 20] = [
    5.0, 10.0, 12.5, 20.0, 25.0, 37.5, 50.0, 75.0, 100.0, 150.0, 200.0, 300.0, 450.0, 600.0, 900.0, 1200.0, 1800.0,
    2400.0, 3600.0, 7200.0,
];
/// Rates are tried from so much less than now to so much more.
const RATES_BELOW: f64 = 1.0 / 20.0;
const RATES_ABOVE: f64 = 8.0;
/// Most numbers of replicas that are tried.
const MAX_REPLICAS: u32 = 64;

/// One thing that can be swept. Fabrics by their place in the scene.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Bytes per rank.
    Message,
    /// Ranks.
    Replicas,
    /// NVLink domains, each with as many GPUs as now.
    Nodes(usize),
    /// Rate of the links (of NVLink, where there is a network too).
    LinkCapacity(usize),
    /// Their latency.
    LinkLatency(usize),
    /// Rate of the NICs.
    NicCapacity(usize),
    /// Latency of their links.
    NicLatency(usize),
    /// Clock of a wafer.
    Clock(usize),
    /// Cycles per hop on a wafer.
    Hop(usize),
    /// What is left of the capacity of one link.
    SlowLink(usize, String),
}

impl FabricScene {
    /// The links of a fabric whose figures a scene may set: in words, with the figures now.
    pub fn links(&self) -> Option<(&'static str, LinkFigures)> {
        match &self.kind {
            // The constants of the measured timing are those of whole clusters: no link can be set by itself.
            FabricKind::Chips(chips) if chips.measured.is_some() => None,
            FabricKind::Chips(chips) => match &chips.topology {
                Topology::Switch(switch) => {
                    let links = LinkFigures { capacity: switch.capacity, latency: switch.latency };
                    let nvlink = chips.machine.nvlink().is_some();
                    Some((if nvlink { "NVLink port, one way" } else { "Port, one way" }, links))
                }
                Topology::Cluster(cluster) => Some(("NVLink port, one way", cluster.nvlink)),
                Topology::Grid(grid) => Some(("Link, one way", grid.links)),
                _ => None,
            },
            FabricKind::Wafers(wafers) => Some(("Link of a wafer, one way", wafers.tree.links)),
            FabricKind::Wafer(_) => None,
        }
    }

    /// The NICs between nodes whose figures a scene may set.
    pub fn nics(&self) -> Option<LinkFigures> {
        match &self.kind {
            FabricKind::Chips(chips) if chips.measured.is_none() => match &chips.topology {
                Topology::Cluster(cluster) => Some(cluster.nic),
                _ => None,
            },
            _ => None,
        }
    }

    /// NVLink domains and GPUs of each, where there are several.
    pub fn nodes(&self) -> Option<(u32, u32)> {
        match &self.kind {
            FabricKind::Chips(chips) => match &chips.topology {
                Topology::Cluster(cluster) => Some((cluster.nodes, cluster.gpus_per_node)),
                _ => None,
            },
            _ => None,
        }
    }
}

impl Subject {
    /// All that can be swept in a scene; `link` is one that may be slow.
    pub fn all(scene: &Scene, link: Option<(usize, String)>) -> Vec<Subject> {
        let mut all = vec![Subject::Message];
        let per_pe = |fabric: &FabricScene| matches!(&fabric.kind, FabricKind::Wafer(wafer) if !matches!(wafer.layout, crate::scene::WaferLayout::Strips { .. }));
        if !scene.fabrics.iter().all(per_pe) {
            all.push(Subject::Replicas);
        }
        for (index, fabric) in scene.fabrics.iter().enumerate() {
            if fabric.nodes().is_some() {
                all.push(Subject::Nodes(index));
            }
            if fabric.links().is_some() {
                all.extend([Subject::LinkCapacity(index), Subject::LinkLatency(index)]);
            }
            if fabric.nics().is_some() {
                all.extend([Subject::NicCapacity(index), Subject::NicLatency(index)]);
            }
            if matches!(fabric.kind, FabricKind::Wafer(_)) {
                all.extend([Subject::Clock(index), Subject::Hop(index)]);
            }
        }
        all.extend(link.map(|(fabric, link)| Subject::SlowLink(fabric, link)));
        all
    }

    /// The subject in words: `Message per replica`, `A: NIC, one way`.
    pub fn words(&self, scene: &Scene) -> String {
        let link =
            |fabric: &usize| scene.fabrics.get(*fabric).and_then(FabricScene::links).map_or("Link", |(words, _)| words);
        match self {
            Subject::Message => "Message per replica".to_owned(),
            Subject::Replicas => "Replicas".to_owned(),
            Subject::Nodes(fabric) => format!("{}: nodes", letter(*fabric)),
            Subject::LinkCapacity(fabric) => format!("{}: {}", letter(*fabric), link(fabric)),
            Subject::LinkLatency(fabric) => format!("{}: latency of a link", letter(*fabric)),
            Subject::NicCapacity(fabric) => format!("{}: NIC, one way", letter(*fabric)),
            Subject::NicLatency(fabric) => format!("{}: latency of a NIC link", letter(*fabric)),
            Subject::Clock(fabric) => format!("{}: clock, GHz", letter(*fabric)),
            Subject::Hop(fabric) => format!("{}: cycles per hop", letter(*fabric)),
            Subject::SlowLink(fabric, link) => format!("{}: share left of {link}", letter(*fabric)),
        }
    }

    /// Where the scene stands now, in the unit of the values.
    pub fn now(&self, scene: &Scene) -> Option<f64> {
        let fabric = |index: &usize| scene.fabrics.get(*index);
        let mesh = |index: &usize| match &fabric(index)?.kind {
            FabricKind::Wafer(wafer) => Some(&wafer.mesh),
            _ => None,
        };
        match self {
            Subject::Message => Some(scene.message.0 as f64),
            Subject::Replicas => Some(f64::from(scene.replicas)),
            Subject::Nodes(index) => Some(f64::from(fabric(index)?.nodes()?.0)),
            Subject::LinkCapacity(index) => Some(fabric(index)?.links()?.1.capacity.0),
            Subject::LinkLatency(index) => Some(fabric(index)?.links()?.1.latency.secs()),
            Subject::NicCapacity(index) => Some(fabric(index)?.nics()?.capacity.0),
            Subject::NicLatency(index) => Some(fabric(index)?.nics()?.latency.secs()),
            Subject::Clock(index) => Some(mesh(index)?.clock_hz / 1e9),
            Subject::Hop(index) => Some(mesh(index)?.hop_cycles),
            Subject::SlowLink(index, name) => {
                let fabric = fabric(index)?;
                let link = fabric.topology().find_link(name)?;
                Some(fabric.changed.iter().find(|(id, _)| *id == link).map_or(1.0, |(_, share)| *share))
            }
        }
    }

    /// The scene that the values are set in, and the values.
    ///
    /// # Errors
    /// A link that cannot be slow on this fabric.
    pub(super) fn prepared(
        &self,
        document: &SceneDocument,
        catalog: &Catalog,
    ) -> Result<(SceneDocument, Axis), SweepError> {
        let at = |fabric: &usize, field: &str| format!("fabrics.{fabric}.{field}");
        let over = |path: String, values: &str| Over { path, values: values.to_owned() }.axis();
        let rates = |path: String| Axis { path, unit: Unit::BytesPerSecond, values: rates(self.now(&document.scene)) };
        let latencies = "10ns,25ns,50ns,100ns,250ns,500ns,1us,2us,5us,10us,20us";
        let axis = match self {
            Subject::Message => over("workload.message".to_owned(), "8B..16GiB*2")?,
            Subject::Replicas => {
                Axis { path: "workload.replicas".to_owned(), unit: Unit::Number, values: replicas(&document.scene) }
            }
            Subject::Nodes(fabric) => over(at(fabric, "nodes"), "2,3,4,6,8,12,16,24,32,48,64,96,128")?,
            Subject::LinkCapacity(fabric) => rates(at(fabric, "params.link_capacity")),
            Subject::LinkLatency(fabric) => over(at(fabric, "params.link_latency"), latencies)?,
            Subject::NicCapacity(fabric) => rates(at(fabric, "params.nic_capacity")),
            Subject::NicLatency(fabric) => over(at(fabric, "params.nic_latency"), latencies)?,
            Subject::Clock(fabric) => over(at(fabric, "params.clock_ghz"), "0.5..1.5+0.125")?,
            Subject::Hop(fabric) => over(at(fabric, "params.hop_cycles"), "1..8+1")?,
            Subject::SlowLink(fabric, link) => {
                let place = FaultPlace::Link(link.clone());
                let slow = document.what_if(*fabric, &place, FaultEdit::Slow(0.5), catalog);
                let slow = slow.map_err(|faults| SweepError::Diagnostics(Box::new(faults)))?;
                // The last one written is the one just made.
                let last = slow.file.fabrics.get(*fabric).map_or(0, |fabric| fabric.faults.len().saturating_sub(1));
                let axis = over(at(fabric, &format!("faults.{last}.capacity")), "0.05..1+0.05")?;
                return Ok((slow, axis));
            }
        };
        Ok((document.clone(), axis))
    }

    /// What must change with a value.
    pub(super) fn beside(&self, document: &SceneDocument, value: &Value) -> Option<Setting> {
        let Subject::Nodes(fabric) = self else { return None };
        let (_, per_node) = document.scene.fabrics.get(*fabric)?.nodes()?;
        let replicas = value.number? * f64::from(per_node);
        Some(Setting { path: "workload.replicas".to_owned(), value: replicas.to_string() })
    }
}

/// Rates round about the one now.
fn rates(now: Option<f64>) -> Vec<Value> {
    let now = now.unwrap_or(100e9);
    let near = |rate: &f64| (now * RATES_BELOW..=now * RATES_ABOVE).contains(rate);
    let mut rates: Vec<f64> = RATES_GB_S.iter().map(|rate| rate * 1e9).filter(near).collect();
    if !rates.contains(&now) {
        rates.push(now);
        rates.sort_by(f64::total_cmp);
    }
    rates.into_iter().map(|rate| Value { text: BytesPerSec(rate).to_field(), number: Some(rate) }).collect()
}

/// Numbers of replicas: all, or as many as are drawn, by equal factors; on nodes the same number on each.
fn replicas(scene: &Scene) -> Vec<Value> {
    let most = scene.fabrics.iter().map(FabricScene::most_replicas).min().unwrap_or(2).max(2);
    let nodes = scene.fabrics.iter().filter_map(FabricScene::nodes).map(|(nodes, _)| nodes).max().unwrap_or(1);
    let count = (most / nodes).clamp(1, MAX_REPLICAS);
    let mut numbers: Vec<u32> = if most / nodes <= MAX_REPLICAS {
        (1..=count).map(|number| number * nodes).collect()
    } else {
        let step = libm::log(f64::from(most)) / f64::from(MAX_REPLICAS);
        (1..=MAX_REPLICAS).map(|place| libm::exp(step * f64::from(place)).round() as u32 / nodes * nodes).collect()
    };
    numbers.retain(|number| *number >= 2);
    numbers.dedup();
    numbers.into_iter().map(|number| Value { text: number.to_string(), number: Some(f64::from(number)) }).collect()
}
