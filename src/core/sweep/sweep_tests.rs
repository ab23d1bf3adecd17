//! Tests of sweeps: order, threads, limits, and crossovers against a closed form.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::catalog::Catalog;
use crate::scene::{SceneDocument, parse_scene};
use crate::simulate::SimulateError;
use crate::solve::{Choice, RunFigures, Untried, UntriedReason, solve};
use crate::sweep::*;

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
    let document = parse_scene("race.ron", RACE, &catalog).unwrap_or_else(|diagnostics| panic!("{diagnostics}"));
    (document, catalog)
}

fn sweep(axes: &[&str]) -> Result<Sweep, SweepError> {
    let (document, catalog) = race();
    let axes = axes.iter().map(|axis| SweepAxis::parse(axis)).collect::<Result<Vec<_>, _>>()?;
    Sweep::new(&document, &catalog, &axes)
}

#[test]
fn rows_do_not_depend_on_steps_or_threads() {
    let made = || sweep(&["workload.message=8B..1GiB*4", "workload.replicas=2..8+2"]).expect("a sweep");
    let mut one = made();
    one.solve(1);
    let mut two = made();
    two.solve(2);
    let mut sliced = made();
    for _ in 0..7 {
        assert!(sliced.step());
    }
    assert_eq!((sliced.done(), sliced.rows().len()), (7, 14), "solved points are kept");
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
fn a_row_has_the_figures_of_a_run() {
    let mut swept = sweep(&["workload.message=3MiB"]).expect("a sweep");
    swept.solve(1);
    let document = swept.document_at(0).expect("a scene");
    for (row, run) in swept.rows().iter().zip(solve(&document.scene)) {
        let result = run.result().expect("a run");
        assert_eq!(row.figures.time_s, Some(result.time.secs()));
        assert_eq!(row.figures.message_bytes, 3 << 20);
        assert_eq!(row.bound_share(), Some(run.bound_s / result.time.secs()));
    }
}

/// `2(n-1)(S/(n c) + 2h) = launch + S(1 + 1/n)/c + 4h` (engine-model 3.3), solved for S.
#[test]
fn a_crossover_lies_where_the_closed_forms_meet() {
    let (n, c, h, launch) = (8.0, 900e9, 250e-9, 13e-6);
    let expected = (launch + 4.0 * h - 2.0 * (n - 1.0) * 2.0 * h) * c / (2.0 * (n - 1.0) / n - (1.0 + 1.0 / n));
    let expected_s = launch + expected * (1.0 + 1.0 / n) / c + 4.0 * h;
    for (step, allowed) in [("*2", 0.05), ("*1.05", 1e-3)] {
        let mut swept = sweep(&[&format!("workload.message=1MiB..1GiB{step}")]).expect("a sweep");
        swept.solve(2);
        let found = crossovers(swept.rows());
        assert_eq!(found.len(), 1, "{found:?}");
        let Crossover { faster_below, faster_above, at, between: [low, high], time_s } = &found[0];
        assert!((low..=high).contains(&at));
        println!("{step}: expected {expected} B and {expected_s} s, got {at} B and {time_s} s (engine-model 3.3)");
        assert_eq!((faster_below.as_str(), faster_above.as_str()), ("ring", "nvls"));
        assert!((at / expected - 1.0).abs() < allowed && (time_s / expected_s - 1.0).abs() < allowed);
    }
}

#[test]
fn curves_that_touch_do_not_cross() {
    let row = |id: &str, x: f64, time_s: Option<f64>| Row {
        values: vec![Value { text: x.to_string(), number: Some(x) }],
        at: Some(x),
        parameters: String::new(),
        fabric_id: id.to_owned(),
        name: id.to_owned(),
        label: id.to_owned(),
        curve: id.to_owned(),
        algorithm: String::new(),
        ranks: 2,
        figures: RunFigures { message_bytes: 1, time_s, ..RunFigures::default() },
        note: None,
        choice: None,
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
    // Not where the algorithms change that `auto` could not try.
    let mut rows = curves(&some(&[1.0, 4.0, 1.0]), &some(&[2.0, 2.0, 2.0]));
    let reason = UntriedReason::Refused(SimulateError::TooLong);
    let untried = vec![Untried { algorithm: "nvls", reason }];
    rows[1].choice = Some(Choice { tried: Vec::new(), untried });
    assert!(crossovers(&rows).is_empty());
    let changes = untried_changes(&rows);
    assert_eq!(changes.iter().map(|change| change.between).collect::<Vec<_>>(), [[0.0, 1.0], [1.0, 2.0]]);
    assert_eq!([&changes[0].untried_below[..], &changes[0].untried_above], [&[][..], &["nvls"]]);
}

#[test]
fn a_rejected_sweep_quotes_the_axis_before_solving() {
    for (overs, words) in [
        (&[][..], "a sweep needs a path and its values"),
        (&["workload.mesage=1MiB,2MiB"], "did you mean `message`?"),
        (&["workload.message=1us,2us"], "a size of at least 1 B"),
        (&["workload.replicas=2..9+1"], "HGX B200 has 8 GPUs"),
        (&["fabrics.0.algorithm=ring,rng"], "did you mean `ring`?"),
        (&["fabrics.7.name=x"], "accepted: 0 to 1"),
        (&["workload.message=1B..1GiB+1KiB"], "the limit is 10,000"),
        (&["workload.message=1B..1000B+1B", "workload.seed=1..100+1"], "too many points: 100,000"),
        (&["workload.message=8GiB..1GiB*2"], "reversed"),
        (&["workload.replicas=2,4", "workload.replicas=8"], "workload.replicas is swept twice"),
        (&["workload.seed,workload.seed=1:2"], "workload.seed is swept twice"),
        // The error quotes what was typed, not what it was expanded to.
        (&["workload.mesage=1MiB,2MiB"], "error: --over workload.mesage=1MiB,2MiB (at 1MiB): "),
        (&["workload.replicas=7..9+1", "workload.seed=1,2"], "--over workload.replicas=7..9+1 (at 9)"),
    ] {
        let error = sweep(overs).expect_err(&format!("{overs:?}"));
        assert!(error.to_string().contains(words), "{overs:?}: {error}");
    }
}

#[test]
fn a_message_that_does_not_fit_gives_a_row_without_time() {
    let mut swept = sweep(&["workload.message=100GiB,400GiB"]).expect("a sweep");
    swept.solve(1);
    assert!(swept.rows()[0].figures.time_s.is_some() && swept.rows()[0].note.is_none());
    assert!(swept.rows()[2].figures.time_s.is_none());
    assert!(swept.rows()[2].note.as_deref().is_some_and(|note| note.contains("does not fit")));
}

/// Every subject of the bundled scenes can be solved, and the row at the current value equals the run of the scene.
#[test]
fn every_subject_agrees_with_the_run_of_its_scene() {
    let catalog = Catalog::bundled().expect("the catalog");
    let mut agreed = 0;
    for scene in crate::scene::BUNDLED.iter().chain(&crate::scene::CLAIMS) {
        let document = scene.load(&catalog).unwrap_or_else(|diagnostics| panic!("{diagnostics}"));
        let runs = solve(&document.scene);
        let link = runs.iter().enumerate().find_map(|(fabric, run)| {
            Some((fabric, run.fabric.link_name(run.result()?.played.busiest_link.1).replace('→', "->")))
        });
        for subject in Subject::all(&document, &catalog, link) {
            let name = format!("{}: {}", scene.file, subject.label(&document.scene));
            let swept = Sweep::from_subject(&document, &catalog, &subject, false);
            let swept = swept.unwrap_or_else(|error| panic!("{name}: {error}"));
            assert!(swept.is_sweep_of(&document, &subject, false), "{name}");
            let now = subject.now(&document, &catalog).unwrap_or_else(|| panic!("{name} has no current value"));
            let same = |value: &Value| value.number.is_some_and(|number| (number / now - 1.0).abs() < 1e-12);
            let Some(point) = swept.points_with(same) else { continue };
            for (row, run) in swept.solved(point).iter().zip(&runs) {
                // At full capacity the fault of the sweep has no effect; the scene may already have a slow link.
                assert_eq!(row.figures.time_s, run.result().map(|result| result.time.secs()), "{name}, {}", row.name);
                agreed += 1;
            }
        }
    }
    assert!(agreed > 100, "{agreed} rows agreed");
}

#[test]
fn every_algorithm_has_a_curve() {
    let (document, catalog) = race();
    let mut swept = Sweep::from_subject(&document, &catalog, &Subject::Message, true).expect("a sweep");
    swept.solve(2);
    let names: std::collections::BTreeSet<&str> = swept.rows().iter().map(|row| row.curve.as_str()).collect();
    assert!(names.contains("ring, ring") && names.contains("nvls, double-binary-tree"), "{names:?}");
    let changes = fastest_changes(swept.rows());
    for change in &changes {
        // No other curve is faster on either side.
        for row in swept.rows().iter().filter(|row| row.figures.time_s.is_some()) {
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

#[test]
fn a_stopped_sweep_keeps_its_rows_and_continues() {
    let made = || sweep(&["workload.message=8B..1GiB*4"]).expect("a sweep");
    let mut whole = made();
    whole.solve(2);
    let mut stopped = made();
    let stop = AtomicBool::new(false);
    let mut reported = Vec::new();
    stopped.solve_until(2, &stop, &mut |done| {
        reported.push(done);
        if done >= 3 {
            stop.store(true, Ordering::Relaxed);
        }
    });
    let done = stopped.done();
    assert!(done >= 3 && reported == (1..=done).collect::<Vec<_>>(), "{reported:?}");
    assert_eq!(stopped.rows(), &whole.rows()[..2 * done], "without gaps");
    stopped.solve(1);
    assert_eq!(stopped.rows(), whole.rows());
}

#[test]
fn a_failed_point_is_a_row_with_a_note() {
    let mut whole = sweep(&["workload.message=8B..1KiB*4"]).expect("a sweep");
    let mut failing = whole.clone();
    whole.solve(1);
    let solved = failing.solve_with(2, &AtomicBool::new(false), &mut |_| (), &|point| {
        assert_ne!(point, 2, "an internal error, made up by the test");
        failing.solved(point)
    });
    failing.accept_all(solved);
    assert_eq!(failing.rows().len(), whole.rows().len());
    for (index, (row, right)) in failing.rows().iter().zip(whole.rows()).enumerate() {
        if index / 2 == 2 {
            assert_eq!(
                (row.figures.time_s, row.values.clone(), &row.curve),
                (None, right.values.clone(), &right.curve)
            );
            assert!(row.note.as_deref().is_some_and(|note| note.contains("internal error")), "{row:?}");
        } else {
            assert_eq!(row, right);
        }
    }
}

#[test]
fn algorithms_are_curves_and_other_fabrics_are_one_curve() {
    let mut swept = sweep(&["fabrics.1.algorithm=ring,nvls", "workload.message=1MiB..1GiB*2"]).expect("a sweep");
    swept.solve(2);
    let found = crossovers(swept.rows());
    // The second fabric has a launch of 13 us with any algorithm; the first one is a ring without launch.
    let names = |crossing: &Crossover| (crossing.faster_below.clone(), crossing.faster_above.clone());
    assert_eq!(found.iter().map(names).collect::<Vec<_>>(), [("ring".to_owned(), "nvls, nvls".to_owned())]);
    assert_eq!(swept.axis_along().map(|axis| axis.path.as_str()), Some("workload.message"));
    // Curves with different numbers are not compared.
    let mut swept = sweep(&["workload.message=1MiB..1GiB*2", "workload.replicas=4,8"]).expect("a sweep");
    swept.solve(2);
    for Crossover { faster_below, faster_above, .. } in crossovers(swept.rows()) {
        let replicas = |name: &str| name.rsplit(' ').next().map(str::to_owned);
        assert_eq!(replicas(&faster_below), replicas(&faster_above), "{faster_below}, {faster_above}");
    }
}

#[test]
fn nodes_and_replicas_change_together() {
    let catalog = Catalog::bundled().expect("the catalog");
    let text = RACE.replace(
        "machine: \"hgx-b200\", algorithm: \"ring\"",
        "machine: \"hgx-b200\", nodes: 2, network: \"ib-ndr\", algorithm: \"ring\"",
    );
    let document = parse_scene(
        "nodes.ron",
        &text
            .replace("replicas: 8", "replicas: 16")
            .replace("machine: \"hgx-b200\", algorithm: \"nvls\"", "machine: \"gb200-nvl72\", algorithm: \"nvls\""),
        &catalog,
    );
    let document = document.unwrap_or_else(|diagnostics| panic!("{diagnostics}"));
    let axis = SweepAxis::parse("fabrics.0.nodes,workload.replicas=2:16,4:32,8:64").expect("paths");
    let mut swept = Sweep::new(&document, &catalog, &[axis]).unwrap_or_else(|error| panic!("{error}"));
    swept.solve(2);
    assert_eq!((swept.points(), swept.axes().len()), (3, 2));
    let ranks: Vec<u64> = swept.rows().iter().step_by(2).map(|row| row.ranks).collect();
    assert_eq!(ranks, [16, 32, 64]);
    assert!(swept.rows().iter().all(|row| row.curve == row.name && row.at.is_some()), "one curve for each fabric");
}

#[test]
fn interpolated_values_have_few_digits() {
    let axis = |text: &str| SweepAxis::parse(text).and_then(|axis| axis.single_path_values()).expect("an axis");
    assert_eq!(axis("a=2..9+1").about(4.515), "5");
    assert_eq!(axis("a=8B..1GiB*2").about(6.312 * 1_048_576.0), "6.3 MiB");
    assert_eq!(axis("a=1us..9us+1us").about(128.37e-6), "128 µs");
}
