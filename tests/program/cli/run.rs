//! `run`: results, settings and exit status.

use crate::support::{fabricscope, fails, json, program, stderr, stdout};

#[test]
fn run_json_has_the_stable_fields() {
    let report = json(&["run", "scenes/first-look.ron", "--json"]);
    assert_eq!(report["version"], 1);
    assert_eq!(report["scene"]["title"], "One gradient, eight replicas: Blackwell box against wafer");
    let fields = [
        "id",
        "name",
        "machine",
        "layout",
        "timing",
        "algorithm_requested",
        "algorithm",
        "ranks",
        "elements",
        "message_bytes",
        "time_s",
        "algbw_gb_s",
        "busbw_gb_s",
        "wire_gb_s",
        "bound_s",
        "plan_bound_s",
        "transfers",
        "trace_hash",
        "notes",
    ];
    for fabric in report["fabrics"].as_array().expect("a list") {
        for field in fields {
            assert!(!fabric[field].is_null(), "{field} is missing");
        }
        assert_eq!(fabric["trace_hash"].as_str().map(str::len), Some(16));
    }
    let [gpus, wafer] = [&report["fabrics"][0], &report["fabrics"][1]];
    assert!((gpus["time_s"].as_f64().expect("a time") - 1343.177e-6).abs() < 1e-9);
    assert!((wafer["time_s"].as_f64().expect("a time") - 271.087e-6).abs() < 1e-9);
    assert_eq!([&gpus["ranks"], &gpus["elements"], &gpus["transfers"]], [8, 8, 8]);
    // 8 strips of 94 columns and 1,170 rows; 94 classes in each of the rows.
    assert_eq!([&wafer["ranks"], &wafer["elements"], &wafer["transfers"]], [8, 8 * 94 * 1170, 94 * 1170]);
}

#[test]
fn settings_change_the_run_and_only_the_run() {
    let ring = json(&["run", "scenes/first-look.ron", "--set", "fabrics.0.algorithm=ring", "--json"]);
    assert!((ring["fabrics"][0]["time_s"].as_f64().expect("a time") - 2094.831e-6).abs() < 1e-9);
    let small = json(&["run", "scenes/first-look.ron", "--set", "workload.message=64MiB", "--json"]);
    assert_eq!(small["fabrics"][1]["message_bytes"], 64 << 20);
    assert_ne!(small["scene"]["hash"], ring["scene"]["hash"]);
}

#[test]
fn a_message_that_does_not_fit_is_a_result() {
    let report = json(&["run", "scenes/too-big.ron", "--json"]);
    assert!(report["fabrics"][0]["time_s"].is_number());
    assert!(report["fabrics"][1]["time_s"].is_null());
    assert_eq!(report["fabrics"][1]["notes"][0]["code"], "does-not-fit");
}

#[test]
fn output_is_reproducible() {
    let arguments = ["run", "scenes/small-vector.ron", "--json"];
    assert_eq!(stdout(&fabricscope(&arguments)), stdout(&fabricscope(&arguments)));
    for command in [
        &["explain", "scenes/claims/one-slow-nic.ron", "--json"][..],
        &["sweep", "scenes/rack.ron", "--over", "workload.replicas=2..72+2", "--csv"],
    ] {
        assert_eq!(stdout(&fabricscope(command)), stdout(&fabricscope(command)));
    }
}

#[test]
fn the_run_table_has_units_and_notes() {
    let table = stdout(&fabricscope(&["run", "scenes/first-look.ron"]));
    for words in ["1.343 ms", "271.1 µs", "899.3 GB/s", "never measured on silicon", "3 of 755 columns"] {
        assert!(table.contains(words), "{words} is not in\n{table}");
    }
}

#[test]
fn wrong_usage_has_status_2_and_rejected_values_status_1() {
    fails(&["fly"], 2);
    fails(&["run"], 2);
    fails(&["run", "scenes/rack.ron", "--fast"], 2);
    assert!(fails(&["run", "scenes/rack.ron", "--set", "workload.message"], 2).contains("PATH=VALUE"));
    assert!(fails(&["run", "scenes/rack.ron", "--set", "workload.message=-1"], 1).contains("a size of at least 1 B"));
    assert!(fails(&["run", "scenes/rack.ron", "--set", "fabrics.9.name=x"], 1).contains("accepted: 0 to 1"));
}

/// `2>&1 | head` closes stderr early.
#[cfg(unix)]
#[test]
fn a_closed_stderr_causes_no_panic() {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let mut command = program();
    let status = command.args(["run", "scenes/none.ron"]).stderr(writer).status().expect("the program runs");
    assert_eq!(status.code(), Some(1));
}

#[test]
fn a_refused_run_has_status_1_after_its_table() {
    let ring = ["run", "scenes/first-look.ron", "--set", "fabrics.0.algorithm=ring", "--set"];
    let output = fabricscope(&[&ring[..], &["fabrics.0.faults=[(link: \"GPU 3 -> NVSwitch\", down: true)]"]].concat());
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(
        stderr(&output).starts_with("error: HGX B200: ") && stderr(&output).contains("GPU 3"),
        "{}",
        stderr(&output)
    );
    // The other fabric has its result.
    assert!(stdout(&output).contains("271.1 µs"), "{}", stdout(&output));
}

#[test]
fn a_sequence_lists_its_operations_and_those_on_the_critical_path() {
    let report = json(&["run", "scenes/fsdp-layer.ron", "--json"]);
    let fabric = &report["fabrics"][0];
    let operations = fabric["operations"].as_array().expect("operations");
    assert_eq!((operations.len(), &report["scene"]["operations"]), (7, &7.into()));
    for field in ["name", "collective", "message_bytes", "algorithm", "groups", "ranks", "start_s", "end_s"] {
        assert!(operations.iter().all(|operation| operation.get(field).is_some()), "{field}");
    }
    let ends = operations.iter().filter_map(|operation| operation["end_s"].as_f64());
    assert_eq!(ends.fold(0.0, f64::max), fabric["time_s"].as_f64().expect("a time"));
    assert!(fabric["busbw_gb_s"].is_null());
    let explained = json(&["explain", "scenes/fsdp-layer.ron", "--json"]);
    let path = explained["fabrics"][0]["path"]["operations"].as_array().expect("operations");
    assert_eq!(path[0]["name"], "gather weights 1");
    // The sizes that operations take from the workload, and that of one of them, can be set.
    let longer = json(&["run", "scenes/fsdp-layer.ron", "--set", "workload.message=1GiB", "--json"]);
    assert!(longer["fabrics"][0]["time_s"].as_f64() > fabric["time_s"].as_f64());
    let output =
        fabricscope(&["sweep", "scenes/fsdp-layer.ron", "--over", "workload.sequence.1.compute=1ms,2ms", "--csv"]);
    assert_eq!(stdout(&output).lines().count(), 5, "{}", stdout(&output));
}
