//! Scene files: `check`, bad files, and the traces of all bundled scenes.

use crate::support::{fabricscope, fails, root, stderr, stdout};

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
        ("many.ron", good.replace("replicas: 8", "replicas: 10000000").into(), "the limit is 4,194,304"),
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
    assert!(fails(&["run", "scenes/none.ron"], 1).contains("failed to read"));
}
