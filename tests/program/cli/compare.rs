//! `compare`: logs against the measured timing.

use serde_json::Value;

use crate::support::{fabricscope, fails, json, stderr, stdout};

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
fn compare_prints_a_table_and_rejects_bad_flags() {
    let output = fabricscope(&["compare", H100_LOG, "--machine", "dgx-h100"]);
    let table = stdout(&output);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    for words in ["1 x 8 GPUs", "NCCL's table", "error from 1 MiB on", "Healthy", "nvls/Simple"] {
        assert!(table.contains(words), "{words}: {table}");
    }
    for (flags, words) in [
        (&["--machine", "dgx-h1000"][..], "accepted machines"),
        (&["--machine", "dgx-h100", "--nodes", "2"], "ib-ndr"),
        (&["--machine", "dgx-h100", "--network", "xx"], "unknown network `xx`"),
        (&["--machine", "dgx-h100", "--host-us", "2000000"], "accepted: 0 to 1000000"),
        (&["--machine", "dgx-h100", "--channels", "0"], "1 to 64"),
        (&["--machine", "dgx-h100", "--algorithms", "nvls-tree"], "accepted: ring, tree, nvls"),
        (&["--machine", "dgx-h100", "--protocols", "LL256"], "LL128"),
    ] {
        let errors = fails(&[&["compare", H100_LOG], flags].concat(), 1);
        assert!(errors.contains(words), "{flags:?}: {errors}");
    }
    assert!(fails(&["compare", H100_LOG], 1).contains("does not name its GPUs"));
    for nics in ["many", "nan"] {
        fails(&["compare", H100_LOG, "--machine", "dgx-h100", "--nics", nics], 2);
    }
    assert!(fails(&["compare", "tests/logs/none.txt", "--machine", "dgx-h100"], 1).contains("cannot read the file"));
}

/// A log of `tests/logs/questions`, whose README says what is right for each.
fn question(name: &str) -> String {
    format!("tests/logs/questions/{name}")
}

#[test]
fn a_log_that_names_its_gpus_needs_no_machine() {
    let report = json(&["compare", &question("31-h200-2x8-all-datatypes.txt"), "--network", "roce-400", "--json"]);
    assert_eq!((&report["machine"], &report["nodes"]), (&Value::from("dgx-h200"), &Value::from(2)));
}

#[test]
fn a_log_of_other_gpus_gets_no_suspects() {
    for (log, device, flags) in [
        ("04-mi300x-2x8-rccl-old-rank-lines.txt", "AMD Instinct MI300X", &["--network", "ib-ndr"][..]),
        ("12-l40s-2x2-roce.txt", "NVIDIA L40S", &["--network", "roce-100", "--nics", "2", "--nic-gbit", "100"]),
    ] {
        let log = question(log);
        let command = [&["compare", log.as_str(), "--machine", "dgx-h100", "--json"], flags].concat();
        let verdict = &json(&command)["verdict"];
        assert_eq!((&verdict["state"], &verdict["change"]), (&Value::from("other-machine"), &Value::Null), "{log}");
        assert!(verdict["text"].as_str().is_some_and(|text| text.contains(device)), "{verdict}");
    }
}

#[test]
fn wrong_sums_are_never_healthy() {
    let report = json(&["compare", &question("min-wrong-sums.txt"), "--machine", "dgx-h100", "--json"]);
    let verdict = &report["verdict"];
    assert_eq!((&verdict["healthy"], &verdict["state"]), (&Value::from(false), &Value::from("wrong-sums")));
    assert!(verdict["text"].as_str().is_some_and(|text| text.contains("24 elements")), "{verdict}");
    assert!(report["notes"][0].as_str().is_some_and(|note| note.contains("FAILED")), "{report}");
}

#[test]
fn several_runs_have_a_verdict_each_and_their_differences() {
    let two = json(&["compare", &question("min-two-runs.txt"), "--machine", "dgx-h100", "--json"]);
    let healthy: Vec<_> = [0, 1].map(|run| two["runs"][run]["verdict"]["healthy"].clone()).into();
    assert_eq!(healthy, [Value::from(false), Value::from(true)]);
    let difference = &two["differences"][0];
    assert_eq!((&difference["from_bytes"], &difference["run"]), (&Value::from(8_u64 << 30), &Value::from(1)));
    assert!((difference["slower"].as_f64().expect("a ratio") - 2.0).abs() < 1e-3, "{difference}");

    // Slower between 700,000 and 1,000,000 bytes, and equal elsewhere.
    let log = question("29-h100nvl-2x2-slingshot-before-after.txt");
    let flags = ["--nodes", "2", "--gpus-per-node", "2", "--network", "slingshot-200"];
    let slower = json(&[&["compare", log.as_str(), "--machine", "dgx-h100", "--json"], &flags[..]].concat());
    let ranges = slower["differences"].as_array().expect("differences");
    assert_eq!(ranges.len(), 1, "{ranges:?}");
    assert_eq!((&ranges[0]["from_bytes"], &ranges[0]["to_bytes"]), (&Value::from(700_000), &Value::from(1_000_000)));
    assert!((ranges[0]["slower"].as_f64().expect("a ratio") - 2.35).abs() < 0.1, "{ranges:?}");

    // Two files are two runs; the text names them.
    let output = fabricscope(&["compare", H100_LOG, &question("min-two-runs.txt"), "--machine", "dgx-h100"]);
    let text = stdout(&output);
    for words in ["Run 1 (h100-1x8)", "Run 2 (min-two-runs: BAD)", "Run 3 (min-two-runs: GOOD)"] {
        assert!(text.contains(words), "{words}: {text}");
    }
}

/// A table whose columns are those of an all-gather and of an all-to-all.
const OPEN_TABLE: &str = "# ranks: 8\n# size count type redop root time algbw busbw #wrong time algbw busbw #wrong\n\
     1073741824 33554432 float none -1 2830.0 379.41 331.99 0 2830.0 379.41 331.99 0\n";

#[test]
fn a_table_of_two_operations_asks_which_unless_its_name_or_a_flag_says_it() {
    let folder = std::env::temp_dir().join(format!("fabricscope-operations-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let write = |name: &str| {
        let path = folder.join(name);
        std::fs::write(&path, OPEN_TABLE).expect("a file");
        path.display().to_string()
    };
    let (open, named) = (write("run.txt"), write("h100-all_gather.txt"));
    let message = fails(&["compare", &open, "--machine", "dgx-h100"], 1);
    assert!(message.contains("--collective all-gather or --collective all-to-all"), "{message}");
    let by_name = json(&["compare", &named, "--machine", "dgx-h100", "--json"]);
    assert_eq!(by_name["collective"], "all-gather");
    assert!(by_name["error_all"].as_f64().expect("an error") < 0.01);
    let by_flag = json(&["compare", &open, "--machine", "dgx-h100", "--collective", "all-to-all", "--json"]);
    assert_eq!(
        (&by_flag["collective"], &by_flag["rows"][0]["algorithm"]),
        (&"all-to-all".into(), &"point-to-point/Simple".into())
    );
    // What only an all-reduce has is no cause of a slow all-gather.
    let slow = OPEN_TABLE.replace("2830.0", "5660.0").replace("379.41", "189.70").replace("331.99", "165.99");
    std::fs::write(&named, slow).expect("a file");
    let output = fabricscope(&["compare", &named, "--machine", "dgx-h100"]);
    let text = stdout(&output);
    assert!(text.contains("all-gather on 1 x 8 GPUs") && text.contains("Slower than predicted"), "{text}");
    for other in ["NVLS", "tree", "SHARP"] {
        assert!(!text.contains(other), "{text}");
    }
    std::fs::remove_dir_all(&folder).expect("the folder");
}
