//! Samples, and what every imported scene must be.

use fabricscope::catalog::Catalog;
use fabricscope::import::{ImportError, Imported, import};
use fabricscope::scene::parse_scene;
use fabricscope::solve::{SceneSolver, SolvedFabrics, obstacles};

/// The bytes of a sample.
pub fn sample(name: &str) -> Vec<u8> {
    std::fs::read(format!("tests/samples/{name}")).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Imports bytes.
pub fn read(bytes: &[u8]) -> Result<Imported, ImportError> {
    import(bytes, &Catalog::bundled().expect("the catalog"))
}

/// Imports a sample that can be imported.
pub fn imported(name: &str) -> Imported {
    read(&sample(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The findings of a report that are named.
pub fn figures<'a>(imported: &'a Imported, names: &[&str]) -> Vec<&'a str> {
    names.iter().map(|name| imported.report.value(name).unwrap_or("-")).collect()
}

/// The scene survives its file, and every fabric of it plays, as the check before says.
pub fn plays(imported: &Imported) {
    let catalog = Catalog::bundled().expect("the catalog");
    let again = parse_scene("imported", &imported.scene_text(), &catalog).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(again, imported.document);
    assert!(obstacles(&again.scene).iter().all(Option::is_none), "{:?}", obstacles(&again.scene));
    let (runs, _) = SceneSolver::new(again.scene, SolvedFabrics::default()).finish();
    for run in &runs {
        assert!(run.result().is_some_and(|result| result.time.secs() > 0.0), "{}: {:?}", run.scene.name, run.outcome);
    }
}

/// A matrix of GPUs with a cell for each pair.
pub fn matrix(gpus: usize, cell: &dyn Fn(usize, usize) -> String) -> String {
    let header: Vec<String> = (0..gpus).map(|gpu| format!("GPU{gpu}")).collect();
    let mut text = format!("\t{}\tCPU Affinity\n", header.join("\t"));
    for from in 0..gpus {
        let cells: Vec<String> =
            (0..gpus).map(|to| if from == to { " X ".to_owned() } else { cell(from, to) }).collect();
        text.push_str(&format!("GPU{from}\t{}\t0-7\n", cells.join("\t")));
    }
    text
}
