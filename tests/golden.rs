//! Golden runs of the bundled scenes: a change here is a change of every picture and number, and must be intended.
//!
//! One snapshot per scene in `tests/golden/runs` shows the plan and the first and last transfers of each fabric.
//! `INSTA_UPDATE=always cargo test --no-default-features --test golden` accepts new ones; with `CI=true` nothing is written.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Write;
use std::path::{Path, PathBuf};

use fabricscope::catalog::Catalog;
use fabricscope::plan::{Flow, Route};
use fabricscope::scene::parse_scene;
use fabricscope::solve::{FabricRun, Outcome, solve};

/// Transfers that are shown from each end of a plan.
const SHOWN: u32 = 3;

/// All bundled scenes, without the extension.
fn scenes() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for folder in ["scenes", "scenes/bench", "scenes/claims"] {
        let entries = std::fs::read_dir(folder).expect("the folder of scenes");
        found.extend(entries.flatten().map(|entry| entry.path()).filter(|path| path.extension().is_some()));
    }
    found.sort();
    found
}

/// A route as link runs: copies of an arrow and the number of links, after the id of the first link.
fn route(route: &Route) -> String {
    let runs = route.runs.iter().take(4).map(|run| {
        let arrow = match run.flow {
            Flow::Reduce => "+",
            Flow::Broadcast => ">",
        };
        format!("{}{arrow}{}", run.first.0, run.len())
    });
    let rest = if route.runs.len() > 4 { format!(" .. {} runs", route.runs.len()) } else { String::new() };
    format!("[{}{rest}]", runs.collect::<Vec<_>>().join(" "))
}

/// One fabric: its plan, its first and last transfers with their times, and the hash of its trace.
fn describe(run: &FabricRun) -> String {
    let mut text = format!("algorithm {}\n", run.algorithm);
    let result = match &run.outcome {
        Outcome::Ran(result) => result,
        Outcome::CannotRun => return text + "cannot run\n",
        Outcome::Failed(error) => return text + &format!("failed: {error}\n"),
    };
    let (plan, trace) = (&run.plan, &result.played.trace);
    let count = plan.transfer_count();
    _ = writeln!(text, "{count} transfers, {} routes, phases {}", plan.route_count(), plan.phases().join(" / "));
    for id in (0..count).filter(|&id| id < SHOWN || id + SHOWN >= count) {
        let (transfer, times) = (plan.transfer(id), trace.times(id).expect("a transfer of the plan"));
        let [start, arrive, end] = [times.start, times.arrive, times.end].map(|at| at.0);
        let route = route(&plan.route(&transfer));
        _ = writeln!(text, "#{id} phase {} {} B {route} {start} {arrive} {end}", transfer.phase.0, transfer.bytes);
    }
    _ = writeln!(text, "time {} fs", result.time.0);
    _ = writeln!(text, "hash {}", trace.hash());
    text
}

fn snapshot_name(path: &Path) -> String {
    let name = path.with_extension("").to_string_lossy().replace(['/', '\\'], "-");
    name.trim_start_matches("scenes-").to_owned()
}

#[test]
fn the_runs_of_all_bundled_scenes_are_unchanged() {
    let catalog = Catalog::bundled().expect("the bundled catalog");
    insta::with_settings!({ snapshot_path => "golden/runs", prepend_module_to_snapshot => false, omit_expression => true }, {
        for path in scenes() {
            let text = std::fs::read_to_string(&path).expect("a scene");
            let document = parse_scene(&path.to_string_lossy(), &text, &catalog).expect("a valid scene");
            let runs = solve(&document.scene);
            let fabrics = runs.iter().map(|run| format!("== {}\n{}", run.scene.name, describe(run)));
            insta::assert_snapshot!(snapshot_name(&path), fabrics.collect::<Vec<_>>().join("\n"));
        }
    });
}
