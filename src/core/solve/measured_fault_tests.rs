//! Faults in the measured timing: rates fall in proportion to what lanes and NICs have left.

use crate::catalog::Catalog;
use crate::collective::PlanError;
use crate::nccl::{MeasuredInputs, candidates};
use crate::scene::*;
use crate::simulate::{ReplayCache, SimulateError};
use crate::solve::*;

/// A fabric of DGX H100 with measured timing.
struct Faulty {
    machine: &'static str,
    nodes: u32,
    algorithm: &'static str,
    faults: String,
}

impl Faulty {
    fn h100(nodes: u32, algorithm: &'static str, faults: &str) -> Faulty {
        Faulty { machine: "dgx-h100", nodes, algorithm, faults: faults.to_owned() }
    }

    fn run(&self) -> FabricRun {
        let Faulty { machine, nodes, algorithm, faults } = self;
        let network = if *nodes > 1 { "network: \"ib-ndr\", " } else { "" };
        let text = format!(
            "(version: 1, title: \"t\", teaches: \"t\", workload: (message: \"1GiB\", replicas: {}), fabrics: [(name: \"f\",
              machine: \"{machine}\", nodes: {nodes}, {network}algorithm: \"{algorithm}\", timing: \"measured\",
              faults: [{faults}])])",
            nodes * 8
        );
        let catalog = Catalog::bundled().expect("the catalog");
        let document = parse_scene("t", &text, &catalog).unwrap_or_else(|faults| panic!("{faults}\n{text}"));
        solve(&document.scene).remove(0)
    }

    fn time_us(&self) -> f64 {
        let run = self.run();
        run.result().unwrap_or_else(|| panic!("{}: {:?}", self.faults, run.outcome)).time.secs() * 1e6
    }
}

/// The inputs of a run without its faults.
fn inputs(run: &FabricRun) -> MeasuredInputs {
    let FabricKind::Chips(ChipFabric { measured: Some(inputs), .. }) = &run.scene.kind else { panic!("measured") };
    (**inputs).clone()
}

/// The time of the formulas, µs, with inputs that are set by hand.
fn formula_us(run: &FabricRun, set: impl Fn(&mut MeasuredInputs)) -> f64 {
    let mut inputs = inputs(run);
    set(&mut inputs);
    let algorithm = run.measured.as_ref().expect("a candidate").algorithm;
    let all = candidates(&inputs, run.message.0).into_iter().filter(|one| one.algorithm == algorithm);
    all.map(|one| one.time_us).fold(f64::INFINITY, f64::min)
}

const ONE_PORT: &str = "(link: \"GPU 3 -> NVSwitch\", capacity: 0.944), (link: \"NVSwitch -> GPU 3\", capacity: 0.944)";

#[test]
fn seventeen_of_eighteen_lanes_give_seventeen_eighteenths_of_the_rate() {
    let whole = Faulty::h100(1, "ring", "").time_us();
    let slow = Faulty::h100(1, "ring", ONE_PORT).time_us();
    // 5.32 ms, of which nearly all is rate: 5.63 ms.
    assert!((whole / 5320.0 - 1.0).abs() < 0.002, "{whole}");
    assert!((slow / 5630.0 - 1.0).abs() < 0.004, "{slow}");
    for algorithm in ["nvls", "double-binary-tree"] {
        let whole = Faulty::h100(1, algorithm, "").time_us();
        let faulty = Faulty::h100(1, algorithm, ONE_PORT);
        let expected = formula_us(&faulty.run(), |inputs| {
            let generation = &mut inputs.generation;
            generation.tree_gb_s.value *= 0.944;
            generation.nvls_gb_s.as_mut().expect("NVLS").value *= 0.944;
        });
        let slow = faulty.time_us();
        assert!((slow / expected - 1.0).abs() < 0.01, "{algorithm}: {slow} against {expected}");
        assert!(slow > 1.02 * whole, "{algorithm}: {slow} against {whole}");
    }
}

#[test]
fn a_slow_nic_holds_the_others_back() {
    for algorithm in ["ring", "nvls-tree"] {
        let faulty = Faulty::h100(2, algorithm, "(link: \"NIC 3 of node 1 -> leaf\", capacity: 0.25)");
        let run = faulty.run();
        let expected = formula_us(&run, |inputs| inputs.nics *= 0.25);
        let slow = faulty.time_us();
        assert!((slow / expected - 1.0).abs() < 0.02, "{algorithm}: {slow} against {expected}");
        assert!(run.notes.iter().any(|note| note.code == NoteCode::RatesLowered && note.text.contains("25 %")));
    }
}

#[test]
fn a_nic_that_is_down_loses_its_share() {
    let down = |gpus: std::ops::Range<u32>| {
        let fault = |gpu| format!("(link: \"NIC {gpu} of node 1 -> leaf\", down: true)");
        gpus.map(fault).collect::<Vec<_>>().join(", ")
    };
    for (algorithm, count) in [("ring", 3), ("ring", 6), ("double-binary-tree", 6)] {
        let faulty = Faulty::h100(2, algorithm, &down(0..count));
        let expected = formula_us(&faulty.run(), |inputs| inputs.nics *= f64::from(8 - count) / 8.0);
        let slow = faulty.time_us();
        assert!((slow / expected - 1.0).abs() < 0.02, "{algorithm}, {count}: {slow} against {expected}");
    }
    let all = Faulty::h100(2, "ring", &down(0..8)).run();
    assert!(all.result().is_none(), "no NIC is left");
}

#[test]
fn what_is_behind_a_slow_host_link_is_a_slow_nic() {
    let nic = Faulty::h100(2, "ring", "(link: \"NIC 3 of node 1 -> leaf\", capacity: 0.25)").run();
    let FabricKind::Chips(ChipFabric { topology: crate::fabric::Topology::Cluster(cluster), .. }) = &nic.scene.kind
    else {
        panic!("a cluster")
    };
    let share = 0.25 * cluster.nic.capacity.0 / cluster.host.capacity.0;
    let host = Faulty::h100(2, "ring", &format!("(link: \"GPU 3 of node 1 -> NIC\", capacity: {share})")).time_us();
    let nic_us = nic.result().expect("it runs").time.secs() * 1e6;
    assert!((host / nic_us - 1.0).abs() < 1e-3, "{host} against {nic_us}");
}

#[test]
fn slow_ports_of_several_nodes_slow_what_nvlink_limits() {
    // Between two nodes NVLink at a quarter of its rate is the bottleneck, wherever the port is.
    for gpu in [3, 7] {
        let link = format!("(link: \"GPU {gpu} of node 0 -> NVSwitch\", capacity: 0.25)");
        let faulty = Faulty::h100(2, "ring", &link);
        let expected = formula_us(&faulty.run(), |inputs| inputs.generation.ring_gb_s.value *= 0.25);
        let slow = faulty.time_us();
        assert!((slow / expected - 1.0).abs() < 0.02, "GPU {gpu}: {slow} against {expected}");
    }
}

#[test]
fn a_repaired_measured_run_is_as_fast_as_a_whole_one() {
    for algorithm in ["ring", "nvls"] {
        let run = Faulty::h100(1, algorithm, ONE_PORT).run();
        let whole = Faulty::h100(1, algorithm, "").time_us();
        let repaired =
            run.time_without(&run.scene.degradations(), &mut ReplayCache::default()).expect("it runs").secs() * 1e6;
        assert!((repaired / whole - 1.0).abs() < 1e-9, "{algorithm}: {repaired} against {whole}");
        let links = run.fabric.changed().iter().map(|&(link, _)| run.fabric.link_name(link));
        assert!(links.into_iter().all(|name| name.contains("GPU 3")));
    }
}

#[test]
fn a_gpu_without_a_port_is_reached_over_its_own_nic_and_no_run_beats_its_bound() {
    for gpu in [0, 3, 7] {
        for link in [format!("NVSwitch -> GPU {gpu} of node 1"), format!("GPU {gpu} of node 1 -> NVSwitch")] {
            for algorithm in ["ring", "double-binary-tree", "nvls-tree"] {
                let run = Faulty::h100(4, algorithm, &format!("(link: \"{link}\", down: true)")).run();
                match &run.outcome {
                    Outcome::Ran(result) => assert!(result.time.secs() >= run.bound_s, "{algorithm}, {link}"),
                    Outcome::Failed(
                        SimulateError::LinkDown(_) | SimulateError::Plan(PlanError::NoAlternatePath(_)),
                    ) => {
                        // A ring enters a node at its first GPU and leaves it at its last one.
                        let ends = ["NVSwitch -> GPU 0 of node 1", "GPU 7 of node 1 -> NVSwitch"];
                        assert!(algorithm != "ring" || !ends.contains(&link.as_str()), "{link}");
                    }
                    other => panic!("{algorithm}, {link}: {other:?}"),
                }
            }
        }
    }
}
