//! NCCL's topology XML: the GPUs of a machine, their lanes, and its NICs.

pub use super::near::Nearness;
use super::near::nearness;
use super::tree::{Document, Element};
use crate::import::error::ImportError;

/// Most GPUs of a file.
const MAX_GPUS: usize = 1_024;
/// Most GPUs whose links are compared from both ends.
const MAX_COMPARED: usize = 128;
/// Most NIC ports of a file.
const MAX_NETS: usize = 4_096;
/// Speed of a port that names none, Mb/s.
const DEFAULT_SPEED_MBIT_S: f64 = 10_000.0;
/// A speed above this has another unit, Mb/s.
const MAX_SPEED_MBIT_S: f64 = 3_200_000.0;

/// PCIe of a device.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pcie {
    /// Transfers per second of a lane, 10^9.
    pub gt_s: f64,
    /// Lanes.
    pub lanes: u32,
}

impl Pcie {
    /// The rate that NCCL counts with, GB/s: lanes x s / 80.
    pub fn nccl_gb_s(self) -> f64 {
        let s = match self.gt_s {
            gt_s if gt_s < 3.0 => 15.0,
            gt_s if gt_s < 6.0 => 30.0,
            gt_s if gt_s < 10.0 => 60.0,
            gt_s if gt_s < 20.0 => 120.0,
            gt_s if gt_s < 40.0 => 240.0,
            _ => 480.0,
        };
        f64::from(self.lanes) * s / 80.0
    }

    /// The rate after line coding, GB/s per direction: 8b/10b up to 5 GT/s, then 128b/130b.
    pub fn data_gb_s(self) -> f64 {
        let coding = if self.gt_s < 6.0 { 0.8 } else { 128.0 / 130.0 };
        self.gt_s * f64::from(self.lanes) / 8.0 * coding
    }

    fn from_element(element: &Element) -> Option<Pcie> {
        let speed = element.get("link_speed")?;
        let number = speed.split_whitespace().next().unwrap_or(speed);
        let gt_s: f64 = number.parse().ok().filter(|gt_s| (1.0..=256.0).contains(gt_s))?;
        let lanes =
            element.get("link_width").and_then(|width| width.parse().ok()).filter(|lanes| *lanes > 0 && *lanes <= 32);
        Some(Pcie { gt_s, lanes: lanes.unwrap_or(16) })
    }
}

/// Where an NVLink of a GPU leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct XmlLink {
    /// Bus id of the other end.
    pub target: String,
    /// Lanes.
    pub lanes: u32,
    /// Whether the class of the other end is a switch.
    pub is_switch: bool,
}

impl XmlLink {
    /// Whether the other end cannot be seen, as in virtual machines and racks.
    pub fn is_hidden(&self) -> bool {
        self.target.starts_with("fffffff:")
    }
}

/// A GPU of the file.
#[derive(Clone, Debug, PartialEq)]
pub struct XmlGpu {
    /// Bus id in lower case.
    pub busid: String,
    /// PCI device, such as `0x2330`.
    pub device: Option<String>,
    /// Architecture as 90; compute units in RCCL's files.
    pub sm: Option<u32>,
    order: (Option<u64>, Option<u64>),
    /// Its PCIe port.
    pub pcie: Option<Pcie>,
    /// Its NVLinks or xGMI links.
    pub links: Vec<XmlLink>,
    element: usize,
}

/// A NIC: one card.
#[derive(Clone, Debug, PartialEq)]
pub struct XmlNic {
    /// Speed of each port, Mb/s; empty if the file lists the card only.
    pub ports_mbit_s: Vec<f64>,
    /// Its PCIe port.
    pub pcie: Option<Pcie>,
    element: usize,
}

impl XmlNic {
    /// What the card can carry, GB/s: its ports, at most its PCIe. `None` without a port.
    pub fn gb_s(&self) -> Option<f64> {
        let ports: f64 = self.ports_mbit_s.iter().sum::<f64>() / 8_000.0;
        let pcie = self.pcie.map_or(f64::INFINITY, |pcie| pcie.nccl_gb_s());
        (!self.ports_mbit_s.is_empty()).then(|| ports.min(if pcie > 3.0 { pcie } else { f64::INFINITY }))
    }
}

/// A topology that was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TopologyXml {
    /// Whether RCCL wrote it.
    pub is_rccl: bool,
    /// The GPUs in the order of their ranks.
    pub gpus: Vec<XmlGpu>,
    /// The NICs that are real: cards on PCIe.
    pub nics: Vec<XmlNic>,
    /// Ports under a CPU: bridges and containers.
    pub virtual_ports: usize,
    /// Ports whose speed has another unit.
    pub odd_speeds: usize,
    /// CPUs, a NUMA node each.
    pub cpus: usize,
    /// Hosts.
    pub hosts: usize,
    /// GPUs of other hosts than the first, if NVLink does not join the hosts.
    pub gpus_of_other_hosts: usize,
    /// Whether the CPUs are Arm.
    pub is_arm: bool,
    /// For each GPU how near each NIC is.
    pub nearness: Vec<Vec<Nearness>>,
}

impl TopologyXml {
    /// Reads a topology.
    ///
    /// # Errors
    /// Another version, no GPU, a GPU twice, lanes that are not a number, or a limit.
    pub(in crate::import) fn read(document: &Document) -> Result<TopologyXml, ImportError> {
        let root = document.elements.first().cloned().unwrap_or_default();
        if root.name != "system" {
            let problem =
                format!("begins with <{}>: the lines before it are missing", crate::units::quoted(&root.name));
            return Err(ImportError::line(root.line, problem, "use the whole file, from <system version=\"1\"> on"));
        }
        let version = root.get("version").unwrap_or("1");
        if !matches!(version, "1" | "2") {
            let problem = format!("version {} of a topology", crate::units::quoted(version));
            return Err(ImportError::line(root.line, problem, "accepted: 1 (NCCL) and 2 (RCCL)"));
        }
        let mut topology = TopologyXml { is_rccl: version == "2", ..TopologyXml::default() };
        let mut hosts = Vec::new();
        let mut by_class = Vec::new();
        for (place, element) in document.elements.iter().enumerate() {
            match element.name.as_str() {
                "cpu" => {
                    topology.cpus += 1;
                    topology.is_arm |= element.get("arch").is_some_and(|arch| arch.starts_with("arm"));
                    hosts.extend(element.get("host_hash").map(str::to_owned));
                }
                "pci" => {
                    let class = element.get("class").unwrap_or_default();
                    let has = |tag: &str| document.children(place).any(|(_, child)| child.name == tag);
                    if has("nic") {
                        topology.nics.push(nic(document, place, element, &mut topology.odd_speeds)?);
                    } else if !has("gpu") && class.starts_with("0x02") {
                        topology.nics.push(XmlNic {
                            ports_mbit_s: Vec::new(),
                            pcie: Pcie::from_element(element),
                            element: place,
                        });
                    }
                    let amd = class.starts_with("0x038000") || class.starts_with("0x120000");
                    if !has("gpu") && (class.starts_with("0x03") || amd) {
                        by_class.push(place);
                    }
                }
                "gpu" => topology.gpus.push(gpu(document, place, element)?),
                "nic" => {
                    let under_cpu = element
                        .parent
                        .and_then(|at| document.elements.get(at))
                        .is_some_and(|above| above.name == "cpu");
                    if under_cpu {
                        topology.virtual_ports +=
                            document.children(place).filter(|(_, child)| child.name == "net").count();
                    }
                }
                _ => {}
            }
            if topology.gpus.len() > MAX_GPUS || topology.nics.len() > MAX_NETS {
                let problem = format!("more than {MAX_GPUS} GPUs or {MAX_NETS} NICs");
                return Err(ImportError::line(element.line, problem, "accepted: the file of one job or host"));
            }
        }
        if topology.gpus.is_empty() {
            let of_class = by_class.iter().filter_map(|place| Some((*place, document.elements.get(*place)?)));
            topology.gpus = of_class.map(|(place, element)| bare_gpu(place, element)).collect();
        }
        if topology.gpus.is_empty() {
            let has_class = document.elements.iter().any(|element| element.get("class").is_some());
            let problem = match has_class {
                true => "has no GPU",
                false => "has no GPU, and its devices have no class that would tell which are GPUs",
            };
            return Err(ImportError::whole(problem, "use the file that NCCL_TOPO_DUMP_FILE writes during a job"));
        }
        topology.sort_gpus();
        topology.refuse_repeated_ids(document)?;
        hosts.sort_unstable();
        hosts.dedup();
        topology.hosts = hosts.len().max(1);
        topology.keep_first_host(document);
        topology.nearness = topology
            .gpus
            .iter()
            .map(|gpu| topology.nics.iter().map(|nic| nearness(document, gpu.element, nic.element)).collect())
            .collect();
        Ok(topology)
    }

    /// By rank if all have one of their own, else by NVML number, else as in the file.
    fn sort_gpus(&mut self) {
        let mut ranks: Vec<Option<u64>> = self.gpus.iter().map(|gpu| gpu.order.0).collect();
        ranks.sort_unstable();
        let count = ranks.len();
        ranks.dedup();
        let by_rank = ranks.len() == count && ranks.iter().all(Option::is_some);
        let by_dev = self.gpus.iter().all(|gpu| gpu.order.1.is_some());
        if by_rank {
            self.gpus.sort_by_key(|gpu| gpu.order.0);
        } else if by_dev {
            self.gpus.sort_by_key(|gpu| gpu.order.1);
        }
    }

    /// Keeps the GPUs and NICs of the first host, unless NVLink joins the hosts: then their switches cannot be seen, because they
    /// are on no PCIe of a host.
    fn keep_first_host(&mut self, document: &Document) {
        let is_one_domain = self.gpus.iter().flat_map(|gpu| &gpu.links).any(XmlLink::is_hidden);
        let Some(first) = self.gpus.first().map(|gpu| host(document, gpu.element)) else { return };
        if is_one_domain || self.hosts < 2 {
            return;
        }
        let all = self.gpus.len();
        self.gpus.retain(|gpu| host(document, gpu.element) == first);
        self.nics.retain(|nic| host(document, nic.element) == first);
        self.gpus_of_other_hosts = all - self.gpus.len();
    }

    /// Whether each end of a link between GPUs has as many lanes; the pairs that differ.
    pub(super) fn unequal_links(&self) -> Vec<(usize, usize)> {
        let lanes = |from: usize, to: usize| -> u32 {
            let (Some(from), Some(to)) = (self.gpus.get(from), self.gpus.get(to)) else { return 0 };
            from.links.iter().filter(|link| link.target == to.busid).map(|link| link.lanes).sum()
        };
        let n = self.gpus.len().min(MAX_COMPARED);
        let pairs = (0..n).flat_map(|from| (from + 1..n).map(move |to| (from, to)));
        pairs.filter(|&(from, to)| lanes(from, to) != lanes(to, from)).collect()
    }

    fn refuse_repeated_ids(&self, document: &Document) -> Result<(), ImportError> {
        let mut places = std::collections::BTreeMap::new();
        let mut seen = std::collections::BTreeSet::new();
        for gpu in &self.gpus {
            let id = (host(document, gpu.element), gpu.busid.as_str());
            // Partitions and several ranks of a GPU share its PCI device; they then have ranks of their own.
            let place = *places.entry(id.clone()).or_insert(gpu.element);
            if place != gpu.element || !seen.insert((id, gpu.order.0)) {
                let line = document.elements.get(gpu.element).map_or(1, |element| element.line);
                let problem = format!("the GPU {} is there twice", crate::units::quoted(&gpu.busid));
                return Err(ImportError::line(line, problem, "remove one of the two"));
            }
        }
        Ok(())
    }

    /// Lanes of each GPU, all links together.
    pub fn lanes(&self) -> Vec<u32> {
        self.gpus.iter().map(|gpu| gpu.links.iter().map(|link| link.lanes).sum()).collect()
    }

    /// NICs at the smallest distance of a GPU, and that distance.
    pub fn near_nics(&self, gpu: usize) -> (Vec<usize>, Option<Nearness>) {
        let row = self.nearness.get(gpu).map(Vec::as_slice).unwrap_or_default();
        let nearest = row.iter().min().copied();
        (row.iter().enumerate().filter(|(_, near)| Some(**near) == nearest).map(|(nic, _)| nic).collect(), nearest)
    }
}

/// The hash of the host of an element.
fn host(document: &Document, element: usize) -> Option<String> {
    let above = document.above(element).filter_map(|at| document.elements.get(at));
    above.filter_map(|element| element.get("host_hash")).next().map(str::to_owned)
}

fn gpu(document: &Document, place: usize, element: &Element) -> Result<XmlGpu, ImportError> {
    let pci = element.parent.and_then(|at| Some((at, document.elements.get(at)?))).filter(|(_, pci)| pci.name == "pci");
    let mut links = Vec::new();
    for (_, link) in document.children(place).filter(|(_, child)| matches!(child.name.as_str(), "nvlink" | "xgmi")) {
        let lanes = link.number("count")?.filter(|lanes| (1..=256).contains(lanes)).ok_or_else(|| {
            ImportError::line(link.line, "an NVLink has no count of lanes", "accepted: count=\"1\" or more")
        })?;
        let target = link.get("target").unwrap_or_default().to_ascii_lowercase();
        let is_switch =
            link.get("tclass").is_some_and(|class| class.starts_with("0x0680")) || target.starts_with("fffffff:");
        links.push(XmlLink { target, lanes: lanes as u32, is_switch });
    }
    let sm = element.get("sm").and_then(|sm| sm.parse().ok());
    let order = |name: &str| element.get(name).and_then(|number| number.parse::<u64>().ok());
    let own = pci.map_or_else(|| bare_gpu(place, element), |(at, pci)| bare_gpu(at, pci));
    Ok(XmlGpu { sm, order: (order("rank"), order("dev")), links, ..own })
}

/// A GPU that is known by its PCI device only.
fn bare_gpu(place: usize, pci: &Element) -> XmlGpu {
    XmlGpu {
        busid: pci.get("busid").unwrap_or_default().to_ascii_lowercase(),
        device: pci.get("device").filter(|device| *device != "0x0000").map(str::to_owned),
        sm: None,
        order: (None, None),
        pcie: Pcie::from_element(pci),
        links: Vec::new(),
        element: place,
    }
}

fn nic(document: &Document, place: usize, pci: &Element, odd_speeds: &mut usize) -> Result<XmlNic, ImportError> {
    let mut ports = Vec::new();
    let nics = document.children(place).filter(|(_, child)| child.name == "nic").map(|(at, _)| at);
    for net in nics.flat_map(|nic| document.children(nic)).map(|(_, net)| net).filter(|net| net.name == "net") {
        if net.get("net") == Some("0") || net.get("dev").is_none() {
            continue;
        }
        let speed = net.get("speed").and_then(|speed| speed.parse::<f64>().ok()).filter(|speed| *speed > 0.0);
        match speed.unwrap_or(DEFAULT_SPEED_MBIT_S) {
            speed if speed > MAX_SPEED_MBIT_S => *odd_speeds += 1,
            speed => ports.push(speed),
        }
    }
    Ok(XmlNic { ports_mbit_s: ports, pcie: Pcie::from_element(pci), element: place })
}
