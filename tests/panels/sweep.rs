//! The sweep in the place of the timeline.

use egui_kittest::kittest::Queryable;
use fabricscope::session::Intent;

use crate::screen::screen;

#[test]
fn a_sweep_replaces_the_timeline_and_sets_the_scene() {
    use fabricscope::session::{Quantity, SweepIntent};
    use fabricscope::sweep::Subject;
    use fabricscope::units::Bytes;
    let mut harness = screen();
    harness.get_by_label("Sweep").click();
    harness.run();
    harness.state_mut().session.sweep_job.as_mut().expect("a sweep").finish();
    harness.run();
    assert!(harness.query_by_label("Timeline: links").is_none());
    assert!(harness.query_by_label("Sweep: 32 of 32 points").is_some());
    assert!(
        harness
            .query_by_label_contains("Crossover at about 7.5 MiB: HGX B200 is fastest below, WSE-3 above.")
            .is_some()
    );
    assert!(harness.query_by_label_contains("Plot of the sweep: HGX B200, WSE-3 over workload.message").is_some());
    harness.get_by_label("Plot: busbw").click();
    harness.get_by_label("All algorithms: off").click();
    harness.run();
    let sweeping = harness.state().session.sweep_job.as_ref().expect("a sweep");
    assert_eq!((sweeping.shown, sweeping.algorithms), (Quantity::Busbw, true));
    assert!(sweeping.sweep.as_ref().is_ok_and(|sweep| sweep.points() > 5 * 32));
    harness.get_by_label("Swept setting: Message per replica").click();
    harness.run();
    harness.get_by_label("B: cycles per hop").click();
    harness.get_by_label("All algorithms: on").click();
    harness.run();
    let sweeping = harness.state_mut().session.sweep_job.as_mut().expect("a sweep");
    assert_eq!(sweeping.subject, Subject::Hop(1));
    sweeping.finish();
    // The sixth value: six cycles.
    harness.state_mut().session.apply(Intent::Sweep(SweepIntent::OpenPoint(5)));
    harness.run();
    assert_eq!(harness.state().session.file().fabrics[1].params.hop_cycles, Some(6.0));
    let (generation, done) = {
        let sweeping = harness.state().session.sweep_job.as_ref().expect("a sweep");
        (sweeping.generation, sweeping.sweep.as_ref().map(|sweep| sweep.done()))
    };
    assert_eq!(done, Ok(8), "a change of the swept setting keeps the sweep");
    let message = fabricscope::scene::Setting::parse("workload.message=4MiB").expect("a setting");
    harness.state_mut().session.apply(Intent::Set(vec![message]));
    harness.run();
    let session = &harness.state().session;
    assert_eq!(session.scene().message, Bytes(4 << 20));
    assert!(
        session.sweep_job.as_ref().is_some_and(|sweeping| sweeping.generation > generation),
        "any other change starts the sweep again"
    );
    harness.get_by_label("Close the sweep").click();
    harness.run();
    assert!(harness.query_by_label("Timeline: links").is_some());
}
