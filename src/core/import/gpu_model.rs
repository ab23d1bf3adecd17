//! GPUs by name, by PCI device and by architecture: the machine of the catalog that has them, and the rates of their lanes.

/// A GPU model with what a scene needs of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct GpuModel {
    /// Its name.
    pub name: &'static str,
    /// Words of its name in lists of devices; all of one of them must be in the name.
    words: &'static [&'static str],
    /// The machine of the catalog that is built of it.
    pub machine: Option<&'static str>,
    /// Rate of an NVLink (or xGMI) lane per direction, GB/s, from the data sheet; 0 if it has none.
    pub lane_gb_s: f64,
    /// Rate of its PCIe port per direction, GB/s.
    pub pcie_gb_s: f64,
    /// NVLink or xGMI lanes of a GPU with all of them; 0 if it has none, or if the number is not known.
    pub most_lanes: u32,
}

/// Rate of a PCIe port of 16 lanes per direction, GB/s: generation 3, 4 and 5 with 128/130 coding.
const GEN3: f64 = 15.75;
pub(super) const GEN4: f64 = 31.5;
const GEN5: f64 = 63.0;

const fn model(
    name: &'static str,
    words: &'static [&'static str],
    machine: Option<&'static str>,
    (lane_gb_s, pcie_gb_s, most_lanes): (f64, f64, u32),
) -> GpuModel {
    GpuModel { name, words, machine, lane_gb_s, pcie_gb_s, most_lanes }
}

/// The models; of two whose words fit a name the first. Lanes: 25 GB/s from Volta to Hopper, 50 for Blackwell (data sheets of
/// NVIDIA), 14.06 for the bridge of RTX cards (112.5 GB/s both ways over 4 lanes).
const MODELS: [GpuModel; 54] = [
    model("A100 PCIe", &["A100 PCIE"], None, (25.0, GEN4, 12)),
    model("A800 PCIe", &["A800 PCIE"], None, (25.0, GEN4, 8)),
    model("H100 PCIe", &["H100 PCIE"], Some("h100-pcie-8"), (25.0, GEN5, 12)),
    model("H800 PCIe", &["H800 PCIE"], None, (25.0, GEN5, 8)),
    model("V100 PCIe", &["V100 PCIE", "V100S PCIE"], None, (25.0, GEN3, 0)),
    model("H100 NVL", &["H100 NVL"], Some("h100-nvl-2"), (25.0, GEN5, 12)),
    model("H200 NVL", &["H200 NVL"], None, (25.0, GEN5, 18)),
    model("A100", &["A100"], Some("dgx-a100"), (25.0, GEN4, 12)),
    model("A800", &["A800"], Some("hgx-a800"), (25.0, GEN4, 8)),
    model("H100", &["H100"], Some("dgx-h100"), (25.0, GEN5, 18)),
    model("H800", &["H800"], Some("hgx-h800"), (25.0, GEN5, 8)),
    model("H200", &["H200"], Some("dgx-h200"), (25.0, GEN5, 18)),
    model("H20", &["H20", "H20Z"], Some("hgx-h20"), (25.0, GEN5, 18)),
    model("GH200", &["GH200"], None, (25.0, GEN5, 18)),
    model("GB200", &["GB200"], Some("gb200-nvl72"), (50.0, GEN5, 18)),
    model("GB300", &["GB300"], Some("gb300-nvl72"), (50.0, GEN5, 18)),
    model("B200", &["B200"], Some("hgx-b200"), (50.0, GEN5, 18)),
    model("B300", &["B300"], Some("hgx-b300"), (50.0, GEN5, 18)),
    model("GB10", &["GB10"], None, (0.0, GEN5, 0)),
    model("Vera Rubin", &["RUBIN"], Some("vera-rubin-nvl72"), (50.0, GEN5, 36)),
    model("V100", &["V100"], None, (25.0, GEN3, 6)),
    model("P100", &["P100"], None, (20.0, GEN3, 4)),
    model("P40", &["P40"], None, (0.0, GEN3, 0)),
    model("K80", &["K80"], None, (0.0, GEN3, 0)),
    model("T4", &["T4"], None, (0.0, GEN3, 0)),
    model("A30", &["A30"], None, (25.0, GEN4, 4)),
    model("L40S", &["L40S"], Some("l40s-8"), (0.0, GEN4, 0)),
    model("L40", &["L40"], None, (0.0, GEN4, 0)),
    model("L20", &["L20"], None, (0.0, GEN4, 0)),
    model("L4", &["L4"], None, (0.0, GEN4, 0)),
    model("A40", &["A40"], None, (14.0625, GEN4, 4)),
    model("A10", &["A10", "A10G"], None, (0.0, GEN4, 0)),
    model("RTX A6000", &["A6000"], None, (14.0625, GEN4, 4)),
    model("RTX A5000", &["A5000"], None, (14.0625, GEN4, 4)),
    model("RTX 6000 Ada", &["RTX 6000 ADA"], None, (0.0, GEN4, 0)),
    model("RTX PRO 6000", &["RTX PRO 6000"], None, (0.0, GEN5, 0)),
    model("RTX 3090", &["RTX 3090"], None, (14.0625, GEN4, 4)),
    model("RTX 4090", &["RTX 4090"], None, (0.0, GEN4, 0)),
    model("RTX 5090", &["RTX 5090"], None, (0.0, GEN5, 0)),
    model("RTX 2080 Ti", &["RTX 2080 TI"], None, (25.0, GEN3, 2)),
    model("TITAN RTX", &["TITAN RTX"], None, (25.0, GEN3, 2)),
    model("Quadro RTX 8000", &["QUADRO RTX 8000"], None, (25.0, GEN3, 2)),
    model("Quadro RTX 6000", &["QUADRO RTX 6000"], None, (25.0, GEN3, 2)),
    model("Quadro GV100", &["GV100"], None, (25.0, GEN3, 4)),
    model("MI300X", &["MI300X"], Some("mi300x-8"), (64.0, GEN5, 7)),
    model("MI308X", &["MI308X"], None, (64.0, GEN5, 7)),
    model("MI300A", &["MI300A"], None, (64.0, GEN5, 0)),
    model("MI325X", &["MI325X"], Some("mi325x-8"), (64.0, GEN5, 7)),
    model("MI355X", &["MI355X"], Some("mi355x-8"), (76.5, GEN5, 7)),
    model("MI350X", &["MI350X"], None, (76.5, GEN5, 7)),
    model("MI250X", &["MI250X", "MI250"], None, (50.0, GEN4, 0)),
    model("MI210", &["MI210"], None, (50.0, GEN4, 0)),
    model("MI100", &["MI100"], None, (46.0, GEN4, 0)),
    model("MI50", &["MI50", "MI60"], None, (46.0, GEN4, 0)),
];

/// PCI devices of vendor 0x10de and 0x1002 by model (open-gpu-kernel-modules and the list of PCI ids; those of Blackwell from
/// public tools).
const DEVICES: [(&str, &str); 76] = [
    ("20b0", "A100"),
    ("20b2", "A100"),
    ("20bd", "A800"),
    ("20f3", "A800"),
    ("20b5", "A100 PCIe"),
    ("20f1", "A100 PCIe"),
    ("20f5", "A800 PCIe"),
    ("2324", "H800"),
    ("2322", "H800 PCIe"),
    ("2329", "H20"),
    ("232c", "H20"),
    ("2330", "H100"),
    ("2339", "H100"),
    ("2331", "H100 PCIe"),
    ("2321", "H100 NVL"),
    ("2335", "H200"),
    ("233b", "H200 NVL"),
    ("2342", "GH200"),
    ("2901", "B200"),
    ("2909", "B200"),
    ("2941", "GB200"),
    ("3182", "B300"),
    ("31c2", "GB300"),
    ("31c3", "GB300"),
    ("2e12", "GB10"),
    ("3041", "Vera Rubin"),
    ("1db1", "V100"),
    ("1db5", "V100"),
    ("1db8", "V100"),
    ("1db4", "V100 PCIe"),
    ("1db6", "V100 PCIe"),
    ("1df6", "V100 PCIe"),
    ("15f8", "P100"),
    ("15f9", "P100"),
    ("1b38", "P40"),
    ("102d", "K80"),
    ("1eb8", "T4"),
    ("20b7", "A30"),
    ("26b9", "L40S"),
    ("26b5", "L40"),
    ("26ba", "L20"),
    ("27b8", "L4"),
    ("2235", "A40"),
    ("2236", "A10"),
    ("2237", "A10"),
    ("2230", "RTX A6000"),
    ("2231", "RTX A5000"),
    ("26b1", "RTX 6000 Ada"),
    ("2bb1", "RTX PRO 6000"),
    ("2bb4", "RTX PRO 6000"),
    ("2bb5", "RTX PRO 6000"),
    ("2204", "RTX 3090"),
    ("2684", "RTX 4090"),
    ("2685", "RTX 4090"),
    ("2b85", "RTX 5090"),
    ("1e04", "RTX 2080 Ti"),
    ("1e07", "RTX 2080 Ti"),
    ("1e02", "TITAN RTX"),
    ("1e30", "Quadro RTX 8000"),
    ("1dba", "Quadro GV100"),
    ("74a1", "MI300X"),
    ("74a9", "MI300X"),
    ("74b5", "MI300X"),
    ("74a2", "MI308X"),
    ("74a8", "MI308X"),
    ("74a0", "MI300A"),
    ("74a5", "MI325X"),
    ("75a3", "MI355X"),
    ("75a0", "MI350X"),
    ("7408", "MI250X"),
    ("740c", "MI250X"),
    ("740f", "MI210"),
    ("738c", "MI100"),
    ("66a0", "MI50"),
    ("66a1", "MI50"),
    ("66a2", "MI50"),
];

/// The model of a name in a list of devices, such as `NVIDIA H100 80GB HBM3`.
pub(super) fn by_device_name(name: &str) -> Option<GpuModel> {
    let words = |text: &str| -> Vec<String> {
        let words = text.to_uppercase();
        words.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
    };
    let device = words(name);
    let fits = |wanted: &&str| words(wanted).iter().all(|word| device.contains(word));
    MODELS.into_iter().find(|model| model.words.iter().any(&fits))
}

/// The model of this name in the table.
pub(super) fn named(name: &str) -> Option<GpuModel> {
    MODELS.into_iter().find(|model| model.name == name)
}

/// The model of a PCI device, such as `0x2330`.
pub(super) fn by_pci_device(device: &str) -> Option<GpuModel> {
    let device = device.trim_start_matches("0x").to_ascii_lowercase();
    let (_, name) = DEVICES.into_iter().find(|(id, _)| *id == device)?;
    named(name)
}

/// The usual model of so many lanes to a switch; a guess.
pub(super) fn by_switch_lanes(lanes: u32, gpus: usize) -> Option<GpuModel> {
    match lanes {
        36 => named("Vera Rubin"),
        // No board has 4 GPUs with all lanes on switches: a tray of a rack has.
        18 if gpus == 4 || gpus > 16 => named("GB200"),
        18 => named("H100"),
        12 => named("A100"),
        8 => named("H800"),
        6 => named("V100"),
        _ => None,
    }
}

/// The usual model by NCCL's `sm` and the lanes of a GPU; a guess.
pub(super) fn by_architecture(sm: u32, lanes: u32, is_arm: bool) -> Option<GpuModel> {
    match (sm, lanes, is_arm) {
        (60, _, _) => named("P100"),
        (70, _, _) => named("V100"),
        (75, _, _) => named("T4"),
        (80, 8, _) => named("A800"),
        (80, _, _) => named("A100"),
        (86, 0, _) => named("A10"),
        (86, _, _) => named("RTX A6000"),
        (89, _, _) => named("RTX 4090"),
        (90, 8, _) => named("H800"),
        (90, _, _) => named("H100"),
        (100, _, false) => named("B200"),
        (100, _, true) => named("GB200"),
        (103, _, false) => named("B300"),
        (103, _, true) => named("GB300"),
        (120, _, _) => named("RTX PRO 6000"),
        (121, _, _) => named("GB10"),
        (_, _, _) => None,
    }
}
