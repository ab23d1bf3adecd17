//! The panels of a training run.

use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use fabricscope::catalog::RangeEnd;
use fabricscope::session::{Intent, Session};

use crate::screen::{Screen, screen_of};

fn months(size: [f32; 2]) -> Harness<'static, Screen> {
    let text = include_str!("../../scenes/months.ron");
    screen_of(Session::from_text("months.ron", text).expect("a scene"), size)
}

#[test]
fn a_training_run_has_sliders_for_its_settings_and_a_switch_for_the_ranges() {
    let mut harness = months([1440.0, 900.0]);
    for name in ["Global batch", "Tensor parallel", "Pipeline stages", "Overlap", "NICs per node"] {
        assert!(harness.query_all_by_label_contains(name).next().is_some(), "{name}");
    }
    let days = |harness: &Harness<Screen>| {
        let runs: Vec<f64> = harness.state().session.training_runs().map(|(_, run)| run.figures.days.usual).collect();
        runs[0]
    };
    let before = days(&harness);
    harness.get_by_label("High").click();
    harness.run();
    let training = harness.state().session.scene().training.clone().expect("training");
    assert_eq!(training.end, RangeEnd::High);
    assert!(days(&harness) > before);
}

#[test]
fn a_click_on_a_range_shows_the_inputs_that_make_it() {
    let mut harness = months([1440.0, 900.0]);
    let range = harness.query_all_by_label_contains("Inputs that are not known well").next().expect("a range");
    range.click();
    harness.run();
    assert!(harness.query_by_label_contains("Slow-down of compute").is_some());
    assert!(harness.query_by_label_contains("arXiv 2507.03114").is_some());
}

#[test]
fn a_collective_on_the_stage_has_a_way_back_to_its_run() {
    let mut harness = months([1440.0, 900.0]);
    let session = &harness.state().session;
    let (_, run) = session.training_runs().next().expect("a run");
    let call = run.call_near(session.run_clock.at).expect("a collective").call;
    harness.state_mut().session.apply(Intent::OpenCall { fabric: 0, call });
    harness.run();
    harness.get_by_label("Back to the run").click();
    harness.run();
    assert!(harness.state().session.shows_run());
    assert!(harness.query_by_label("Back to the run").is_none());
    assert!(harness.root().accesskit_node().is_root());
}
