//! The settings of a scene that a menu offers for a sweep: their values, their current value, and what depends on them.

use super::error::SweepError;
use super::fabric_links::NamedLinks;
use super::sweep_axis::SweepAxis;
use super::values::{PathValues, Unit, Value};
use crate::catalog::Catalog;
use crate::scene::{
    FabricKind, FabricScene, FaultEdit, FaultPlace, OfferedValue, Scene, SceneDocument, Setting, TrainingSetting,
    TrainingSlider, WaferLayout, letter,
};
use crate::units::BytesPerSec;

/// Rates of the sweep, GB/s: those of real links, and some between them.
const RATES_GB_S: [f64; 20] = [
    5.0, 10.0, 12.5, 20.0, 25.0, 37.5, 50.0, 75.0, 100.0, 150.0, 200.0, 300.0, 450.0, 600.0, 900.0, 1200.0, 1800.0,
    2400.0, 3600.0, 7200.0,
];
/// The lowest rate of the sweep over the current one.
const MIN_RATE_RATIO: f64 = 1.0 / 20.0;
/// The highest rate of the sweep over the current one.
const MAX_RATE_RATIO: f64 = 8.0;
/// The most numbers of replicas of the sweep.
const MAX_REPLICA_VALUES: u32 = 64;

/// A setting that can be swept. Fabrics are given by their index in the scene.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Bytes per rank.
    Message,
    /// Ranks.
    Replicas,
    /// Nodes, each with the current number of GPUs.
    Nodes(usize),
    /// Capacity of the links; of NVLink if there is a network.
    LinkCapacity(usize),
    /// Latency of the links.
    LinkLatency(usize),
    /// Capacity of the NICs.
    NicCapacity(usize),
    /// Latency of the NIC links.
    NicLatency(usize),
    /// Clock of a wafer, GHz.
    Clock(usize),
    /// Cycles per hop on a wafer.
    Hop(usize),
    /// The remaining share of the capacity of one link, by its name.
    SlowLink(usize, String),
    /// A setting of a training scene: of a fabric, or of the workload.
    Training(Option<usize>, TrainingSetting),
}

/// A subject of a scene, ready to sweep.
pub(super) struct PreparedSubject {
    /// The scene, with the degradation that is swept.
    pub document: SceneDocument,
    /// The values.
    pub values: PathValues,
}

impl Subject {
    /// All subjects of a scene; `link` is a fabric and a link of it for [`Subject::SlowLink`]. A training scene has other ones.
    pub fn all(document: &SceneDocument, catalog: &Catalog, link: Option<(usize, String)>) -> Vec<Subject> {
        let scene = &document.scene;
        if scene.training.is_some() {
            return Subject::all_of_training(document, catalog);
        }
        let mut all = vec![Subject::Message];
        let per_pe = |fabric: &FabricScene| matches!(&fabric.kind, FabricKind::Wafer(wafer) if !matches!(wafer.layout, WaferLayout::Strips { .. }));
        if !scene.fabrics.iter().all(per_pe) {
            all.push(Subject::Replicas);
        }
        for (index, fabric) in scene.fabrics.iter().enumerate() {
            if fabric.node_counts().is_some() {
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

    /// What a training scene can sweep: what its sliders change, but for what has no order and what costs no time.
    fn all_of_training(document: &SceneDocument, catalog: &Catalog) -> Vec<Subject> {
        let is_swept = |setting: TrainingSetting| !matches!(setting, TrainingSetting::Overlap | TrainingSetting::Price);
        let subjects = |fabric: Option<usize>, sliders: Vec<TrainingSlider>| {
            let settings = sliders.into_iter().map(|slider| slider.setting);
            settings.filter(|setting| is_swept(*setting)).map(move |setting| Subject::Training(fabric, setting))
        };
        let of_workload = subjects(None, document.workload_sliders());
        let fabrics = 0..document.scene.fabrics.len();
        let of_fabrics = fabrics.flat_map(|index| subjects(Some(index), document.training_sliders(index, catalog)));
        of_workload.chain(of_fabrics).collect()
    }

    /// The subject that a sweep begins with: the message, or the chips of the first fabric that can have more of them.
    pub fn first(document: &SceneDocument, catalog: &Catalog) -> Subject {
        let all = Subject::all(document, catalog, None);
        let counts_chips = |subject: &&Subject| {
            matches!(subject, Subject::Training(_, TrainingSetting::Nodes | TrainingSetting::Wafers))
        };
        all.iter().find(counts_chips).or(all.first()).cloned().unwrap_or(Subject::Message)
    }

    /// Its label: `Message per replica`, `A: NIC, one way`.
    pub fn label(&self, scene: &Scene) -> String {
        let link = |fabric: &usize| {
            let links = scene.fabrics.get(*fabric).and_then(FabricScene::links);
            links.map_or("Link", |links: NamedLinks| links.label)
        };
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
            Subject::SlowLink(fabric, link) => format!("{}: capacity share of {link}", letter(*fabric)),
            Subject::Training(None, setting) => setting.name().to_owned(),
            Subject::Training(Some(fabric), setting) => format!("{}: {}", letter(*fabric), setting.name()),
        }
    }

    /// The current value in a scene, in the unit of the values; `None` if the scene does not have it.
    pub fn now(&self, document: &SceneDocument, catalog: &Catalog) -> Option<f64> {
        let scene = &document.scene;
        if scene.training.is_some() != matches!(self, Subject::Training(..)) {
            return None;
        }
        let fabric = |index: &usize| scene.fabrics.get(*index);
        let mesh = |index: &usize| match &fabric(index)?.kind {
            FabricKind::Wafer(wafer) => Some(&wafer.mesh),
            FabricKind::Chips(_) | FabricKind::Wafers(_) => None,
        };
        match self {
            Subject::Message => Some(scene.message.0 as f64),
            Subject::Replicas => Some(f64::from(scene.replicas)),
            Subject::Nodes(index) => Some(f64::from(fabric(index)?.node_counts()?.nodes)),
            Subject::LinkCapacity(index) => Some(fabric(index)?.links()?.figures.capacity.0),
            Subject::LinkLatency(index) => Some(fabric(index)?.links()?.figures.latency.secs()),
            Subject::NicCapacity(index) => Some(fabric(index)?.nics()?.capacity.0),
            Subject::NicLatency(index) => Some(fabric(index)?.nics()?.latency.secs()),
            Subject::Clock(index) => Some(mesh(index)?.clock_hz / 1e9),
            Subject::Hop(index) => Some(mesh(index)?.hop_cycles),
            Subject::SlowLink(index, name) => {
                let fabric = fabric(index)?;
                let link = fabric.topology().find_link(name)?;
                Some(fabric.changed.iter().find(|(id, _)| *id == link).map_or(1.0, |(_, share)| *share))
            }
            Subject::Training(fabric, setting) => {
                training_slider(document, catalog, *fabric, *setting).map(|slider| slider.current)
            }
        }
    }

    /// The scene to sweep, and the values.
    ///
    /// # Errors
    /// A link that cannot be slow in this fabric.
    pub(super) fn prepared(&self, document: &SceneDocument, catalog: &Catalog) -> Result<PreparedSubject, SweepError> {
        let at = |fabric: &usize, field: &str| format!("fabrics.{fabric}.{field}");
        let over = |path: String, values: &str| SweepAxis { path, values: values.to_owned() }.single_path_values();
        let rates =
            |path: String| PathValues { path, unit: Unit::BytesPerSecond, values: rates(self.now(document, catalog)) };
        let latencies = "10ns,25ns,50ns,100ns,250ns,500ns,1us,2us,5us,10us,20us";
        let axis = match self {
            Subject::Message => over("workload.message".to_owned(), "8B..16GiB*2")?,
            Subject::Replicas => PathValues {
                path: "workload.replicas".to_owned(),
                unit: Unit::Number,
                values: replicas(&document.scene),
            },
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
                let slow = slow.map_err(|diagnostics| SweepError::Diagnostics(Box::new(diagnostics)))?;
                // The new fault is the last one.
                let last = slow.file.fabrics.get(*fabric).map_or(0, |fabric| fabric.faults.len().saturating_sub(1));
                let axis = over(at(fabric, &format!("faults.{last}.capacity")), "0.05..1+0.05")?;
                return Ok(PreparedSubject { document: slow, values: axis });
            }
            Subject::Training(fabric, setting) => {
                let slider = training_slider(document, catalog, *fabric, *setting).ok_or(SweepError::Nothing)?;
                let value = |offered: OfferedValue| Value { text: offered.text, number: Some(offered.number) };
                let values = slider.values.into_iter().map(value).collect();
                PathValues { path: slider.path, unit: training_unit(*setting), values }
            }
        };
        Ok(PreparedSubject { document: document.clone(), values: axis })
    }

    /// The setting that must change together with a value.
    pub(super) fn dependent_setting(&self, document: &SceneDocument, value: &Value) -> Option<Setting> {
        let Subject::Nodes(fabric) = self else { return None };
        let per_node = document.scene.fabrics.get(*fabric)?.node_counts()?.gpus_per_node;
        let replicas = value.number? * f64::from(per_node);
        Some(Setting { path: "workload.replicas".to_owned(), value: replicas.to_string() })
    }
}

/// The slider of a setting of a training scene.
fn training_slider(
    document: &SceneDocument,
    catalog: &Catalog,
    fabric: Option<usize>,
    setting: TrainingSetting,
) -> Option<TrainingSlider> {
    let sliders = match fabric {
        None => document.workload_sliders(),
        Some(fabric) => document.training_sliders(fabric, catalog),
    };
    sliders.into_iter().find(|slider| slider.setting == setting)
}

fn training_unit(setting: TrainingSetting) -> Unit {
    match setting {
        TrainingSetting::NicCapacity | TrainingSetting::Io => Unit::BytesPerSecond,
        TrainingSetting::Batch
        | TrainingSetting::Nodes
        | TrainingSetting::Tensor
        | TrainingSetting::Pipeline
        | TrainingSetting::Virtual
        | TrainingSetting::Context
        | TrainingSetting::Nics
        | TrainingSetting::Overlap
        | TrainingSetting::Wafers
        | TrainingSetting::Sparsity
        | TrainingSetting::Price => Unit::Number,
    }
}

/// Rates around the current one.
fn rates(now: Option<f64>) -> Vec<Value> {
    let now = now.unwrap_or(100e9);
    let near = |rate: &f64| (now * MIN_RATE_RATIO..=now * MAX_RATE_RATIO).contains(rate);
    let mut rates: Vec<f64> = RATES_GB_S.iter().map(|rate| rate * 1e9).filter(near).collect();
    if !rates.contains(&now) {
        rates.push(now);
        rates.sort_by(f64::total_cmp);
    }
    rates.into_iter().map(|rate| Value { text: BytesPerSec(rate).to_field(), number: Some(rate) }).collect()
}

/// Numbers of replicas: all, or a limited number of them in equal ratios; on nodes the same number on each.
fn replicas(scene: &Scene) -> Vec<Value> {
    let most = scene.fabrics.iter().map(FabricScene::most_replicas).min().unwrap_or(2).max(2);
    let nodes = scene.fabrics.iter().filter_map(FabricScene::node_counts).map(|counts| counts.nodes).max().unwrap_or(1);
    let count = (most / nodes).clamp(1, MAX_REPLICA_VALUES);
    let mut numbers: Vec<u32> = if most / nodes <= MAX_REPLICA_VALUES {
        (1..=count).map(|number| number * nodes).collect()
    } else {
        let step = libm::log(f64::from(most)) / f64::from(MAX_REPLICA_VALUES);
        (1..=MAX_REPLICA_VALUES)
            .map(|number| libm::exp(step * f64::from(number)).round() as u32 / nodes * nodes)
            .collect()
    };
    numbers.retain(|number| *number >= 2);
    numbers.dedup();
    numbers.into_iter().map(|number| Value { text: number.to_string(), number: Some(f64::from(number)) }).collect()
}
