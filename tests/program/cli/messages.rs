//! What a terminal is shown: plain words, at a length that can be read, and nothing that it would obey.

use crate::support::{fabricscope, fails, program, root, stderr, stdout};

/// A folder of test files that goes when it is dropped.
struct Folder(std::path::PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("fabricscope-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a folder for test files");
        Folder(path)
    }

    fn write(&self, name: &str, text: &str) -> String {
        let path = self.0.join(name);
        std::fs::write(&path, text).expect("a test file");
        path.to_str().expect("a path").to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn scene(name: &str, fabric: &str) -> String {
    format!(
        "(version: 1, title: \"t\", workload: (message: \"1MiB\", replicas: 8), fabrics: [(name: \"{name}\", {fabric})])"
    )
}

const GPUS: &str = "machine: \"dgx-h100\", algorithm: \"ring\"";

#[test]
fn no_output_contains_what_a_terminal_would_obey() {
    let folder = Folder::new("escapes");
    let bad = "\u{1b}]0;x\u{7}\u{202e}";
    let path = folder.write("a.ron", &scene(bad, GPUS));
    let set = format!("fabrics.0.machine={bad}");
    let over = format!("fabrics.0.algorithm=ring,{bad}");
    for arguments in [
        &["run", &path][..],
        &["run", &path, "--json"],
        &["explain", &path],
        &["check", &path],
        &["run", &path, "--set", &set],
        &["sweep", &path, "--over", "workload.message=1MiB,2MiB"],
        &["sweep", &path, "--over", "workload.message=1MiB,2MiB", "--csv"],
        &["sweep", &path, "--over", "workload.message=1MiB,2MiB", "--json"],
        &["sweep", &path, "--over", &over],
        &["explain", &path, "--at", bad],
        &["catalog", bad],
        &["compare", &path, "--machine", bad],
        &["run", bad],
        &[bad],
    ] {
        let output = fabricscope(arguments);
        for text in [stdout(&output), stderr(&output)] {
            let obeyed = text.chars().find(|c| c.is_control() && *c != '\n' || ('\u{2028}'..='\u{202e}').contains(c));
            assert_eq!(obeyed, None, "{arguments:?}: {text:?}");
        }
        assert_ne!(output.status.code(), None, "{arguments:?}");
    }
}

#[test]
fn a_lesson_or_a_story_in_the_place_of_a_scene_is_named_as_such() {
    for file in ["scenes/lessons/bytes-and-steps/ring-steps.ron", "scenes/stories/the-claim.ron"] {
        for command in ["run", "check", "explain"] {
            let errors = fails(&[command, file], 1);
            assert!(errors.contains("not a scene") && errors.contains("lesson check"), "{command} {file}: {errors}");
        }
    }
}

#[test]
fn long_names_are_refused_and_long_values_cut() {
    let folder = Folder::new("long");
    let path = folder.write("a.ron", &scene(&"n".repeat(201), GPUS));
    let errors = fails(&["sweep", &path, "--over", "workload.seed=1..1000+1"], 1);
    assert!(errors.contains("201 characters") && errors.contains("at most 200"), "{errors}");
    let long = "x".repeat(50_000);
    for arguments in [
        vec!["run".to_owned(), "scenes/rack.ron".into(), "--set".into(), format!("fabrics.0.machine={long}")],
        vec!["run".into(), "scenes/rack.ron".into(), "--set".into(), format!("{long}=1")],
        vec!["sweep".into(), "scenes/rack.ron".into(), "--over".into(), format!("workload.message={long}")],
        vec!["explain".into(), "scenes/rack.ron".into(), "--at".into(), long.clone()],
        vec!["compare".into(), "tests/logs/h100-1x8.txt".into(), "--machine".into(), long.clone()],
    ] {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let errors = fails(&arguments, 1);
        assert!(errors.len() < 2_000, "{} bytes", errors.len());
    }
}

#[test]
fn thousands_of_errors_are_counted() {
    let folder = Folder::new("many");
    let links = vec!["(from: 9, to: 9)"; 10_000].join(",\n");
    let graph = format!("machine: \"graph\", algorithm: \"ring\", graph: (chips: 2, links: [{links}])");
    let errors = fails(&["check", &folder.write("a.ron", &scene("A", &graph))], 1);
    assert!(errors.contains("and 29,980 more errors") && errors.len() < 10_000, "{} bytes", errors.len());
}

#[test]
fn check_finds_what_run_refuses_and_names_another_algorithm() {
    let folder = Folder::new("refused");
    let down = format!("{GPUS}, faults: [(link: \"GPU 3 -> NVSwitch\", down: true)]");
    let large = "machine: \"switch\", algorithm: \"ring\"";
    for (fabric, words) in [
        (down.as_str(), "GPU 3 → NVSwitch is down"),
        ("machine: \"graph\", algorithm: \"ring\", graph: (chips: 3, links: [(from: 0, to: 1)])", "no path"),
        (large, "`double-binary-tree` would run here"),
    ] {
        let replicas = if fabric == large { "replicas: 100000" } else { "replicas: 8" };
        let text = scene("A", fabric).replace("replicas: 8", replicas);
        let path = folder.write("a.ron", &text);
        let [checked, ran] = ["check", "run"].map(|command| fails(&[command, &path], 1));
        assert!(checked.contains(words) && checked.contains("fabrics.0.algorithm: plan refused"), "{checked}");
        assert!(ran.contains(words), "{ran}");
        let output = fabricscope(&["run", &path, "--json"]);
        let report: serde_json::Value = serde_json::from_str(&stdout(&output)).expect("JSON");
        assert!(report["fabrics"][0]["time_s"].is_null());
        let notes = report["fabrics"][0]["notes"].as_array().expect("notes");
        assert!(notes.iter().any(|note| note["code"] == "failed"), "{notes:?}");
    }
    let fits = fabricscope(&["check", "scenes/too-big.ron"]);
    assert_eq!(fits.status.code(), Some(0));
    assert!(stderr(&fits).contains("does not fit"), "{}", stderr(&fits));
}

#[cfg(not(feature = "app"))]
#[test]
fn a_build_without_the_app_says_how_to_get_its_commands() {
    for (arguments, status) in [(vec!["render", "scenes/rack.ron"], 2), (vec!["open"], 2), (vec![], 1)] {
        let errors = fails(&arguments, status);
        assert!(errors.contains("this build has no app") && errors.contains("cargo build --release"), "{errors}");
    }
}

#[test]
fn misspelt_words_are_suggested() {
    assert!(fails(&["rnu", "scenes/rack.ron"], 2).contains("run"));
    let errors = fails(&["run", "scenes/rack.ron", "--set", "fabric.0.algorithm=ring"], 1);
    assert!(errors.contains("did you mean `fabrics`?"), "{errors}");
    let errors = fails(&["explain", "scenes/rack.ron", "--at", "-1%"], 1);
    assert!(errors.contains("a time, at least 0"), "{errors}");
    let errors = fails(&["compare", "tests/logs/h100-1x8.txt", "--machine", "dgx-h100", "--nodes", "two"], 2);
    assert!(errors.contains("a whole number") && !errors.contains("digit"), "{errors}");
}

#[test]
fn a_file_of_another_kind_is_named() {
    let folder = Folder::new("kinds");
    let json = folder.write("scene.ron", "{\"version\": 1, \"workload\": {}, \"fabrics\": []}");
    assert!(fails(&["check", &json], 1).contains("a scene is RON, not JSON"));
    assert!(fails(&["check", "tests/logs/h100-1x8.txt"], 1).contains("log of nccl-tests"));
    let log = folder.write("log.json", "{\"results\": [{\"size\": \"x\"}]}");
    let errors = fails(&["compare", &log, "--machine", "dgx-h100"], 1);
    assert!(!errors.contains("u64") && errors.contains("accepted: {\"results\""), "{errors}");
}

#[test]
fn a_range_that_would_never_end_is_refused() {
    for values in ["1e308..1.797693134862315e308+1e307", "1e-320..1e308*2"] {
        let over = format!("workload.seed={values}");
        assert!(fails(&["sweep", "scenes/rack.ron", "--over", &over], 1).contains("1e-300 to 1e300"), "{values}");
    }
}

/// On a login node there is no display.
#[cfg(target_os = "linux")]
#[test]
fn without_a_display_the_app_says_what_needs_none() {
    let file = |file: &str| root().join(file).display().to_string();
    let (scene, lesson) = (file("scenes/rack.ron"), file("scenes/lessons/template.ron"));
    let story = file("scenes/stories/anatomy.ron");
    let open = |arguments: &[&String]| {
        std::iter::once("open".to_owned()).chain(arguments.iter().map(|&argument| argument.clone())).collect()
    };
    let flag = "--lesson".to_owned();
    let starts: [Vec<String>; 5] =
        [vec![], open(&[&scene]), open(&[&lesson]), open(&[&flag, &lesson]), open(&[&story])];
    for arguments in starts {
        let mut command = program();
        let output = command.args(&arguments).env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").output();
        let output = output.expect("the program runs");
        let errors = stderr(&output);
        // A build without the app does not know `open`.
        assert!(matches!(output.status.code(), Some(1 | 2)), "{errors}");
        assert!(!errors.contains("panicked"), "{errors}");
        if output.status.code() == Some(1) {
            assert!(errors.contains("fabricscope run") && errors.lines().count() == 1, "{errors}");
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    for arguments in [&["--help"][..], &["run", "scenes/rack.ron"], &["check", "scenes/rack.ron"]] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("the device");
        let mut command = program();
        let status = command.args(arguments).stdout(full).stderr(std::process::Stdio::null()).status();
        assert_eq!(status.expect("the program runs").code(), Some(1), "{arguments:?}");
    }
}
