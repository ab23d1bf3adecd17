//! Tests of sweeps: order, threads, limits, and crossings against a closed form.

use super::*;
use crate::scene::parse_scene;
use crate::units::{Bytes, Femtos};

/// A ring and NVLS with start-up among 8 GPUs: 900 GB/s, 250 ns.
const RACE: &str = r#"(
  version: 1,
  title: "t",
  workload: (message: "1MiB", replicas: 8),
  fabrics: [
    (name: "ring", machine: "hgx-b200", algorithm: "ring"),
    (name: "nvls", machine: "hgx-b200", algorithm: "nvls", params: (launch: "13us")),
  ],
)"#;

fn race() -> (SceneDocument, Catalog) {
    let catalog = Catalog::bundled().expect("the catalog");
    let document = parse_scene("race.ron", RACE, &catalog).unwrap_or_else(|faults| panic!("{faults}"));
    (document, catalog)
}

fn sweep(overs: &[&str]) -> Result<Sweep, SweepError> {
    let (document, catalog) = race();
    let overs = overs.iter().map(|over| Over::parse(over)).collect::<Result<Vec<_>, _>>()?;
    Sweep::new(&document, &catalog, &overs)
}

#[test]
fn steps_slices_and_threads_give_the_same_rows() {
    let made = || sweep(&["workload.message=8B..1GiB*4", "workload.replicas=2..8+2"]).expect("a sweep");
    let mut one = made();
    one.solve(1);
    let mut two = made();
    two.solve(2);
    let mut sliced = made();
    for _ in 0..7 {
        assert!(sliced.step());
    }
    assert_eq!((sliced.done(), sliced.rows().len()), (7, 14), "what is solved is kept");
    sliced.solve(3);
    assert_eq!(one.points(), 14 * 4);
    assert_eq!(one.rows(), two.rows());
    assert_eq!(one.rows(), sliced.rows());
    assert!(!sliced.step());
    let values =
        |row: usize| -> Vec<String> { one.rows()[row].values.iter().map(|value| value.text.clone()).collect() };
    assert_eq!(
        (values(0), values(2), values(8)),
        (
            vec!["8B".to_owned(), "2".to_owned()],
            vec!["8B".to_owned(), "4".to_owned()],
            vec!["32B".to_owned(), "2".to_owned()],
        )
    );
}

#[test]
fn a_row_is_what_a_run_is() {
    let mut swept = sweep(&["workload.message=3MiB"]).expect("a sweep");
    swept.solve(1);
    let document = swept.document_at(0).expect("a scene");
    for (row, run) in swept.rows().iter().zip(solve(&document.scene)) {
        let result = run.result().expect("a run");
        assert_eq!(row.time_s, Some(result.time.secs()));
        assert_eq!(row.message_bytes, 3 << 20);
        assert_eq!(row.bound_share(), Some(run.bound_s / result.time.secs()));
    }
}

/// `2(n-1)(S/(n c) + 2h) = launch + S(1 + 1/n)/c + 4h` (engine-model 3.3), solved for S.
#[test]
fn crossings_lie_where_the_closed_forms_meet() {
    let (n, c, h, launch) = (8.0, 900e9, 250e-9, 13e-6);
    let expected = (launch + 4.0 * h - 2.0 * (n - 1.0) * 2.0 * h) * c / (2.0 * (n - 1.0) / n - (1.0 + 1.0 / n));
    let expected_s = launch + expected * (1.0 + 1.0 / n) / c + 4.0 * h;
    for (step, allowed) in [("*2", 0.05), ("*1.05", 1e-3)] {
        let mut swept = sweep(&[&format!("workload.message=1MiB..1GiB{step}")]).expect("a sweep");
        swept.solve(2);
        let found = crossovers(swept.rows());
        assert_eq!(found.len(), 1, "{found:?}");
        let Crossover { faster_below, faster_above, at, time_s } = &found[0];
        println!("{step}: expected {expected} B and {expected_s} s, got {at} B and {time_s} s (engine-model 3.3)");
        assert_eq!((faster_below.as_str(), faster_above.as_str()), ("ring", "nvls"));
        assert!((at / expected - 1.0).abs() < allowed && (time_s / expected_s - 1.0).abs() < allowed);
    }
}

#[test]
fn curves_that_touch_or_miss_each_other_do_not_cross() {
    let row = |id: &str, x: f64, time_s: Option<f64>| Row {
        values: vec![Value { text: x.to_string(), number: Some(x) }],
        fabric_id: id.to_owned(),
        name: id.to_owned(),
        curve: id.to_owned(),
        algorithm: String::new(),
        ranks: 2,
        message_bytes: Bytes(1).0,
        time_s,
        algbw: None,
        busbw: None,
        wire: None,
        bound_s: Femtos(1).secs(),
        plan_bound_s: None,
        note: None,
    };
    let curves = |a: &[Option<f64>], b: &[Option<f64>]| -> Vec<Row> {
        let line = |id: &'static str, times: &[Option<f64>]| {
            let rows = times.iter().enumerate().map(|(x, &time)| row(id, x as f64, time));
            rows.collect::<Vec<_>>()
        };
        [line("A", a), line("B", b)].concat()
    };
    let some = |times: &[f64]| times.iter().map(|&time| Some(time)).collect::<Vec<_>>();
    assert!(crossovers(&curves(&some(&[1.0, 2.0, 1.0]), &some(&[2.0, 2.0, 2.0]))).is_empty(), "they touch");
    assert!(crossovers(&curves(&[Some(1.0), None, Some(4.0)], &some(&[2.0, 2.0, 5.0]))).is_empty(), "one is missing");
    // From the first point on, whose value is 0: straight in the value.
    let found = crossovers(&curves(&some(&[1.0, 4.0]), &some(&[2.0, 2.0])));
    assert_eq!(found.iter().map(|crossing| crossing.at).collect::<Vec<_>>(), [0.5]);
    // Through equal times to the other side.
    assert_eq!(crossovers(&curves(&some(&[1.0, 2.0, 3.0]), &some(&[2.0, 2.0, 2.0]))).len(), 1);
}

#[test]
fn sweeps_at_fault_say_where_before_anything_is_solved() {
    for (overs, words) in [
        (&[][..], "needs something to go over"),
        (&["workload.mesage=1MiB,2MiB"], "did you mean `message`?"),
        (&["workload.message=1us,2us"], "a size of at least 1 B"),
        (&["workload.replicas=2..9+1"], "HGX B200 has 8 GPUs"),
        (&["fabrics.0.algorithm=ring,rng"], "did you mean `ring`?"),
        (&["fabrics.7.name=x"], "accepted: 0 to 1"),
        (&["workload.message=1B..1GiB+1KiB"], "limit 10000"),
        (&["workload.message=1B..1000B+1B", "workload.seed=1..100+1"], "100000 points (limit 10000)"),
        (&["workload.message=8GiB..1GiB*2"], "reversed"),
    ] {
        let error = sweep(overs).expect_err(&format!("{overs:?}"));
        assert!(error.to_string().contains(words), "{overs:?}: {error}");
    }
}

#[test]
fn what_does_not_fit_is_a_row_without_a_time() {
    let mut swept = sweep(&["workload.message=100GiB,400GiB"]).expect("a sweep");
    swept.solve(1);
    assert!(swept.rows()[0].time_s.is_some() && swept.rows()[0].note.is_none());
    assert!(swept.rows()[2].time_s.is_none());
    assert!(swept.rows()[2].note.as_deref().is_some_and(|note| note.contains("does not fit")));
}

/// Whatever can be swept in the bundled scenes can be solved, and where a value is the scene's own the row is its run.
#[test]
fn every_subject_of_every_scene_has_rows_and_agrees_with_the_scene() {
    let catalog = Catalog::bundled().expect("the catalog");
    let mut agreed = 0;
    for scene in crate::scene::BUNDLED.iter().chain(&crate::scene::CLAIMS) {
        let document = scene.load(&catalog).unwrap_or_else(|faults| panic!("{faults}"));
        let runs = solve(&document.scene);
        let link = runs.iter().enumerate().find_map(|(fabric, run)| {
            Some((fabric, run.fabric.link_name(run.result()?.played.busiest_link.1).replace('→', "->")))
        });
        for subject in Subject::all(&document.scene, link) {
            let name = format!("{}: {}", scene.file, subject.words(&document.scene));
            let swept = Sweep::of_subject(&document, &catalog, &subject, false);
            let swept = swept.unwrap_or_else(|error| panic!("{name}: {error}"));
            assert!(swept.is_of(&document, &subject, false), "{name}");
            let now = subject.now(&document.scene).unwrap_or_else(|| panic!("{name} stands nowhere"));
            let same = |value: &Value| value.number.is_some_and(|number| (number / now - 1.0).abs() < 1e-12);
            let Some(point) = swept.points.iter().position(|point| same(&point.values[0])) else { continue };
            for (row, run) in swept.solved(point).iter().zip(&runs) {
                // At full capacity the fault of the sweep is none; a slow link of the scene may be there already.
                assert_eq!(row.time_s, run.result().map(|result| result.time.secs()), "{name}, {}", row.name);
                agreed += 1;
            }
        }
    }
    assert!(agreed > 100, "{agreed} rows agreed");
}

#[test]
fn every_algorithm_has_a_curve_and_the_fastest_changes_where_curves_cross_lowest() {
    let (document, catalog) = race();
    let mut swept = Sweep::of_subject(&document, &catalog, &Subject::Message, true).expect("a sweep");
    swept.solve(2);
    let names: std::collections::BTreeSet<&str> = swept.rows().iter().map(|row| row.curve.as_str()).collect();
    assert!(names.contains("ring, ring") && names.contains("nvls, double-binary-tree"), "{names:?}");
    let changes = fastest_changes(swept.rows());
    for change in &changes {
        // On both sides of the place nobody else is faster.
        for row in swept.rows().iter().filter(|row| row.time_s.is_some()) {
            let below = row.values[0].number.is_some_and(|value| value <= change.at);
            let named = if below { &change.faster_below } else { &change.faster_above };
            assert!(names.contains(named.as_str()), "{named}");
        }
    }
    let points = (0..swept.points()).filter(|&point| swept.document_at(point).is_ok()).count();
    assert_eq!(points, swept.points());
    // A row leads back to its point.
    let row = swept.rows().iter().find(|row| row.curve == "nvls, direct").expect("a row");
    let back = swept.point_of(row).and_then(|point| swept.document_at(point).ok()).expect("a scene");
    assert_eq!(back.file.fabrics[1].algorithm, "direct");
}
