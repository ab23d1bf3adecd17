//! The thirty vectors of the model's specification: clusters of public logs, and the times of a second implementation.

use crate::catalog::{Grade, NcclTiming};
use crate::nccl::*;

/// A cluster of a public log: name, generation, nodes, GPUs per node, network, NICs, Gb/s, channels, NVLS channels.
type Cluster = (&'static str, &'static str, u32, u32, &'static str, u32, f64, u32, u32);

const CLUSTERS: &[Cluster] = &[
    ("h100-dgx-1x8-nvls", "h100", 1, 8, "", 0, 400.0, 24, 16),
    ("h100-2x8-ndr-issue309", "h100", 2, 8, "ndr", 8, 400.0, 16, 16),
    ("h100-8x8-ndr-issue309", "h100", 8, 8, "ndr", 8, 400.0, 16, 16),
    ("h100-128x8-ring-ll128-issue322", "h100", 128, 8, "ndr", 8, 400.0, 16, 16),
    ("h100-1x4-ring-no-nvls", "h100", 1, 4, "", 0, 400.0, 24, 16),
    ("a100-1x8-ndmv4-aml", "a100", 1, 8, "", 0, 400.0, 24, 0),
    ("a100-2x8-ndmv4-aml", "a100", 2, 8, "hdr", 8, 200.0, 16, 0),
    ("b200-1x8-nvls-vultr", "b200", 1, 8, "", 0, 400.0, 32, 32),
    ("b200-2x8-ndr-vultr", "b200", 2, 8, "ndr", 8, 400.0, 16, 32),
    ("gb200-nvl72-20rack-1440", "b200", 20, 72, "ndr", 72, 400.0, 16, 32),
    ("h200-1x8-nvls-torchbench", "h100", 1, 8, "", 0, 400.0, 24, 16),
];

fn inputs(name: &str) -> MeasuredInputs {
    let timing = NcclTiming::bundled().expect("the constants");
    let &(_, generation, nodes, gpus, network, nics, rate, channels, nvls_channels) =
        CLUSTERS.iter().find(|(known, ..)| *known == name).expect("a cluster of the list");
    let network = (!network.is_empty()).then(|| NodeNics {
        timing: timing.network(network).expect("a network"),
        nics: f64::from(nics),
        nic_gbit_s: rate,
    });
    let generation = timing.generation(generation).expect("a generation");
    let mut inputs = MeasuredInputs::with_usual_channels(generation, nodes, gpus, network);
    assert_eq!(inputs.channels, channels, "{name}: the usual number of channels");
    if nvls_channels > 0 && inputs.nvls {
        assert_eq!(inputs.nvls_channels, nvls_channels, "{name}");
    }
    match name {
        "h100-1x4-ring-no-nvls" => inputs.nvls = false,
        "h200-1x8-nvls-torchbench" => inputs.host_s = 19.43e-6,
        "h100-128x8-ring-ll128-issue322" => {
            inputs.algorithms = vec![NcclAlgorithm::Ring];
            inputs.protocols = vec![Protocol::Ll128];
        }
        _ => {}
    }
    inputs
}

/// Cluster, bytes, algorithm, protocol, µs, and the runner-up's µs (0 if there is none).
const VECTORS: &[(&str, u64, &str, &str, f64, f64)] = &[
    ("h100-dgx-1x8-nvls", 8, "ring", "LL", 15.4647, 15.9868),
    ("h100-dgx-1x8-nvls", 65_536, "ring", "LL", 19.1947, 32.0647),
    ("h100-dgx-1x8-nvls", 1_048_576, "ring", "LL", 27.3409, 33.3280),
    ("h100-dgx-1x8-nvls", 2_097_152, "ring", "LL", 39.2179, 40.9353),
    ("h100-dgx-1x8-nvls", 16_777_216, "ring", "LL128", 113.7464, 114.8305),
    ("h100-dgx-1x8-nvls", 67_108_864, "nvls", "Simple", 321.0749, 373.5138),
    ("h100-dgx-1x8-nvls", 1_073_741_824, "nvls", "Simple", 4014.2380, 5321.7595),
    ("h100-dgx-1x8-nvls", 17_179_869_184, "nvls", "Simple", 62936.9097, 84778.2823),
    ("h100-2x8-ndr-issue309", 8, "tree", "LL", 24.3685, 28.5130),
    ("h100-2x8-ndr-issue309", 131_072, "ring", "LL", 41.1931, 62.4156),
    ("h100-2x8-ndr-issue309", 1_048_576, "nvls-tree", "Simple", 86.2640, 98.1956),
    ("h100-2x8-ndr-issue309", 8_388_608, "nvls-tree", "Simple", 153.5581, 189.7418),
    ("h100-2x8-ndr-issue309", 67_108_864, "ring", "LL128", 447.1220, 458.4805),
    ("h100-2x8-ndr-issue309", 134_217_728, "nvls-tree", "Simple", 725.0568, 816.7870),
    ("h100-2x8-ndr-issue309", 1_073_741_824, "nvls-tree", "Simple", 4457.1249, 6427.7213),
    ("h100-8x8-ndr-issue309", 8_388_608, "tree", "LL128", 267.3695, 357.0077),
    ("h100-8x8-ndr-issue309", 134_217_728, "nvls-tree", "Simple", 1102.9277, 1292.5642),
    ("h100-8x8-ndr-issue309", 2_147_483_648, "nvls-tree", "Simple", 13037.6477, 13330.7489),
    ("h100-128x8-ring-ll128-issue322", 4_294_967_296, "ring", "LL128", 28551.4960, 0.0000),
    ("h100-1x4-ring-no-nvls", 268_435_456, "ring", "Simple", 1158.0572, 1237.0120),
    ("a100-1x8-ndmv4-aml", 4_096, "ring", "LL", 19.8875, 30.6577),
    ("a100-1x8-ndmv4-aml", 16_777_216, "ring", "LL128", 200.5943, 211.8857),
    ("a100-1x8-ndmv4-aml", 1_073_741_824, "ring", "Simple", 8232.9311, 8770.5999),
    ("a100-2x8-ndmv4-aml", 2_097_152, "tree", "LL128", 137.0252, 150.0210),
    ("a100-2x8-ndmv4-aml", 1_073_741_824, "tree", "Simple", 10532.7351, 10537.4717),
    ("b200-1x8-nvls-vultr", 268_435_456, "nvls", "Simple", 728.4365, 759.1048),
    ("b200-1x8-nvls-vultr", 4_294_967_296, "nvls", "Simple", 9071.4758, 11553.6226),
    ("b200-2x8-ndr-vultr", 67_108_864, "nvls-tree", "Simple", 316.4330, 478.8041),
    ("gb200-nvl72-20rack-1440", 8_589_934_592, "tree", "LL128", 41891.7023, 44506.5342),
    ("h200-1x8-nvls-torchbench", 33_554_432, "nvls", "Simple", 212.5013, 221.4569),
];

#[test]
fn times_match_a_second_implementation() {
    for &(name, bytes, algorithm, protocol, expected_us, second_us) in VECTORS {
        let mut all = candidates(&inputs(name), bytes);
        all.sort_by(|a, b| a.time_us.total_cmp(&b.time_us));
        let best = &all[0];
        let got = format!("{}/{}", best.algorithm.name(), best.protocol.name());
        println!(
            "{name:34} {bytes:>12} B  expected {algorithm}/{protocol} {expected_us:>11.4} µs  got {got} {:>11.4} µs",
            best.time_us
        );
        assert_eq!(got, format!("{algorithm}/{protocol}"), "{name}, {bytes} B");
        assert!((best.time_us / expected_us - 1.0).abs() <= 1e-4, "{name}, {bytes} B: {} µs", best.time_us);
        if second_us > 0.0 {
            assert!((all[1].time_us / second_us - 1.0).abs() <= 1e-4, "{name}, {bytes} B: {} µs", all[1].time_us);
        }
    }
}

#[test]
fn all_candidates_match_a_second_implementation() {
    let expected = [
        ("ring", "LL", 13263.6033),
        ("tree", "LL", 14721.6233),
        ("ring", "LL128", 816.7870),
        ("tree", "LL128", 1373.7673),
        ("ring", "Simple", 928.1294),
        ("tree", "Simple", 1581.8673),
        ("nvls-tree", "Simple", 725.0568),
    ];
    let all = candidates(&inputs("h100-2x8-ndr-issue309"), 134_217_728);
    assert_eq!(all.len(), expected.len());
    for (algorithm, protocol, time_us) in expected {
        let found = all.iter().find(|one| one.algorithm.name() == algorithm && one.protocol.name() == protocol);
        let got = found.expect("a candidate").time_us;
        assert!((got / time_us - 1.0).abs() <= 1e-4, "{algorithm}/{protocol}: {got} µs");
    }
}

/// Only NCCL's own constants for InfiniBand are published (`tuning.cc`); the higher priors for clouds are estimates.
#[test]
fn published_constants_are_those_of_nccl() {
    let timing = NcclTiming::bundled().expect("the constants");
    let own = [
        ("a_ll_us", 2.7),
        ("a_ll128_us", 4.0),
        ("a_simple_us", 14.0),
        ("t_ll_us", 5.0),
        ("t_ll128_us", 8.5),
        ("t_simple_us", 14.0),
    ];
    let networks = timing.networks.iter().flat_map(|network| network.figures());
    let generations = timing.generations.iter().flat_map(|generation| generation.figures());
    for (name, figure) in networks.chain(generations) {
        let published = figure.grade == Grade::Published;
        assert!(!published || own.contains(&(name, figure.value)), "{name} {}: {}", figure.value, figure.source);
    }
    // Constants that absorb unknown cost: start-up of LL128, of all operations, and four more.
    let starts = ["t0_ll128_us", "pass_t0_ll128_us"];
    let marked = |figures: Vec<(&'static str, &crate::catalog::Figure)>| {
        figures.into_iter().filter(|(_, figure)| figure.absorbs_unknown_cost).map(|(name, _)| name).collect::<Vec<_>>()
    };
    let of_generation = |id: &str| marked(timing.generation(id).expect("a generation").figures());
    assert_eq!((of_generation("a100"), of_generation("h100")), (starts.to_vec(), starts.to_vec()));
    assert_eq!(of_generation("b200"), ["t0_ll128_us", "phi_ll", "phi_ll128", "round_simple_us", "pass_t0_ll128_us"]);
    for network in &timing.networks {
        let expected: &[&str] = if network.id == "ndr" { &["e_ll128_us"] } else { &[] };
        assert_eq!(marked(network.figures()), expected, "{}", network.id);
    }
}
