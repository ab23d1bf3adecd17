//! The entries that are built into the program, and the catalog made of them.

use super::bands::HealthyBands;
use super::error::CatalogError;
use super::machine::{Machine, Network, NvlinkMachine};
use super::nccl::NcclTiming;
use super::training::TrainingCatalog;

/// The entries, in the order of lists and menus.
const ENTRIES: [(&str, &str); 52] = [
    ("dgx-a100.ron", include_str!("../../../assets/catalog/dgx-a100.ron")),
    ("dgx-h100.ron", include_str!("../../../assets/catalog/dgx-h100.ron")),
    ("dgx-h200.ron", include_str!("../../../assets/catalog/dgx-h200.ron")),
    ("hgx-b200.ron", include_str!("../../../assets/catalog/hgx-b200.ron")),
    ("hgx-b300.ron", include_str!("../../../assets/catalog/hgx-b300.ron")),
    ("gb200-nvl72.ron", include_str!("../../../assets/catalog/gb200-nvl72.ron")),
    ("gb300-nvl72.ron", include_str!("../../../assets/catalog/gb300-nvl72.ron")),
    ("vera-rubin-nvl72.ron", include_str!("../../../assets/catalog/vera-rubin-nvl72.ron")),
    ("hgx-rubin-nvl8.ron", include_str!("../../../assets/catalog/hgx-rubin-nvl8.ron")),
    ("hgx-h20.ron", include_str!("../../../assets/catalog/hgx-h20.ron")),
    ("hgx-h800.ron", include_str!("../../../assets/catalog/hgx-h800.ron")),
    ("hgx-a800.ron", include_str!("../../../assets/catalog/hgx-a800.ron")),
    ("h100-pcie-8.ron", include_str!("../../../assets/catalog/h100-pcie-8.ron")),
    ("h100-nvl-2.ron", include_str!("../../../assets/catalog/h100-nvl-2.ron")),
    ("l40s-8.ron", include_str!("../../../assets/catalog/l40s-8.ron")),
    ("dgx-spark-2.ron", include_str!("../../../assets/catalog/dgx-spark-2.ron")),
    ("mi300x-8.ron", include_str!("../../../assets/catalog/mi300x-8.ron")),
    ("mi325x-8.ron", include_str!("../../../assets/catalog/mi325x-8.ron")),
    ("mi355x-8.ron", include_str!("../../../assets/catalog/mi355x-8.ron")),
    ("gaudi3-8.ron", include_str!("../../../assets/catalog/gaudi3-8.ron")),
    ("helios-mi455x.ron", include_str!("../../../assets/catalog/helios-mi455x.ron")),
    ("cloudmatrix384.ron", include_str!("../../../assets/catalog/cloudmatrix384.ron")),
    ("tpu-v4.ron", include_str!("../../../assets/catalog/tpu-v4.ron")),
    ("tpu-v5e.ron", include_str!("../../../assets/catalog/tpu-v5e.ron")),
    ("tpu-v5p.ron", include_str!("../../../assets/catalog/tpu-v5p.ron")),
    ("tpu-v6e.ron", include_str!("../../../assets/catalog/tpu-v6e.ron")),
    ("tpu7x.ron", include_str!("../../../assets/catalog/tpu7x.ron")),
    ("trn2-16.ron", include_str!("../../../assets/catalog/trn2-16.ron")),
    ("trn2-ultraserver.ron", include_str!("../../../assets/catalog/trn2-ultraserver.ron")),
    ("wse-2.ron", include_str!("../../../assets/catalog/wse-2.ron")),
    ("wse-3.ron", include_str!("../../../assets/catalog/wse-3.ron")),
    ("wse-3-turbo.ron", include_str!("../../../assets/catalog/wse-3-turbo.ron")),
    ("cs-2-cluster.ron", include_str!("../../../assets/catalog/cs-2-cluster.ron")),
    ("cs-3-cluster.ron", include_str!("../../../assets/catalog/cs-3-cluster.ron")),
    ("cs-4.ron", include_str!("../../../assets/catalog/cs-4.ron")),
    ("switch.ron", include_str!("../../../assets/catalog/switch.ron")),
    ("mesh.ron", include_str!("../../../assets/catalog/mesh.ron")),
    ("torus.ron", include_str!("../../../assets/catalog/torus.ron")),
    ("full-mesh.ron", include_str!("../../../assets/catalog/full-mesh.ron")),
    ("graph.ron", include_str!("../../../assets/catalog/graph.ron")),
    ("ib-hdr.ron", include_str!("../../../assets/catalog/ib-hdr.ron")),
    ("ib-ndr.ron", include_str!("../../../assets/catalog/ib-ndr.ron")),
    ("ib-xdr.ron", include_str!("../../../assets/catalog/ib-xdr.ron")),
    ("roce-100.ron", include_str!("../../../assets/catalog/roce-100.ron")),
    ("roce-400.ron", include_str!("../../../assets/catalog/roce-400.ron")),
    ("roce-800.ron", include_str!("../../../assets/catalog/roce-800.ron")),
    ("efa-100.ron", include_str!("../../../assets/catalog/efa-100.ron")),
    ("efa.ron", include_str!("../../../assets/catalog/efa.ron")),
    ("gcp-tcpxo.ron", include_str!("../../../assets/catalog/gcp-tcpxo.ron")),
    ("gcp-tcpx.ron", include_str!("../../../assets/catalog/gcp-tcpx.ron")),
    ("slingshot-200.ron", include_str!("../../../assets/catalog/slingshot-200.ron")),
    ("ethernet-100.ron", include_str!("../../../assets/catalog/ethernet-100.ron")),
];

/// All machines and networks that scenes may name.
#[derive(Clone, Debug, PartialEq)]
pub struct Catalog {
    machines: Vec<Machine>,
    nccl: NcclTiming,
    bands: HealthyBands,
    training: TrainingCatalog,
}

impl Catalog {
    /// Reads the entries that are built into the program.
    ///
    /// # Errors
    /// An entry does not parse, or one of its figures is negative or not finite.
    pub fn bundled() -> Result<Catalog, CatalogError> {
        let machines = ENTRIES.iter().map(|(file, text)| read(file, text)).collect::<Result<_, _>>()?;
        let (nccl, bands) = (NcclTiming::bundled()?, HealthyBands::bundled()?);
        Ok(Catalog { machines, nccl, bands, training: TrainingCatalog::bundled()? })
    }

    /// All machines and networks.
    pub fn machines(&self) -> &[Machine] {
        &self.machines
    }

    /// The NVLink machines that the measured timing has constants for.
    pub fn measured_machines(&self) -> impl Iterator<Item = &NvlinkMachine> + Clone {
        self.machines.iter().filter_map(|machine| match machine {
            Machine::Nvlink(machine) => Some(machine).filter(|machine| !machine.nccl.is_empty()),
            Machine::Wafer(_) | Machine::WaferCluster(_) | Machine::Free(_) | Machine::Network(_) => None,
        })
    }

    /// The constants of the measured timing.
    pub fn nccl(&self) -> &NcclTiming {
        &self.nccl
    }

    /// By what factor healthy clusters differ from the measured timing.
    pub fn bands(&self) -> &HealthyBands {
        &self.bands
    }

    /// What training takes from it: models, compute, prices, stacks.
    pub fn training(&self) -> &TrainingCatalog {
        &self.training
    }

    /// The machine or network with this id.
    pub fn get(&self, id: &str) -> Option<&Machine> {
        self.machines.iter().find(|machine| machine.id() == id)
    }

    /// The ids of all entries.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.machines.iter().map(Machine::id)
    }

    /// The ids of all entries that a fabric can name as its machine: all but networks.
    pub fn machine_ids(&self) -> impl Iterator<Item = &str> {
        self.machines.iter().filter(|machine| !matches!(machine, Machine::Network(_))).map(Machine::id)
    }

    /// The networks between nodes.
    pub fn networks(&self) -> impl Iterator<Item = &Network> {
        self.machines.iter().filter_map(|machine| match machine {
            Machine::Network(network) => Some(network),
            Machine::Nvlink(_) | Machine::Wafer(_) | Machine::WaferCluster(_) | Machine::Free(_) => None,
        })
    }
}

fn read(file: &str, text: &str) -> Result<Machine, CatalogError> {
    let error = |problem: String| CatalogError { file: file.to_owned(), problem };
    let machine: Machine = ron::from_str(text).map_err(|problem| error(problem.to_string()))?;
    for (name, figure) in machine.figures() {
        if !figure.value.is_finite() || figure.value < 0.0 {
            return Err(error(format!("{name} is {}; use a finite number of 0 or more", figure.value)));
        }
    }
    Ok(machine)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_parses_and_has_the_name_of_its_file() {
        let catalog = Catalog::bundled().expect("the bundled catalog");
        for (machine, (file, _)) in catalog.machines().iter().zip(ENTRIES) {
            assert_eq!(format!("{}.ron", machine.id()), file);
        }
    }

    #[test]
    fn every_figure_has_a_source_and_the_unit_in_its_name() {
        let catalog = Catalog::bundled().expect("the bundled catalog");
        let units = [
            ("_gb_s", "GB/s"),
            ("_ns", "ns"),
            ("_ghz", "GHz"),
            ("_cycles", "cycles"),
            ("_kib", "KiB"),
            ("_kw", "kW"),
            ("_gb", "GB"),
            ("_pe", "PEs"),
        ];
        for machine in catalog.machines() {
            for (name, figure) in machine.figures() {
                assert!(figure.source.len() > 10, "{} {name} has no source", machine.id());
                if let Some((_, unit)) = units.iter().find(|(suffix, _)| name.ends_with(suffix)) {
                    assert!(figure.unit.starts_with(unit), "{} {name} is in {}", machine.id(), figure.unit);
                }
            }
        }
    }

    #[test]
    fn products_of_figures_equal_published_totals() {
        let catalog = Catalog::bundled().expect("the bundled catalog");
        let nvlink = |id: &str| match catalog.get(id) {
            Some(Machine::Nvlink(machine)) => machine.clone(),
            _ => panic!("{id} is not an NVLink machine"),
        };
        // NVL72: 130 TB/s in total, both ways (NVIDIA).
        let rack = nvlink("gb200-nvl72");
        assert!((rack.gpus.value * rack.port_gb_s.value * 2.0 / 1e3 - 130.0).abs() < 0.5);
        // DGX B200: 14.4 TB/s in total, both ways (NVIDIA).
        let box_ = nvlink("hgx-b200");
        assert_eq!(box_.gpus.value * box_.port_gb_s.value * 2.0, 14_400.0);
        // 883,350 PEs with 48 KiB each: the 44 GB that the vendor states, within 2 %.
        let Some(Machine::Wafer(wafer)) = catalog.get("wse-3") else { panic!("wse-3 is not a wafer") };
        let bytes = wafer.columns.value * wafer.rows.value * wafer.pe_memory_kib.value * 1024.0;
        assert!((bytes / 44e9 - 1.0).abs() < 0.02, "{bytes}");
    }

    #[test]
    fn a_broken_entry_is_rejected_with_its_position() {
        let error = read("broken.ron", "Nvlink((id: \"x\",").expect_err("an error");
        assert_eq!(error.file, "broken.ron");
        assert!(error.problem.contains("1:"), "{}", error.problem);
        let text = include_str!("../../../assets/catalog/dgx-h100.ron").replace("value: 450", "value: -450");
        assert!(read("negative.ron", &text).expect_err("a negative rate").problem.contains("port_gb_s is -450"));
    }
}
