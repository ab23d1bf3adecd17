//! Scene files: `check`, bad files, and the traces of all bundled scenes.

use crate::support::{fabricscope, fails, json, stderr, stdout};

#[test]
fn check_reports_every_rejected_scene() {
    let all = ["check", "scenes/first-look.ron", "scenes/small-vector.ron", "scenes/rack.ron", "scenes/too-big.ron"];
    let output = fabricscope(&all);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(stdout(&output).lines().count(), 4);
    let errors = fails(&["check", "scenes/first-look.ron", "scenes/none.ron", "Cargo.toml"], 1);
    assert!(
        errors.contains("scenes/none.ron") && errors.contains("Cargo.toml") && errors.contains("2 of 3"),
        "{errors}"
    );
}

#[test]
fn bad_files_are_rejected_with_status_1() {
    let folder = std::env::temp_dir().join(format!("fabricscope-cli-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder for test files");
    let good = std::fs::read_to_string("scenes/first-look.ron").expect("the first look");
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
            let errors = fails(&[command, path.to_str().expect("a path")], 1);
            assert!(errors.contains(words) && errors.contains(name), "{name}: {errors}");
        }
    }
    std::fs::remove_dir_all(&folder).expect("the folder goes");
    assert!(fails(&["run", "scenes"], 1).contains("is a directory"));
    assert!(fails(&["run", "scenes/none.ron"], 1).contains("cannot be read"));
}

/// All scenes under `scenes/`.
const SCENES: [&str; 24] = [
    "first-look",
    "small-vector",
    "rack",
    "cluster",
    "pod",
    "row-patterns",
    "too-big",
    "bench/ring-72",
    "bench/ring-1024",
    "bench/torus-64x64",
    "bench/mesh-16x16-snake",
    "bench/mesh-64x64-far",
    "bench/wafer-full",
    "bench/cluster-100k",
    "claims/scalar-8-gpus",
    "claims/scalar-64-gpus",
    "claims/replicas-on-a-wafer",
    "claims/narrow-cut",
    "claims/ring-on-a-wafer",
    "claims/through-the-door",
    "claims/one-slow-nic",
    "claims/four-nodes-or-two",
    "claims/ring-1024-1gib",
    "claims/ring-1024-2gib",
];

#[test]
fn all_scenes_are_listed() {
    let files = |folder: &str| {
        let entries = std::fs::read_dir(folder).expect("the folder of scenes");
        entries.filter(|entry| entry.as_ref().is_ok_and(|entry| entry.path().extension().is_some())).count()
    };
    assert_eq!(files("scenes") + files("scenes/bench") + files("scenes/claims"), SCENES.len());
}

/// Golden traces: a change here is a change of every picture and number, and must be meant.
#[test]
fn the_traces_of_all_scenes_are_unchanged() {
    let golden = include_str!("../golden/trace-hashes.txt");
    let mut now = String::new();
    for scene in SCENES {
        let report = json(&["run", &format!("scenes/{scene}.ron"), "--json"]);
        for fabric in report["fabrics"].as_array().expect("a list") {
            let id = fabric["id"].as_str().expect("a letter");
            let hash = fabric["trace_hash"].as_str().unwrap_or("cannot run");
            now.push_str(&format!("{scene} {id} {hash}\n"));
        }
    }
    assert_eq!(now, golden, "tests/golden/trace-hashes.txt");
}
