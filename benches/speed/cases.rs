//! What is measured: scenes of files, scenes with one fabric, and the reference that they are held against.

use fabricscope::catalog::Catalog;
use fabricscope::collective::{Plan, fit_to_faults};
use fabricscope::fabric::{Fabric, Mesh};
use fabricscope::scene::{SceneDocument, parse_scene};
use fabricscope::solve::{FabricRun, solve};
use fabricscope::units::Femtos;

/// The machines that come with the library.
pub fn catalog() -> Catalog {
    Catalog::bundled().expect("the bundled catalog")
}

fn parsed(name: &str, text: &str) -> SceneDocument {
    parse_scene(name, text, &catalog()).unwrap_or_else(|faults| panic!("{faults}"))
}

/// A scene of `scenes/bench/`.
pub fn bench_scene(name: &str) -> SceneDocument {
    let path = format!("{}/scenes/bench/{name}.ron", env!("CARGO_MANIFEST_DIR"));
    parsed(name, &std::fs::read_to_string(path).expect("a scene of scenes/bench"))
}

/// A scene with one fabric, given by its fields in RON.
pub fn scene_of(message: &str, replicas: u32, fabric: &str) -> SceneDocument {
    let workload = format!("workload: (message: \"{message}\", replicas: {replicas})");
    parsed("bench", &format!("(version: 1, title: \"t\", {workload}, fabrics: [(name: \"A\", {fabric})])"))
}

/// The first fabric of a scene, solved or refused.
pub fn first_run(document: &SceneDocument) -> FabricRun {
    solve(&document.scene).into_iter().next().expect("a fabric")
}

/// The first fabric of a scene, solved.
pub fn first_result(document: &SceneDocument) -> FabricRun {
    let run = first_run(document);
    assert!(run.result().is_some(), "{}, {} ranks, is refused", run.algorithm, run.ranks);
    run
}

/// A wafer's plan with every row written out: each comes a femtosecond earlier or later than the next, so none stands for
/// another. `None` if that is refused.
pub fn every_row(mesh: &Mesh, fabric: &Fabric, plan: &Plan) -> Option<Plan> {
    let late_by = |pe: u32| Femtos(u64::from(pe / mesh.width % 2));
    fit_to_faults(plan.clone(), mesh, fabric, true, &late_by).ok()
}
