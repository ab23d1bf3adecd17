//! Intents on a whole session.

use crate::export::ExportFormat;
use crate::scene::{ClockMode, FabricEdit, FaultEdit, FaultPlace, Setting};
use crate::session::intent::{Effect, Intent, PictureScale};
use crate::session::path_field::FileContent;
use crate::session::session::Session;
use crate::solve::FabricRun;
use crate::stage::{ChipKind, Item, Selection};
use crate::units::Femtos;

fn set(session: &mut Session, text: &str) {
    session.apply(Intent::Set(vec![Setting::parse(text).expect("a setting")]));
}

#[test]
fn a_change_keeps_the_clock_and_a_rejected_one_keeps_everything() {
    let mut session = Session::first_look().expect("the first look");
    session.apply(Intent::Seek(Femtos::from_secs(200e-6)));
    let (speed, before) = (session.clock.speed(), session.clock.at.0 as f64 / session.clock.duration.0 as f64);
    set(&mut session, "workload.message=512MiB");
    let share = |session: &Session| session.clock.at.0 as f64 / session.clock.duration.0 as f64;
    assert!((share(&session) - before).abs() < 1e-9, "{} instead of {before}", share(&session));
    // Half the message takes about half the time, and so does a second on the screen.
    assert!((0.4..0.6).contains(&(session.clock.speed() / speed)));
    assert!(session.is_changed() && session.diagnostics.is_none());
    let (report, revision) = (session.report(), session.revision);
    set(&mut session, "workload.replicas=9");
    assert!(session.diagnostics.is_some());
    assert_eq!((session.report(), session.revision), (report, revision));
    session.apply(Intent::Reset);
    assert!(!session.is_changed());
}

#[test]
fn the_speed_follows_the_run_and_a_chosen_one_belongs_to_the_scene() {
    let mut session = Session::first_look().expect("the first look");
    session.apply(Intent::Seek(Femtos::from_secs(200e-6)));
    let whole = session.clock;
    set(&mut session, "workload.message=64KiB");
    assert!(session.clock.speed() < whole.speed() / 100.0);
    session.apply(Intent::Undo);
    assert_eq!((session.clock.speed(), session.clock.at), (whole.speed(), whole.at), "undo restores both");
    session.apply(Intent::SetSpeed(Some(1e-6)));
    set(&mut session, "workload.message=64KiB");
    assert_eq!(session.clock.speed(), 1e-6);
    session.apply(Intent::OpenBundled(1));
    assert!(session.clock.has_automatic_speed(), "another scene");
}

#[test]
fn a_change_of_the_fabrics_is_one_undo_step_and_is_not_compared() {
    let mut session = Session::first_look().expect("the first look");
    session.apply(Intent::Activate(1));
    let before = session.document.clone();
    session.apply(Intent::EditFabrics(FabricEdit::Copy(0)));
    assert_eq!((session.runs.len(), session.view.active), (3, 0));
    assert!(session.undo.before(1).is_none(), "another fabric was there");
    session.apply(Intent::EditFabrics(FabricEdit::Rename(1, "Copy".to_owned())));
    session.apply(Intent::Undo);
    session.apply(Intent::Undo);
    assert_eq!(session.document, before);
    assert!(session.undo.before(1).is_none() && !session.undo.can_undo());
    session.apply(Intent::EditFabrics(FabricEdit::Remove(1)));
    session.apply(Intent::EditFabrics(FabricEdit::Remove(0)));
    assert_eq!(session.runs.len(), 1, "the last one stays");
    assert!(session.diagnostics.is_some());
}

#[test]
fn reduced_motion_stops_automatic_playback() {
    let mut session = Session::first_look().expect("the first look");
    assert!(session.clock.playing);
    session.apply(Intent::ReduceMotion(true));
    assert!(!session.clock.playing);
    session.apply(Intent::OpenBundled(2));
    assert!(!session.clock.playing && session.view.reduced_motion);
    session.apply(Intent::Play);
    assert!(session.clock.playing, "the user can still start playback");
}

#[test]
fn undo_takes_one_step_per_change_and_per_drag() {
    let mut session = Session::first_look().expect("the first look");
    let first = session.report();
    for message in ["512MiB", "256MiB", "128MiB"] {
        let setting = Setting::parse(&format!("workload.message={message}")).expect("a setting");
        session.apply(Intent::Drag(Box::new(Intent::Set(vec![setting]))));
    }
    let dragged = session.report();
    let place = FaultPlace::Link("GPU 3 -> NVSwitch".to_owned());
    session.apply(Intent::EditFault(0, place, FaultEdit::Slow(0.5)));
    assert!(session.diagnostics.is_none());
    assert_ne!(session.report(), dragged);
    let before = session.undo.before(0).and_then(FabricRun::result).map(|result| result.time.secs());
    assert_eq!(before, dragged.fabrics[0].figures.time_s, "the previous run is kept for comparison");
    session.apply(Intent::Undo);
    assert_eq!(session.report(), dragged);
    session.apply(Intent::Undo);
    assert_eq!(session.report(), first);
    assert!(!session.undo.can_undo() && session.undo.can_redo());
    session.apply(Intent::Redo);
    assert_eq!(session.report(), dragged);
    // A fault of an unknown link is rejected.
    let nonsense = FaultPlace::Link("GPU 99 -> NVSwitch".to_owned());
    session.apply(Intent::EditFault(0, nonsense, FaultEdit::Slow(0.5)));
    assert!(session.diagnostics.is_some());
    assert_eq!(session.report(), dragged);
}

#[test]
fn each_menu_choice_and_each_drag_is_one_undo_step() {
    let mut session = Session::first_look().expect("the first look");
    let first = session.report();
    set(&mut session, "fabrics.0.algorithm=ring");
    let ring = session.report();
    set(&mut session, "fabrics.0.algorithm=direct");
    session.apply(Intent::Undo);
    assert_eq!(session.report(), ring);
    session.apply(Intent::Undo);
    assert_eq!(session.report(), first);
    let drag = |session: &mut Session, message: &str| {
        let setting = Setting::parse(&format!("workload.message={message}")).expect("a setting");
        session.apply(Intent::Drag(Box::new(Intent::Set(vec![setting]))));
    };
    drag(&mut session, "512MiB");
    assert!(session.undo.is_dragging());
    session.apply(Intent::EndDrag);
    assert!(!session.undo.is_dragging());
    let once = session.report();
    drag(&mut session, "256MiB");
    drag(&mut session, "128MiB");
    session.apply(Intent::Undo);
    assert_eq!(session.report(), once);
    // The same holds for a slider that slows a link.
    for share in [0.9, 0.6, 0.3] {
        let place = FaultPlace::Link("GPU 3 -> NVSwitch".to_owned());
        session.apply(Intent::Drag(Box::new(Intent::EditFault(0, place, FaultEdit::Slow(share)))));
    }
    session.apply(Intent::Undo);
    assert_eq!(session.report(), once);
}

#[test]
fn undo_keeps_the_clock_mode_and_includes_resets() {
    let mut session = Session::first_look().expect("the first look");
    set(&mut session, "workload.message=512MiB");
    let changed = session.report();
    session.apply(Intent::SetClockMode(ClockMode::Normalised));
    session.apply(Intent::Undo);
    assert_eq!((session.clock.mode, session.scene().clock), (ClockMode::Normalised, ClockMode::Normalised));
    session.apply(Intent::Redo);
    assert_eq!(session.clock.mode, ClockMode::Normalised);
    session.apply(Intent::Reset);
    assert!(!session.is_changed() && session.clock.mode == ClockMode::Same);
    session.apply(Intent::Undo);
    assert_eq!(session.report(), changed);
    assert!(session.undo.can_undo(), "changes before the reset can still be undone");
}

#[test]
fn an_invalid_scene_is_reported_and_the_open_one_stays() {
    let mut session = Session::first_look().expect("the first look");
    session.apply(Intent::Load { name: "x.ron".to_owned(), text: "(broken".to_owned() });
    assert!(session.diagnostics.as_ref().is_some_and(|diagnostics| diagnostics.to_string().contains("x.ron")));
    assert_eq!(session.name, "first-look.ron");
    session.apply(Intent::OpenBundled(2));
    assert!(session.diagnostics.is_none());
    assert_eq!(session.name, "rack.ron");
}

#[test]
fn steps_stop_at_every_event_and_at_both_ends() {
    let mut session = Session::first_look().expect("the first look");
    let mut instants = vec![session.clock.at];
    for _ in 0..100 {
        session.apply(Intent::Step(true));
        if instants.last() == Some(&session.clock.at) {
            break;
        }
        instants.push(session.clock.at);
    }
    assert_eq!(session.clock.at, session.clock.duration);
    // Arrivals on the GPUs, ten rounds of the wafer, and both ends.
    assert!(instants.len() > 12, "{} instants", instants.len());
    for expected in instants.iter().rev().skip(1) {
        session.apply(Intent::Step(false));
        assert_eq!(session.clock.at, *expected);
    }
}

#[test]
fn undo_restores_the_exact_instant() {
    let mut session = Session::first_look().expect("the first look");
    session.apply(Intent::Pause);
    session.apply(Intent::Seek(Femtos::from_secs(186.5e-6)));
    set(&mut session, "workload.message=32KiB");
    assert!(session.clock.at < Femtos::from_secs(20e-6));
    session.apply(Intent::Undo);
    assert_eq!(session.clock.at, Femtos::from_secs(186.5e-6));
}

#[test]
fn a_selection_outlives_changes_that_keep_its_item() {
    let mut session = Session::first_look().expect("the first look");
    let place = FaultPlace::Link("GPU 3 -> NVSwitch".to_owned());
    let link = session.runs[0].fabric.topology.find_link("GPU 3 -> NVSwitch").expect("a link");
    let selection = Selection { fabric: 0, item: Item::Link(link) };
    session.apply(Intent::Select(Some(selection)));
    set(&mut session, "workload.message=1MiB");
    set(&mut session, "fabrics.0.algorithm=ring");
    set(&mut session, "fabrics.0.timing=measured");
    set(&mut session, "fabrics.0.machine=dgx-h100");
    session.apply(Intent::EditFault(0, place, FaultEdit::Cut));
    assert!(session.runs[0].result().is_none(), "the only link into the switch is down");
    assert_eq!(session.view.selection, Some(selection));
    for _ in 0..4 {
        session.apply(Intent::Undo);
    }
    assert_eq!(session.view.selection, Some(selection));
}

#[test]
fn a_selection_follows_its_item_to_another_number_of_nodes() {
    let text = "(version: 1, title: \"t\", workload: (message: \"1MiB\", replicas: 16), fabrics: [(name: \"A\",
        machine: \"dgx-h100\", nodes: 4, network: \"ib-ndr\", algorithm: \"ring\")])";
    let mut session = Session::from_text("t", text).expect("a scene");
    let named = |session: &Session| {
        let Item::Link(link) = session.view.selection?.item else { return None };
        Some(session.runs[0].fabric.link_name(link))
    };
    let link = session.runs[0].fabric.topology.find_link("NIC 3 of node 1 -> leaf").expect("a link");
    session.apply(Intent::Select(Some(Selection { fabric: 0, item: Item::Link(link) })));
    for nodes in [2, 4] {
        set(&mut session, &format!("fabrics.0.nodes={nodes}"));
        assert!(session.diagnostics.is_none(), "{:?}", session.diagnostics);
        assert_eq!(named(&session).as_deref(), Some("NIC 3 of node 1 → leaf"));
    }
    let gpu = Selection { fabric: 0, item: Item::Chip(ChipKind::Gpu, 11) };
    session.apply(Intent::Select(Some(gpu)));
    set(&mut session, "fabrics.0.nodes=2");
    assert_eq!(session.view.selection, Some(gpu));
    set(&mut session, "workload.replicas=8");
    assert_eq!(session.view.selection, None, "GPU 11 is gone");
}

#[test]
fn a_saved_scene_gives_the_same_results() {
    let mut session = Session::first_look().expect("the first look");
    set(&mut session, "fabrics.1.params.hop_cycles=2");
    let Some(Effect::Save { name, content: FileContent::Scene(text) }) = session.apply(Intent::SaveScene) else {
        panic!("a file to save")
    };
    let report = session.report();
    session.apply(Intent::Load { name, text });
    assert_eq!(session.report(), report);
}

/// A session whose changes are solved by the test.
fn background_session() -> Session {
    let mut session = Session::first_look().expect("the first look");
    session.solve_in_background();
    session
}

/// Solves the changes that wait, and returns the number of jobs.
fn solve_all(session: &mut Session) -> usize {
    let mut jobs = 0;
    while let Some(job) = session.start_solving() {
        session.accept_solved(job.finish());
        jobs += 1;
    }
    jobs
}

#[test]
fn the_old_scene_stays_until_a_change_is_solved() {
    let mut session = background_session();
    let (before, revision) = (session.report(), session.revision);
    set(&mut session, "workload.message=512MiB");
    assert_eq!((session.report(), session.revision), (before, revision));
    assert_ne!(*session.latest(), session.document, "controls show the change at once");
    assert!(session.solve_progress().is_some());
    assert_eq!(solve_all(&mut session), 1);
    let mut at_once = Session::first_look().expect("the first look");
    set(&mut at_once, "workload.message=512MiB");
    assert_eq!(session.report(), at_once.report());
    assert_eq!(session.undo.before(0), at_once.undo.before(0));
    assert!(session.solve_progress().is_none());
}

#[test]
fn a_drag_shows_what_is_solved_and_then_the_latest_value() {
    let mut session = background_session();
    let first = session.report();
    let drag = |session: &mut Session, message: &str| {
        let setting = Setting::parse(&format!("workload.message={message}")).expect("a setting");
        session.apply(Intent::Drag(Box::new(Intent::Set(vec![setting]))));
    };
    drag(&mut session, "512MiB");
    let job = session.start_solving().expect("a job");
    for message in ["256MiB", "128MiB", "64MiB"] {
        drag(&mut session, message);
    }
    assert!(session.accept_solved(job.finish()));
    assert_eq!(session.scene().message.to_string(), "512 MiB");
    assert_eq!(solve_all(&mut session), 1, "values in between are left out");
    assert_eq!(session.scene().message.to_string(), "64 MiB");
    let before = session.undo.before(0).and_then(FabricRun::result).map(|result| result.time.secs());
    assert_eq!(before, first.fabrics[0].figures.time_s, "compared with the run before the drag");
    session.apply(Intent::Undo);
    solve_all(&mut session);
    assert_eq!(session.report(), first, "a drag is one undo step");
}

#[test]
fn a_cancelled_change_leaves_no_trace() {
    let mut session = background_session();
    set(&mut session, "workload.message=512MiB");
    solve_all(&mut session);
    let (before, document) = (session.report(), session.document.clone());
    set(&mut session, "workload.replicas=4");
    let job = session.start_solving().expect("a job");
    set(&mut session, "workload.message=1MiB");
    session.apply(Intent::CancelSolving);
    assert!(!session.accept_solved(job.finish()));
    assert_eq!(solve_all(&mut session), 0);
    assert_eq!((session.report(), session.latest()), (before, &document));
    session.apply(Intent::Undo);
    solve_all(&mut session);
    assert_eq!(session.report(), Session::first_look().expect("the first look").report());
    assert!(!session.undo.can_undo());
}

#[test]
fn fabrics_that_a_change_does_not_concern_are_not_solved_again() {
    let mut session = background_session();
    let before = session.runs.clone();
    set(&mut session, "fabrics.0.algorithm=ring");
    solve_all(&mut session);
    assert!(!session.runs[0].is_same_run(&before[0]) && session.runs[1].is_same_run(&before[1]));
    let mut at_once = Session::first_look().expect("the first look");
    set(&mut at_once, "fabrics.0.algorithm=ring");
    assert_eq!(session.runs, at_once.runs);
    // A message concerns all of them.
    set(&mut session, "workload.message=1MiB");
    solve_all(&mut session);
    assert!(!session.runs[1].is_same_run(&before[1]));
}

#[test]
fn a_scene_can_be_changed_while_it_is_opened() {
    let mut session = background_session();
    session.apply(Intent::OpenBundled(1));
    let job = session.start_solving().expect("a job");
    set(&mut session, "workload.message=1MiB");
    session.accept_solved(job.finish());
    assert!(!session.is_changed(), "the scene as it is in its file comes first");
    solve_all(&mut session);
    assert_eq!(session.scene().message.to_string(), "1 MiB");
    session.apply(Intent::Undo);
    solve_all(&mut session);
    assert_eq!((session.name.as_str(), session.is_changed()), ("small-vector.ron", false));
}

#[test]
fn an_export_is_a_file_to_save_and_a_curve_solves_its_sizes_or_takes_the_open_sweep() {
    let mut session = Session::first_look().expect("the first look");
    session.apply(Intent::ToggleExports);
    let Some(Effect::Save { name, content: FileContent::Text(text) }) =
        session.apply(Intent::Export(ExportFormat::LinksCsv))
    else {
        panic!("a file to save")
    };
    assert!(name.ends_with(".csv"));
    assert!(text.contains(&format!("#{}", session.scene_link())), "the file leads back to the scene");
    assert_eq!(session.apply(Intent::Export(ExportFormat::CurveSvg)), None);
    let (_, points) = session.export_progress().expect("sizes to solve");
    let saved = (0..=points).filter_map(|_| session.step_export()).collect::<Vec<_>>();
    assert!(matches!(&saved[..], [Effect::Save { .. }]) && session.export_progress().is_none());
    session.apply(Intent::ToggleSweep);
    session.sweep_job.as_mut().expect("a sweep").finish();
    assert!(matches!(session.apply(Intent::Export(ExportFormat::CurveSvg)), Some(Effect::Save { .. })));
    assert_eq!(session.exports.as_ref().and_then(|open| open.error.clone()), None);
}

#[test]
fn a_picture_is_drawn_beside_the_frames_and_then_offered() {
    let mut session = Session::first_look().expect("the first look");
    let Some(Effect::DrawPicture { name, scale, spec }) = session.apply(Intent::SavePicture(PictureScale::Double))
    else {
        panic!("a picture to draw")
    };
    assert!(name.ends_with(".png") && scale.factor() == 2 && !spec.transparent);
    let content = FileContent::Bytes(vec![1, 2]);
    let offered = session.apply(Intent::OfferFile { name: name.clone(), content: content.clone() });
    assert_eq!(offered, Some(Effect::Save { name, content }));
}
