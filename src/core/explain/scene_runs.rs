//! The runs of all bundled scenes, and of some with degradations, for the tests of explanations.

use crate::catalog::Catalog;
use crate::scene::{Setting, read_scene};
use crate::solve::{FabricRun, solve};

/// A solved fabric with the name of its scene.
pub(super) struct NamedRun {
    pub name: String,
    pub run: FabricRun,
}

/// Bundled scenes with degradations and other algorithms.
const VARIANTS: [(&str, &[&str]); 12] = [
    ("first-look", &["fabrics.0.algorithm=ring", "fabrics.0.faults=[(link: \"GPU 3 -> NVSwitch\", capacity: 0.5)]"]),
    ("first-look", &["fabrics.0.faults=[(chip: \"GPU 1\", start_delay: \"20us\")]"]),
    ("first-look", &["fabrics.0.algorithm=ring", "fabrics.0.faults=[(jitter: \"9us\")]"]),
    ("first-look", &["fabrics.0.timing=measured", "fabrics.0.algorithm=ring", "workload.message=3MiB"]),
    ("first-look", &["fabrics.0.timing=measured", "fabrics.0.algorithm=auto"]),
    (
        "first-look",
        &[
            "fabrics.0.algorithm=ring",
            "fabrics.0.faults=[(traffic: (from: \"GPU 0\", to: \"GPU 1\", rate: \"300GB/s\"))]",
        ],
    ),
    ("first-look", &["fabrics.1.faults=[(link: \"PE (300, 4) -> east\", down: true)]"]),
    (
        "first-look",
        &["fabrics.1.faults=[(chip: \"strip 2\", start_delay: \"30us\")]", "fabrics.1.algorithm=strips-end"],
    ),
    ("first-look", &["fabrics.0.algorithm=direct", "fabrics.0.params.step_delay=2us"]),
    ("cluster", &["fabrics.0.algorithm=direct", "fabrics.0.params.blocking_sends=true"]),
    ("cluster", &["fabrics.0.algorithm=nvls-tree", "fabrics.0.timing=measured"]),
    ("small-vector", &["fabrics.0.region=40x30", "fabrics.0.algorithm=wafer-ring"]),
];

/// All scenes under `scenes/` and the variants, solved.
pub(super) fn all_runs() -> Vec<NamedRun> {
    let catalog = Catalog::bundled().expect("the catalog");
    let mut files: Vec<std::path::PathBuf> = Vec::new();
    let root = crate::in_repository("");
    for folder in ["scenes", "scenes/bench", "scenes/claims"] {
        let entries = std::fs::read_dir(root.join(folder)).into_iter().flatten().flatten();
        files.extend(entries.map(|entry| entry.path()).filter(|path| path.extension().is_some()));
    }
    files.sort();
    assert!(files.len() >= 13, "the tests run in the folder of the package");
    let mut runs = Vec::new();
    let read =
        |path: &std::path::Path| read_scene(path, &catalog).unwrap_or_else(|diagnostics| panic!("{diagnostics}"));
    for file in files {
        let document = read(&file);
        let name = file.strip_prefix(&root).expect("a file of the repository");
        runs.extend(solve(&document.scene).into_iter().map(|run| NamedRun { name: name.display().to_string(), run }));
    }
    for (scene, settings) in VARIANTS {
        let settings: Vec<Setting> = settings.iter().map(|text| Setting::parse(text).expect("a setting")).collect();
        let document = read(&crate::in_repository(&format!("scenes/{scene}.ron")));
        let document = document.with(&settings, &catalog).unwrap_or_else(|diagnostics| panic!("{diagnostics}"));
        runs.extend(
            solve(&document.scene).into_iter().map(|run| NamedRun { name: format!("{scene} {settings:?}"), run }),
        );
    }
    runs
}
