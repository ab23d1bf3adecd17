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
        (&["--machine", "dgx-h100", "--nics", "nan"], "no NICs"),
        (&["--machine", "dgx-h100", "--host-us", "nan"], "use 0 to 1000000"),
        (&["--machine", "dgx-h100", "--channels", "0"], "1 to 64"),
        (&["--machine", "dgx-h100", "--algorithms", "nvls-tree"], "accepted: ring, tree, nvls"),
        (&["--machine", "dgx-h100", "--protocols", "LL256"], "LL128"),
    ] {
        let errors = fails(&[&["compare", H100_LOG], flags].concat(), 1);
        assert!(errors.contains(words), "{flags:?}: {errors}");
    }
    fails(&["compare", H100_LOG], 2);
    fails(&["compare", H100_LOG, "--machine", "dgx-h100", "--nics", "many"], 2);
    assert!(fails(&["compare", "tests/logs/none.txt", "--machine", "dgx-h100"], 1).contains("cannot read the file"));
}
