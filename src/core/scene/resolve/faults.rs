//! The meaning of `faults`: links that are slow or down, chips that are late or slow, jitter, other traffic.

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

use super::checker::Checker;
use crate::fabric::{LinkId, Topology, ascii_name};
use crate::scene::diagnostic::did_you_mean;
use crate::scene::schema::{FaultFile, TrafficFile};
use crate::scene::{FabricKind, FabricScene, Traffic, WaferFabric, WaferLayout};
use crate::units::{BytesPerSec, Femtos, plain, quoted};

/// Most faults of one fabric.
const MAX_FAULTS: usize = 1_000;

impl Checker<'_> {
    /// Resolves the faults of a fabric into it.
    pub(crate) fn faults(&mut self, index: usize, faults: &[FaultFile], seed: u64, fabric: &mut FabricScene) {
        let path = format!("fabrics.{index}.faults");
        if faults.len() > MAX_FAULTS {
            let hint = format!("accepted: at most {MAX_FAULTS}");
            return self.wrong(path, format!("{} faults", faults.len()), hint);
        }
        let topology = fabric.topology();
        for (number, fault) in faults.iter().enumerate() {
            self.fault(&format!("{path}.{number}"), fault, seed, (fabric, &topology));
        }
        fabric.delays.slow.sort_by_key(|&(rank, _)| rank);
    }

    fn fault(&mut self, path: &str, fault: &FaultFile, seed: u64, (fabric, topology): (&mut FabricScene, &Topology)) {
        let FaultFile { link, chip, capacity, down, start_delay, slow, jitter, traffic } = fault;
        match (link, chip, jitter, traffic) {
            (Some(name), None, None, None) if start_delay.is_none() && slow.is_none() => {
                let Some(link) = self.link(&format!("{path}.link"), name, topology) else { return };
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
                        self.wrong(format!("{path}.slow"), "`slow` does not apply to a strip", hint);
                    }
                    (None, Some(share)) => {
                        if let Some(share) = self.share(&format!("{path}.slow"), *share) {
                            slow_chip(fabric, topology, chip, share);
                        }
                    }
                    _ => self.wrong(
                        path,
                        "a chip either starts late or is slow",
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
                "a fault needs exactly one of `link`, `chip`, `jitter`, `traffic`",
                "accepted: (link, capacity), (link, down), (chip, start_delay), (chip, slow), (jitter), or (traffic)",
            ),
        }
    }

    fn share(&mut self, path: &str, share: f64) -> Option<f64> {
        let fits = share > 0.0 && share <= 1.0;
        if !fits {
            let hint = if share == 0.0 {
                "accepted: above 0, at most 1; `down: true` in place of `capacity` cuts a link"
            } else {
                "accepted: above 0, at most 1"
            };
            self.wrong(path, format!("the share that is left is {}", plain(share)), hint);
        }
        fits.then_some(share)
    }

    fn traffic(&mut self, path: &str, traffic: &TrafficFile, fabric: &mut FabricScene) {
        if !matches!(fabric.kind, FabricKind::Chips(_)) {
            let problem = "other traffic runs between GPUs or chips only";
            return self.wrong(format!("{path}.traffic"), problem, "leave it out");
        }
        let from = self.chip(&format!("{path}.traffic.from"), &traffic.from, fabric);
        let to = self.chip(&format!("{path}.traffic.to"), &traffic.to, fabric);
        let rate = self.unit(&format!("{path}.traffic.rate"), BytesPerSec::parse(&traffic.rate));
        let (Some(from), Some(to), Some(rate)) = (from, to, rate) else { return };
        if from == to {
            let problem = format!("`{}` sends to itself", quoted(&traffic.to));
            return self.wrong(format!("{path}.traffic.to"), problem, "accepted: another chip");
        }
        fabric.traffic.push(Traffic { from, to, rate });
    }

    /// The link of a name.
    fn link(&mut self, path: &str, name: &str, topology: &Topology) -> Option<LinkId> {
        let found = topology.find_link(name);
        if found.is_none() {
            let similar: Vec<String> = topology.similar_links(name).iter().map(|name| ascii_name(name)).collect();
            let near = did_you_mean(&ascii_name(name), similar.iter().map(String::as_str));
            let near = near.map_or(String::new(), |near| format!("did you mean `{near}`? "));
            let example = |link: u32| format!("\"{}\"", ascii_name(&topology.link_name(LinkId(link))));
            let middle = example(topology.link_count() / 2);
            let hint = format!("{near}accepted: names such as {} or {middle}", example(0));
            self.wrong(path, format!("no link `{}` in this fabric", quoted(name)), hint);
        }
        found
    }

    /// The number of a chip: of a rank, or of a PE.
    fn chip(&mut self, path: &str, name: &str, fabric: &FabricScene) -> Option<u32> {
        let names = fabric.rank_names();
        let found = names.find(name);
        if found.is_none() {
            let hint = format!("accepted: names such as \"{}\"", names.example());
            self.wrong(path, format!("no chip `{}` in this fabric", quoted(name)), hint);
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
    fabric.delays.start.resize(fabric.rank_names().count as usize, Femtos(0));
    &mut fabric.delays.start
}

/// Slows a chip: its ports, and its software at each step.
fn slow_chip(fabric: &mut FabricScene, topology: &Topology, chip: u32, share: f64) {
    let links = topology.ports(chip);
    fabric.changed.extend(links.into_iter().map(|link| (link, share)));
    fabric.delays.slow.push((chip, share));
}

#[cfg(test)]
mod tests {
    use crate::catalog::Catalog;
    use crate::scene::parse_scene;

    /// A cluster of 12,500 nodes with these faults.
    fn large(faults: impl Iterator<Item = String>) -> String {
        format!(
            "(version: 1, title: \"t\", workload: (message: \"1MiB\", replicas: 100000), fabrics: [(name: \"A\", \
             machine: \"dgx-h100\", nodes: 12500, network: \"ib-ndr\", algorithm: \"ring\", faults: [{}])])",
            faults.collect::<Vec<_>>().join(", ")
        )
    }

    #[test]
    fn misspelt_links_of_a_large_cluster_get_a_suggestion() {
        let catalog = Catalog::bundled().expect("the catalog");
        let misspelt = |node| format!("(link: \"GPU 3 of node {node} -> NVSwich\", capacity: 0.5)");
        let diagnostics = parse_scene("t", &large((0..300).map(misspelt)), &catalog).expect_err("300 misspelt links");
        assert_eq!(diagnostics.faults.len(), 300);
        let last = &diagnostics.faults[299];
        assert_eq!((last.path.as_str(), last.place.is_some()), ("fabrics.0.faults.299.link", true));
        assert_eq!(last.problem, "no link `GPU 3 of node 299 -> NVSwich` in this fabric");
        let hint = last.hint.clone().unwrap_or_default();
        assert!(hint.starts_with("did you mean `GPU 3 of node 299 -> NVSwitch`? accepted: names such as"), "{hint}");
    }

    #[test]
    fn a_large_cluster_takes_a_thousand_faults() {
        let catalog = Catalog::bundled().expect("the catalog");
        let fault = |node: u32| match node % 2 {
            0 => format!("(link: \"NIC 3 of node {node} -> leaf\", capacity: 0.5)"),
            _ => format!("(chip: \"GPU 3 of node {node}\", slow: 0.5)"),
        };
        let document =
            parse_scene("t", &large((0..1000).map(fault)), &catalog).unwrap_or_else(|found| panic!("{found}"));
        let fabric = &document.scene.fabrics[0];
        assert_eq!((fabric.changed.len(), fabric.delays.slow.len()), (500 + 4 * 500, 500));
        assert_eq!(fabric.degradations().len(), 1000);
    }
}
