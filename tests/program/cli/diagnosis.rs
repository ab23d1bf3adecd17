//! The answers of `compare` to public logs and questions: `tests/logs/questions/README.md` says what is right for each.

use serde_json::Value;

use crate::support::{fabricscope, json, stdout};

/// The report on a log of `tests/logs/questions`.
fn report(log: &str, flags: &str) -> Value {
    let path = format!("tests/logs/questions/{log}");
    let flags: Vec<&str> = flags.split_whitespace().collect();
    json(&[&["compare", path.as_str(), "--json"], flags.as_slice()].concat())
}

/// The names of the root_causes of a report, with their choices and values.
fn root_causes(report: &Value) -> Vec<(String, String, f64)> {
    let verdict = &report["verdict"];
    let others = verdict["alternatives"].as_array().cloned().unwrap_or_default();
    let all = std::iter::once(verdict["change"].clone()).chain(others).filter(|change| !change.is_null());
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    all.map(|one| (text(&one["parameter"]), text(&one["choice"]), one["explains"].as_f64().unwrap_or(f64::NAN)))
        .collect()
}

fn state(report: &Value) -> &str {
    report["verdict"]["state"].as_str().unwrap_or_default()
}

/// The whole text of a verdict.
fn words(report: &Value) -> String {
    let details = report["verdict"]["details"].as_array().cloned().unwrap_or_default();
    let details = details.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" ");
    format!("{} {details}", report["verdict"]["text"].as_str().unwrap_or_default())
}

#[test]
fn a_rate_that_one_row_contradicts_is_no_suspect() {
    let report = report("05-h100-2x8-efa-mpijob-ellipsis.txt", "--machine dgx-h100 --network efa");
    assert_eq!((state(&report), root_causes(&report).len()), ("below", 0), "{}", words(&report));
    let range = &report["verdict"]["slow_ranges"][0];
    assert_eq!((&range["from_bytes"], &range["to_bytes"]), (&Value::from(64 << 20), &Value::from(1 << 30)));
    let ruled_out = report["verdict"]["ruled_out"].as_array().expect("what is ruled out");
    let nic = ruled_out.iter().find(|one| one["parameter"] == "one-nic").expect("a slow NIC");
    assert_eq!(nic["message_bytes"], Value::from(2_u64 << 30));
    assert!(words(&report).contains("No rate of a link does that"), "{}", words(&report));
}

#[test]
fn a_dip_is_a_change_of_algorithm_and_not_a_rate() {
    let report = report("16-h20-2x8-nvlstree-dip.txt", "--machine dgx-h100 --network ib-ndr");
    assert!(!root_causes(&report).iter().any(|(parameter, ..)| parameter == "nvls"), "{}", words(&report));
    let dip = &report["verdict"]["breaks"][0];
    assert_eq!(
        (&dip["kind"], &dip["from_bytes"], &dip["to_bytes"]),
        (&"dip".into(), &(64 << 20).into(), &(128 << 20).into())
    );
    assert!(words(&report).contains("from 269 to 227 GB/s between 64 MiB and 128 MiB"), "{}", words(&report));
}

#[test]
fn types_that_switches_do_not_add_are_expected_to_be_slower() {
    let report = report("31-h200-2x8-all-datatypes.txt", "--network roce-400");
    assert_eq!(state(&report), "healthy", "{}", words(&report));
    let rows = report["rows"].as_array().expect("rows");
    let expected = |element: &str| {
        let row = rows.iter().find(|row| row["element"] == element).expect("a row");
        (row["expected_busbw_gb_s"].as_f64().expect("busbw"), row["algorithm"].as_str().expect("an algorithm"))
    };
    assert!(expected("float").1.starts_with("nvls-tree") && !expected("int8").1.starts_with("nvls"));
    assert!(expected("int8").0 < 0.8 * expected("float").0);
    let notes = report["notes"].to_string();
    assert!(notes.contains("do not reduce int8, uint8, f8e4m3, f8e5m2"), "{notes}");
}

#[test]
fn an_algorithm_beats_a_number_that_fits_anything() {
    let ring = report(
        "45-gb200-3x4-partitions-ring-DERIVED.txt",
        "--machine gb200-nvl72 --nodes 3 --gpus-per-node 4 --network ib-ndr",
    );
    assert_eq!(root_causes(&ring), [("algorithm".to_owned(), "ring".to_owned(), 0.0)], "{}", words(&ring));
    let faster = &ring["verdict"]["faster"];
    assert!(faster["algorithm"].as_str().is_some_and(|name| name.starts_with("tree")), "{faster}");

    let forced = report("36-h100-8x8-efa-nccl-2.19.3.txt", "--machine dgx-h100 --network efa");
    let (parameter, choice, _) = root_causes(&forced).remove(0);
    assert_eq!((parameter.as_str(), choice.as_str()), ("algorithm", "nvls-tree"), "{}", words(&forced));
}

#[test]
fn causes_that_look_alike_are_all_named_with_a_test_for_each() {
    let flags = "--machine dgx-a100 --nodes 2 --gpus-per-node 4 --network ib-hdr --nics 4 --nic-gbit 100";
    let port = report("41-a100-2x4-one-of-four-ports-DERIVED.txt", flags);
    let found = root_causes(&port);
    let ring = ("algorithm-and-nics".to_owned(), "ring".to_owned(), 1.0);
    assert!(found.contains(&ring), "{}", words(&port));
    assert!(found.iter().any(|(parameter, _, nics)| parameter == "tcp" && (nics - 0.63).abs() < 0.02), "{found:?}");
    assert!(words(&port).contains("NCCL_ALGO=Ring") && words(&port).contains("NET/Socket"), "{}", words(&port));

    let all = report("44-h100-2x8-roce-half-DERIVED.txt", "--machine dgx-h100 --network roce-400");
    assert_eq!((state(&all), root_causes(&all)[0].0.as_str()), ("below", "one-nic"));
    assert!(words(&all).contains("or all of them did") && words(&all).contains("GPUDirect RDMA"), "{}", words(&all));
}

#[test]
fn fewer_lanes_keep_in_switch_reduction() {
    let h800 = report("47-h800-1x8-nvls-DERIVED.txt", "--machine dgx-h100");
    assert_eq!(root_causes(&h800)[0], ("lanes".to_owned(), String::new(), 8.0), "{}", words(&h800));
}

#[test]
fn beyond_the_fit_the_model_is_doubted_and_not_the_machine() {
    let many = report("42-h200-248x8-default-DERIVED.txt", "--machine dgx-h200 --nodes 248 --network ib-ndr");
    assert_eq!(state(&many), "healthy", "{}", words(&many));
    assert!(words(&many).contains("beyond its range (its logs have at most 12 nodes)"), "{}", words(&many));
}

#[test]
fn one_gpu_drives_one_nic() {
    let flags = "--machine dgx-h100 --nodes 2 --gpus-per-node 1 --network ib-ndr --nics 4 --algorithms tree";
    let single = report("14-h100-2x1-tree-4-nics.txt", flags);
    assert_eq!(state(&single), "healthy", "{}", words(&single));
    assert!(single["notes"].to_string().contains("drives 1 of its 4 NICs"), "{}", single["notes"]);
}

#[test]
fn a_loss_that_grows_with_the_nodes_is_congestion() {
    let table = |nodes: u32, busbw: f64| {
        let bytes = 8_u64 << 30;
        let ranks = f64::from(8 * nodes);
        let time_us = bytes as f64 * 2.0 * (ranks - 1.0) / ranks / busbw / 1e3;
        let algbw = bytes as f64 / time_us / 1e3;
        let header = "# size count type redop root time algbw busbw #wrong";
        format!(
            "# ranks: {}\n# nodes: {nodes}\n{header}\n{bytes} {} float sum -1 {time_us:.1} {algbw:.2} {busbw:.2} 0\n",
            8 * nodes,
            bytes / 4
        )
    };
    let folder = std::env::temp_dir().join(format!("fabricscope-nodes-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    // nccl-tests#169: 2 nodes 100 GB/s, 3: 70, 4: 58, 6: 40.
    let logs: Vec<String> = [(2, 100.0), (3, 70.0), (4, 58.0), (6, 40.0)]
        .map(|(nodes, busbw)| {
            let path = folder.join(format!("{nodes}.txt"));
            std::fs::write(&path, table(nodes, busbw)).expect("a log");
            path.display().to_string()
        })
        .into();
    let logs: Vec<&str> = logs.iter().map(String::as_str).collect();
    let flags = ["--machine", "dgx-a100", "--network", "roce-100", "--nics", "8"];
    let report = json(&[&["compare", "--json"], logs.as_slice(), &flags].concat());
    let text = stdout(&fabricscope(&[&["compare"], logs.as_slice(), &flags].concat()));
    std::fs::remove_dir_all(&folder).expect("the folder is removed");
    let loss = &report["node_loss"];
    assert_eq!((&loss["few_nodes"], &loss["many_nodes"]), (&Value::from(2), &Value::from(6)), "{report}");
    assert!(text.contains("the network loses more with every node"), "{text}");
}

#[test]
fn settings_of_the_log_are_inputs_that_flags_win_over() {
    let header = "#  size  count  type  redop  root  time  algbw  busbw #wrong";
    let row = "8589934592 2147483648 float sum -1 41650 206.24 360.9 0";
    let text =
        format!("NCCL_ALGO=Ring NCCL_PROTO=Simple ./all_reduce_perf -b 8G -e 8G -g 8\n# ranks: 8\n{header}\n{row}\n");
    let path = std::env::temp_dir().join(format!("fabricscope-settings-{}.txt", std::process::id()));
    std::fs::write(&path, text).expect("a log");
    let log = path.display().to_string();
    let base = ["compare", log.as_str(), "--json", "--machine", "dgx-h100"];
    let (by_log, by_flag) = (json(&base), json(&[&base[..], &["--algorithms", "nvls"]].concat()));
    std::fs::remove_file(&path).expect("the log is removed");
    let input = |report: &Value, name: &str| {
        let inputs = report["inputs"].as_array().expect("inputs");
        let found = inputs.iter().find(|input| input["input"] == name).expect("the input");
        (found["value"].as_str().expect("a value").to_owned(), found["from"].as_str().expect("a source").to_owned())
    };
    assert_eq!(input(&by_log, "algorithms"), ("ring".to_owned(), "log".to_owned()));
    assert_eq!(input(&by_log, "protocols"), ("Simple".to_owned(), "log".to_owned()));
    assert_eq!(input(&by_log, "machine"), ("dgx-h100".to_owned(), "flag".to_owned()));
    assert_eq!(input(&by_flag, "algorithms"), ("nvls".to_owned(), "flag".to_owned()));
    // A ring is healthy at 361 GB/s, but NVLS would be faster.
    assert_eq!(state(&by_log), "healthy", "{}", words(&by_log));
    assert!(words(&by_log).contains("nvls/Simple is expected to reach 477 GB/s"), "{}", words(&by_log));
    assert_eq!(state(&by_flag), "below");
}

#[test]
fn the_first_line_says_busbw_reached_or_that_the_machine_is_another() {
    let first = |log: &str, flags: &str| {
        let path = format!("tests/logs/questions/{log}");
        let flags: Vec<&str> = flags.split_whitespace().collect();
        let text = stdout(&fabricscope(&[&["compare", path.as_str()], flags.as_slice()].concat()));
        text.lines().next().unwrap_or_default().to_owned()
    };
    let half = first("44-h100-2x8-roce-half-DERIVED.txt", "--machine dgx-h100 --network roce-400");
    assert!(half.starts_with("231 of ") && half.contains(" GB/s of busbw expected at 8 GiB: "), "{half}");
    let other = first("04-mi300x-2x8-rccl-old-rank-lines.txt", "--machine dgx-h100 --network ib-ndr");
    assert!(other.contains("AMD Instinct MI300X"), "{other}");
    let rccl = first("33-rccl-json-records.json", "--machine dgx-h100");
    assert!(rccl.contains("RCCL"), "{rccl}");
}

/// Whoever has only the report finds in its first screen what to run next, or which run is slow from where to where.
#[test]
fn the_first_screen_of_five_degraded_logs_says_what_to_try_next() {
    for (log, flags, next) in [
        (
            "41-a100-2x4-one-of-four-ports-DERIVED.txt",
            "--machine dgx-a100 --nodes 2 --gpus-per-node 4 --network ib-hdr --nics 4 --nic-gbit 100",
            "To check the first: Run with NCCL_ALGO=Ring",
        ),
        (
            "44-h100-2x8-roce-half-DERIVED.txt",
            "--machine dgx-h100 --network roce-400",
            "To check the first: Run `ib_write_bw`",
        ),
        (
            "05-h100-2x8-efa-mpijob-ellipsis.txt",
            "--machine dgx-h100 --network efa",
            "To check: Run again with NCCL_DEBUG=INFO",
        ),
        (
            "36-h100-8x8-efa-nccl-2.19.3.txt",
            "--machine dgx-h100 --network efa",
            "To check the first: Run with NCCL_ALGO=NVLSTree",
        ),
        (
            "29-h100nvl-2x2-slingshot-before-after.txt",
            "--machine dgx-h100 --nodes 2 --gpus-per-node 2 --network slingshot-200",
            "run 1 (BAD RESULTS) takes 2.34x as long as run 2 (GOOD RESULTS)",
        ),
    ] {
        let path = format!("tests/logs/questions/{log}");
        let flags: Vec<&str> = flags.split_whitespace().collect();
        let report = stdout(&fabricscope(&[&["compare", path.as_str()], flags.as_slice()].concat()));
        let first: Vec<&str> = report.lines().take(8).collect();
        assert!(first.iter().any(|line| line.contains(next)), "{log}: {first:#?}");
    }
}

#[test]
fn a_machine_whose_own_log_is_far_off_is_never_doubted() {
    let report = report("12-l40s-2x2-roce.txt", "--network roce-100 --nics 2 --nic-gbit 100");
    assert_eq!(state(&report), "healthy", "{}", words(&report));
    assert!(words(&report).contains("a wider spread counts as healthy"), "{}", words(&report));
}
