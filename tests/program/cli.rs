//! The command line as scripts see it: results, faults with their place, exit status.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::process::Output;

use serde_json::Value;

use support::{program, root};

fn fabricscope(arguments: &[&str]) -> Output {
    program().args(arguments).output().expect("the program runs")
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}

#[track_caller]
fn json(arguments: &[&str]) -> Value {
    let output = fabricscope(arguments);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    serde_json::from_str(&stdout(&output)).expect("JSON")
}

/// Runs a command that must fail with this status, tells why on stderr and never panics.
#[track_caller]
fn fails(arguments: &[&str], status: i32) -> String {
    let output = fabricscope(arguments);
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(status), "{arguments:?}: {said}");
    assert!(!said.contains("panicked"), "{said}");
    assert!(!said.trim().is_empty());
    said
}

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
fn what_does_not_fit_is_a_result() {
    let report = json(&["run", "scenes/too-big.ron", "--json"]);
    assert!(report["fabrics"][0]["time_s"].is_number());
    assert!(report["fabrics"][1]["time_s"].is_null());
    assert_eq!(report["fabrics"][1]["notes"][0]["code"], "does-not-fit");
}

#[test]
fn the_same_scene_gives_the_same_bytes() {
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
fn explain_json_adds_parts_that_add_up_and_elasticities() {
    for scene in ["first-look", "small-vector", "cluster", "too-big"] {
        let path = format!("scenes/{scene}.ron");
        let ran = json(&["run", &path, "--json"]);
        let explained = json(&["explain", &path, "--json"]);
        assert_eq!(explained["scene"], ran["scene"]);
        let fabrics = ran["fabrics"].as_array().expect("a list").iter();
        for (ran, explained) in fabrics.zip(explained["fabrics"].as_array().expect("a list")) {
            for (field, value) in ran.as_object().expect("fields") {
                assert!(field == "notes" || explained[field] == *value, "{field} has changed");
            }
            let parts = explained["parts"].as_array().expect("parts");
            let Some(time_s) = ran["time_s"].as_f64() else {
                assert!(parts.is_empty() && explained["path"].is_null());
                continue;
            };
            let kinds = ["latency", "serialization", "contention", "processing", "launch"];
            assert!(parts.iter().all(|part| kinds.contains(&part["kind"].as_str().expect("a kind"))));
            let sum: f64 = parts.iter().filter_map(|part| part["seconds"].as_f64()).sum();
            assert!((sum / time_s - 1.0).abs() < 1e-9, "{scene}: parts {sum}, time {time_s}");
            assert!(!explained["elasticities"].as_array().expect("a list").is_empty());
            assert!(!explained["sentences"].as_array().expect("a list").is_empty());
        }
    }
    let table = stdout(&fabricscope(&["explain", "scenes/first-look.ron", "--set", "fabrics.0.algorithm=ring"]));
    for words in ["serialization on NVLink; 1 % more capacity saves", "(re-run)", "capacity of mesh links and ramps"] {
        assert!(table.contains(words), "{words} is not in\n{table}");
    }
    assert!(fails(&["explain", "scenes/none.ron"], 1).contains("cannot be read"));
    assert!(fails(&["explain", "scenes/rack.ron", "--set", "workload"], 2).contains("PATH=VALUE"));
}

#[test]
fn a_sweep_has_a_row_per_point_and_fabric() {
    let sweep = ["sweep", "scenes/first-look.ron", "--over", "workload.message=1MiB..4MiB*2"];
    let csv = stdout(&fabricscope(&[&sweep[..], &["--csv"]].concat()));
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(lines.len(), 1 + 3 * 2, "{csv}");
    assert!(lines[0].starts_with("workload.message,workload.message_bytes,id,name,algorithm,ranks,"), "{csv}");
    let report = json(&[&sweep[..], &["--json"]].concat());
    let rows = report["rows"].as_array().expect("rows");
    let ran = json(&["run", "scenes/first-look.ron", "--set", "workload.message=2MiB", "--json"]);
    for fabric in 0..2 {
        assert_eq!(rows[2 + fabric]["time_s"], ran["fabrics"][fabric]["time_s"]);
        assert_eq!(rows[2 + fabric]["busbw_gb_s"], ran["fabrics"][fabric]["busbw_gb_s"]);
        // The shortest text that reads back as the same number.
        let time_s = rows[2 + fabric]["time_s"].as_f64().expect("a time");
        let cells: Vec<&str> = lines[3 + fabric].split(',').collect();
        assert_eq!(cells[7].parse(), Ok(time_s));
    }
    let settings = ["--set", "fabrics.0.params.launch=13us", "--over", "workload.replicas=2,4"];
    let table = stdout(&fabricscope(&[&sweep[..], &settings].concat()));
    assert_eq!(table.matches("A HGX B200").count(), 6, "{table}");
    let race = ["sweep", "scenes/rack.ron", "--set", "fabrics.1.params.launch=99us", "--over"];
    let table = stdout(&fabricscope(&[&race[..], &["workload.message=1KiB..1GiB*2"]].concat()));
    assert!(table.contains("\"NVL72, ring\" is faster, above \"NVL72, NVLS\"; there both take about"), "{table}");
}

#[test]
fn sweeps_at_fault_are_refused_before_anything_is_solved() {
    let sweep = |over: &'static str| ["sweep", "scenes/rack.ron", "--over", over];
    for (over, words) in [
        ("workload.mesage=1MiB,2MiB", "did you mean `message`?"),
        ("workload.message=2MiB..1MiB*2", "reversed"),
        ("workload.message=1MiB..2MiB", "needs a step"),
        ("workload.message=1us,2us", "a size of at least 1 B"),
        ("workload.replicas=2..100+1", "has 72 GPUs"),
        ("workload.seed=1..1000000+1", "limit 10,000"),
        ("workload.message=", "a value is empty"),
    ] {
        let said = fails(&sweep(over), 1);
        assert!(said.contains(words), "{over}: {said}");
    }
    assert!(fails(&sweep("workload.message"), 2).contains("PATH=VALUES"));
    fails(&["sweep", "scenes/rack.ron"], 2);
    fails(&["sweep", "scenes/rack.ron", "--over", "workload.seed=1", "--csv", "--json"], 2);
}

#[test]
fn an_instant_is_told_in_the_words_of_the_screen() {
    let arguments = ["explain", "scenes/first-look.ron", "--set", "fabrics.0.algorithm=ring", "--at"];
    let table = stdout(&fabricscope(&[&arguments[..], &["200us"]].concat()));
    for words in ["at 200 µs", "GPU 0 → NVSwitch binds: one stream takes", "On it: GPU 0 → GPU 1, reduce-scatter."]
    {
        assert!(table.contains(words), "{words} is not in\n{table}");
    }
    let report = json(&[&arguments[..], &["50%", "--json"]].concat());
    let [ring, wafer] = [&report["fabrics"][0]["instant"], &report["fabrics"][1]["instant"]];
    assert_eq!(ring["sharing"][0]["from"], "GPU 0");
    assert!(ring["waiting"][0]["starts_s"].as_f64() > ring["at_s"].as_f64());
    // The slowest fabric is at its half; the other has ended long before.
    assert!(wafer["binding"].is_null() && wafer["sentences"].as_array().is_some_and(Vec::is_empty));
    for wrong in ["101%", "soon", "12"] {
        assert!(fails(&[&arguments[..], &[wrong]].concat(), 1).contains("accepted: a time such as 120us"));
    }
}

#[test]
fn what_is_wrong_is_named_with_the_time_without_it() {
    let report = json(&["explain", "scenes/claims/one-slow-nic.ron", "--json"]);
    let slow = &report["fabrics"][1];
    assert_eq!(slow["troubles"][0]["kind"], "slow-link");
    assert_eq!(slow["troubles"][0]["mended_s"], report["fabrics"][0]["time_s"]);
    let table = stdout(&fabricscope(&["explain", "scenes/claims/one-slow-nic.ron"]));
    let words = "leaf → NIC 3 of node 1 runs at half its rate, as does the way back; 66 % of the time is spent there; mended, \
                 it would take 2.070 ms, 33 % less (re-run).";
    assert!(table.contains(words), "{table}");
    let four = stdout(&fabricscope(&["explain", "scenes/claims/four-nodes-or-two.ron"]));
    assert!(!four.contains("capacity of channels") && four.contains("fitted to logs, no hardware"), "{four}");
}

#[test]
fn paths_that_change_together_and_curves_of_algorithms() {
    let together = ["sweep", "scenes/cluster.ron", "--over", "fabrics.0.nodes,workload.replicas=2:16,4:32"];
    let report = json(&[&together[..], &["--json"]].concat());
    let ranks: Vec<_> = report["rows"].as_array().expect("rows").iter().map(|row| row["ranks"].as_u64()).collect();
    assert_eq!(ranks, [Some(16), Some(16), Some(32), Some(32)]);
    assert!(
        fails(&["sweep", "scenes/cluster.ron", "--over", "fabrics.0.nodes,workload.replicas=2:16,4"], 1)
            .contains("colons")
    );
    let algorithms = ["sweep", "scenes/rack.ron", "--set", "fabrics.1.params.launch=99us", "--over"];
    let over = ["fabrics.0.algorithm=ring,nvls", "--over", "workload.message=1KiB..1GiB*2"];
    let table = stdout(&fabricscope(&[&algorithms[..], &over[..]].concat()));
    assert!(table.contains("\"NVL72, ring, ring\" is faster, above \"NVL72, NVLS\""), "{table}");
    let said = fails(&["sweep", "scenes/rack.ron", "--over", "fabrics.0.faults.0.capacity=0.5,1"], 1);
    assert!(said.contains("--set 'fabrics.0.faults=[(link: \"GPU 0 -> NVSwitch\", capacity: 0.5)]'"), "{said}");
    let said = fails(&["run", "scenes/rack.ron", "--set", "workload.replicas=0"], 1);
    assert_eq!(said.matches("accepted").count(), 1, "{said}");
}

/// Ctrl-C, as a terminal sends it.
#[cfg(unix)]
#[test]
fn an_interrupted_sweep_prints_what_it_has() {
    use std::process::{Command, Stdio};
    let over = ["--over", "workload.message=8B..16GiB*1.01", "--set", "fabrics.0.algorithm=direct", "--csv"];
    let mut command = program();
    command.args(["sweep", "scenes/rack.ron"]).args(over).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().expect("the program runs");
    std::thread::sleep(std::time::Duration::from_millis(1500));
    Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("an interrupt");
    let output = child.wait_with_output().expect("the program ends");
    assert_eq!(output.status.code(), Some(130), "{}", stderr(&output));
    let rows = stdout(&output).lines().count();
    assert!(rows > 2 && rows % 2 == 1, "the header, and both fabrics of some points: {rows} lines");
    assert!(stderr(&output).contains(&format!("stopped after {} of", (rows - 1) / 2)), "{}", stderr(&output));
}

/// `2>&1 | head`: nobody reads stderr any longer.
#[cfg(unix)]
#[test]
fn a_closed_stderr_is_no_panic() {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let mut command = program();
    let status = command.args(["run", "scenes/none.ron"]).stderr(writer).status().expect("the program runs");
    assert_eq!(status.code(), Some(1));
}

#[test]
fn tables_are_for_people() {
    let table = stdout(&fabricscope(&["run", "scenes/first-look.ron"]));
    for words in ["1.343 ms", "271.1 µs", "899.3 GB/s", "never measured on silicon", "3 of 755 columns"] {
        assert!(table.contains(words), "{words} is not in\n{table}");
    }
}

#[test]
fn the_catalog_shows_figures_with_source_and_grade() {
    let list = stdout(&fabricscope(&["catalog"]));
    for id in ["dgx-a100", "dgx-h100", "hgx-b200", "gb200-nvl72", "vera-rubin-nvl72", "wse-2", "wse-3"] {
        assert!(list.contains(id), "{list}");
        let machine = json(&["catalog", id, "--json"]);
        let figures = machine.as_object().and_then(|kind| kind.values().next()).expect("a machine");
        assert_eq!(figures["id"], id);
    }
    let wafer = stdout(&fabricscope(&["catalog", "wse-3"]));
    assert!(wafer.contains("0.875 GHz  [derived]"), "{wafer}");
    let said = fails(&["catalog", "wse3"], 1);
    assert!(said.contains("did you mean `wse-3`?"), "{said}");
}

#[test]
fn check_tells_every_faulty_scene() {
    let all = ["check", "scenes/first-look.ron", "scenes/small-vector.ron", "scenes/rack.ron", "scenes/too-big.ron"];
    let output = fabricscope(&all);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(stdout(&output).lines().count(), 4);
    let said = fails(&["check", "scenes/first-look.ron", "scenes/none.ron", "Cargo.toml"], 1);
    assert!(said.contains("scenes/none.ron") && said.contains("Cargo.toml") && said.contains("2 of 3"), "{said}");
}

#[test]
fn bad_files_are_refused_with_status_1() {
    let folder = std::env::temp_dir().join(format!("fabricscope-cli-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder for test files");
    let good = std::fs::read_to_string(root().join("scenes/first-look.ron")).expect("the first look");
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("empty.ron", Vec::new(), "is empty"),
        ("binary.ron", vec![0xff; 100], "UTF-8"),
        ("large.ron", vec![b' '; 50 << 20], "larger than 1 MiB"),
        ("deep.ron", vec![b'('; 200_000], "deeper than 64"),
        ("broken.ron", good.replace("version: 1,", "version: 1").into(), "broken.ron:4"),
        ("field.ron", good.replace("teaches", "teachs").into(), "did you mean `teaches`?"),
        ("unit.ron", good.replace("\"1GiB\"", "\"1 parsec\"").into(), "unit.ron:6"),
        ("zero.ron", good.replace("\"1GiB\"", "\"0GiB\"").into(), "workload.message"),
        ("negative.ron", good.replace("replicas: 8", "replicas: -8").into(), "negative.ron:6"),
        ("nan.ron", good.replace("hop_cycles: 1", "hop_cycles: NaN").into(), "hop_cycles"),
        ("infinite.ron", good.replace("hop_cycles: 1", "hop_cycles: inf").into(), "hop_cycles"),
        ("one.ron", good.replace("replicas: 8", "replicas: 1").into(), "at least 2"),
        ("many.ron", good.replace("replicas: 8", "replicas: 10000000").into(), "at most 4,194,304"),
        ("machine.ron", good.replace("wse-3", "wse-33").into(), "did you mean `wse-3`?"),
        ("algorithm.ron", good.replace("\"nvls\"", "\"nvl\"").into(), "did you mean `nvls`?"),
    ];
    for (name, bytes, words) in cases {
        let path = folder.join(name);
        std::fs::write(&path, bytes).expect("a test file");
        for command in ["run", "check"] {
            let said = fails(&[command, path.to_str().expect("a path")], 1);
            assert!(said.contains(words) && said.contains(name), "{name}: {said}");
        }
    }
    std::fs::remove_dir_all(&folder).expect("the folder goes");
    assert!(fails(&["run", "scenes"], 1).contains("is a directory"));
    assert!(fails(&["run", "scenes/none.ron"], 1).contains("cannot be read"));
}

#[test]
fn wrong_use_has_status_2_and_wrong_values_status_1() {
    fails(&["fly"], 2);
    fails(&["run"], 2);
    fails(&["run", "scenes/rack.ron", "--fast"], 2);
    assert!(fails(&["run", "scenes/rack.ron", "--set", "workload.message"], 2).contains("PATH=VALUE"));
    assert!(fails(&["run", "scenes/rack.ron", "--set", "workload.message=-1"], 1).contains("a size of at least 1 B"));
    assert!(fails(&["run", "scenes/rack.ron", "--set", "fabrics.9.name=x"], 1).contains("accepted: 0 to 1"));
}

/// A short log of one node of 8 H100.
const H100_LOG: &str = "tests/logs/h100-1x8.txt";

#[test]
fn compare_json_has_the_stable_fields() {
    let report = json(&["compare", H100_LOG, "--machine", "dgx-h100", "--json"]);
    assert_eq!((&report["version"], &report["machine"]), (&Value::from(1), &Value::from("dgx-h100")));
    for field in ["nodes", "gpus_per_node", "network", "error_1mib_up", "error_all", "verdict"] {
        assert!(report.get(field).is_some(), "{field}");
    }
    let rows = report["rows"].as_array().expect("rows");
    assert_eq!(rows.len(), 6);
    for row in rows {
        for field in ["message_bytes", "measured_s", "out_of_place_s", "in_place_s", "predicted_s", "nccl_table_s"] {
            assert!(row[field].as_f64().is_some_and(|figure| figure > 0.0), "{field}: {row}");
        }
        let halves = [&row["out_of_place_s"], &row["in_place_s"]].map(|half| half.as_f64().expect("a half"));
        assert_eq!(row["measured_s"].as_f64(), Some(halves[0].min(halves[1])), "the smaller half");
        assert!(row["algorithm"].as_str().is_some_and(|word| word.contains('/')));
    }
    // The error is what the rows say.
    let logs = rows.iter().map(|row| {
        let figure = |field: &str| row[field].as_f64().expect("a figure");
        (figure("predicted_s") / figure("measured_s")).ln().abs()
    });
    let error = (logs.sum::<f64>() / rows.len() as f64).exp() - 1.0;
    assert!((report["error_1mib_up"].as_f64().expect("an error") - error).abs() < 1e-9);
    assert!(error < 0.05 && report["verdict"]["healthy"] == true, "{error}");
}

#[test]
fn compare_prints_a_table_and_tells_what_it_cannot_compare() {
    let output = fabricscope(&["compare", H100_LOG, "--machine", "dgx-h100"]);
    let table = stdout(&output);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    for words in ["1 x 8 GPUs", "NCCL's table", "error from 1 MiB on", "healthy", "nvls/Simple"] {
        assert!(table.contains(words), "{words}: {table}");
    }
    for (flags, words) in [
        (&["--machine", "dgx-h1000"][..], "accepted machines"),
        (&["--machine", "dgx-h100", "--nodes", "2"], "ib-ndr"),
        (&["--machine", "dgx-h100", "--network", "xx"], "no network `xx`"),
        (&["--machine", "dgx-h100", "--nics", "nan"], "no NICs"),
        (&["--machine", "dgx-h100", "--host-us", "nan"], "out of range"),
        (&["--machine", "dgx-h100", "--channels", "0"], "1 to 64"),
        (&["--machine", "dgx-h100", "--algorithms", "nvls-tree"], "accepted: ring, tree, nvls"),
        (&["--machine", "dgx-h100", "--protocols", "LL256"], "LL128"),
    ] {
        let said = fails(&[&["compare", H100_LOG], flags].concat(), 1);
        assert!(said.contains(words), "{flags:?}: {said}");
    }
    fails(&["compare", H100_LOG], 2);
    fails(&["compare", H100_LOG, "--machine", "dgx-h100", "--nics", "many"], 2);
    assert!(fails(&["compare", "tests/logs/none.txt", "--machine", "dgx-h100"], 1).contains("cannot be read"));
}

#[test]
fn the_catalog_has_the_constants_of_the_measured_timing() {
    let text = stdout(&fabricscope(&["catalog", "nccl"]));
    let marked = text.lines().find(|line| line.starts_with("t0_ll128_us")).expect("a constant");
    assert!(marked.contains("[fitted] *") && text.contains("no facts about hardware"), "{marked}");
    assert!(text.contains("[estimate]") && text.contains("[published]"));
    let all = json(&["catalog", "nccl", "--json"]);
    assert_eq!(all["generations"].as_array().map(Vec::len), Some(3));
    assert_eq!(all["networks"].as_array().map(Vec::len), Some(9));
}
