//! `explain`: parts, elasticities, instants and root causes.

use crate::support::{fabricscope, fails, json, stdout};

#[test]
fn explain_json_adds_parts_and_elasticities() {
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
    for words in ["serialization on NVLink. 1 % more capacity saves", "(re-run)", "capacity of mesh links and ramps"] {
        assert!(table.contains(words), "{words} is not in\n{table}");
    }
    assert!(fails(&["explain", "scenes/none.ron"], 1).contains("failed to read"));
    assert!(fails(&["explain", "scenes/rack.ron", "--set", "workload"], 2).contains("PATH=VALUE"));
}

#[test]
fn an_instant_is_explained_as_in_the_app() {
    let arguments = ["explain", "scenes/first-look.ron", "--set", "fabrics.0.algorithm=ring", "--at"];
    let table = stdout(&fabricscope(&[&arguments[..], &["200us"]].concat()));
    for words in
        ["at 200 µs", "GPU 0 → NVSwitch is the bottleneck: one stream takes", "On it: GPU 0 → GPU 1, reduce-scatter."]
    {
        assert!(table.contains(words), "{words} is not in\n{table}");
    }
    let report = json(&[&arguments[..], &["40%", "--json"]].concat());
    let [ring, wafer] = [&report["fabrics"][0]["instant"], &report["fabrics"][1]["instant"]];
    assert_eq!(ring["sharing"][0]["from"], "GPU 0");
    assert!(ring["waiting"][0]["starts_s"].as_f64() > ring["at_s"].as_f64());
    // At two fifths of the time of the slowest fabric, the other one has ended.
    assert!(wafer["binding"].is_null() && wafer["sentences"].as_array().is_some_and(Vec::is_empty));
    for wrong in ["101%", "soon", "12"] {
        assert!(fails(&[&arguments[..], &[wrong]].concat(), 1).contains("such as 120us, or 0% to 100%"));
    }
}

#[test]
fn a_degradation_has_a_time_without_it() {
    let report = json(&["explain", "scenes/claims/one-slow-nic.ron", "--json"]);
    let slow = &report["fabrics"][1];
    assert_eq!(slow["troubles"][0]["kind"], "slow-link");
    assert_eq!(slow["troubles"][0]["mended_s"], report["fabrics"][0]["time_s"]);
    let table = stdout(&fabricscope(&["explain", "scenes/claims/one-slow-nic.ron"]));
    let words = "leaf → NIC 3 of node 1 runs at half its rate, as does the other direction, and takes 66 % of the time. \
                 Repaired: 2.070 ms, 33 % less (re-run).";
    assert!(table.contains(words), "{table}");
    let four = stdout(&fabricscope(&["explain", "scenes/claims/four-nodes-or-two.ron"]));
    assert!(!four.contains("capacity of channels") && four.contains("fitted to logs, not hardware"), "{four}");
}
