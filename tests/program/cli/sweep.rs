//! `sweep`: rows, errors, crossovers and interrupts.

use crate::support::{fabricscope, fails, json, program, stdout};

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
    assert!(table.contains("\"NVL72, NVLS\" above. Both take about"), "{table}");
}

#[test]
fn a_rejected_sweep_solves_nothing() {
    let sweep = |over: &'static str| ["sweep", "scenes/rack.ron", "--over", over];
    for (over, words) in [
        ("workload.mesage=1MiB,2MiB", "did you mean `message`?"),
        ("workload.message=2MiB..1MiB*2", "reversed"),
        ("workload.message=1MiB..2MiB", "needs a step"),
        ("workload.message=1us,2us", "a size of at least 1 B"),
        ("workload.replicas=2..100+1", "has 72 GPUs"),
        ("workload.seed=1..1000000+1", "the limit is 10,000"),
        ("workload.message=", "a value is empty"),
    ] {
        let errors = fails(&sweep(over), 1);
        assert!(errors.contains(words), "{over}: {errors}");
    }
    assert!(fails(&sweep("workload.message"), 2).contains("PATH=VALUES"));
    fails(&["sweep", "scenes/rack.ron"], 2);
    fails(&["sweep", "scenes/rack.ron", "--over", "workload.seed=1", "--csv", "--json"], 2);
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
    assert!(table.contains("\"NVL72, ring, ring\" is faster below"), "{table}");
    let errors = fails(&["sweep", "scenes/rack.ron", "--over", "fabrics.0.faults.0.capacity=0.5,1"], 1);
    assert!(errors.contains("--set 'fabrics.0.faults=[(link: \"GPU 0 -> NVSwitch\", capacity: 0.5)]'"), "{errors}");
    let errors = fails(&["run", "scenes/rack.ron", "--set", "workload.replicas=0"], 1);
    assert_eq!(errors.matches("accepted").count(), 1, "{errors}");
}

/// Ctrl-C, sent as soon as the sweep reports progress.
#[cfg(unix)]
#[test]
fn an_interrupted_sweep_prints_its_rows() {
    use std::io::{BufRead, BufReader, Read};
    use std::process::Stdio;
    let axis = ["--over", "workload.message=8B..16GiB*1.01", "--set", "fabrics.0.algorithm=direct", "--csv"];
    let mut command = program();
    command.args(["sweep", "scenes/rack.ron"]).args(axis).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program runs");
    // A thread reads the rows, so that the program never waits for a full pipe.
    let mut results = child.stdout.take().expect("stdout");
    let reader = std::thread::spawn(move || {
        let mut rows = String::new();
        results.read_to_string(&mut rows).map(|_| rows)
    });
    let mut errors = BufReader::new(child.stderr.take().expect("stderr"));
    let mut first = String::new();
    errors.read_line(&mut first).expect("a line of progress, or the end");
    let interrupted = first.contains(" points");
    if interrupted {
        std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("an interrupt");
    }
    let mut rest = String::new();
    errors.read_to_string(&mut rest).expect("UTF-8");
    let status = child.wait().expect("the program ends").code();
    let rows = reader.join().expect("the rows").expect("UTF-8").lines().count();
    assert!(rows > 2 && rows % 2 == 1, "the header, and both fabrics of some points: {rows} lines");
    // A sweep that is faster than its first report of progress is complete.
    if status == Some(0) {
        assert!(!rest.contains("stopped after"), "{rest}");
    } else {
        assert_eq!((interrupted, status), (true, Some(130)), "{rest}");
        assert!(rest.contains(&format!("stopped after {} of", (rows - 1) / 2)), "{rest}");
    }
}

#[test]
fn rows_name_what_auto_could_not_try_and_no_crossover_is_given_there() {
    let sweep = [
        "sweep",
        "scenes/cluster.ron",
        "--set",
        "fabrics.0.algorithm=auto",
        "--over",
        "fabrics.0.nodes,workload.replicas=16:128,64:512",
    ];
    let report = json(&[&sweep[..], &["--json"]].concat());
    let rows: Vec<_> = report["rows"].as_array().expect("rows").iter().filter(|row| row["id"] == "A").collect();
    let untried = |row: &serde_json::Value| row["auto"]["untried"].as_array().expect("a list").len();
    assert_eq!([untried(rows[0]), untried(rows[1])], [0, 1]);
    assert_eq!(rows[1]["auto"]["untried"][0]["algorithm"], "direct");
    assert_eq!(report["untried_changes"][0]["untried_above"][0], "direct");
    let csv = stdout(&fabricscope(&[&sweep[..], &["--csv"]].concat()));
    assert!(csv.lines().next().is_some_and(|header| header.ends_with("note,tried,untried")), "{csv}");
    let table = stdout(&fabricscope(&sweep));
    assert!(table.contains("at 16 auto could try all, at 64 all but direct"), "{table}");
}
