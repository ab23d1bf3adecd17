//! The engine against the formulas of the measured timing: both must give the same times.

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

use crate::catalog::Catalog;
use crate::nccl::Protocol;
use crate::scene::*;
use crate::solve::*;

/// Machines that have constants, and every network that has.
const MACHINES: [&str; 5] = ["dgx-a100", "dgx-h100", "dgx-h200", "hgx-b200", "gb200-nvl72"];

/// A cluster as a scene.
struct Cluster {
    machine: &'static str,
    nodes: u32,
    gpus: u32,
    network: Option<String>,
    /// `params` of the fabric.
    params: String,
}

impl Cluster {
    fn whole(machine: &'static str, nodes: u32, network: &str) -> Cluster {
        let network = (!network.is_empty()).then(|| network.to_owned());
        Cluster { machine, nodes, gpus: 8, network, params: String::new() }
    }

    fn document(&self, message: u64, catalog: &Catalog) -> SceneDocument {
        let network = self.network.as_ref().map_or("None".to_owned(), |network| format!("Some(\"{network}\")"));
        let Cluster { machine, nodes, gpus, params, .. } = self;
        let text = format!(
            "(version: 1, title: \"t\", workload: (message: \"{message}B\", replicas: {}), fabrics: [(name: \"f\",
              machine: \"{machine}\", nodes: {nodes}, network: {network}, algorithm: \"auto\", timing: \"measured\",
              params: ({params}))])",
            nodes * gpus
        );
        parse_scene("t", &text, catalog).unwrap_or_else(|faults| panic!("{faults}\n{text}"))
    }
}

/// Runs the fabric and returns the engine's time, the formula's, and the algorithm.
fn both_us(scene: &Scene) -> (f64, f64, String) {
    let run = &solve(scene)[0];
    let result = run.result().unwrap_or_else(|| panic!("{:?}", run.outcome));
    let candidate = run.measured.as_ref().expect("a candidate");
    (result.time.secs() * 1e6, candidate.time_us, run.algorithm.clone())
}

/// A cluster with everything varied that a scene can vary.
fn random_cluster(number: usize, networks: &[String], random: &mut Pcg64Mcg) -> Cluster {
    let several = !number.is_multiple_of(6);
    let network = several.then(|| networks[number % networks.len()].clone());
    let machine = MACHINES[random.random_range(0..if several { 4 } else { 5_usize })];
    let nodes = if several { random.random_range(2..=20) } else { 1 };
    let least = if several { 0 } else { 1 };
    let gpus = [1, 2, 4, 8, 8][random.random_range(least..5_usize)];
    let mut params = Vec::new();
    if random.random_bool(0.5) {
        params.push(format!("host: \"{}us\"", random.random_range(0..50)));
    }
    if random.random_bool(0.5) {
        params.push(format!("channels: {}", random.random_range(1..=64)));
    }
    if random.random_bool(0.5) {
        params.push(format!("nvls_channels: {}", random.random_range(1..=32)));
    }
    // No network has fewer than two NICs in a node.
    if several && random.random_bool(0.5) {
        params.push(format!("nics: {:.2}", random.random_range(0.3..2.0)));
    }
    let gpus = if machine == "gb200-nvl72" { 72 } else { gpus };
    Cluster { machine, nodes, gpus, network, params: params.join(", ") }
}

#[test]
fn the_engine_takes_what_the_formula_says() {
    let catalog = Catalog::bundled().expect("the catalog");
    let measured = catalog.networks().filter(|network| catalog.nccl().network(&network.nccl).is_some());
    let networks: Vec<String> = measured.map(|network| network.id.clone()).collect();
    for known in
        ["efa", "efa-100", "gcp-tcpx", "gcp-tcpxo", "slingshot-200", "roce-100", "roce-400", "ib-hdr", "ib-ndr"]
    {
        assert!(networks.iter().any(|network| network == known), "{known} has constants");
    }
    let mut random = Pcg64Mcg::seed_from_u64(7);
    for number in 0..200 {
        let cluster = random_cluster(number, &networks, &mut random);
        let message = 1_u64 << random.random_range(3..34_u32);
        let message = message + random.random_range(0..message);
        let mut scene = cluster.document(message, &catalog).scene;
        let FabricKind::Chips(chips) = &mut scene.fabrics[0].kind else { panic!("chips") };
        let inputs = chips.measured.as_mut().expect("measured");
        if random.random_bool(0.5) {
            inputs.protocols = vec![Protocol::ALL[random.random_range(0..3_usize)]];
        }
        for (id, _) in choices(&scene.fabrics[0]) {
            let mut scene = scene.clone();
            scene.fabrics[0] = with_algorithm(&scene.fabrics[0], id).expect("a choice of the list");
            scene.fabrics[0].algorithm = id.to_owned();
            if measured::candidate(&scene.fabrics[0], scene.message).is_none() {
                continue;
            }
            let (engine_us, formula_us, _) = both_us(&scene);
            let allowed = if id == "ring" { 1e-3 } else { 1e-2 };
            let Cluster { machine, nodes, gpus, network, params } = &cluster;
            assert!(
                (engine_us / formula_us - 1.0).abs() <= allowed,
                "{number}: {id} on {nodes} x {gpus} {machine} {network:?} ({params}), {message} B: engine {engine_us}, \
                 formula {formula_us}"
            );
        }
    }
}

#[test]
fn every_number_of_nodes_keeps_its_nics_at_the_mean_of_a_node_boundary() {
    let catalog = Catalog::bundled().expect("the catalog");
    for nodes in 2..=20 {
        for (machine, network) in [("dgx-h100", "ib-ndr"), ("dgx-h100", "gcp-tcpx"), ("hgx-b200", "roce-400")] {
            let document = Cluster::whole(machine, nodes, network).document(1 << 30, &catalog);
            for id in ["double-binary-tree", "nvls-tree"] {
                let mut scene = document.scene.clone();
                scene.fabrics[0] = with_algorithm(&scene.fabrics[0], id).expect("a choice");
                scene.fabrics[0].algorithm = id.to_owned();
                let (engine_us, formula_us, _) = both_us(&scene);
                let off = engine_us / formula_us - 1.0;
                assert!(off.abs() <= 1e-2, "{id} on {nodes} x {machine} over {network}: {off}");
            }
        }
    }
}

#[test]
fn vectors_of_the_specification_are_played() {
    let catalog = Catalog::bundled().expect("the catalog");
    for (machine, nodes, network, message, algorithm, expected_us) in [
        ("dgx-h100", 1, "", 65_536, "ring", 19.1947),
        ("dgx-h100", 1, "", 16_777_216, "ring", 113.7464),
        ("dgx-h100", 1, "", 1_073_741_824, "nvls", 4014.2380),
        ("dgx-h100", 2, "ib-ndr", 8, "double-binary-tree", 24.3685),
        ("dgx-h100", 2, "ib-ndr", 134_217_728, "nvls-tree", 725.0568),
        ("dgx-h100", 8, "ib-ndr", 134_217_728, "nvls-tree", 1102.9277),
        ("hgx-b200", 2, "ib-ndr", 67_108_864, "nvls-tree", 316.4330),
        ("dgx-a100", 1, "", 1_073_741_824, "ring", 8232.9311),
        ("dgx-a100", 2, "ib-hdr", 1_073_741_824, "double-binary-tree", 10532.7351),
    ] {
        let (engine_us, _, picked) =
            both_us(&Cluster::whole(machine, nodes, network).document(message, &catalog).scene);
        println!(
            "{nodes} x {machine}, {message} B: expected {algorithm} {expected_us} µs, got {picked} {engine_us} µs"
        );
        assert_eq!(picked, algorithm);
        let allowed = if algorithm == "ring" { 1e-3 } else { 1e-2 };
        assert!((engine_us / expected_us - 1.0).abs() <= allowed);
    }
}

#[test]
fn more_nics_than_a_node_has_are_refused_and_fewer_are_played() {
    let catalog = Catalog::bundled().expect("the catalog");
    let whole = Cluster::whole("dgx-h100", 2, "ib-ndr");
    let document = whole.document(1 << 30, &catalog);
    let set = |value: &str| {
        let setting = Setting { path: "fabrics.0.params.nics".to_owned(), value: value.to_owned() };
        document.with(&[setting], &catalog)
    };
    let faults = set("16").expect_err("more than there are").to_string();
    assert!(faults.contains("has 8") && faults.contains("params.nics"), "{faults}");
    for value in ["0", "-1"] {
        assert!(set(value).is_err(), "{value}");
    }
    let (all_us, ..) = both_us(&document.scene);
    let (two_us, ..) = both_us(&set("2").expect("a quarter of them").scene);
    assert!(two_us > 2.0 * all_us, "{two_us} against {all_us}");
}
