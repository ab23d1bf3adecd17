//! The notes by code and text: each appears in its case and not in the case beside it.

use crate::catalog::Catalog;
use crate::scene::*;
use crate::solve::*;

fn runs(fabrics: &[&str], workload: &str) -> Vec<FabricRun> {
    let fabrics: Vec<String> =
        fabrics.iter().enumerate().map(|(index, fabric)| format!("(name: \"{}\", {fabric})", letter(index))).collect();
    let text = format!("(version: 1, title: \"t\", workload: ({workload}), fabrics: [{}])", fabrics.join(", "));
    let catalog = Catalog::bundled().expect("the bundled catalog");
    let document = parse_scene("test.ron", &text, &catalog).unwrap_or_else(|found| panic!("{text}: {found}"));
    solve(&document.scene)
}

/// The notes of one fabric with a code.
fn notes(fabric: &str, workload: &str, code: NoteCode) -> Vec<String> {
    let run = runs(&[fabric], workload).remove(0);
    run.notes.into_iter().filter(|note| note.code == code).map(|note| note.text).collect()
}

const SIXTEEN: &str = "message: \"1GiB\", replicas: 16";

fn measured(machine: &str, network: &str, params: &str) -> String {
    format!(
        "machine: \"{machine}\", nodes: 2, network: \"{network}\", timing: \"measured\", algorithm: \"ring\", \
         params: ({params})"
    )
}

#[test]
fn an_unusual_number_of_nics_is_noted() {
    let found = notes(&measured("dgx-h100", "ib-ndr", "nics: 4"), SIXTEEN, NoteCode::NicsInUse);
    assert_eq!(found, ["4.000 NICs of a node are in use; the usual number is 8"]);
    assert!(notes(&measured("dgx-h100", "ib-ndr", ""), SIXTEEN, NoteCode::NicsInUse).is_empty());
    assert!(notes(&measured("dgx-h100", "ib-ndr", "nics: 8"), SIXTEEN, NoteCode::NicsInUse).is_empty());
}

#[test]
fn a_gpu_drives_its_own_nics_only() {
    let two = "message: \"1GiB\", replicas: 2";
    let found = notes(&measured("dgx-h100", "ib-ndr", "nics: 4"), two, NoteCode::NicsIdle);
    assert_eq!(
        found,
        ["1.000 of 4.000 NICs of a node are in use: its GPUs drive no more, each sends through its own port"]
    );
    assert!(notes(&measured("dgx-h100", "ib-ndr", ""), two, NoteCode::NicsIdle).is_empty());
    assert!(notes(&measured("dgx-h100", "ib-ndr", "nics: 4"), SIXTEEN, NoteCode::NicsIdle).is_empty());
}

#[test]
fn rates_of_the_model_above_a_line_rate_are_noted() {
    let catalog = Catalog::bundled().expect("the bundled catalog");
    let mut noted = [0, 0];
    for network in catalog.networks() {
        for machine in ["dgx-a100", "dgx-h100", "hgx-b200"] {
            let text = format!(
                "(version: 1, title: \"t\", workload: ({SIXTEEN}), fabrics: [(name: \"A\", {})])",
                measured(machine, &network.id, "")
            );
            // Not every network has constants of the measured timing.
            let Ok(document) = parse_scene("test.ron", &text, &catalog) else { continue };
            let run = solve(&document.scene).remove(0);
            let FabricKind::Chips(ChipFabric { topology: crate::fabric::Topology::Cluster(cluster), measured, .. }) =
                &run.scene.kind
            else {
                panic!("a cluster")
            };
            let inputs = measured.as_ref().expect("measured timing");
            let FabricKind::Chips(chips) = &run.scene.kind else { panic!("chips") };
            let port_gb_s = chips.machine.nvlink().expect("a box of GPUs").port_gb_s.value;
            let line_gb_s = network.nic_gb_s.value * inputs.nics / f64::from(inputs.gpus_per_node);
            let note = |code| run.notes.iter().find(|note| note.code == code);
            for (index, code, capacity, line_gb_s, words) in [
                (0, NoteCode::NicAboveLineRate, cluster.nic.capacity.0, line_gb_s, "above the line rate of"),
                (1, NoteCode::NvlinkAboveLineRate, cluster.nvlink.capacity.0, port_gb_s, "NVLink carries"),
            ] {
                let above = capacity > line_gb_s * 1e9 * (1.0 + 1e-9);
                assert_eq!(note(code).is_some(), above, "{machine}, {}: {code:?}", network.id);
                assert!(note(code).is_none_or(|note| note.text.contains(words)), "{:?}", note(code));
                noted[index] += u32::from(above);
            }
        }
    }
    assert!(noted[0] > 0, "no network of the catalog has a constant above its line rate");
}

#[test]
fn one_column_class_at_a_time_is_bound_by_ramps() {
    let strips = |region: &str| {
        format!("machine: \"wse-3\", layout: \"strips\", region: \"{region}\", algorithm: \"strips-middle\"")
    };
    let workload = "message: \"4KiB\", replicas: 8";
    let found = notes(&strips("8x40"), workload, NoteCode::RampBound);
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("one column class at a time: the ramps"), "{}", found[0]);
    assert!(notes(&strips("64x40"), workload, NoteCode::RampBound).is_empty());
}

#[test]
fn more_classes_than_colours_are_noted_as_impossible() {
    let strips = |classes: u32| {
        format!(
            "machine: \"wse-3\", layout: \"strips\", region: \"160x40\", algorithm: \"strips-middle\", \
             params: (classes_per_round: {classes})"
        )
    };
    let workload = "message: \"64KiB\", replicas: 8";
    let found = notes(&strips(13), workload, NoteCode::Colours);
    assert_eq!(found, ["not possible on this machine: 13 classes at once need 26 colours, a router has 24"]);
    assert!(notes(&strips(12), workload, NoteCode::Colours).is_empty());
}

#[test]
fn different_numbers_of_ranks_are_noted_on_both_fabrics() {
    let two = ["machine: \"mesh\", region: \"4x4\", algorithm: \"ring\"", "machine: \"switch\", algorithm: \"ring\""];
    let workload = "message: \"1MiB\", replicas: 8";
    let runs = runs(&two, workload);
    let texts: Vec<&str> = runs
        .iter()
        .flat_map(|run| run.notes.iter().filter(|note| note.code == NoteCode::RanksDiffer))
        .map(|note| note.text.as_str())
        .collect();
    assert_eq!(
        texts,
        ["not comparable one to one: 16 ranks here, 8 on B", "not comparable one to one: 8 ranks here, 16 on A"]
    );
    assert!(notes("machine: \"switch\", algorithm: \"ring\"", workload, NoteCode::RanksDiffer).is_empty());
}

#[test]
fn replicas_are_noted_as_ignored_where_the_topology_counts() {
    let workload = "message: \"4KiB\", replicas: 8";
    for (fabric, expected) in [
        ("machine: \"mesh\", region: \"4x4\", algorithm: \"ring\"", 1),
        ("machine: \"switch\", algorithm: \"ring\"", 0),
        ("machine: \"full-mesh\", algorithm: \"ring\"", 0),
    ] {
        assert_eq!(notes(fabric, workload, NoteCode::RanksAreChips).len(), expected, "{fabric}");
    }
    let per_pe = "machine: \"wse-3\", layout: \"per-pe\", region: \"8x8\", algorithm: \"chain-xy\"";
    assert_eq!(notes(per_pe, workload, NoteCode::RanksArePes).len(), 1);
}

#[test]
fn step_delay_is_noted_with_or_without_effect() {
    let fabric =
        |algorithm: &str| format!("machine: \"dgx-h100\", algorithm: \"{algorithm}\", params: (step_delay: \"2us\")");
    let workload = "message: \"1MiB\", replicas: 8";
    for (algorithm, words) in [("ring", "is software at each step"), ("nvls", "has no effect")] {
        let found = notes(&fabric(algorithm), workload, NoteCode::StepDelay);
        assert!(found.len() == 1 && found[0].contains(words), "{algorithm}: {found:?}");
    }
}

#[test]
fn degradations_are_noted_by_name_up_to_three() {
    let fabric = |faults: &str| format!("machine: \"dgx-h100\", algorithm: \"ring\", faults: [{faults}]");
    let slow = |gpu: u32| format!("(link: \"GPU {gpu} -> NVSwitch\", capacity: 0.5)");
    let workload = "message: \"1MiB\", replicas: 8";
    let four = (0..4).map(slow).collect::<Vec<_>>().join(", ");
    assert_eq!(notes(&fabric(&slow(1)), workload, NoteCode::LinksChanged), ["GPU 1 → NVSwitch at 50 %"]);
    let found = notes(&fabric(&four), workload, NoteCode::LinksChanged);
    assert_eq!(found, ["GPU 0 → NVSwitch at 50 %, GPU 1 → NVSwitch at 50 %, GPU 2 → NVSwitch at 50 %, and 1 more"]);
    let late = "(chip: \"GPU 3\", start_delay: \"20us\")";
    let found = notes(&fabric(late), workload, NoteCode::LateRanks);
    assert_eq!(found, ["1 of 8 ranks start late, the last one by 20 µs"]);
    let traffic = "(traffic: (from: \"GPU 0\", to: \"GPU 5\", rate: \"50GB/s\"))";
    let found = notes(&fabric(traffic), workload, NoteCode::OtherTraffic);
    assert_eq!(found, ["other traffic: 50 GB/s from GPU 0 to GPU 5"]);
    assert!(notes(&fabric(""), workload, NoteCode::LinksChanged).is_empty());
}

#[test]
fn codes_are_unique() {
    for code in NoteCode::ALL {
        let same = NoteCode::ALL.iter().filter(|other| other.as_str() == code.as_str());
        assert_eq!(same.count(), 1, "{code:?}");
    }
}
