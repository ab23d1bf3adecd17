//! The meaning of a scene: names are looked up, quantities are read, and every fault is collected.

use super::algorithm::with_algorithm;
use super::fault::{accepted, shortened};
use super::file::{FabricFile, ParamsFile, SceneFile, VERSION};
use super::{
    AUTO, ClockMode, FabricKind, FabricScene, MAX_FABRICS, MAX_RANKS, Scene, SwitchedAlgorithm, SwitchedFabric,
    WaferFabric, WaferLayout, choices,
};
use crate::catalog::{Catalog, Machine, NvlinkMachine, WaferMachine};
use crate::collective::{Broadcast, Root, SoftwareDelays, StripLayout, XyPattern};
use crate::fabric::{Mesh, Switch};
use crate::units::{Bytes, BytesPerSec, Femtos, Fnv64, UnitError};

/// A value with a wrong meaning.
#[derive(Debug)]
pub(super) struct Wrong {
    pub path: String,
    pub problem: String,
    pub hint: String,
}

/// Longest latency or delay of a scene.
const MAX_DELAY: Femtos = Femtos(100_000_000_000_000_000);
/// Capacities of a port, bytes per second.
const CAPACITIES: std::ops::RangeInclusive<f64> = 1e3..=1e15;

/// Collects faults while the check goes on.
struct Checker<'a> {
    catalog: &'a Catalog,
    wrongs: Vec<Wrong>,
}

/// Resolves a scene.
///
/// # Errors
/// Every fault of meaning; never an empty list.
pub(super) fn check(file: &SceneFile, catalog: &Catalog) -> Result<Scene, Vec<Wrong>> {
    let mut checker = Checker { catalog, wrongs: Vec::new() };
    let scene = checker.scene(file);
    match scene {
        Some(scene) if checker.wrongs.is_empty() => Ok(scene),
        _ => Err(checker.wrongs),
    }
}

/// Fingerprint of the values of a scene, whatever its layout on paper.
fn hash(file: &SceneFile) -> String {
    let mut hash = Fnv64::default();
    // A scene always has a JSON form: its keys are strings and its numbers were checked to be finite.
    hash.write(serde_json::to_string(file).unwrap_or_default().as_bytes());
    format!("{:016x}", hash.finish())
}

impl Checker<'_> {
    fn wrong(&mut self, path: impl Into<String>, problem: impl Into<String>, hint: impl Into<String>) {
        let problem = shortened(&problem.into());
        self.wrongs.push(Wrong { path: path.into(), problem, hint: hint.into() });
    }

    fn unit<T>(&mut self, path: &str, value: Result<T, UnitError>) -> Option<T> {
        value
            .map_err(|error| {
                self.wrong(
                    path,
                    format!("`{}` is no quantity of this kind", error.text),
                    format!("accepted: {}", error.wanted),
                )
            })
            .ok()
    }

    /// Looks a word up; the fault lists what is accepted.
    fn choice<T: Copy>(&mut self, path: &str, what: &str, word: &str, choices: &[(&str, T)]) -> Option<T> {
        let found = choices.iter().find(|(name, _)| *name == word).map(|&(_, value)| value);
        if found.is_none() {
            let names = choices.iter().map(|&(name, _)| name);
            self.wrong(path, format!("`{word}` is no {what} here"), accepted(word, names));
        }
        found
    }

    fn scene(&mut self, file: &SceneFile) -> Option<Scene> {
        if file.version != VERSION {
            let problem = format!("version {} is not known", file.version);
            self.wrong("version", problem, format!("accepted: {VERSION}"));
        }
        let message = self.unit("workload.message", Bytes::parse(&file.workload.message));
        let replicas = file.workload.replicas;
        if !(2..=MAX_RANKS).contains(&replicas) {
            let problem =
                format!("{replicas} replicas: an all-reduce needs at least 2, and at most {MAX_RANKS} are played");
            self.wrong("workload.replicas", problem, format!("accepted: 2 to {MAX_RANKS}"));
        }
        if file.fabrics.is_empty() || file.fabrics.len() > MAX_FABRICS {
            let problem = format!("{} fabrics", file.fabrics.len());
            self.wrong("fabrics", problem, format!("accepted: 1 to {MAX_FABRICS} fabrics"));
            return None;
        }
        let clocks = [("same", ClockMode::Same), ("normalised", ClockMode::Normalised)];
        let clock = self.choice("view.clock", "clock", &file.view.clock, &clocks);
        let fabrics: Vec<Option<FabricScene>> =
            file.fabrics.iter().enumerate().map(|(index, fabric)| self.fabric(index, fabric, replicas)).collect();
        Some(Scene {
            title: file.title.clone(),
            teaches: file.teaches.clone(),
            message: message?,
            replicas,
            seed: file.workload.seed,
            fabrics: fabrics.into_iter().collect::<Option<_>>()?,
            clock: clock?,
            hash: hash(file),
        })
    }

    fn fabric(&mut self, index: usize, file: &FabricFile, replicas: u32) -> Option<FabricScene> {
        let at = |field: &str| format!("fabrics.{index}.{field}");
        if file.nodes != 1 {
            let problem = format!("{} nodes: only single NVLink domains and single wafers are played", file.nodes);
            self.wrong(at("nodes"), problem, "accepted: 1");
        }
        if let Some(network) = &file.network {
            self.wrong(at("network"), format!("`{network}`: no network between nodes is played"), "accepted: None");
        }
        if !file.faults.is_empty() {
            self.wrong(at("faults"), "broken and slow parts are not played", "accepted: []");
        }
        self.choice(&at("timing"), "timing", &file.timing, &[("ideal", ())]);
        let Some(machine) = self.catalog.get(&file.machine) else {
            let hint = accepted(&file.machine, self.catalog.ids());
            self.wrong(at("machine"), format!("`{}` is no machine of the catalog", file.machine), hint);
            return None;
        };
        let kind = match machine {
            Machine::Nvlink(machine) => FabricKind::Switched(self.switched(index, file, machine, replicas)?),
            Machine::Wafer(machine) => FabricKind::Wafer(self.wafer(index, file, machine, replicas)?),
        };
        let fabric = FabricScene { name: file.name.clone(), algorithm: file.algorithm.clone(), kind };
        let first = choices(&fabric.kind).first().map_or("", |(id, _)| *id);
        let played = if file.algorithm == AUTO { first } else { &file.algorithm };
        let resolved = with_algorithm(&fabric, played);
        if resolved.is_none() {
            let mut known = vec![AUTO];
            known.extend(choices(&fabric.kind).iter().map(|(id, _)| *id));
            let problem = format!("`{played}` is no algorithm that {} can play here", machine.name());
            self.wrong(at("algorithm"), problem, accepted(played, known));
        }
        resolved
    }

    fn switched(
        &mut self,
        index: usize,
        file: &FabricFile,
        machine: &NvlinkMachine,
        replicas: u32,
    ) -> Option<SwitchedFabric> {
        let at = |field: &str| format!("fabrics.{index}.{field}");
        let gpus = machine.gpus.count();
        // A number that is out of any range is told once.
        if replicas > gpus && replicas <= MAX_RANKS {
            let problem = format!("{replicas} replicas, but {} has {gpus} GPUs", machine.name);
            self.wrong("workload.replicas", problem, format!("accepted: 2 to {gpus}"));
        }
        for (field, value) in [("layout", &file.layout), ("region", &file.region)] {
            if value.is_some() {
                self.wrong(at(field), format!("{} is no wafer and has no {field}", machine.name), "leave it out");
            }
        }
        self.only(index, &file.params, &machine.name, &["link_capacity", "link_latency", "launch", "step_delay"]);
        let params = &file.params;
        let mut time = |field: &str, value: &Option<String>, default: Femtos| {
            let Some(text) = value else { return Some(default) };
            let path = at(&format!("params.{field}"));
            let time = self.unit(&path, Femtos::parse(text))?;
            if time > MAX_DELAY {
                self.wrong(path, format!("`{text}` is too long"), "accepted: 0 to 100 s");
                return None;
            }
            Some(time)
        };
        let latency_default = Femtos::from_secs(machine.link_latency_ns.value * 1e-9);
        let latency = time("link_latency", &params.link_latency, latency_default);
        let launch = time("launch", &params.launch, Femtos(0));
        let step = time("step_delay", &params.step_delay, Femtos(0));
        let capacity = match &params.link_capacity {
            Some(text) => {
                let capacity = self.unit(&at("params.link_capacity"), BytesPerSec::parse(text));
                if capacity.is_some_and(|capacity| !CAPACITIES.contains(&capacity.0)) {
                    let problem = format!("`{text}` is out of range");
                    self.wrong(at("params.link_capacity"), problem, "accepted: 1 KB/s to 1000 TB/s");
                }
                capacity
            }
            None => Some(BytesPerSec(machine.port_gb_s.value * 1e9)),
        };
        Some(SwitchedFabric {
            machine: machine.clone(),
            switch: Switch { ranks: replicas, capacity: capacity?, latency: latency? },
            algorithm: SwitchedAlgorithm::Ring,
            delays: SoftwareDelays { launch: launch?, step: step? },
        })
    }

    fn wafer(&mut self, index: usize, file: &FabricFile, machine: &WaferMachine, replicas: u32) -> Option<WaferFabric> {
        let at = |field: &str| format!("fabrics.{index}.{field}");
        let layout = file.layout.as_deref().unwrap_or("strips");
        let per_pe = self.choice(&at("layout"), "layout", layout, &[("strips", false), ("per-pe", true)])?;
        // Strips never turn a corner; PEs as ranks have neither rounds nor a choice of broadcast.
        let known: &[&str] = if per_pe {
            &["clock_ghz", "hop_cycles", "turn_cycles", "ramp_cycles"]
        } else {
            &["clock_ghz", "hop_cycles", "ramp_cycles", "classes_per_round", "broadcast"]
        };
        self.only(index, &file.params, &machine.name, known);
        let params = &file.params;
        let clock_ghz = self.number(index, "clock_ghz", params.clock_ghz, machine.clock_ghz.value, 0.001..=100.0);
        let hop_cycles = self.number(index, "hop_cycles", params.hop_cycles, machine.hop_cycles.value, 0.0..=1e6);
        let turn_cycles = self.number(index, "turn_cycles", params.turn_cycles, machine.turn_cycles.value, 0.0..=1e6);
        let ramp_cycles = self.number(index, "ramp_cycles", params.ramp_cycles, machine.ramp_cycles.value, 0.0..=1e6);
        let (width, height) = self.region(&at("region"), file.region.as_deref(), machine)?;
        let mesh = Mesh {
            width,
            height,
            clock_hz: clock_ghz? * 1e9,
            bytes_per_cycle: machine.wavelet_bytes.value,
            hop_cycles: hop_cycles?,
            turn_cycles: turn_cycles?,
            ramp_cycles: ramp_cycles?,
        };
        if per_pe {
            let layout = WaferLayout::PerPe { pattern: XyPattern::Chain };
            return Some(WaferFabric { machine: machine.clone(), mesh, layout });
        }
        let modes = [("streamed", Broadcast::Streamed), ("store-and-forward", Broadcast::StoreAndForward)];
        let broadcast = params.broadcast.as_deref().unwrap_or("streamed");
        let broadcast = self.choice(&at("params.broadcast"), "broadcast", broadcast, &modes);
        let classes = params.classes_per_round.unwrap_or(machine.classes_per_round.count());
        if classes == 0 {
            self.wrong(at("params.classes_per_round"), "0 column classes per round move nothing", "accepted: 1 and up");
        }
        let layout = StripLayout::new(&mesh, replicas, classes);
        if layout.is_none() && replicas > width && replicas <= MAX_RANKS {
            let problem = format!("{replicas} strips, but the region has {width} columns");
            self.wrong("workload.replicas", problem, format!("accepted: 2 to {width}"));
        }
        let layout = WaferLayout::Strips { layout: layout?, root: Root::Middle, broadcast: broadcast? };
        Some(WaferFabric { machine: machine.clone(), mesh, layout })
    }

    fn region(&mut self, path: &str, region: Option<&str>, machine: &WaferMachine) -> Option<(u32, u32)> {
        let (columns, rows) = (machine.columns.count(), machine.rows.count());
        let Some(text) = region else {
            return Some((columns, rows));
        };
        let parts = text.split_once('x').and_then(|(width, height)| Some((width.parse().ok()?, height.parse().ok()?)));
        match parts {
            Some((width, height)) if (2..=columns).contains(&width) && (1..=rows).contains(&height) => {
                Some((width, height))
            }
            _ => {
                let problem = format!("`{text}` is no rectangle of {}", machine.name);
                self.wrong(path, problem, format!("accepted: COLUMNSxROWS, from 2x1 to {columns}x{rows}"));
                None
            }
        }
    }

    fn number(
        &mut self,
        index: usize,
        field: &str,
        value: Option<f64>,
        default: f64,
        range: std::ops::RangeInclusive<f64>,
    ) -> Option<f64> {
        let value = value.unwrap_or(default);
        if range.contains(&value) {
            return Some(value);
        }
        let hint = format!("accepted: {} to {}", range.start(), range.end());
        self.wrong(format!("fabrics.{index}.params.{field}"), format!("{value} is out of range"), hint);
        None
    }

    /// Refuses parameters that mean nothing for this machine.
    fn only(&mut self, index: usize, params: &ParamsFile, machine: &str, known: &[&str]) {
        let Ok(serde_json::Value::Object(given)) = serde_json::to_value(params) else {
            return;
        };
        for field in given.keys().filter(|field| !known.contains(&field.as_str())) {
            let hint = format!("accepted here: {}", known.join(", "));
            let problem = format!("{field} has no effect on {machine} as it is used here");
            self.wrong(format!("fabrics.{index}.params.{field}"), problem, hint);
        }
    }
}
