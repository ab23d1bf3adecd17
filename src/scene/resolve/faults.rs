//! The meaning of faults: links that are slow or down, chips that come late or are slow, jitter, other traffic.

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

use super::checker::Checker;
use crate::fabric::{Direction, LinkId, Topology};
use crate::scene::degradation::chip_links;
use crate::scene::schema::{FaultFile, TrafficFile};
use crate::scene::{FabricKind, FabricScene, Traffic, WaferFabric, WaferLayout};
use crate::units::{BytesPerSec, Femtos};

/// Most faults of one fabric.
const MAX_FAULTS: usize = 1_000;
/// Most links of a fabric among which a name is looked up by trying all.
const MAX_NAMED_LINKS: u32 = 8_000_000;

impl Checker<'_> {
    /// Resolves the faults of a fabric into it.
    pub(crate) fn faults(&mut self, index: usize, faults: &[FaultFile], seed: u64, fabric: &mut FabricScene) {
        let path = format!("fabrics.{index}.faults");
        if faults.len() > MAX_FAULTS {
            let hint = format!("accepted: at most {MAX_FAULTS}");
            return self.wrong(path, format!("{} faults", faults.len()), hint);
        }
        for (number, fault) in faults.iter().enumerate() {
            self.fault(&format!("{path}.{number}"), fault, seed, fabric);
        }
        fabric.delays.slow.sort_by_key(|&(rank, _)| rank);
    }

    fn fault(&mut self, path: &str, fault: &FaultFile, seed: u64, fabric: &mut FabricScene) {
        let FaultFile { link, chip, capacity, down, start_delay, slow, jitter, traffic } = fault;
        match (link, chip, jitter, traffic) {
            (Some(name), None, None, None) if start_delay.is_none() && slow.is_none() => {
                let Some(link) = self.link(&format!("{path}.link"), name, fabric) else { return };
                let share = match (capacity, down) {
                    (Some(share), None) => self.share(&format!("{path}.capacity"), *share),
                    (None, Some(down)) => Some(if *down { 0.0 } else { 1.0 }),
                    _ => {
                        self.wrong(path, "a link is either slow or down", "accepted: capacity: 0.5, or down: true");
                        None
                    }
                };
                fabric.changed.extend(share.filter(|&share| share < 1.0).map(|share| (link, share)));
            }
            (None, Some(name), None, None) if capacity.is_none() && down.is_none() => {
                let Some(chip) = self.chip(&format!("{path}.chip"), name, fabric) else { return };
                match (start_delay, slow) {
                    (Some(_), None) => {
                        let delay = self.time(&format!("{path}.start_delay"), start_delay, 0.0);
                        if let Some(delay) = delay {
                            let start = starts(fabric);
                            start[chip as usize] = start[chip as usize] + delay;
                        }
                    }
                    (None, Some(_)) if is_strip(fabric) => {
                        let hint = "accepted: name PEs' ramps as links, or start_delay for a strip";
                        self.wrong(format!("{path}.slow"), "a strip is no chip that can be slow", hint);
                    }
                    (None, Some(share)) => {
                        if let Some(share) = self.share(&format!("{path}.slow"), *share) {
                            slow_chip(fabric, chip, share);
                        }
                    }
                    _ => self.wrong(
                        path,
                        "a chip comes late or is slow",
                        "accepted: start_delay: \"20us\", or slow: 0.5",
                    ),
                }
            }
            (None, None, Some(_), None) if !has_more(fault) => {
                let Some(most) = self.time(&format!("{path}.jitter"), jitter, 0.0) else { return };
                // One stream of numbers for all platforms, from the seed of the scene.
                let mut random = Pcg64Mcg::seed_from_u64(seed);
                for start in starts(fabric) {
                    *start = *start + Femtos(random.random_range(0..=most.0));
                }
            }
            (None, None, None, Some(traffic)) if !has_more(fault) => self.traffic(path, traffic, fabric),
            _ => self.wrong(
                path,
                "a fault is of one kind",
                "accepted: (link, capacity), (link, down), (chip, start_delay), (chip, slow), (jitter), or (traffic)",
            ),
        }
    }

    fn share(&mut self, path: &str, share: f64) -> Option<f64> {
        let fits = share > 0.0 && share <= 1.0;
        if !fits {
            self.wrong(path, format!("{share} is no share of what is left"), "accepted: above 0, at most 1");
        }
        fits.then_some(share)
    }

    fn traffic(&mut self, path: &str, traffic: &TrafficFile, fabric: &mut FabricScene) {
        if !matches!(fabric.kind, FabricKind::Chips(_)) {
            let problem = "other traffic is played between GPUs or chips only";
            return self.wrong(format!("{path}.traffic"), problem, "leave it out");
        }
        let from = self.chip(&format!("{path}.traffic.from"), &traffic.from, fabric);
        let to = self.chip(&format!("{path}.traffic.to"), &traffic.to, fabric);
        let rate = self.unit(&format!("{path}.traffic.rate"), BytesPerSec::parse(&traffic.rate));
        let (Some(from), Some(to), Some(rate)) = (from, to, rate) else { return };
        if from == to {
            let problem = format!("`{}` sends to itself", traffic.to);
            return self.wrong(format!("{path}.traffic.to"), problem, "accepted: another chip");
        }
        fabric.traffic.push(Traffic { from, to, rate });
    }

    /// The link of this name.
    fn link(&mut self, path: &str, name: &str, fabric: &FabricScene) -> Option<LinkId> {
        let whole = fabric.fabric();
        let topology = &whole.topology;
        let found = find_link(topology, name);
        if found.is_none() {
            let example = |link: u32| format!("\"{}\"", topology.link_name(LinkId(link)).replace('→', "->"));
            let middle = example(topology.link_count() / 2);
            let hint = format!("accepted: names as {} or {middle}", example(0));
            self.wrong(path, format!("there is no link `{name}` here"), hint);
        }
        found
    }

    /// The number of a chip: of a rank, or of a PE.
    fn chip(&mut self, path: &str, name: &str, fabric: &FabricScene) -> Option<u32> {
        let numbers = numbers(name);
        let word = name.trim().split([' ', '(']).next().unwrap_or("").to_lowercase();
        let (noun, example, found) = match &fabric.kind {
            FabricKind::Chips(chips) => match (&chips.topology, numbers.as_slice()) {
                (Topology::Cluster(cluster), &[gpu, node]) if gpu < cluster.gpus_per_node && node < cluster.nodes => {
                    ("gpu", "GPU 0 of node 1", Some(node * cluster.gpus_per_node + gpu))
                }
                (Topology::Cluster(_), _) => ("gpu", "GPU 0 of node 1", None),
                (Topology::Grid(grid), &[x, y]) if x < grid.width && y < grid.height => {
                    ("chip", "chip (0, 1)", Some(y * grid.width + x))
                }
                (Topology::Grid(_), _) => ("chip", "chip (0, 1)", None),
                (_, &[rank]) if rank < chips.ranks() && chips.machine.nvlink().is_some() => {
                    ("gpu", "GPU 0", Some(rank))
                }
                (_, &[rank]) if rank < chips.ranks() => ("chip", "chip 0", Some(rank)),
                _ if chips.machine.nvlink().is_some() => ("gpu", "GPU 0", None),
                _ => ("chip", "chip 0", None),
            },
            FabricKind::Wafer(WaferFabric { layout: WaferLayout::Strips { layout, .. }, .. }) => {
                let found = numbers.first().copied().filter(|&strip| numbers.len() == 1 && strip < layout.strips);
                ("strip", "strip 0", found)
            }
            FabricKind::Wafer(wafer) => {
                let found = match numbers.as_slice() {
                    &[x, y] if x < wafer.mesh.width && y < wafer.mesh.height => Some(y * wafer.mesh.width + x),
                    _ => None,
                };
                ("pe", "PE (0, 1)", found)
            }
            FabricKind::Wafers(wafers) => {
                let found = numbers.first().copied();
                ("wafer", "wafer 0", found.filter(|&wafer| numbers.len() == 1 && wafer < wafers.tree.wafers))
            }
        };
        let found = found.filter(|_| word == noun);
        if found.is_none() {
            self.wrong(path, format!("there is no chip `{name}` here"), format!("accepted: names as \"{example}\""));
        }
        found
    }
}

/// Whether a fault says anything beside its jitter or traffic.
fn has_more(fault: &FaultFile) -> bool {
    fault.capacity.is_some() || fault.down.is_some() || fault.start_delay.is_some() || fault.slow.is_some()
}

fn is_strip(fabric: &FabricScene) -> bool {
    matches!(&fabric.kind, FabricKind::Wafer(WaferFabric { layout: WaferLayout::Strips { .. }, .. }))
}

/// The start delays of all ranks, made if there are none yet.
fn starts(fabric: &mut FabricScene) -> &mut Vec<Femtos> {
    let ranks = match &fabric.kind {
        FabricKind::Chips(chips) => chips.ranks(),
        FabricKind::Wafer(WaferFabric { layout: WaferLayout::Strips { layout, .. }, .. }) => layout.strips,
        FabricKind::Wafer(wafer) => wafer.mesh.pe_count(),
        FabricKind::Wafers(wafers) => wafers.tree.wafers,
    };
    fabric.delays.start.resize(ranks as usize, Femtos(0));
    &mut fabric.delays.start
}

/// Slows a chip: its ports, and its software at each step.
fn slow_chip(fabric: &mut FabricScene, chip: u32, share: f64) {
    let links = chip_links(&fabric.kind, chip);
    fabric.changed.extend(links.into_iter().map(|link| (link, share)));
    fabric.delays.slow.push((chip, share));
}

/// The link of a name, however its arrow and its spaces are written; on meshes by PE and direction.
pub fn find_link(topology: &Topology, name: &str) -> Option<LinkId> {
    let wanted = normal(name);
    let numbers = numbers(name);
    let direction = Direction::ALL.into_iter().find(|direction| wanted.ends_with(direction.word()));
    let found = match (topology, numbers.as_slice(), direction) {
        (Topology::Mesh(mesh), &[x, y], Some(direction)) if x < mesh.width && y < mesh.height => {
            Some(mesh.link_id(x, y, direction))
        }
        (Topology::Mesh(mesh), &[x, y], None) if wanted.starts_with("ramp") && x < mesh.width && y < mesh.height => {
            Some(mesh.link_id(x, y, Direction::Ramp))
        }
        (Topology::Grid(grid), &[x, y], Some(direction)) if x < grid.width && y < grid.height => {
            Some(grid.link_id(x, y, direction))
        }
        (Topology::Mesh(_) | Topology::Grid(_), ..) => None,
        _ if topology.link_count() > MAX_NAMED_LINKS => None,
        _ => (0..topology.link_count()).map(LinkId).find(|&link| normal(&topology.link_name(link)) == wanted),
    };
    // A router at the rim has ports that lead nowhere.
    let leads_on = |link: LinkId| match topology {
        Topology::Mesh(mesh) => {
            topology.ends(link).is_some() || matches!(mesh.place(link), Some((_, _, Direction::Ramp)))
        }
        _ => topology.link(link).is_some(),
    };
    found.filter(|&link| leads_on(link))
}

/// A name without regard to case, arrows and spaces.
pub(crate) fn normal(name: &str) -> String {
    let name = name.replace("->", "→").to_lowercase();
    name.chars().filter(|character| !character.is_whitespace()).collect()
}

/// The numbers in a name, in order.
fn numbers(name: &str) -> Vec<u32> {
    name.split(|character: char| !character.is_ascii_digit()).filter_map(|digits| digits.parse().ok()).collect()
}
