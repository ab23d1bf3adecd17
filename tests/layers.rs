//! The layers: a module uses only modules above it in the list of `src/lib.rs`, and the core knows no window.

use std::path::{Path, PathBuf};

/// From top to bottom; a module may use those before it.
const LAYERS: [&str; 23] = [
    "units",
    "fabric",
    "catalog",
    "nccl",
    "plan",
    "collective",
    "trace",
    "simulate",
    "scene",
    "solve",
    "explain",
    "sweep",
    "nccl_log",
    "compare",
    "report",
    "style",
    "stage",
    "sample",
    "session",
    "draw",
    "ui",
    "cli",
    "app",
];

fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            rust_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// The module of a source file: the first name below `src/`.
fn module(path: &Path) -> String {
    let below = path.strip_prefix("src").unwrap_or(path);
    let first = below.iter().next().unwrap_or_default().to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_owned()
}

/// Source files of the package, with their text up to the tests.
fn sources() -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    rust_files(Path::new("src"), &mut files);
    files.sort();
    assert!(files.len() > 20, "the test runs in the package's folder");
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let code = text.split("#[cfg(test)]").next().unwrap_or("").to_owned();
        (path, code)
    };
    files.into_iter().filter(|path| !path.ends_with("tests.rs")).map(read).collect()
}

#[test]
fn every_module_uses_only_modules_above_it() {
    for (path, code) in sources() {
        let own = module(&path);
        let Some(rank) = LAYERS.iter().position(|layer| *layer == own) else {
            assert!(["lib", "main"].contains(&own.as_str()), "{own} is in no layer: add it to {}", file!());
            continue;
        };
        for (number, line) in code.lines().enumerate() {
            for used in line.split("crate::").skip(1) {
                let used: String = used.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
                let used_rank = LAYERS.iter().position(|layer| *layer == used);
                // The program opens the app from the command line; nothing else looks downwards.
                let opens_app = own == "cli" && used == "app";
                assert!(
                    used.is_empty() || opens_app || used_rank.is_some_and(|used_rank| used_rank <= rank),
                    "{}:{}: `{own}` uses `{used}`, which is below it",
                    path.display(),
                    number + 1
                );
            }
        }
    }
}

#[test]
fn only_the_app_names_bevy_and_only_panels_and_app_name_egui() {
    for (path, code) in sources() {
        let own = module(&path);
        for line in code.lines().filter(|line| !line.trim_start().starts_with("//")) {
            assert!(own == "app" || !line.contains("bevy::"), "{}: {line}", path.display());
            assert!(own == "app" || own == "ui" || !line.contains("egui::"), "{}: {line}", path.display());
        }
    }
}

#[test]
fn each_file_opens_by_saying_what_it_is_for() {
    for (path, code) in sources() {
        assert!(code.starts_with("//!"), "{} does not", path.display());
    }
}

/// Crates that a layer must not pull in, by the features that make the layer.
#[test]
fn the_layers_pull_in_no_crates_of_those_below() {
    for (features, forbidden) in [
        ("", &["bevy", "bevy_egui", "wgpu", "egui", "winit", "clap"][..]),
        ("cli", &["bevy", "bevy_egui", "wgpu", "egui", "winit"]),
        ("ui", &["bevy", "bevy_egui", "bevy_ecs", "wgpu", "winit"]),
    ] {
        let output = std::process::Command::new(env!("CARGO"))
            .args([
                "tree",
                "--offline",
                "-e",
                "normal",
                "--prefix",
                "none",
                "--no-default-features",
                "--features",
                features,
            ])
            .output()
            .expect("cargo runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let tree = String::from_utf8_lossy(&output.stdout);
        let crates: Vec<&str> = tree.lines().filter_map(|line| line.split_whitespace().next()).collect();
        assert!(crates.contains(&"serde"));
        for name in forbidden {
            assert!(!crates.contains(name), "features `{features}` pull in {name}");
        }
    }
}
