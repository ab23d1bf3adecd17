//! The meaning of a scene: names are looked up, quantities are read, and every fault is collected.

use crate::catalog::{Catalog, Machine, WaferMachine};
use crate::collective::{Broadcast, PerPeAlgorithm, Root, StripLayout, XyPattern};
use crate::fabric::Mesh;
use crate::scene::algorithm::{AUTO, NCCL_TABLE, choices, with_algorithm};
use crate::scene::diagnostic::{accepted, shortened};
use crate::scene::schema::{FabricFile, ParamsFile, SceneFile, VERSION};
use crate::scene::{ClockMode, FabricKind, FabricScene, MAX_FABRICS, MAX_RANKS, Scene, WaferFabric, WaferLayout};
use crate::units::grouped;
use crate::units::{Bytes, Femtos, Fnv64, UnitError};

/// A value with a wrong meaning.
#[derive(Debug)]
pub(crate) struct Wrong {
    pub path: String,
    pub problem: String,
    pub hint: String,
}

/// Longest latency or delay of a scene.
const MAX_DELAY: Femtos = Femtos(100_000_000_000_000_000);
/// Capacities of a port, bytes per second.
pub(crate) const CAPACITIES: std::ops::RangeInclusive<f64> = 1e3..=1e15;

/// Collects faults while the check goes on.
pub(crate) struct Checker<'a> {
    pub catalog: &'a Catalog,
    wrongs: Vec<Wrong>,
}

/// Resolves a scene.
///
/// # Errors
/// Every fault of meaning; never an empty list.
pub(crate) fn check(file: &SceneFile, catalog: &Catalog) -> Result<Scene, Vec<Wrong>> {
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

impl<'a> Checker<'a> {
    pub(crate) fn wrong(&mut self, path: impl Into<String>, problem: impl Into<String>, hint: impl Into<String>) {
        let problem = shortened(&problem.into());
        self.wrongs.push(Wrong { path: path.into(), problem, hint: hint.into() });
    }

    pub(crate) fn unit<T>(&mut self, path: &str, value: Result<T, UnitError>) -> Option<T> {
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
    pub(crate) fn choice<T: Copy>(&mut self, path: &str, what: &str, word: &str, choices: &[(&str, T)]) -> Option<T> {
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
        let possible = (2..=MAX_RANKS).contains(&replicas);
        if !possible {
            let (given, most) = (grouped(replicas.into()), grouped(MAX_RANKS.into()));
            let problem = format!("{given} replicas: an all-reduce needs at least 2, and at most {most} are played");
            self.wrong("workload.replicas", problem, format!("accepted: 2 to {most}"));
        }
        if file.fabrics.is_empty() || file.fabrics.len() > MAX_FABRICS {
            let problem = format!("{} fabrics", file.fabrics.len());
            self.wrong("fabrics", problem, format!("accepted: 1 to {MAX_FABRICS} fabrics"));
            return None;
        }
        let clocks = [("same", ClockMode::Same), ("normalised", ClockMode::Normalised)];
        let clock = self.choice("view.clock", "clock", &file.view.clock, &clocks);
        let decide = self.decisions(file);
        let fabrics: Vec<Option<FabricScene>> = file
            .fabrics
            .iter()
            .enumerate()
            .map(|(index, fabric)| self.fabric(index, fabric, replicas, file.workload.seed))
            .collect();
        if !possible {
            // What machines would make of such a number says nothing more.
            let first = self.wrongs.iter().position(|wrong| wrong.path == "workload.replicas");
            let mut place = 0;
            self.wrongs.retain(|wrong| {
                place += 1;
                Some(place - 1) == first || !wrong.problem.contains("replicas")
            });
        }
        Some(Scene {
            title: file.title.clone(),
            teaches: file.teaches.clone(),
            claim: file.claim.clone(),
            decide,
            message: message?,
            replicas,
            seed: file.workload.seed,
            fabrics: fabrics.into_iter().collect::<Option<_>>()?,
            clock: clock?,
            hash: hash(file),
        })
    }

    fn fabric(&mut self, index: usize, file: &FabricFile, replicas: u32, seed: u64) -> Option<FabricScene> {
        let at = |field: &str| format!("fabrics.{index}.{field}");
        let Some(machine) = self.catalog.get(&file.machine) else {
            let hint = accepted(&file.machine, self.catalog.machine_ids());
            self.wrong(at("machine"), format!("`{}` is no machine of the catalog", file.machine), hint);
            return None;
        };
        let kind = match machine {
            Machine::Nvlink(machine) => FabricKind::Chips(self.nvlink(index, file, machine, replicas)?),
            _ if file.timing != "ideal" => {
                self.choice(&at("timing"), "timing", &file.timing, &[("ideal", ())])?;
                return None;
            }
            Machine::Free(machine) => FabricKind::Chips(self.free(index, file, machine, replicas)?),
            Machine::Wafer(machine) => FabricKind::Wafer(self.wafer(index, file, machine, replicas)?),
            Machine::WaferCluster(machine) => FabricKind::Wafers(self.wafers(index, file, machine, replicas)?),
            Machine::Network(network) => {
                let hint = accepted(&file.machine, self.catalog.machine_ids());
                self.wrong(at("machine"), format!("{} is a network, no machine", network.name), hint);
                return None;
            }
        };
        let mut fabric = FabricScene {
            name: file.name.clone(),
            algorithm: file.algorithm.clone(),
            kind,
            delays: self.delays(index, file)?,
            changed: Vec::new(),
            traffic: Vec::new(),
        };
        self.faults(index, &file.faults, seed, &mut fabric);
        let first = choices(&fabric.kind).first().map_or("", |(id, _)| *id);
        let table = file.algorithm == NCCL_TABLE && file.timing == "measured";
        let played = if file.algorithm == AUTO || table { first } else { &file.algorithm };
        let resolved = with_algorithm(&fabric, played);
        if resolved.is_none() {
            let mut known = vec![AUTO];
            if file.timing == "measured" {
                known.push(NCCL_TABLE);
            }
            known.extend(choices(&fabric.kind).iter().map(|(id, _)| *id));
            let problem = format!("`{played}` is no algorithm that {} can play here", machine.name());
            self.wrong(at("algorithm"), problem, accepted(played, known));
        }
        resolved
    }

    /// A time of the scene, or the catalog's, ns.
    pub(crate) fn time(&mut self, path: &str, given: &Option<String>, default_ns: f64) -> Option<Femtos> {
        let Some(text) = given else { return Some(Femtos::from_secs(default_ns * 1e-9)) };
        let time = self.unit(path, Femtos::parse(text))?;
        if time > MAX_DELAY {
            self.wrong(path, format!("`{text}` is too long"), "accepted: 0 to 100 s");
            return None;
        }
        Some(time)
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
        for (field, given) in [("nodes", file.nodes != 1), ("network", file.network.is_some())] {
            if given {
                self.wrong(
                    at(field),
                    format!("one {} has no {field}: a cluster of wafers is a machine", machine.name),
                    "leave it out",
                );
            }
        }
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
            let layout = WaferLayout::PerPe { algorithm: PerPeAlgorithm::Xy(XyPattern::Chain) };
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
            let (columns, accepted) = match width {
                1 => ("1 column".to_owned(), "a region of 2 columns or more".to_owned()),
                width => (format!("{width} columns"), format!("2 to {width}")),
            };
            let problem = format!("{replicas} strips, but the region has {columns}");
            self.wrong("workload.replicas", problem, format!("accepted: {accepted}"));
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
            Some((width, height))
                if (1..=columns).contains(&width) && (1..=rows).contains(&height) && width * height > 1 =>
            {
                Some((width, height))
            }
            _ => {
                let problem = format!("`{text}` is no rectangle of {}", machine.name);
                self.wrong(path, problem, format!("accepted: COLUMNSxROWS, from 2x1 or 1x2 to {columns}x{rows}"));
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
    pub(crate) fn only(&mut self, index: usize, params: &ParamsFile, machine: &str, known: &[&str]) {
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
