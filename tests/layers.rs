//! Layers: a room of `src/` uses only rooms above it, its files do not use each other in circles, and the core
//! knows neither engine nor window.

#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::sync::LazyLock;

use support::circles::circles;
use support::imports::{Usage, usage};
use support::source::{parse, room, rust_files};

mod support {
    pub mod circles;
    pub mod imports;
    pub mod resolve;
    pub mod source;
    pub mod token_paths;

    mod checker_tests;
}

/// The rooms from top to bottom; each may use those before it. `docs/architecture.md` says what they hold.
const ROOMS: [&str; 28] = [
    "units",
    "fabric",
    "catalog",
    "model",
    "nccl",
    "plan",
    "collective",
    "trace",
    "simulate",
    "scene",
    "solve",
    "explain",
    "sweep",
    "training",
    "nccl_log",
    "compare",
    "import",
    "report",
    "lesson",
    "style",
    "stage",
    "sample",
    "export",
    "session",
    "draw",
    "ui",
    "cli",
    "app",
];

/// Rooms that may use one room below them.
const DOWNWARDS: [(&str, &str, &str); 1] = [("cli", "app", "the program's commands `show` and `render` open the app")];

/// Crates that only some rooms may name.
const CRATES: [(&str, &[&str]); 11] = [
    ("bevy", &["app"]),
    ("bevy_egui", &["app"]),
    ("wgpu", &["app"]),
    ("wasm_bindgen", &["app"]),
    ("rfd", &["app"]),
    ("png", &["app"]),
    ("egui", &["ui", "app"]),
    ("egui_plot", &["ui", "app"]),
    ("qrcodegen", &["ui"]),
    ("clap", &["cli", "app"]),
    ("ctrlc", &["cli"]),
];

/// Who uses whom in `src/`.
static USAGE: LazyLock<Usage> = LazyLock::new(|| {
    let files = rust_files("src");
    assert!(files.len() > 20, "the test runs in the package's folder");
    usage(&parse(&files))
});

/// A room's place in the list, from above.
fn height(room: &str) -> Option<usize> {
    ROOMS.iter().position(|name| *name == room)
}

fn fail_with(complaints: &[String]) {
    assert!(complaints.is_empty(), "{} found:\n{}", complaints.len(), complaints.join("\n"));
}

#[test]
fn every_folder_of_the_source_is_a_room_of_the_list() {
    let rooms: std::collections::BTreeSet<String> =
        rust_files("src").iter().filter_map(|(path, _)| room(path).map(str::to_owned)).collect();
    let unknown: Vec<String> = rooms
        .iter()
        .filter(|room| height(room).is_none())
        .map(|room| format!("`src/{room}` is not in the list of rooms: add it to ROOMS in {}", file!()))
        .collect();
    fail_with(&unknown);
}

#[test]
fn every_room_uses_only_rooms_above_it() {
    let mut complaints = Vec::new();
    for link in &USAGE.links {
        let Some(own) = room(&link.from) else { continue };
        let place = format!("{}:{}: `{}`", link.from, link.line, link.text);
        if room(&link.to).is_none() {
            complaints.push(format!("{place} takes a name from {}: rooms take names from rooms", link.to));
        }
        for used in link.rooms.iter().filter(|used| *used != own) {
            let excepted = DOWNWARDS.iter().any(|(from, to, _)| *from == own && to == used);
            if !excepted && height(used) > height(own) {
                complaints.push(format!("{place}: `{own}` may use only rooms above it, and `{used}` is below it"));
            }
            // A room that is used from above must not use that room in turn.
            if DOWNWARDS.iter().any(|(from, to, _)| from == used && *to == own) {
                complaints.push(format!("{place}: `{used}` uses `{own}`, so `{own}` may not use `{used}`"));
            }
        }
    }
    complaints.dedup();
    fail_with(&complaints);
}

#[test]
fn no_files_of_a_room_use_each_other_in_a_circle() {
    let mut message = String::new();
    for (room, circles) in circles(&USAGE.links) {
        message += &format!("room `{room}`, {} circles:\n", circles.len());
        for circle in circles {
            message += &format!("{circle}\n");
        }
    }
    assert!(
        message.is_empty(),
        "Files that use each other. Move what both need into a third file, or the caller above the called.\n{message}"
    );
}

#[test]
fn engine_window_and_command_line_are_named_only_in_their_rooms() {
    let allowed: BTreeMap<&str, &[&str]> = CRATES.into_iter().collect();
    let mut complaints = Vec::new();
    for external in &USAGE.externals {
        let Some(rooms) = allowed.get(external.name.as_str()) else { continue };
        if !room(&external.file).is_some_and(|own| rooms.contains(&own)) {
            complaints.push(format!(
                "{}:{}: `{}`: the crate `{}` is for {} only",
                external.file,
                external.line,
                external.text,
                external.name,
                rooms.join(" and ")
            ));
        }
    }
    fail_with(&complaints);
}

/// Crates that a layer must not depend on, by the features that make the layer.
#[test]
fn the_dependencies_of_a_layer_hold_no_crates_of_those_below() {
    for (features, forbidden) in [
        ("", &["bevy", "bevy_egui", "wgpu", "egui", "winit", "clap"][..]),
        ("cli", &["bevy", "bevy_egui", "wgpu", "egui", "winit"]),
        ("ui", &["bevy", "bevy_egui", "bevy_ecs", "wgpu", "winit"]),
    ] {
        let output = std::process::Command::new(env!("CARGO"))
            .args(["tree", "--offline", "-e", "normal", "--prefix", "none"])
            .args(["--no-default-features", "--features", features])
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
