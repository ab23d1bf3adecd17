//! The picture of a step agrees with the step.

use super::*;
use crate::catalog::Catalog;
use crate::scene::{SceneDocument, Setting, parse_scene};
use crate::training::{Lane, Step, TrainingRun, WaterfallPart, perfect_days, solve_training, waterfall};
use crate::units::Femtos;

fn runs(settings: &[&str]) -> Vec<TrainingRun> {
    let catalog = Catalog::bundled().expect("the catalog");
    let text = include_str!("../../../../scenes/months.ron");
    let settings: Vec<Setting> = settings.iter().map(|text| Setting::parse(text).expect("a setting")).collect();
    let document: SceneDocument = parse_scene("months.ron", text, &catalog).expect("a scene");
    let document = document.with(&settings, &catalog).expect("a changed scene");
    let results = solve_training(&document.scene, &catalog).expect("training");
    results.runs.into_iter().map(|run| run.expect("a run")).collect()
}

fn sum(spans: &[Span]) -> Mix {
    spans.iter().fold(Mix::default(), |sum, span| sum + span.mix)
}

fn compute(run: &TrainingRun, pixel: Femtos) -> Vec<Span> {
    let stage = run.step.stage;
    let rows = run.picture.rows((Femtos(0), run.step.time), pixel, &[stage]);
    rows.into_iter().find(|row| row.lane == Lane::Compute).expect("a row").spans
}

fn exposed(step: &Step) -> Femtos {
    step.parts.waiting() + step.parts.straggler
}

/// Steps of all forms: interleaved, one stage, parameters spread, nothing hidden, a steady state that is kept once.
const FORMS: [&[&str]; 5] = [
    &[],
    &["fabrics.0.parallel=(tensor: 8, pipeline: 1, sharding: \"fsdp\")"],
    &["fabrics.0.parallel=(tensor: 4, pipeline: 4, virtual: 5, context: 2, overlap: [])"],
    &["fabrics.0.parallel=(tensor: 8, pipeline: 8, virtual: 10)", "workload.training.global_batch=262144"],
    &["fabrics.1.parallel.chips=4", "workload.training.global_batch=16384"],
];

#[test]
fn the_spans_of_the_compute_stream_fill_the_step_and_their_parts_are_those_of_the_step() {
    for form in FORMS {
        for run in runs(form) {
            let (step, time) = (&run.step, run.step.time);
            let total = run.picture.total(step.stage, Lane::Compute);
            let close = |one: Femtos, two: Femtos| one.0.abs_diff(two.0) <= time.0 / 1_000_000_000;
            assert!(close(total.total(), time), "{form:?}: {} of {time}", total.total());
            assert!(close(total.exposed, exposed(step)), "{form:?}: {} of {}", total.exposed, exposed(step));
            assert!(close(total.bubble, step.parts.bubble), "{form:?}");
        }
    }
}

#[test]
fn merging_below_a_pixel_keeps_every_sum_and_bounds_the_spans() {
    for form in &FORMS[..3] {
        for run in runs(form) {
            let time = run.step.time;
            let whole = run.picture.total(run.step.stage, Lane::Compute);
            for pixels in [30, 300, 3_000] {
                let spans = compute(&run, Femtos(time.0 / pixels));
                assert!(spans.len() as u64 <= 3 * pixels, "{} spans in {pixels} pixels", spans.len());
                let merged = sum(&spans);
                assert!(merged.exposed.0.abs_diff(whole.exposed.0) <= time.0 / 1_000_000, "{form:?} {pixels}");
                assert!(merged.working().0.abs_diff(whole.working().0) <= time.0 / 1_000_000, "{form:?} {pixels}");
                assert!(spans.windows(2).all(|pair| pair[0].start <= pair[1].start));
            }
        }
    }
}

#[test]
fn a_narrow_window_shows_kernels_and_the_collectives_that_they_wait_for() {
    let run = &runs(&[])[0];
    let layer = run.picture.layer_time();
    let middle = Femtos(run.step.time.0 / 2);
    let rows = run.picture.rows((middle, middle + layer), Femtos(layer.0 / 1_000), &[run.step.stage]);
    let [compute, nvlink] = [Lane::Compute, Lane::NvLink].map(|lane| rows.iter().find(|row| row.lane == lane));
    let kinds = |row: Option<&Row>| row.map(|row| row.spans.iter().map(|span| span.kind).collect::<Vec<_>>());
    let is_kernel = |kind: &SpanKind| matches!(kind, SpanKind::Kernel(..));
    assert!(kinds(compute).is_some_and(|kinds| kinds.iter().filter(|kind| is_kernel(kind)).count() > 4));
    let calls = kinds(nvlink).unwrap_or_default();
    assert!(
        calls.iter().filter_map(SpanKind::call).any(|call| call.nodes == 1),
        "a collective can be opened: {calls:?}"
    );
    for span in rows.iter().flat_map(|row| &row.spans) {
        assert!(span.start >= middle && span.end <= middle + layer && span.start < span.end);
    }
}

#[test]
fn every_instant_of_the_compute_stream_has_one_activity() {
    for form in FORMS {
        for run in runs(form) {
            for share in 0..200_u64 {
                let at = Femtos(run.step.time.0 / 200 * share + 12_345);
                let doing = run.picture.doing(run.step.stage, Lane::Compute, at);
                assert!(doing.is_some_and(|doing| doing.start <= at && at < doing.end), "{form:?} at {at}: {doing:?}");
            }
        }
    }
}

#[test]
fn a_repeated_part_shows_later_microbatches() {
    let run = &runs(FORMS[3])[0];
    assert!(run.step.timeline.repeat.is_some());
    let microbatch = |share: u64| match run.picture.doing(0, Lane::Compute, Femtos(run.step.time.0 / 100 * share)) {
        Some(Doing { kind: SpanKind::Pass { microbatch, .. }, .. })
        | Some(Doing { pass: Some(SpanKind::Pass { microbatch, .. }), .. }) => Some(microbatch),
        Some(_) | None => None,
    };
    let seen: Vec<u64> = [20, 40, 60, 80].into_iter().filter_map(microbatch).collect();
    assert!(seen.len() >= 3 && seen.windows(2).all(|pair| pair[0] < pair[1]), "{seen:?}");
    assert!(seen.iter().all(|one| *one < run.step.microbatches));
}

#[test]
fn the_bars_of_a_waterfall_add_up_to_the_days() {
    for run in runs(&[]) {
        let bars = waterfall(&run);
        let end = bars.iter().map(|bar| bar.days).sum::<f64>();
        assert!((end - run.figures.days.usual).abs() < 1e-6 * end);
        assert!(bars.windows(2).all(|pair| (pair[0].from + pair[0].days - pair[1].from).abs() < 1e-9 * end));
        let network: f64 = bars.iter().filter(|bar| bar.part.is_network()).map(|bar| bar.days).sum();
        let goodput = 1.0 - bars.iter().find(|bar| bar.part == WaterfallPart::Lost).map_or(0.0, |bar| bar.days / end);
        let saved = (run.figures.days.usual - perfect_days(&run)) * goodput;
        // What a re-run without network saves is not exactly what the parts say, but nearly.
        assert!((network - saved).abs() < 0.03 * end, "{network} {saved}");
        assert!((run.schedule.length().secs() / 86_400.0 - end).abs() < 1e-3 * end);
    }
}
