//! NCCL's cost model by hand: vectors from the formulas, published busbw of large messages, results of the search, and
//! clusters that are not covered.

use super::search::{nvls, ring};
use crate::nccl::cost_table::*;
use Generation::{A100, B200, H100};
use NcclAlgorithm::{Nvls, NvlsTree, Ring, Tree};
use Protocol::{Ll, Ll128, Simple};

const KIB: u64 = 1 << 10;
const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;

fn h100_one() -> TableInputs {
    TableInputs::one_node(H100, 8)
}

/// Nodes of 8 H100 with 8 x 400 Gbit/s.
fn h100(nodes: u32) -> TableInputs {
    TableInputs::cluster(H100, nodes, 8, 8, 400.0)
}

fn b200_two() -> TableInputs {
    TableInputs::cluster(B200, 2, 8, 8, 400.0)
}

fn a100_two() -> TableInputs {
    TableInputs::cluster(A100, 2, 8, 8, 200.0)
}

fn limited(inputs: TableInputs) -> TableInputs {
    TableInputs { blackwell_nvls_limit: true, ..inputs }
}

fn time_us(inputs: &TableInputs, algorithm: NcclAlgorithm, protocol: Protocol, bytes: u64) -> f64 {
    let entries = candidates(inputs, bytes);
    let entry = entries.iter().find(|entry| entry.algorithm == algorithm && entry.protocol == protocol);
    entry.unwrap_or_else(|| panic!("no {algorithm:?} {protocol:?} among {entries:?}")).time_us
}

/// busbw without latency, in GB/s, from the slope between two large messages.
fn bus_gb_s(inputs: &TableInputs, algorithm: NcclAlgorithm) -> f64 {
    let slope_us = time_us(inputs, algorithm, Simple, 64 * GIB) - time_us(inputs, algorithm, Simple, 32 * GIB);
    let ranks = inputs.ranks() as f64;
    (32 * GIB) as f64 / 1000.0 / slope_us * 2.0 * (ranks - 1.0) / ranks
}

#[test]
fn one_node_vectors_by_hand() {
    let check = |algorithm, protocol, bytes, expected_us: f64| {
        let time_us = time_us(&h100_one(), algorithm, protocol, bytes);
        assert!((time_us - expected_us).abs() < 1e-4, "{algorithm:?} {protocol:?} {bytes}: {time_us}");
    };
    // 6.6 + 14 x 0.6 = 15; min(141, 360 / 2) x 8/14 = 80.571 GB/s: 8 B take 0.0001.
    check(Ring, Ll, 8, 15.0001);
    // 14 + 14 x 1.9 = 40.6; min(0.92 x 360, 12 x 36.7) x 8/14 = 189.2571: 5.54049.
    check(Ring, Ll128, MIB, 46.14049);
    // 8.4 + 14 x 3.4 = 56; 360 x 8/14 = 205.71429: 5219.57831.
    check(Ring, Simple, GIB, 5275.57831);
    // 6.8 + 2 x 7 x 0.6 = 15.2; min(0.92 x 360, 12 x 38.7) / 3.8 / 2 = 43.57895, x 0.6 at 64 B x 2^10: 2.50641.
    check(Tree, Ll, 64 * KIB, 17.70641);
    // 14 + 14 x 1.25 = 31.5; 331.2 x 7/9 / 2 = 128.8, x 0.6 at 64 B x 2^14: 13.56853.
    check(Tree, Ll128, MIB, 45.06853);
    // 8.4 + 14 x 4 = 64.4; 331.2 / 2 = 165.6, x 0.5 at 64 B x 2^14: 12.66396.
    check(Tree, Simple, MIB, 77.06396);
    // 25; 8 x 2 x 40 x 0.85 x 7/8 = 476, x 8/14 = 272: 3947.58024.
    check(Nvls, Simple, GIB, 3972.58024);
}

#[test]
fn several_node_vectors_by_hand() {
    let check = |nodes, algorithm, protocol, bytes, expected_us: f64| {
        let time_us = time_us(&h100(nodes), algorithm, protocol, bytes);
        assert!((time_us - expected_us).abs() < 1e-4, "{nodes} {algorithm:?} {protocol:?} {bytes}: {time_us}");
    };
    // 14 + 28 x max(1.9, 1) + 2 x 4 = 75.2; min(0.92 x 384, 8 x 36.7) x 16/30 = 156.58667: 26.78583.
    check(2, Ring, Ll128, 4 * MIB, 101.98583);
    // 6.6 + 28 x max(0.6, 1) + 2 x 2.7 = 40; min(39, 192) x 16/30 = 20.8: 8 B take 0.00038.
    check(2, Ring, Ll, 8, 40.00038);
    // (8.4 + 28 x max(3.4, 3) + 2 x 14 = 131.6) x 1.4 = 184.24; 384 x 16/30 = 204.8: 5242.88.
    check(2, Ring, Simple, GIB, 5427.12);
    // The factor 1.4 begins at 64 B x 8 channels x 16 ranks = 8192 B, which take 0.04.
    check(2, Ring, Simple, 8192, 184.28);
    check(2, Ring, Simple, 8191, 131.639995);
    // 25 + 2 x 20.9 = 66.8; min(2 x 40 x 0.85 x 7/8 = 59.5, 2 x 48, 57.7) x 8 x 16/30 = 246.18667: 4361.49457.
    check(2, NvlsTree, Simple, GIB, 4428.29457);
    // 6.8 + 2 (7 x 0.6 + 2 x 5) = 35.2; min(min(0.92 x 384, 8 x 36) / 3.8, 20.4) / 2 = 10.2: 0.00078.
    check(4, Tree, Ll, 8, 35.20078);
}

#[test]
fn large_messages_reach_the_published_busbw() {
    let racks = |gpus| TableInputs { host_cpu: HostCpu::Other, ..TableInputs::one_node(B200, gpus) };
    for (name, inputs, algorithm, expected_gb_s) in [
        ("A100 x 8", TableInputs::one_node(A100, 8), Ring, 240.0),
        ("H100 x 8", h100_one(), Ring, 360.0),
        ("H100 x 8", h100_one(), Nvls, 476.0),
        ("B200 x 8", TableInputs::one_node(B200, 8), Ring, 720.0),
        ("B200 x 8", TableInputs::one_node(B200, 8), Nvls, 828.8),
        ("B200 x 8 with the limit", limited(TableInputs::one_node(B200, 8)), Nvls, 720.0),
        // 32 x 2 x 20 x 0.74 x 31/32 = 917.6.
        ("GB200 x 72", racks(72), Nvls, 917.6),
        ("A100 2 x 8", a100_two(), Ring, 192.0),
        ("H100 2 x 8", h100(2), Ring, 384.0),
        ("H100 2 x 8", h100(2), NvlsTree, 461.6),
        ("H100 4 x 8", h100(4), Ring, 384.0),
        ("H100 4 x 8", h100(4), NvlsTree, 364.0),
        ("B200 2 x 8", b200_two(), Ring, 384.0),
        ("B200 2 x 8", b200_two(), NvlsTree, 768.0),
        // 8 x 2 x 48 x 0.74 x 7/8 = 497.28.
        ("B200 2 x 8 with the limit", limited(b200_two()), NvlsTree, 497.28),
    ] {
        let bus_gb_s = bus_gb_s(&inputs, algorithm);
        assert!((bus_gb_s - expected_gb_s).abs() < 1e-3, "{name} {algorithm:?}: {bus_gb_s}");
    }
}

/// Picks of another implementation of the same formulas, in microseconds as printed. It has no size correction for
/// NVLSTree on B200, as on a host that is not x86.
#[test]
fn picks_match_another_implementation() {
    let sizes = [8, MIB, 16 * MIB, 64 * MIB, GIB];
    let no_nvls = TableInputs { nvls_allowed: false, ..TableInputs::one_node(H100, 4) };
    let b200_other = TableInputs { host_cpu: HostCpu::Other, ..b200_two() };
    for (inputs, expected_us) in [
        (h100_one(), [15.0, 28.0, 87.0, 272.0, 3973.0]),
        (no_nvls, [10.2, 21.4, 99.0, 308.0, 4503.0]),
        (TableInputs::one_node(A100, 8), [15.0, 35.9, 174.0, 545.0, 7885.0]),
        (TableInputs::one_node(B200, 8), [15.0, 21.5, 60.0, 167.0, 2292.0]),
        (a100_two(), [25.2, 70.3, 275.0, 864.0, 10772.0]),
        (h100(2), [25.2, 60.4, 135.0, 339.0, 4428.0]),
        (h100(8), [45.2, 98.0, 241.0, 513.0, 5958.0]),
        (b200_other, [25.2, 62.0, 108.0, 231.0, 2688.0]),
    ] {
        for (bytes, expected_us) in sizes.into_iter().zip(expected_us) {
            let pick = pick(&inputs, bytes).expect("a pick");
            let printed_us = if expected_us < 100.0 && expected_us % 1.0 > 0.0 { 0.05 } else { 0.5 };
            assert!(
                (pick.time_us - expected_us).abs() <= printed_us + 1e-3,
                "{inputs:?} {bytes}: {pick:?}, {expected_us}"
            );
        }
    }
}

#[test]
fn the_search_finds_the_channels_of_common_clusters() {
    let ring_channels = |inputs: &TableInputs| ring(inputs).map(|found| (found.count, found.intra_gb_s));
    assert_eq!(ring_channels(&TableInputs::one_node(A100, 8)), Some((12, 20.0)));
    assert_eq!(ring_channels(&h100_one()), Some((12, 30.0)));
    assert_eq!(ring_channels(&TableInputs::one_node(B200, 8)), Some((16, 45.0)));
    assert_eq!(ring_channels(&a100_two()), Some((8, 24.0)));
    assert_eq!(ring_channels(&h100(2)), Some((8, 48.0)));
    assert_eq!(ring_channels(&b200_two()), Some((8, 48.0)));
    let nvls_channels =
        |inputs: &TableInputs| nvls(inputs).map(|found| (found.count, found.intra_gb_s, found.inter_gb_s));
    assert_eq!(nvls_channels(&h100_one()), Some((8, 40.0, 60.0)));
    assert_eq!(nvls_channels(&TableInputs::one_node(B200, 8)), Some((8, 80.0, 90.0)));
    assert_eq!(nvls_channels(&TableInputs::one_node(B200, 72)), Some((32, 20.0, 40.0)));
    assert_eq!(nvls_channels(&h100(2)), Some((8, 40.0, 48.0)));
    assert_eq!(nvls_channels(&limited(b200_two())), Some((8, 48.0, 48.0)));
    assert_eq!(nvls_channels(&TableInputs::one_node(H100, 1)), None);
    // A lone GPU drives one NIC of its four.
    assert_eq!(bus_gb_s(&TableInputs::cluster(H100, 2, 1, 4, 400.0), Ring), 48.0);
}

#[test]
fn set_channels_keep_the_total_rate() {
    let chosen = TableInputs { channels: Some(16), ..h100(2) };
    assert_eq!(bus_gb_s(&chosen, Ring), bus_gb_s(&h100(2), Ring));
    // LL128: the cap is 8 x 36.7 = 293.6 GB/s with 8 channels; with 16 it is 0.92 x 384 = 353.28 GB/s.
    assert!(time_us(&chosen, Ring, Ll128, GIB) < time_us(&h100(2), Ring, Ll128, GIB));
}

#[test]
fn size_corrections_change_at_powers_of_two() {
    assert_eq!(size_correction(Simple, 63), 1.0);
    assert_eq!(size_correction(Simple, 64), 0.9);
    assert_eq!(size_correction(Simple, 128 * KIB - 1), 0.6);
    assert_eq!(size_correction(Simple, 128 * KIB), 0.5);
    assert_eq!(size_correction(Simple, 512 * MIB), 0.9);
    assert_eq!(size_correction(Simple, GIB), 1.0);
    assert_eq!(size_correction(Ll, 256 * KIB), 0.4);
    assert_eq!(size_correction(Ll128, 64 * MIB), 0.9);
    assert_eq!(size_correction(Ll128, 128 * MIB), 1.0);
    assert_eq!(size_correction(Ll, u64::MAX), 1.0);
}

#[test]
fn candidates_respect_hardware_and_settings() {
    let has = |inputs: &TableInputs, filter: &dyn Fn(&TableEntry) -> bool| candidates(inputs, MIB).iter().any(filter);
    let nvls = |entry: &TableEntry| entry.algorithm == Nvls;
    let nvls_tree = |entry: &TableEntry| entry.algorithm == NvlsTree;
    assert!(has(&h100_one(), &nvls) && !has(&h100_one(), &nvls_tree));
    assert!(has(&h100(2), &nvls_tree) && !has(&h100(2), &nvls));
    let ampere = TableInputs { nvls_allowed: true, ..TableInputs::one_node(A100, 8) };
    assert!(!has(&ampere, &nvls), "no NVLS before Hopper");
    let plain = TableInputs { ll128_allowed: false, nvls_allowed: false, ..h100(2) };
    assert_eq!(candidates(&plain, MIB).len(), 4);
    assert!(!has(&plain, &|entry| entry.protocol == Ll128));
}

#[test]
fn clusters_that_are_not_covered_have_no_candidates() {
    for inputs in [
        TableInputs::one_node(H100, 0),
        TableInputs::one_node(H100, 1),
        TableInputs { nodes: 0, ..h100(2) },
        TableInputs::cluster(H100, 2, 8, 0, 400.0),
        TableInputs::cluster(H100, 2, 8, 8, 0.0),
        TableInputs::cluster(H100, 2, 8, 8, f64::NAN),
        TableInputs::cluster(H100, 2, 8, 8, f64::INFINITY),
        TableInputs::cluster(H100, 2, 8, 8, 0.5),
        TableInputs { channels: Some(0), ..h100(2) },
        TableInputs { net_latency_us: f64::NAN, ..h100(2) },
    ] {
        assert_eq!(pick(&inputs, GIB), None, "{inputs:?}");
    }
    assert_eq!(pick(&h100(2), 0), None);
    let huge =
        TableInputs { channels: Some(u32::MAX), ..TableInputs::cluster(B200, u32::MAX, u32::MAX, u32::MAX, 1e300) };
    assert!(pick(&huge, u64::MAX).is_some_and(|entry| entry.time_us > 0.0));
}
