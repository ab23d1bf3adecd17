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
